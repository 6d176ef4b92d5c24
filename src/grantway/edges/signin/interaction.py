"""The steps between an application's request and its answer. Each leads back to the one dispatcher."""

from __future__ import annotations

from grantway.core.errors import Refused
from grantway.core.identifiers import from_text
from grantway.core.messages import Answer
from grantway.core.redirects import is_loopback
from grantway.edges.signin.allowing import APPLICATIONS
from grantway.edges.signin.faults import TELL, fault_page
from grantway.edges.signin.presenting import (
    Values,
    application_values,
    ask_values,
    choose_values,
    consent_values,
    host_of,
)
from grantway.edges.signin.signing_in import SignInForm, SigningIn
from grantway.edges.web import answers
from grantway.edges.web.browsers import ACCOUNT, Browsers, Visit, give_cookie
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.authorize.views import (
    AskStep,
    ChooseStep,
    ConsentStep,
    FaultStep,
    Finished,
    Outcome,
    SignInStep,
)

_ORGANIZATION_LIFETIME = 365 * 86_400


class Interaction:
    """The pages of pending requests. A handle works only in the browser it is bound to (V007)."""

    def __init__(self, flow: AuthorizeFlow, browsers: Browsers, signing_in: SigningIn) -> None:
        self._flow = flow
        self._browsers = browsers
        self._signing_in = signing_in

    def show(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The step that is due now, or the answer."""
        visit = self._browsers.visit(request, handle)
        step = self._flow.step(handle, visit.browser)
        if isinstance(step, FaultStep):
            return fault_page(visit, self._browsers, handle, step)
        if isinstance(step, SignInStep):
            return self._signing_in.page(visit, self._sign_in_form(visit, handle, step))
        if isinstance(step, AskStep):
            return self._deciding_page(visit, handle, step, "ask", ask_values(step))
        if isinstance(step, ChooseStep):
            return self._deciding_page(visit, handle, step, "choose", choose_values(step))
        if isinstance(step, ConsentStep):
            return self._deciding_page(visit, handle, step, "consent", consent_values(step))
        return self._on(visit, handle, step)

    def tell(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person read what is wrong with the request and goes back: the application is told."""
        visit, _form = self._browsers.post(request, TELL, handle, flow=handle)
        return self._on(visit, handle, self._flow.tell(handle, visit.browser))

    def sign_in(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The password was sent, or the person goes back."""
        visit, form = self._browsers.post(request, "interaction.sign-in", handle, flow=handle)
        if form.get("action") == "cancel":
            return self._on(visit, handle, self._flow.cancel(handle, visit.browser))
        step = self._flow.step(handle, visit.browser, is_form=True)
        if isinstance(step, (Answer, Finished)):
            return self._on(visit, handle, step)
        if not isinstance(step, SignInStep):
            return self._on(visit, handle, None)
        outcome = self._signing_in.attempt(visit, form)
        if isinstance(outcome, Refused):
            shown = self._sign_in_form(visit, handle, step, email=form.get("email") or "")
            return self._signing_in.page(visit, shown, outcome)
        self._flow.signed_in(handle, visit.browser, outcome.session)
        return self._signing_in.lead_on(visit, outcome, _address(handle))

    def ask(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """An organization is asked to let the application in, or the person goes back."""
        visit, form, mark = self._browsers.answered(request, "interaction.ask", handle)
        if form.get("action") == "leave":
            return self._on(visit, handle, self._flow.leave(handle, visit.browser))
        organization_id = from_text(form.get("organization") or "")
        if organization_id is None:
            return self._on(visit, handle, None)
        asked = self._flow.ask(handle, visit.browser, organization_id, mark=mark)
        return self._on(visit, handle, asked)

    def choose(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """An organization was chosen, or the person goes back."""
        visit, form, mark = self._browsers.answered(request, "interaction.choose", handle)
        if form.get("action") == "cancel":
            return self._on(visit, handle, self._flow.cancel(handle, visit.browser))
        text = form.get("organization") or ""
        organization_id = from_text(text)
        if organization_id is None:
            return self._on(visit, handle, None)
        chosen = self._flow.choose(handle, visit.browser, organization_id, mark=mark)
        cookie = request.server.cookies.set("organization", text, max_age=_ORGANIZATION_LIFETIME)
        give_cookie(request, cookie)
        return self._on(visit, handle, chosen)

    def consent(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person allowed or refused. A form that says neither changes nothing (V145)."""
        visit, form, mark = self._browsers.answered(request, "interaction.consent", handle)
        decision = form.get("decision")
        if decision not in {"approve", "deny"}:
            return self._on(visit, handle, None)
        decided = self._flow.decide(handle, visit.browser, mark=mark, approve=decision == "approve")
        return self._on(visit, handle, decided)

    def cancel(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person goes back to the application without allowing anything."""
        visit, _form = self._browsers.post(request, "interaction.cancel", handle, flow=handle)
        return self._on(visit, handle, self._flow.cancel(handle, visit.browser))

    def _on(self, visit: Visit, handle: str, outcome: Outcome) -> HttpAnswer:
        """To the application, to the page that says how it ended, or to the dispatcher for what is due."""
        if outcome is None:
            return answers.see_other(_address(handle))
        if isinstance(outcome, Answer):
            return answers.to_application(outcome, visit.request)
        return answers.page(
            visit.request,
            "finished.html",
            status=410 if outcome.end == "late" else 200,
            ui_locales=outcome.ui_locales,
            redirect=outcome.redirect,
            action=f"{_address(handle)}/cancel",
            csrf=self._browsers.proof(visit, "interaction.cancel", handle),
            end=outcome.end,
            application=application_values(outcome.application, outcome.owner),
            redirect_host=host_of(outcome.redirect),
            application_url=_site_of(outcome),
            applications_url=APPLICATIONS,
            home_url=ACCOUNT,
        )

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

    def _deciding_page(
        self, visit: Visit, handle: str, step: AskStep | ChooseStep | ConsentStep, name: str, values: Values
    ) -> HttpAnswer:
        """A page on which something is decided; its form is proven for this showing of it."""
        return answers.page(
            visit.request,
            f"{name}.html",
            status=200,
            ui_locales=step.ui_locales,
            redirect=step.redirect,
            action=f"{_address(handle)}/{name}",
            csrf=self._browsers.proof(visit, f"interaction.{name}", f"{handle}|{step.mark}"),
            **values,
        )


def _address(handle: str) -> str:
    return f"/interaction/{handle}"


def _site_of(ended: Finished) -> str | None:
    """Where the application begins. One on the device listens for its answer only, and not for long."""
    if ended.redirect is None:
        return None
    is_listener = ended.application.platform == "native" and is_loopback(ended.redirect.uri)
    return None if is_listener else ended.redirect.site
