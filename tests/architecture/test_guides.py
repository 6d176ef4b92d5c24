"""The guides name operations, commands and acts of the log that there are."""

from __future__ import annotations

import re

import click
import pytest

from grantway.cli import main
from grantway.edges.api.operations import ALL
from grantway.features.registry.builtin import MANAGEMENT_PATH
from tests.architecture.tree import ROOT

PAGES = ("docs/operating.md", "docs/integrating.md")
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


def options_of(words: list[str]) -> set[str] | None:
    """The options of a command; None if there is none of this name."""
    command: click.Command | None = main
    while isinstance(command, click.Group) and words:
        command = command.commands.get(words.pop(0))
    if command is None:
        return None
    return {"--help", *(name for one in command.params for name in (*one.opts, *one.secondary_opts))}


def sections(text: str) -> list[str]:
    """The pages that say who may give what."""
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return [part for part in parts if part.startswith(WHO_GIVES)]


@pytest.mark.parametrize("page", PAGES)
def test_every_operation_that_a_guide_names_is_there(page: str) -> None:
    named = named_operations((ROOT / page).read_text(encoding="utf-8"))
    assert len(named) > 10
    assert named - OPERATIONS == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_guide_names_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = [one.removeprefix("grantway ") for one in quoted(text) if one.startswith("grantway ")]
    groups = {name for name, one in main.commands.items() if isinstance(one, click.Group)}
    for part in sections(text):
        named += [one for one in quoted(part) if one.partition(" ")[0] in groups and " " in one]
    for command in named:
        words = command.split()
        options = options_of([word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)][:2])
        assert options is not None, command
        assert {word for word in words if word.startswith("--")} <= options, command


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
