"""Commands out of the table of operations: a command names its operation, and how people read the outcome.

What it takes follows from the operation: the records of its path, the members of its request, the filters of
its list. They are made when they are first asked for, because the table takes a while to load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.finding import IDS
from grantway.cli.forms import body_of, filters_of, options_of, query_of
from grantway.cli.output import print_json, print_table, say
from grantway.cli.performing import Machine, at_the_machine, operation_named
from grantway.core.identifiers import from_text

if TYPE_CHECKING:
    from grantway.core.model import Id
    from grantway.edges.web.operations import Operation
    from grantway.edges.web.records.acting import Acting

_METAVARS = {"application_id": "CLIENT_ID", "api_id": "API", "organization_id": "ORGANIZATION"}
_MADE = {"application_id": ("organization_id",), "api_id": ("organization_id",), "scope_id": ("api_id",)}
"""What the name of a record says about others of a path."""
_HELP = {
    "organization_id": "Its short name or id.",
    "api_id": "The API's identifier or id.",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """What a command was called with: records, members, filters, the version that was read."""

    operation: str
    ids: Mapping[str, Id]
    body: Mapping[str, Any]
    query: Mapping[str, str]
    version: int | None

    def do(self, acting: Acting) -> Any:
        """The operation itself."""
        return acting.do(self.operation, self.ids, self.body, version=self.version, query=self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A command that does one operation."""

    operation: str
    columns: tuple[str, ...] = ()
    """Members that people read, in their order; `a.b` is a member of a member."""
    arguments: tuple[str, ...] = ()
    """Ids of the path that are arguments though others are options: `organization_id`, `api_id`."""
    platform: str = ""
    """The operation that is meant where no organization is named."""
    everywhere: bool = False
    """Whether a list without an organization is of all of them."""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Members that the command gives by itself; it then takes no others."""
    without: frozenset[str] = frozenset()
    """Members and filters that are no options."""
    extra: tuple[click.Option, ...] = ()
    asks: str = ""
    """What is asked before it is done."""
    says: str = ""
    """What is said when it is done."""
    help: str = ""
    most: int | None = None
    """How many records a list shows where nobody says otherwise; None for all."""
    wants_version: bool = False
    is_document: bool = False
    """Whether people, too, read the outcome as JSON."""
    instead: Callable[[Acting, Doing, Mapping[str, Any]], Any] | None = None
    """What is done in place of the operation alone."""


class Deferred(MutableMapping[str, click.Command]):
    """Commands of a group, of which some are made when they are first looked at."""

    def __init__(self, derived: Mapping[str, Derived]) -> None:
        self.derived = dict(derived)
        self._made: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._made:
            self._made[name] = command_of(name, self.derived[name])
        return self._made[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        self.derived.pop(name, None)
        del self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.derived, **self._made})

    def __len__(self) -> int:
        return len({**self.derived, **self._made})


def group_of(name: str, sentence: str, derived: Mapping[str, Derived]) -> click.Group:
    """A group of commands, derived ones among them."""
    return click.Group(name, help=sentence, commands=Deferred(derived))


def command_of(name: str, one: Derived) -> click.Command:
    """The command of an operation."""
    operation = operation_named(one.operation)
    is_document = one.is_document or (operation.method == "GET" and not operation.is_list)

    def call(as_json: bool, **given: Any) -> None:  # noqa: FBT001 - click passes by name
        if one.asks and not given.pop("yes"):
            click.confirm(one.asks, abort=True, err=True)
        answer = _done(one, operation, given)
        if as_json or is_document:
            print_json(answer)
        elif operation.is_list:
            rows = [{column: _member(row, column) for column in one.columns} for row in answer]
            print_table(rows, "There is nothing of this kind.")
        else:
            _print_record(one, answer)

    text = one.help or f"{operation.summary}.\n\n{operation.description}"
    return click.Command(name, params=_parameters(one, operation), callback=call, help=text.replace("`", ""))


def _done(one: Derived, operation: Operation, given: dict[str, Any]) -> Any:
    version, most = given.pop("version", None), given.pop("limit", None)
    named = {key[2:]: value for key, value in given.items() if key.startswith("p_") and value is not None}
    is_reading = operation.method == "GET"
    with at_the_machine(is_reading=is_reading) as machine:
        if one.platform and "organization_id" not in named:
            operation = operation_named(one.platform)
            named = dict(zip(operation.parameters, named.values(), strict=True))
        ids: dict[str, Id] = {}
        for parameter, text in named.items():
            find = IDS.get(parameter)
            ids |= {parameter: from_text(text) or 0} if find is None else find(machine.product, text)
        query = query_of(machine.product, given)
        if operation.is_list:
            return _listed(machine, operation, ids, query=query, most=most)
        body = {**one.fixed, **body_of(machine.product, given)}
        doing = Doing(operation.id, ids, body, query, version)
        with machine.acting(is_reading=is_reading) as acting:
            return doing.do(acting) if one.instead is None else one.instead(acting, doing, given)


def _listed(
    machine: Machine, operation: Operation, ids: dict[str, Id], *, query: dict[str, str], most: int | None
) -> list[Any]:
    if "organization_id" in ids or "organization_id" not in operation.parameters:
        # One more than is shown tells whether there are others.
        found = machine.every(operation.id, ids, query=query, most=None if most is None else most + 1)
        if most is not None and len(found) > most:
            say(f"These are the newest {most:,}. `--limit` shows more.")
        return found[:most]
    found = []
    for organization in machine.every("listOrganizations"):
        place = {"organization_id": from_text(organization["id"]) or 0}
        found += machine.every(operation.id, place, query=query)
    return found


def _print_record(one: Derived, answer: Any) -> None:
    from grantway.edges.web.operations import SHOWN_ONCE

    shown = {column: _text(_member(answer, column)) for column in one.columns}
    shown = {column: text for column, text in shown.items() if text}
    secrets = {name: answer[name] for name in answer or {} if name in SHOWN_ONCE and answer[name] is not None}
    if secrets and shown:
        width = max(map(len, (*shown, *secrets)))
        for name, value in (*shown.items(), *secrets.items()):
            click.echo(f"{name.ljust(width)}  {value}")
    elif secrets or shown:
        click.echo("  ".join((*shown.values(), *secrets.values())))
    if secrets:
        say("It is not shown again.")
    if one.says:
        say(one.says)


def _member(record: Any, column: str) -> Any:
    for name in column.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return " ".join(map(str, record)) if isinstance(record, list) else record


def _text(value: Any) -> str:
    return "" if value is None or value is False else str(value)


def _parameters(one: Derived, operation: Operation) -> list[click.Parameter]:
    found: list[click.Parameter] = []
    derived = {made for name in operation.parameters for made in _MADE.get(name, ())}
    for name in operation.parameters:
        if name in derived:
            continue
        if name in {"organization_id", "api_id"} and name not in one.arguments:
            required = not (one.platform or one.everywhere)
            option = "--" + name.removesuffix("_id")
            found.append(click.Option([option, f"p_{name}"], required=required, help=_HELP[name]))
        else:
            metavar = _METAVARS.get(name, name.removesuffix("_id").upper())
            found.append(click.Argument([f"p_{name}"], metavar=metavar))
    forms = [operation_named(each).request for each in (one.operation, one.platform) if each]
    if not one.fixed:
        found += options_of(tuple(form for form in forms if form is not None), one.without)
    found += filters_of(operation.queries, one.without)
    found += one.extra
    if one.most is not None:
        found.append(
            click.Option(
                ["--limit"], type=click.IntRange(1), default=one.most, show_default=True, help="At most."
            )
        )
    if operation.is_conditional:
        sentence = "The version that you read: another one is refused."
        found.append(click.Option(["--version"], type=click.INT, required=one.wants_version, help=sentence))
    if one.asks:
        found.append(click.Option(["--yes"], is_flag=True, help="Do not ask."))
    found.append(
        click.Option(["--json", "as_json"], is_flag=True, help="Print the answer of the API as JSON.")
    )
    return found
