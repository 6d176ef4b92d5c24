"""Refused requests and numbers in the process: bounded, whoever asks, and kept while the database is away."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from grantway.core.activity import Tallied
from grantway.core.concerns import Concern
from grantway.core.model import DAY, HOUR
from grantway.core.ports import Unavailable
from grantway.core.refusals import RefusalNote, Turned
from grantway.features.memory.activity import MOST_COUNTED, ActivityCounts
from grantway.features.memory.refusals import MOST_CODES, MOST_NOTED, MOST_OF_APPLICATION, RefusalNotes
from grantway.system import SystemEntropy
from tests.features.memory.test_last_uses import Away
from tests.kit.world import START

ENTROPY = SystemEntropy()


@dataclass
class Told:
    """A store that remembers what it was given."""

    notes: list[RefusalNote] = field(default_factory=list)
    tallied: list[Tallied] = field(default_factory=list)

    def begin(self) -> Told:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @property
    def gate(self) -> Told:
        return self

    def keep_refusals(self, notes: Any, *, ids: Any) -> None:
        assert len(set(ids)) == len(notes)
        self.notes += notes

    def add_activity(self, counted: Any, *, ids: Any) -> None:
        assert len(set(ids)) == len(counted)
        self.tallied += counted


def turned(client: str = "a", error: str = "E-CLIENT-10", code: str = "c", mount: str = "standard") -> Turned:
    return Turned("token", mount, error, Concern(client), code)


def flushed(notes: RefusalNotes) -> list[RefusalNote]:
    told: Any = Told()
    assert notes.flush(told, ENTROPY) == len(told.notes)
    found: list[RefusalNote] = told.notes
    return found


def test_those_refused_alike_are_one_note() -> None:
    notes = RefusalNotes()
    for number in range(MOST_CODES):
        assert notes.note(turned(code=str(number)), at=START + number)
    (note,) = flushed(notes)
    assert (note.count, note.codes) == (MOST_CODES, tuple(map(str, range(MOST_CODES))))
    assert (note.first_at, note.last_at, note.is_sampled) == (START, START + MOST_CODES - 1, False)
    assert flushed(notes) == []


def test_another_hour_is_another_note() -> None:
    notes = RefusalNotes()
    notes.note(turned(), at=START)
    notes.note(turned(), at=START + HOUR)
    assert [one.window for one in flushed(notes)] == [START, START + HOUR]


def test_of_many_alike_a_few_codes_are_kept_and_the_note_says_so() -> None:
    notes = RefusalNotes()
    for number in range(1_000):
        notes.note(turned(code=str(number)), at=START)
    (note,) = flushed(notes)
    assert (note.count, len(note.codes), note.is_sampled) == (1_000, MOST_CODES, True)


def test_one_application_cannot_crowd_out_another() -> None:
    notes = RefusalNotes()
    for number in range(MOST_OF_APPLICATION + 5):
        assert notes.note(turned("loud", mount=f"m{number}"), at=START)
    notes.note(turned("quiet"), at=START)
    found = flushed(notes)
    assert sum(one.client_id == "loud" for one in found) == MOST_OF_APPLICATION
    assert {one.client_id: one.is_sampled for one in found} == {"loud": True, "quiet": False}


def test_all_applications_together_have_a_bound() -> None:
    notes = RefusalNotes()
    for number in range(MOST_NOTED + 50):
        notes.note(turned(f"client-{number}"), at=START)
    assert len(flushed(notes)) == MOST_NOTED


def test_what_is_no_fault_of_an_application_is_not_noted() -> None:
    notes = RefusalNotes()
    for error in ("E-DEVICE-01", "E-SERVER-02", "E-STEP-01"):
        assert not notes.note(turned(error=error), at=START)
    assert flushed(notes) == []


def test_an_outage_keeps_the_notes_and_stays_within_the_bounds() -> None:
    notes = RefusalNotes()
    away: Any = Away()
    for turn in range(3):
        for number in range(MOST_CODES):
            notes.note(turned(code=f"{turn}-{number}"), at=START + turn)
        for number in range(MOST_NOTED):
            notes.note(turned(f"{turn}-{number}"), at=START)
        with pytest.raises(Unavailable):
            notes.flush(away, ENTROPY)
    found = flushed(notes)
    assert len(found) == MOST_NOTED
    assert [(one.count, one.is_sampled) for one in found if one.client_id == "a"] == [(3 * MOST_CODES, True)]
    assert flushed(notes) == []


def counted(counts: ActivityCounts) -> list[Tallied]:
    told: Any = Told()
    assert counts.flush(told, ENTROPY) == len(told.tallied)
    found: list[Tallied] = told.tallied
    return found


def test_numbers_are_added_up_by_what_they_are_of_and_by_day() -> None:
    counts = ActivityCounts()
    for _ in range(3):
        counts.token("a", 1, at=START)
    counts.token("a", 2, at=START)
    counts.token("a", 1, at=START + DAY)
    counts.sign_in("a", 1, at=START)
    counts.refusal("a", 0, "E-CLIENT-10", at=START)
    assert counted(counts) == [
        Tallied("a", 0, "2026-11-21", "refusals", "E-CLIENT-10", 1),
        Tallied("a", 1, "2026-11-21", "sign_ins", "", 1),
        Tallied("a", 1, "2026-11-21", "tokens", "", 3),
        Tallied("a", 1, "2026-11-22", "tokens", "", 1),
        Tallied("a", 2, "2026-11-21", "tokens", "", 1),
    ]
    assert counted(counts) == []


def test_numbers_are_bounded_and_survive_an_outage() -> None:
    counts = ActivityCounts()
    away: Any = Away()
    counts.token("a", 1, at=START)
    with pytest.raises(Unavailable):
        counts.flush(away, ENTROPY)
    counts.token("a", 1, at=START)
    for number in range(MOST_COUNTED + 10):
        counts.token("b", number, at=START)
    found = counted(counts)
    assert len(found) == MOST_COUNTED
    assert found[0].count == 2


def test_threads_lose_no_count() -> None:
    counts, notes = ActivityCounts(), RefusalNotes()

    def work() -> None:
        for _ in range(500):
            counts.token("a", 1, at=START)
            notes.note(turned(), at=START)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.count for one in counted(counts)] == [4_000]
    assert [one.count for one in flushed(notes)] == [4_000]
