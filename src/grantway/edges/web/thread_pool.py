"""Threads that run the application where it must wait, and the way back to the event loop."""

from __future__ import annotations

import asyncio
import contextvars
import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from grantway.core.asker import ASKER
from grantway.core.ports import Places
from grantway.edges.web.deadlines import Deadlines
from grantway.edges.web.fixed_answers import BUSY, UNEXPECTED
from grantway.edges.web.observing import NOTED

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_log = logging.getLogger("grantway.web")


class Answer:
    """What the application answers: filled in by `start_response`, then read by the server."""

    __slots__ = ("_written", "body", "headers", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self._written: list[bytes] = []

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        self.status = int(status[:3])
        self.headers = headers
        return self._written.append

    def take(self, chunks: Iterable[bytes]) -> None:
        """Keep the body, and close what it came from (PEP 3333)."""
        if type(chunks) is list and len(chunks) == 1 and not self._written:
            self.body = chunks[0]
            return
        try:
            self._written.extend(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        self.body = b"".join(self._written)


def answer_of(application: WSGIApplication, environ: dict[str, Any]) -> Answer:
    """Run the application on one request; an `Exception` is logged and becomes a fixed answer."""
    answer = Answer()
    # The thread answered others before, who are nobody's business here.
    ASKER.client = None
    try:
        answer.take(application(environ, answer.start_response))
        environ[NOTED] = ASKER.client
    except Exception:  # noqa: BLE001 -- whatever it is, it must not reach the client
        _log.exception("unexpected exception from the application")
        return unexpected()
    return answer


def unexpected() -> Answer:
    answer = Answer()
    answer.status, answer.headers, answer.body = UNEXPECTED.status, UNEXPECTED.headers, UNEXPECTED.body
    return answer


def busy() -> Answer:
    answer = Answer()
    answer.status, answer.headers, answer.body = BUSY.status, BUSY.headers, BUSY.body
    return answer


class _Job:
    __slots__ = ("application", "environ", "future", "tickets")

    def __init__(
        self, application: WSGIApplication, environ: dict[str, Any], future: asyncio.Future[Answer]
    ) -> None:
        self.application = application
        self.environ = environ
        self.future = future
        # Whoever takes the only ticket decides about the job: a thread that runs it, or the deadline.
        self.tickets = [None]

    def claim(self) -> bool:
        try:
            self.tickets.pop()
        except IndexError:
            return False
        return True


class ThreadPool:
    """A fixed number of threads behind a bounded queue. `run` is called on the event loop only."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, name: str, threads: int, queue_length: int, patience: float
    ) -> None:
        self._loop = loop
        self._size = threads
        self._most = threads + queue_length
        self._unfinished = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._finished: deque[tuple[_Job, Answer]] = deque()
        self._is_told = False
        self._deadlines = Deadlines[_Job](loop, patience, self._give_up)
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, application: WSGIApplication, environ: dict[str, Any]) -> Answer:
        """Return the application's answer, or that of a busy server when the queue is full or too slow."""
        if self._unfinished >= self._most:
            return busy()
        self._unfinished += 1
        job = _Job(application, environ, self._loop.create_future())
        self._deadlines.add(job)
        self._jobs.put(job)
        return await job.future

    def places(self) -> Places:
        """How many threads are at work, and how many requests wait for one."""
        unfinished = self._unfinished
        return Places(self._size, min(unfinished, self._size), max(0, unfinished - self._size))

    def stop(self, *, seconds: float) -> None:
        """End the threads; one that is stuck is left behind, for it must not keep the process."""
        self._deadlines.stop()
        for _ in self._threads:
            self._jobs.put(None)
        last = self._loop.time() + seconds
        for thread in self._threads:
            thread.join(max(0.0, last - self._loop.time()))

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if not job.claim():
                continue
            try:
                # A context of its own: what one request binds (log fields, traces) must not reach the next.
                answer = contextvars.Context().run(answer_of, job.application, job.environ)
            except BaseException:  # noqa: BLE001 -- the thread must outlive it
                _log.exception("unexpected exit from the application")
                answer = unexpected()
            self._finished.append((job, answer))
            # One wake-up of the event loop serves all answers that are ready by then.
            if not self._is_told:
                self._is_told = True
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_told = False
        while self._finished:
            job, answer = self._finished.popleft()
            self._unfinished -= 1
            self._deadlines.discard(job)
            if not job.future.done():
                job.future.set_result(answer)

    def _give_up(self, job: _Job) -> None:
        if not job.claim():
            return
        self._unfinished -= 1
        if not job.future.done():
            job.future.set_result(busy())
