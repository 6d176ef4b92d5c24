"""The one builder of long lists: filters in the address, a page at a time, what to do where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import msgspec

from grantway.core.model import Id
from grantway.edges.console.blocks import Block, Column, FormShown, Option, Shown, Table
from grantway.edges.console.cells import Cell, Press
from grantway.edges.console.here import Here, Record
from grantway.edges.web.records import cursors
from grantway.edges.web.records.acting import operation_named
from grantway.edges.web.words import Text, Words, _, words

PAGE = 50
"""Rows of a page."""
CURSOR = "after"

Row: TypeAlias = Callable[[Record], Sequence[Cell]]
Asking: TypeAlias = Callable[[dict[str, str]], dict[str, str]]


def listed(  # noqa: PLR0913 - what a list is made of, each by its name
    here: Here,
    operation: str,
    *,
    caption: Text,
    columns: Sequence[Column],
    row: Row,
    empty: Text,
    empty_action: Press | None = None,
    filters: Sequence[Shown] = (),
    with_chosen: Sequence[Press] = (),
    fixed: dict[str, str] | None = None,
    asking: Asking | None = None,
    before: Callable[[Sequence[Record]], None] | None = None,
    **ids: Id,
) -> list[Block]:
    """A list of any length with its filters. `fixed` are filters that the reader does not choose.

    `asking` makes what the operation takes of what stands in the address, where these differ. `before` is
    told all records of the page before the first row is drawn, to read what the rows need at once.
    Raises DomainError for a cursor that was not written for this list.
    """
    asked = {
        one.name: here.query[one.name] for one in filters if here.query.get(one.name, "") not in {"", ANY}
    }
    query = {**(asking(asked) if asking is not None else asked), **(fixed or {})}
    key = here.link_key()
    name = msgspec.json.encode((operation, sorted(query.items()), here.caller.organization_id)).decode()
    cursor = here.query.get(CURSOR)
    after = cursors.read(key, name, cursor) if cursor else 0
    found = here.some(operation, query=query, limit=PAGE, after=after, **ids)
    if before is not None:
        before(found.items)
    more = {**asked, CURSOR: cursors.write(key, name, found.following)} if found.following else None
    table = Table(
        caption,
        columns,
        [row(one) for one in found.items],
        words(_("Nothing fits. Search for something else, or show all.")) if asked else empty,
        None if asked else empty_action,
        here.again(more) if more else "",
        here.again(asked) if cursor else "",
        with_chosen,
    )
    return [*_filters(here, filters, asked), table]


ANY = "-"
"""The choice of a filter that filters nothing."""


def search_field(name: str, label: Text) -> Shown:
    """A filter into which something is written."""
    return Shown(name, "text", label, "", longest=200)


def choice(here: Here, operation: str, name: str, label: Text, reads: dict[str, str]) -> Shown:
    """A filter that is chosen from the values which the operation takes; `reads` says how each reads."""
    taken = next(one for one in operation_named(operation).queries if one.name == name)
    options = [Option(ANY, words(_("All")))]
    options += [Option(one, Words(reads.get(one, one))) for one in taken.values or tuple(reads)]
    return Shown(name, "select", label, ANY, options=options, is_required=True)


def pinned(here: Here, name: str, label: Text, only: Text) -> tuple[Shown, ...]:
    """A filter that a link of a row sets, by an id: it stands there while it is set, to be taken away."""
    one = here.query.get(name, "")
    if one in {"", ANY}:
        return ()
    options = [Option(ANY, words(_("All"))), Option(one, only)]
    return (Shown(name, "select", label, one, options=options, is_required=True),)


def _filters(here: Here, filters: Sequence[Shown], asked: dict[str, str]) -> list[Block]:
    if not filters:
        return []
    shown = [replace(one, value=asked.get(one.name, one.value)) for one in filters]
    return [
        FormShown(
            action=here.again(),
            hidden=(),
            fields=shown,
            button=words(_("Filter")),
            cancel=here.again() if asked else "",
            method="get",
        )
    ]
