"""The grammar of Nexus211's lists, alone: what each parameter means, and what is refused.

Each test cites the facts of docs/dialects/nexus211.md that it shows.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from grantway.core.errors import Invalid, OAuthError
from grantway.edges.dialects.nexus211.listing import MOST_WILDCARDS, Attributes, read
from grantway.edges.web.forms import parse

ATTRIBUTES: Attributes = {
    "name": "text",
    "website": "text",
    "scopes": "list",
    "isEnabled": "flag",
    "createdAt": "time",
}
RELATED = frozenset({"organization"})
RECORDS: list[dict[str, Any]] = [
    {
        "name": name,
        "website": website,
        "scopes": scopes,
        "isEnabled": is_enabled,
        "createdAt": created_at,
    }
    for name, website, scopes, is_enabled, created_at in (
        ("Orbit", "https://orbit.example", ["a:read", "a:write"], True, "2026-11-21T09:30:00Z"),
        ("orbital", None, [], True, "2026-11-21T09:30:00.5Z"),
        ("a|b", "null", ["a:read"], False, "2026-11-22T00:00:00Z"),
        ("50%", "https://x.example", ["b"], False, "2026-12-01T12:00:00Z"),
    )
]
NAMES = [one["name"] for one in RECORDS]


def shown(**query: str) -> list[str]:
    """The names of the records that a query asks for, with `_` for the colon of a modifier."""
    return of("&".join(f"{quote(name.replace('__', ':'))}={quote(text)}" for name, text in query.items()))


def of(query: str) -> list[str]:
    return [one["name"] for one in read(parse(query.encode()), ATTRIBUTES, RELATED).of(RECORDS)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"name": "Orbit"}, ["Orbit"]),
        ({"name": "orbit"}, []),
        ({"name__ne": "Orbit"}, ["orbital", "a|b", "50%"]),
        ({"name__gt": "a"}, ["orbital", "a|b"]),
        ({"name__gte": "a|b"}, ["orbital", "a|b"]),
        ({"name__lt": "Orbit"}, ["50%"]),
        ({"name__lte": "Orbit"}, ["Orbit", "50%"]),
        ({"name__bt": "A,Z"}, ["Orbit"]),
        ({"name__in": "Orbit|50%"}, ["Orbit", "50%"]),
        ({"name__in": r"a\|b"}, ["a|b"]),
        ({"name__in": "a|b"}, []),
        ({"name__in": r"a\|b|Orbit"}, ["Orbit", "a|b"]),
        ({"name__notin": "Orbit|orbital"}, ["a|b", "50%"]),
        ({"name__like": "orbit%"}, ["Orbit", "orbital"]),
        ({"name__like": "%BIT%"}, ["Orbit", "orbital"]),
        ({"name__like": "orbit"}, ["Orbit"]),
        ({"name__like": "o%b%t%l"}, ["orbital"]),
        ({"name__like": "orbitorbit%"}, []),
        ({"name__like": "%"}, NAMES),
        ({"name__like": "or_it"}, []),
        ({"name__notlike": "%bit%"}, ["a|b", "50%"]),
        ({"website": "null"}, ["orbital"]),
        ({"website__ne": "null"}, ["Orbit", "a|b", "50%"]),
        ({"website__ne": "https://orbit.example"}, ["a|b", "50%"]),
        ({"website__notlike": "%orbit%"}, ["a|b", "50%"]),
        ({"website__in": "null"}, ["a|b"]),
        ({"scopes": "a:read"}, ["Orbit", "a|b"]),
        ({"scopes__ne": "a:read"}, ["orbital", "50%"]),
        ({"scopes__in": "a:write|b"}, ["Orbit", "50%"]),
        ({"scopes__notin": "a:write|b"}, ["orbital", "a|b"]),
        ({"scopes__like": "a:%"}, ["Orbit", "a|b"]),
        ({"scopes__notlike": "a:%"}, ["orbital", "50%"]),
        ({"scopes__concatlike": "%reada:w%"}, ["Orbit"]),
        ({"scopes": "null"}, []),
        ({"isEnabled": "true"}, ["Orbit", "orbital"]),
        ({"isEnabled__ne": "true"}, ["a|b", "50%"]),
        ({"isEnabled__in": "false|true"}, NAMES),
        ({"name__like": "%orbit%", "isEnabled": "true", "website": "null"}, ["orbital"]),
        ({"colour": "red"}, NAMES),
        ({"colour__sparkles": "red"}, NAMES),
        ({"name": ""}, NAMES),
        ({"__class__": "x", "name.upper": "x"}, NAMES),
    ],
)
def test_filters(query: dict[str, str], wanted: list[str]) -> None:
    """N58, N59: every modifier; unknown attributes are passed over; a pattern is folded, a value is not."""
    assert shown(**query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"createdAt": "2026-11-21T09:30:00Z"}, ["Orbit"]),
        ({"createdAt": "2026-11-21T10:30:00+01:00"}, ["Orbit"]),
        ({"createdAt": "2026-11-21T09:30"}, ["Orbit"]),
        ({"createdAt": "2026-11-21T09:30:00.500"}, ["orbital"]),
        ({"createdAt__gt": "2026-11-21T09:30:00"}, ["orbital", "a|b", "50%"]),
        ({"createdAt__gte": "2026-11-22"}, ["a|b", "50%"]),
        ({"createdAt__lt": "2026-11-22"}, ["Orbit", "orbital"]),
        ({"createdAt__bt": "2026-11-21,2026-11-22"}, ["Orbit", "orbital", "a|b"]),
        ({"createdAt__in": "2026-11-22|2026-12-01T12:00:00Z"}, ["a|b", "50%"]),
        ({"createdAt__ne": "null"}, NAMES),
    ],
)
def test_times(query: dict[str, str], wanted: list[str]) -> None:
    """N60: ISO 8601, in UTC where no zone is named."""
    assert shown(**query) == wanted


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"$order": "name"}, ["50%", "a|b", "Orbit", "orbital"]),
        ({"$order": "name asc"}, ["50%", "a|b", "Orbit", "orbital"]),
        ({"$order": "name desc"}, ["orbital", "Orbit", "a|b", "50%"]),
        ({"$order": "isEnabled, createdAt desc"}, ["50%", "a|b", "orbital", "Orbit"]),
        ({"$order": "createdAt"}, ["Orbit", "orbital", "a|b", "50%"]),
        ({"$order": "website desc"}, ["a|b", "50%", "Orbit", "orbital"]),
        ({"$order": "website"}, ["Orbit", "50%", "a|b", "orbital"]),
        ({"$limit": "2"}, ["Orbit", "orbital"]),
        ({"$skip": "3"}, ["50%"]),
        ({"$skip": "1", "$limit": "1", "$order": "name desc"}, ["Orbit"]),
        ({"$skip": "999999"}, []),
        ({"$with": "organization"}, NAMES),
        ({"$withSurvey": "true"}, NAMES),
    ],
)
def test_steering(query: dict[str, str], wanted: list[str]) -> None:
    """N57, N61: order, part and company of a list; what has no value comes last."""
    assert shown(**query) == wanted


def test_the_defaults() -> None:
    """N57."""
    asked = read(parse(b""), ATTRIBUTES, RELATED)
    assert (asked.limit, asked.skip, asked.order, asked.related) == (100, 0, (), frozenset())


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"name__sparkles": "SECRET"}, "name"),
        ({"name__": "SECRET"}, "name"),
        ({"name__concatlike": "SECRET"}, "name"),
        ({"scopes__gt": "SECRET"}, "scopes"),
        ({"isEnabled__like": "SECRET"}, "isEnabled"),
        ({"isEnabled": "SECRET"}, "isEnabled"),
        ({"isEnabled__in": "true|SECRET"}, "isEnabled"),
        ({"createdAt": "SECRET"}, "createdAt"),
        ({"createdAt": "2026-13-01"}, "createdAt"),
        ({"createdAt": "2026-02-30T00:00:00Z"}, "createdAt"),
        ({"createdAt": "2026-11-21T09:30:00 02:00"}, "createdAt"),
        ({"createdAt__like": "2026%"}, "createdAt"),
        ({"createdAt__bt": "2026-11-21"}, "createdAt"),
        ({"createdAt__gt": "null"}, "createdAt"),
        ({"name__bt": "a"}, "name"),
        ({"name__bt": "a,b,c"}, "name"),
        ({"name__gt": "null"}, "name"),
        ({"name__in": "|".join("x" * 101)}, "name"),
        ({"name__like": "%" * (MOST_WILDCARDS + 1)}, "name"),
        ({"name__like": "x" * 2_001}, "name"),
        ({"$order": "SECRET"}, "$order"),
        ({"$order": "name sideways"}, "$order"),
        ({"$order": "scopes"}, "$order"),
        ({"$order": "name,,name"}, "$order"),
        ({"$order": ",".join(["name"] * 6)}, "$order"),
        ({"$limit": "0"}, "$limit"),
        ({"$limit": "1001"}, "$limit"),
        ({"$limit": "-1"}, "$limit"),
        ({"$limit": "ten"}, "$limit"),
        ({"$skip": "1000001"}, "$skip"),
        ({"$skip": "1.5"}, "$skip"),
        ({"$with": "SECRET"}, "$with"),
        ({"$where": "SECRET"}, "$"),
    ],
)
def test_what_is_refused(query: dict[str, str], field: str) -> None:
    """N57, N59, N60: malformed grammar is refused, and what was sent is not repeated."""
    with pytest.raises(Invalid) as refused:
        shown(**query)
    assert {one.field for one in refused.value.errors} == {field}
    assert all("SECRET" not in one.reason.sentence for one in refused.value.errors)


def test_how_much_one_list_may_ask() -> None:
    """N58, N59: so many filters, each name once, and no pattern that takes longer than its text."""
    names = [f"{name}:ne=x" for name in ("name", "website", "scopes")]
    modifiers = ("gt", "gte", "lt", "lte", "bt", "in", "notin", "like", "notlike")
    many = [f"{name}:{one}=a,b" for name in ("name", "website") for one in modifiers]
    with pytest.raises(Invalid):
        of("&".join(names + many))
    with pytest.raises(OAuthError):
        of("name=a&name=b")
    hostile = "%" + "a%" * (MOST_WILDCARDS - 1) + "b"
    long = [{**RECORDS[0], "name": "a" * 100_000}]
    assert read(parse(f"name:like={quote(hostile)}".encode()), ATTRIBUTES, RELATED).of(long) == []
