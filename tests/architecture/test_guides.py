"""The guides name operations, commands and acts of the log that there are."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from grantway.cli import main
from grantway.edges.web.records.operations import ALL
from grantway.features.registry.builtin import MANAGEMENT_PATH
from tests.architecture.tree import ROOT

PAGES = ("docs/operating.md", "docs/integrating.md")
EVERY_PAGE = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *sorted(str(one.relative_to(ROOT)) for one in (ROOT / "docs").rglob("*.md")),
)
NOT_RUN = {
    "apt-get install make git": "it changes the machine; tools/prepare says what it needs beyond",
    "apt-get install make": "the same",
    "pip wheel --no-deps .": "tests/composition/test_wheel.py builds it by the program behind, which needs no index",
    "pipx install grantway-*.whl": "tests/composition/test_wheel.py runs it with the name that the wheel has there",
    "podman compose up": "no engine for containers on the machine; tests/packaging follows the files without one",
    "docker compose up": "the same",
    "pip install authlib flask requests": "the pinned ones are used by tests/clients/test_quickstarts.py",
    "npm install openid-client express express-session": "the same",
    "go get golang.org/x/oauth2 github.com/coreos/go-oidc/v3": "the same",
    "pip install 'grantway[otel]'": "grantway is at no index; the extra is in pyproject.toml and in the pinned ones",
}
"""Commands between the lines of the pages that no test runs as they stand, and why."""
PROGRAM = re.compile(r"(apt-get|docker|go|make|npm|pip|pipx|podman|python|systemctl|\.venv/bin/\w+)( |$)")
TARGETS = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
SHORT = {"{app}": "{org}/applications/{id}", "{org}": "/organizations/{id}"}
OPERATIONS = {(one.method, re.sub(r"{\w+}", "{id}", one.path)) for one in ALL}
ACTS = {one.audit.action for one in ALL if one.audit is not None} | {"operator.create"}
WHO_GIVES = ("What an operator gives", "What an admin gives", "What a developer can have")


def quoted(text: str) -> list[str]:
    """What stands in backticks, outside of blocks of code."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))


def named_operations(text: str) -> set[tuple[str, str]]:
    """Method and path of each operation that a page names whole; `...` stands for what was said before."""
    found = set()
    for one in quoted(text):
        match = re.fullmatch(r"(GET|POST|PATCH|DELETE) ([^?\s]+)(\?.*)?", one)
        if match is None or match[2].startswith(("...", "/oauth")):
            continue
        path = match[2]
        for short, long in SHORT.items():
            path = path.replace(short, long)
        found.add((match[1], re.sub(r"{\w+}", "{id}", path.removeprefix(MANAGEMENT_PATH))))
    return found


def misunderstood(command: str) -> str | None:
    """What the command line says against a command of a page; None if it is taken.

    A page may name a command alone, and an option behind it without its value.
    """
    found: click.Command = main
    words = shlex.split(command)
    while isinstance(found, click.Group) and words:
        inner = found.commands.get(words.pop(0))
        if inner is None:
            return "There is no such command."
        found = inner
    options = {"--help", *(name for one in found.params for name in (*one.opts, *one.secondary_opts))}
    if words and words[-1].startswith("--"):
        named = words.pop()
        if named not in options:
            return f"It has no {named}."
        if not set(words) & options:
            return None
    try:
        if words:
            found.make_context(command, words)
    except click.UsageError as wrong:
        return wrong.format_message()
    return None


def sections(text: str) -> list[str]:
    """The pages that say who may give what."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return [part for part in parts if part.startswith(WHO_GIVES)]


@pytest.mark.parametrize("page", PAGES)
def test_every_operation_that_a_guide_names_is_there(page: str) -> None:
    named = named_operations((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 10
    assert named - OPERATIONS == set()


def test_every_command_that_a_guide_names_is_taken() -> None:
    groups = {name for name, one in main.commands.items() if isinstance(one, click.Group)}
    named = []
    for page in EVERY_PAGE:
        text = (ROOT / page).read_text(encoding="utf-8")
        named += [
            (page, one.removeprefix("grantway ")) for one in quoted(text) if one.startswith("grantway ")
        ]
        for part in sections(text):
            named += [(page, one) for one in quoted(part) if one.partition(" ")[0] in groups and " " in one]
    assert len(named) > 60
    wrong = [(page, command, misunderstood(command)) for page, command in named]
    assert [one for one in wrong if one[2]] == []


def test_every_other_program_that_a_guide_names_is_there() -> None:
    """Targets of make, programs of this tree with their options, and the tests that a page points to."""
    waiting = dict(NOT_RUN)
    for page in EVERY_PAGE:
        for command in quoted((ROOT / page).read_text(encoding="utf-8")):
            words = shlex.split(command) if PROGRAM.match(command) else []
            if waiting.pop(command, None) or command in NOT_RUN or not words:
                continue
            assert is_there(words), f"{page}: `{command}`. Mend it, or say in NOT_RUN why nothing tries it."
    assert waiting == {}, "entries that no page has any more"


def is_there(words: list[str]) -> bool:
    match words:
        case ["make", target]:
            return target in TARGETS
        case ["make"]:
            return True
        case [".venv/bin/pytest", *places]:
            return all(any(ROOT.glob(place)) for place in places)
        case [".venv/bin/python" | "python", "-m", module, *rest]:
            place = ROOT / module.replace(".", "/")
            files = (
                [place.with_suffix(".py")]
                if place.with_suffix(".py").exists()
                else sorted(place.glob("*.py"))
            )
            code = "".join(one.read_text(encoding="utf-8") for one in files)
            return bool(files) and all(f'"{one}"' in code for one in rest if one.startswith("--"))
        case ["python", place]:
            return (ROOT / place).exists()
    return False


def test_every_act_that_a_guide_names_is_told_in_the_log() -> None:
    text = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    told = set()
    for part in sections(text):
        rows = [
            line.split("|")[3] for line in part.splitlines() if line.startswith("| ") and "---" not in line
        ]
        told |= {name for row in rows[1:] for name in quoted(row)}
    assert len(told) > 15
    assert told - ACTS == set()
