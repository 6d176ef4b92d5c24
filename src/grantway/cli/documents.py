"""Reads YAML that a person wrote: bounded, without anything but plain data, with the line of every value."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import yaml

LONGEST = 1_000_000
"""Bytes of a file."""
MOST_EVENTS = 200_000
"""Values, lists and mappings of a file."""
DEEPEST = 20
_PLAIN = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")
)


class Unreadable(Exception):
    """A file that is not taken, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one document, and the line in which each of its members begins, by its path."""

    data: Any
    lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int:
        """The line of a path, or of the nearest thing around it that is in the file."""
        while path and path not in self.lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.lines.get(path, 1)


def read_documents(path: Path) -> list[Document]:
    """The documents of a file. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST + 1)
    except OSError:
        raise Unreadable("The file cannot be read.") from None
    if len(data) > LONGEST:
        raise Unreadable(f"The file is longer than {LONGEST:,} bytes.")
    return documents_of(data)


def documents_of(data: bytes) -> list[Document]:
    """The documents of a YAML text. Raises Unreadable."""
    import yaml

    try:
        _judge(data)
        nodes = list(yaml.compose_all(data, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = f"Line {mark.line + 1}: t" if mark else "T"
        raise Unreadable(f"{place}his is no well-formed YAML.") from None
    except (yaml.YAMLError, RecursionError):
        raise Unreadable("This is no well-formed YAML in UTF-8.") from None
    return [_document(node) for node in nodes]


def _judge(data: bytes) -> None:
    """Refuse by its events what would grow or nest without end, before anything is made of it."""
    import yaml

    depth = 0
    for count, event in enumerate(yaml.parse(data, Loader=yaml.CSafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Unreadable(f"Line {line}: aliases are not taken. Write it out.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Unreadable(f"Line {line}: this is nested too deeply.")
        if count > MOST_EVENTS:
            raise Unreadable("The file has too many values.")


def _document(node: yaml.Node) -> Document:
    lines: dict[str, int] = {}
    return Document(_value(node, "", lines), lines)


def _value(node: yaml.Node, path: str, lines: dict[str, int]) -> Any:
    import yaml

    line = node.start_mark.line + 1
    lines.setdefault(path, line)
    if node.tag not in _PLAIN:
        raise Unreadable(f"Line {line}: only text, numbers, true, false and null are values. Quote the text.")
    if isinstance(node, yaml.SequenceNode):
        return [_value(one, f"{path}[{index}]", lines) for index, one in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    loader = yaml.SafeLoader("")
    return loader.construct_object(node, deep=True)


def _mapping(node: yaml.MappingNode, path: str, lines: dict[str, int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if key.tag != "tag:yaml.org,2002:str":
            raise Unreadable(f"Line {line}: a key is a text.")
        if key.value in found:
            raise Unreadable(f"Line {line}: this key is there twice.")
        place = f"{path}.{key.value}" if path else str(key.value)
        lines[place] = line
        found[key.value] = _value(value, place, lines)
    return found
