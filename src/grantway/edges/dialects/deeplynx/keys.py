"""API keys of DeepLynx Nexus: what they are changed for, and the end of what they gave (D65 to D78).

Keys are access keys, and `apiKey` is the id of one. There is one version of each call but where two differ.
"""

from __future__ import annotations

from typing import Any

from grantway.core import errors
from grantway.core.access_keys import GRANT_TYPE, KEY_PARAMETER, SECRET_PARAMETER
from grantway.core.errors import Expecting, OAuthError
from grantway.core.messages import BearerRequest, Issued, TokenRequest
from grantway.edges.dialects.deeplynx.errors import ERROR_ID
from grantway.edges.web import answers, forms
from grantway.edges.web.cookies import value_of
from grantway.edges.web.dialect import Operation, Wire
from grantway.edges.web.failures import Failure
from grantway.edges.web.headers import NO_STORE
from grantway.edges.web.negotiation import JSON
from grantway.edges.web.requests import HttpAnswer, HttpRequest

USUAL_MINUTES = 60
"""How long a token of a key lives if nothing is asked for (D68)."""
_LONGEST_BODY = 16_384
_MOST_MINUTES = 10**9
_INVALID = "Invalid API credentials"


def decode_tokens(request: HttpRequest) -> TokenRequest:
    """A key and its secret as JSON, and a lifetime in minutes (D68). Nothing of it stands in the address."""
    if not request.is_json:
        raise Expecting(errors.REQUEST_CONTENT_TYPE, expected=JSON)
    forms.refuse_secrets_in_query(request.query(), forms.Parameters({}))
    given = forms.json_object(request.body(_LONGEST_BODY))
    parameters = {}
    for wire, name in (("apiKey", KEY_PARAMETER), ("apiSecret", SECRET_PARAMETER)):
        text = given.get(wire)
        if not isinstance(text, str) or not text:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, wire)
        parameters[name] = text
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


def decode_revoke(request: HttpRequest) -> BearerRequest:
    """Whose tokens end: those of whoever asks (D72)."""
    token = forms.bearer(request.authorization)
    if token is None:
        token = request.query().get("token") or value_of(request.header("cookie"), "access_token")
    return BearerRequest(request.origin, token)


def encode_revoke(outcome: int, request: HttpRequest) -> HttpAnswer:
    """How many there were (D72)."""
    message = f"Successfully revoked {outcome} token(s)"
    return answers.json(200, {"message": message, "revokedCount": outcome})


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


def _lifetime(minutes: object) -> int:
    """Seconds. Zero, less, and what is no whole number is refused, as at the exchange (D106)."""
    if minutes is None:
        return USUAL_MINUTES * 60
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 < minutes < _MOST_MINUTES:
        raise OAuthError(errors.LIFETIME_INVALID)
    return minutes * 60


KEYS: tuple[Wire[Any, Any], ...] = (
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
        decode=decode_revoke,
        encode=encode_revoke,
        refuse=refuse,
    ),
)
