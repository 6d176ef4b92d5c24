"""Nonces and ids are drawn many at a time: each is given once, to one thread of one process."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.queues import Queue

from grantway.system import SystemEntropy

_THREADS = 8
_EACH = 2_000


def test_no_two_threads_get_the_same_nonce_or_id() -> None:
    entropy = SystemEntropy()

    def draw(_: int) -> list[tuple[bytes, int]]:
        return [(entropy.token_bytes(12), entropy.new_id()) for _ in range(_EACH)]

    with ThreadPoolExecutor(_THREADS) as pool:
        drawn = [pair for pairs in pool.map(draw, range(_THREADS)) for pair in pairs]
    assert len({nonce for nonce, _ in drawn}) == len(drawn)
    assert len({identifier for _, identifier in drawn}) == len(drawn)


def _draw_into(told: Queue[tuple[bytes, int]], entropy: SystemEntropy) -> None:
    told.put((entropy.token_bytes(12), entropy.new_id()))


def test_a_forked_process_draws_its_own() -> None:
    entropy = SystemEntropy()
    entropy.token_bytes(12)
    entropy.new_id()
    context = multiprocessing.get_context("fork")
    told: Queue[tuple[bytes, int]] = context.Queue()
    child = context.Process(target=_draw_into, args=(told, entropy))
    child.start()
    nonce, identifier = told.get(timeout=30)
    child.join(30)
    assert nonce != entropy.token_bytes(12)
    assert identifier != entropy.new_id()


def test_secrets_are_never_drawn_ahead() -> None:
    entropy = SystemEntropy()
    for count in (9, 16, 32):
        entropy.token_bytes(count)
    assert all(not pieces for pieces in entropy._ahead.values())  # noqa: SLF001 - what is kept is the point
