"""Organizations: made, disabled and removed by operators, kept up by their own administrators."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from grantway.core import errors
from grantway.core.errors import (
    RECORD_CHANGED,
    RECORD_IN_USE,
    RECORD_NOT_FOUND,
    RECORD_PLATFORM,
    Conflict,
    NotFound,
    PreconditionFailed,
)
from grantway.core.gates import NO_POLICY, GatePolicy, OrganizationGate
from grantway.core.listing import EVERY_ORGANIZATION, OrganizationFilter
from grantway.core.model import Id, Organization, State
from grantway.core.ports import Page, Tx
from grantway.features import fields
from grantway.features.access.callers import Caller, enter, enter_platform
from grantway.features.access.permissions import ORGANIZATIONS_READ, ORGANIZATIONS_WRITE
from grantway.features.fields import Findings
from grantway.features.registry.gate_rules import gate_problem
from grantway.features.services import Services

OPERATORS_FIELDS = ("slug", "state")
"""What an organization's own administrators may see and not change."""

_NOT_IN_A_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """An organization as somebody wants it. Without a slug one is made from the name."""

    name: str
    slug: str | None = None
    time_zone: str = "UTC"
    state: str = "enabled"
    gate: str | None = None
    """None: the one that the platform gives to new ones."""


class Organizations:
    """The organizations of the platform."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def listed(
        self, tx: Tx, caller: Caller, *, page: Page, only: OrganizationFilter = EVERY_ORGANIZATION
    ) -> tuple[Organization, ...]:
        """All organizations, in the order of their ids. Operators only."""
        return enter_platform(tx, caller, ORGANIZATIONS_READ.for_all).organizations(page, only)

    def read(self, tx: Tx, caller: Caller, organization_id: Id) -> Organization:
        """One organization. Raises NotFound."""
        organization = enter(tx, caller, ORGANIZATIONS_READ, organization_id).read()
        if organization is None:
            raise NotFound(RECORD_NOT_FOUND)
        return organization

    def create(self, tx: Tx, caller: Caller, draft: OrganizationDraft) -> Organization:
        """Make a tenant. Operators only. Raises Invalid."""
        door = enter_platform(tx, caller, ORGANIZATIONS_WRITE.for_all)
        identifier = self._services.entropy.new_id()
        slug, spare = (draft.slug, None) if draft.slug is not None else _slugs_of(draft.name, identifier)
        gates = tx.gate.platform_policy().gates
        wanted = replace(draft, slug=slug, gate=draft.gate or gates.default)
        _judge(wanted, gates).raise_if_any()
        organization = Organization(
            id=identifier,
            kind="tenant",
            name=wanted.name,
            slug=slug,
            state=cast("State", wanted.state),
            epoch=1,
            version=1,
            time_zone=wanted.time_zone,
            created_at=self._services.clock.now(),
            gate=cast("OrganizationGate", wanted.gate),
        )
        if spare is None:
            door.insert_organization(organization)
        elif not door.insert_organization_if_free(organization):
            organization = replace(organization, slug=spare)
            door.insert_organization(organization)
        return organization

    def update(
        self, tx: Tx, caller: Caller, organization_id: Id, *, changes: Mapping[str, Any], version: int
    ) -> Organization:
        """Change an organization. Raises NotFound, PreconditionFailed, Conflict and Invalid."""
        door = enter(tx, caller, ORGANIZATIONS_WRITE, organization_id)
        before = door.read()
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        former = OrganizationDraft(before.name, before.slug, before.time_zone, before.state, before.gate)
        draft = replace(former, **changes)
        gates = tx.gate.platform_policy().gates if draft.gate != former.gate else NO_POLICY
        findings = _judge(draft, gates, own_words=before.kind == "platform")
        for name in OPERATORS_FIELDS:
            if getattr(draft, name) != getattr(former, name) and not caller.is_platform:
                findings.add(name, errors.FIELD_OPERATOR)
        findings.raise_if_any()
        if before.kind == "platform" and draft.state != "enabled":
            raise Conflict(RECORD_PLATFORM)
        wanted = replace(
            before,
            name=draft.name,
            slug=draft.slug or before.slug,
            state=cast("State", draft.state),
            time_zone=draft.time_zone,
            gate=cast("OrganizationGate", draft.gate),
        )
        written = door.update(wanted, version=version)
        if written is None:
            raise PreconditionFailed(RECORD_CHANGED)
        return written

    def delete(self, tx: Tx, caller: Caller, organization_id: Id, *, version: int) -> None:
        """Remove an organization that has neither members nor applications. Operators only.

        Raises NotFound, PreconditionFailed and Conflict.
        """
        door = enter_platform(tx, caller, ORGANIZATIONS_WRITE.for_all)
        before = tx.organization(organization_id).read()
        if before is None:
            raise NotFound(RECORD_NOT_FOUND)
        if before.kind == "platform":
            raise Conflict(RECORD_PLATFORM)
        if before.version != version:
            raise PreconditionFailed(RECORD_CHANGED)
        if tx.organization(organization_id).apis(Page(limit=1)):
            raise Conflict(RECORD_IN_USE)
        if not door.delete_organization(organization_id, version=version):
            raise Conflict(RECORD_IN_USE)


def _slugs_of(name: str, identifier: Id) -> tuple[str, str | None]:
    """A name for addresses: the plain words, and where others have them, one that the id ends.

    Without words that can be taken there is only the second.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _NOT_IN_A_SLUG.sub("-", plain).strip("-")[:40].strip("-")
    unlike = f"{words or 'organization'}-{identifier:x}"
    return (unlike, None) if fields.slug_problem(words) is not None else (words, unlike)


def _judge(draft: OrganizationDraft, gates: GatePolicy, *, own_words: bool = False) -> Findings:
    """`own_words`: the organization that runs the server is called by one of the server's own words."""
    findings = Findings()
    for name, problem in (
        ("name", fields.name_problem(draft.name)),
        ("slug", fields.slug_problem(draft.slug or "")),
    ):
        findings.add(name, None if own_words and problem is errors.FIELD_RESERVED else problem)
    findings.add("time_zone", fields.time_zone_problem(draft.time_zone))
    findings.add("state", fields.one_of(draft.state, ("enabled", "disabled")))
    findings.add("gate", gate_problem(draft.gate, gates))
    return findings
