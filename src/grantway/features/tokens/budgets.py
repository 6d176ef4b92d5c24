"""How long a token may live of a person's minutes, and the reserving of them (B11, B12, B15, B55).

    lifetime = min(the policy's, what is left of the sign-in, what is left of today, until the day ends)

Only tokens that speak for somebody are counted: a user, or an external subject. What is reserved is
written in the transaction that makes the token, so a refusal on the way reserves nothing.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from grantway.core import errors
from grantway.core.budgets import LocalDay, Spender, day_at, minutes_of
from grantway.core.errors import NotYet, OAuthError
from grantway.core.identifiers import to_text
from grantway.core.messages import Authorization
from grantway.core.model import SECOND, Application, ApplicationSettings, Instant
from grantway.core.mount_settings import MountSettings
from grantway.core.ports import Tx
from grantway.features.services import Services

_PEOPLE = frozenset({"user", "external"})


class Budgets:
    """Shortens lifetimes to what people may still use."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def allotted(
        self,
        tx: Tx,
        application: Application,
        authorization: Authorization,
        *,
        lifetime: int,
        now: Instant,
    ) -> int:
        """The seconds a token may live, at most `lifetime`, reserved if days have a budget.

        Raises OAuthError where the time of the sign-in is over, and NotYet where today's is.
        """
        settings = application.settings
        if authorization.subject.kind not in _PEOPLE:
            return lifetime
        if settings.session_minutes is not None:
            lifetime = min(lifetime, _left_of_sign_in(settings.session_minutes, authorization, now))
        if settings.minutes_per_day is None:
            return lifetime
        return self._of_today(tx, settings, _spender(application, authorization), lifetime=lifetime, now=now)

    def _of_today(
        self, tx: Tx, settings: ApplicationSettings, spender: Spender, *, lifetime: int, now: Instant
    ) -> int:
        """Reserve what a token needs; where less is left, the rest.

        The first attempt, when it fails, holds the person's line until this transaction ends. So what
        is read then is what is left, and the second attempt succeeds.
        """
        today = day_at(now, ZoneInfo(settings.budget_time_zone))
        cap = settings.minutes_per_day or 0
        wanted = min(lifetime, today.ends_at // SECOND - now // SECOND)
        minutes = min(minutes_of(wanted), cap)
        if not self._reserve(tx, spender, today, minutes=minutes, cap=cap):
            minutes = min(minutes, cap - tx.gate.reserved_minutes(spender, day=today.date.isoformat()))
            if minutes <= 0 or not self._reserve(tx, spender, today, minutes=minutes, cap=cap):
                seconds = (today.ends_at - now + SECOND - 1) // SECOND
                raise NotYet(errors.BUDGET_DAY, seconds=seconds)
        return min(wanted, minutes * 60)

    def _reserve(self, tx: Tx, spender: Spender, today: LocalDay, *, minutes: int, cap: int) -> bool:
        return tx.gate.reserve_minutes(
            spender,
            day=today.date.isoformat(),
            minutes=minutes,
            cap=cap,
            new_id=self._services.entropy.new_id(),
        )


def session_ends_at(settings: ApplicationSettings, began_at: Instant) -> Instant | None:
    """When the time of a sign-in is over; None: it has no limit."""
    if settings.session_minutes is None:
        return None
    return began_at + settings.session_minutes * 60 * SECOND


def family_ends_at(
    settings: ApplicationSettings, in_force: MountSettings, now: Instant, *, at_latest: Instant | None = None
) -> Instant:
    """When a family of tokens that begins now ends: no refresh outlives the time of the sign-in (B11)."""
    longest = now + in_force.refresh_token_lifetime * SECOND
    ends = (longest, session_ends_at(settings, now), at_latest)
    return min(end for end in ends if end is not None)


def _left_of_sign_in(minutes: int, authorization: Authorization, now: Instant) -> int:
    began_at = authorization.began_at if authorization.began_at is not None else now
    left = began_at // SECOND + minutes * 60 - now // SECOND
    if left <= 0:
        raise OAuthError(errors.BUDGET_SESSION)
    return left


def _spender(application: Application, authorization: Authorization) -> Spender:
    subject = authorization.subject
    name = to_text(subject.id) if subject.id is not None else subject.reference or ""
    return Spender(application.id, authorization.organization_id, subject.kind, name)
