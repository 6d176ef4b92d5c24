"""The playground runs a whole sign-in against a server, and believes nothing that does not check out."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from grantway.edges.web.headers import content_security_policy
from grantway.edges.web.pages import Pages
from tools.gallery_samples import SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.kit.chromium import NewPage

PAGES = Pages()
NONCE = "playground"
FAR_FUTURE = 4_000_000_000
KEYS: dict[str, ECKey | RSAKey] = {
    "ES256": ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"}),
    "RS256": RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256"}),
}
FOREIGN = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})


def shortened(text: str, size: int = 32) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:size]).rstrip(b"=").decode()


@dataclass
class Provider:
    """A server that does as little as the playground needs, and can be told to cheat."""

    algorithm: str = "ES256"
    signs_with: ECKey | RSAKey | None = None
    claims: dict[str, object] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    origin: str = ""

    def redirect(self, query: dict[str, str]) -> str:
        self.asked = query
        parameters = {"code": "c1", "state": query["state"], "iss": self.origin, **self.answer}
        return f"{query['redirect_uri']}?{urlencode(parameters)}"

    def get(self, path: str, authorization: str | None) -> tuple[int, object]:
        if path == "/.well-known/openid-configuration":
            names = ("authorization", "token", "userinfo", "introspection", "revocation")
            metadata = {f"{name}_endpoint": f"{self.origin}/{name}" for name in names}
            return 200, {**metadata, "jwks_uri": f"{self.origin}/jwks"}
        if path == "/jwks":
            return 200, {"keys": [KEYS[self.algorithm].as_dict(private=False)]}
        if path == "/userinfo" and authorization in {"Bearer a1", "Bearer a2"}:
            return 200, {"sub": "mara"}
        return 404, {}

    def post(self, path: str, form: dict[str, str], authorization: str | None) -> tuple[int, object]:
        if self.asked.get("client_id") == "secretive":
            pair = base64.b64encode(b"secretive:s%2B3cret").decode()
            if authorization != f"Basic {pair}":
                return 401, {"error": "invalid_client"}
        if path == "/token" and form["grant_type"] == "authorization_code":
            return self._redeem(form)
        answers: dict[str, object] = {
            "/token": {"access_token": "a2", "token_type": "Bearer", "refresh_token": "r2"},
            "/introspection": {"active": True},
            "/revocation": {},
        }
        return 200, answers[path]

    def _redeem(self, form: dict[str, str]) -> tuple[int, object]:
        if shortened(form["code_verifier"]) != self.asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        claims: dict[str, Any] = {
            "iss": self.origin,
            "sub": "mara",
            "aud": self.asked["client_id"],
            "exp": FAR_FUTURE,
            "nonce": self.asked["nonce"],
            "at_hash": shortened("a1", 16),
            **self.claims,
        }
        key = self.signs_with or KEYS[self.algorithm]
        id_token = jwt.encode({"alg": self.algorithm, "kid": "one"}, claims, key)
        tokens = {"access_token": "a1", "token_type": "Bearer", "refresh_token": "r1", "id_token": id_token}
        return 200, tokens


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/static/"):
                file = PAGES.static[parts.path.removeprefix("/static/")]
                self._send(200, file.content_type, file.body)
            elif parts.path.startswith("/playground"):
                self._send(200, "text/html; charset=utf-8", playground(provider.origin).encode())
            elif parts.path == "/authorization":
                self.send_response(302)
                self.send_header("Location", provider.redirect(dict(parse_qsl(parts.query))))
                self.end_headers()
            else:
                self._json(*provider.get(parts.path, self.headers["Authorization"]))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._json(*provider.post(self.path, dict(parse_qsl(body)), self.headers["Authorization"]))

        def _json(self, status: int, value: object) -> None:
            self._send(status, "application/json", json.dumps(value).encode())

        def _send(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", content_security_policy(NONCE))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def playground(origin: str) -> str:
    shared = {
        "redirect_uri": f"{origin}/playground/callback",
        "scopes": ["openid", "email"],
        "dialect": "standard",
    }
    clients = [
        {**shared, "name": "Open", "type": "public", "client_id": "open"},
        {
            **shared,
            "name": "Secretive",
            "type": "confidential",
            "client_id": "secretive",
            "secret": "s+3cret",
        },
    ]
    values = {**SAMPLES["playground"].values, "issuer": origin, "clients": clients}
    return PAGES.render("playground.html", "en", NONCE, **values)


@contextmanager
def served(provider: Provider) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(provider))
    provider.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{provider.origin}/playground"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def sign_in(page: Page, address: str, application: str = "Open") -> None:
    page.goto(address)
    page.get_by_role("radio", name=application).check()
    page.get_by_role("button", name="Send the browser to the server").click()
    page.wait_for_url("**/playground/callback")


def press(page: Page, name: str, step: str) -> str:
    """Press the button of a step and give the state the step ends in."""
    page.get_by_role("button", name=name).click()
    section = page.locator(f'[data-step="{step}"]:not([data-state="ready"])')
    section.wait_for()
    return section.get_attribute("data-state") or ""


def failed_checks(page: Page) -> list[str]:
    rows = page.locator("[data-checks] li", has=page.locator(".state.bad"))
    return [row.locator(".check").inner_text() for row in rows.all()]


@pytest.mark.parametrize(("application", "algorithm"), [("Open", "ES256"), ("Secretive", "RS256")])
def test_a_whole_sign_in_runs_step_by_step(new_page: NewPage, application: str, algorithm: str) -> None:
    with served(Provider(algorithm)) as address:
        page = new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        sign_in(page, address, application)
        assert page.url == f"{address}/callback"
        assert press(page, "Exchange the code for tokens", "token") == "done"
        assert press(page, "Fetch the keys and check", "identity") == "done"
        assert press(page, "Ask with the access token", "userinfo") == "done"
        assert press(page, "Refresh the tokens", "refresh") == "done"
        if application == "Secretive":
            page.get_by_role("button", name="Introspect the access token").click()
            page.locator('[data-exchange="introspect"]', has_text='"active": true').wait_for()
        assert press(page, "Revoke the refresh token", "end") == "done"
        assert failed_checks(page) == []
        assert errors == []
        page.reload()
        page.locator('[data-step="end"][data-state="done"]').wait_for()


def test_a_secret_is_neither_kept_nor_shown(new_page: NewPage) -> None:
    with served(Provider()) as address:
        page = new_page()
        sign_in(page, address, "Secretive")
        assert press(page, "Exchange the code for tokens", "token") == "done"
        kept = page.evaluate("sessionStorage.getItem('grantway.playground')")
        for secret in ("s+3cret", "s%2B3cret", base64.b64encode(b"secretive:s%2B3cret").decode()):
            assert secret not in kept
            assert secret not in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        ({"state": "forged"}, "The state is the one this tab sent"),
        ({"iss": "https://other.example"}, "The issuer is this server"),
    ],
)
def test_an_answer_to_another_request_ends_the_run(
    new_page: NewPage, answer: dict[str, str], check: str
) -> None:
    with served(Provider(answer=answer)) as address:
        page = new_page()
        sign_in(page, address)
        page.locator('[data-step="callback"][data-state="failed"]').wait_for()
        assert failed_checks(page) == [check]
        assert not page.get_by_role("button", name="Exchange the code for tokens").is_visible()


@pytest.mark.parametrize(
    ("provider", "check"),
    [
        (Provider(signs_with=FOREIGN), "The signature fits the published key"),
        (Provider(claims={"iss": "https://other.example"}), "The issuer is this server"),
        (Provider(claims={"aud": "other"}), "It is meant for this application"),
        (Provider(claims={"nonce": "replayed"}), "The nonce is the one this tab sent"),
        (Provider(claims={"exp": 1_000_000_000}), "It has not expired"),
        (Provider(claims={"at_hash": "other"}), "It belongs to this access token"),
    ],
)
def test_an_id_token_that_lies_is_not_believed(new_page: NewPage, provider: Provider, check: str) -> None:
    with served(provider) as address:
        page = new_page()
        sign_in(page, address)
        press(page, "Exchange the code for tokens", "token")
        assert press(page, "Fetch the keys and check", "identity") == "failed"
        assert failed_checks(page) == [check]
