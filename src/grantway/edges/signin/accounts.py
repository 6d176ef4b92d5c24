"""Signing in without an application, and what a signed-in person does with the own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import format_date, format_time

from grantway.core.errors import Refused
from grantway.core.identifiers import from_text, to_text
from grantway.core.messages import Session
from grantway.core.model import SECOND
from grantway.core.sign_ins import TOLD_SINGLY
from grantway.edges.signin.allowing import APPLICATIONS
from grantway.edges.signin.joining import ANSWER, PURPOSE, offer_values
from grantway.edges.signin.presenting import Values, of_one_name
from grantway.edges.signin.profiles import PROFILE
from grantway.edges.signin.signing_in import SignInForm, SigningIn
from grantway.edges.web import answers
from grantway.edges.web.browsers import (
    ACCOUNT,
    HOME,
    RETURNS,
    SIGN_IN,
    Browsers,
    Visit,
    address_of,
    give_cookie,
    query_of,
    sign_in_first,
)
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.edges.web.words import _
from grantway.features.access.permissions import DEVELOPERS
from grantway.features.accounts.joining import Joining
from grantway.features.accounts.profile import Profile, Profiles
from grantway.features.accounts.sessions import Sessions

SIGN_OUT = RETURNS["sign-out"]
SIGNED_OUT = "/signed-out"
PASSWORD = RETURNS["password"]
END_SESSION = "/sessions/end"


PASSWORD_SET = _("Your password is set. Sign in with it.")
PASSWORD_CHANGED = _("Your password is changed, and you are signed out everywhere else.")
PROFILE_SAVED = _("Your profile is saved.")
SESSION_ENDED = _("That session has ended.")
JOINED = _("You are a member now.")
DECLINED = _("You declined the invitation.")
INVITED = _("Sign in to answer your invitation.")
ANSWERED = _("That invitation was answered before, or taken back.")
USED = _("This was done before. If you chose a password here, sign in with it.")
_NOTICES_AT_HOME = {
    "password": PASSWORD_CHANGED,
    "profile": PROFILE_SAVED,
    "session": SESSION_ENDED,
    "joined": JOINED,
    "declined": DECLINED,
    "answered": ANSWERED,
}
_NOTICES_AT_SIGN_IN = {"password": PASSWORD_SET, "declined": DECLINED, "invited": INVITED, "used": USED}


@dataclass(frozen=True, slots=True)
class HomeLinks:
    """Where the home page leads; nothing is shown for what is not served."""

    playground_url: str | None = None
    reference_url: str | None = None
    console_url: str | None = None
    """The console of an organization, with `{slug}` for its short name."""


class Accounts:
    """The pages round a person's own session."""

    def __init__(
        self,
        sessions: Sessions,
        profiles: Profiles,
        joining: Joining,
        browsers: Browsers,
        signing_in: SigningIn,
        *,
        links: HomeLinks,
    ) -> None:
        self._sessions = sessions
        self._profiles = profiles
        self._joining = joining
        self._browsers = browsers
        self._signing_in = signing_in
        self._links = links

    def home(self, request: HttpRequest) -> HttpAnswer:
        """Where a person goes who named no page: to the console of the organization where they work.

        That is the one they chose last, or the first. Whoever develops and manages nowhere, or is invited
        somewhere, is shown the account.
        """
        visit = self._browsers.visit(request)
        profile = self._profiles.of(visit.session) if visit.session is not None else None
        if profile is None or visit.session is None:
            return sign_in_first("home")
        work = [one.organization for one in profile.places if one.membership.role in DEVELOPERS]
        chosen = next((one for one in work if one.id == visit.browser.organization_hint), None)
        console = self._links.console_url
        if console is None or not work or self._joining.offers(visit.session.user_id):
            return self.account(request)
        return answers.see_other(console.format(slug=(chosen or work[0]).slug))

    def account(self, request: HttpRequest) -> HttpAnswer:
        """The person's account; a stranger is led to the form."""
        visit = self._browsers.visit(request)
        profile = self._profiles.of(visit.session) if visit.session is not None else None
        if visit.session is None or profile is None:
            return sign_in_first("account")
        notice = _NOTICES_AT_HOME.get(request.query().get("done") or "")
        return answers.page(
            request,
            "home.html",
            status=200,
            ui_locales=None,
            redirect=None,
            csrf=self._browsers.proof(visit, "sign-out"),
            sign_out_action=SIGN_OUT,
            password_url=PASSWORD,
            profile_url=PROFILE,
            applications_url=APPLICATIONS,
            end_session_action=END_SESSION,
            end_session_csrf=self._browsers.proof(visit, "sessions.end"),
            playground_url=self._links.playground_url,
            reference_url=self._links.reference_url,
            notice=notice,
            invitations=[
                offer_values(one, request.locale()) for one in self._joining.offers(visit.session.user_id)
            ],
            invitations_action=ANSWER,
            invitations_csrf=self._browsers.proof(visit, PURPOSE),
            **_profile_values(profile, visit.session, request.locale(), self._links),
        )

    def sign_in_page(self, request: HttpRequest) -> HttpAnswer:
        """The form; a person who is signed in already is led home."""
        visit = self._browsers.visit(request)
        if visit.session is not None:
            return answers.see_other(_return_of(request))
        notice = _NOTICES_AT_SIGN_IN.get(request.query().get("done") or "")
        return self._signing_in.page(visit, self._form(visit, notice=notice))

    def sign_in(self, request: HttpRequest) -> HttpAnswer:
        """The password was sent."""
        visit, form = self._browsers.post(request, "sign-in")
        outcome = self._signing_in.attempt(visit, form)
        if isinstance(outcome, Refused):
            return self._signing_in.page(visit, self._form(visit, email=form.get("email") or ""), outcome)
        return self._signing_in.lead_on(visit, outcome, _return_of(request))

    def sign_out_page(self, request: HttpRequest) -> HttpAnswer:
        """Asks whether to sign out, for those who come by address."""
        visit = self._browsers.visit(request)
        profile = self._profiles.of(visit.session) if visit.session is not None else None
        if profile is None:
            return answers.see_other(SIGNED_OUT)
        return answers.page(
            request,
            "sign_out.html",
            action=SIGN_OUT,
            csrf=self._browsers.proof(visit, "sign-out"),
            user={"name": profile.user.name, "email": profile.user.email},
        )

    def sign_out(self, request: HttpRequest) -> HttpAnswer:
        """The session ends, at the server and in the browser."""
        _visit, form = self._browsers.post(request, "sign-out")
        if form.get("action") == "stay":
            return answers.see_other(ACCOUNT)
        self._sessions.end(request.cookie("session"))
        give_cookie(request, request.server.cookies.clear("session"))
        return answers.see_other(SIGNED_OUT)

    def signed_out(self, request: HttpRequest) -> HttpAnswer:
        """Says that it is done."""
        return answers.page(request, "signed_out.html", signin_url=SIGN_IN)

    def end_session(self, request: HttpRequest) -> HttpAnswer:
        """Another of the person's own sessions ends."""
        visit, form = self._browsers.post(request, "sessions.end")
        if visit.session is None:
            return sign_in_first("account")
        session_id = from_text(form.get("session") or "")
        ended = session_id is not None and self._sessions.end_one(
            visit.session.user_id, session_id, address=request.address
        )
        return answers.see_other(ACCOUNT + "?done=session" if ended else ACCOUNT)

    def _form(self, visit: Visit, *, email: str = "", notice: str | None = None) -> SignInForm:
        action = SIGN_IN + query_of(visit.request.query().get("to"))
        return SignInForm(action, self._browsers.proof(visit, "sign-in"), email=email, notice=notice)


