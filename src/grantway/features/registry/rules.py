"""The rules an application keeps, judged on the whole record that would result (product §3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grantway.core import access_keys, errors, networks
from grantway.core.budgets import LONGEST_DAY
from grantway.core.claims import SCOPE_OF
from grantway.core.errors import Reason
from grantway.core.model import Application, Catalogue, Organization
from grantway.core.policy import AUDIENCES, TYPES, Preset
from grantway.core.redirects import origin_of, origin_problem_of, problem_of
from grantway.features import fields
from grantway.features.access.permissions import out_of_place
from grantway.features.fields import Findings
from grantway.features.registry.drafts import BY_DEVICE, FOR_SERVICE, MACHINE, SIGN_IN, ApplicationDraft
from grantway.features.registry.mount_rules import (
    ALGORITHMS,
    LONGEST_CODE,
    LONGEST_REFRESH_TOKEN,
    PKCE,
    REFRESH_POLICIES,
    SHORTEST_ACCESS_TOKEN,
    SHORTEST_CODE,
    SHORTEST_REFRESH_TOKEN,
    TOKEN_FORMATS,
    judge_mounts,
)

__all__ = [
    "ALGORITHMS",
    "AUDIENCES",
    "LONGEST_CODE",
    "LONGEST_REFRESH_TOKEN",
    "PKCE",
    "REFRESH_POLICIES",
    "SHORTEST_ACCESS_TOKEN",
    "SHORTEST_CODE",
    "SHORTEST_REFRESH_TOKEN",
    "TOKEN_FORMATS",
    "TYPES",
    "Context",
    "judge",
]

PLATFORMS = ("web", "native")
STATES = ("enabled", "disabled")
GRANT_TYPES = MACHINE | SIGN_IN | BY_DEVICE | FOR_SERVICE
CONSENTS = ("ask", "installed", "platform")
REVEALS = ("once", "creator", "developers", "api")
"""Who can read a secret again, the strictest policy first."""
LONGEST_GRACE = 300
LONGEST_SESSION_MINUTES = 31 * 1_440

_GRANT_TYPES_OF = {
    "confidential": GRANT_TYPES,
    "public": SIGN_IN | BY_DEVICE,
    "backend": MACHINE | FOR_SERVICE,
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at beside the draft: preset, scopes there are, organization, and the record so far.

    `spoken` are the dialects that are served here; None for all. `signs` are the algorithms that there are
    keys of, by dialect; None for all that are offered.
    """

    preset: Preset
    catalogue: Catalogue
    place: Organization
    before: Application | None = None
    spoken: frozenset[str] | None = None
    signs: Mapping[str, frozenset[str]] | None = None
    moves_in: bool = False
    """Whether it comes from a server that knew nobody to notify."""

    @property
    def needs_addresses(self) -> bool:
        """Whether somebody has to be named who is notified. One that moved in without may stay so."""
        if self.before is not None:
            return bool(self.before.notification_addresses) or self.preset.addresses_required
        return not self.moves_in

    @property
    def held(self) -> frozenset[str]:
        """The scopes that the application has already."""
        return self.before.scopes if self.before else frozenset()

    @property
    def dialects(self) -> frozenset[str]:
        """Those that the application may speak: what it speaks already stays, served or not."""
        own, kept = self.preset.name, self.before.dialects if self.before else frozenset()
        is_served = self.spoken is None or own in self.spoken or own in kept
        return frozenset({own, "standard"} if is_served else {"standard"})


def judge(draft: ApplicationDraft, context: Context, findings: Findings) -> None:
    """Note every problem of a completed draft."""
    findings.add("type", fields.one_of(draft.type, context.preset.types))
    findings.add("platform", fields.one_of(draft.platform, PLATFORMS))
    findings.add("state", fields.one_of(draft.state, STATES))
    findings.check_each("dialects", draft.dialects or (), lambda name: fields.one_of(name, context.dialects))
    if not draft.dialects:
        findings.add("dialects", errors.FIELD_REQUIRED)
    _judge_description(draft, findings)
    if not draft.notification_addresses and context.needs_addresses:
        findings.add("notification_addresses", errors.FIELD_REQUIRED)
    _judge_audience(draft, context, findings)
    _judge_addresses(draft, context.preset, findings)
    if context.preset.redirect_match == "host":
        _judge_host(draft, findings)
    _judge_grants(draft, context.preset, findings)
    _judge_settings(draft, context.preset, findings)
    judge_mounts(draft, context.preset, findings, signs=context.signs)
    _judge_limits(draft, context.preset, findings)
    findings.check_each(
        "id_token_claims", draft.id_token_claims or (), lambda name: _claim_problem(name, draft)
    )
    findings.check_each("scopes", draft.scopes, lambda value: _scope_problem(value, context))


def _judge_description(draft: ApplicationDraft, findings: Findings) -> None:
    findings.add("name", fields.name_problem(draft.name))
    findings.add("description", fields.text_problem(draft.description))
    if draft.base_url is not None:
        findings.add("base_url", fields.url_problem(draft.base_url))
    if draft.logo_url is not None:
        findings.add("logo_url", fields.url_problem(draft.logo_url))
    if draft.owner_email is not None:
        findings.add("owner_email", fields.email_problem(draft.owner_email))
    findings.check_each("notification_addresses", draft.notification_addresses, fields.email_problem)


