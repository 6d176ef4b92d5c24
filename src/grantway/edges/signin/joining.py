"""Answering invitations: on the page of one's own account, and by the link in a letter.

Opening the link uses nothing up. With an account it only leads to the person's own page; without one it
shows the form in which an account is begun, for the address that the letter went to.
"""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_date

from grantway.core.errors import INVITATION_FOREIGN, INVITATION_GONE, SIGN_IN_REQUIRED, Invalid, PageError
from grantway.core.identifiers import from_text, to_text
from grantway.core.model import SECOND
from grantway.core.secrets import Secret
from grantway.edges.signin.presenting import Values, field_problems
from grantway.edges.web import answers
from grantway.edges.web.browsers import ACCOUNT, SIGN_IN, Browsers, Visit, moved, through
from grantway.edges.web.forms import Parameters
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.joining import Joining, Newcomer, Offer
from grantway.features.accounts.passwords import MINIMUM

JOIN = "/join"
ANSWER = "/invitations"
PURPOSE = "invitations"


def offer_values(offer: Offer, locale: str) -> Values:
    """An invitation as its person reads it. The short name tells organizations of one name apart."""
    until = datetime.fromtimestamp(offer.invitation.expires_at // SECOND, UTC)
    return {
        "id": to_text(offer.invitation.id),
        "name": offer.organization.name,
        "slug": offer.organization.slug,
        "role": offer.invitation.role,
        "inviter": offer.inviter,
        "until": format_date(until, "long", locale=locale),
    }


class JoiningPages:
    """The forms in which people accept and decline."""

    def __init__(self, joining: Joining, browsers: Browsers) -> None:
        self._joining = joining
        self._browsers = browsers

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """Somebody signed in accepted or declined."""
        visit, form = self._browsers.post(request, PURPOSE)
        if visit.session is None:
            return answers.see_other(SIGN_IN + "?done=invited")
        invitation_id = from_text(form.get("invitation") or "")
        if invitation_id is None:
            raise PageError(INVITATION_GONE, "no id")
        try:
            if form.get("action") == "decline":
                self._joining.decline(visit.session.user_id, invitation_id)
                return answers.see_other(ACCOUNT + "?done=declined")
            self._joining.accept(visit.session.user_id, invitation_id, address=request.address)
            return answers.see_other(ACCOUNT + "?done=joined")
        except PageError as refused:
            if refused.reason != INVITATION_GONE:
                raise
            # The second click of two, or an old tab: the page shows what waits, and what one belongs to.
            return answers.see_other(ACCOUNT + "?done=answered")

    def open_link(self, request: HttpRequest) -> HttpAnswer:
        """The link of a letter was opened."""
        away = moved(request, JOIN)
        if away is not None:
            return away
        visit, token = self._browsers.visit(request), request.cookie("link") or ""
        offer, people = self._joining.behind(token)
        if visit.session is not None:
            if self._joining.is_theirs(visit.session.user_id, offer.invitation.id):
                return answers.see_other(ACCOUNT)
            raise PageError(INVITATION_FOREIGN)
        if any(one.email_verified_at is not None for one in people):
            return answers.see_other(SIGN_IN + "?done=invited")
        return self._page(visit, token, offer, is_named=bool(people))

    def join(self, request: HttpRequest) -> HttpAnswer:
        """Somebody without an account begins one and joins, or declines."""
        token = request.form().get("token") or ""
        visit, form = self._browsers.post(request, "join", token)
        try:
            return self._answered(visit, form, token)
        except PageError as refused:
            if refused.reason == SIGN_IN_REQUIRED:
                # Somebody has an account with this address by now, perhaps by the first click of this form.
                return through(request, "invited")
            if refused.reason == INVITATION_GONE and not self._joining.is_open(token):
                return through(request, "used")
            raise

    def _answered(self, visit: Visit, form: Parameters, token: str) -> HttpAnswer:
        request = visit.request
        if form.get("action") == "decline":
            self._joining.refuse(token)
            return through(request, "declined")
        name, confirmation = form.get("name") or "", form.get("confirm") or ""
        wanted = Newcomer(name, Secret(form.get("new_password") or ""), confirmation)
        try:
            self._joining.join(token, wanted, address=request.address)
        except Invalid as refused:
            offer, people = self._joining.behind(token)
            return self._page(visit, token, offer, is_named=bool(people), name=name, refused=refused)
        return through(request, "password")

    def _page(
        self,
        visit: Visit,
        token: str,
        offer: Offer,
        *,
        is_named: bool,
        name: str = "",
        refused: Invalid | None = None,
    ) -> HttpAnswer:
        return answers.page(
            visit.request,
            "join.html",
            status=422 if refused else 200,
            action=JOIN,
            csrf=self._browsers.proof(visit, "join", token),
            token=token,
            email=offer.invitation.email,
            organization=offer_values(offer, visit.request.locale()),
            is_named=is_named,
            name=name,
            minimum=MINIMUM,
            errors=field_problems(refused),
        )
