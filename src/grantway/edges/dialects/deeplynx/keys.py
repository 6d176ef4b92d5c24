"""API keys of DeepLynx Nexus: what they are changed for, and the end of what they gave (D65 to D78).

Keys are access keys, and `apiKey` is the id of one. There is one version of each call but where two differ.
"""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.access_keys import GRANT_TYPE
from grantway.core.errors import Expecting, NotFound, OAuthError
from grantway.core.identifiers import MAXIMUM_ID, from_text, to_text
from grantway.core.messages import Issued, TokenRequest
from grantway.core.model import Id
from grantway.edges.dialects.deeplynx.codec import bearer
from grantway.edges.dialects.deeplynx.errors import ERROR_ID
from grantway.edges.dialects.deeplynx.registry import page_of
from grantway.edges.web import answers, forms
from grantway.edges.web.dialect import Operation, Wire
from grantway.edges.web.failures import Failure
from grantway.edges.web.forms_of_clients import key_parameters
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.management import Operations
from grantway.edges.web.negotiation import JSON
from grantway.edges.web.record_wires import RecordWires
from grantway.edges.web.requests import HttpAnswer, HttpRequest

USUAL_MINUTES = 60
"""How long a token of a key lives if nothing is asked for (D68)."""
_LONGEST_BODY = 16_384
_MOST_MINUTES = 10**9
_INVALID = "Invalid API credentials"
_MOST_DIGITS = 16


def decode_tokens(request: HttpRequest) -> TokenRequest:
    """A key and its secret as JSON, and a lifetime in minutes (D68). Nothing of it stands in the address."""
    if not request.is_json:
        raise Expecting(errors.REQUEST_CONTENT_TYPE, expected=JSON)
    forms.refuse_secrets_in_query(request.query(), forms.Parameters({}))
    given = forms.json_object(request.body(_LONGEST_BODY))
    parameters = key_parameters(given.get, "apiKey", "apiSecret")
    return TokenRequest(
        GRANT_TYPE,
        None,
        request.origin,
        lifetime=_lifetime(given.get("expirationMinutes")),
        parameters=parameters,
    )


def encode_tokens(outcome: Issued, request: HttpRequest) -> HttpAnswer:
    """The token alone, as a JSON string (D68)."""
    return answers.json(200, outcome.access_token)


def encode_revoke(outcome: int, request: HttpRequest) -> HttpAnswer:
    """How many there were (D72)."""
    message = f"Successfully revoked {outcome} token(s)"
    return answers.json(200, {"message": message, "revokedCount": outcome})


def make_key(request: HttpRequest, operations: Operations) -> dict[str, str]:
    """A key of whoever asks, tied to an application if one is named (D65, D66)."""
    client_id = request.query().get("clientId")
    return _made(operations, {} if client_id is None else {"client_id": client_id})


def make_service_key(request: HttpRequest, operations: Operations) -> dict[str, str]:
    """A key of a service account, by who manages the members of its organization (D73, D74).

    There is one project for each organization here, and it has the same number.
    """
    organization, project = (_number(request.parts[name]) for name in ("organization", "project"))
    if organization != project:
        raise NotFound(errors.RECORD_NOT_FOUND)
    body = {"service_account": to_text(_number(request.parts["account"]))}
    return _made(operations, body, {"organization_id": organization})


def make_test_key(request: HttpRequest, operations: Operations) -> dict[str, str]:
    """The same for an account of the platform's own organization, which are what test accounts are (D76)."""
    return _made(operations, {"service_account": to_text(_number(request.parts["account"]))})


def list_keys(request: HttpRequest, operations: Operations) -> list[str]:
    """The caller's own, by their ids and nothing else (D70)."""
    user = operations.do("readMe")["user"]
    if user is None:
        return []
    return [one["id"] for one in operations.every("listAccessKeys", query={"user": user["id"]})]


def list_page(request: HttpRequest, operations: Operations) -> dict[str, Any]:
    """One page of the same, as version 2 has it (D70)."""
    return page_of(request, list_keys(request, operations))


def delete_key(request: HttpRequest, operations: Operations) -> dict[str, str]:
    """End one of the caller's own (D71)."""
    if request.parts["key"] not in list_keys(request, operations):
        raise NotFound(errors.RECORD_NOT_FOUND)
    operations.do("deleteAccessKey", {"access_key_id": from_text(request.parts["key"]) or 0})
    return {"message": "Successfully deleted API key"}


def refuse(failure: Failure, request: HttpRequest) -> HttpAnswer:
    """`{"message"}` (D69). A key that does not exist is told as a wrong secret: else ids could be tried.

    400 is what is wrong with the account or the application; what failed on our side keeps its status.
    """
    reason, status, text = failure.reason, failure.status, failure.text
    if reason == errors.ACCESS_KEY_INVALID:
        status, text = 401, _INVALID
    elif status not in {401, 403, 404, 405, 409, 413, 415, 429} and status < 500:
        status = 400
    headers = (*NO_STORE, (ERROR_ID, reason.id), *failure.headers)
    answer = answers.json(status, {"message": text}, headers)
    is_call = reason.code == "invalid_token" or reason == errors.TOKEN_MISSING
    return answer.with_headers(("www-authenticate", "Bearer")) if status == 401 and is_call else answer


def _made(operations: Operations, body: dict[str, str], ids: dict[str, Id] | None = None) -> dict[str, str]:
    made = operations.do("createAccessKey", ids, body)
    return {"apiKey": made["id"], "apiSecret": made["secret"]}


def _number(text: str) -> Id:
    """An id as this system writes it: a number. What is none names no record."""
    is_one = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_one and int(text) <= MAXIMUM_ID else 0


def _lifetime(minutes: object) -> int:
    """Seconds. Zero, less, and what is no whole number is refused, as at the exchange (D106)."""
    if minutes is None:
        return USUAL_MINUTES * 60
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes < _MOST_MINUTES:
        raise OAuthError(errors.LIFETIME_INVALID)
    return minutes * 60


_PROJECT = "/api/v1/oauth/organizations/{organization}/projects/{project}"

_wire = RecordWires(bearer, refuse).wire

KEYS: tuple[Wire[Any, Any], ...] = (
    _wire("POST", "/api/v1/oauth/keys", make_key, is_create=True),
    _wire("GET", "/api/v1/oauth/keys", list_keys),
    _wire("GET", "/api/v2/oauth/keys", list_page),
    _wire("DELETE", "/api/v1/oauth/keys/{key}", delete_key),
    _wire("POST", "/api/v1/oauth/keys/test/{account}", make_test_key, for_operators=True, is_create=True),
    _wire("POST", _PROJECT + "/keys/service/{account}", make_service_key, is_create=True),
    Wire(
        operation=Operation.TOKEN,
        methods=("POST",),
        path="/api/v1/oauth/tokens",
        decode=decode_tokens,
        encode=encode_tokens,
        refuse=refuse,
    ),
    Wire(
        operation=Operation.END_TOKENS,
        methods=("DELETE",),
        path="/api/v1/oauth/tokens/revoke",
        decode=bearer,
        encode=encode_revoke,
        refuse=refuse,
    ),
)
