"""Files of this program: they hold hashes, keys and letters, so they are for its own account alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """Make every file and folder that this process and its children make one of its account alone.

    Whatever the mask of the shell is: files get 0600 and folders 0700, those too that a library makes.
    """
    os.umask(_OF_OTHERS)


def open_to_others(paths: Iterable[Path], *, group: bool = True) -> Iterator[Path]:
    """Those of these files and folders, as far as they are there, that others may read or write.

    Without `group`, those of the same group are not counted among the others.
    """
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if mode & (_OF_OTHERS if group else stat.S_IRWXO):
            yield path
