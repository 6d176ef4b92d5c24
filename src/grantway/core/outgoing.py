"""What goes out of the server by itself: requests to webhooks, and mail. Ports, and what they carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grantway.core.model import Instant
from grantway.core.secrets import Secret


class NotSent(Exception):
    """Something did not get there. `problem` is one word for the log; `is_final`: do not try again.

    The words: `address_refused` (the network there is not for us), `unresolved`, `unreachable`,
    `timeout`, `tls`, `answer` (it was none of HTTP), `rejected` (a mail server said no for good), `mail`
    (it said: not now), `unwritten` (what was to be sent could not be made).
    """

    def __init__(self, problem: str, *, is_final: bool = False) -> None:
        super().__init__(problem)
        self.problem = problem
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Request:
    """A POST. The body is sent as it is."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: of the body no more than the limit, and nobody stores or shows it (V130)."""

    status: int
    body: bytes


class Caller(Protocol):
    """Sends requests to addresses that somebody else chose."""

    def post(self, request: Request) -> Response:
        """The answer, whatever its status; redirects are not followed. Raises NotSent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of plain text to one address."""

    to: str
    subject: str
    text: str
    message_id: str


class Mailer(Protocol):
    """Sends mail."""

    def send(self, letter: Letter) -> None:
        """Hand a letter on. Raises NotSent."""


class Writer(Protocol):
    """Writes a notice for people, in their language."""

    def write(self, name: str, data: Mapping[str, Any], *, locale: str | None) -> tuple[str, str]:
        """The subject, on one line, and the text."""


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """Something that an application's makers may want to be told: an installation, an uninstall.

    `organization` is the id of the organization it is about. `secret` is the newest live secret of the
    application itself, where its policy keeps a copy: some dialects sign with it.
    """

    name: str
    client_id: str
    organization: str
    values: Mapping[str, str] = field(default_factory=dict)
    at: Instant = 0
    secret: Secret | None = None
    sent_at: Instant = 0
    """When it goes out, this time."""


def is_success(response: Response) -> bool:
    """Whether a status says that it was received (RFC 9110 §15.3)."""
    return 200 <= response.status < 300


@dataclass(frozen=True, slots=True)
class OutgoingNotice:
    """A request that tells it, in the dialect's form. `path` is added to the webhook's own address.

    `acknowledged` says whether an answer means that it was received.
    """

    path: str
    body: bytes
    content_type: str
    acknowledged: Callable[[Response], bool] = is_success


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways out of this server. None: there is none of the kind, so nothing goes there."""

    caller: Caller | None = None
    mailer: Mailer | None = None
