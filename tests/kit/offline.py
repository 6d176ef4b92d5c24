"""Installing packages without an index: `tools/prepare develop` has laid ready what an installed server needs."""

from __future__ import annotations

import sys
from pathlib import Path

_WHEELS = str(Path(sys.prefix) / "wheels")

OFFLINE = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_FIND_LINKS": _WHEELS,
    "PIP_NO_INDEX": "1",
}
"""For the environment of pip."""
PIP_ARGS = f"--no-index -f {_WHEELS}"
"""What pipx hands on to pip or uv."""
