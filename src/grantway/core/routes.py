"""Routes of APIs: which patterns there are, how a request's path is read, and which route it takes.

A gateway and this module must never read one path in two ways. So what could be read in two ways is
refused instead of normalised, with one exception: a single slash at the end is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import unquote_plus, unquote_to_bytes

from grantway.core.errors import DECISION_PATTERN, Reason
from grantway.core.model import ApiRoute

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Methods of routes. HEAD is decided as GET is, because it is the same request without the body."""
LONGEST_PATTERN = 256
MOST_SEGMENTS = 24
LONGEST_PATH = 2_048
"""Characters of a path; a longer one is refused."""
LONGEST_TARGET = 16_384
"""Characters of path and query together."""

Segments: TypeAlias = tuple[str, ...]

_LITERAL = re.compile(r"[A-Za-z0-9._~-]+")
_PARAMETER = re.compile(r"\{[a-z][a-z0-9_]{0,31}\}")
# RFC 3986 §3.3 without `;`: some servers cut what follows it off, others do not.
_SIGN = r"(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})"
_PATH = re.compile(f"/(?:{_SIGN}+/)*{_SIGN}*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
# What no client needs to escape, or what another reader could take apart after unescaping.
_AMBIGUOUS = frozenset(
    [*range(0x20), 0x7F, *b"/\\%;?#.~-_", *range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)]
)


def pattern_problem(pattern: str) -> Reason | None:
    """What is wrong with a pattern such as `/orders/{id}` or `/files/*`, if anything."""
    if len(pattern) > LONGEST_PATTERN or not pattern.startswith("/"):
        return DECISION_PATTERN
    segments = _pattern_segments(pattern)
    names = [one for one in segments if one.startswith("{")]
    if len(segments) > MOST_SEGMENTS or len(set(names)) != len(names):
        return DECISION_PATTERN
    for place, segment in enumerate(segments):
        is_last = place == len(segments) - 1
        if segment == "*" and is_last:
            continue
        if _PARAMETER.fullmatch(segment):
            continue
        if _LITERAL.fullmatch(segment) is None or segment.endswith("."):
            return DECISION_PATTERN
    return None


def shape_of(pattern: str) -> str:
    """The pattern without the names of its parameters and without letter case: what may exist once."""
    return _PARAMETER.sub("{}", pattern).lower()


def differs_in_case_only(pattern: str, others: Iterable[str]) -> bool:
    """Whether the way to a pattern leaves another's at a literal that differs only in letter case."""
    for other in others:
        for mine, theirs in zip(_pattern_segments(pattern), _pattern_segments(other), strict=False):
            if _kind(mine) != _kind(theirs):
                break
            if mine == theirs or mine.startswith("{"):
                continue
            if mine.lower() == theirs.lower():
                return True
            break
    return False


def split_target(target: str) -> tuple[str, str]:
    """Path and query of what was asked for; the query without its question mark."""
    path, _, query = target.partition("?")
    return path, query


def segments_of(path: str) -> Segments | None:
    """The segments of a request's path; None where it could be read in two ways.

    Refused: what does not begin with one slash, empty segments, segments of or ending in dots, escapes
    of characters that need none or that separate something, `;`, backslashes, control characters, and
    bytes that are not UTF-8. One slash at the end is left out.
    """
    if len(path) > LONGEST_PATH or _PATH.fullmatch(path) is None:
        return None
    whole = path[1:].removesuffix("/") if path != "/" else ""
    if not whole:
        return () if path == "/" else None
    segments = tuple(whole.split("/"))
    if len(segments) > MOST_SEGMENTS or any(map(_is_ambiguous, segments)):
        return None
    return segments


def parameter(query: str, name: str) -> str | None:
    """The value of a parameter of a query, unescaped.

    Names are compared as the API will read them, unescaped too. Raises ValueError where it is there twice.
    """
    pairs = (pair.partition("=") for pair in query.split("&"))
    found = [value for key, _, value in pairs if unquote_plus(key, errors="replace") == name]
    if len(found) > 1:
        raise ValueError("there twice")
    return unquote_to_bytes(found[0]).decode("latin-1") if found and found[0] else None


@dataclass(slots=True)
class _Node:
    """A place in the tree of one method: where the next segment may lead."""

    literals: dict[str, tuple[str, _Node]] = field(default_factory=dict)
    parameter: _Node | None = None
    rest: ApiRoute | None = None
    route: ApiRoute | None = None


class RouteTable:
    """The routes of one API, compiled.

    Of the routes that match, the one that is the most specific at the first segment in which they
    differ is taken: a literal before a parameter, a parameter before `*`.
    """

    def __init__(self, routes: Iterable[ApiRoute]) -> None:
        self._roots: dict[str, _Node] = {}
        for route in routes:
            self._add(route)

    def match(self, method: str, segments: Segments) -> ApiRoute | None:
        """The route that a request takes; None where none is declared for it.

        A segment that differs only in letter case from a literal at its place matches nothing: to some
        servers it is the literal, to others it is not.
        """
        root = self._roots.get("GET" if method == "HEAD" else method)
        if root is None:
            return None
        try:
            return _match(root, segments, 0)
        except _OnlyCaseDiffers:
            return None

    def _add(self, route: ApiRoute) -> None:
        node = self._roots.setdefault(route.method, _Node())
        for segment in _pattern_segments(route.pattern):
            if segment == "*":
                node.rest = route
                return
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literals.setdefault(segment.lower(), (segment, _Node()))[1]
        node.route = route


class _OnlyCaseDiffers(Exception):
    """A segment is a literal but for letter case."""


def _match(node: _Node, segments: Segments, place: int) -> ApiRoute | None:
    if place == len(segments):
        return node.route
    segment = segments[place]
    found = node.literals.get(segment.lower())
    if found is not None:
        if found[0] != segment:
            raise _OnlyCaseDiffers
        route = _match(found[1], segments, place + 1)
        if route is not None:
            return route
    if node.parameter is not None:
        route = _match(node.parameter, segments, place + 1)
        if route is not None:
            return route
    return node.rest


def _pattern_segments(pattern: str) -> Segments:
    return () if pattern == "/" else tuple(pattern[1:].split("/"))


def _kind(segment: str) -> str:
    return segment[0] if segment[:1] in {"{", "*"} else ""


def _is_ambiguous(segment: str) -> bool:
    if segment.endswith("."):
        return True
    if "%" not in segment:
        return False
    if any(int(escape, 16) in _AMBIGUOUS for escape in _ESCAPE.findall(segment)):
        return True
    try:
        text = unquote_to_bytes(segment).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return text != text.strip()
