"""The audit log, publication and the platform's policy, as the doors reach them."""

from __future__ import annotations

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.errors import RECORD_NOT_FOUND, NotFound
from grantway.core.model import Application, Change, Id, Instant
from grantway.core.publication import PlatformPolicy, PublicationStep
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door, sound
from grantway.storage.sql.tables.oversight import audit, publications
from grantway.storage.sql.unit import Unit

_LATEST: Instant = 2**62
_HIGHEST: Id = 2**62
# No id of a record is as short as this text, so it stands for none in particular.
_ANY_TARGET = ""


class AuditWriting(Door):
    """Adds lines to the audit log, and reads what decisions everywhere need."""

    def record_act(self, entry: AuditEntry) -> None:
        """Queue a line; it is kept or lost with the transaction."""
        self._unit.queue("insert_audit", rows.values_of(entry, audit))

    def platform_policy(self) -> PlatformPolicy:
        """What the platform decides for everybody."""
        return rows.platform_policy(self._unit.rows("platform_policy")[0])


class PublicationWriting(Door):
    """What operators decide about publication, and what was due for removal."""

    def update_policy(self, policy: PlatformPolicy, *, version: int) -> PlatformPolicy | None:
        """Change the platform's policy, if its version is the stored one."""
        row = self._unit.row(
            "update_platform_policy",
            version_=version,
            approval_required=int(policy.approval_required),
            terms_version=policy.terms_version,
            password_ends_offline=int(policy.password_ends_offline),
            gates=rows.to_json(policy.gates),
        )
        if row is None:
            return None
        # Gates are read on every token request, with the catalogue.
        self._feed.add(Change("catalogue", 0))
        return rows.platform_policy(row)

    def submissions(self, *, publication: str, after: Id, limit: int) -> tuple[Application, ...]:
        """Applications of all organizations in a state of publication, by id."""
        found = self._unit.rows("submissions", publication=publication, after=after, limit=limit)
        return tuple(map(rows.application, found))

    def due_applications(self, *, now: Instant, limit: int) -> tuple[Id, ...]:
        """The ids of applications whose deletion is due, those that wait longest first."""
        return tuple(row[0] for row in self._unit.rows("due_applications", now=now, limit=limit))

    def purge_application(self, application_id: Id, *, now: Instant) -> Application | None:
        """Delete an application if it is scheduled and due, and remember its client_id."""
        it = {"application_id_": application_id}
        self._unit.rows("lock_owner", record_id=application_id)
        if not self._unit.rows("claim_purge", **it, now=now):
            return None
        purged = rows.application(self._unit.rows("application", **it)[0])
        self._unit.queue("insert_tombstone", {"text": purged.client_id, "deleted_at": now})
        self._unit.queue("delete_application", it)
        self._feed.add(Change("application", application_id))
        return purged


def audit_lines(
    unit: Unit, query: AuditQuery, *, organization_id: Id | None = None
) -> tuple[AuditEntry, ...]:
    """Lines of the log, the newest first; of one organization, or all."""
    before_at, before_id = (_LATEST if query.until is None else query.until - 1), _HIGHEST
    if query.after:
        row = unit.row("audit_time", entry_id=query.after)
        if row is not None and row[0] <= before_at:
            before_at, before_id = row[0], query.after
    values = {
        "before_at": before_at,
        "before_id": before_id,
        "since": query.since or 0,
        "actor": query.actor or 0,
        "pattern": _pattern(query.action),
        "target": sound(query.target or _ANY_TARGET),
        "any_target": _ANY_TARGET,
        "limit": query.limit,
    }
    if organization_id is None:
        found = unit.rows("audit", **values)
    else:
        found = unit.rows("own_audit", organization_id_=organization_id, **values)
    return tuple(AuditEntry(*row) for row in found)


def publication_steps(unit: Unit, organization_id: Id, application_id: Id) -> tuple[PublicationStep, ...]:
    """All steps of an application of an organization, the first one first."""
    found = unit.rows("publication_steps", application_id_=application_id, organization_id_=organization_id)
    return tuple(map(rows.publication_step, found))


def insert_publication_step(unit: Unit, organization_id: Id, step: PublicationStep) -> None:
    """Add a step. Raises NotFound where the application is not the organization's."""
    inserted = unit.rows(
        "insert_publication_step",
        **rows.values_of(step, publications),
        application_id_=step.application_id,
        organization_id_=organization_id,
    )
    if not inserted:
        raise NotFound(RECORD_NOT_FOUND, "application")


def _pattern(action: str | None) -> str:
    """An action by its whole name, or all of a kind by the name of the kind and a dot."""
    if not action:
        return "%"
    escaped = sound(action).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped + "%" if escaped.endswith(".") else escaped
