"""Reading request bodies without letting a slow or large one hold anything up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from grantway.edges.web.deadlines import Deadlines
from grantway.edges.web.fixed_answers import (
    BODY_BROKEN,
    BODY_TOO_SLOW,
    MALFORMED,
    NO_ROOM_FOR_BODY,
    TurnedAway,
    body_too_large,
)
from grantway.edges.web.rsgi import HTTPProtocol, ProtocolClosed

# Up to here a body needs no reservation: every token request is far smaller.
_SMALL = 16_384


class BodyReader:
    """Reads bodies under a limit, a deadline, and a bound on the memory that all large ones take together."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, largest: int, seconds: float, large_together: int
    ) -> None:
        self._loop = loop
        self._largest = largest
        self._too_large = body_too_large(largest)
        self._room = large_together
        self._late: set[asyncio.Task[Any]] = set()
        self._deadlines = Deadlines[asyncio.Task[Any]](loop, seconds, self._cancel)

    def stop(self) -> None:
        self._deadlines.stop()

    def reading(self, environ: dict[str, Any], protocol: HTTPProtocol) -> Coroutine[Any, Any, bytes] | None:
        """Return what reads the whole body that the headers announce, or None; both may raise `TurnedAway`.

        The server has parsed the framing (RFC 9112 §6.3); what it lets through is checked again, cheaply.
        """
        announced: str | None = environ.get("CONTENT_LENGTH")
        if "HTTP_TRANSFER_ENCODING" in environ:
            if announced is not None or environ["HTTP_TRANSFER_ENCODING"].lower() != "chunked":
                raise TurnedAway(MALFORMED)
            return self._in_time(self._chunks(protocol), 0)
        if announced is None or announced == "0":
            return None
        if not (announced.isascii() and announced.isdigit() and len(announced) < 19):
            raise TurnedAway(MALFORMED)
        length = int(announced)
        if length > self._largest:
            raise TurnedAway(self._too_large)
        reserved = length if length > _SMALL else 0
        if reserved > self._room:
            raise TurnedAway(NO_ROOM_FOR_BODY)
        return self._in_time(protocol(), reserved)

    async def _in_time(self, reading: Awaitable[bytes], reserved: int) -> bytes:
        self._room -= reserved
        task: Any = asyncio.current_task(self._loop)
        self._deadlines.add(task)
        try:
            return await reading
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            self._late.discard(task)
            task.uncancel()
            raise TurnedAway(BODY_TOO_SLOW) from None
        except ProtocolClosed:
            raise TurnedAway(BODY_BROKEN) from None
        finally:
            self._room += reserved
            self._deadlines.discard(task)

    def _cancel(self, task: asyncio.Task[Any]) -> None:
        self._late.add(task)
        task.cancel()

    async def _chunks(self, protocol: HTTPProtocol) -> bytes:
        body = bytearray()
        ends = reserved = 0
        try:
            async for chunk in protocol:
                body += chunk
                if len(body) > self._largest:
                    raise TurnedAway(self._too_large)
                # Nobody knows how long it will get, so once it is not small it counts as the largest.
                if len(body) > _SMALL and not reserved:
                    if self._largest > self._room:
                        raise TurnedAway(NO_ROOM_FOR_BODY)
                    reserved = self._largest
                    self._room -= reserved
                ends += not chunk
        finally:
            self._room += reserved
        # The server reports the end as an empty chunk, and an end that came too early as one more of them.
        if ends > 1:
            raise TurnedAway(BODY_BROKEN)
        return bytes(body)
