"""Mail over a real SMTP server on loopback, and into a folder."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.header import decode_header
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from grantway.core.outgoing import Letter, NotSent
from grantway.system.mailing import FolderMailer, MailServer, SmtpMailer, written
from tests.kit.server import free_port
from tests.system.mailbox import Mailbox
from tests.system.receiver import Receiver

SENDER = "Grantway <noreply@id.example.test>"
LETTER = Letter("mara@example.test", "Ein Schlüssel läuft ab", "Zeile\n.\nEnde ü\n", "e1.d1")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox) -> Iterator[MailServer]:
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailServer("127.0.0.1", port, "none")
    finally:
        controller.stop()


def test_a_letter_arrives_as_it_was_written(server: MailServer, mailbox: Mailbox) -> None:
    SmtpMailer(server, SENDER).send(LETTER)
    ((sender, recipients, content),) = mailbox.letters
    assert (sender, recipients) == ("noreply@id.example.test", ["mara@example.test"])
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert message["Subject"] == LETTER.subject
    assert message["From"] == SENDER
    assert message["Message-ID"] == "<e1.d1@id.example.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == LETTER.text


HEADERS = [
    *("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
]
HOSTILE = [
    "=?utf-8?q?x=0D=0ABcc:_b@evil.example?= was registered",
    "=?utf-8?b?eA0KQmNjOiBiQGV2aWwuZXhhbXBsZQ0KDQpib2R5?=",
    "=?utf-8?q?=00=0A=E2=80=A8?=",
    "=?us-ascii?q?x=0A=20y?= =?us-ascii?q?z?=",
    "=?utf-8?q?" + "=0D=0ABcc:_b@evil.example" * 8 + "?=",
    "\u2028Bcc: b@evil.example\x85Bcc: b@evil.example",
    "Schlüssel " * 20,
    'a "quoted" <b@evil.example>, c',
    "\U0001f511" * 60,
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_header_is_formed_by_what_stands_in_one(text: str) -> None:
    """RFC 5322 section 2.2, RFC 2047: an encoded word of somebody's name stays the letters it is made of."""
    for letter, sender in (
        (Letter("mara@example.test", text, "text\n", "1"), SENDER),
        (Letter("mara@example.test", "s", "text\n", "1"), f'"{text}" <noreply@id.example.test>'),
    ):
        content = written(letter, sender)
        head, _, body = content.partition(b"\r\n\r\n")
        lines = head.replace(b"\r\n ", b" ").split(b"\r\n")
        assert [line.partition(b":")[0].decode() for line in lines] == HEADERS
        assert b"\n" not in content.replace(b"\r\n", b"")
        assert content.isascii()
        assert max(map(len, content.split(b"\r\n"))) <= 998
        assert body == b"text\r\n"
    message = email.message_from_bytes(
        written(Letter("mara@example.test", text, "t", "1"), SENDER), policy=email.policy.compat32
    )
    parts = decode_header(message["Subject"])
    told = "".join(part if isinstance(part, str) else part.decode(kind or "ascii") for part, kind in parts)
    assert " ".join(told.split()) == " ".join(text.split())


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("mara@example.test", "a\r\nBcc: b@evil.example"),
        ("mara@example.test", "a\nb"),
        ("mara@example.test", "a\x00b"),
        ("mara@example.test\r\nBcc: b@evil.example", "s"),
        ("mara@example.test, b@evil.example", "s"),
        ("Mara <mara@example.test>", "s"),
        ("mära@example.test", "s"),
        ("mara@exämple.test", "s"),
        ("mara", "s"),
    ],
)
def test_what_cannot_stand_in_a_header_is_not_sent(to: str, subject: str) -> None:
    with pytest.raises(NotSent) as refused:
        written(Letter(to, subject, "text", "1"), SENDER)
    assert refused.value.is_final


@pytest.mark.parametrize(("to", "is_final"), [("no@example.test", True), ("later@example.test", False)])
def test_a_refusal_is_final_where_the_server_says_so(
    server: MailServer, mailbox: Mailbox, to: str, is_final: bool
) -> None:
    with pytest.raises(NotSent) as refused:
        SmtpMailer(server, SENDER).send(Letter(to, "s", "t", "1"))
    assert refused.value.is_final is is_final
    assert mailbox.letters == []


def test_a_server_that_is_not_there_or_has_no_tls_is_tried_again(server: MailServer) -> None:
    for one in (MailServer("127.0.0.1", 1, "none"), MailServer("127.0.0.1", server.port, "starttls")):
        with pytest.raises(NotSent) as failed:
            SmtpMailer(one, SENDER).send(LETTER)
        assert not failed.value.is_final


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_mail_servers_name_that_nobody_answers_for_costs_no_more_than_the_deadline(security: str) -> None:
    let_go, asked = threading.Event(), list[str]()

    def never(host: str, port: int) -> list[str]:
        asked.append(host)
        assert let_go.wait(30)
        return ["127.0.0.1"]

    server = MailServer("mail.example.test", 9, security)
    mailer = SmtpMailer(server, SENDER, resolve=never, lookup_seconds=0.1)
    with pytest.raises(NotSent) as failure:
        mailer.send(LETTER)
    with pytest.raises(OSError):  # noqa: PT011 - the deadline's, or that of a look-up that failed
        mailer.check()
    assert (failure.value.problem, failure.value.is_final, let_go.is_set()) == ("mail", False, False)
    assert asked == [server.host] * 2
    let_go.set()


def test_each_address_of_a_mail_server_is_tried_and_no_other_name_is_looked_up(
    server: MailServer, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def known(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.9", "127.0.0.1"]

    def never(*_: object) -> str:
        # The server of this test runs in a thread of its own, and may.
        assert threading.current_thread() is not threading.main_thread()
        return "receiver.example.test"

    monkeypatch.setattr(socket, "getfqdn", never)
    monkeypatch.setattr(socket, "gethostbyname", never)
    SmtpMailer(replace(server, host="mail.example.test"), SENDER, resolve=known).send(LETTER)
    assert (asked, len(mailbox.letters)) == (["mail.example.test"], 1)


def test_under_tls_the_certificate_is_compared_with_the_name_and_not_with_the_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Any] = []

    def wrap(_: ssl.SSLContext, connected: socket.socket, *, server_hostname: str) -> None:
        asked.append(server_hostname)
        connected.close()
        raise ssl.SSLError

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", wrap)
    with Receiver(lambda connected: connected.sendall(b"no TLS")) as receiver:
        mailer = SmtpMailer(
            MailServer("mail.example.test", receiver.port, "tls"),
            SENDER,
            resolve=lambda _host, _port: ["127.0.0.1"],
        )
        with pytest.raises(NotSent):
            mailer.send(LETTER)
    assert asked == ["mail.example.test"]


def test_a_password_does_not_print() -> None:
    assert "hidden" not in repr(MailServer("h", 25, "tls", "user", "hidden"))


def test_into_a_folder_each_letter_is_a_file(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path / "mail", SENDER)
    mailer.send(LETTER)
    mailer.send(LETTER)
    files = sorted((tmp_path / "mail").iterdir())
    assert len(files) == 2
    assert all(one.suffix == ".eml" for one in files)
    message = email.message_from_bytes(files[0].read_bytes(), policy=email.policy.default)
    assert message["To"] == LETTER.to
