"""Runs JavaScript under Node: the third-party client libraries that the flow tests drive."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.kit import machine

# Holds package.json, its lock file, and node_modules as `tools/prepare develop` installs it. A script that imports
# a package must lie in this folder, because Node looks for packages from the script upwards.
NPM = Path(__file__).parent / "npm"


def node() -> Path:
    """Return the path of a Node of version 20 or newer."""
    return machine.node()


def run_script(
    script: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run a script to its end, with no environment but what is given; the caller judges its exit code."""
    return subprocess.run(
        [node(), script, *arguments],
        env={"NODE_ENV": "test", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
