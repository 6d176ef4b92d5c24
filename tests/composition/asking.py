"""How the tests of HTTP ask a server: every route of it, with headers as they like."""

from __future__ import annotations

from grantway.edges.api.mounting import DOCUMENT_PATH
from grantway.edges.api.playground import REFERENCE_PATH
from grantway.edges.dialects.standard import paths
from tests.abuse import census, raw
from tests.abuse.raw import Answer
from tests.kit.world import World

HTML = ("accept", "text/html")
ORIGIN = ("origin", "https://foreign.example")
LOCAL = "127.0.0.1"
PUBLIC = (paths.OPENID_CONFIGURATION, paths.AUTHORIZATION_SERVER, paths.KEYS, DOCUMENT_PATH)
"""What scripts of every origin may read."""
TAGGED = (*PUBLIC, REFERENCE_PATH, "/static/grantway.css", "/static/grantway.css?v=x")


def routes(world: World) -> dict[str, set[str]]:
    """The methods of each path: what the tables declare, and all that the router has besides."""
    found: dict[str, set[str]] = {path: set() for path in census.routed(world)}
    for one in census.declared(world):
        found.setdefault(one.path, set()).add(one.method)
    assert all(found.values()), [path for path, methods in found.items() if not methods]
    return found


def ask(world: World, method: str, target: str, *lines: tuple[str, str], body: bytes = b"") -> Answer:
    return raw.ask(world, method, target, lines, body, peer=LOCAL)


def address(path: str) -> str:
    return census.Declared("GET", path, "", "").address({"name": "grantway.css"})


def headers_of(answer: Answer) -> dict[str, str]:
    """Without what is drawn anew for each answer."""
    found = {name.lower(): raw.steady(text) for name, text in answer.headers}
    # A page names its request, and a sentence may be longer or shorter by that.
    if not answer.header("etag"):
        found.pop("content-length", None)
    return found
