"""Mail over a real SMTP server on loopback, and into a folder."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from grantway.core.outgoing import Letter, NotSent
from grantway.system.mailing import FolderMailer, MailServer, SmtpMailer
from tests.kit.server import free_port
from tests.system.mailbox import Mailbox

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
