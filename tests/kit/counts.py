"""How often a test repeats itself: bounded in every run, in full under `make prove`."""

from __future__ import annotations

import os

# Taken out of the environment, because the server refuses GRANTWAY_ settings it does not know, and tests start
# servers that inherit this process's environment.
_WANTED = os.environ.pop("GRANTWAY_TEST_COUNTS", "bounded")
if _WANTED not in {"bounded", "full"}:
    message = "GRANTWAY_TEST_COUNTS must be 'bounded' or 'full'."
    raise ValueError(message)


def count(bounded: int, full: int) -> int:
    """Return how often to repeat: `bounded` in an ordinary run, `full` under `make prove`."""
    return full if _WANTED == "full" else bounded
