"""Brings applications of other servers in, by the rules that all applications keep.

A plan is the same work in transactions that are undone. What moves in is known by its client id: a second
time it is compared with the file, and what the owners decide here in the meantime (whether it is in use, and
who it is open to) stays theirs. An import never vouches, and opens nothing beyond its own organization
without the approval that everybody needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grantway.core import errors
from grantway.core.audit import AT_THE_MACHINE
from grantway.core.errors import DomainError, FieldError, Invalid
from grantway.core.model import Application, Catalogue, Id, Organization
from grantway.core.moving import Incoming, Refusal, client_id_problem, record_id_in
from grantway.core.policy import STANDARD, Preset
from grantway.core.ports import Tx
from grantway.core.publication import needs_approval
from grantway.features.access.callers import Caller
from grantway.features.accounts.organizations import OrganizationDraft, Organizations
from grantway.features.audit import Act, AuditLog
from grantway.features.declarations.planning import Member, Plan, Work, differing, organization_of
from grantway.features.fields import no_such
from grantway.features.moving.secrets import TakingSecrets
from grantway.features.moving.sparing import without_faulty
from grantway.features.moving.telling import notes_on_scopes, refusal_of
from grantway.features.registry.applications import Applications
from grantway.features.registry.drafts import ApplicationDraft, merged
from grantway.features.registry.life_cycle import LifeCycle
from grantway.features.registry.reviewing import wanted_of
from grantway.features.services import Services

_DECIDED_HERE = frozenset({"audience", "audience_organizations", "state", "archived"})
"""What a file says of a new application only: afterwards its owners decide it here."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one record: `create`, `change`, `keep` or `refuse`."""

    action: str
    line: int
    client_id: str
    name: str
    organization: str
    members: tuple[Member, ...] = ()
    secrets: tuple[str, ...] = ()
    """How each secret that is taken over came; `short` after it where it can be guessed."""
    refusals: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Makers:
    """The features that everybody else makes these records by."""

    organizations: Organizations
    applications: Applications
    life_cycle: LifeCycle


@dataclass(slots=True)
class Owners:
    """Who owns what moves in: one organization for all, or one for each realm of the other server."""

    slug: str | None = None
    addresses: tuple[str, ...] = ()
    """Who is notified of applications that came without anybody."""
    made: dict[str, str] = field(default_factory=dict)
    """Organizations that are made, by their short names."""
    seen: dict[str, Incoming] = field(default_factory=dict)
    """The first record of each client id."""


@dataclass(slots=True)
class _Batch:
    """What is read once for all records of a transaction."""

    owners: Owners
    catalogue: Catalogue
    places: dict[str, Organization | None] = field(default_factory=dict)


