"""The vocabulary of requests and answers: annotated types, and conversions from and to records.

Types say what JSON may look like; their limits are documentation, because the features judge values
and name every problem at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from grantway.core.errors import FieldError, Invalid
from grantway.core.identifiers import from_text, to_text
from grantway.core.listing import MOST_NAMED
from grantway.core.model import RANKS, Id, Instant
from grantway.edges.web.operations import Query
from grantway.edges.web.words import _
from grantway.features import fields

_START = datetime(1970, 1, 1, tzinfo=UTC)
_NO_RECORD: Id = 0


def about(
    description: str,
    example: object,
    *,
    title: str = "",
    labels: Mapping[str, str] | None = None,
    **schema: object,
) -> Meta:
    """What is said of a member, by the documentation and by the forms of the console.

    `title` is what its field is called there, `labels` how each of its values reads. What pages show is
    marked by `_` where it stands.
    """
    extra = {"labels": dict(labels)} if labels else None
    named = {"title": title} if title else {}
    return Meta(
        description=description, extra_json_schema={**named, "examples": [example], **schema}, extra=extra
    )


def one_of(description: str, *values: str, title: str = "", labels: Mapping[str, str] | None = None) -> Meta:
    """A member that takes one of these values; the first is the example."""
    return about(description, values[0], title=title, labels=labels, enum=list(values))


LIST: dict[str, Any] = {"maxItems": fields.LONGEST_LIST, "uniqueItems": True}
"""What the documentation says of every list of texts."""
ID_PATTERN = "^[1-9A-Za-z][0-9A-Za-z]{0,10}$"
IdText: TypeAlias = Annotated[str, about("The id of a record.", "7tKdZ2wQx1", pattern=ID_PATTERN)]
Version: TypeAlias = Annotated[int, about("Grows with every change; it is the entity tag.", 3, minimum=1)]
CreatedAt: TypeAlias = Annotated[datetime, about("When it was made.", "2026-11-21T09:30:00Z")]
Name: TypeAlias = Annotated[
    str,
    about(
        _("A name for people."),
        "Orbit Dashboard",
        title=_("Name"),
        minLength=1,
        maxLength=fields.LONGEST_NAME,
    ),
]
Email: TypeAlias = Annotated[
    str,
    about("An e-mail address.", "mara@northwind.example", format="email", maxLength=fields.LONGEST_EMAIL),
]
STATES = ("enabled", "disabled")
State: TypeAlias = Annotated[
    str,
    one_of(
        _("What is disabled works again when enabled."),
        *STATES,
        title=_("State"),
        labels={"enabled": _("Enabled"), "disabled": _("Disabled")},
    ),
]
SuspendedAt: TypeAlias = Annotated[
    datetime | None, about("Since when operators suspend it, beside its `state`. Only they end that.", None)
]
SuspensionReason: TypeAlias = Annotated[
    str | None, about("What operators say about it.", None, maxLength=fields.LONGEST_REASON)
]
StoppedBy: TypeAlias = Annotated[
    str | None,
    about(
        "How high who stopped it ranks: whoever ranks lower cannot undo it. Null: anybody may.",
        None,
        enum=[None, *RANKS],
    ),
]
IDS = Query(
    "ids",
    f"Only those of these ids, with commas between them; {MOST_NAMED} at most.",
    "7tKdZ2wQx1,9zQ4mXc7Lk",
    12 * MOST_NAMED,
)
"""Of lists: several records by their ids."""
FLAG = ("true", "false")


def flag_of(text: str | None) -> bool | None:
    """A filter that is `true` or `false`, or was left out."""
    return None if text is None else text == "true"


def id_of(text: str) -> Id:
    """The id of a public form. What is none gets the id of no record, and the way of unknown ones."""
    return from_text(text) or _NO_RECORD


def ids_of(texts: tuple[str, ...]) -> tuple[Id, ...]:
    """The ids of public forms."""
    return tuple(id_of(text) for text in texts)


def named_in(text: str | None) -> tuple[Id, ...]:
    """The ids that a list is asked for; none where it is asked for all. Raises Invalid for too many."""
    if text is None:
        return ()
    asked = ids_of(tuple(one.strip() for one in text.split(",")))
    if len(asked) > MOST_NAMED:
        raise Invalid((FieldError(IDS.name, fields.too_many(MOST_NAMED)),))
    return asked


def text_of(identifier: Id | None) -> str | None:
    """The public form of an id, where there is one."""
    return None if identifier is None else to_text(identifier)


def time_of(instant: Instant) -> datetime:
    """A time as it is written in answers."""
    return _START + timedelta(microseconds=instant)


def time_if(instant: Instant | None) -> datetime | None:
    """The same, where there is one."""
    return None if instant is None else time_of(instant)


def instant_if(time: datetime | None) -> Instant | None:
    """The instant of a time in a request."""
    return None if time is None else (time - _START) // timedelta(microseconds=1)


def changes_of(body: msgspec.Struct) -> dict[str, Any]:
    """The members that a request to change a record names, and nothing else."""
    named = ((name, getattr(body, name)) for name in body.__struct_fields__)
    return {name: value for name, value in named if value is not msgspec.UNSET}
