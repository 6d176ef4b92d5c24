"""Reserving minutes in processes of their own, which import this."""

from __future__ import annotations

from grantway.core.budgets import Spender
from grantway.storage import open_store
from tests.storage.racers import together
from tests.storage.records import ACME, PORTAL


def reserve_from_process(url: str, process: int, threads: int, days: list[str]) -> list[int]:
    """For each day, how many threads of this process got twelve of its sixty minutes."""
    store = open_store(url)
    spender = Spender(PORTAL, ACME, "user", "ann")

    def winners(turn: int, day: str) -> int:
        def reserve(racer: int) -> bool:
            new_id = (process * 1_000 + turn) * 100 + racer + 1
            with store.begin() as tx:
                return tx.gate.reserve_minutes(spender, day=day, minutes=12, cap=60, new_id=new_id)

        return together(threads, reserve)

    try:
        return [winners(turn, day) for turn, day in enumerate(days)]
    finally:
        store.close()
