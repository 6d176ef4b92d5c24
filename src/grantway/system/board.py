"""Figures in memory that the processes of one server share, so that each can tell them for all.

Each process writes into a part of its own and reads all of them. A part outlives its process: the next one
that takes it counts on, so nothing counted is lost however a process ends. Nothing is left behind either: the
memory belongs to a file without a name.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import tempfile
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Key: TypeAlias = tuple[str, ...]
"""What a series counts: the values of its labels."""

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds: the upper ends of the classes of durations, but for the last, which has none."""
_FIELDS = len(BOUNDS) + 2
"""Of a series: the classes, and the sum in nanoseconds."""
_BOUNDS_NS = tuple(round(bound * 1e9) for bound in BOUNDS)
_SUM = _FIELDS - 1
_SERIES = 1_024
_SPARE_PARTS = 4
_NOTE_BYTES = 16_384
_NAMES_BYTES = 131_072
_NOTE_AT = 64
_NAMES_AT = _NOTE_AT + _NOTE_BYTES
_VALUES_AT = _NAMES_AT + _NAMES_BYTES
_PART_BYTES = -(-(_VALUES_AT + _SERIES * _FIELDS * 8) // mmap.PAGESIZE) * mmap.PAGESIZE
OTHER: Key = ("", "other", "other", "other")
"""Where everything is counted for which there is no room of its own."""


class Board:
    """The whole memory, made before the processes are."""

    def __init__(self, processes: int = 1) -> None:
        self.started_at = time.time()
        """When the server began, in seconds since 1970."""
        self.parts = processes + _SPARE_PARTS
        self._file = _nameless_file()
        weakref.finalize(self, os.close, self._file)
        os.ftruncate(self._file, self.parts * _PART_BYTES)
        self._memory = mmap.mmap(self._file, self.parts * _PART_BYTES)
        self._view = memoryview(self._memory)
        self._mine: Part | None = None

    def __reduce__(self) -> tuple[type[Board], tuple[int]]:
        """Where processes are not forked, each tells its own figures."""
        return (Board, (self.parts - _SPARE_PARTS,))

    def take(self) -> Part:
        """The part of this process: the first that no living one has. Always the same when asked again."""
        if self._mine is None or self._mine.process != os.getpid():
            self._mine = Part(self._view, self._free_part())
        return self._mine

    def _free_part(self) -> int:
        """The kernel gives the lock back when a process ends, however it does."""
        for number in range(self.parts):
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except OSError:
                continue
            return number
        return self.parts - 1

    def series(self) -> dict[Key, list[int]]:
        """All that was counted, summed over the processes that are and that were."""
        total: dict[Key, list[int]] = {}
        for number in range(self.parts):
            for key, values in Part(self._view, number, is_reading=True).series():
                known = total.get(key)
                total[key] = values if known is None else [a + b for a, b in zip(known, values, strict=True)]
        return total

    def notes(self, *, youngest: float) -> list[dict[str, Any]]:
        """What each process last told of itself, if it did in so many seconds."""
        now = time.monotonic()
        told = (Part(self._view, number, is_reading=True).note() for number in range(self.parts))
        return [note for note in told if note is not None and now - note["at"] <= youngest]


def _nameless_file() -> int:
    """Memory that locks can be held on: a file without a name, so whoever is killed leaves none behind."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("grantway-figures")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Part:
    """What one process writes: series of durations by their labels, and one note about itself."""

    def __init__(self, memory: memoryview, number: int, *, is_reading: bool = False) -> None:
        self.number = number
        """Which one it is, from 0."""
        self.process = os.getpid()
        self._bytes = memory[number * _PART_BYTES : (number + 1) * _PART_BYTES]
        self._header = self._bytes[:64].cast("Q")
        self._values = self._bytes[_VALUES_AT : _VALUES_AT + _SERIES * _FIELDS * 8].cast("Q")
        self._places: dict[Key, int] = {}
        self._lock = threading.Lock()
        if not is_reading:
            # Whoever had this part before may have ended in the middle of a note.
            self._header[2] += self._header[2] % 2
            self._places = {key: at for at, key in enumerate(self._keys())}
            self.place(OTHER)

    def place(self, key: Key) -> int:
        """Where a series stands; there is one for whatever comes when all places are taken."""
        at = self._places.get(key)
        return at if at is not None else self._new_place(key)

    def _new_place(self, key: Key) -> int:
        with self._lock:
            if key in self._places:
                return self._places[key]
            count, end = self._header[0], self._header[1]
            name = json.dumps(key).encode()
            if count >= _SERIES or end + 4 + len(name) > _NAMES_BYTES:
                return self._places[OTHER]
            start = _NAMES_AT + end
            self._bytes[start : start + 4] = len(name).to_bytes(4, "big")
            self._bytes[start + 4 : start + 4 + len(name)] = name
            # The count last: who reads meanwhile sees a whole name or none.
            self._header[1] = end + 4 + len(name)
            self._header[0] = count + 1
            self._places[key] = count
            return count

    def count(self, at: int, nanoseconds: int) -> None:
        """Count one duration. Called by one thread at a time."""
        values, first = self._values, at * _FIELDS
        values[first + bisect_left(_BOUNDS_NS, nanoseconds)] += 1
        values[first + _SUM] += nanoseconds

    def tell(self, facts: Mapping[str, Any]) -> None:
        """Note how this process stands, over what it noted before."""
        data = json.dumps({**facts, "at": time.monotonic()}).encode()
        if len(data) > _NOTE_BYTES:
            return
        with self._lock:
            # Odd while it is written: who reads then reads again.
            self._header[2] += 1
            self._bytes[_NOTE_AT : _NOTE_AT + len(data)] = data
            self._header[3] = len(data)
            self._header[2] += 1

    def note(self) -> dict[str, Any] | None:
        """What was noted last; None: nothing, or half of it."""
        for _ in range(8):
            before = self._header[2]
            data = bytes(self._bytes[_NOTE_AT : _NOTE_AT + self._header[3]])
            if data and before % 2 == 0 and self._header[2] == before:
                found: dict[str, Any] = json.loads(data)
                return found
        return None

    def series(self) -> Iterator[tuple[Key, list[int]]]:
        """Each series with its classes and its sum."""
        for at, key in enumerate(self._keys()):
            yield key, list(self._values[at * _FIELDS : (at + 1) * _FIELDS])

    def _keys(self) -> Iterator[Key]:
        start = _NAMES_AT
        for _ in range(self._header[0]):
            size = int.from_bytes(self._bytes[start : start + 4], "big")
            yield tuple(json.loads(bytes(self._bytes[start + 4 : start + 4 + size])))
            start += 4 + size