def _return_of(request: HttpRequest) -> str:
    """The page that was asked for before the sign-in."""
    return address_of(request.query().get("to")) or HOME


def _profile_values(profile: Profile, session: Session, locale: str, links: HomeLinks) -> Values:
    console = links.console_url
    alike = of_one_name(place.organization for place in profile.places)
    return {
        "user": {"name": profile.user.name, "email": profile.user.email},
        "organizations": [
            {
                "name": place.organization.name,
                "role": place.membership.role,
                "slug": place.organization.slug if place.organization.id in alike else None,
                "href": console.format(slug=place.organization.slug) if console is not None else None,
            }
            for place in profile.places
        ],
        "sessions": [
            {"id": to_text(one.id), "since": _moment(one.auth_time, locale), "is_here": one.id == session.id}
            for one in profile.sessions
        ],
        "sign_ins": [
            {
                "at": _moment(one.at, locale),
                "has_failed": one.outcome == "failed",
                "network": one.network,
                "browser": one.browser,
                "count": one.count if one.count > TOLD_SINGLY else 0,
            }
            for one in profile.sign_ins
        ],
    }


def _moment(instant: int, locale: str) -> str:
    moment = datetime.fromtimestamp(instant // SECOND, UTC)
    day = format_date(moment, "long", locale=locale)
    return f"{day}, {format_time(moment, 'short', locale=locale)} UTC"
