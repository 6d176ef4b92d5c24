"""The unit of work as the features see it: three doors, and the change feed written at the end."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from grantway.core.model import Id
from grantway.storage.sql.feed import Feed
from grantway.storage.sql.gate import SqlGate
from grantway.storage.sql.organization import SqlOrganizationDoor
from grantway.storage.sql.platform import SqlPlatformDoor
from grantway.storage.sql.unit import Unit


class SqlTx:
    """One unit of work. Nothing is sent to the database before the first statement."""

    def __init__(self, unit: Unit, feed: Feed) -> None:
        self._unit = unit
        self._feed = feed
        self._gate: SqlGate | None = None

    @property
    def gate(self) -> SqlGate:
        """The door for what is found by an unguessable key."""
        if self._gate is None:
            self._gate = SqlGate(self._unit, self._feed)
        return self._gate

    @property
    def platform(self) -> SqlPlatformDoor:
        """The door for operators."""
        return SqlPlatformDoor(self._unit, self._feed)

    def organization(self, organization_id: Id) -> SqlOrganizationDoor:
        """The door to what one organization owns."""
        return SqlOrganizationDoor(self._unit, self._feed, organization_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is not None:
                self._unit.rollback()
                return
            self._commit()
        finally:
            self._unit.end()
        self._feed.tell()

    def _commit(self) -> None:
        try:
            self._feed.write(self._unit)
        except BaseException:
            self._unit.rollback()
            raise
        self._unit.commit()
