"""What runs in many threads of many processes at once. A module of its own, because processes import it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from grantway.core.ports import Store
from grantway.storage import open_store
from tests.storage.records import NOW, PORTAL, grant


def together(racers: int, run: Callable[[int], bool]) -> int:
    """Start everybody at the same moment; how many won."""
    start = Barrier(racers)

    def race(racer: int) -> bool:
        start.wait()
        return run(racer)

    with ThreadPoolExecutor(racers) as pool:
        return sum(pool.map(race, range(racers)))


def redeem(store: Store, key: bytes, grant_id: int) -> bool:
    """Redeem a code as the token endpoint does; whether a grant came of it."""
    with store.begin() as tx:
        spent = tx.gate.spend_code(key, application_id=PORTAL, dialect="standard", now=NOW)
        if spent is None:
            return False
        tx.gate.insert_grant(grant(grant_id, code_key=key))
    return True


def redeem_from_process(url: str, process: int, threads: int, keys: list[bytes]) -> list[int]:
    """For each code, how many threads of this process redeemed it."""
    store = open_store(url)

    def winners(turn: int, key: bytes) -> int:
        first_id = (process * 1_000 + turn) * 100 + 1
        return together(threads, lambda racer: redeem(store, key, first_id + racer))

    try:
        return [winners(turn, key) for turn, key in enumerate(keys)]
    finally:
        store.close()
