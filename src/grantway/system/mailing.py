"""Mail: over SMTP, into a folder, or on the console."""

from __future__ import annotations

import os
import smtplib
import ssl
import sys
import threading
import time
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from pathlib import Path

from grantway.core.outgoing import Letter, NotSent

SECONDS = 10.0
_WHOLE_SECONDS = 30.0
"""How long handing on one letter may take altogether."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed on. `security` is `tls` from the start, `starttls`, or `none`."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class SmtpMailer:
    """Implements `core.outgoing.Mailer`: one connection for each letter, as few are sent."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self._server = server
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Hand a letter on. Raises NotSent; for good where the server refuses the address or the letter."""
        message = message_of(letter, self._sender)
        try:
            with self._connected() as connection:
                # However slowly the server talks, it is cut off in the end.
                timer = threading.Timer(_WHOLE_SECONDS, connection.close)
                timer.daemon = True
                timer.start()
                try:
                    self._greet(connection)
                    connection.send_message(message)
                finally:
                    timer.cancel()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise _not_sent(max(codes, default=0)) from refused
        except smtplib.SMTPResponseException as refused:
            raise _not_sent(refused.smtp_code) from refused
        except (OSError, smtplib.SMTPException, ValueError) as failure:
            raise NotSent("mail") from failure

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=SECONDS)

    def _greet(self, connection: smtplib.SMTP) -> None:
        server = self._server
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)


class FolderMailer:
    """Puts each letter into a folder, as a file that mail programs open."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Write the file, whole or not at all. Raises NotSent."""
        name = f"{time.time_ns()}-{letter.message_id}.eml"
        draft = self._folder / f".{name}.new"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(message_of(letter, self._sender).as_bytes())
            draft.replace(self._folder / name)
        except OSError as failure:
            raise NotSent("mail") from failure


class ConsoleMailer:
    """Writes each letter to standard error."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Write it."""
        sys.stderr.write(message_of(letter, self._sender).as_string() + "\n")
        sys.stderr.flush()


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it is sent. A header with a line break in it cannot be made. Raises NotSent."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(name, addr_spec=address)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        message["Message-ID"] = f"<{letter.message_id}@{address.rpartition('@')[2]}>"
    except ValueError as wrong:
        raise NotSent("unwritten", is_final=True) from wrong
    message["Date"] = formatdate()
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, charset="utf-8")
    return message


def _not_sent(code: int) -> NotSent:
    is_final = 500 <= code < 600
    return NotSent("rejected" if is_final else "mail", is_final=is_final)
