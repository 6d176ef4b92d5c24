"""Programs of clients in processes of their own, with no environment but what is given."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.flows.nodes import wait

START_SECONDS = 90.0


@contextmanager
def running(
    command: Sequence[str | Path], port: int, folder: Path, environment: Mapping[str, str]
) -> Iterator[None]:
    """Run a program that listens on a port, until the block ends. What it says is in the folder."""
    # The address of a redirect may be one for all: whoever has it now is waited for.
    wait(lambda: not listens(port), START_SECONDS)
    log = folder / f"{port}.log"
    with log.open("w") as written:
        process = subprocess.Popen(
            command,
            env={"PATH": os.defpath, "HOME": str(folder), "NODE_ENV": "development", **environment},
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        wait(lambda: process.poll() is not None or listens(port), START_SECONDS)
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.kill()
        process.wait(20)


def listens(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
