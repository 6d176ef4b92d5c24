"""The part of granian's RSGI interface that the bridge uses, as Protocols."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol

from granian.rsgi import ProtocolClosed as ProtocolClosed  # type: ignore[attr-defined]  # noqa: PLC0414


class Headers(Protocol):
    """The headers of a request, names in lower case; values that are not ASCII are left out by the server."""

    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """What is known of a request before its body is read. The path is percent-decoded."""

    @property
    def headers(self) -> Headers: ...
    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def authority(self) -> str | None: ...
    @property
    def client(self) -> str: ...
    @property
    def server(self) -> str: ...
    @property
    def scheme(self) -> str: ...
    @property
    def http_version(self) -> str: ...


class HTTPProtocol(Protocol):
    """Reads the body, whole or in chunks, and takes the answer."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...
