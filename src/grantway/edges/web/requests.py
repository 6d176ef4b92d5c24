"""What a face sees of a request, and what it answers: thin values around the WSGI environment.

Nothing that the outside can set decides about the issuer or a link (V122). The peer's address, the
host and the request id are taken from forwarding headers only if a declared proxy sent them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType
from typing import Any, TypeAlias

import falcon
from msgspec import Struct

from grantway.core import errors
from grantway.core.errors import Expecting
from grantway.core.messages import Origin
from grantway.core.networks import address_of
from grantway.core.ports import Entropy
from grantway.core.refusals import Turned
from grantway.edges.web import forms
from grantway.edges.web.cookies import Cookie, Cookies
from grantway.edges.web.forms import OF_THE_PROTOCOL, Parameters, Taken
from grantway.edges.web.headers import Headers, SecurityHeaders
from grantway.edges.web.limits import MAXIMUM_BODY, MAXIMUM_FORWARDED, MAXIMUM_QUERY
from grantway.edges.web.observing import REQUEST_ID, RequestIds
from grantway.edges.web.pages import Pages
from grantway.edges.web.reading import read_body

App: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"
Environ: TypeAlias = dict[str, Any]
NO_PARTS: Mapping[str, str] = MappingProxyType({})

FORM = "application/x-www-form-urlencoded"
_JSON = re.compile(r"application/(?:[a-z0-9!#$&^_.+-]{1,100}\+)?json")
_UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
_REQUEST_ID_SIGNS = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.")


_PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
"""What a proxy writes on a request that it passes on."""


class Proxies:
    """The proxies whose forwarding headers are believed: those of the declared networks."""

    def __init__(self, networks: tuple[IPv4Network | IPv6Network, ...] = ()) -> None:
        self._networks = networks
        self._is_declared = lru_cache(maxsize=4_096)(self._contains)

    def trusts(self, environ: Environ) -> bool:
        """Whether the peer itself is a declared proxy."""
        return bool(self._networks) and self._is_declared(environ.get("REMOTE_ADDR") or "")

    def vouch_for(self, environ: Environ) -> bool:
        """Whether it is known where the request came from: no proxy, or declared ones, passed it on."""
        return self.trusts(environ) or not any(name in environ for name in _PASSED_ON)

    def declares(self, address: str) -> bool:
        """Whether an address is in the declared networks."""
        return self._is_declared(address)

    def address(self, environ: Environ) -> str:
        """Where the request came from: the peer, or what its chain of declared proxies says."""
        peer: str = environ.get("REMOTE_ADDR") or ""
        forwarded = environ.get("HTTP_X_FORWARDED_FOR")
        if forwarded is None or not self.trusts(environ):
            return peer
        return self.told(forwarded) or peer

    def told(self, forwarded: str) -> str | None:
        """The last address of a chain that is no declared proxy; None where it ends in none."""
        found = None
        for hop in reversed(forwarded[-MAXIMUM_FORWARDED:].split(",")):
            candidate = _plain_address(hop.strip(" "))
            if candidate is None:
                return found
            found = candidate
            if not self._is_declared(found):
                return found
        return found

    def host(self, environ: Environ) -> str:
        """The host that was asked for, in lower case, with its port if one was named."""
        host: str = environ.get("HTTP_HOST") or ""
        if "HTTP_X_FORWARDED_HOST" in environ and self.trusts(environ):
            host = environ["HTTP_X_FORWARDED_HOST"].rpartition(",")[2].strip(" ")
        return host.lower()

    def _contains(self, address: str) -> bool:
        # A socket for both families shows an IPv4 peer in the clothes of IPv6: it is the same peer.
        parsed = address_of(address)
        return parsed is not None and any(parsed in network for network in self._networks)


@dataclass(frozen=True, slots=True)
class Mount:
    """Where one dialect is served: below a path of the issuer's origin, or on a host of its own.

    `base_url` is its public address without a trailing slash. `issuer` is set where the mount
    publishes metadata. The mount with neither prefix nor host is the issuer's own root. `also` are other
    names that its host has, as where a system serves browsers and programs under two.
    """

    name: str
    dialect: str
    base_url: str
    prefix: str = ""
    host: str | None = None
    issuer: str | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """What every face of one server needs to know about it."""

    issuer: str
    pages: Pages
    cookies: Cookies
    headers: SecurityHeaders
    entropy: Entropy
    request_ids: RequestIds
    proxies: Proxies
    refused: Callable[[Turned], None] = lambda _: None
    """Told of each refused request, whose application may be known."""


class HttpRequest:
    """One request at one mount."""

    __slots__ = ("_body", "_query", "environ", "mount", "new_cookies", "parts", "server")

    def __init__(
        self, environ: Environ, server: Server, mount: Mount, parts: Mapping[str, str] = NO_PARTS
    ) -> None:
        self.environ = environ
        self.server = server
        self.mount = mount
        self.parts = parts
        """What stands in the path where its route has a name, unescaped."""
        self.new_cookies: tuple[str, ...] = ()
        """Set-Cookie headers to send with the answer, whatever it is."""
        self._query: Parameters | None = None
        self._body: bytes | None = None

    @property
    def method(self) -> str:
        """GET, POST and so on."""
        method: str = self.environ["REQUEST_METHOD"]
        return method

    @property
    def authorization(self) -> str | None:
        """The Authorization header; None if it is empty, too."""
        return self.environ.get("HTTP_AUTHORIZATION") or None

    @property
    def content_type(self) -> str:
        """The media type of the body, in lower case, without parameters."""
        return (self.environ.get("CONTENT_TYPE") or "").partition(";")[0].strip(" ").lower()

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON in UTF-8, or of a type made of it (RFC 6839 §3.1)."""
        kind, _, parameters = (self.environ.get("CONTENT_TYPE") or "").lower().partition(";")
        if _JSON.fullmatch(kind.strip(" \t")) is None:
            return False
        told = (one.strip(" \t") for one in parameters.split(";"))
        return all(one.partition("=")[2].strip('"') in _UTF_8 for one in told if one.startswith("charset="))

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.server.proxies.address(self.environ)

    @property
    def origin(self) -> Origin:
        """The same, as the features take it."""
        return Origin(self.mount.name, self.mount.dialect, self.server.proxies.address(self.environ))

    @property
    def request_id(self) -> str:
        """What the log and the person who asks for help call this request. It is drawn when needed."""
        return request_id_of(self.environ, self.server)

    def header(self, name: str) -> str | None:
        """A header by its name, such as `if-none-match`."""
        value: str | None = self.environ.get("HTTP_" + name.upper().replace("-", "_"))
        return value

    def cookie(self, cookie: Cookie, of: str = "") -> str | None:
        """The value of one of our cookies."""
        return self.server.cookies.read(self.environ.get("HTTP_COOKIE"), cookie, of)

    def locale(self, ui_locales: str | None = None) -> str:
        """The language for this person: what the application asks for, then the browser's."""
        wanted = tuple(ui_locales.split(" ")) if ui_locales else ()
        return self.server.pages.negotiate(self.environ.get("HTTP_ACCEPT_LANGUAGE"), wanted)

    def query(self) -> Parameters:
        """The parameters of the address. Raises OAuthError."""
        if self._query is None:
            text: str = self.environ.get("QUERY_STRING") or ""
            if len(text) > MAXIMUM_QUERY:
                limit = f"a query of at most {MAXIMUM_QUERY} characters"
                raise Expecting(errors.HTTP_TARGET, "query too long", expected=limit)
            self._query = forms.parse(text.encode("latin-1"))
        return self._query

    def form(self, taken: Taken = OF_THE_PROTOCOL) -> Parameters:
        """The parameters of the body. Raises OAuthError if it is not a form."""
        if self.environ.get("CONTENT_TYPE") != FORM and self.content_type != FORM:
            raise Expecting(errors.REQUEST_CONTENT_TYPE, expected=FORM)
        return forms.parse(self.body(), taken)

    def body(self, limit: int = MAXIMUM_BODY) -> bytes:
        """The whole body. Raises OAuthError if it is longer than the limit."""
        if self._body is None:
            self._body = read_body(self.environ, limit)
        return self._body


