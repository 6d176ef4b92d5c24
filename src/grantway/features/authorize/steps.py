"""What must happen next with a pending request: a pure decision over what is known.

    signed in, freshly enough, or what is wrong is read
                               ->  one organization chosen  ->  consent, or a voucher  ->  done
                                   none lets it in: ask one

A silent request (`prompt=none`) turns every question into the error that says which it was.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from grantway.core import assurance, errors
from grantway.core.concerns import UNKNOWN, Concern
from grantway.core.errors import Reason
from grantway.core.identifiers import to_text
from grantway.core.messages import Session
from grantway.core.model import SECOND, Application, Id, Instant, Party, Place, UserConsent, Voucher
from grantway.core.redirects import is_loopback
from grantway.core.scopes import ScopeSet
from grantway.core.vouching import Asked
from grantway.features.authorize.basis import Basis, basis_of
from grantway.features.authorize.pending import Pending
from grantway.features.letting_in import Entry
from grantway.features.standing import lets_people_in


@dataclass(frozen=True, slots=True)
class Ask:
    """A page must be shown."""

    step: Literal["fault", "sign_in", "ask", "choose", "consent"]


@dataclass(frozen=True, slots=True)
class Tell:
    """The application is told a refusal."""

    reason: Reason
    concern: Concern = UNKNOWN


@dataclass(frozen=True, slots=True)
class Go:
    """Everything is there: a code may be made, on this voucher or on what the person agreed to."""

    voucher_id: Id | None = None


Next: TypeAlias = Ask | Tell | Go


def after_session(pending: Pending, session: Session | None, now: Instant) -> Next:
    """Whether this session will do, by prompt, max_age and hint (Core §3.1.2.1, §3.1.2.3).

    Nobody signs in for a request that is refused anyway: who would have to, reads what is wrong with it.
    """
    if session is not None and _is_fresh(pending, session, now):
        return Go()
    if pending.is_silent:
        return Tell(errors.AUTHORIZE_LOGIN_REQUIRED)
    return Ask("sign_in" if pending.error is None else "fault")


def _is_fresh(pending: Pending, session: Session, now: Instant) -> bool:
    if pending.hinted_user is not None and session.user_id != pending.hinted_user:
        return False
    wished = pending.claims
    if wished.subjects is not None and to_text(session.user_id) not in wished.subjects:
        return False
    if not assurance.meets(session.methods, wished.acr):
        return False
    # By the request's own form, whatever the clocks of several processes say of before and after.
    if session.id == pending.signed_in or session.id in pending.signed_in_before:
        return True
    if "login" in pending.prompts or pending.max_age == 0:
        return False
    if pending.max_age is None:
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


def named_organization(pending: Pending, remembered: Id | None) -> Id | None:
    """The organization acted for, where it need not be asked.

    It was chosen in this request; or else the hint names it; or, in silence, it was chosen for this
    application before in the same session. Who may be asked is asked, so that people can change their mind.
    """
    if pending.organization_id is not None or "select_account" in pending.prompts:
        return pending.organization_id
    if pending.hinted_organization is not None or not pending.is_silent:
        return pending.hinted_organization
    return remembered


def after_places(
    pending: Pending,
    places: tuple[Place, ...],
    remembered: Id | None = None,
    *,
    shut: Reason = errors.AUTHORIZE_NO_ORGANIZATION,
) -> Next:
    """Whether it is clear which organization is acted for. `shut` is why there is none.

    One that was named and does not let the person in any more is asked about, even if there is but one
    other: nobody acts for an organization that nobody meant.
    """
    if not places:
        return Tell(shut) if pending.is_silent else Ask("ask")
    named = named_organization(pending, remembered)
    if named is not None and any(place.organization.id == named for place in places):
        return Go()
    if named is None and len(places) == 1 and "select_account" not in pending.prompts:
        return Go()
    return Tell(errors.AUTHORIZE_SELECTION_REQUIRED) if pending.is_silent else Ask("choose")


def chosen(pending: Pending, places: tuple[Place, ...], remembered: Id | None = None) -> Place:
    """The organization acted for, once `after_places` said Go."""
    named = named_organization(pending, remembered)
    for place in places:
        if place.organization.id == named:
            return place
    return places[0]


def after_consent(
    pending: Pending,
    application: Application,
    place: Place,
    *,
    wanted: ScopeSet,
    consent: UserConsent | None,
    vouchers: tuple[Voucher, ...] = (),
) -> Next:
    """Whether the person has allowed it, or somebody answers for it. `vouchers` are the live ones there."""
    basis = _basis(pending, application, place, wanted=wanted, consent=consent, vouchers=vouchers)
    if basis is not None:
        return Go(basis.voucher_id)
    return Tell(errors.AUTHORIZE_CONSENT_REQUIRED) if pending.is_silent else Ask("consent")


def _basis(
    pending: Pending,
    application: Application,
    place: Place,
    *,
    wanted: ScopeSet,
    consent: UserConsent | None,
    vouchers: tuple[Voucher, ...],
) -> Basis | None:
    agreed = consent.scopes if consent is not None and consent.revoked_at is None else frozenset()
    asked = Asked(place.organization.id, wanted, pending.redirect_uri, pending.dialect)
    if pending.consented_for == (place.membership.user_id, place.organization.id):
        return basis_of(application, asked, agreed=agreed, vouchers=())
    if "consent" in pending.prompts:
        return None
    if not _identity_is_assured(pending, application):
        agreed = frozenset()
    return basis_of(application, asked, agreed=agreed, vouchers=vouchers)


def _identity_is_assured(pending: Pending, application: Application) -> bool:
    """A public client reached by loopback or a private scheme could be any program (RFC 8252 §8.6)."""
    if application.type != "public":
        return True
    uri = pending.redirect_uri
    return uri.startswith("https://") or (is_loopback(uri) and application.platform == "web")
