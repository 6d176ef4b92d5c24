"""Every refusal there is, as this mount says it: no code that was never published, and no fault of ours."""

from __future__ import annotations

import json

import pytest

from grantway.core.errors import Reason, all_reasons
from grantway.edges.dialects.deeplynx import DIALECT, errors
from grantway.edges.web import failures
from grantway.edges.web.requests import HttpRequest
from tests.dialects.wire import Wired

HANDSHAKE = {"invalid_client", "invalid_grant", "invalid_request", "unauthorized_client", "server_error"}
TOKEN = {
    "authorization_pending",
    "slow_down",
    "access_denied",
    "expired_token",
    "invalid_grant",
    "invalid_request",
    "unsupported_grant_type",
    "invalid_client",
    "server_error",
}


@pytest.mark.parametrize("reason", all_reasons(), ids=lambda reason: reason.id)
def test_every_refusal_has_a_published_form(reason: Reason) -> None:
    """D35, D46 to D50, D87, D88, D94, D106: 404 for what is unknown, and 5xx for faults of the server only."""
    wired = Wired(DIALECT)
    failure = failures.of_reason(reason)
    request = HttpRequest(
        {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "QUERY_STRING": "client_id=sent"},
        wired.server,
        wired.mount,
    )
    for refuse, codes in (
        (errors.refuse, HANDSHAKE),
        (errors.refuse_exchange, HANDSHAKE),
        (errors.refuse_token, TOKEN),
    ):
        answer = refuse(failure, request)
        body = json.loads(answer.body)
        if answer.content_type == "application/problem+json":
            assert answer.status == 400
            continue
        assert body.keys() == {"error", "error_description"}
        assert body["error"] in codes, (reason.id, body)
        assert (answer.status >= 500) == (failure.status >= 500), reason.id
        assert body["error"] != "server_error" or answer.status in {429, 500, 501, 503}, reason.id
        assert body["error"] != "invalid_client" or answer.status in {404, 429}, reason.id
        assert ("error-id", reason.id) in answer.headers
