"""The form with e-mail address and password: shown and evaluated alike on every way to it."""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core.errors import LOGIN_THROTTLED, Refused
from grantway.core.model import MINUTE, SECOND
from grantway.core.redirects import VerifiedRedirect
from grantway.core.secrets import Secret
from grantway.core.sign_ins import browser_named
from grantway.edges.signin.presenting import Values
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import Visit, give_cookie
from grantway.edges.web.forms import Parameters
from grantway.edges.web.headers import Headers
from grantway.edges.web.requests import HttpAnswer
from grantway.features.accounts.login import Login, SignedIn
from grantway.features.accounts.throttling import WINDOW, Source

THROTTLED: Values = {"minutes": WINDOW // MINUTE}
RETRY: Headers = (("retry-after", str(WINDOW // SECOND)),)
_DEVICE_LIFETIME = 365 * 86_400


@dataclass(frozen=True, slots=True)
class SignInForm:
    """One way to the form: where it is sent, its proof, and for which application it is."""

    action: str
    csrf: str
    application: Values | None = None
    email: str = ""
    redirect: VerifiedRedirect | None = None
    notice: str | None = None
    ui_locales: str | None = None


class SigningIn:
    """Shows the form, evaluates it, and puts the new session into the browser."""

    def __init__(self, login: Login) -> None:
        self._login = login

    def attempt(self, visit: Visit, form: Parameters) -> SignedIn | Refused:
        """Evaluate what was typed. An empty form is an attempt like any other."""
        return self._login.attempt(
            form.get("email") or "",
            Secret(form.get("password") or ""),
            source=source_of(visit),
            former=visit.request.cookie("session"),
        )

    def page(self, visit: Visit, shown: SignInForm, refused: Refused | None = None) -> HttpAnswer:
        """The form, after a refusal with what to do about it."""
        failure = failures.report(refused, visit.request) if refused is not None else None
        is_throttled = refused is not None and refused.reason is LOGIN_THROTTLED
        error: Values | None = None
        if refused is not None and not is_throttled:
            error = {"id": refused.reason.id, "text": refused.reason.text, "field": "password"}
        answer = answers.page(
            visit.request,
            "signin.html",
            status=failure.status if failure is not None else 200,
            redirect=shown.redirect,
            ui_locales=shown.ui_locales,
            action=shown.action,
            csrf=shown.csrf,
            application=shown.application,
            email=shown.email,
            error=error,
            throttled=THROTTLED if is_throttled else None,
            notice=shown.notice,
        )
        return answer.with_headers(*RETRY) if is_throttled else answer

    def lead_on(self, visit: Visit, signed_in: SignedIn, address: str) -> HttpAnswer:
        """Send the signed-in browser on, with its cookies. The session ends with the browser."""
        cookies = visit.request.server.cookies
        give_cookie(visit.request, cookies.set("session", signed_in.session_text.reveal()))
        give_cookie(visit.request, cookies.set("device", signed_in.device, max_age=_DEVICE_LIFETIME))
        return answers.see_other(address)


def source_of(visit: Visit) -> Source:
    """Where an attempt comes from."""
    request = visit.request
    return Source(request.address, request.cookie("device"), browser_named(request.header("user-agent")))
