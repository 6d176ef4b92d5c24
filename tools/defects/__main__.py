"""The command: `python -m tools.defects [--only ID] [--jobs N] [--list] [--import FILE]`."""

from __future__ import annotations

import argparse
import queue
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.defects import catalogue
from tools.defects.catalogue import Defect
from tools.defects.trying import Copy, Verdict


def main(arguments: list[str]) -> int:
    """Try what is asked for. 0: every defect turned a test red; 1: one did not, or does not apply."""
    asked = _parser().parse_args(arguments)
    if asked.take_in is not None:
        say(f"{catalogue.take_in(asked.take_in)} taken in from {asked.take_in}")
        return 0
    defects = tuple(one for one in catalogue.read() if _is_asked(one, asked.only))
    if asked.list:
        for one in defects:
            say(f"{one.name:12} {one.edits[0].file}: {one.rule}")
        return 0
    if not defects:
        say("No defect has such a name.")
        return 1
    with tempfile.TemporaryDirectory(prefix="grantway-defects-") as folder:
        return _try_all(defects, Path(folder).resolve(), jobs=max(1, asked.jobs), baseline=asked.baseline)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.defects", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="an id, or how ids begin")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="copies that are tried at once")
    parser.add_argument("--list", action="store_true", help="say what there is, and try nothing")
    parser.add_argument(
        "--no-baseline",
        dest="baseline",
        action="store_false",
        help="do not run the tests unbroken first: for when that was just done",
    )
    parser.add_argument(
        "--import", dest="take_in", type=Path, metavar="FILE", help="add the lines of a file to the catalogue"
    )
    return parser


def _is_asked(defect: Defect, only: list[str]) -> bool:
    return not only or any(defect.name.startswith(one) for one in only)


def _try_all(defects: tuple[Defect, ...], folder: Path, *, jobs: int, baseline: bool) -> int:
    copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for number in range(min(jobs, len(defects))):
        copies.put(Copy(folder / str(number)))
    red_before = frozenset[str]()
    if baseline:
        say("Running the tests unbroken.")
        tests = tuple(sorted({test for one in defects for test in one.tests}))
        copy = copies.get()
        verdict = copy.failing(tests)
        copies.put(copy)
        red_before = frozenset(verdict.red)
        for name in verdict.red:
            say(f"red without any defect: {name}")
        if verdict.problem:
            say(verdict.problem)
            return 1

    def tried(defect: Defect) -> Verdict:
        copy = copies.get()
        try:
            return copy.tried(defect, red_before=red_before)
        finally:
            copies.put(copy)

    wrong = 0
    with ThreadPoolExecutor(jobs) as pool:
        for number, (defect, verdict) in enumerate(zip(defects, pool.map(tried, defects), strict=True), 1):
            is_red = bool(verdict.red) and verdict.problem is None
            wrong += not is_red
            told = ", ".join(verdict.red) if is_red else verdict.problem or "no test noticed"
            say(f"[{number}/{len(defects)}] {defect.name} {'red' if is_red else 'GREEN'}: {told}")
    say(f"{len(defects) - wrong} of {len(defects)} defects turned a test red.")
    return 1 if wrong or red_before else 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
