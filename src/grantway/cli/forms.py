"""Options out of the forms of the management API: a command takes what a request takes, by the same names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

import click
import msgspec

from grantway.cli.finding import REFERENCES
from grantway.cli.output import fail
from grantway.core.identifiers import to_text

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.edges.web.operations import Query

NAMES = {
    "notification_addresses": "notify",
    "post_logout_redirect_uris": "after-sign-out",
    "application_id": "application",
    "organization_id": "for-organization",
    "application_version": "version-seen",
}
"""Options that are called otherwise than the member; of a list the option names one and is repeated."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What JSON a member is."""

    kind: type
    """`str`, `int`, `bool`, `tuple` for a list of texts, `dict` for anything deeper."""
    may_be_emptied: bool
    """Whether saying nothing is something else than saying null, or an empty list."""
    values: tuple[str, ...]
    description: str


def options_of(forms: tuple[type[msgspec.Struct], ...], without: frozenset[str]) -> list[click.Option]:
    """The options of all members of these forms, but for those that the command knows by itself."""
    fields = {one.encode_name: one for form in forms for one in msgspec.structs.fields(form)}
    found = []
    for name, field in fields.items():
        if name not in without:
            found += _options(name, shape_of(field.type), is_required=field.required)
    return found


def filters_of(queries: tuple[Query, ...], without: frozenset[str]) -> list[click.Option]:
    """The options of a list's filters."""
    return [_filter(one) for one in queries if one.name not in without]


def _filter(query: Query) -> click.Option:
    option, member = f"--{_dashed(NAMES.get(query.name, query.name))}", f"q_{query.name}"
    text = query.description.replace("`", "")
    if set(query.values) == {"true", "false"}:
        return click.Option([f"{option}/--no-{option[2:]}", member], default=None, help=text)
    return click.Option([option, member], type=click.Choice(query.values) if query.values else str, help=text)


def query_of(product: Product, given: Mapping[str, Any]) -> dict[str, str]:
    """The filters that options name; ids in the place of what names other records."""
    named = {key[2:]: value for key, value in given.items() if key.startswith("q_") and value is not None}
    return {
        name: str(value).lower() if isinstance(value, bool) else _named(product, name, value)
        for name, value in named.items()
    }


def body_of(product: Product, given: Mapping[str, Any]) -> dict[str, Any]:
    """The members that options name; ids in the place of what names other records."""
    body: dict[str, Any] = {}
    for key, value in given.items():
        kind, _, name = key.partition("_")
        if kind == "n" and value:
            body[name] = None
        elif kind == "e" and value:
            body[name] = []
        elif kind == "j" and value is not None:
            body[name] = _json(name, value)
        elif kind == "m" and value not in (None, ()):
            body[name] = _named(product, name, value)
    return body


def shape_of(annotation: Any) -> Shape:
    """What a member of a form takes."""
    metas: list[msgspec.Meta] = []
    kinds = list(_kinds(annotation, metas))
    schemas = [one.extra_json_schema or {} for one in metas]
    enum = next((one["enum"] for one in schemas if "enum" in one), ())
    plain = [one for one in kinds if one not in {NoneType, msgspec.UnsetType}]
    kind = plain[0] if plain and plain[0] in {str, int, bool, tuple} else dict
    if str(plain[0]).endswith("datetime'>"):
        kind = str
    values = tuple(one for one in enum if one is not None)
    description = next((one.description for one in metas if one.description), "")
    is_emptied = msgspec.UnsetType in kinds and (kind is tuple or NoneType in kinds)
    return Shape(kind, is_emptied, values, description.replace("`", ""))


def _kinds(annotation: Any, metas: list[msgspec.Meta]) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        metas += [one for one in extra if isinstance(one, msgspec.Meta)]
        yield from _kinds(inner, metas)
    elif origin in {Union, UnionType}:
        for one in get_args(annotation):
            yield from _kinds(one, metas)
    elif origin is tuple:
        inner = get_args(annotation)[0]
        yield tuple if next(_kinds(inner, metas)) is str else dict
    else:
        yield origin or annotation


def _options(name: str, shape: Shape, *, is_required: bool) -> list[click.Option]:
    option = _dashed(NAMES.get(name, _singular(name) if shape.kind is tuple else name))
    if shape.kind is bool:
        return [
            click.Option([f"--{option}/--no-{option}", f"m_{name}"], default=None, help=shape.description)
        ]
    if shape.kind is dict:
        return [click.Option([f"--{option}", f"j_{name}"], metavar="JSON", help=shape.description)]
    is_list = shape.kind is tuple
    choices: Any = click.Choice(shape.values) if shape.values else str
    options = [
        click.Option(
            [f"--{option}", f"m_{name}"],
            type=click.INT if shape.kind is int else choices,
            multiple=is_list,
            # An empty list is judged by the operation, which knows whether it may be.
            required=is_required and not is_list,
            help=f"{shape.description} Repeatable." if is_list else shape.description,
        )
    ]
    if shape.may_be_emptied:
        flag, none = ("e", _dashed(name)) if is_list else ("n", option)
        options.append(click.Option([f"--no-{none}", f"{flag}_{name}"], is_flag=True, help="None."))
    return options


def _singular(name: str) -> str:
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _json(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        fail(f"--{_dashed(name)} takes JSON.")


def _named(product: Product, name: str, value: Any) -> Any:
    find = REFERENCES.get(name)
    if find is None:
        return list(value) if isinstance(value, tuple) else value
    if isinstance(value, tuple):
        return [to_text(find(product, one)) for one in value]
    return to_text(find(product, value))
