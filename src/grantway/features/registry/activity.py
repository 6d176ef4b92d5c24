"""How much applications are used: sums by day, by refusal, and by who uses what."""

from __future__ import annotations

from datetime import date, timedelta

from grantway.core.activity import KEPT_DAYS, USUAL_DAYS, Amount, By, Metric, Span, day_at, parse_day
from grantway.core.errors import FIELD_DAY, RECORD_NOT_FOUND, FieldError, Invalid, NotFound
from grantway.core.model import Id
from grantway.core.ports import Tx
from grantway.features.access.callers import Caller, enter
from grantway.features.access.permissions import APPLICATIONS_READ
from grantway.features.services import Services


class Activity:
    """Reads the numbers of one application, or of everything that applications do for one organization."""

    def __init__(self, services: Services) -> None:
        self._clock = services.clock

    def span(self, first: str | None, last: str | None, metric: Metric | None = None) -> Span:
        """The days that are asked for; where no first one is named, the last thirty. Raises Invalid."""
        problems = tuple(
            FieldError(name, FIELD_DAY)
            for name, text in (("from", first), ("to", last))
            if text is not None and parse_day(text) is None
        )
        if problems:
            raise Invalid(problems)
        today = date.fromisoformat(day_at(self._clock.now()))
        end = parse_day(last or "") or today
        oldest = today - timedelta(days=KEPT_DAYS)
        usual = date.fromordinal(max(1, end.toordinal() - USUAL_DAYS + 1))
        start = parse_day(first or "") or max(oldest, usual)
        return Span(start.isoformat(), end.isoformat(), metric)

    def of_application(
        self, tx: Tx, caller: Caller, organization_id: Id, *, application_id: Id, span: Span, by: By
    ) -> tuple[Amount, ...]:
        """To the owner the whole, to an organization that installed it what was done for itself.

        Raises NotFound. The owner is told of which organization only where it installed the application.
        """
        door = enter(tx, caller, APPLICATIONS_READ, organization_id)
        if not door.knows_application(application_id):
            raise NotFound(RECORD_NOT_FOUND)
        return door.activity(span, by, application_id=application_id)

    def of_organization(
        self, tx: Tx, caller: Caller, organization_id: Id, *, span: Span, by: By
    ) -> tuple[Amount, ...]:
        """What all applications, own and others', did for an organization. Raises NotFound."""
        return enter(tx, caller, APPLICATIONS_READ, organization_id).activity(span, by)
