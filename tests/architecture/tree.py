"""The files of the repository, as the rules about them see it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

CODE = {".py", ".js", ".mjs", ".css", ".html", ".sh"}


@cache
def files() -> tuple[Path, ...]:
    """Return every file that is tracked or about to be: what is ignored is nobody's business."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def lines(path: Path) -> tuple[str, ...]:
    """Return the lines of a text file; none of one that is no text."""
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines())
    except UnicodeDecodeError:
        return ()


def name(path: Path) -> str:
    """Return how a file is called from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
