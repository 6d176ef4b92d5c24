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


def documents_of(data: bytes, *, most_events: int = MOST_EVENTS) -> list[Document]:
    """The documents of a YAML text. Raises Unreadable."""
    import yaml

    try:
        _judge(data, most_events)
        nodes = list(yaml.compose_all(data, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        place = f"Line {mark.line + 1}: t" if mark else "T"
        raise Unreadable(f"{place}his is no well-formed YAML.") from None
    except (yaml.YAMLError, RecursionError):
        raise Unreadable("This is no well-formed YAML in UTF-8.") from None
    problems: list[str] = []
    documents = [_document(node, problems) for node in nodes]
    if problems:
        raise Unreadable("\n".join(problems))
    return documents


def _judge(data: bytes, most_events: int) -> None:
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
        if count > most_events:
            raise Unreadable("The file has too many values.")


def _document(node: yaml.Node, problems: list[str]) -> Document:
    reading = _Reading(problems)
    return Document(reading.value(node, ""), reading.lines)


class _Reading:
    """Makes data of nodes, and notes what is none."""

    def __init__(self, problems: list[str]) -> None:
        self.lines: dict[str, int] = {}
        self._problems = problems

    def value(self, node: yaml.Node, path: str) -> Any:
        """The data of a node."""
        import yaml

        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if node.tag not in _PLAIN:
            self._note(line, "only text, numbers, true, false and null are values. Quote the text.")
            return None
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, f"{path}[{index}]") for index, one in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return yaml.SafeLoader("").construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, path: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag != "tag:yaml.org,2002:str":
                self._note(line, "a key is a text.")
                continue
            if key.value in found:
                self._note(line, "this key is there twice.")
            place = f"{path}.{key.value}" if path else str(key.value)
            self.lines[place] = line
            found[key.value] = self.value(value, place)
        return found

    def _note(self, line: int, sentence: str) -> None:
        self._problems.append(f"Line {line}: {sentence}")
