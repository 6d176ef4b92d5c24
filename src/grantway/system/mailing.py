"""Mail: over SMTP, into a folder, or on the console."""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.quoprimime import body_encode
from email.utils import formatdate, parseaddr
from pathlib import Path

from grantway.core.outgoing import Letter, NotSent
from grantway.system import calling
from grantway.system.calling import Lookups, Resolve

SECONDS = 10.0
_WHOLE_SECONDS = 30.0
"""How long handing on one letter may take altogether."""
_LINE = 75
_PLAIN = re.compile(r"(?!.*=\?)[A-Za-z0-9 !#$%&'*+,./:;=?@^_`{|}~()-]{0,60}")
"""A subject that stands in its header as it is: short, of ASCII, and no encoded word."""
_PHRASE = re.compile(r"[A-Za-z0-9 -]{1,60}")
"""The same for a name beside an address, where more signs have a meaning."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_ONE_LINE = re.compile(r"[!-~]+: [ -~]*(?:\r\n [ -~]*)*")
"""A header, folded or not."""


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

    def __init__(
        self,
        server: MailServer,
        sender: str,
        *,
        resolve: Resolve = calling.resolve,
        lookup_seconds: float = calling.SECONDS,
    ) -> None:
        self._server = server
        self._sender = sender
        self._lookups = Lookups(resolve)
        self._lookup_seconds = lookup_seconds

    def send(self, letter: Letter) -> None:
        """Hand a letter on. Raises NotSent; for good where the server refuses the address or the letter."""
        message = written(letter, self._sender)
        sender = parseaddr(self._sender)[1]
        try:
            with self._connected() as connection:
                # However slowly the server talks, it is cut off in the end.
                timer = threading.Timer(_WHOLE_SECONDS, connection.close)
                timer.daemon = True
                timer.start()
                try:
                    self._greet(connection)
                    connection.sendmail(sender, [letter.to], message)
                finally:
                    timer.cancel()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            raise _not_sent(max(codes, default=0)) from refused
        except smtplib.SMTPResponseException as refused:
            raise _not_sent(refused.smtp_code) from refused
        except (OSError, smtplib.SMTPException, ValueError) as failure:
            raise NotSent("mail") from failure

    def check(self) -> None:
        """Connect and sign in as for a letter, without one. Raises OSError and smtplib.SMTPException."""
        with self._connected() as connection:
            timer = threading.Timer(SECONDS, connection.close)
            timer.daemon = True
            timer.start()
            try:
                self._greet(connection)
                connection.noop()
            finally:
                timer.cancel()

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        addresses = self._lookups.addresses(server.host, server.port, seconds=self._lookup_seconds)
        return (_Tls if server.security == "tls" else _Plain)(addresses, server)

    def _greet(self, connection: smtplib.SMTP) -> None:
        server = self._server
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user is not None and server.password is not None:
            connection.login(server.user, server.password)


class _Found(smtplib.SMTP):
    """A connection to addresses that were looked up before, by a deadline (`calling.Lookups`)."""

    addresses: Sequence[str] = ()

    def _get_socket(self, _host: str, port: int, timeout: float) -> socket.socket:
        """What the library connects by. The name stays what certificates are compared with."""
        end = time.monotonic() + timeout
        failure = OSError("the name has no address")
        for address in self.addresses:
            left = end - time.monotonic()
            if left <= 0:
                break
            try:
                connected = socket.create_connection((address, port), left)
            except OSError as refused:
                failure = refused
            else:
                connected.settimeout(timeout)
                return connected
        raise failure


class _Plain(_Found):
    def __init__(self, addresses: Sequence[str], server: MailServer) -> None:
        self.addresses = addresses
        super().__init__(server.host, server.port, _own_name(), SECONDS)


class _Tls(smtplib.SMTP_SSL, _Found):
    def __init__(self, addresses: Sequence[str], server: MailServer) -> None:
        self.addresses = addresses
        context = ssl.create_default_context()
        super().__init__(server.host, server.port, _own_name(), timeout=SECONDS, context=context)


def _own_name() -> str:
    """How this machine calls itself: not looked up, as the library would, for as long as the system takes.

    Who has no whole name says an address (RFC 5321 section 4.1.3).
    """
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


class FolderMailer:
    """Puts each letter into a folder, as a file that mail programs open."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Write the file, whole or not at all. Raises NotSent."""
        name = f"{time.time_ns()}-{letter.message_id}.eml"
        try:
            draft = self._draft(name, written(letter, self._sender))
            draft.replace(self._folder / name)
        except OSError as failure:
            raise NotSent("mail") from failure

    def check(self) -> None:
        """Write into the folder, and take it back. Raises OSError."""
        self._draft("check", b"").unlink()

    def _draft(self, name: str, data: bytes) -> Path:
        draft = self._folder / f".{name}.new"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        return draft


class ConsoleMailer:
    """Writes each letter to standard error."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    def check(self) -> None:
        """Nothing can be in the way."""

    def send(self, letter: Letter) -> None:
        """Write it."""
        sys.stderr.write(written(letter, self._sender).decode("ascii") + "\n")
        sys.stderr.flush()


def written(letter: Letter, sender: str) -> bytes:
    """The letter as it is sent: lines of ASCII that end with CR LF, for servers without 8BITMIME too.

    Raises NotSent, for good, where an address is none or a header would have a break in it. Nothing that
    was put into a header is ever read as one: an encoded word of somebody's name stays the letters it is
    made of (RFC 2047), and what comes out has the headers that were meant and no other (RFC 5322 §2.2).
    """
    name, address = parseaddr(sender)
    if any(_ADDRESS.fullmatch(one) is None for one in (address, letter.to)):
        raise NotSent("unwritten", is_final=True)
    headers = {
        "From": f"{_words(name, _PHRASE)} <{address}>" if name else address,
        "To": letter.to,
        "Subject": _words(letter.subject, _PLAIN),
        "Message-ID": f"<{letter.message_id}@{address.rpartition('@')[2]}>",
        "Date": formatdate(),
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "quoted-printable",
    }
    lines = [f"{name}: {value}" for name, value in headers.items()]
    if any(_ONE_LINE.fullmatch(line) is None for line in lines):
        raise NotSent("unwritten", is_final=True)
    body = body_encode(letter.text.encode().decode("latin-1"), eol="\r\n")
    return "\r\n".join([*lines, "", body]).encode("ascii")


def _words(text: str, plain: re.Pattern[str]) -> str:
    """The text of a header, folded: as it is where that is plain, else as encoded words of UTF-8."""
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise NotSent("unwritten", is_final=True)
    if plain.fullmatch(text):
        return text
    return Header(text, "utf-8", maxlinelen=_LINE).encode(linesep="\r\n")


def _not_sent(code: int) -> NotSent:
    is_final = 500 <= code < 600
    return NotSent("rejected" if is_final else "mail", is_final=is_final)
