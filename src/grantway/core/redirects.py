"""Redirect URIs: the rules at registration, and the match at use.

At use a claimed URI equals a registered one as a plain string; the one exception is the port of a
loopback address of a native application (RFC 8252 §7.3, RFC 9700 §2.1). Only `match` makes a
`VerifiedRedirect`, and only that type can be redirected to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from grantway.core import errors, hosts
from grantway.core.errors import Reason
from grantway.core.model import Redirect

MAXIMUM_LENGTH = 2_000

_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::(\d{1,5}))?(/[^\s]*|\?[^\s]*)?")
_AFTER_AUTHORITY = re.compile(r"[/?#\\]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")
_FORBIDDEN_SCHEMES = frozenset(
    {
        "javascript",
        "data",
        "vbscript",
        "file",
        "blob",
        "about",
        "ws",
        "wss",
        "ftp",
        "mailto",
        "tel",
        "view-source",
    }
)


@dataclass(frozen=True, slots=True)
class VerifiedRedirect:
    """An address that the application registered. Make it with `match` only."""

    uri: str

    def with_parameters(self, parameters: dict[str, str]) -> str:
        """The address with parameters added; a query it already has is kept (RFC 6749 §3.1.2)."""
        if not parameters:
            return self.uri
        separator = "&" if "?" in self.uri else "?"
        if self.uri.endswith(("?", "&")):
            separator = ""
        return self.uri + separator + urlencode(parameters)

    @property
    def host(self) -> str:
        """Where a person goes next, in words: the host, or the scheme of an app on the device."""
        parts = urlsplit(self.uri)
        return parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}:"

    @property
    def site(self) -> str | None:
        """The front page of where it leads; None for a scheme of an app on the device, which has none."""
        parts = urlsplit(self.uri)
        return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in {"http", "https"} else None


def match(
    claimed: str, registered: tuple[Redirect, ...], *, is_native: bool, by_host: bool = False
) -> VerifiedRedirect | None:
    """The verified form of a claimed redirect URI, or None. Compares plain strings.

    A scheme that runs or reads something here is refused even if a record had it (V041). With `by_host`
    an address that could be registered itself fits one that was registered for it, on the same origin.
    """
    if claimed.partition(":")[0].strip().lower() in _FORBIDDEN_SCHEMES:
        return None
    for redirect in registered:
        if claimed == redirect.uri:
            return VerifiedRedirect(claimed)
    if by_host and _is_at_home(claimed, registered):
        return VerifiedRedirect(claimed)
    if not is_native or len(claimed) > MAXIMUM_LENGTH:
        return None
    asked = _LOOPBACK.fullmatch(claimed)
    if asked is None or not _is_port(asked[2]):
        return None
    for redirect in registered:
        known = _LOOPBACK.fullmatch(redirect.uri)
        if known is not None and (known[1], known[3]) == (asked[1], asked[3]):
            return VerifiedRedirect(claimed)
    return None


def _is_at_home(claimed: str, registered: tuple[Redirect, ...]) -> bool:
    """Whether it lies on the origin of a redirect that was registered for its host."""
    if problem_of(claimed, is_native=False) is not None:
        return False
    return any(one.match == "host" and origin_of(claimed) == origin_of(one.uri) for one in registered)


def problem_of(uri: str, *, is_native: bool) -> Reason | None:
    """What is wrong with a redirect URI somebody wants to register, or None."""
    if not uri or len(uri) > MAXIMUM_LENGTH or _VISIBLE_ASCII.fullmatch(uri) is None:
        return errors.FIELD_HOST_UNICODE if _has_unicode_host(uri) else errors.FIELD_REDIRECT_MALFORMED
    if any(sign in uri for sign in '\\"<>^`{|}'):
        return errors.FIELD_REDIRECT_MALFORMED
    if "#" in uri:
        return errors.FIELD_REDIRECT_FRAGMENT
    if "*" in uri:
        return errors.FIELD_REDIRECT_WILDCARD
    scheme, colon, rest = uri.partition(":")
    if not colon or _SCHEME.fullmatch(scheme) is None:
        return errors.FIELD_REDIRECT_MALFORMED
    if scheme in {"http", "https"}:
        return _problem_of_web(uri, scheme)
    if scheme in _FORBIDDEN_SCHEMES or not is_native:
        return errors.FIELD_REDIRECT_SCHEME
    if _PRIVATE_SCHEME.fullmatch(scheme) is None:
        return errors.FIELD_REDIRECT_PRIVATE
    if not rest.startswith("/"):
        return errors.FIELD_REDIRECT_MALFORMED
    return None


def origin_of(address: str) -> tuple[str, str] | None:
    """Scheme, and host with its port, as they are written; None where the address cannot be read."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return parts.scheme, parts.netloc


def is_loopback(uri: str) -> bool:
    """Whether the address is http on a loopback host."""
    found = _LOOPBACK.fullmatch(uri)
    return found is not None and _is_port(found[2])


def origin_problem_of(origin: str) -> Reason | None:
    """What is wrong with a CORS origin somebody wants to register, or None (RFC 6454 §6.2)."""
    scheme, separator, authority = origin.partition("://")
    if not separator or scheme not in {"http", "https"} or len(origin) > MAXIMUM_LENGTH:
        return errors.FIELD_ORIGIN
    if _has_unicode_host(origin):
        return errors.FIELD_HOST_UNICODE
    # A browser never sends the default port, so an origin with it would match nothing.
    if authority.endswith(hosts.DEFAULT_PORTS[scheme]):
        return errors.HOST_PORT
    problem = hosts.problem_of(authority)
    if problem is not None:
        return errors.FIELD_ORIGIN if problem == errors.FIELD_REDIRECT_MALFORMED else problem
    if scheme == "http" and not is_loopback(origin):
        return errors.FIELD_ORIGIN
    return None


def _has_unicode_host(uri: str) -> bool:
    """Whether letters of the host may only look like others: it is registered and shown in ASCII alone."""
    if uri.isascii() or len(uri) > MAXIMUM_LENGTH:
        return False
    authority = _AFTER_AUTHORITY.split(uri.partition("://")[2], maxsplit=1)[0]
    return any(sign.isalpha() and not sign.isascii() for sign in authority)


def _problem_of_web(uri: str, scheme: str) -> Reason | None:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return errors.FIELD_REDIRECT_MALFORMED
    if not uri.startswith(f"{scheme}://") or not parts.netloc:
        return errors.FIELD_REDIRECT_MALFORMED
    if "@" in parts.netloc:
        return errors.FIELD_REDIRECT_USERINFO
    problem = hosts.problem_of(parts.netloc)
    if problem is not None:
        return problem
    path = parts.path.lower().replace("%2e", ".").replace("%2f", "/").replace("%3b", ";")
    if any(segment.partition(";")[0] in {".", ".."} for segment in path.split("/")):
        return errors.FIELD_REDIRECT_MALFORMED
    if scheme == "http" and not is_loopback(uri):
        return errors.FIELD_REDIRECT_SCHEME
    return None


def _is_port(text: str | None) -> bool:
    return text is None or hosts.is_port(text)
