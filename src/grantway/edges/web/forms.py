"""Reads what requests say: form parameters, Basic pairs, bearer tokens, small JSON objects.

Everything here is strict, because two readers that understand one request differently are an attack
(V038): a parameter given twice is refused, text is UTF-8 or it is refused, and a value that is there
in two places is refused. The functions are pure and fast; they run on every token request.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from grantway.core import errors
from grantway.core.errors import OAuthError, Reason
from grantway.core.messages import PresentedClient
from grantway.core.secrets import Secret
from grantway.edges.web.limits import (
    MAXIMUM_AUTHORIZATION,
    MAXIMUM_PARAMETER,
    MAXIMUM_PARAMETER_NAME,
    MAXIMUM_PARAMETERS,
)

REPEATABLE = frozenset({"resource", "audience"})
"""The parameters that the standards allow to repeat (RFC 8707 §2, RFC 8693 §2.1)."""

SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "assertion",
        "client_assertion",
        "client_secret",
        "code",
        "code_verifier",
        "password",
        "refresh_token",
        "device_code",
        "token",
    }
)
"""What must not stand in an address, where logs and histories keep it (RFC 9700 §4.3)."""

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ASCII = {form: chr(value) for value in range(128) for form in (f"{value:02x}", f"{value:02X}")}
"""Nearly all escapes are of ASCII; the others take the slow way."""
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*")


class Parameters:
    """Parameters by name. One without a value counts as absent (RFC 6749 §3.1)."""

    __slots__ = ("_repeated", "_values")

    def __init__(self, values: dict[str, str], repeated: dict[str, tuple[str, ...]] | None = None) -> None:
        self._values = values
        self._repeated = repeated

    def get(self, name: str) -> str | None:
        """The value, or None where there is none. Of a repeated parameter, the first."""
        return self._values.get(name) or None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter that may repeat."""
        if self._repeated is not None and name in self._repeated:
            return self._repeated[name]
        value = self._values.get(name)
        return (value,) if value else ()

    def without(self, *names: str) -> dict[str, str]:
        """Every parameter with a value, but those named."""
        return {name: value for name, value in self._values.items() if value and name not in names}

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Taken:
    """How much a form may bring, and which of its names may repeat."""

    parameters: int = MAXIMUM_PARAMETERS
    characters: int = MAXIMUM_PARAMETER
    """Of one decoded value."""
    repeatable: frozenset[str] = REPEATABLE


OF_THE_PROTOCOL = Taken()


def parse(data: bytes, taken: Taken = OF_THE_PROTOCOL) -> Parameters:
    """The parameters of a query or a form body. Raises OAuthError."""
    values: dict[str, str] = {}
    repeated: dict[str, tuple[str, ...]] | None = None
    for pair in _pairs(data, taken.parameters):
        name, _, value = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, value = _unescape(name), _unescape(value)
        if not name or "\x00" in value:
            raise OAuthError(errors.REQUEST_MALFORMED, "no name, or NUL in a value")
        if len(value) > taken.characters or len(name) > MAXIMUM_PARAMETER_NAME:
            raise OAuthError(errors.REQUEST_PARAMETER_TOO_LONG)
        if name not in values:
            values[name] = value
            continue
        if name not in taken.repeatable:
            raise OAuthError(errors.REQUEST_DUPLICATE)
        repeated = repeated if repeated is not None else {}
        repeated[name] = (*repeated.get(name, (values[name],)), value)
    return Parameters(values, repeated)


def _pairs(data: bytes, most: int) -> list[str]:
    if not data:
        return []
    try:
        pairs = data.decode("utf-8").split("&", most)
    except UnicodeDecodeError:
        raise OAuthError(errors.REQUEST_MALFORMED, "not UTF-8") from None
    if len(pairs) > most:
        raise OAuthError(errors.REQUEST_TOO_LARGE, "too many parameters")
    return pairs if "" not in pairs else [pair for pair in pairs if pair]


def joined(query: Parameters, body: Parameters) -> Parameters:
    """The parameters of both places. One that stands in both is refused (V038)."""
    if not len(query):
        return body
    if any(name in body for name in query):
        raise OAuthError(errors.REQUEST_DUPLICATE, "in the query and in the body")
    names = (*query, *body)
    repeated = {name: (query if name in query else body).all(name) for name in REPEATABLE if name in names}
    return Parameters({**query.without(), **body.without()}, repeated)


def refuse_secrets_in_query(query: Parameters, body: Parameters) -> None:
    """Refuse secrets in the address, and parameters that stand in both places. Unknown ones may stay."""
    for name in query:
        if name in SECRET_PARAMETERS:
            raise OAuthError(errors.CLIENT_SECRET_IN_URI)
        if name in body:
            raise OAuthError(errors.REQUEST_DUPLICATE, "in the query and in the body")


