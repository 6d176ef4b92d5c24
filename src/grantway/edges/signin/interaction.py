"""The steps between an application's request and its answer. Each leads back to the one dispatcher."""

from __future__ import annotations

from grantway.core.errors import Refused
from grantway.core.identifiers import from_text
from grantway.core.messages import Answer
from grantway.edges.signin.browsers import Browsers, Visit, give_cookie
from grantway.edges.signin.faults import fault_page
from grantway.edges.signin.presenting import (
    application_values,
    ask_values,
    choose_values,
    consent_values,
)
from grantway.edges.signin.signing_in import SignInForm, SigningIn
from grantway.edges.web import answers
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.authorize.views import AskStep, ChooseStep, ConsentStep, FaultStep, SignInStep

_ORGANIZATION_LIFETIME = 365 * 86_400


class Interaction:
    """The pages of pending requests. A handle works only in the browser it is bound to (V007)."""

    def __init__(self, flow: AuthorizeFlow, browsers: Browsers, signing_in: SigningIn) -> None:
        self._flow = flow
        self._browsers = browsers
        self._signing_in = signing_in

    def show(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The step that is due now, or the answer."""
        visit = self._browsers.visit(request)
        step = self._flow.step(handle, visit.browser)
        if isinstance(step, Answer):
            return answers.to_application(step, request)
        if isinstance(step, FaultStep):
            return fault_page(visit, self._browsers, handle, step)
        if isinstance(step, SignInStep):
            return self._signing_in.page(visit, self._sign_in_form(visit, handle, step))
        if isinstance(step, AskStep):
            return self._ask_page(visit, handle, step)
        if isinstance(step, ChooseStep):
            return self._choose_page(visit, handle, step)
        return self._consent_page(visit, handle, step)

    def sign_in(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The password was sent, or the person goes back."""
        visit, form = self._browsers.post(request, "interaction.sign-in", handle)
        if form.get("action") == "cancel":
            return self._cancelled(visit, handle)
        step = self._flow.step(handle, visit.browser)
        if isinstance(step, Answer):
            return answers.to_application(step, request)
        if not isinstance(step, SignInStep):
            return _to_dispatcher(handle)
        outcome = self._signing_in.attempt(visit, form)
        if isinstance(outcome, Refused):
            shown = self._sign_in_form(visit, handle, step, email=form.get("email") or "")
            return self._signing_in.page(visit, shown, outcome)
        return self._signing_in.lead_on(visit, outcome, _address(handle))

    def ask(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """An organization is asked to let the application in, or the person goes back."""
        visit, form, mark = self._browsers.answered(request, "interaction.ask", handle)
        if form.get("action") == "leave":
            return answers.to_application(self._flow.leave(handle, visit.browser), request)
        organization_id = from_text(form.get("organization") or "")
        if organization_id is not None:
            self._flow.ask(handle, visit.browser, organization_id, mark=mark)
        return _to_dispatcher(handle)

    def choose(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """An organization was chosen, or the person goes back."""
        visit, form, mark = self._browsers.answered(request, "interaction.choose", handle)
        if form.get("action") == "cancel":
            return self._cancelled(visit, handle)
        text = form.get("organization") or ""
        organization_id = from_text(text)
        if organization_id is None:
            return _to_dispatcher(handle)
        self._flow.choose(handle, visit.browser, organization_id, mark=mark)
        cookie = request.server.cookies.set("organization", text, max_age=_ORGANIZATION_LIFETIME)
        give_cookie(request, cookie)
        return _to_dispatcher(handle)

    def consent(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person allowed or refused. A form that says neither changes nothing (V145)."""
        visit, form, mark = self._browsers.answered(request, "interaction.consent", handle)
        decision = form.get("decision")
        if decision not in {"approve", "deny"}:
            return _to_dispatcher(handle)
        answer = self._flow.decide(handle, visit.browser, mark=mark, approve=decision == "approve")
        return _to_dispatcher(handle) if answer is None else answers.to_application(answer, request)

    def cancel(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person goes back to the application without allowing anything."""
        visit, _form = self._browsers.post(request, "interaction.cancel", handle)
        return self._cancelled(visit, handle)

    def _cancelled(self, visit: Visit, handle: str) -> HttpAnswer:
        return answers.to_application(self._flow.cancel(handle, visit.browser), visit.request)

    def _sign_in_form(
        self, visit: Visit, handle: str, step: SignInStep, *, email: str | None = None
    ) -> SignInForm:
        return SignInForm(
            action=f"{_address(handle)}/sign-in",
            csrf=self._browsers.proof(visit, "interaction.sign-in", handle),
            application=application_values(step.application, step.owner),
            email=email if email is not None else step.login_hint or "",
            redirect=step.redirect,
            ui_locales=step.ui_locales,
        )

    def _ask_page(self, visit: Visit, handle: str, step: AskStep) -> HttpAnswer:
        return answers.page(
            visit.request,
            "ask.html",
            status=200,
            ui_locales=step.ui_locales,
            redirect=step.redirect,
            action=f"{_address(handle)}/ask",
            csrf=self._browsers.proof(visit, "interaction.ask", f"{handle}|{step.mark}"),
            **ask_values(step),
        )

    def _choose_page(self, visit: Visit, handle: str, step: ChooseStep) -> HttpAnswer:
        return answers.page(
            visit.request,
            "choose.html",
            status=200,
            ui_locales=step.ui_locales,
            redirect=step.redirect,
            action=f"{_address(handle)}/choose",
            csrf=self._browsers.proof(visit, "interaction.choose", f"{handle}|{step.mark}"),
            **choose_values(step),
        )

    def _consent_page(self, visit: Visit, handle: str, step: ConsentStep) -> HttpAnswer:
        return answers.page(
            visit.request,
            "consent.html",
            status=200,
            ui_locales=step.ui_locales,
            redirect=step.redirect,
            action=f"{_address(handle)}/consent",
            csrf=self._browsers.proof(visit, "interaction.consent", f"{handle}|{step.mark}"),
            **consent_values(step),
        )


def _address(handle: str) -> str:
    return f"/interaction/{handle}"


def _to_dispatcher(handle: str) -> HttpAnswer:
    return answers.see_other(_address(handle))
