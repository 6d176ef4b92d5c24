"""The way out: applications as declarations, which `apply` and `import` take again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import msgspec

from grantway.core.audit import AT_THE_MACHINE
from grantway.core.installing import seal_purpose
from grantway.core.listing import OrganizationFilter
from grantway.core.model import Application, Instant, Organization
from grantway.core.ports import OrganizationDoor, Tx
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import APPLICATIONS_READ, ORGANIZATIONS_READ
from grantway.features.audit import Act, AuditLog
from grantway.features.declarations.declared import ABSENT
from grantway.features.declarations.planning import every
from grantway.features.keys.sealing import SealBroken
from grantway.features.registry.drafts import SETTINGS_FIELDS, ApplicationDraft, draft_of
from grantway.features.registry.mount_rules import EDITED_AT_DIALECTS
from grantway.features.services import Services

_ELSEWHERE = frozenset({*SETTINGS_FIELDS, "dialect_settings", "audience_organizations"})
_BLANK = ApplicationDraft(type="", name="")


@dataclass(frozen=True, slots=True)
class Leaving:
    """An organization with everything that it registered, as a declaration says it."""

    slug: str
    applications: tuple[dict[str, Any], ...]
    secrets: int = 0
    """How many secrets stand in it."""


class Exporting:
    """Writes applications out. What it says of one is what its makers asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = AuditLog(services)

    def organizations(self, tx: Tx, caller: Caller, slug: str | None = None) -> Iterator[Organization]:
        """The organization of a short name, or all of them."""
        door = enter_platform(tx, caller, ORGANIZATIONS_READ.for_all)
        only = OrganizationFilter(slug=slug) if slug is not None else OrganizationFilter()
        return every(lambda page: door.organizations(page, only))

    def of(self, tx: Tx, caller: Caller, place: Organization, *, with_secrets: bool = False) -> Leaving:
        """The applications of an organization, without those that are part of the server.

        With secrets, those come along that the policy of their application lets its developers read again, as
        far as a copy is kept. The log of the organization tells of each.
        """
        door = enter(tx, caller, APPLICATIONS_READ, place.id)
        slugs: dict[int, str] = {}
        found, count = [], 0
        for application in every(door.applications):
            if application.is_built_in:
                continue
            told = self._told(tx, application, slugs)
            secrets = self._secrets(tx, door, application) if with_secrets else ()
            if secrets:
                told["secrets"] = list(secrets)
                count += len(secrets)
            found.append(told)
        return Leaving(place.slug, tuple(found), count)

    def _told(self, tx: Tx, application: Application, slugs: dict[int, str]) -> dict[str, Any]:
        draft = draft_of(application)
        outside = {
            one.name: value
            for one in fields(draft)
            if one.name not in _ELSEWHERE and (value := getattr(draft, one.name)) != getattr(_BLANK, one.name)
        }
        settings = {name: getattr(draft, name) for name in SETTINGS_FIELDS}
        dialects = {
            dialect: {name: value for name, value in values.items() if name in EDITED_AT_DIALECTS}
            for dialect, values in (draft.dialect_settings or {}).items()
        }
        if dialects:
            settings["dialects"] = dialects
        listed = [_slug_of(tx, one, slugs) for one in draft.audience_organizations]
        told = {"client_id": application.client_id, **outside}
        if listed:
            told["audience_organizations"] = listed
        if application.state == "deletion_scheduled":
            told["state"] = ABSENT
        plain: dict[str, Any] = msgspec.to_builtins({**told, "settings": settings})
        return plain

    def _secrets(self, tx: Tx, door: OrganizationDoor, application: Application) -> tuple[str, ...]:
        if application.settings.reveal != "developers" or application.suspended_at is not None:
            return ()
        if application.state == "deletion_scheduled":
            return ()
        now = self._services.clock.now()
        found = []
        for one in door.credentials(application.id):
            if one.organization_id != application.organization_id or one.seal_key_id is None:
                continue
            if one.revoked_at is None and (one.expires_at is None or now < one.expires_at):
                text = self._opened(door, application, one.id, now)
                found += [text] if text is not None else []
                if text is not None:
                    # Its makers are told, as when somebody of theirs reads it.
                    place = application.organization_id
                    self._log.record(
                        tx, AT_THE_MACHINE, Act("secret.reveal", one.id, place, application_id=application.id)
                    )
        return tuple(found)

    def _opened(
        self, door: OrganizationDoor, application: Application, credential_id: int, now: Instant
    ) -> str | None:
        kept = door.sealed_secret(application.id, credential_id)
        if kept is None:
            return None
        try:
            plain = self._services.sealer.open(seal_purpose(credential_id), kept.sealed)
        except SealBroken:
            return None
        door.secret_revealed(application.id, credential_id, by=None, now=now)
        return plain.decode()


def _slug_of(tx: Tx, organization_id: int, slugs: dict[int, str]) -> str:
    if organization_id not in slugs:
        found = tx.gate.organization_record(organization_id)
        slugs[organization_id] = found.slug if found is not None else ""
    return slugs[organization_id]
