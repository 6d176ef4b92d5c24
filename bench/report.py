"""The figures as a table for people and as JSON for programs, with what is needed to judge them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.load import Measured, Scenario

_PACKAGES = ("granian", "uvloop", "falcon", "sqlalchemy", "psycopg", "msgspec", "joserfc", "cryptography")
_HEAD = (
    *("on", "what", "conn.", "per second", "p50 ms", "p99 ms", "us", "signing us"),
    *("by rate", "by processor", "failed"),
)
_EXPLANATION = (
    "The ratios say what is left, signing taken off, of the constant's speed: the same request, read and",
    "answered with a fixed text, by the same server on the same core. `us` is the server's processor time.",
    "Where signing is most of it, what is left is too inexact for a ratio. A row with failures says nothing.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario at one number of connections, and the constant measured in turn with it.

    Both ratios are what is left of the constant's speed once signing is taken off: `by_rate` from requests
    per second, `by_processor` from the server's processor time, which other programs disturb less.
    """

    where: str
    name: str
    connections: int
    per_second: float
    p50_milliseconds: float
    p99_milliseconds: float
    processor_microseconds: float
    signing_microseconds: float
    constant_per_second: float
    constant_processor_microseconds: float
    by_rate: float
    by_processor: float
    not_2xx: int
    failed: int

    @staticmethod
    def of(
        where: str,
        scenario: Scenario,
        connections: int,
        signing: float,
        pairs: Sequence[tuple[Measured, Measured]],
    ) -> Row:
        """The medians of several rounds."""
        rate = median(seen.per_second for _, seen in pairs)
        used = median(seen.processor_microseconds for _, seen in pairs)
        constant_rate = median(constant.per_second for constant, _ in pairs)
        constant_used = median(constant.processor_microseconds for constant, _ in pairs)
        # One of what is counted may be several requests, and is compared with as many of the constant.
        share = scenario.requests_each
        return Row(
            where=where,
            name=scenario.name,
            connections=connections,
            per_second=rate,
            p50_milliseconds=median(seen.p50_milliseconds for _, seen in pairs),
            p99_milliseconds=median(seen.p99_milliseconds for _, seen in pairs),
            processor_microseconds=used,
            signing_microseconds=signing,
            constant_per_second=constant_rate,
            constant_processor_microseconds=constant_used,
            by_rate=share * 1e6 / constant_rate / (1e6 / rate - signing),
            by_processor=share * constant_used / (used - signing),
            not_2xx=sum(seen.not_2xx for _, seen in pairs),
            failed=sum(seen.failed + constant.failed + constant.not_2xx for constant, seen in pairs),
        )


@dataclass(frozen=True, slots=True)
class Start:
    """From the command to the first token, and the memory of each process before and after the load."""

    where: str
    first_token_seconds: float
    memory_before_megabytes: list[float]
    memory_after_megabytes: list[float]


def table(rows: Sequence[Row], starts: Sequence[Start], signing: dict[str, float]) -> str:
    cells = [_HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    lines.append("")
    lines += [
        f"{start.where}: first token {start.first_token_seconds:.2f} s after the command; megabytes of its"
        f" processes {_sizes(start.memory_before_megabytes)} then,"
        f" {_sizes(start.memory_after_megabytes)} after the load"
        for start in starts
    ]
    lines.append("one signature: " + ", ".join(f"{name} {us:.0f} us" for name, us in signing.items()))
    return "\n".join([*lines, *_EXPLANATION])


def as_json(rows: Sequence[Row], starts: Sequence[Start], signing: dict[str, float]) -> str:
    content = {
        "machine": machine(),
        "signature_microseconds": signing,
        "rows": [asdict(row) for row in rows],
        "starts": [asdict(start) for start in starts],
    }
    return json.dumps(content, indent=2) + "\n"


def machine() -> dict[str, object]:
    """What a figure depends on, and nothing that says whose machine it is."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
    }


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.where,
        row.name,
        str(row.connections),
        f"{row.per_second:,.0f}",
        f"{row.p50_milliseconds:.1f}",
        f"{row.p99_milliseconds:.1f}",
        f"{row.processor_microseconds:.0f}",
        f"{row.signing_microseconds:.0f}",
        _ratio(row.by_rate, row),
        _ratio(row.by_processor, row),
        str(row.failed + row.not_2xx),
    )


def _ratio(ratio: float, row: Row) -> str:
    """The ratio, or nothing where it would be the small difference of two large figures."""
    return f"{ratio:.0%}" if row.signing_microseconds < row.processor_microseconds / 2 else "-"


def _sizes(megabytes: Sequence[float]) -> str:
    return " + ".join(f"{size:.0f}" for size in megabytes)


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()