def _judge_audience(draft: ApplicationDraft, context: Context, findings: Findings) -> None:
    preset, before = context.preset, context.before
    findings.add("audience", fields.one_of(draft.audience or "", preset.audiences))
    if preset.audience_fixed and before is not None and draft.audience != before.audience_requested:
        findings.add("audience", errors.FIELD_IMMUTABLE)
    listed = [str(identifier) for identifier in draft.audience_organizations]
    findings.check_each("audience_organizations", listed, lambda _: None)
    if listed and draft.audience != "listed_organizations":
        findings.add("audience_organizations", fields.LISTED_ONLY)


def _judge_addresses(draft: ApplicationDraft, preset: Preset, findings: Findings) -> None:
    """A backend has no browser endpoint, so nothing of a browser's belongs to it."""
    lists = {
        "redirect_uris": draft.redirect_uris,
        "post_logout_redirect_uris": draft.post_logout_redirect_uris,
        "origins": draft.origins,
    }
    is_native = draft.platform == "native"
    for name, values in lists.items():
        if draft.type == "backend" and values:
            findings.add(name, errors.FIELD_FORBIDDEN)
        elif name == "origins":
            findings.check_each(name, values, origin_problem_of)
        else:
            findings.check_each(name, values, lambda uri: problem_of(uri, is_native=is_native))
    signs_in = "authorization_code" in (draft.grant_types or ())
    is_needed = signs_in or (preset.redirects_required and draft.type != "backend")
    if is_needed and not draft.redirect_uris:
        findings.add("redirect_uris", errors.FIELD_REQUIRED)


def _judge_host(draft: ApplicationDraft, findings: Findings) -> None:
    """Where redirects are matched by their host, there is one, and none of them leaves it (G8, G16)."""
    if draft.base_url is None:
        if draft.redirect_uris:
            findings.add("base_url", errors.FIELD_REQUIRED)
        return
    host = origin_of(draft.base_url)
    for index, uri in enumerate(draft.redirect_uris[: fields.LONGEST_LIST]):
        if origin_of(uri) != host:
            findings.add(f"redirect_uris[{index}]", errors.PRESET_REDIRECT_HOST)


def _judge_grants(draft: ApplicationDraft, preset: Preset, findings: Findings) -> None:
    allowed = _GRANT_TYPES_OF.get(draft.type, GRANT_TYPES)
    if draft.type == "backend" and access_keys.GRANT_TYPE in (draft.grant_types or ()):
        # What an access key began can go on; nothing else that lasts begins without a browser.
        allowed |= {"refresh_token"}
    if draft.type == "confidential":
        allowed |= preset.settings.grant_types
    findings.check_each("grant_types", draft.grant_types or (), lambda name: _grant_problem(name, allowed))
    if not draft.grant_types:
        findings.add("grant_types", errors.FIELD_REQUIRED)


def _judge_settings(draft: ApplicationDraft, preset: Preset, findings: Findings) -> None:
    """What the preset gives is allowed under it, and what we offer in all."""
    given = preset.settings
    offered: dict[str, tuple[str, ...]] = {
        "consent": CONSENTS,
        "reveal": REVEALS,
    }
    for name, values in offered.items():
        value = getattr(draft, name)
        findings.add(name, None if value == getattr(given, name) else fields.one_of(value, values))


_RANGES = {
    "refresh_grace": (0, LONGEST_GRACE),
    "session_minutes": (1, LONGEST_SESSION_MINUTES),
    "minutes_per_day": (1, LONGEST_DAY),
}


def _judge_limits(draft: ApplicationDraft, preset: Preset, findings: Findings) -> None:
    """How long things last, and from where: what the preset itself gives is allowed here, too."""
    given = preset.settings
    for name, (low, high) in _RANGES.items():
        value = getattr(draft, name)
        if value is not None and value != getattr(given, name):
            findings.add(name, fields.within(value, low, high))
    findings.add("budget_time_zone", fields.time_zone_problem(draft.budget_time_zone or ""))
    findings.check_each("networks", draft.networks or (), networks.problem_of)


def _grant_problem(name: str, allowed: frozenset[str]) -> Reason | None:
    if name in allowed:
        return None
    if name in GRANT_TYPES:
        return errors.FIELD_FORBIDDEN.saying(f"Allowed: {', '.join(sorted(allowed))}.")
    return fields.unknown_value(sorted(allowed))


def _claim_problem(name: str, draft: ApplicationDraft) -> Reason | None:
    """One that no assigned scope gives would never be told."""
    if name not in SCOPE_OF:
        return errors.FIELD_CLAIM_UNKNOWN
    return None if SCOPE_OF[name] in draft.scopes else errors.FIELD_CLAIM_SCOPE


def _scope_problem(value: str, context: Context) -> Reason | None:
    """A retired scope stays where it is and is given to nobody else."""
    scope = context.catalogue.scopes.get(value)
    if scope is None or (scope.retired_at is not None and value not in context.held):
        near = fields.nearest(value, context.catalogue.scopes)
        return errors.FIELD_SCOPE_UNKNOWN.saying(f"Did you mean {near}?" if near else "")
    if out_of_place((value,), context.place.id, context.place):
        # Also what it holds already, from whenever: nothing else of it can be saved with that.
        return errors.FIELD_SCOPE_PLATFORM
    return None
