"""The guides as they stand: their blocks, one shell for the commands of a page, and what an answer looks like.

A block is what stands between two fences. Its *info*, the words behind the first fence, says what it is and how it is run.
The commands of a page run in order in one bash, as somebody types them who follows the page from its beginning. Three
words mean something else there, so that a page needs no second window: `grantway serve` goes on in the background once it
is ready, `grantway demo` is stopped then, and `curl` fails where it is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.kit.offline import OFFLINE
from tests.kit.world import ManualClock

ROOT = Path(__file__).parents[2]
ISSUER_OF_GUIDES = "https://id.example.com"
DATABASE_OF_GUIDES = "postgresql://grantway@db.example.com/grantway"
_SECONDS = 120

Handlers = Mapping[str, Callable[["Block"], object]]
"""What runs a block, by its info."""
Preparations = Mapping[str, Callable[[], object]]
"""What a reader brings to a section, by its title."""

# Without what a shell reads at its start; `-u` shows a variable that nobody was told of.
_STAND_INS = """
set -euo pipefail
trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
ready() {
    until command curl --silent --fail --output ready.json "$1/ready"; do
        kill -0 "$!" || { cat serving.log >&2; return 1; }
        sleep 0.1
    done
}
grantway() {
    case "${1-}" in
    serve)
        command grantway "$@" 2>serving.log &
        ready "http://localhost:$GRANTWAY_PORT"
        ;;
    demo)
        command grantway "$@" --port "$DEMO_PORT" 2>serving.log &
        ready "http://localhost:$DEMO_PORT"
        kill "$!"
        wait "$!" || true
        ;;
    *)
        command grantway "$@"
        ;;
    esac
}
curl() { command curl --silent --show-error --fail-with-body "$@"; }
make() { command make --no-print-directory --dry-run -C "$ROOT" "$@"; }
"""


@dataclass(frozen=True)
class Block:
    """What stands between two fences of a page."""

    page: str
    line: int
    section: str
    info: str
    text: str

    @property
    def place(self) -> str:
        """Where somebody finds it who is to mend it."""
        return f"{self.page}, line {self.line}"


def blocks_of(page: str, text: str | None = None) -> list[Block]:
    """All blocks of a page in order; `text` is what it says, where that is not in the tree."""
    found: list[Block] = []
    lines: list[str] = []
    section, info, begun = "", "", 0
    for number, line in enumerate((text or (ROOT / page).read_text(encoding="utf-8")).splitlines(), 1):
        fence = re.match(r" *(```+|~~~+) *(.*)$", line)
        if fence and not begun:
            begun, info, lines = number, fence[2].strip(), []
        elif fence:
            found.append(Block(page, begun, section, info, "\n".join([*lines, ""])))
            begun = 0
        elif begun:
            lines.append(line)
        elif line.startswith("#"):
            section = line.lstrip("# ")
    assert not begun, f"{page}: the block of line {begun} has no end."
    return found


def prose_of(page: str) -> str:
    """A page without its blocks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)


def variables_of(text: str) -> set[str]:
    """The variables that commands use and do not set themselves."""
    return set(re.findall(r"\$([A-Z_]+)", text)) - set(re.findall(r"\b([A-Z_]+)=", text))


class Shell:
    """One bash, in which the commands of a page run. It ends with whatever was started in it."""

    def __init__(self, folder: Path, places: Mapping[str, str], **environment: str) -> None:
        """`places` are what the guides call by another name: addresses and ports of this run."""
        self.folder = folder
        self._places = places
        self._number = 0
        given = {
            "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
            # Of a copy of the tree the commands run the copy's code.
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "HOME": str(folder),
            "ROOT": str(ROOT),
            **OFFLINE,
            **environment,
        }
        with (folder / "shell.log").open("w") as log:
            self._process = subprocess.Popen(
                ["bash", "--noprofile", "--norc"],
                cwd=folder,
                env=given,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._type(_STAND_INS)

    def here(self, text: str) -> str:
        """A text of a guide with the places of this run."""
        for of_guide, of_run in self._places.items():
            text = text.replace(of_guide, of_run)
        return text

    def run(self, text: str, place: str) -> str:
        """Run commands to their end and return what they wrote; the `place` is told where they fail."""
        self._number += 1
        script, out, err = (self.folder / f"{self._number}.{kind}" for kind in ("sh", "out", "err"))
        script.write_text(self.here(text), encoding="utf-8")
        self._type(f'. "{script}" </dev/null >"{out}" 2>"{err}"\n[ $? -eq 0 ]\necho done\n')
        assert self._process.stdout is not None
        said, _, _ = select.select([self._process.stdout], [], [], _SECONDS)
        is_done = bool(said) and self._process.stdout.readline() == "done\n"
        told = "".join(one.read_text(encoding="utf-8") for one in (out, err) if one.exists())
        assert is_done, f"{place} does not work as it stands:\n{script.read_text()}\n{told}"
        return out.read_text(encoding="utf-8")

    def set(self, **variables: str) -> None:
        """Give what a page says that its reader has."""
        for name, value in variables.items():
            assert re.fullmatch(r"[\w.:/~-]+", value), name
            self._type(f"export {name}={value}\n")

    def value(self, name: str) -> str:
        """A variable, as the page's commands set it."""
        return self.run(f'printf %s "${name}"', name)

    def written(self, name: str, text: str) -> None:
        """Put a file where the commands run."""
        (self.folder / name).write_text(self.here(text), encoding="utf-8")

    def log_of_server(self) -> str:
        """What the server wrote that `grantway serve` started."""
        return (self.folder / "serving.log").read_text(encoding="utf-8")

    def _type(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text)
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        process.wait(20)
        process.stdout.close()


def shape(value: Any) -> Any:
    """The members and the kinds of what an answer has."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in sorted(value.items())}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


def real_clock() -> ManualClock:
    """A clock of this process that tells the time of the server beside it, as it began."""
    return ManualClock(time.time_ns() // 1000)


def places_of_a_run(url: str, port: int) -> dict[str, str]:
    """What the guides call by another name."""
    return {ISSUER_OF_GUIDES: f"http://localhost:{port}", DATABASE_OF_GUIDES: url}


def follow(blocks: Iterable[Block], handlers: Handlers, prepared: Preparations | None = None) -> None:
    """Run blocks in order. A block that nobody runs is a fault, and so is a runner without a block.

    `prepared` are what a reader brings to a section: it is made before the first block of that section.
    """
    waiting, used = dict(prepared or {}), set()
    for block in blocks:
        assert block.info in handlers, (
            f"{block.place}: nobody runs a block of the kind {block.info!r}. Say behind its fence what it is, "
            "and in the test of the page how it is run."
        )
        waiting.pop(block.section, lambda: None)()
        handlers[block.info](block)
        used.add(block.info)
    assert handlers.keys() - used == set(), "kinds of blocks that no page has any more"
    assert waiting.keys() == set(), "sections that have no blocks any more"


class Typed:
    """Runs the commands of a page and keeps what the last one answered."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.answer = ""

    def commands(self, block: Block) -> None:
        missing = {one for one in variables_of(block.text) if f"`${one}`" not in prose_of(block.page)}
        assert missing == set(), f"{block.place}: the page does not say what these are."
        self.answer = self.shell.run(block.text, block.place)

    def shown(self, block: Block) -> None:
        assert shape(json.loads(block.text)) == shape(json.loads(self.answer)), block.place


def only(page: list[Block], block: Block) -> None:
    """A block that another test reads as the first of its kind, so that no second one hides behind it."""
    assert [one for one in page if one.info == block.info] == [block], block.place