class Bringing:
    """Takes records in, batch by batch."""

    def __init__(self, services: Services, makers: Makers, presets: Iterable[Preset]) -> None:
        self._services = services
        self._makers = makers
        self._presets = {STANDARD.name: STANDARD, **{one.name: one for one in presets}}
        self._log = AuditLog(services)
        self._secrets = TakingSecrets(services)

    def batch(
        self, tx: Tx, caller: Caller, incoming: Sequence[Incoming], owners: Owners
    ) -> tuple[Outcome, ...]:
        """What becomes of each record. What is refused leaves nothing behind, and the others go on."""
        whole = _Batch(owners, tx.gate.catalogue())
        return tuple(self._one(tx, caller, one, whole) for one in incoming)

    def _one(self, tx: Tx, caller: Caller, one: Incoming, whole: _Batch) -> Outcome:
        owners = whole.owners
        name = str(one.values.get("name") or one.client_id)
        slug = owners.slug or (one.realm.slug if one.realm else "")
        told = Outcome("refuse", one.line, one.client_id, name, slug)
        refusals = [*one.refusals, *self._misfits(tx, one, owners)]
        if refusals:
            return replace(told, refusals=tuple(refusals), notes=one.notes)
        try:
            if slug not in whole.places:
                whole.places[slug] = self._place(tx, caller, one, owners)
            place = whole.places[slug]
            if place is None:
                missing = FieldError("organization", no_such("an organization by its short name"))
                return replace(told, refusals=(refusal_of(one, missing),), notes=one.notes)
            return self._as_it_fits(tx, caller, place, one, replace(told, organization=place.slug), whole)
        except Invalid as invalid:
            found = tuple(refusal_of(one, error) for error in invalid.errors)
            return replace(told, refusals=found, notes=one.notes)
        except DomainError as refused:
            return replace(told, refusals=(Refusal("", one.line, refused.reason),), notes=one.notes)

    def _misfits(self, tx: Tx, one: Incoming, owners: Owners) -> Iterable[Refusal]:
        """Why a client id cannot be taken over."""
        place, line = one.names.get("client_id", ("client_id", one.line))
        problem = client_id_problem(one.client_id)
        if problem is not None:
            yield Refusal(place, line, problem)
        first = owners.seen.setdefault(one.client_id, one)
        if first is not one:
            twice = f"The file has it in line {first.line}, too."
            yield Refusal(place, line, errors.MOVING_TAKEN.saying(twice))
        identifier = record_id_in(one.client_id)
        if identifier is not None and (
            tx.gate.user(identifier) is not None or tx.gate.service_account(identifier) is not None
        ):
            users = "It is the id of a user here, and tokens would confuse the two."
            yield Refusal(place, line, errors.MOVING_CLIENT_ID.saying(users))

    def _place(self, tx: Tx, caller: Caller, one: Incoming, owners: Owners) -> Organization | None:
        if owners.slug is not None:
            return organization_of(tx, owners.slug)
        realm = one.realm
        if realm is None:
            return None
        found = organization_of(tx, realm.slug)
        if found is None:
            draft = OrganizationDraft(realm.name, realm.slug)
            found = self._makers.organizations.create(tx, caller, draft)
            act = Act(
                "organization.create", found.id, found.id, after={"name": found.name, "slug": found.slug}
            )
            self._log.record(tx, AT_THE_MACHINE, act)
            owners.made[found.slug] = found.name
        return found

    def _as_it_fits(
        self, tx: Tx, caller: Caller, place: Organization, one: Incoming, told: Outcome, whole: _Batch
    ) -> Outcome:
        """What becomes of a record, without what no client needs where just that cannot be registered."""
        try:
            return self._taken(tx, caller, place, one, told, whole)
        except Invalid as invalid:
            spared = without_faulty(one, invalid)
            if spared is None:
                raise
            try:
                return self._taken(tx, caller, place, spared, told, whole)
            except Invalid:
                raise invalid from None

    def _taken(
        self, tx: Tx, caller: Caller, place: Organization, one: Incoming, told: Outcome, whole: _Batch
    ) -> Outcome:
        known = tx.gate.application_by_client_id(one.client_id)
        if known is not None and known.organization_id != place.id:
            field, line = one.names.get("client_id", ("client_id", one.line))
            taken = errors.MOVING_TAKEN.saying("Another organization of this server has it.")
            return replace(told, refusals=(Refusal(field, line, taken),), notes=one.notes)
        notes = list(one.notes)
        if known is not None and known.state == "deletion_scheduled":
            notes.append("It is scheduled for deletion here: enable it first, if it is to come back.")
            return replace(told, action="keep", notes=tuple(notes))
        values = self._values(tx, one, notes, whole)
        self._secrets.judge(tx, place, known, one)
        work = Work(tx, caller, place, Plan(place.slug, place.id), self._log)
        if known is None:
            application = self._created(work, one, values, notes)
        else:
            application = self._changed(work, known, values)
        secrets = self._secrets.take(work, application, one, notes)
        members = tuple(member for step in work.plan.steps for member in step.members)
        action = "create" if known is None else "change" if members or secrets else "keep"
        return replace(told, action=action, members=members, secrets=secrets, notes=tuple(notes))

    def _values(self, tx: Tx, one: Incoming, notes: list[str], whole: _Batch) -> dict[str, Any]:
        """The members of the draft, as far as they can be registered here."""
        values = {"name": one.client_id, **one.values}
        preset = self._presets.get(values.get("preset", STANDARD.name), STANDARD)
        if "scopes" in values:
            values["scopes"] = notes_on_scopes(whole.catalogue, values["scopes"], notes)
        listed = _listed(tx, values.pop("audience_organizations", ()), notes)
        if listed and values.get("audience") == "listed_organizations":
            values["audience_organizations"] = listed
        else:
            values["audience"] = "own_organization"
        if one.is_open:
            if needs_approval(preset, tx.gate.platform_policy()):
                values["audience"] = "any_organization"
                notes.append("It was open to every organization: here that waits for an operator's approval.")
            else:
                notes.append("It was open to every organization: here its developers open it (`audience`).")
        if not values.get("notification_addresses"):
            if whole.owners.addresses:
                values["notification_addresses"] = whole.owners.addresses
            else:
                values.pop("notification_addresses", None)
        return values

    def _created(self, work: Work, one: Incoming, values: Mapping[str, Any], notes: list[str]) -> Application:
        draft = ApplicationDraft(**{"type": "confidential", **values})
        preset = self._presets.get(draft.preset, STANDARD)
        default = preset.default_application(draft.name)
        made = self._makers.applications.create(
            work.tx,
            work.caller,
            work.organization.id,
            replace(draft, name=default.name if default is not None else draft.name),
            default_name=default.name if default is not None else None,
            client_id=one.client_id,
        )
        if not made.notification_addresses:
            notes.append("It names nobody who is notified. --notify gives an address to those without one.")
        work.created("application", made.name, made.id, {"client_id": made.client_id, **values})
        if one.is_leaving:
            at = (work.tx, work.caller, work.organization.id)
            made = self._makers.life_cycle.schedule_deletion(
                *at, application_id=made.id, version=made.version
            )
        return made

    def _changed(self, work: Work, known: Application, values: Mapping[str, Any]) -> Application:
        """The record as the file has it, but for what its owners decide here."""
        pending = work.tx.organization(work.organization.id).pending_version(known.id)
        waiting = pending.members if pending else {}
        asked = wanted_of(known, waiting)
        wanted = {name: value for name, value in values.items() if name not in _DECIDED_HERE}
        if "dialect_settings" in wanted:
            wanted["dialect_settings"] = merged(asked.dialect_settings or {}, wanted["dialect_settings"])
        changes = differing(asked, wanted)
        if not changes:
            return known
        written = self._makers.applications.update(
            work.tx,
            work.caller,
            work.organization.id,
            application_id=known.id,
            changes=changes,
            version=known.version,
        )
        pending = work.tx.organization(work.organization.id).pending_version(known.id)
        waits = frozenset(changes) & (pending.members.keys() if pending else frozenset())
        pairs = {name: (getattr(asked, name), value) for name, value in changes.items()}
        work.changed("application", known.name, known.id, pairs, waits=waits)
        return written


def _listed(tx: Tx, names: Iterable[str], notes: list[str]) -> tuple[Id, ...]:
    """The organizations of short names; those that are not here are noted."""
    found = [(name, organization_of(tx, name)) for name in names]
    missing = [name for name, organization in found if organization is None]
    if missing:
        notes.append(f"It was open to organizations that are not here: {' '.join(missing)}.")
    return tuple(organization.id for _, organization in found if organization is not None)
