"""Whole lines to the log, from a thread of its own: who logs never waits for who reads.

The processes of a server share one standard error. A write of at most `PIPE_BUF` bytes is never mixed with
another's (POSIX.1-2017, `write`), so lines leave in portions of that size, none cut in two.
"""

from __future__ import annotations

import atexit
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing import util as processes
from pathlib import Path
from typing import Any, Protocol, TypeAlias

LONGEST_LINE = min(select.PIPE_BUF, 4_096)
"""Bytes of a line with its end; a longer one could be mixed with the lines of another process."""
Line: TypeAlias = "str | tuple[Callable[..., str], tuple[Any, ...]]"
"""A line, or a function with its arguments that makes one, which the thread that writes then calls."""
_STANDARD_ERROR = 2
GATHER_SECONDS = 0.02
_MOST_WAITING = 20_000
_FLUSH_SECONDS = 2.0


class Destination(Protocol):
    """Where lines go."""

    def descriptor(self) -> int:
        """An open file. Raises OSError where there is none now."""


class StandardError:
    """The standard error of the process."""

    def descriptor(self) -> int:
        """Its number, whether or not it is open."""
        return _STANDARD_ERROR


class LogFile:
    """A file that is added to. One that was moved away is made anew, so it may be rotated."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def descriptor(self) -> int:
        """The file that has the name now, made for its owner alone. Raises OSError."""
        if self._descriptor is not None:
            mine = os.fstat(self._descriptor)
            try:
                named = self._path.stat()
            except OSError:
                named = None
            if named is not None and (mine.st_dev, mine.st_ino) == (named.st_dev, named.st_ino):
                return self._descriptor
            os.close(self._descriptor)
            self._descriptor = None
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o600)
        return self._descriptor


class LineWriter:
    """Takes lines at once and writes them a moment later, in order.

    Nobody ever waits for the log and nothing fails by it: while it cannot be written, a bounded number of
    lines is kept and the others are counted; `lost_line` tells how many, once there is a reader again.
    What a process has said is written when it ends, if that takes no longer than two seconds.
    """

    def __init__(
        self, destination: Destination, lost_line: Callable[[int], str], *, gather: float = GATHER_SECONDS
    ) -> None:
        """`gather` is for how many seconds lines are collected before they are written together."""
        self._gather = gather
        self._destination = destination
        self._lost_line = lost_line
        self._lines: deque[Line] = deque()
        self._begin()
        # A process that was forked from this one begins with no lines and no thread: they are its parent's.
        os.register_at_fork(after_in_child=self._begin)
        atexit.register(self.flush)

    def _begin(self) -> None:
        self._lines.clear()
        self._lost = 0
        self._lost_before = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._is_told = False
        self._done = threading.Event()
        self._done.set()
        # Forked processes of `multiprocessing` end without the functions of `atexit`.
        processes.Finalize(None, self.flush, exitpriority=0)

    def write(self, line: Line) -> None:
        """Take one line, with its end, or what makes it. Either is ASCII."""
        if len(self._lines) >= _MOST_WAITING:
            self._lost += 1
            return
        self._lines.append(line)
        if not self._is_told:
            self._tell()

    @property
    def lost(self) -> int:
        """How many lines were not written since the start."""
        return self._lost_before + self._lost

    def flush(self, seconds: float = _FLUSH_SECONDS) -> bool:
        """Wait until everything is written, for so long at most; whether it is."""
        if self._lines:
            self._tell()
        return self._done.wait(seconds)

    def _tell(self) -> None:
        self._is_told = True
        self._done.clear()
        if self._thread is None:
            self._start()
        self._woken.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            thread = threading.Thread(target=self._work, name="log", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # The interpreter is ending, or the machine has no thread left: who says something writes it.
                self._drain()
                self._is_told = False
                self._done.set()
                return
            self._thread = thread

    def _work(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            # Lines that come meanwhile go out together, and their writers need wake nobody.
            time.sleep(self._gather)
            self._is_told = False
            self._drain()
            if not self._lines:
                self._done.set()

    def _drain(self) -> None:
        while self._lines:
            portion, count = self._portion()
            if not self._written(portion):
                self._lost += count
            elif self._lost:
                lost, self._lost = self._lost, 0
                self._lost_before += lost
                self._lines.append(self._lost_line(lost))

    def _portion(self) -> tuple[bytes, int]:
        """As many whole lines as leave in one write."""
        lines = self._lines
        taken: list[str] = []
        size = 0
        while lines:
            line = lines.popleft()
            text = line if isinstance(line, str) else line[0](*line[1])
            size += len(text)
            if taken and size > LONGEST_LINE:
                lines.appendleft(text)
                break
            taken.append(text)
        return "".join(taken).encode("ascii", "backslashreplace"), len(taken)

    def _written(self, data: bytes) -> bool:
        try:
            descriptor = self._destination.descriptor()
            while data:
                try:
                    data = data[os.write(descriptor, data) :]
                except BlockingIOError:
                    # Somebody made the descriptor one that does not wait; this thread may.
                    select.select((), (descriptor,), (), 1.0)
        except (OSError, ValueError):
            return False
        return True
