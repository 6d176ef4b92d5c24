"""How vouchers look in requests and answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Voucher
from grantway.core.policy import AUDIENCES
from grantway.edges.web.records.installation_forms import ClientId
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    about,
    ids_of,
    one_of,
    text_of,
    time_if,
    time_of,
)
from grantway.features import fields
from grantway.features.registry.vouching import Unvouched, VoucherDraft

_LIST = {"maxItems": fields.LONGEST_LIST, "uniqueItems": True}


class VoucherAnswer(msgspec.Struct, frozen=True):
    """Who answers for which application, as it was."""

    id: IdText
    application_id: IdText
    client_id: Annotated[str, about("The client id of the application.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    application_name: Annotated[str, about("Its name today.", "Orbit Dashboard")]
    organization_id: Annotated[
        str | None, about("Whose members are not asked; null for the platform's.", "9kQ2mZ4tR7")
    ]
    scopes: Annotated[tuple[str, ...], about("What it may have without a question.", ["orders:read"])]
    redirect_uris: Annotated[
        tuple[str, ...], about("Where sign-ins may lead.", ["https://orbit.example/callback"])
    ]
    dialects: Annotated[tuple[str, ...], about("The wires that it is for.", ["standard"])]
    audience: Annotated[str, one_of("Whose members, of the platform's.", *AUDIENCES)]
    audience_organizations: Annotated[tuple[str, ...], about("The listed ones.", [])]
    asserted_subject: Annotated[bool, about("Whether the application may name its own users.", False)]
    application_version: Annotated[int, about("The application as it was seen.", 3)]
    installation_id: Annotated[str | None, about("The installation that it lives and ends with.", None)]
    created_by: Annotated[str | None, about("Who answers; null for an application alone.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    revoked_at: Annotated[datetime | None, about("When it was taken back.", None)]
    revoked_by: Annotated[str | None, about("By whom.", None)]


class VoucherCreate(msgspec.Struct, forbid_unknown_fields=True):
    """What to answer for. What is left out is all that the application is at this version."""

    client_id: ClientId
    application_version: Annotated[
        int, about("The `version` of the application that you saw. Another one is refused.", 3, minimum=1)
    ]
    scopes: Annotated[tuple[str, ...] | None, about("Only these.", ["orders:read"], **_LIST)] = None
    redirect_uris: Annotated[
        tuple[str, ...] | None, about("Only these.", ["https://orbit.example/callback"], **_LIST)
    ] = None
    dialects: Annotated[tuple[str, ...] | None, about("Only these wires.", ["standard"], **_LIST)] = None
    asserted_subject: Annotated[
        bool, about("Also answer for the users whom the application names itself.", False)
    ] = False


class PlatformVoucherCreate(VoucherCreate, forbid_unknown_fields=True):
    """What an operator answers for, before the members of all organizations of the audience."""

    audience: Annotated[str | None, one_of("Only these organizations.", *AUDIENCES)] = None
    audience_organizations: Annotated[
        tuple[IdText, ...] | None, about("The listed ones.", ["9kQ2mZ4tR7"], **_LIST)
    ] = None


class LackAnswer(msgspec.Struct, frozen=True):
    """A voucher that is looked for in vain."""

    organization_id: Annotated[str | None, about("Whose it would be; null for the platform's.", "9kQ2mZ4tR7")]
    problem: Annotated[
        Literal["missing", "outgrown"],
        about("There is none, or the application is more now than it answers for.", "outgrown"),
    ]


class UnvouchedAnswer(msgspec.Struct, frozen=True):
    """An application that looks for vouchers in vain, so that people are asked."""

    id: IdText
    organization_id: IdText
    client_id: Annotated[str, about("Its client id.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    name: Annotated[str, about("Its name.", "Orbit Dashboard")]
    consent: Annotated[str, one_of("Which vouchers it looks for.", "platform", "installed")]
    application_version: Annotated[int, about("The application as it is: name it to vouch.", 3)]
    lacks: Annotated[tuple[LackAnswer, ...], about("Those that are looked for in vain.", [])]


def draft_of(body: VoucherCreate) -> VoucherDraft:
    """What is asked for, by either request."""
    draft = VoucherDraft(
        client_id=body.client_id,
        application_version=body.application_version,
        scopes=body.scopes,
        redirect_uris=body.redirect_uris,
        dialects=body.dialects,
        asserted_subject=body.asserted_subject,
    )
    if not isinstance(body, PlatformVoucherCreate):
        return draft
    listed = body.audience_organizations
    organizations = ids_of(listed) if listed is not None else None
    return replace(draft, audience=body.audience, audience_organizations=organizations)


def answer_of(voucher: Voucher, application: Application | None) -> VoucherAnswer:
    """The record, with the application as people know it."""
    return VoucherAnswer(
        id=to_text(voucher.id),
        application_id=to_text(voucher.application_id),
        client_id=application.client_id if application is not None else "",
        application_name=application.name if application is not None else "",
        organization_id=text_of(voucher.organization_id),
        scopes=tuple(sorted(voucher.scopes)),
        redirect_uris=tuple(redirect.uri for redirect in voucher.redirects),
        dialects=tuple(sorted(voucher.dialects)),
        audience=voucher.audience,
        audience_organizations=tuple(map(to_text, sorted(voucher.audience_organizations))),
        asserted_subject=voucher.asserted_subject,
        application_version=voucher.application_version,
        installation_id=text_of(voucher.installation_id),
        created_by=text_of(voucher.created_by),
        created_at=time_of(voucher.created_at),
        revoked_at=time_if(voucher.revoked_at),
        revoked_by=text_of(voucher.revoked_by),
    )


def answer_of_unvouched(found: Unvouched) -> UnvouchedAnswer:
    """The application, and what it lacks."""
    one = found.application
    return UnvouchedAnswer(
        id=to_text(one.id),
        organization_id=to_text(one.organization_id),
        client_id=one.client_id,
        name=one.name,
        consent=one.settings.consent,
        application_version=one.version,
        lacks=tuple(LackAnswer(text_of(lack.organization_id), lack.problem) for lack in found.lacks),
    )
