"""Figures that the processes of one server share."""

from __future__ import annotations

import os
import signal

from grantway.system.board import OTHER, Board

TOKEN = ("standard", "/oauth/token", "POST", "200")


def in_a_child(board: Board, count: int, *, killed: bool = False) -> None:
    """Count in a process of its own, which then ends as it should or is killed."""
    child = os.fork()
    if not child:
        mine = board.take()
        for _ in range(count):
            mine.count(mine.place(TOKEN), 1_000)
        mine.tell({"number": mine.number})
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    os.waitpid(child, 0)


def test_what_was_counted_outlives_its_process_and_the_next_one_counts_on() -> None:
    board = Board(2)
    for killed in (True, False, True, True, False, True, False, True, True):
        in_a_child(board, 5, killed=killed)
    mine = board.take()
    mine.count(mine.place(TOKEN), 1_000)
    assert mine.number == 0, "a place is taken again"
    series = board.series()[TOKEN]
    assert (sum(series[:-1]), series[-1]) == (46, 46_000)


def test_processes_that_live_at_once_have_parts_of_their_own() -> None:
    board = Board(2)
    reading, writing = os.pipe()
    assert board.take().number == 0
    child = os.fork()
    if not child:
        mine = board.take()
        mine.count(mine.place(TOKEN), 1_000)
        os.write(writing, bytes([mine.number]))
        os._exit(0)
    board.take().count(board.take().place(TOKEN), 1_000)
    assert os.read(reading, 1) == b"\x01"
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)
    assert sum(board.series()[TOKEN][:-1]) == 2


def test_a_note_is_the_last_one_told_and_only_of_late() -> None:
    board = Board()
    board.take().tell({"feed_lag": 1})
    board.take().tell({"feed_lag": 2})
    assert [note["feed_lag"] for note in board.notes(youngest=60)] == [2]
    assert board.notes(youngest=-1) == []


def test_there_is_always_a_place_to_count_in() -> None:
    board = Board()
    mine = board.take()
    for number in range(3_000):
        mine.count(mine.place(("standard", f"/{number}", "GET", "200")), 1)
    series = board.series()
    assert len(series) <= 1_024
    assert sum(sum(values[:-1]) for values in series.values()) == 3_000
    assert sum(series[OTHER][:-1]) > 1_000
