"""A request as it stands on the connection: headers spelled and repeated as the sender likes.

It takes the way of the server's own bridge into the application, so what a header may not do there,
it may not do here.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from grantway.edges.web.environ import listener_environ, request_environ
from grantway.edges.web.fixed_answers import TurnedAway
from tests.kit.world import World

HeaderLines = Sequence[tuple[str, str]]
HOST = "id.example.test"
PEER = "203.0.113.9"


@dataclass
class Lines:
    """The header lines of a request, names in lower case as the server hands them on."""

    lines: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.lines


@dataclass
class Scope:
    """What the server tells the bridge of a request."""

    headers: Lines
    method: str
    path: str
    query_string: str
    client: str
    authority: str | None = None
    server: str = "127.0.0.1:8400"
    scheme: str = "http"
    http_version: str = "1.1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def meant(self) -> int:
        """The status, and for a refusal in an envelope that has 200 (G32) the one that it stands for."""
        is_refusal = self.status == 200 and self.body.startswith(b'{"code":') and self.json["code"] != 0
        return 400 if is_refusal else self.status

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str:
        """The value of a header, empty where there is none."""
        return next((text for one, text in self.headers if one.lower() == name), "")

    def all(self, name: str) -> list[str]:
        return [text for one, text in self.headers if one.lower() == name]


def environ_of(
    method: str, target: str, headers: HeaderLines = (), body: bytes = b"", *, peer: str = PEER
) -> dict[str, Any]:
    """The environment of a request. Raises TurnedAway as the bridge does."""
    lines = [(name.lower(), text) for name, text in headers]
    if not any(name == "host" for name, _ in lines):
        lines.append(("host", HOST))
    if body:
        lines.append(("content-length", str(len(body))))
    path, _, query = target.partition("?")
    client = f"[{peer}]:4711" if ":" in peer else f"{peer}:4711"
    scope: Any = Scope(Lines(lines), method, unquote(path), query, client)
    environ = request_environ(scope, listener_environ(scope))
    environ["wsgi.input"] = io.BytesIO(body)
    return environ


def ask(
    world: World, method: str, target: str, headers: HeaderLines = (), body: bytes = b"", *, peer: str = PEER
) -> Answer:
    """Send a request to the server of a world."""
    try:
        environ = environ_of(method, target, headers, body, peer=peer)
    except TurnedAway as turned_away:
        fixed = turned_away.answer
        return Answer(fixed.status, fixed.headers, fixed.body)
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, lines: list[tuple[str, str]], exc_info: object = None) -> None:
        started.append((status, lines))

    sent = b"".join(world.app(environ, start))  # type: ignore[arg-type]
    status, lines = started[0]
    return Answer(int(status[:3]), lines, sent)


def shape(answer: Answer) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what is drawn anew for each: nonces, proofs, handles, ids of requests."""
    lines = sorted((name.lower(), steady(text)) for name, text in answer.headers)
    return answer.status, [line for line in lines if line[0] != "content-length"], steady(answer.text)


def steady(text: str) -> str:
    text = re.sub(r"\b[0-9a-f]{32}\b", "(nonce)", text)
    text = re.sub(r'"request_id":"[^"]*"', "(request)", text)
    text = re.sub(r'<dd class="id">[\w-]{16}</dd>', "(request)", text)
    text = re.sub(r"\beyJ[\w-]+\.[\w-]+\.[\w-]+", "(token)", text)
    return re.sub(r"(?<![\w-])[\w-]{43}(?![\w-])", "(random)", text)
