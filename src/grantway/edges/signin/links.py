"""The pages behind one-use links: the first password of an account, and the first operator.

Opening a link uses nothing up, because mail scanners open links; only the form does. The token moves
from the address into a cookie at once, so that it stays neither in the history nor in a referrer, and
from there into the form, so that two links opened in two tabs are not confused.
"""

from __future__ import annotations

from grantway.core.errors import LINK_INVALID, Invalid, PageError
from grantway.core.secrets import Secret
from grantway.edges.signin.presenting import Values, field_problems
from grantway.edges.web import answers
from grantway.edges.web.browsers import Browsers, Visit, moved, through
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.accounts.activation import ACTIVATION, Activation, FirstOperator
from grantway.features.accounts.activation import SETUP as SETUP_LINK
from grantway.features.accounts.passwords import MINIMUM

ACTIVATE = "/activate"
SETUP = "/setup"


class Links:
    """Shows what a link is for, and does it."""

    def __init__(self, activation: Activation, browsers: Browsers) -> None:
        self._activation = activation
        self._browsers = browsers

    def open_activation(self, request: HttpRequest) -> HttpAnswer:
        """The form for a first password."""
        away = moved(request, ACTIVATE)
        if away is not None:
            return away
        visit = self._browsers.visit(request)
        return self._activation_page(visit, request.cookie("link") or "")

    def activate(self, request: HttpRequest) -> HttpAnswer:
        """A first password was chosen; the person signs in with it next."""
        token = request.form().get("token") or ""
        visit, form = self._browsers.post(request, "activate", token)
        password, confirmation = form.get("new_password") or "", form.get("confirm") or ""
        try:
            self._activation.activate(
                token, Secret(password), confirmation=confirmation, address=request.address
            )
        except Invalid as refused:
            return self._activation_page(visit, token, refused)
        except PageError:
            if self._activation.was_used(ACTIVATION, token):
                return through(request, "used")
            raise
        return through(request, "password")

    def open_setup(self, request: HttpRequest) -> HttpAnswer:
        """The form for the first operator."""
        away = moved(request, SETUP)
        if away is not None:
            return away
        visit = self._browsers.visit(request)
        token = request.cookie("link") or ""
        if not self._activation.may_set_up(token):
            raise PageError(LINK_INVALID)
        return self._setup_page(visit, token, {"email": "", "name": ""})

    def set_up(self, request: HttpRequest) -> HttpAnswer:
        """The first operator is made, and signs in next."""
        token = request.form().get("token") or ""
        visit, form = self._browsers.post(request, "setup", token)
        email, name = form.get("email") or "", form.get("name") or ""
        wanted = FirstOperator(email, name, Secret(form.get("new_password") or ""))
        try:
            self._activation.set_up(token, wanted, address=request.address)
        except Invalid as refused:
            return self._setup_page(visit, token, {"email": email, "name": name}, refused)
        except PageError:
            if self._activation.was_used(SETUP_LINK, token):
                return through(request, "used")
            raise
        return through(request, "password")

    def _activation_page(self, visit: Visit, token: str, refused: Invalid | None = None) -> HttpAnswer:
        user = self._activation.describe(token)
        if user is None:
            raise PageError(LINK_INVALID)
        return answers.page(
            visit.request,
            "activate.html",
            status=422 if refused else 200,
            action=ACTIVATE,
            csrf=self._browsers.proof(visit, "activate", token),
            token=token,
            email=user.email,
            minimum=MINIMUM,
            errors=field_problems(refused),
        )

    def _setup_page(
        self, visit: Visit, token: str, values: Values, refused: Invalid | None = None
    ) -> HttpAnswer:
        return answers.page(
            visit.request,
            "setup.html",
            status=422 if refused else 200,
            action=SETUP,
            csrf=self._browsers.proof(visit, "setup", token),
            token=token,
            minimum=MINIMUM,
            values=values,
            errors=field_problems(refused),
        )
