"""Reads pages as a browser would, and says what in them could run, load or lead elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx

from tests.kit.browser import Browser
from tests.kit.world import ISSUER, World

HOSTILE = (
    '"><canary-x onerror=alert(1)>',
    "'><canary-x onerror=alert(1)>",
    "</title></textarea></style><canary-x>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '" autofocus onfocus=alert(1) x="',
    "javascript:alert(1)//",
    "data:text/html,<canary-x>",
    "{{1337*1331}}{% raw %}<canary-x>",
    "${1337*1331}<!--<canary-x>",
    "]]><canary-x>&lt;canary-x&gt;&#60;canary-x&#62;",
    "%3Ccanary-x%3E%22%3E",
    "\u202e<canary-x>\u2028<canary-x>\ufeff",
    "<base href=//evil.example><meta http-equiv=refresh content=0;url=//evil.example>",
    "\r\nSet-Cookie: planted=1\r\n\r\n<canary-x>",
)
"""Texts that are markup, script or a header wherever they are not written as text."""

ALL_AT_ONCE = " ".join(text.replace("\r\n", " ") for text in HOSTILE)
_LEADING = (
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "srcset",
    "xlink:href",
    "background",
    "content",
)
_LOADING = frozenset({"script", "img", "link"})
_NEVER = frozenset(
    {"iframe", "object", "embed", "base", "applet", "frame", "portal", "audio", "video", "math"}
)


_HOME = ("a", "href", f"{ISSUER}/account")
"""The one whole address on a page of ours: pages of errors lead to the account from every host that we serve."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self._in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        (self.scripts if self._in_script else self.texts).append(data)


def text_of(page: str) -> str:
    """What a person reads, in one line."""
    reader = _Reader()
    reader.feed(page)
    return " ".join(" ".join(reader.texts).split())


def values_of(page: str) -> list[str]:
    """What the fields of a page hold."""
    reader = _Reader()
    reader.feed(page)
    return [
        attributes["value"] for tag, attributes in reader.tags if tag == "input" and "value" in attributes
    ]


def assert_inert(page: str, policy: str, *, leads_to: Sequence[str] = (), leads_away: bool = False) -> None:
    """No markup but our own, no script but our files, nothing loaded from elsewhere, no way out."""
    reader = _Reader()
    reader.feed(page)
    nonce = re.search(r"'nonce-([0-9a-f]{32})'", policy)
    for tag, attributes in reader.tags:
        assert "canary" not in tag, page
        assert tag not in _NEVER, tag
        assert not [name for name in attributes if name.startswith("on") or name == "style"], (
            tag,
            attributes,
        )
        if tag == "meta":
            assert "http-equiv" not in attributes
            continue
        if tag in _LOADING:
            address = attributes.get("src") or attributes.get("href") or ""
            assert address.startswith("/static/"), (tag, attributes)
        if tag == "script":
            assert nonce is not None
            assert attributes["nonce"] == nonce[1]
        for name in _LEADING:
            if name not in attributes or (tag, name, attributes[name]) == _HOME:
                continue
            if attributes[name] not in leads_to:
                parts = urlsplit(attributes[name])
                assert not parts.scheme, (tag, attributes)
                assert not parts.netloc, (tag, attributes)
    assert not "".join(reader.scripts).strip()
    assert "1779547" not in page
    assert_strict(policy, leads_away=leads_away or bool(leads_to))


def assert_strict(policy: str, *, leads_away: bool = False, is_public: bool = False) -> None:
    """The content policy allows ourselves and scripts by nonce; only a page that leads away says nothing of forms."""
    given = dict(one.strip().partition(" ")[::2] for one in policy.split(";"))
    assert given["default-src"] == "'none'"
    assert given["frame-ancestors"] == "'none'"
    assert given["base-uri"] == "'none'"
    # A page that is the same for everybody is drawn once, so its scripts are our files instead.
    scripts = "'self'" if is_public else r"'none'|'nonce-[0-9a-f]{32}'"
    assert re.fullmatch(scripts, given.get("script-src", "'none'"))
    for name in ("style-src", "img-src", "connect-src"):
        assert given.get(name, "'self'") == "'self'"
    assert given.get("form-action") in ({None} if leads_away else {"'self'", "'none'"})
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "data:" not in policy


class Recording(httpx.BaseTransport):
    """Keeps every answer that a browser got."""

    def __init__(self, world: World, address: str) -> None:
        self.answers: list[httpx.Response] = []
        self._inner = httpx.WSGITransport(app=world.app, raise_app_exceptions=True, remote_addr=address)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._inner.handle_request(request)
        answer.read()
        self.answers.append(answer)
        return answer


def recording(world: World, *, address: str = "127.0.0.1") -> tuple[Browser, list[httpx.Response]]:
    """A browser, and the list in which every answer to it is found."""
    transport = Recording(world, address)
    return Browser(world.issuer, transport), transport.answers
