"""APIs, and the catalogue of scopes."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.errors import RECORD_IN_USE, RECORD_PLATFORM
from grantway.core.identifiers import to_text
from grantway.core.model import Api
from grantway.core.redirects import MAXIMUM_LENGTH
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Reply, Tenant
from grantway.edges.web.records.scopes import ScopeAnswer
from grantway.edges.web.records.scopes import answer_of as scope_answer_of
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import (
    CreatedAt,
    IdText,
    Name,
    State,
    Version,
    about,
    changes_of,
    ids_of,
    time_of,
)
from grantway.edges.web.words import _
from grantway.features import fields
from grantway.features.access.permissions import APIS_READ, APIS_WRITE
from grantway.features.registry.apis import ApiDraft

TAG = "APIs and scopes"
APIS = "/organizations/{organization_id}/apis"
Identifier: TypeAlias = Annotated[
    str,
    about(
        _("The audience (`aud`) of its tokens, as a rule its address. Fixed at creation."),
        "https://api.northwind.example",
        minLength=1,
        maxLength=MAXIMUM_LENGTH,
        title=_("Identifier"),
    ),
]
Introspectors: TypeAlias = Annotated[
    tuple[IdText, ...],
    about(
        _("Applications that may introspect its tokens: their IDs, one a line."),
        [],
        maxItems=fields.LONGEST_LIST,
        uniqueItems=True,
        title=_("Introspectors"),
    ),
]


Accepts: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _("The mounts whose tokens a decision takes, one a line. `standard` is the usual one."),
        ["standard"],
        maxItems=fields.LONGEST_LIST,
        uniqueItems=True,
        title=_("Mounts"),
    ),
]
TakesBasic: TypeAlias = Annotated[
    bool,
    about(
        _("A decision takes an application's own client ID and secret by HTTP Basic, too."),
        False,
        title=_("Decisions take Basic"),
    ),
]
QueryToken: TypeAlias = Annotated[
    str | None,
    about(
        _(
            "The parameter of the address in which a decision takes a token. Addresses are kept in logs: "
            "leave it empty unless callers cannot do otherwise."
        ),
        None,
        title=_("Token in the address"),
    ),
]
AssertedSubjects: TypeAlias = Annotated[
    bool,
    about(
        _("Its tokens may speak for users whom the application names itself."),
        False,
        title=_("Users of applications"),
    ),
]
ListsScopes: TypeAlias = Annotated[
    bool,
    about(
        _(
            "They stand in `scopes_supported` of the metadata. Clients that ask for all that stands "
            "there are given what the application has."
        ),
        False,
        title=_("List its scopes for everybody"),
    ),
]
TokensWithoutScope: TypeAlias = Annotated[
    bool,
    about(
        _(
            "Any application may ask for a token for it (`resource`) that has none of its scopes. Such a "
            "token opens no route that names a scope."
        ),
        False,
        title=_("Tokens without a scope"),
    ),
]


class ApiAnswer(msgspec.Struct, frozen=True):
    """An API whose tokens come from here."""

    id: IdText
    organization_id: IdText
    identifier: Identifier
    name: Name
    state: State
    introspectors: Introspectors
    accepts: Accepts
    takes_basic: TakesBasic
    query_token: QueryToken
    asserted_subjects: AssertedSubjects
    lists_scopes: ListsScopes
    tokens_without_scope: TokensWithoutScope
    builtin: Annotated[str | None, about("Set for the two APIs that are this server itself.", None)]
    created_at: CreatedAt
    version: Version


class ApiListed(ApiAnswer, frozen=True):
    """An API in the list of all, with whose it is."""

    organization_name: Annotated[str, about("The name of its organization.", "Northwind")] = ""


class ApiCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new API."""

    identifier: Identifier
    name: Name
    state: State = "enabled"
    introspectors: Introspectors = ()
    accepts: Accepts = ("standard",)
    takes_basic: TakesBasic = False
    query_token: QueryToken = None
    asserted_subjects: AssertedSubjects = False
    lists_scopes: ListsScopes = False
    tokens_without_scope: TokensWithoutScope = False


class ApiPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an API."""

    name: Name | UnsetType = UNSET
    state: State | UnsetType = UNSET
    introspectors: Introspectors | UnsetType = UNSET
    accepts: Accepts | UnsetType = UNSET
    takes_basic: TakesBasic | UnsetType = UNSET
    query_token: QueryToken | UnsetType = UNSET
    asserted_subjects: AssertedSubjects | UnsetType = UNSET
    lists_scopes: ListsScopes | UnsetType = UNSET
    tokens_without_scope: TokensWithoutScope | UnsetType = UNSET


class CatalogueEntry(ScopeAnswer, frozen=True):
    """A scope that applications can be given, with the API it belongs to."""

    api: Annotated[str, about("The identifier of its API.", "https://api.northwind.example")] = ""
    api_name: Annotated[str, about("The name of its API.", "Deliveries")] = ""


def answer_of(api: Api) -> ApiAnswer:
    """The record as it is answered."""
    return ApiAnswer(
        id=to_text(api.id),
        organization_id=to_text(api.organization_id),
        identifier=api.identifier,
        name=api.name,
        state=api.state,
        introspectors=tuple(to_text(one) for one in sorted(api.introspectors)),
        accepts=tuple(sorted(api.policy.accepts)),
        takes_basic=api.policy.takes_basic,
        query_token=api.policy.query_token,
        asserted_subjects=api.policy.asserted_subjects,
        lists_scopes=api.policy.lists_scopes,
        tokens_without_scope=api.policy.tokens_without_scope,
        builtin=api.builtin,
        created_at=time_of(api.created_at),
        version=api.version,
    )


def list_catalogue(features: RecordFeatures, call: Call) -> Listing:
    """Every scope there is to give."""
    found = features.apis.catalogue(call.caller)
    entries = (
        CatalogueEntry(
            **msgspec.structs.asdict(scope_answer_of(scope)), api=api.identifier, api_name=api.name
        )
        for api, scope in found
    )
    return Listing.of_all(zip(entries, (scope.id for _, scope in found), strict=True), call.page)


def list_apis(features: RecordFeatures, call: Call) -> Listing:
    """The APIs of the organization."""
    found = features.apis.listed(call.tx, call.caller, call.organization_id, page=call.page)
    return Listing(tuple(map(answer_of, found)), tuple(api.id for api in found))


def list_all_apis(features: RecordFeatures, call: Call) -> Listing:
    """The APIs of everybody."""
    found = features.apis.listed_everywhere(call.tx, call.caller)
    answers = (
        (ApiListed(**msgspec.structs.asdict(answer_of(api)), organization_name=owner), api.id)
        for api, owner in found
    )
    return Listing.of_all(answers, call.page)


def create_api(features: RecordFeatures, call: Call) -> Reply:
    """Declare an API."""
    body: ApiCreate = call.body
    members = msgspec.structs.asdict(body) | {"introspectors": ids_of(body.introspectors)}
    draft = ApiDraft(**members)
    made = features.apis.create(call.tx, call.caller, call.organization_id, draft=draft)
    place = f"/organizations/{to_text(made.organization_id)}/apis/{to_text(made.id)}"
    return Reply(answer_of(made), made.version, place)


def read_api(features: RecordFeatures, call: Call) -> Reply:
    """One API."""
    found = features.apis.read(call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"])
    return Reply(answer_of(found), found.version)


def update_api(features: RecordFeatures, call: Call) -> Reply:
    """Change an API."""
    changes = changes_of(call.body)
    if "introspectors" in changes:
        changes["introspectors"] = ids_of(changes["introspectors"])
    written = features.apis.update(
        call.tx,
        call.caller,
        call.organization_id,
        api_id=call.ids["api_id"],
        changes=changes,
        version=call.version,
    )
    return Reply(answer_of(written), written.version)


def delete_api(features: RecordFeatures, call: Call) -> Reply:
    """Remove an API."""
    features.apis.delete(
        call.tx, call.caller, call.organization_id, api_id=call.ids["api_id"], version=call.version
    )
    return Reply()


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listCatalogue",
        method="GET",
        path="/scopes",
        tag=TAG,
        summary="List all scopes",
        description="What an application can be given: every scope in use, with its API.",
        permission=APIS_READ,
        tenant=Tenant.SELF,
        answer=CatalogueEntry,
        is_list=True,
        handler=list_catalogue,
    ),
    Operation(
        id="listApis",
        method="GET",
        path=APIS,
        tag=TAG,
        summary="List the APIs",
        description="The APIs that the organization owns.",
        permission=APIS_READ,
        tenant=Tenant.PATH,
        answer=ApiAnswer,
        is_list=True,
        handler=list_apis,
    ),
    Operation(
        id="listAllApis",
        method="GET",
        path="/apis",
        tag=TAG,
        summary="List the APIs of all organizations",
        description="For operators: everybody's APIs, each with its organization's name.",
        permission=APIS_READ.for_all,
        tenant=Tenant.PLATFORM,
        answer=ApiListed,
        is_list=True,
        handler=list_all_apis,
    ),
    Operation(
        id="createApi",
        method="POST",
        path=APIS,
        tag=TAG,
        summary="Declare an API",
        description="For operators. Give it scopes next: nobody gets a token for an API without one.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=ApiCreate,
        answer=ApiAnswer,
        status=201,
        audit=Audited(action="api.create", target="id", record=ApiAnswer),
        handler=create_api,
    ),
    Operation(
        id="readApi",
        method="GET",
        path=APIS + "/{api_id}",
        tag=TAG,
        summary="Read an API",
        description="One API.",
        permission=APIS_READ,
        tenant=Tenant.PATH,
        answer=ApiAnswer,
        handler=read_api,
    ),
    Operation(
        id="updateApi",
        method="PATCH",
        path=APIS + "/{api_id}",
        tag=TAG,
        summary="Change an API",
        description="For operators. Disabling it takes its scopes out of every new token.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        request=ApiPatch,
        answer=ApiAnswer,
        is_conditional=True,
        errors=(RECORD_PLATFORM,),
        audit=Audited(action="api.update", target="api_id", record=ApiAnswer, before=read_api),
        handler=update_api,
    ),
    Operation(
        id="deleteApi",
        method="DELETE",
        path=APIS + "/{api_id}",
        tag=TAG,
        summary="Remove an API",
        description="For operators. Remove its scopes first, which takes them from every application.",
        permission=APIS_WRITE,
        tenant=Tenant.PLATFORM,
        status=204,
        is_conditional=True,
        errors=(RECORD_IN_USE, RECORD_PLATFORM),
        audit=Audited(action="api.delete", target="api_id", record=ApiAnswer, before=read_api),
        handler=delete_api,
    ),
)
