"""Scopes of an API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_NOT_FOUND, RECORD_PLATFORM, NotFound
from grantway.core.identifiers import to_text
from grantway.core.model import Scope, Wording
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, Version, about, changes_of, one_of, time_if
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import APIS_READ, APIS_WRITE
from grantway.features.registry import apis
from grantway.features.registry.apis import ScopeDraft

TAG = "APIs and scopes"
SCOPES = "/organizations/{organization_id}/apis/{api_id}/scopes"
Value: TypeAlias = Annotated[
    str,
    about(
        _("What requests name, such as `deliveries:read`. One list for all APIs; fixed at creation."),
        "deliveries:read",
        pattern="^[A-Za-z0-9][A-Za-z0-9._:/-]*$",
        maxLength=apis.LONGEST_SCOPE,
        title=_("Scope"),
    ),
]
Legs: TypeAlias = Annotated[
    str,
    one_of(
        _("Whether a token with it needs a person (`3-legged`), or takes none (`2-legged`)."),
        *apis.LEGS,
        title=_("For whom"),
        labels={
            "any": _("With or without a person"),
            "2-legged": _("Only without a person"),
            "3-legged": _("Only for a person"),
        },
    ),
]
Text: TypeAlias = Annotated[
    str,
    about(
        _("The sentence in which they consent."),
        "See your deliveries",
        minLength=1,
        maxLength=fields.LONGEST_NAME,
        title=_("What people read"),
    ),
]
Detail: TypeAlias = Annotated[
    str,
    about(
        _("For those who ask. Up to 1,000 characters."),
        "Addresses and times.",
        maxLength=apis.LONGEST_DETAIL,
        title=_("More about it"),
    ),
]
Locale: TypeAlias = Annotated[
    str,
    about(
        _("A code such as `en` or `de-AT`."),
        "en",
        pattern=f"^{apis.LOCALE}$",
        maxLength=6,
        title=_("Language of the sentence"),
    ),
]


class Translation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people read whose browser wants another language."""

    locale: Locale
    text: Text
    detail: Detail = ""


Translations: TypeAlias = Annotated[
    tuple[Translation, ...],
    about(
        _("The same in other languages, each once. Who reads none of them reads the sentence above."),
        [{"locale": "de", "text": "Ihre Lieferungen sehen", "detail": "Adressen und Zeiten."}],
        maxItems=fields.LONGEST_LIST,
        title=_("In other languages"),
    ),
]
Risk: TypeAlias = Annotated[
    str,
    one_of(
        _(
            "`high` is pointed out to people. `low` is let in by organizations that else want a review: "
            "it is for what tells and changes next to nothing."
        ),
        *apis.RISKS,
        title=_("Risk"),
        labels={"normal": _("Normal"), "low": _("Low"), "high": _("High")},
    ),
]
Retired: TypeAlias = Annotated[
    bool, about(_("Given to nobody any more, and left out of tokens."), False, title=_("Retired"))
]


class ScopeAnswer(msgspec.Struct, frozen=True):
    """A scope of an API."""

    id: IdText
    api_id: IdText
    value: Value
    text: Text
    detail: Detail
    legs: Legs
    risk: Risk
    retired: Retired
    retired_at: Annotated[datetime | None, about("Since when it is retired.", None)]
    locale: Locale
    translations: Translations
    version: Version


class ScopeCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new scope."""

    value: Value
    text: Text
    detail: Detail = ""
    legs: Legs = "any"
    risk: Risk = "normal"
    locale: Locale = "en"
    translations: Translations = ()


class ScopePatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about a scope."""

    text: Text | UnsetType = UNSET
    detail: Detail | UnsetType = UNSET
    legs: Legs | UnsetType = UNSET
    risk: Risk | UnsetType = UNSET
    retired: Retired | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    translations: Translations | UnsetType = UNSET


def answer_of(scope: Scope) -> ScopeAnswer:
    """The record as it is answered."""
    return ScopeAnswer(
        id=to_text(scope.id),
        api_id=to_text(scope.api_id),
        value=scope.value,
        text=scope.text,
        detail=scope.detail,
        legs=scope.legs,
        risk=scope.risk,
        retired=scope.retired_at is not None,
        retired_at=time_if(scope.retired_at),
        locale=scope.locale,
        translations=tuple(Translation(one.locale, one.text, one.detail) for one in scope.translations),
        version=scope.version,
    )


def list_scopes(features: RecordFeatures, call: Call) -> Listing:
    """The scopes of an API."""
    found = features.apis.scopes(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    return Listing.of_all(((answer_of(one), one.id) for one in found), call.page)


def read_scope(features: RecordFeatures, call: Call) -> Reply:
    """One scope, as the audit log tells of it. Raises NotFound."""
    found = features.apis.scopes(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    for scope in found:
        if scope.id == call.ids["scope_id"]:
            return Reply(answer_of(scope))
    raise NotFound(RECORD_NOT_FOUND)


def create_scope(features: RecordFeatures, call: Call) -> Reply:
    """Declare a scope."""
    body: ScopeCreate = call.body
    draft = _with_wordings(msgspec.structs.asdict(body))
    made = features.apis.create_scope(
        call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"], draft=ScopeDraft(**draft)
    )
    return Reply(answer_of(made), made.version)


def update_scope(features: RecordFeatures, call: Call) -> Reply:
    """Change a scope."""
    written = features.apis.update_scope(
        call.tx,
        call.caller,
        call.organization_id,
        key=(call.ids["api_id"], call.ids["scope_id"]),
        changes=_with_wordings(changes_of(call.body)),
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def _with_wordings(members: dict[str, Any]) -> dict[str, Any]:
    """The members of a body, with translations as records."""
    if "translations" in members:
        given = members["translations"]
        members["translations"] = tuple(Wording(one.locale, one.text, one.detail) for one in given)
    return members


def delete_scope(features: RecordFeatures, call: Call) -> Reply:
    """Remove a scope."""
    key = (call.ids["api_id"], call.ids["scope_id"])
    features.apis.delete_scope(call.tx, call.caller, call.organization_id, key=key)
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listScopes",
        method="GET",
        path=SCOPES,
        tag=TAG,
        summary="List the scopes of an API",
        description="All of them, the retired ones too, with their entity tags as `version`.",
        permission=APIS_READ,
        tenant=Tenant.PATH,
        answer=ScopeAnswer,
        is_list=True,
        handler=list_scopes,
    ),
    Operation(
        id="createScope",
        method="POST",
        path=SCOPES,
        tag=TAG,
        summary="Declare a scope",
        description="For operators. No two APIs have a scope of the same value.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=ScopeCreate,
        answer=ScopeAnswer,
        status=201,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="scope.create", target="id", record=ScopeAnswer),
        handler=create_scope,
    ),
    Operation(
        id="updateScope",
        method="PATCH",
        path=SCOPES + "/{scope_id}",
        tag=TAG,
        summary="Change a scope",
        description="For operators. Retiring a scope takes it out of tokens, also of those in use.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=ScopePatch,
        answer=ScopeAnswer,
        is_conditional=True,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="scope.update", target="scope_id", record=ScopeAnswer, before=read_scope),
        handler=update_scope,
    ),
    Operation(
        id="deleteScope",
        method="DELETE",
        path=SCOPES + "/{scope_id}",
        tag=TAG,
        summary="Remove a scope",
        description="For operators. It is taken from every application and out of every token.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        status=204,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="scope.delete", target="scope_id", record=ScopeAnswer, before=read_scope),
        handler=delete_scope,
    ),
)
