"""How the server starts, ends, is replaced and protects itself: real processes and a real loopback socket."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import os
import select
import signal
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.kit.counts import count
from tests.web import wire
from tests.web.wire import Server

HOST = b"Host: grantway.example\r\n"


def worker_of(server: Server) -> int:
    pid: int = server.exchange("GET", "/echo").json()["pid"]
    return pid


def await_end(pid: int) -> None:
    """Wait until a process that is not our child has ended."""
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(pid)
        try:
            assert select.select([descriptor], [], [], wire.PATIENCE)[0], "The process goes on."
        finally:
            os.close(descriptor)


def test_it_says_that_it_is_ready_once_it_accepts_connections() -> None:
    with wire.started() as server:
        assert server.is_ready()
        assert server.exchange("GET", "/echo").status == 200


def test_the_worker_is_a_process_of_its_own() -> None:
    with wire.running() as server:
        assert worker_of(server) != server.process.pid


def test_several_workers_serve_one_port() -> None:
    with wire.running(workers=2) as server:
        first = worker_of(server)
        # The kernel chooses one for each connection.
        assert any(worker_of(server) != first for _ in range(10_000))


def test_nothing_is_written_to_standard_output_but_the_callers_own_line() -> None:
    with wire.running() as server:
        server.exchange("GET", "/fails")
        assert server.stop() == 0
        assert server.process.stdout is not None
        assert server.process.stdout.read() == ""


# --- Ending --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_it_is_doing(how: signal.Signals) -> None:
    with wire.running() as server, server.connect() as connection, server.connect() as reserved:
        worker = worker_of(server)
        connection.request("GET", "/hold")
        server.exchange("GET", "/reserved/held?1")
        # Begun before the signal, completed when nobody is let in any more: this one frees the other.
        reserved.send(b"POST /reserved/open HTTP/1.1\r\n", HOST, b"Content-Length: 1\r\n\r\n")
        server.process.send_signal(how)
        await_refusal(server)
        reserved.send(b"1")
        assert reserved.response().body == b"open"
        assert connection.response().body == b"held"
        assert server.process.wait(timeout=wire.PATIENCE) == 0
        await_end(worker)


def await_refusal(server: Server) -> None:
    for _ in range(1_000_000):
        try:
            server.connect().socket.close()
        except ConnectionError:
            return
    pytest.fail("The server still accepts connections.")


def test_a_request_that_never_ends_does_not_keep_the_server() -> None:
    with wire.running(stop_seconds=0.5) as server, server.connect() as connection:
        worker = worker_of(server)
        connection.request("GET", "/hold")
        server.exchange("GET", "/reserved/held?1")
        assert server.stop() == 0
        await_end(worker)
        assert connection.is_ended()


def test_killed_it_takes_its_workers_with_it() -> None:
    with wire.running(workers=2) as server:
        worker = worker_of(server)
        server.stop(signal.SIGKILL)
        await_end(worker)


def test_a_worker_that_dies_is_replaced() -> None:
    with wire.running() as server:
        first = worker_of(server)
        os.kill(first, signal.SIGKILL)
        await_end(first)
        assert await_answer(server) != first
        assert server.stop() == 0


def await_answer(server: Server) -> int:
    for _ in range(100_000):
        with contextlib.suppress(OSError):
            return worker_of(server)
    pytest.fail("Nobody serves the port.")


# --- Not starting --------------------------------------------------------------------------------------------


def test_an_application_that_cannot_be_made_ends_the_server() -> None:
    with wire.started(broken=True) as server:
        assert not server.is_ready()
        assert server.process.wait(timeout=wire.PATIENCE) == 1
        assert "this application cannot be made" in server.log()


def test_a_port_that_somebody_listens_on_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with wire.started(port=taken.getsockname()[1]) as server:
            assert not server.is_ready()
            assert server.process.wait(timeout=wire.PATIENCE) == 1
            assert "Address already in use" in server.log()


def test_the_port_of_a_running_server_is_refused_and_that_of_a_stopped_one_is_not() -> None:
    with wire.running() as first:
        with wire.started(port=first.port) as second:
            assert not second.is_ready()
        assert first.exchange("GET", "/echo").status == 200
        first.stop()
        with wire.running(port=first.port) as third:
            assert third.exchange("GET", "/echo").status == 200


# --- Protecting itself ---------------------------------------------------------------------------------------


def test_a_connection_without_a_whole_header_is_closed_in_time() -> None:
    with wire.running(header_seconds=1) as server, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.connect()) for _ in range(count(100, 1_000))]
        for connection in slow:
            connection.send(b"GET /echo HTTP/1.1\r\n", HOST)
        silent, idle = (stack.enter_context(server.connect()) for _ in range(2))
        assert idle.request("GET", "/echo").response().status == 200
        assert all(connection.is_ended() for connection in [*slow, silent, idle])


def test_a_header_of_any_size_is_not_collected_in_the_plain_mode_either() -> None:
    """Behind the bridge the bridge counts; here only the server's own buffer bounds it."""
    with wire.running(interface="wsgi") as server, server.connect() as connection:
        with contextlib.suppress(ConnectionError):
            connection.request("GET", "/echo", "X-A: " + "a" * 70_000)
        assert connection.response().status == 431


