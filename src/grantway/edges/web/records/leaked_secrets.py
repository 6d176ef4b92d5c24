"""Secrets that were found where they do not belong."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from grantway.core.errors import RECORD_NOT_FOUND
from grantway.core.identifiers import to_text
from grantway.core.leaks import Leak, LeakedKind
from grantway.core.secrets import Secret
from grantway.edges.web.operations import Audited, Call, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, Name, about, one_of, time_if, time_of
from grantway.features.access.permissions import SECRETS_WRITE
from grantway.features.registry.leaks import LONGEST_PLACE, LONGEST_SECRET

NEXT_STEPS: dict[LeakedKind, str] = {
    "client_secret": (
        "Make a new secret, bring it out where the old one was, and look through what was done with the "
        "old "
        "one since it got out."
    ),
    "refresh_token": (
        "The person signs in again. Find out how the token left the application, and look through what was "
        "done with it."
    ),
    "access_token": (
        "Find out how the token left the application. An API that checks tokens by itself takes it until "
        "it "
        "expires: look through what was done there."
    ),
}
"""What those who must act do now."""


class LeakReport(msgspec.Struct, forbid_unknown_fields=True):
    """Something that was found."""

    secret: Annotated[
        str,
        about(
            "The text as it was found: a client secret, a refresh or an access token. It is kept nowhere.",
            "gws_EXAMPLE-0000000000000000000000000000000000",
            minLength=1,
            maxLength=LONGEST_SECRET,
        ),
    ]
    found_at: Annotated[
        str,
        about(
            "Where: an address or a few words, without the secret. It is kept in the audit log.",
            "https://git.example/northwind/orbit/blob/main/.env",
            maxLength=LONGEST_PLACE,
        ),
    ] = ""


class LeakActor(msgspec.Struct, frozen=True):
    """Somebody who must act."""

    organization_id: IdText
    name: Name
    addresses: Annotated[
        tuple[str, ...],
        about("Who is told there; of another organization only the number.", ["makers@northwind.example"]),
    ]
    address_count: Annotated[int, about("How many addresses there are.", 1)]


class LeakAnswer(msgspec.Struct, frozen=True):
    """What it was, what was ended, and who must act."""

    id: Annotated[
        str, about("The id of the secret, or of the tokens' family, or of the token.", "3vN8sPw2Ra")
    ]
    kind: Annotated[str, one_of("What it was.", "client_secret", "refresh_token", "access_token")]
    application_id: IdText
    client_id: Annotated[str, about("The application's public identifier.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    organization_id: Annotated[str, about("The organization that it acted for.", "7tKdZ2wQx1")]
    state: Annotated[str, one_of("How it was found.", "live", "expired", "ended")]
    made_at: Annotated[datetime, about("When it was made.", "2026-11-21T09:30:00Z")]
    expires_at: Annotated[datetime | None, about("When it ends by itself.", None)]
    last_used_at: Annotated[datetime | None, about("When it was last used, if that is known.", None)]
    last_used_from: Annotated[
        str | None, about("From which address; told to the application's owner.", "198.51.100.7")
    ]
    scopes: Annotated[tuple[str, ...], about("What could be reached with it.", ["orders:read"])]
    ended: Annotated[
        tuple[str, ...],
        about(
            "What this report ended: the `secret`, the `tokens` that the application got with it for "
            "itself, "
            "a `family` of tokens, or one `token`. Empty where all had ended.",
            ["secret", "tokens"],
        ),
    ]
    found_at: Annotated[str, about("Where it was found.", "https://git.example/northwind/orbit")]
    must_act: Annotated[
        tuple[LeakActor, ...], about("Whose business it is now, the application's owner first.", [])
    ]
    next_step: Annotated[str, about("What they do now.", NEXT_STEPS["client_secret"])]


def answer_of(leak: Leak, found_at: str) -> LeakAnswer:
    """The report as it is answered and logged. The secret is not in it."""
    return LeakAnswer(
        id=to_text(leak.record_id),
        kind=leak.kind,
        application_id=to_text(leak.application.id),
        client_id=leak.application.client_id,
        organization_id=to_text(leak.organization_id),
        state=leak.state,
        made_at=time_of(leak.made_at),
        expires_at=time_if(leak.expires_at),
        last_used_at=time_if(leak.last_used_at),
        last_used_from=leak.last_used_from,
        scopes=tuple(sorted(leak.scopes)),
        ended=leak.ended,
        found_at=found_at,
        must_act=tuple(
            LeakActor(to_text(one.organization_id), one.name, one.addresses, one.address_count)
            for one in leak.must_act
        ),
        next_step=NEXT_STEPS[leak.kind],
    )


def report_leaked_secret(features: RecordFeatures, call: Call) -> Reply:
    """End a secret that was found."""
    body: LeakReport = call.body
    leak = features.leaks.report(call.tx, call.caller, Secret(body.secret), found_at=body.found_at)
    return Reply(answer_of(leak, body.found_at))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="reportLeakedSecret",
        method="POST",
        path="/leaked-secrets",
        tag="Secrets",
        summary="Report a secret that was found",
        description=(
            "It is ended at once, and the answer says what it was and who must act. Client secrets of any "
            "pair, refresh tokens and access tokens are recognised, ended ones too. It takes what "
            "belongs to "
            "the token's organization: an application of its own, or one that acted for it; operators "
            "report "
            "for all. Everything else is answered as an unknown text."
        ),
        permission=SECRETS_WRITE,
        tenant=Tenant.SELF,
        request=LeakReport,
        named={"secret": "secret.secret"},
        answer=LeakAnswer,
        errors=(RECORD_NOT_FOUND,),
        audit=Audited(action="secret.leaked", target="id", record=LeakAnswer),
        is_kept=False,
        handler=report_leaked_secret,
    ),
)
