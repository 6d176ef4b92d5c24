"""What callers may say about an application: the whole record as they want it, not judged yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeAlias

from grantway.core import access_keys, devices, exchange, networks
from grantway.core.model import Application, ApplicationSettings, Id
from grantway.core.mount_settings import OF_MOUNTS, values_of
from grantway.core.policy import STANDARD, Preset
from grantway.core.service_accounts import GRANT_TYPE

SIGN_IN = frozenset({"authorization_code", "refresh_token"})
MACHINE = frozenset({"client_credentials"})
BY_DEVICE = frozenset({devices.GRANT_TYPE})
"""Signing people in from a device without a browser, where somebody asks for it (RFC 8628)."""
FOR_SERVICE = frozenset({GRANT_TYPE, access_keys.GRANT_TYPE, exchange.GRANT_TYPE})
"""Acting as somebody by what the organization or the owner of a key said before: for applications that keep
a secret, if they ask for it."""

DialectValues: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What dialects' own mounts have in another way than the standard one: by dialect, then by name."""


@dataclass(frozen=True, slots=True)
class ApplicationDraft:
    """An application as somebody wants it to be. None stands for what the preset gives.

    Lists stay in the order they came in, with what is said twice, so that the rules can say where a
    problem is. `type` and `preset` are fixed at creation.
    """

    type: str
    name: str
    preset: str = "standard"
    platform: str = "web"
    dialects: tuple[str, ...] | None = None
    description: str = ""
    base_url: str | None = None
    logo_url: str | None = None
    owner_email: str | None = None
    notification_addresses: tuple[str, ...] = ()
    audience: str | None = None
    audience_organizations: tuple[Id, ...] = ()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] | None = None
    token_format: str | None = None
    access_token_algorithm: str | None = None
    id_token_algorithm: str | None = None
    access_token_lifetime: int | None = None
    refresh_token_lifetime: int | None = None
    refresh_token_idle_lifetime: int | None = None
    refresh_policy: str | None = None
    pkce: str | None = None
    consent: str | None = None
    reveal: str | None = None
    code_lifetime: int | None = None
    refresh_grace: int | None = None
    client_may_choose_lifetime: bool | None = None
    chosen_lifetime_cap: int | None = None
    session_minutes: int | None = None
    minutes_per_day: int | None = None
    budget_time_zone: str | None = None
    strict_scopes: bool | None = None
    networks: tuple[str, ...] | None = None
    id_token_claims: tuple[str, ...] | None = None
    dialect_settings: DialectValues | None = None
    state: str = "enabled"
    archived: bool = False


_OF_DRAFTS = frozenset(field.name for field in fields(ApplicationDraft))
SETTINGS_FIELDS = tuple(
    name
    for name in (*OF_MOUNTS, *(field.name for field in fields(ApplicationSettings)))
    if name in _OF_DRAFTS - {"grant_types", "dialects"}
)
"""The settings that are edited one by one; those that differ by mount, as they are at the standard one.

Grant types are not among them, because what they are depends on the type of the application; nor is what
dialects' own mounts have, which a draft calls `dialect_settings`.
"""


def edited_settings(settings: ApplicationSettings) -> dict[str, Any]:
    """The settings that are edited one by one, by name."""
    standard = settings.standard
    return {name: getattr(standard if name in OF_MOUNTS else settings, name) for name in SETTINGS_FIELDS}


def dialect_values(settings: ApplicationSettings) -> dict[str, dict[str, Any]]:
    """What the settings say for dialects' own mounts."""
    return {dialect: values_of(given) for dialect, given in sorted(settings.dialects.items())}


def merged(former: DialectValues, wanted: DialectValues) -> dict[str, dict[str, Any]]:
    """The former values with those that are named; null makes a mount follow the standard one again."""
    whole = {dialect: dict(values) for dialect, values in former.items()}
    for dialect, values in wanted.items():
        known = {**whole.get(dialect, {}), **values}
        whole[dialect] = {name: value for name, value in known.items() if value is not None}
    return whole


def draft_of(application: Application) -> ApplicationDraft:
    """A stored application as a draft that would change nothing."""
    return ApplicationDraft(
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
        audience_organizations=tuple(sorted(application.audience_organizations)),
        redirect_uris=tuple(redirect.uri for redirect in application.redirects),
        post_logout_redirect_uris=application.post_logout_redirects,
        origins=application.origins,
        scopes=tuple(sorted(application.scopes)),
        grant_types=tuple(sorted(application.settings.grant_types)),
        dialect_settings=dialect_values(application.settings),
        state="disabled" if application.state == "disabled" else "enabled",
        archived=application.archived_at is not None,
        **edited_settings(application.settings),
    )


def completed(
    draft: ApplicationDraft,
    preset: Preset,
    before: Application | None,
    *,
    spoken: frozenset[str] | None = None,
) -> ApplicationDraft:
    """The draft with everything that was left out filled in: from the preset, for its type and use.

    `spoken` are the dialects that are served here; None for all. Where the preset's own is not among
    them, a new application speaks `standard`.

    With its first redirect URI an application begins to sign users in: it gets the grant types for
    that, and under a preset that widens, it opens to any organization unless its owner says otherwise.

    Where redirects are matched by their host, the website stands for the first of them (G8, G16).
    """
    if before is None and preset.redirect_match == "host" and draft.base_url and not draft.redirect_uris:
        draft = replace(draft, redirect_uris=(draft.base_url,))
    begins_sign_in = bool(draft.redirect_uris) and not (before and before.redirects)
    audience = draft.audience
    if audience is None:
        opens = begins_sign_in and preset.widens_audience_on_sign_in
        audience = "any_organization" if opens else "own_organization"
    grant_types = draft.grant_types
    if grant_types is None:
        former = before.settings.grant_types if before else frozenset()
        grant_types = tuple(sorted(former | _grant_types(draft, preset.settings)))
    dialects = draft.dialects
    if dialects is None:
        dialects = (preset.name,) if spoken is None or preset.name in spoken else (STANDARD.name,)
    settings = _inherited(preset, draft.type)
    given = {name: value for name, value in edited_settings(settings).items() if getattr(draft, name) is None}
    of_preset, said = dialect_values(settings), draft.dialect_settings or {}
    given["dialect_settings"] = merged(of_preset, said) if before is None else {**of_preset, **said}
    if draft.networks is not None:
        # Two spellings of one range are found to be one, and it is stored in the spelling that is compared.
        given["networks"] = tuple(map(networks.normalised, draft.networks))
    return replace(
        draft,
        audience=audience,
        grant_types=grant_types,
        dialects=dialects,
        **given,
    )


def _inherited(preset: Preset, kind: str) -> ApplicationSettings:
    """What a preset gives. What a public application may not relax, it does not get from one."""
    if kind != "public":
        return preset.settings
    mounts = preset.settings.dialects.items()
    strict = {name: replace(given, pkce=None, refresh_policy=None) for name, given in mounts}
    return preset.settings.having(pkce="required", refresh_policy="rotate", dialects=strict)


def _grant_types(draft: ApplicationDraft, settings: ApplicationSettings) -> frozenset[str]:
    if draft.type == "backend":
        return MACHINE | (settings.grant_types & {access_keys.GRANT_TYPE})
    if draft.type == "public":
        return settings.grant_types & (SIGN_IN | BY_DEVICE)
    if draft.redirect_uris:
        return settings.grant_types
    return settings.grant_types - SIGN_IN - BY_DEVICE - FOR_SERVICE or MACHINE | (
        settings.grant_types & FOR_SERVICE
    )
