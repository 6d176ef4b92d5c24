"""Reads the schemas of an OpenAPI 3.1 document: what a value is, has, and may look like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DEEPEST = 3
SAMPLE_TEXTS = {
    "date-time": "2026-11-21T09:30:00Z",
    "date": "2026-11-21",
    "email": "mara@northwind.example",
    "uri": "https://app.example/callback",
    "uuid": "8f14e45f-ceea-467f-a0e6-5b1a1b1f3c2d",
}

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one property of a body; `parent` is the path of the object that holds it.

    A rule is a kind, which the page puts into the reader's words, and a value.
    """

    name: str
    parent: str
    type: str
    required: bool
    description: str
    rules: tuple[tuple[str, str], ...]
    place: str = ""


def node_of(value: object) -> Node:
    return value if isinstance(value, Mapping) else {}


def nodes(value: object) -> list[Node]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def text(value: object) -> str:
    return "" if value is None else str(value)


def texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


class Schemas:
    """The schemas of one document, with every local reference followed."""

    def __init__(self, document: Node) -> None:
        self._document = document

    def resolve(self, node: Node) -> Node:
        """Follow a local reference; siblings of `$ref` win, as 3.1 allows."""
        seen: set[str] = set()
        while "$ref" in node:
            pointer = text(node["$ref"])
            if pointer in seen or not pointer.startswith("#/"):
                return {}
            seen.add(pointer)
            target: object = self._document
            for part in pointer[2:].split("/"):
                target = node_of(target).get(part.replace("~1", "/").replace("~0", "~"))
            node = {**node_of(target), **{name: value for name, value in node.items() if name != "$ref"}}
        return node

    def merged(self, schema: Node) -> Node:
        """Follow a reference and lay the parts of `allOf` over each other."""
        node = self.resolve(schema)
        if "allOf" not in node:
            return node
        properties: dict[str, object] = {}
        required: list[str] = []
        merged: dict[str, object] = {}
        for part in (
            *nodes(node["allOf"]),
            {name: value for name, value in node.items() if name != "allOf"},
        ):
            flat = self.merged(part)
            properties |= node_of(flat.get("properties"))
            required += texts(flat.get("required"))
            merged |= flat
        return {**merged, "properties": properties, "required": required} if properties else merged

    def _choices(self, node: Node) -> list[Node]:
        return [self.merged(one) for one in (*nodes(node.get("oneOf")), *nodes(node.get("anyOf")))]

    def type_of(self, schema: Node) -> str:
        """Say in a few words what a value is."""
        node = self.merged(schema)
        choices = self._choices(node)
        if choices:
            return " | ".join(dict.fromkeys(self.type_of(one) for one in choices))
        if "const" in node:
            return json.dumps(node["const"])
        kinds = texts(node.get("type")) or ((text(node.get("type")),) if node.get("type") else ())
        said = [
            f"array of {self.type_of(node_of(node.get('items')))}" if kind == "array" else kind
            for kind in kinds
        ]
        return " | ".join(said) or ("object" if "properties" in node else "any")

    def fields(self, schema: Node, parent: str = "", depth: int = 0) -> Iterator[Field]:
        """Every property, depth first; an object inside follows its own row."""
        node = self._holder(schema)
        required = set(texts(node.get("required")))
        for name, raw in node_of(node.get("properties")).items():
            property_node = self.merged(node_of(raw))
            yield Field(
                name=name,
                parent=parent,
                type=self.type_of(property_node),
                required=name in required,
                description=text(property_node.get("description")),
                rules=rules_of(property_node),
            )
            if depth + 1 < DEEPEST:
                many = "[]" if _is_array(property_node) else ""
                yield from self.fields(property_node, f"{parent}{name}{many}.", depth + 1)

    def _holder(self, schema: Node) -> Node:
        """The object whose properties a schema stands for: itself, its items, or its one real choice."""
        node = self.merged(schema)
        if _is_array(node):
            return self._holder(node_of(node.get("items")))
        objects = [one for one in self._choices(node) if "properties" in one]
        return objects[0] if objects and "properties" not in node else node

    def example(self, schema: Node, depth: int = 0) -> object:
        """A plausible value: the stated one, else one made from the schema."""
        node = self.merged(schema)
        for name in ("example", "const", "default"):
            if node.get(name) is not None:
                return node[name]
        for name in ("examples", "enum"):
            stated = node.get(name)
            if isinstance(stated, list) and stated:
                return stated[0]
        choices = self._choices(node)
        if choices:
            return self.example(choices[0], depth)
        return self._made_example(node, depth)

    def _made_example(self, node: Node, depth: int) -> object:
        kind = next(iter(texts(node.get("type"))), text(node.get("type")))
        if "properties" in node or kind == "object":
            if depth > DEEPEST:
                return {}
            return {
                name: self.example(node_of(one), depth + 1)
                for name, one in node_of(node.get("properties")).items()
            }
        if kind == "array":
            return [self.example(node_of(node.get("items")), depth + 1)] if depth <= DEEPEST else []
        plain: dict[str, object] = {"integer": node.get("minimum") or 1, "number": 1, "boolean": True}
        if kind == "string":
            return SAMPLE_TEXTS.get(text(node.get("format")), "text")
        return plain.get(kind)


def _is_array(node: Node) -> bool:
    return node.get("type") == "array" or "array" in texts(node.get("type"))


def rules_of(node: Node) -> tuple[tuple[str, str], ...]:
    """Say what is allowed, as pairs of a kind and a value."""
    said = {
        "one_of": ", ".join(texts(node.get("enum"))),
        "format": text(node.get("format")),
        "length": _span(node, "minLength", "maxLength"),
        "range": _span(node, "minimum", "maximum"),
        "items": _span(node, "minItems", "maxItems"),
        "pattern": text(node.get("pattern")),
        "default": "" if node.get("default") is None else json.dumps(node["default"]),
    }
    return tuple((kind, value) for kind, value in said.items() if value)


def _span(node: Node, least: str, most: str) -> str:
    low, high = node.get(least), node.get(most)
    if low is None:
        return "" if high is None else f"≤ {high}"
    return f"≥ {low}" if high is None else f"{low}-{high}"
