"""The page on which people type the code that a device shows them (RFC 8628 §3.3)."""

from __future__ import annotations

from grantway.core.devices import LIFETIME
from grantway.core.errors import Refused
from grantway.core.model import MINUTE, SECOND
from grantway.edges.web import answers, failures
from grantway.edges.web.browsers import Browsers, Visit
from grantway.edges.web.headers import Headers
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.devices import DeviceRequests

DEVICE = "/device"
_LONGEST_SHOWN = 20
_RETRY: Headers = (("retry-after", str(LIFETIME // SECOND)),)


class DevicePages:
    """Shows the form, and leads on to what the code asks for."""

    def __init__(self, devices: DeviceRequests, browsers: Browsers) -> None:
        self._devices = devices
        self._browsers = browsers

    def show(self, request: HttpRequest) -> HttpAnswer:
        """The form. A code that came in the address stands in it, and nothing happens until it is sent."""
        visit = self._browsers.visit(request)
        return self._page(visit, (request.query().get("user_code") or "")[:_LONGEST_SHOWN])

    def enter(self, request: HttpRequest) -> HttpAnswer:
        """A code was typed: on to the request that it belongs to, or the form with what is wrong."""
        visit, form = self._browsers.post(request, "device")
        typed = form.get("user_code") or ""
        outcome = self._devices.enter(typed, visit.browser)
        if isinstance(outcome, Refused):
            return self._page(visit, typed[:_LONGEST_SHOWN], outcome)
        return answers.see_other(f"/interaction/{outcome.handle}")

    def _page(self, visit: Visit, typed: str, refused: Refused | None = None) -> HttpAnswer:
        failure = failures.report(refused, visit.request) if refused is not None else None
        wrong = (
            [{"field": "user_code", "text": failure.reason.text, "id": failure.reason.id}] if failure else []
        )
        answer = answers.page(
            visit.request,
            "device.html",
            status=failure.status if failure is not None else 200,
            action=DEVICE,
            csrf=self._browsers.proof(visit, "device"),
            user_code=typed,
            minutes=LIFETIME // MINUTE,
            errors=wrong,
        )
        return answer.with_headers(*_RETRY) if failure is not None and failure.status == 429 else answer
