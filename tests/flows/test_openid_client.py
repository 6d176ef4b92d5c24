"""openid-client for Node, unmodified: the strictest widely used client of this field."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.flows.conftest import Demo
from tests.kit.browser import Browser
from tests.kit.node import NPM, node

SCRIPT = NPM / "flow.mjs"


class Library:
    """The library's process: JSON lines out, plain lines in."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [node(), SCRIPT, json.dumps(facts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        line = self._process.stdout.readline()
        assert line, self._process.stderr.read()
        return dict(json.loads(line))

    def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def end(self) -> int:
        self._process.communicate(timeout=60)
        return self._process.returncode


@pytest.mark.parametrize(
    ("kind", "method"), [("confidential", "basic"), ("confidential", "post"), ("public", "none")]
)
def test_sign_in_refresh_and_revocation(demo: Demo, browser: Browser, kind: str, method: str) -> None:
    application = demo.application(kind)
    account = demo.user_of(application)
    library = Library(
        {
            "issuer": demo.issuer,
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "method": method,
            "redirect_uri": application["redirect_uris"][0],
            "scope": "openid profile email",
        }
    )
    answer = browser.authorize(library.hear()["url"], **account)
    library.tell(answer)
    heard = library.hear()
    assert heard["email"] == account["email"]
    assert heard["rotated"] is True
    assert heard["active"] is (True if kind == "confidential" else None)
    assert heard["refused"] == "invalid_grant"
    assert library.end() == 0


@pytest.mark.parametrize("method", ["basic", "post"])
def test_machine(demo: Demo, method: str) -> None:
    application = demo.application("backend")
    scope = " ".join(application["scopes"])
    library = Library(
        {
            "issuer": demo.issuer,
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "method": method,
            "scope": scope,
            "machine": True,
        }
    )
    heard = library.hear()
    assert heard["active"] is True
    assert set(heard["scope"].split()) == set(scope.split())
    assert library.end() == 0
