"""A proxy between a store and its PostgreSQL server that counts round trips, stalls, and hangs up."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

SOCKET_NAME = ".s.PGSQL.5432"


class Proxy:
    """Listens in a folder of its own and passes on what both sides say.

    A round trip is counted when the client speaks after the server did: packets that it sends without waiting
    for an answer in between are one.
    """

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        self.url = f"postgresql://{parts.path}?host={folder}"
        self.round_trips = 0
        self._server = f"{parse_qs(parts.query)['host'][0]}/{SOCKET_NAME}"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / SOCKET_NAME))
        self._listener.listen()
        self._selector = selectors.DefaultSelector()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._answered: set[socket.socket] = set()
        self._wake, self._waker = socket.socketpair()
        self._is_stalled = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def stall(self) -> None:
        """Swallow everything from now on, as a machine does that lost its power."""
        self._is_stalled.set()

    def hang_up(self) -> None:
        """End every connection there is now, as a server does that restarts."""
        for end in list(self._peers):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waker.close()
        self._thread.join()
        self._selector.close()
        for end in [self._listener, self._wake, *self._peers]:
            end.close()

    def _run(self) -> None:
        while True:
            for key, _ in self._selector.select():
                end = key.fileobj
                assert isinstance(end, socket.socket)
                if end is self._wake:
                    return
                if end is self._listener:
                    self._accept()
                elif end in self._peers:
                    self._pass_on(end)

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        self._peers |= {client: server, server: client}
        self._clients.add(client)
        for end in (client, server):
            self._selector.register(end, selectors.EVENT_READ)

    def _pass_on(self, end: socket.socket) -> None:
        data = end.recv(65_536)
        if self._is_stalled.is_set() and data:
            return
        peer = self._peers[end]
        if not data:
            for each in (end, peer):
                self._selector.unregister(each)
                del self._peers[each]
                each.close()
            return
        if end not in self._clients:
            self._answered.add(peer)
        elif end in self._answered:
            self._answered.discard(end)
            self.round_trips += 1
        peer.sendall(data)