@pytest.mark.parametrize("interface", ["rsgi", "wsgi"])
def test_who_never_reads_the_answers_gives_the_place_back_in_time(interface: str) -> None:
    """The one place of the server is held by a client that asks again and again, and reads nothing."""
    with wire.running(connections=1, send_seconds=1, header_seconds=300, interface=interface) as server:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        with deaf, contextlib.ExitStack() as stack:
            deaf.connect(("127.0.0.1", server.port))
            deaf.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 20)
            waiting = stack.enter_context(server.connect())
            assert waiting.request("GET", "/length").response().status == 200


def test_more_connections_than_may_be_open_wait_and_are_served_when_others_close() -> None:
    with wire.running(connections=2) as server, contextlib.ExitStack() as stack:
        first, second, third = (stack.enter_context(server.connect()) for _ in range(3))
        assert first.request("GET", "/echo").response().status == 200
        assert second.request("GET", "/echo").response().status == 200
        third.request("GET", "/echo")
        for _ in range(50):
            assert second.request("GET", "/echo").response().status == 200
        assert not select.select([third.socket], [], [], 0)[0]
        first.socket.close()
        assert third.response().status == 200


def test_the_plain_wsgi_mode_serves_the_same_application() -> None:
    with wire.running(interface="wsgi") as server:
        seen = server.exchange("POST", "/echo", body=b"a=1").json()
        assert (seen["body"], seen["REMOTE_ADDR"]) == ("a=1", "127.0.0.1")
        assert server.stop() == 0


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """Return a certificate for localhost and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin.replace(year=2100))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pair = (tmp_path / "certificate.pem", tmp_path / "key.pem")
    pair[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    pair[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pair


def test_with_a_certificate_it_speaks_tls_and_the_application_knows(certificate: tuple[Path, Path]) -> None:
    client = ssl.create_default_context(cafile=str(certificate[0]))
    with (
        wire.running(tls=[str(path) for path in certificate]) as server,
        server.connect(client) as connection,
    ):
        seen = connection.request("GET", "/echo").response().json()
        assert seen["wsgi.url_scheme"] == "https"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_of_tls_are_refused(certificate: tuple[Path, Path], version: ssl.TLSVersion) -> None:
    """V127: whatever the client offers, and the modern ones are served."""
    with wire.running(tls=[str(path) for path in certificate]) as server:
        for newer in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            modern = ssl.create_default_context(cafile=str(certificate[0]))
            modern.minimum_version = modern.maximum_version = newer
            with server.connect(modern) as connection:
                assert connection.request("GET", "/echo").response().status == 200
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.load_verify_locations(str(certificate[0]))
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = version
        with pytest.raises((ssl.SSLError, OSError)), server.connect(old):
            pass
