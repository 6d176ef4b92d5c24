"""The page behind the link in a letter that asks whether an organization's letters may come."""

from __future__ import annotations

from grantway.edges.web import answers
from grantway.edges.web.browsers import Browsers, give_cookie, moved
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.notices.confirming import CONFIRM, Confirming

_PURPOSE = "confirm"


class ConfirmingPages:
    """Asks, because mail scanners open links, and hears the answer."""

    def __init__(self, confirming: Confirming, browsers: Browsers) -> None:
        self._confirming = confirming
        self._browsers = browsers

    def open_link(self, request: HttpRequest) -> HttpAnswer:
        """The form of a link. Opening it uses nothing up."""
        away = moved(request, CONFIRM)
        if away is not None:
            return away
        visit = self._browsers.visit(request)
        token = request.cookie("link") or ""
        organization, asked = self._confirming.describe(token)
        return answers.page(
            request,
            "confirm.html",
            action=CONFIRM,
            csrf=self._browsers.proof(visit, _PURPOSE, token),
            token=token,
            organization=organization.name,
            email=asked.address,
            is_done=False,
            is_refused=False,
        )

    def confirm(self, request: HttpRequest) -> HttpAnswer:
        """Somebody agreed, or refused."""
        form = request.form()
        token, is_refused = form.get("token") or "", form.get("answer") == "refuse"
        self._browsers.post(request, _PURPOSE, token)
        answer = self._confirming.refuse if is_refused else self._confirming.confirm
        answer(token, address=request.address)
        give_cookie(request, request.server.cookies.clear("link"))
        return answers.page(request, "confirm.html", is_done=True, is_refused=is_refused)
