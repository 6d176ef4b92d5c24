"""How applications look in requests and answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.identifiers import to_text
from grantway.core.model import Application
from grantway.core.publication import PUBLICATIONS
from grantway.core.reviewing import PendingVersion
from grantway.edges.web.records.application_values import (
    Addresses,
    AfterSignOut,
    Archived,
    Audience,
    Description,
    Dialects,
    DialectSettings,
    Organizations,
    Origins,
    OwnerEmail,
    Page,
    Platform,
    Preset,
    Redirects,
    Scopes,
    Type,
)
from grantway.edges.web.records.dialect_settings import forms_of
from grantway.edges.web.records.pending_forms import PendingAnswer, pending_of
from grantway.edges.web.records.token_values import (
    AccessLifetime,
    Algorithm,
    BudgetZone,
    ChosenCap,
    CodeLifetime,
    Consent,
    GrantTypes,
    IdTokenClaims,
    MayChoose,
    MinutesPerDay,
    Networks,
    Pkce,
    RefreshGrace,
    RefreshLifetime,
    RefreshPolicy,
    Reveal,
    SessionMinutes,
    StrictScopes,
    TokenFormat,
)
from grantway.edges.web.records.values import (
    CreatedAt,
    Email,
    IdText,
    Name,
    State,
    StoppedBy,
    SuspendedAt,
    SuspensionReason,
    Version,
    about,
    changes_of,
    ids_of,
    one_of,
    text_of,
    time_if,
    time_of,
)
from grantway.features.registry import rules
from grantway.features.registry.drafts import ApplicationDraft, edited_settings

UNHEARD = ("unknown", "asked", "refused")
APPLICATION_STATES = ("enabled", "disabled", "deletion_scheduled")


class ApplicationAnswer(msgspec.Struct, frozen=True):
    """An application."""

    id: IdText
    organization_id: IdText
    client_id: Annotated[str, about("Its public identifier.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    type: Type
    name: Name
    preset: Preset
    platform: Platform
    dialects: Dialects
    description: Description
    base_url: Page
    logo_url: Page
    owner_email: OwnerEmail
    notification_addresses: Addresses
    audience: Audience
    effective_audience: Annotated[
        str,
        one_of(
            "Whose people may sign in now: less than `audience` while an approval is awaited.",
            *rules.AUDIENCES,
        ),
    ]
    audience_organizations: Organizations
    redirect_uris: Redirects
    post_logout_redirect_uris: AfterSignOut
    origins: Origins
    scopes: Scopes
    grant_types: GrantTypes
    token_format: Annotated[str, about("How access tokens look.", "jwt")]
    access_token_algorithm: Annotated[str, about("How access tokens are signed.", "ES256")]
    id_token_algorithm: Annotated[str, about("How ID tokens are signed.", "RS256")]
    access_token_lifetime: Annotated[int, about("Seconds.", 900)]
    refresh_token_lifetime: Annotated[int, about("Seconds.", 2_592_000)]
    refresh_token_idle_lifetime: Annotated[int, about("Seconds without use.", 1_209_600)]
    refresh_policy: RefreshPolicy
    refresh_grace: RefreshGrace
    code_lifetime: CodeLifetime
    client_may_choose_lifetime: MayChoose
    chosen_lifetime_cap: Annotated[int, about("Seconds that such a wish gets at most.", 86_400)]
    session_minutes: SessionMinutes
    minutes_per_day: MinutesPerDay
    budget_time_zone: BudgetZone
    strict_scopes: StrictScopes
    networks: Networks
    id_token_claims: IdTokenClaims
    pkce: Annotated[str, about("Whether a sign-in must carry a code challenge.", "required")]
    consent: Consent
    reveal: Reveal
    dialect_settings: DialectSettings
    state: Annotated[
        str,
        one_of(
            "`deletion_scheduled` is locked: enabling it is the one change it takes.",
            *APPLICATION_STATES,
        ),
    ]
    stopped_by_rank: StoppedBy
    archived: Archived
    archived_by_rank: StoppedBy
    suspended_at: SuspendedAt
    suspension_reason: SuspensionReason
    publication: Annotated[
        str, one_of("Whether it is offered to everybody. Operators decide.", *PUBLICATIONS)
    ]
    pending: Annotated[
        PendingAnswer | None,
        about("What waits for an operator. The rest of the record is what holds meanwhile.", None),
    ]
    purge_at: Annotated[
        datetime | None,
        about("When it will be removed for good. While it is suspended that stands still.", None),
    ]
    default_name: Annotated[str | None, about("The name under which its preset offers it.", None)]
    built_in: Annotated[bool, about("Part of the server: only its state can be changed.", False)]
    creator_id: Annotated[str | None, about("The user who made it.", "5hB2pLr9Qa")]
    created_at: CreatedAt
    updated_at: Annotated[datetime, about("When it was last changed.", "2026-11-21T09:30:00Z")]
    version: Version


class ApplicationListed(ApplicationAnswer, frozen=True):
    """An application in the list of all, with whose it is."""

    organization_name: Annotated[str, about("The name of its organization.", "Northwind")] = ""


class UnheardAddress(msgspec.Struct, frozen=True):
    """An address of an application that gets no letters."""

    email: Email
    state: Annotated[
        str,
        one_of(
            "`unknown` is asked when there is news, `asked` has not answered, `refused` wants no letters.",
            *UNHEARD,
        ),
    ]


class ApplicationShown(ApplicationAnswer, frozen=True):
    """An application by itself, with what was looked up beside it."""

    unheard_addresses: Annotated[
        tuple[UnheardAddress, ...],
        about(
            "Those of `notification_addresses` to which no letter goes: no member's, and nobody agreed. "
            "While none of them agrees, your owners and admins are told instead.",
            [],
        ),
    ]


class ApplicationCreate(msgspec.Struct, forbid_unknown_fields=True):
    """A new application. What is left out comes from the preset, for the type."""

    type: Type
    name: Name
    preset: Preset = "standard"
    platform: Platform = "web"
    dialects: Dialects | UnsetType = UNSET
    description: Description = ""
    base_url: Page = None
    logo_url: Page = None
    owner_email: OwnerEmail = None
    notification_addresses: Addresses = ()
    audience: Audience | UnsetType = UNSET
    audience_organizations: Organizations = ()
    redirect_uris: Redirects = ()
    post_logout_redirect_uris: AfterSignOut = ()
    origins: Origins = ()
    scopes: Scopes = ()
    grant_types: GrantTypes | UnsetType = UNSET
    token_format: TokenFormat | UnsetType = UNSET
    access_token_algorithm: Algorithm | UnsetType = UNSET
    id_token_algorithm: Algorithm | UnsetType = UNSET
    access_token_lifetime: AccessLifetime | UnsetType = UNSET
    refresh_token_lifetime: RefreshLifetime | UnsetType = UNSET
    refresh_token_idle_lifetime: RefreshLifetime | UnsetType = UNSET
    refresh_policy: RefreshPolicy | UnsetType = UNSET
    refresh_grace: RefreshGrace | UnsetType = UNSET
    code_lifetime: CodeLifetime | UnsetType = UNSET
    client_may_choose_lifetime: MayChoose | UnsetType = UNSET
    chosen_lifetime_cap: ChosenCap | UnsetType = UNSET
    session_minutes: SessionMinutes | UnsetType = UNSET
    minutes_per_day: MinutesPerDay | UnsetType = UNSET
    budget_time_zone: BudgetZone | UnsetType = UNSET
    strict_scopes: StrictScopes | UnsetType = UNSET
    networks: Networks | UnsetType = UNSET
    id_token_claims: IdTokenClaims | UnsetType = UNSET
    pkce: Pkce | UnsetType = UNSET
    consent: Consent | UnsetType = UNSET
    reveal: Reveal | UnsetType = UNSET
    dialect_settings: DialectSettings | UnsetType = UNSET
    state: State = "enabled"


class ApplicationPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about an application. The record that results is judged as if it were new."""

    name: Name | UnsetType = UNSET
    platform: Platform | UnsetType = UNSET
    dialects: Dialects | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    base_url: Page | UnsetType = UNSET
    logo_url: Page | UnsetType = UNSET
    owner_email: OwnerEmail | UnsetType = UNSET
    notification_addresses: Addresses | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET
    audience_organizations: Organizations | UnsetType = UNSET
    redirect_uris: Redirects | UnsetType = UNSET
    post_logout_redirect_uris: AfterSignOut | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    scopes: Scopes | UnsetType = UNSET
    grant_types: GrantTypes | UnsetType = UNSET
    token_format: TokenFormat | UnsetType = UNSET
    access_token_algorithm: Algorithm | UnsetType = UNSET
    id_token_algorithm: Algorithm | UnsetType = UNSET
    access_token_lifetime: AccessLifetime | UnsetType = UNSET
    refresh_token_lifetime: RefreshLifetime | UnsetType = UNSET
    refresh_token_idle_lifetime: RefreshLifetime | UnsetType = UNSET
    refresh_policy: RefreshPolicy | UnsetType = UNSET
    refresh_grace: RefreshGrace | UnsetType = UNSET
    code_lifetime: CodeLifetime | UnsetType = UNSET
    client_may_choose_lifetime: MayChoose | UnsetType = UNSET
    chosen_lifetime_cap: ChosenCap | UnsetType = UNSET
    session_minutes: SessionMinutes | UnsetType = UNSET
    minutes_per_day: MinutesPerDay | UnsetType = UNSET
    budget_time_zone: BudgetZone | UnsetType = UNSET
    strict_scopes: StrictScopes | UnsetType = UNSET
    networks: Networks | UnsetType = UNSET
    id_token_claims: IdTokenClaims | UnsetType = UNSET
    pkce: Pkce | UnsetType = UNSET
    consent: Consent | UnsetType = UNSET
    reveal: Reveal | UnsetType = UNSET
    dialect_settings: DialectSettings | UnsetType = UNSET
    state: State | UnsetType = UNSET
    archived: Archived | UnsetType = UNSET


