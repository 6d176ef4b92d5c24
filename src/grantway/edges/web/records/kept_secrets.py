"""Client secrets that can be read again, where the policy of their application keeps copies."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.core.errors import KEYS_POLICY, RECORD_LOCKED, RECORD_SUSPENDED, SECRET_NOT_KEPT
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.applications import APPLICATIONS
from grantway.edges.web.records.client_secrets import SECRETS
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about
from grantway.features.access.permissions import SECRETS_READ

TAG = "Secrets"
_EXAMPLE = "gws_EXAMPLE-0000000000000000000000000000000000"


class SecretText(msgspec.Struct, frozen=True):
    """The text of a client secret."""

    secret: Annotated[str, about("The secret.", _EXAMPLE)]


class PairSecretAnswer(msgspec.Struct, frozen=True):
    """The secret with which an application acts for an organization that installed it."""

    organization: Annotated[str, about("The organization that it acts for.", "9kQ2mZ4tR7")]
    secret: Annotated[str, about("The newest live secret.", _EXAMPLE)]


def reveal_secret(features: RecordFeatures, call: Call) -> Reply:
    """Read one secret again."""
    secret = features.revealing.reveal(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        credential_id=call.ids["secret_id"],
    )
    return Reply(SecretText(secret.reveal()))


def list_keys(features: RecordFeatures, call: Call) -> Listing:
    """The secrets of all pairs."""
    found = features.revealing.keys(
        call.tx, call.caller, call.organization_id, application_id=call.ids["application_id"]
    )
    items = (
        (PairSecretAnswer(to_text(one.organization_id), one.secret.reveal()), one.organization_id)
        for one in found
    )
    return Listing.of_all(items, call.page)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="revealSecret",
        method="POST",
        path=SECRETS + "/{secret_id}/reveal",
        tag=TAG,
        summary="Read a secret again",
        description=(
            "Where the application's `reveal` is `creator`, for the user who made the secret; where it is "
            "`developers`, for the people who manage the organization's applications. For no program and "
            "for no operator. Each reading is remembered."
        ),
        permission=SECRETS_READ,
        tenant=Tenant.PATH,
        answer=SecretText,
        errors=(SECRET_NOT_KEPT, RECORD_LOCKED, RECORD_SUSPENDED),
        audit=Audited(action="secret.reveal", target="secret_id"),
        handler=reveal_secret,
    ),
    Operation(
        id="listKeys",
        method="GET",
        path=APPLICATIONS + "/{application_id}/keys",
        tag=TAG,
        summary="List the secrets of the organizations that installed the application",
        description=(
            "One entry for each, with its newest live secret, where the application's `reveal` is `api`. "
            "Each reading is remembered."
        ),
        permission=SECRETS_READ,
        tenant=Tenant.PATH,
        answer=PairSecretAnswer,
        is_list=True,
        leaves_mark=True,
        errors=(KEYS_POLICY, RECORD_LOCKED, RECORD_SUSPENDED),
        handler=list_keys,
    ),
)
