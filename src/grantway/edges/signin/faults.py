"""What is wrong with an application's request, for whoever came with it and has not signed in.

Anybody can make such a request, with an address of their own to return to. So nothing leads there by
itself: the page says where its button leads, and the application is told what was wrong only then (C065).
"""

from __future__ import annotations

from grantway.core import scopes
from grantway.edges.signin.presenting import application_values, host_of
from grantway.edges.web import answers
from grantway.edges.web.browsers import Browsers, Visit
from grantway.edges.web.noting import note_refusal
from grantway.edges.web.requests import HttpAnswer
from grantway.features.authorize.views import FaultStep

TELL = "interaction.tell"
"""What the form of the page is for."""


def fault_page(visit: Visit, browsers: Browsers, handle: str, step: FaultStep) -> HttpAnswer:
    """The page, with a button that leads back to the application."""
    note_refusal(step.refused.reason, visit.request, "authorize", step.refused.concern)
    return answers.page(
        visit.request,
        "fault.html",
        status=400,
        ui_locales=step.ui_locales,
        redirect=step.redirect,
        action=f"/interaction/{handle}/tell",
        csrf=browsers.proof(visit, TELL, handle),
        application=application_values(step.application, step.owner),
        text=step.refused.reason.text,
        could=scopes.words(scopes.join(step.could))[: scopes.MOST_NAMED],
        error_id=step.refused.reason.id,
        request_id=visit.request.request_id,
        redirect_host=host_of(step.redirect),
    )
