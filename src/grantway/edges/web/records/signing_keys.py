"""Signing keys, for operators: public facts alone. New ones are made at the machine, or by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.model import Instant, SigningKey
from grantway.edges.web.operations import Call, Listing, Operation, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about, one_of, time_if, time_of
from grantway.features.access.permissions import PLATFORM
from grantway.features.upkeep import signing_keys

TAG = "Platform"


class SigningKeyAnswer(msgspec.Struct, frozen=True):
    """A key that signs tokens, without the key."""

    kid: Annotated[str, about("How tokens and key sets name it.", "9f2c4e0b7a615d38")]
    mount: Annotated[str, about("Whose ring it is in: `standard` is the common one.", "standard")]
    algorithm: Annotated[str, about("How it signs.", "ES256")]
    state: Annotated[
        str,
        one_of(
            "`announced`: published, and signs from `use_from`. `in use`: signs. `ending`: another signs, "
            "and what it signed is believed until `retire_at`. `retired` and `withdrawn`: it has ended.",
            "in use",
            *(one for one in signing_keys.STATES if one != "in use"),
        ),
    ]
    announced_at: Annotated[datetime, about("Since when it is published.", "2026-11-21T09:30:00Z")]
    use_from: Annotated[datetime, about("Since or from when it signs.", "2026-11-21T09:40:00Z")]
    retire_at: Annotated[datetime | None, about("Until when it is published, if another one follows.", None)]
    withdrawn_at: Annotated[datetime | None, about("When it was ended at once.", None)]


def _answer_of(key: SigningKey, now: Instant) -> SigningKeyAnswer:
    return SigningKeyAnswer(
        kid=key.kid,
        mount=key.mount,
        algorithm=key.algorithm,
        state=signing_keys.state_of(key, now),
        announced_at=time_of(key.announced_at),
        use_from=time_of(key.use_from),
        retire_at=time_if(key.retire_at),
        withdrawn_at=time_if(key.withdrawn_at),
    )


def list_signing_keys(features: RecordFeatures, call: Call) -> Listing:
    """The keys, and what each does now."""
    now = features.services.clock.now()
    found = signing_keys.listed_for(call.tx, call.caller)
    return Listing.of_all(((_answer_of(one, now), one.id) for one in found), call.page)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listSigningKeys",
        method="GET",
        path="/signing-keys",
        tag=TAG,
        summary="List the signing keys",
        description=(
            "For operators: which keys there are, and what each does now. `grantway keys rotate` makes new "
            "ones and `grantway keys withdraw` ends one at once; by themselves they are rotated as the "
            "settings say."
        ),
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=SigningKeyAnswer,
        is_list=True,
        handler=list_signing_keys,
    ),
)
