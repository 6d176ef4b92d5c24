"""Requests to addresses that somebody else chose, so that none of them reaches where only we can (E22).

The name is resolved once and by a deadline, every address it has is checked, and the connection is made
to an address that was checked. Redirects are not followed, proxies of the environment are not asked, and
the whole takes a few seconds and kilobytes at most. The standard library is enough for that, and what
connects by itself would resolve by itself.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from queue import Empty, SimpleQueue
from typing import Self, TypeAlias
from urllib.parse import SplitResult, urlsplit

from grantway.core.outgoing import NotSent, Request, Response

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]

SECONDS = 3.0
MOST_BYTES = 65_536
MOST_LOOKUPS = 64
"""How many names are looked up at once."""
AGENT = "Grantway-Webhook/1"

# The registries of special addresses (RFC 6890, and what came after), because what a release of Python
# calls global differs from the next one's. Of IPv6 also what leads to an IPv4 address by another way.
_NOT_FOR_US: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
            *("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23"),
            *("2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
            *("fec0::/10", "ff00::/8"),
        ),
    )
)


def resolve(host: str, port: int) -> Sequence[str]:
    """Every address of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: Address) -> bool:
    """Whether everybody can reach it, so that our reaching it tells and changes nothing more."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _NOT_FOR_US)


class Lookups:
    """Resolves names by a deadline, which the system's own call does not have.

    Each look-up has a thread to itself, and one that is given up keeps its place until the system lets go of
    it; so many at once and no more. Raises OSError, and TimeoutError where no answer came in time.
    """

    def __init__(self, resolve: Resolve, most: int = MOST_LOOKUPS) -> None:
        self._resolve = resolve
        self._places = threading.BoundedSemaphore(most)

    def addresses(self, host: str, port: int, *, seconds: float) -> Sequence[str]:
        """Every address of a name, within so many seconds."""
        end = time.monotonic() + seconds
        if not self._places.acquire(timeout=_left(end)):
            raise TimeoutError
        found: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()
        threading.Thread(target=self._find, args=(host, port, found), name="lookup", daemon=True).start()
        try:
            answer = found.get(timeout=_left(end))
        except Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _find(self, host: str, port: int, found: SimpleQueue[Sequence[str] | Exception]) -> None:
        try:
            found.put(self._resolve(host, port))
        except Exception as failure:  # noqa: BLE001 - it is raised where the answer is waited for
            found.put(failure)
        finally:
            self._places.release()


class NetworkCaller:
    """Implements `core.outgoing.Caller`. `allowed` are networks that may be reached though not public."""

    def __init__(
        self, allowed: Sequence[Network] = (), *, resolve: Resolve = resolve, seconds: float = SECONDS
    ) -> None:
        self._allowed = tuple(allowed)
        self._lookups = Lookups(resolve)
        self._seconds = seconds

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """What the machine trusts: read for the first call that needs it, since many servers make none."""
        return ssl.create_default_context()

    def post(self, request: Request) -> Response:
        """The answer, whatever its status. Raises NotSent."""
        end = time.monotonic() + self._seconds
        parts = urlsplit(request.url)
        try:
            return self._post(request, parts, end)
        except ssl.SSLError as failure:
            raise NotSent("timeout" if time.monotonic() >= end else "tls") from failure
        except TimeoutError as failure:
            raise NotSent("timeout") from failure
        except OSError as failure:
            raise NotSent("timeout" if time.monotonic() >= end else "unreachable") from failure
        except (http.client.HTTPException, ValueError) as failure:
            raise NotSent("timeout" if time.monotonic() >= end else "answer") from failure

    def _post(self, request: Request, parts: SplitResult, end: float) -> Response:
        is_secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if is_secure else 80)
        address = self._checked(host, port, end, is_secure=is_secure)
        plain = socket.create_connection((str(address), port), timeout=_left(end))
        with _Cut(plain, end) as cut:
            if is_secure:
                secure = self._tls.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
                cut.watch(secure)
                secure.do_handshake()
            connection = http.client.HTTPConnection(host, port)
            connection.default_port = 443 if is_secure else 80
            connection.sock = cut.watched
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            headers = {"user-agent": AGENT, "connection": "close", **request.headers}
            connection.request("POST", target, request.body, headers)
            answer = connection.getresponse()
            response = Response(answer.status, answer.read(MOST_BYTES))
            answer.close()
            # What was cut off looks like a short answer: where the end lies, only the time tells.
            _left(end)
            return response

    def _checked(self, host: str, port: int, end: float, *, is_secure: bool) -> Address:
        """The address to connect to. One that is not for us among them makes all of them suspicious."""
        try:
            texts = self._lookups.addresses(host, port, seconds=_left(end))
        except TimeoutError:
            raise
        except OSError as failure:
            raise NotSent("unresolved") from failure
        addresses = [ip_address(text.partition("%")[0]) for text in texts]
        if not addresses:
            raise NotSent("unresolved")
        if not all(self._may_reach(one, is_secure=is_secure) for one in addresses):
            raise NotSent("address_refused")
        return addresses[0]

    def _may_reach(self, address: Address, *, is_secure: bool) -> bool:
        if any(address in network for network in self._allowed):
            return is_secure or address.is_loopback
        return is_secure and is_public(address)


class _Cut:
    """Ends a conversation at its time, however the other side spins it out, byte by byte."""

    def __init__(self, connected: socket.socket, end: float) -> None:
        self.watched = connected
        self._timer = threading.Timer(_left(end), self._cut)
        self._timer.daemon = True

    def watch(self, connected: socket.socket) -> None:
        """Take this one over: it is the same connection under TLS."""
        self.watched = connected

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self.watched.close()

    def _cut(self) -> None:
        try:
            self.watched.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
