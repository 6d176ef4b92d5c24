"""What must happen next with a pending request: a pure decision over what is known.

    signed in, freshly enough  ->  one organization chosen  ->  consent where policy asks  ->  done
                                   none lets it in: ask one

A silent request (`prompt=none`) turns every question into the error that says which it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.core.messages import Session
from grantway.core.model import SECOND, Application, Instant, Party, Place, UserConsent
from grantway.core.redirects import is_loopback
from grantway.core.scopes import ScopeSet
from grantway.features.authorize.pending import Pending
from grantway.features.letting_in import Entry
from grantway.features.standing import lets_people_in


@dataclass(frozen=True, slots=True)
class Ask:
    """A page must be shown."""

    step: Literal["sign_in", "ask", "choose", "consent"]


@dataclass(frozen=True, slots=True)
class Tell:
    """The application is told a refusal."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Go:
    """Everything is there: a code may be made."""


Next: TypeAlias = Ask | Tell | Go


def after_session(pending: Pending, session: Session | None, now: Instant) -> Next:
    """Whether this session will do, by prompt, max_age and hint (Core §3.1.2.1, §3.1.2.3)."""
    if session is not None and _is_fresh(pending, session, now):
        return Go()
    return Tell(errors.AUTHORIZE_LOGIN_REQUIRED) if pending.is_silent else Ask("sign_in")


def _is_fresh(pending: Pending, session: Session, now: Instant) -> bool:
    if pending.hinted_user is not None and session.user_id != pending.hinted_user:
        return False
    signed_in_for_this = session.auth_time >= pending.created_at
    if "login" in pending.prompts and not signed_in_for_this:
        return False
    if pending.max_age is None or signed_in_for_this:
        return True
    return now - session.auth_time <= pending.max_age * SECOND


def eligible(
    application: Application, places: tuple[Place, ...], entry: Callable[[Place], Entry]
) -> tuple[Place, ...]:
    """The organizations in which this person may use this application. `entry`: with what it comes in."""
    return tuple(
        place
        for place in places
        if lets_people_in(application, Party(place.organization, place.installation), entry(place))
    )


def after_places(
    pending: Pending, places: tuple[Place, ...], *, shut: Reason = errors.AUTHORIZE_NO_ORGANIZATION
) -> Next:
    """Whether it is clear which organization is acted for. `shut` is why there is none."""
    if not places:
        return Tell(shut) if pending.is_silent else Ask("ask")
    if any(place.organization.id == pending.organization_id for place in places):
        return Go()
    if len(places) == 1 and "select_account" not in pending.prompts:
        return Go()
    return Tell(errors.AUTHORIZE_SELECTION_REQUIRED) if pending.is_silent else Ask("choose")


def chosen(pending: Pending, places: tuple[Place, ...]) -> Place:
    """The organization acted for, once `after_places` said Go."""
    for place in places:
        if place.organization.id == pending.organization_id:
            return place
    return places[0]


def after_consent(
    pending: Pending,
    application: Application,
    place: Place,
    *,
    wanted: ScopeSet,
    consent: UserConsent | None,
) -> Next:
    """Whether the person, the installation or the platform has allowed it (product policy `consent`)."""
    if not _must_ask(pending, application, place, wanted=wanted, consent=consent):
        return Go()
    return Tell(errors.AUTHORIZE_CONSENT_REQUIRED) if pending.is_silent else Ask("consent")


def _must_ask(
    pending: Pending,
    application: Application,
    place: Place,
    *,
    wanted: ScopeSet,
    consent: UserConsent | None,
) -> bool:
    given = consent.scopes if consent is not None and consent.revoked_at is None else frozenset()
    if pending.consented_for == (place.membership.user_id, place.organization.id):
        return not wanted <= given
    if "consent" in pending.prompts:
        return True
    if application.settings.consent == "platform":
        return False
    if application.settings.consent == "installed" and _stands_for_members(application, place):
        return False
    return not (_identity_is_assured(pending, application) and wanted <= given)


def _stands_for_members(application: Application, place: Place) -> bool:
    """The organization said yes for its members: it owns the application, or installed it for them."""
    if place.organization.id == application.organization_id:
        return True
    installation = place.installation
    return installation is not None and installation.state == "active" and installation.members == "allow"


def _identity_is_assured(pending: Pending, application: Application) -> bool:
    """A public client reached by loopback or a private scheme could be any program (RFC 8252 §8.6)."""
    if application.type != "public":
        return True
    uri = pending.redirect_uri
    return uri.startswith("https://") or (is_loopback(uri) and application.platform == "web")