def request_id_of(environ: Environ, server: Server) -> str:
    """The id of a request: a declared proxy's, else our own, drawn once and kept beside the request."""
    known: str | None = environ.get(REQUEST_ID)
    if known is not None:
        return known
    offered = environ.get("HTTP_X_REQUEST_ID")
    if (
        offered
        and len(offered) <= 64
        and server.proxies.trusts(environ)
        and _REQUEST_ID_SIGNS.issuperset(offered)
    ):
        identifier: str = offered
    else:
        identifier = server.request_ids.new()
    environ[REQUEST_ID] = identifier
    return identifier


@lru_cache(maxsize=4_096)
def _plain_address(text: str) -> str | None:
    """An address out of X-Forwarded-For, without a port; None for anything else."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    address = address_of(text)
    return None if address is None else str(address)


class HttpAnswer(Struct, frozen=True, gc=False):
    """What goes back. The headers of `SecurityHeaders.always` are added when it is sent."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Headers = ()
    cookies: tuple[str, ...] = ()

    def with_headers(self, *more: tuple[str, str]) -> HttpAnswer:
        """The same answer with headers added."""
        return HttpAnswer(self.status, self.body, self.content_type, (*self.headers, *more), self.cookies)

    def with_cookies(self, *more: str) -> HttpAnswer:
        """The same answer with Set-Cookie headers added."""
        return HttpAnswer(self.status, self.body, self.content_type, self.headers, (*self.cookies, *more))

    def send(self, response: falcon.Response, always: Headers) -> None:
        """Write this answer; its own headers go over those for every answer."""
        response.status = self.status
        response.data = self.body
        if self.status not in (204, 304):
            response.content_type = self.content_type
        response.set_headers((*always, *self.headers))
        for cookie in self.cookies:
            response.append_header("set-cookie", cookie)
