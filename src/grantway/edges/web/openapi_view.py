"""Flattens an OpenAPI 3.1 document into the rows that the reference page draws."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from grantway.edges.web.openapi_schemas import Field, Node, Schemas, node_of, nodes, rules_of, text, texts

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_IN_A_PATH = re.compile(r"{(\w+)}")
_NOT_IN_AN_ANCHOR = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent or answered: its type, its fields and a sample of it."""

    content_type: str
    fields: tuple[Field, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Response:
    """One answer: its status, when it comes, the ids of the refusals under it, and its body."""

    status: str
    description: str
    errors: tuple[str, ...]
    body: Body | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: Body | None
    responses: tuple[Response, ...]
    curl: str
    is_deprecated: bool
    trial: Node
    """What a script needs to send it: method, address, parameters with their examples, and a body."""


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    anchor: str
    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class View:
    """A whole reference page."""

    title: str
    version: str
    description: str
    server: str
    groups: tuple[Group, ...]


def openapi_view(document: Node) -> View:
    """Bring a document into the order of its tags, with every reference followed."""
    return _Reader(document).view()


def _anchor(*parts: str) -> str:
    return _NOT_IN_AN_ANCHOR.sub("-", " ".join(parts).lower()).strip("-")


class _Reader:
    def __init__(self, document: Node) -> None:
        self._document = document
        self._schemas = Schemas(document)
        servers = nodes(document.get("servers"))
        self._server = text(servers[0].get("url")).rstrip("/") if servers else ""

    def view(self) -> View:
        info = node_of(self._document.get("info"))
        return View(
            title=text(info.get("title")),
            version=text(info.get("version")),
            description=text(info.get("description")),
            server=self._server,
            groups=tuple(self._groups()),
        )

    def _groups(self) -> Iterator[Group]:
        described = {text(tag.get("name")): tag for tag in nodes(self._document.get("tags"))}
        found: dict[str, list[Operation]] = {name: [] for name in described}
        for path, item in node_of(self._document.get("paths")).items():
            shared = self._schemas.resolve(node_of(item))
            for method in METHODS:
                if method in shared:
                    raw = node_of(shared[method])
                    tag = next(iter(texts(raw.get("tags"))), "")
                    found.setdefault(tag, []).append(self._operation(method, path, raw, shared))
        for name, operations in found.items():
            if operations:
                tag_node = described.get(name, {})
                yield Group(
                    _anchor("group", name), name, text(tag_node.get("description")), tuple(operations)
                )

    def _operation(self, method: str, path: str, raw: Node, shared: Node) -> Operation:
        parameters = self._parameters(raw, shared)
        body = self._body(self._schemas.resolve(node_of(raw.get("requestBody"))))
        return Operation(
            anchor=_anchor(text(raw.get("operationId")) or f"{method} {path}"),
            method=method,
            path=path,
            summary=text(raw.get("summary")) or path,
            description=text(raw.get("description")),
            scopes=self._scopes(raw),
            parameters=parameters,
            body=body,
            responses=tuple(self._responses(node_of(raw.get("responses")))),
            curl=self._curl(method, path, self._trials(raw, shared), body),
            is_deprecated=bool(raw.get("deprecated")),
            trial={
                "method": method.upper(),
                "url": self._server + path,
                "parameters": self._trials(raw, shared),
                "body": body.example if body else "",
                "type": body.content_type if body else "",
                "named": node_of(raw.get("x-named")),
            },
        )

    def _scopes(self, raw: Node) -> tuple[str, ...]:
        required = raw.get("security", self._document.get("security"))
        named = (texts(scopes) for one in nodes(required) for scopes in one.values())
        return tuple(dict.fromkeys(scope for scopes in named for scope in scopes))

    def _parameters(self, raw: Node, shared: Node) -> tuple[Field, ...]:
        every = (*nodes(shared.get("parameters")), *nodes(raw.get("parameters")))
        merged: dict[tuple[str, str], Field] = {}
        for one in map(self._schemas.resolve, every):
            schema = self._schemas.merged(node_of(one.get("schema")))
            name, place = text(one.get("name")), text(one.get("in"))
            merged[name, place] = Field(
                name=name,
                parent="",
                type=self._schemas.type_of(schema),
                required=bool(one.get("required")),
                description=text(one.get("description")) or text(schema.get("description")),
                rules=rules_of(schema),
                place=place,
            )
        return tuple(merged.values())

    def _trials(self, raw: Node, shared: Node) -> list[Node]:
        """The parameters as somebody fills them in."""
        every = (*nodes(shared.get("parameters")), *nodes(raw.get("parameters")))
        made: dict[tuple[str, str], Node] = {}
        for one in map(self._schemas.resolve, every):
            schema = self._schemas.merged(node_of(one.get("schema")))
            name, place = text(one.get("name")), text(one.get("in"))
            example = one.get("example")
            made[name, place] = {
                "name": name,
                "place": place,
                "required": bool(one.get("required")),
                "example": "" if example is None else str(example),
                "values": list(texts(schema.get("enum"))),
            }
        return list(made.values())

    def _body(self, node: Node) -> Body | None:
        for content_type, media in node_of(node.get("content")).items():
            schema = node_of(node_of(media).get("schema"))
            example = self._stated_example(node_of(media))
            if example is None:
                example = self._schemas.example(schema)
            shown = "" if example is None else json.dumps(example, indent=2, ensure_ascii=False)
            return Body(content_type, tuple(self._schemas.fields(schema)), shown)
        return None

    def _stated_example(self, media: Node) -> object:
        if "example" in media:
            return media["example"]
        for one in node_of(media.get("examples")).values():
            return self._schemas.resolve(node_of(one)).get("value")
        return None

    def _responses(self, responses: Node) -> Iterator[Response]:
        for status, raw in responses.items():
            node = self._schemas.resolve(node_of(raw))
            errors = node.get("x-error-ids") or node.get("x-errors")
            ids = tuple(text(one.get("id")) for one in nodes(errors)) or texts(errors)
            yield Response(str(status), text(node.get("description")), ids, self._body(node))

    def _curl(self, method: str, path: str, parameters: list[Node], body: Body | None) -> str:
        """A command that a shell takes as it stands, once the names with a dollar sign are set."""
        wanted = [one for one in parameters if one["required"]]
        query = "&".join(f"{one['name']}={one['example']}" for one in wanted if one["place"] == "query")
        address = _IN_A_PATH.sub(lambda found: "$" + found[1].upper(), self._server + path)
        lines = [f"curl -X {method.upper()} " + _expanded(address + ("?" + query if query else ""))]
        lines.append('-H "Authorization: Bearer $TOKEN"')
        lines += [
            f"-H {_quoted(text(one['name']) + ': ' + text(one['example']))}"
            for one in wanted
            if one["place"] == "header" and text(one["name"]).lower() != "authorization"
        ]
        if body and body.example:
            lines.append(f"-H {_quoted('Content-Type: ' + body.content_type)}")
            lines.append(f"-d {_quoted(body.example)}")
        return " \\\n  ".join(lines)


def _expanded(text: str) -> str:
    """In a shell, with the variables in it put in, and nothing else of it read."""
    return '"' + re.sub(r'([\\"`])', r"\\\1", text) + '"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