def basic_pair(authorization: str) -> tuple[str, str]:
    """User name and password of HTTP Basic as they are (RFC 7617 §2). Raises OAuthError."""
    scheme, _, encoded = authorization.rstrip(" ").partition(" ")
    encoded = encoded.lstrip(" ")
    if len(authorization) > MAXIMUM_AUTHORIZATION or scheme.lower() != "basic":
        raise OAuthError(errors.CLIENT_BASIC_MALFORMED, "not Basic")
    try:
        data = a2b_base64(encoded, strict_mode=True)
        text = data.decode("utf-8")
    except ValueError:
        raise OAuthError(errors.CLIENT_BASIC_MALFORMED, "not base64 of UTF-8") from None
    if b2a_base64(data, newline=False).decode("ascii") != encoded:
        raise OAuthError(errors.CLIENT_BASIC_MALFORMED, "not what an encoder writes")
    name, colon, password = text.partition(":")
    if not colon or not name or "\x00" in text:
        raise OAuthError(errors.CLIENT_BASIC_MALFORMED, "no name or no colon")
    return name, password


def basic(authorization: str) -> PresentedClient:
    """The client of a Basic header, whose halves are form-encoded (RFC 6749 §2.3.1).

    With an empty secret it claims an id and nothing more, as public clients of several libraries do.
    """
    name, password = basic_pair(authorization)
    try:
        client_id = _unescape(name, errors.CLIENT_BASIC_MALFORMED)
        secret = _unescape(password, errors.CLIENT_BASIC_MALFORMED)
    except OAuthError:
        return PresentedClient("client_secret_basic", name, Secret(password), is_broken=True)
    if not secret:
        return PresentedClient("none", client_id)
    if (client_id, secret) == (name, password):
        return PresentedClient("client_secret_basic", client_id, Secret(secret))
    sent = (name, Secret(password))
    return PresentedClient("client_secret_basic", client_id, Secret(secret), sent)


def presented_client(authorization: str | None, body: Parameters) -> PresentedClient | None:
    """What a request claims about its client, in exactly one way (RFC 6749 §2.3). Raises OAuthError."""
    client_id = body.get("client_id")
    secret = body.get("client_secret")
    if authorization is not None:
        client = basic(authorization)
        is_another = client_id is not None and client_id != client.client_id
        if secret is not None or (is_another and client_id not in dict(client.readings)):
            raise OAuthError(errors.CLIENT_TWO_METHODS)
        return client
    if client_id is None:
        if secret is not None:
            raise OAuthError(errors.CLIENT_MISSING, "a secret without client_id")
        return None
    if secret is None:
        return PresentedClient("none", client_id)
    return PresentedClient("client_secret_post", client_id, Secret(secret))


def bearer(authorization: str | None) -> str | None:
    """The token of a Bearer header (RFC 6750 §2.1), or None where the header is none. Raises OAuthError."""
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    token = token.strip(" ")
    if len(token) > MAXIMUM_PARAMETER or _BEARER.fullmatch(token) is None:
        raise OAuthError(errors.TOKEN_INVALID, "not a bearer token in form")
    return token


def json_object(data: bytes) -> dict[str, object]:
    """The members of a JSON object, none of them twice. Raises OAuthError."""
    try:
        value = _JSON.decode(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise OAuthError(errors.RECORD_UNREADABLE, "not JSON") from None
    if not isinstance(value, dict):
        raise OAuthError(errors.RECORD_UNREADABLE, "not an object")
    return value


def json_parameters(data: bytes) -> Parameters:
    """A JSON object whose members are texts, read as a form is. Raises OAuthError."""
    members = json_object(data)
    texts = {name: value for name, value in members.items() if isinstance(value, str)}
    if len(texts) != len(members) or any("\x00" in text for text in texts.values()):
        raise OAuthError(errors.REQUEST_MALFORMED, "a member is no text")
    return Parameters(texts)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise OAuthError(errors.REQUEST_DUPLICATE, "a member twice")
    return members


_JSON = json.JSONDecoder(object_pairs_hook=_members)


def _unescape(text: str, reason: Reason = errors.REQUEST_MALFORMED) -> str:
    """Undo form encoding; what no encoder writes is refused instead of guessed at."""
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    first, *others = text.split("%")
    try:
        return first + "".join([_ASCII[part[:2]] + part[2:] for part in others])
    except KeyError:
        return _unescape_unicode(text, reason)


def _unescape_unicode(text: str, reason: Reason) -> str:
    if _BROKEN_ESCAPE.search(text) is not None:
        raise OAuthError(reason, "broken percent sign")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise OAuthError(reason, "escapes are not UTF-8") from None
