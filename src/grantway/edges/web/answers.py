"""Answers that several faces give alike: JSON, pages, redirects, and the way back to an application."""

from __future__ import annotations

import msgspec

from grantway.core import devices
from grantway.core.messages import Answer, DeviceAuthorization
from grantway.core.redirects import VerifiedRedirect
from grantway.edges.web.documents import Document
from grantway.edges.web.headers import NO_STORE, Headers
from grantway.edges.web.noting import note_refusal
from grantway.edges.web.requests import HttpAnswer, HttpRequest, Server
from grantway.features.authorize.views import Interact

HTML = "text/html; charset=utf-8"
_encode = msgspec.json.Encoder().encode


def json(status: int, value: object, headers: Headers = NO_STORE) -> HttpAnswer:
    """A JSON document, whatever Accept says; by default no cache may keep it."""
    return HttpAnswer(status, _encode(value), headers=headers)


def page(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    ui_locales: str | None = None,
    redirect: VerifiedRedirect | None = None,
    **values: object,
) -> HttpAnswer:
    """A page in the person's language.

    `redirect` is where its forms may lead besides to ourselves: only who holds a verified one can make
    a page that leads away.
    """
    server = request.server
    nonce = server.entropy.token_bytes(16).hex()
    text = server.pages.render(template, request.locale(ui_locales), nonce, **values)
    headers = server.headers.page(nonce, leads_away=redirect is not None)
    return HttpAnswer(status, text.encode(), HTML, headers)


def public_page(server: Server, template: str, locale: str, headers: Headers, **values: object) -> Document:
    """A page in which nothing is of its reader but the language. Its scripts are files of ours."""
    text = server.pages.render(template, locale, None, **values)
    fixed = dict(server.headers.page(own_scripts=True)) | dict(headers) | {"content-language": locale}
    fixed.pop("pragma")
    return Document(text.encode(), tuple(fixed.items()), HTML, varies="Accept-Language")


def device_codes(outcome: DeviceAuthorization, address: str) -> HttpAnswer:
    """Both codes of a device, and the address at which a person types the short one (RFC 8628 §3.2)."""
    user_code = devices.spelled(outcome.user_code)
    body = {
        "device_code": outcome.device_code,
        "user_code": user_code,
        "verification_uri": address,
        "verification_uri_complete": f"{address}?user_code={user_code}",
        "expires_in": outcome.expires_in,
        "interval": outcome.interval,
    }
    return json(200, body)


def see_other(address: str, status: int = 303) -> HttpAnswer:
    """Send the browser on. 303 turns a posted form into a GET, so that no credential is resent (C013)."""
    return HttpAnswer(status, content_type="text/plain", headers=(("location", address), *NO_STORE))


def onward(outcome: Answer | Interact, request: HttpRequest, status: int = 303) -> HttpAnswer:
    """What an authorization request comes to: on to the person's next step, or back to the application."""
    if isinstance(outcome, Interact):
        return see_other(f"{request.server.issuer}/interaction/{outcome.handle}", status)
    return to_application(outcome, request, status)


def to_application(answer: Answer, request: HttpRequest, status: int = 303) -> HttpAnswer:
    """Give the application its answer through the browser: in the address, or by a posted form."""
    if answer.refused is not None:
        note_refusal(answer.refused.reason, request, "authorize", answer.refused.concern)
    if answer.mode == "form_post":
        return page(
            request,
            "form_post.html",
            redirect=answer.redirect,
            action_uri=answer.redirect.uri,
            fields=list(answer.parameters.items()),
            redirect_host=answer.redirect.host,
        )
    return see_other(answer.redirect.with_parameters(answer.parameters), status)
