"""The page on which people see which applications act for them, and take that back."""

from __future__ import annotations

from grantway.core.identifiers import from_text
from grantway.edges.signin.presenting import allowed_values
from grantway.edges.web import answers
from grantway.edges.web.browsers import ACCOUNT, RETURNS, Browsers, sign_in_first
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.edges.web.words import _
from grantway.features.accounts.consents import Consents

APPLICATIONS = RETURNS["applications"]
WITHDRAW = "/applications/withdraw"


WITHDRAWN = _("Withdrawn. The application has lost its access.")


class Allowing:
    """Lists what may act for the signed-in person, and withdraws."""

    def __init__(self, consents: Consents, browsers: Browsers) -> None:
        self._consents = consents
        self._browsers = browsers

    def show(self, request: HttpRequest) -> HttpAnswer:
        """The list; a stranger is led to sign in."""
        visit = self._browsers.visit(request)
        if visit.session is None:
            return sign_in_first("applications")
        return answers.page(
            request,
            "applications.html",
            action=WITHDRAW,
            csrf=self._browsers.proof(visit, "applications.withdraw"),
            withdrawn=[
                {"application": one.application.name, "organization": one.organization.name, "at": one.at}
                for one in self._consents.withdrawn_by_others(visit.session.user_id)
            ],
            entries=[allowed_values(one) for one in self._consents.of(visit.session.user_id)],
            notice=WITHDRAWN if request.query().get("done") == "withdrawn" else None,
            home_url=ACCOUNT,
        )

    def withdraw(self, request: HttpRequest) -> HttpAnswer:
        """One application of one organization may not act for the person any more."""
        visit, form = self._browsers.post(request, "applications.withdraw")
        if visit.session is None:
            return sign_in_first("applications")
        application_id = from_text(form.get("application") or "")
        organization_id = from_text(form.get("organization") or "")
        is_done = (
            application_id is not None
            and organization_id is not None
            and self._consents.withdraw(
                visit.session.user_id, application_id, organization_id, address=request.address
            )
        )
        return answers.see_other(APPLICATIONS + "?done=withdrawn" if is_done else APPLICATIONS)
