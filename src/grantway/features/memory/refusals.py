"""Refused requests of the last seconds, counted in the process and written every few seconds.

Whoever knows a client id can have requests of it refused, as many as they like. So what they cost is bounded
here: those refused alike are one note with a number, and of the others so many are kept between two writings,
of each application and of all. What does not fit is counted and not kept, and the notes beside it say so.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from grantway.core.concerns import Concern
from grantway.core.model import Id, Instant
from grantway.core.ports import Entropy, Store, Unavailable
from grantway.core.refusals import WINDOW, Kind, RefusalNote, Turned
from grantway.core.remedies import REMEDIES

MOST_NOTED = 500
"""Notes of all applications between two writings."""
MOST_OF_APPLICATION = 20
"""Notes of one application between two writings."""
MOST_CODES = 8
"""Request ids of one note: the first ones, because who sees a page soon asks about it."""


@dataclass(slots=True)
class _Note:
    concern: Concern
    first_at: Instant
    last_at: Instant
    count: int = 0
    codes: list[str] = field(default_factory=list)
    is_sampled: bool = False


@dataclass(frozen=True, slots=True, order=True)
class _Alike:
    """What makes requests refused alike."""

    client_id: str
    organization_id: Id
    kind: Kind
    mount: str
    error_id: str
    window: Instant


class RefusalNotes:
    """Notes refusals from all threads, and gives them to the store together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: dict[_Alike, _Note] = {}
        self._of_application: Counter[str] = Counter()
        self._crowded: set[str] = set()
        """Applications of which something did not fit."""

    def note(self, turned: Turned, *, at: Instant) -> bool:
        """Note a refused request; false for one that developers are not told of."""
        if turned.error_id not in REMEDIES:
            return False
        concern = turned.concern
        alike = _Alike(
            concern.client_id,
            concern.organization_id,
            turned.kind,
            turned.mount,
            turned.error_id,
            at - at % WINDOW,
        )
        with self._lock:
            note = self._noted.get(alike)
            if note is None:
                note = self._room_for(alike, _Note(concern, at, at))
            if note is not None:
                _add(note, turned, at)
        return True

    def flush(self, store: Store, entropy: Entropy) -> int:
        """Write what was noted; how many notes that was. Raises Unavailable, and then keeps it."""
        with self._lock:
            noted, self._noted = self._noted, {}
            crowded, self._crowded = self._crowded, set()
            self._of_application = Counter()
        if not noted:
            return 0
        # In the order of the keys, so that two processes cannot wait for each other.
        notes = [
            _note_of(alike, note, is_crowded=alike.client_id in crowded)
            for alike, note in sorted(noted.items())
        ]
        try:
            with store.begin() as tx:
                tx.gate.keep_refusals(notes, ids=[entropy.new_id() for _ in notes])
        except Unavailable:
            self._keep(noted, crowded)
            raise
        return len(notes)

    def _keep(self, noted: dict[_Alike, _Note], crowded: set[str]) -> None:
        """Take back what could not be written. New notes wait until there is room for them again."""
        with self._lock:
            for alike, later in self._noted.items():
                note = noted.setdefault(alike, later)
                if note is not later:
                    _join(note, later)
            self._noted = noted
            self._crowded |= crowded
            self._of_application = Counter(alike.client_id for alike in noted)

    def _room_for(self, alike: _Alike, note: _Note) -> _Note | None:
        of_application = self._of_application[alike.client_id]
        if len(self._noted) >= MOST_NOTED or of_application >= MOST_OF_APPLICATION:
            if of_application:
                self._crowded.add(alike.client_id)
            return None
        self._of_application[alike.client_id] = of_application + 1
        self._noted[alike] = note
        return note


def _add(note: _Note, turned: Turned, at: Instant) -> None:
    note.count += 1
    note.last_at = max(note.last_at, at)
    note.concern = turned.concern.beside(note.concern)
    if len(note.codes) < MOST_CODES:
        note.codes.append(turned.code)
    else:
        note.is_sampled = True


def _join(note: _Note, later: _Note) -> None:
    codes = note.codes + later.codes
    note.count += later.count
    note.last_at = later.last_at
    note.concern = later.concern
    note.codes = codes[:MOST_CODES]
    note.is_sampled = note.is_sampled or later.is_sampled or len(codes) > MOST_CODES


def _note_of(alike: _Alike, note: _Note, *, is_crowded: bool) -> RefusalNote:
    return RefusalNote(
        client_id=alike.client_id,
        organization_id=alike.organization_id or None,
        kind=alike.kind,
        mount=alike.mount,
        error_id=alike.error_id,
        window=alike.window,
        count=note.count,
        first_at=note.first_at,
        last_at=note.last_at,
        named=note.concern.named,
        difference=note.concern.difference,
        codes=tuple(note.codes),
        is_sampled=note.is_sampled or is_crowded,
    )
