"""The page on which signed-in people change their password."""

from __future__ import annotations

from grantway.core.errors import Invalid, Refused
from grantway.core.messages import Session
from grantway.core.secrets import Secret
from grantway.edges.signin.accounts import PASSWORD
from grantway.edges.signin.presenting import Values, field_problems
from grantway.edges.signin.signing_in import RETRY, THROTTLED, source_of
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import (
    ACCOUNT,
    Browsers,
    Visit,
    sign_in_first,
)
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.passwords import MINIMUM, PasswordChange
from grantway.features.accounts.profile import Profiles


class ChangingPassword:
    """The page on which people change their password."""

    def __init__(self, change: PasswordChange, profiles: Profiles, browsers: Browsers) -> None:
        self._change = change
        self._profiles = profiles
        self._browsers = browsers

    def show(self, request: HttpRequest) -> HttpAnswer:
        """The form; a stranger is led to sign in."""
        visit = self._browsers.visit(request)
        if visit.session is None:
            return sign_in_first("password")
        return self._page(visit, visit.session)

    def submit(self, request: HttpRequest) -> HttpAnswer:
        """The present and the new password were sent."""
        visit, form, mark = self._browsers.answered(request, "password")
        if visit.session is None:
            return sign_in_first("password")
        try:
            outcome = self._change.change(
                visit.session,
                Secret(form.get("password") or ""),
                Secret(form.get("new_password") or ""),
                confirmation=form.get("confirm") or "",
                source=source_of(visit),
                mark=mark,
            )
        except Invalid as refused:
            return self._page(visit, visit.session, status=422, errors=field_problems(refused))
        if isinstance(outcome, Refused):
            status = failures.report(outcome, request).status
            answer = self._page(visit, visit.session, status=status, throttled=THROTTLED)
            return answer.with_headers(*RETRY)
        return answers.see_other(ACCOUNT + "?done=password")

    def _page(
        self,
        visit: Visit,
        session: Session,
        *,
        status: int = 200,
        errors: list[Values] | None = None,
        throttled: Values | None = None,
    ) -> HttpAnswer:
        profile, mark = self._profiles.of(session), self._change.mark_of(session)
        return answers.page(
            visit.request,
            "password.html",
            status=status,
            action=PASSWORD,
            csrf=self._browsers.proof(visit, "password", f"|{mark}"),
            mark=mark,
            email=profile.user.email if profile is not None else "",
            minimum=MINIMUM,
            errors=errors or [],
            throttled=throttled,
            home_url=ACCOUNT,
        )
