"""Requests to addresses that others chose reach what everybody can reach, and nothing else (E22)."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from ipaddress import ip_address, ip_network

import pytest

from grantway.core.outgoing import NotSent, Request
from grantway.system.calling import MOST_BYTES, SECONDS, Lookups, NetworkCaller, is_public
from tests.system.receiver import Receiver, saying

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

# One of each kind that is not for us, and its first and last address.
NETWORKS = (
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32"),
    *("::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"),
    *("2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
)


def forbidden() -> list[str]:
    """Addresses in every such network, and each of IPv4 hidden in three forms of IPv6."""
    found = []
    for network in map(ip_network, NETWORKS):
        size = network.num_addresses
        places = {0, 1, size // 3, size // 2, size - 1} & set(range(min(size, 10))) | {
            place for place in (0, 1, size // 3, size // 2, size - 1) if place < size
        }
        for address in (network[place] for place in sorted(places)):
            found.append(str(address))
            if address.version == 4:
                found += [
                    f"::ffff:{address}",
                    f"64:ff9b::{address}",
                    f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1",
                ]
    return sorted(set(found))


def test_every_forbidden_address_is_known_as_one() -> None:
    addresses = forbidden()
    assert len(addresses) >= 250
    assert [one for one in addresses if is_public(ip_address(one))] == []


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_a_public_address_is_known_as_one(text: str) -> None:
    assert is_public(ip_address(text))


def caller(*addresses: str, allowed: bool = False) -> NetworkCaller:
    return NetworkCaller(LOOPBACK if allowed else (), resolve=lambda _host, _port: addresses)


def problem_of(sender: NetworkCaller, url: str) -> str:
    with pytest.raises(NotSent) as failed:
        sender.post(Request(url, {}, b"{}"))
    return failed.value.problem


def test_a_name_that_leads_to_a_forbidden_address_is_not_connected_to() -> None:
    """V130, V131, V132: whatever the name looks like, the address decides; one bad one is enough."""
    with Receiver(saying(OK)) as sink:
        for address in forbidden():
            assert (
                problem_of(caller(address), f"https://hooks.example.test:{sink.port}/") == "address_refused"
            )
        both = caller("93.184.216.34", "127.0.0.1")
        assert problem_of(both, f"https://hooks.example.test:{sink.port}/") == "address_refused"
        # The spellings that a resolver of the machine reads as loopback, resolved for real.
        for host in (
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::1]",
            "0",
        ):
            url = f"https://{host}:{sink.port}/"
            assert problem_of(NetworkCaller(), url) in {"address_refused", "unresolved"}, host
        assert sink.connections == 0


def test_the_address_that_was_checked_is_the_one_that_is_connected_to() -> None:
    """A name that changes between the check and the connection is asked only once."""
    asked = []

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        asked.append(host)
        return ("127.0.0.1",) if len(asked) == 1 else ("127.0.0.9",)

    with Receiver(saying(OK)) as receiver:
        sender = NetworkCaller(LOOPBACK, resolve=rebinding)
        answer = sender.post(Request(f"http://hooks.example.test:{receiver.port}/", {}, b"{}"))
        assert (answer.status, answer.body, asked) == (200, b"ok", ["hooks.example.test"])
        assert receiver.connections == 1


def test_without_tls_only_an_allowed_loopback_address_is_called() -> None:
    with Receiver(saying(OK)) as receiver:
        assert problem_of(NetworkCaller(), receiver.url) == "address_refused"
        assert problem_of(caller("93.184.216.34", allowed=True), receiver.url) == "address_refused"
        assert receiver.connections == 0
        assert NetworkCaller(LOOPBACK).post(Request(receiver.url, {}, b"")).status == 200


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    """V132."""
    with Receiver(saying(OK)) as elsewhere:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
        with Receiver(saying(moved)) as receiver:
            assert NetworkCaller(LOOPBACK).post(Request(receiver.url, {}, b"{}")).status == 307
        assert elsewhere.connections == 0


def test_proxies_of_the_environment_are_not_asked() -> None:
    with Receiver(saying(OK)) as proxy, Receiver(saying(OK)) as receiver:
        kept = dict(os.environ)  # noqa: TID251 - what must not be read is put there
        os.environ["http_proxy"] = os.environ["HTTP_PROXY"] = proxy.url  # noqa: TID251 - the same
        try:
            assert NetworkCaller(LOOPBACK).post(Request(receiver.url, {}, b"{}")).status == 200
        finally:
            os.environ.clear()  # noqa: TID251 - the same
            os.environ.update(kept)  # noqa: TID251 - the same
        assert proxy.connections == 0


def dripping(first: bytes) -> object:
    def talk(connected: socket.socket) -> None:
        connected.recv(65_536)
        connected.sendall(first)
        # Ends when the other side does; no sleeping, only waiting for a socket with a deadline.
        connected.settimeout(0.05)
        for _ in range(400):
            try:
                if connected.recv(1) == b"":
                    return
            except TimeoutError:
                connected.sendall(b"a")

    return talk


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"],
    ids=["status line", "header", "body"],
)
def test_an_answer_byte_by_byte_is_cut_off_in_time(first: bytes) -> None:
    """E22: at most three seconds, however the time is spent."""
    with Receiver(dripping(first)) as receiver:  # type: ignore[arg-type]
        begun = time.monotonic()  # noqa: TID251 - a safety deadline of a real socket
        assert problem_of(NetworkCaller(LOOPBACK, seconds=1.0), receiver.url) == "timeout"
        assert time.monotonic() - begun < SECONDS  # noqa: TID251 - the same


def test_of_a_body_without_end_no_more_is_read_than_is_allowed() -> None:
    def talk(connected: socket.socket) -> None:
        connected.recv(65_536)
        connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(2_000):
            connected.sendall(b"a" * 65_536)

    with Receiver(talk) as receiver:
        answer = NetworkCaller(LOOPBACK).post(Request(receiver.url, {}, b"{}"))
        assert len(answer.body) == MOST_BYTES


@pytest.mark.parametrize(
    ("said", "problem"),
    [(b"SSH-2.0-x\r\n", "answer"), (b"", "unreachable"), (b"HTTP/1.1 abc\r\n\r\n", "answer")],
)
def test_what_is_no_answer_is_said_to_be_none(said: bytes, problem: str) -> None:
    with Receiver(saying(said)) as receiver:
        assert problem_of(NetworkCaller(LOOPBACK), receiver.url) == problem


def test_where_nobody_listens_and_what_has_no_name_is_told_apart() -> None:
    with Receiver(saying(OK)) as receiver:
        url = receiver.url
    assert problem_of(NetworkCaller(LOOPBACK), url) == "unreachable"

    def nobody(host: str, port: int) -> tuple[str, ...]:
        raise OSError

    assert problem_of(NetworkCaller(resolve=nobody), "https://nobody.example.test/") == "unresolved"


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with Receiver(lambda connected: connected.sendall(b"no TLS")) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/"
        assert problem_of(NetworkCaller(LOOPBACK), url) in {"tls", "unreachable"}
    context = NetworkCaller()._tls  # noqa: SLF001 - the one place that says how strict it is
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_name_that_nobody_answers_for_costs_no_more_than_the_deadline() -> None:
    """A look-up of the system has no deadline of its own, and whoever owns the name may keep it waiting."""
    let_go = threading.Event()

    def never(host: str, port: int) -> list[str]:
        let_go.wait(30)
        return ["192.0.2.1"]

    caller = NetworkCaller(resolve=never, seconds=0.1)
    with pytest.raises(NotSent) as failure:
        caller.post(Request("https://slow.example.test/", {}, b""))
    assert (failure.value.problem, let_go.is_set()) == ("timeout", False)
    let_go.set()


def test_look_ups_that_hang_are_bounded_and_give_their_place_back() -> None:
    let_go, begun, ended = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def never(host: str, port: int) -> list[str]:
        begun.release()
        let_go.wait(30)
        ended.release()
        return ["192.0.2.1"]

    lookups = Lookups(never, most=2)
    for _ in range(4):
        with pytest.raises(TimeoutError):
            lookups.addresses("slow.example.test", 443, seconds=0.1)
    assert begun.acquire(timeout=0)
    assert begun.acquire(timeout=0)
    assert not begun.acquire(timeout=0)
    let_go.set()
    assert ended.acquire(timeout=30)
    assert lookups.addresses("slow.example.test", 443, seconds=30) == ["192.0.2.1"]
