"""What is wrong with an application's request, for whoever came with it and has not signed in.

Anybody can make such a request, with an address of their own to return to. So nothing leads there by
itself: the page says where its button leads, and the application is told what was wrong only then (C065).
"""

from __future__ import annotations

from grantway.core import scopes
from grantway.edges.signin.browsers import Browsers, Visit
from grantway.edges.signin.presenting import application_values
from grantway.edges.web import answers
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.flow import AuthorizeFlow
from grantway.features.authorize.views import FaultStep

_PURPOSE = "interaction.tell"


class Faults:
    """The way back from the page."""

    def __init__(self, flow: AuthorizeFlow, browsers: Browsers) -> None:
        self._flow = flow
        self._browsers = browsers

    def tell(self, request: HttpRequest, handle: str) -> HttpAnswer:
        """The person goes back, and the application is told what was wrong."""
        visit, _form = self._browsers.post(request, _PURPOSE, handle)
        answer = self._flow.tell(handle, visit.browser)
        if answer is None:
            return answers.see_other(f"/interaction/{handle}")
        return answers.to_application(answer, request)


def fault_page(visit: Visit, browsers: Browsers, handle: str, step: FaultStep) -> HttpAnswer:
    """The page, with a button that leads back to the application."""
    return answers.page(
        visit.request,
        "fault.html",
        status=400,
        ui_locales=step.ui_locales,
        redirect=step.redirect,
        action=f"/interaction/{handle}/tell",
        csrf=browsers.proof(visit, _PURPOSE, handle),
        application=application_values(step.application, step.owner),
        text=step.reason.text,
        could=scopes.words(scopes.join(step.could))[: scopes.MOST_NAMED],
        error_id=step.reason.id,
        redirect_host=step.redirect.host,
    )
