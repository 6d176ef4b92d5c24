"""From a judged draft to the record that is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from grantway.core.model import (
    Application,
    ApplicationSettings,
    ApplicationType,
    Audience,
    ClientPlatform,
    Id,
    Instant,
    Redirect,
)
from grantway.core.mount_settings import DialectSettings
from grantway.core.publication import effective_audience
from grantway.features.registry.drafts import SETTINGS_FIELDS, ApplicationDraft

if TYPE_CHECKING:
    from grantway.core.policy import Preset, RedirectMatch
    from grantway.features.services import Services

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CLIENT_ID_LENGTH = 25


def new_client_id(random: bytes) -> str:
    """A client id of 18 random bytes: letters and digits only, so that no library need encode it.

    It is longer than any record id, so none can be mistaken for a user (RFC 9700 §4.15).
    """
    rest = int.from_bytes(random, "big")
    signs = []
    for _ in range(CLIENT_ID_LENGTH):
        rest, digit = divmod(rest, 62)
        signs.append(_BASE62[digit])
    return "".join(signs)


def new_application(
    draft: ApplicationDraft,
    preset: Preset,
    services: Services,
    *,
    organization_id: Id,
    creator_id: Id | None,
    waits: bool = False,
    default_name: str | None = None,
) -> Application:
    """The record of a completed and judged draft. `waits` is as in `rewritten`."""
    now = services.clock.now()
    blank = Application(
        id=services.entropy.new_id(),
        organization_id=organization_id,
        client_id=new_client_id(services.entropy.token_bytes(18)),
        type=cast("ApplicationType", draft.type),
        name=draft.name,
        state="enabled",
        epoch=1,
        version=1,
        settings=preset.settings,
        preset=preset.name,
        installable="by_client_id" if preset.installable_by_client_id else "by_audience",
        creator_id=creator_id,
        created_at=now,
        default_name=default_name,
    )
    return rewritten(blank, draft, now=now, waits=waits, match=preset.redirect_match)


def rewritten(
    before: Application,
    draft: ApplicationDraft,
    *,
    now: Instant,
    waits: bool = False,
    match: RedirectMatch = "exact",
) -> Application:
    """The stored record with everything that a judged draft says.

    `waits` is whether opening to any organization waits for an approval; `match` is for new redirects.
    """
    matches = {redirect.uri: redirect for redirect in before.redirects}
    audience = cast("Audience", draft.audience)
    return replace(
        before,
        name=draft.name,
        state="disabled" if draft.state == "disabled" else "enabled",
        settings=_settings(before.settings, draft),
        platform=cast("ClientPlatform", draft.platform),
        dialects=frozenset(draft.dialects or ()),
        description=draft.description,
        base_url=draft.base_url,
        logo_url=draft.logo_url,
        owner_email=draft.owner_email,
        notification_addresses=draft.notification_addresses,
        audience_requested=audience,
        audience_effective=effective_audience(before, audience, waits=waits),
        audience_organizations=frozenset(draft.audience_organizations),
        redirects=tuple(matches.get(uri, Redirect(uri, match)) for uri in draft.redirect_uris),
        post_logout_redirects=draft.post_logout_redirect_uris,
        origins=draft.origins,
        scopes=frozenset(draft.scopes),
        purge_at=None,
        archived_at=(before.archived_at or now) if draft.archived else None,
        updated_at=now,
    )


def _settings(before: ApplicationSettings, draft: ApplicationDraft) -> ApplicationSettings:
    edited: dict[str, Any] = {name: getattr(draft, name) for name in SETTINGS_FIELDS}
    dialects = {name: DialectSettings(**given) for name, given in (draft.dialect_settings or {}).items()}
    return before.having(grant_types=frozenset(draft.grant_types or ()), dialects=dialects, **edited)
