"""What the management API can do can be done at the machine: no operation without a command, or a written reason."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from grantway.cli import main
from grantway.cli.deriving import Deferred
from grantway.edges.web.operations import SHOWN_ONCE
from grantway.edges.web.records.operations import ALL
from tests.cli.conftest import Run
from tests.kit.databases import Databases
from tests.kit.world import World

BY_HAND = {
    "listMembers": "members list",
    "createVoucher": "vouch give",
    "createPlatformVoucher": "vouch give",
    "reportLeakedSecret": "secrets leaked",
    "approvePendingVersion": "apps approve",
    "rejectPendingVersion": "apps reject",
    "listSigningKeys": "keys list",
}
"""Operations of commands that do more than one thing, or print something first."""
NOT_AT_THE_MACHINE = {
    "readMe": "It describes the token of the call, and nobody at the machine has one.",
    "revealSecret": "Operators read no secret again; only those whose it is do, with a token of theirs.",
    "createLaunch": "It is a person's own act, in a sign-in that is not over; nobody at the machine has one.",
    "listKeys": "The same: it reveals the secrets that others gave to an application.",
}
RUNS_ON = {"serve": "It runs until it is told to stop; its log is JSON."}


def commands(group: click.Group = main, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command, by what is typed."""
    for word in group.commands:
        found, path = group.commands[word], f"{name} {word}".strip()
        if isinstance(found, click.Group):
            yield from commands(found, path)
        else:
            yield path, found


COMMANDS = dict(commands())


def derived() -> set[str]:
    """The operations of all derived commands."""
    found = set()
    for group in main.commands.values():
        if isinstance(group, click.Group) and isinstance(group.commands, Deferred):
            for one in group.commands.derived.values():
                found |= {one.operation, one.platform}
    return found


def test_every_operation_has_a_command_or_a_reason() -> None:
    known = derived() | BY_HAND.keys() | NOT_AT_THE_MACHINE.keys()
    assert {one.id for one in ALL} - known == set()
    assert (BY_HAND.keys() | NOT_AT_THE_MACHINE.keys()) - {one.id for one in ALL} == set()
    assert derived() & NOT_AT_THE_MACHINE.keys() == set()
    assert set(BY_HAND.values()) - COMMANDS.keys() == set()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_and_speaks_json(name: str) -> None:
    result = CliRunner().invoke(main, [*name.split(), "--help"])
    assert result.exit_code == 0, result.output
    assert len(result.stdout.split()) > 12
    assert name in RUNS_ON or "--json" in result.stdout


def test_every_list_answers_json_where_nothing_is_there_and_where_something_is(
    run: Run, world: World
) -> None:
    """Lists that need no name: of everything, as the API answers."""
    names = [
        name
        for name, command in COMMANDS.items()
        if name.endswith((" list", " catalogue", " pending", " submissions"))
        and not any(one.required for one in command.params)
    ]
    assert len(names) > 12
    owner = world.make.organization("Northwind")
    world.make.application(owner)
    for name in names:
        printed = run(*name.split(), "--json")
        assert (printed.exit_code, isinstance(json.loads(printed.stdout), list)) == (0, True), name
        assert run(*name.split()).exit_code == 0, name


def test_what_ends_something_asks_first() -> None:
    """Commands that delete or cut off have `--yes`; a deletion that can be undone for 30 days needs none."""
    undone = {"apps delete"}
    for name, command in COMMANDS.items():
        if name.split()[-1] in {"delete", "remove", "withdraw", "end-sessions"} - undone:
            options = {option for one in command.params for option in one.opts}
            is_safe = name in undone or name == "apps withdraw"
            assert is_safe or "--yes" in options, name


def test_what_no_operation_writes_twice_is_printed_to_be_kept() -> None:
    """A command whose answer is shown once prints it for people, too."""
    for operation in ALL:
        members = operation.answer.__struct_fields__ if operation.answer is not None else ()
        if SHOWN_ONCE.intersection(members) and operation.id not in NOT_AT_THE_MACHINE:
            assert operation.id in derived(), operation.id


@pytest.mark.parametrize(
    "words", [("keys", "withdraw", "-abc"), ("apps", "show", "--5hB2"), ("orgs", "show", "-x")]
)
def test_what_begins_with_a_dash_is_explained(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "type `--` before it" in result.stderr


def test_after_two_dashes_it_is_a_name(run: Run, world: World) -> None:
    assert world.issuer
    result = run("apps", "show", "--", "-abc")
    assert (result.exit_code, "No application has this client id" in result.stderr) == (1, True)


def test_an_option_that_no_command_has_is_no_name() -> None:
    result = CliRunner().invoke(main, ["orgs", "list", "--colour"])
    assert result.exit_code == 2
    assert "type `--`" not in result.stderr


def test_a_command_that_only_reads_makes_nothing(run: Run, databases: Databases) -> None:
    url = databases.sqlite()
    for words in (("orgs", "list"), ("apps", "show", "x"), ("apps", "pending"), ("members", "list", "x")):
        result = run(*words, GRANTWAY_DATABASE_URL=url)
        assert (result.exit_code, "was not set up yet" in result.stderr) == (1, True), words
    databases.drop(url)
