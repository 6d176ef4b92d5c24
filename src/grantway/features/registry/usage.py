"""What the owner of an application sees of the minutes that people used it (B12)."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.activity import parse_day
from grantway.core.budgets import Usage, UsageQuery
from grantway.core.errors import FIELD_DAY, RECORD_NOT_FOUND, FieldError, Invalid, NotFound
from grantway.core.model import Id
from grantway.core.ports import Page, Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which lines to show: of one day, of one subject, or all."""

    day: str | None = None
    subject: str | None = None


class UsageReports:
    """Reads the ledger of one application."""

    def listed(
        self,
        tx: Tx,
        caller: Caller,
        organization_id: Id,
        *,
        application_id: Id,
        page: Page,
        narrowing: Narrowing,
    ) -> tuple[Usage, ...]:
        """Who reserved how many minutes on which day, the latest first. Raises NotFound and Invalid."""
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        if door.application(application_id) is None:
            raise NotFound(RECORD_NOT_FOUND)
        if narrowing.day is not None and parse_day(narrowing.day) is None:
            raise Invalid((FieldError("day", FIELD_DAY),))
        query = UsageQuery(
            application_id, page.limit, page.after, day=narrowing.day, subject=narrowing.subject
        )
        return door.usage(query)