def draft_of(body: ApplicationCreate) -> ApplicationDraft:
    """What a request to register says."""
    return ApplicationDraft(
        **with_ids(
            {name: value for name in body.__struct_fields__ if (value := getattr(body, name)) is not UNSET}
        )
    )


def with_ids(values: dict[str, Any]) -> dict[str, Any]:
    """The same values as drafts have them: ids of organizations, and what is said for each dialect."""
    if "dialect_settings" in values:
        said = {dialect: changes_of(form) for dialect, form in values["dialect_settings"].items()}
        values = {**values, "dialect_settings": said}
    if "audience_organizations" not in values:
        return values
    return {**values, "audience_organizations": ids_of(values["audience_organizations"])}


def listed_of(application: Application, pending: PendingVersion | None, *, owner: str) -> ApplicationListed:
    """The record as the list of all has it, with the name of its organization."""
    members = msgspec.structs.asdict(answer_of(application, pending))
    return ApplicationListed(**members, organization_name=owner)


def answer_of(application: Application, pending: PendingVersion | None) -> ApplicationAnswer:
    """The record as it is answered, with what waits of it."""
    return ApplicationAnswer(
        id=to_text(application.id),
        organization_id=to_text(application.organization_id),
        client_id=application.client_id,
        type=application.type,
        name=application.name,
        preset=application.preset,
        platform=application.platform,
        dialects=tuple(sorted(application.dialects)),
        description=application.description,
        base_url=application.base_url,
        logo_url=application.logo_url,
        owner_email=application.owner_email,
        notification_addresses=application.notification_addresses,
        audience=application.audience_requested,
        effective_audience=application.audience_effective,
        audience_organizations=tuple(to_text(one) for one in sorted(application.audience_organizations)),
        redirect_uris=tuple(redirect.uri for redirect in application.redirects),
        post_logout_redirect_uris=application.post_logout_redirects,
        origins=application.origins,
        scopes=tuple(sorted(application.scopes)),
        grant_types=tuple(sorted(application.settings.grant_types)),
        state=application.state,
        stopped_by_rank=application.stopped_by_rank,
        archived=application.archived_at is not None,
        archived_by_rank=application.archived_by_rank,
        suspended_at=time_if(application.suspended_at),
        suspension_reason=application.suspension_reason,
        publication=application.publication,
        pending=pending_of(application, pending),
        purge_at=time_if(application.purge_at),
        default_name=application.default_name,
        built_in=application.is_built_in,
        creator_id=text_of(application.creator_id),
        created_at=time_of(application.created_at),
        updated_at=time_of(application.updated_at),
        version=application.version,
        dialect_settings=forms_of(application.settings),
        **edited_settings(application.settings),
    )


def shown_of(
    application: Application, pending: PendingVersion | None, unheard: Mapping[str, str]
) -> ApplicationShown:
    """The same with the addresses that get no letters."""
    addresses = tuple(UnheardAddress(address, state) for address, state in unheard.items())
    members = msgspec.structs.asdict(answer_of(application, pending))
    return ApplicationShown(**members, unheard_addresses=addresses)
