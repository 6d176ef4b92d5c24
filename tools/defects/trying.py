"""A copy of the tree, and what the tests say in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.defects.catalogue import ROOT, Defect

_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_LINKED = (".venv", "tests/kit/npm/node_modules")
"""What no commit has and tests need: the same for every copy."""
_SECONDS = 1_800
_TESTS_FAILED = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a defect did. `problem` says why there is no answer."""

    red: tuple[str, ...] = ()
    problem: str | None = None


class Copy:
    """The files of the tree that Git knows or would take in, at a place of its own."""

    def __init__(self, folder: Path) -> None:
        """Copy. Raises RuntimeError where programs started in the copy would run the code of the tree."""
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - any git
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for name in filter(None, listed.split("\0")):
            source, target = ROOT / name, folder / name
            if source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        for name in _LINKED:
            if (ROOT / name).exists() and not (folder / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).symlink_to(ROOT / name)
        self._require_own_code()

    def _require_own_code(self) -> None:
        """The environment's own installation points to the tree: the copy's code has to come before it."""
        program = "import grantway, tests.kit; print(grantway.__file__); print(tests.kit.__file__)"
        told = subprocess.run(  # noqa: S603 - a program of our own
            [sys.executable, "-c", program],
            cwd=self.folder,
            env=self._environment(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        outside = [one for one in told if one and not Path(one).is_relative_to(self.folder)]
        if outside:
            raise RuntimeError(f"the copy would run {outside[0]}")

    def _environment(self) -> dict[str, str]:
        paths = os.pathsep.join((str(self.folder / "src"), str(self.folder)))
        environment = os.environ  # noqa: TID251 - the tests need what this command was given
        return {**environment, "PYTHONPATH": paths}

    def failing(self, tests: tuple[str, ...], *, most: int = 0) -> Verdict:
        """The tests that fail, at most so many (0: all).

        On SQLite alone, for most defects need no second database; what only PostgreSQL shows, such as who
        waits for whom, is named with it.
        """
        elsewhere = tuple(one for one in tests if "[postgresql" in one)
        here = tuple(one for one in tests if one not in elsewhere)
        red: tuple[str, ...] = ()
        for chosen, group in ((("-k", "not postgresql"), here), ((), elsewhere)):
            verdict = self._run(*chosen, *group, most=most) if group else Verdict()
            if verdict.problem is not None:
                return verdict
            red += verdict.red
        return Verdict(red)

    def _run(self, *chosen: str, most: int) -> Verdict:
        quiet = ("-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", "--disable-warnings", f"--maxfail={most}")
        command = [sys.executable, "-m", "pytest", *quiet, *chosen]
        try:
            done = subprocess.run(  # noqa: S603 - our own tests
                command,
                cwd=self.folder,
                env=self._environment(),
                check=False,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Verdict(problem=f"no answer within {_SECONDS} seconds")
        if done.returncode not in {0, _TESTS_FAILED}:
            last = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-200:]]
            return Verdict(problem=f"the tests did not run: {last[0]}")
        return Verdict(tuple(dict.fromkeys(_FAILED.findall(done.stdout))))

    def tried(self, defect: Defect, *, red_before: frozenset[str]) -> Verdict:
        """What turns red when the copy has a defect; the copy is whole again afterwards."""
        problem = defect.problem(self.folder)
        if problem is not None:
            return Verdict(problem=problem)
        former = defect.apply(self.folder)
        try:
            verdict = self.failing(defect.tests, most=3)
        finally:
            for name, text in former.items():
                (self.folder / name).write_text(text, encoding="utf-8")
        return Verdict(tuple(one for one in verdict.red if one not in red_before), verdict.problem)
