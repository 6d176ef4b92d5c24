"""What all dialects share at their mounts: failures, methods, foreign origins, hosts of their own."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.errors import Conflict, Forbidden, Invalid, NotFound, OAuthError, PreconditionFailed
from grantway.core.messages import Issued, Metadata
from grantway.core.ports import Unavailable, WouldBlock
from grantway.edges.dialects import ALL, NEXUS211, STANDARD
from grantway.edges.web import failures
from grantway.edges.web.dialect import Dialect, Operation
from grantway.edges.web.mounts import routes_of
from grantway.edges.web.requests import Mount
from grantway.features.authorize.views import Interact
from tests.dialects.wire import ISSUER, Wired, a_server

ISSUED = Issued("gwo_token", "Bearer", 900, frozenset({"orders:read"}))
SPA = "https://spa.example"

token_request = {
    "standard": (
        "/oauth/token",
        "",
        {"content-type": "application/x-www-form-urlencoded"},
        "grant_type=x&client_id=c",
    ),
    "nexus211": (
        "/d/nexus211/oauth/access-token",
        "",
        {"content-type": "application/json", "authorization": "Basic Yzpz"},
        '{"code":"x"}',
    ),
    "deeplynx": (
        "/d/deeplynx/api/v1/oauth/exchange",
        "code=x&client_id=c&client_secret=s&redirect_uri=https://a&state=s",
        {},
        "",
    ),
    "deeplynx1": (
        "/d/deeplynx1/oauth/exchange",
        "",
        {"content-type": "application/json"},
        '{"grant_type": "authorization_code", "client_id": "a", "code": "c"}',
    ),
    "cxone": (
        "/d/cxone/auth/token",
        "",
        {"content-type": "application/x-www-form-urlencoded"},
        "grant_type=refresh_token&client_id=c",
    ),
    "nitro": (
        "/d/nitro/oauth/token",
        "",
        {"content-type": "application/x-www-form-urlencoded"},
        "client_id=c&client_secret=s",
    ),
    "nexusguard": (
        "/d/nexusguard/oauth/credit/token",
        "",
        {"content-type": "application/x-www-form-urlencoded"},
        "grant_type=client_credential&app_id=c&secret=s",
    ),
}
OUTAGES = {"temporarily_unavailable", "server_error"}
"""The second where nothing else was ever published (D35)."""
every_dialect = pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)


def redeem(wired: Wired, dialect: Dialect, **more: str) -> Any:
    path, query, headers, body = token_request[dialect.name]
    return wired.ask("POST", path, query=query, headers={**headers, **more}, body=body)


def error_of(answer: Any) -> str | int:
    """What a refusal is called: a word, or the number of an envelope."""
    told: str | int = answer.json["error"] if "error" in answer.json else answer.json["code"]
    return told


# --- Failures ----------------------------------------------------------------------------------------


@every_dialect
def test_a_database_outage_is_a_503_in_the_dialects_form(dialect: Dialect) -> None:
    wired = Wired(dialect)
    wired.features.outcome = Unavailable("password=hunter2")
    answer = redeem(wired, dialect)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert error_of(answer) in OUTAGES | {1_002}
    assert "hunter2" not in answer.text


@every_dialect
def test_what_nobody_foresaw_is_one_fixed_500(dialect: Dialect) -> None:
    """V156: nothing of the fault is in the answer."""
    wired = Wired(dialect)
    wired.features.outcome = KeyError("table users, column phc")
    answer = redeem(wired, dialect)
    assert answer.status_code == 500
    assert error_of(answer) in {"server_error", 1_001}
    assert "phc" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@every_dialect
def test_the_signal_to_wait_elsewhere_passes_through(dialect: Dialect) -> None:
    wired = Wired(dialect)
    wired.features.outcome = WouldBlock()
    with pytest.raises(WouldBlock):
        redeem(wired, dialect)


@every_dialect
def test_every_answer_carries_the_security_headers(dialect: Dialect) -> None:
    """C010, V142."""
    wired = Wired(dialect)
    for outcome in (ISSUED, OAuthError(errors.CODE_INVALID), ValueError()):
        wired.features.outcome = outcome
        answer = redeem(wired, dialect)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    ("error", "status", "error_id"),
    [
        (NotFound(errors.RECORD_NOT_FOUND), 404, "E-RECORD-02"),
        (Forbidden(errors.RECORD_FORBIDDEN), 403, "E-RECORD-04"),
        (Conflict(errors.RECORD_EXISTS), 409, "E-RECORD-07"),
        (PreconditionFailed(errors.RECORD_CHANGED), 412, "E-RECORD-03"),
        (Conflict(errors.RECORD_IF_MATCH), 428, "E-RECORD-09"),
        (Invalid(()), 422, "E-RECORD-01"),
        (OAuthError(errors.CLIENT_THROTTLED), 429, "E-CLIENT-09"),
        (RuntimeError(), 500, "E-SERVER-01"),
        (Unavailable(), 503, "E-SERVER-02"),
    ],
)
def test_one_table_gives_every_fault_a_status(error: Exception, status: int, error_id: str) -> None:
    failure = failures.failure_of(error)
    assert (failure.status, failure.reason.id) == (status, error_id)


def test_every_reason_has_a_status_of_refusal() -> None:
    for reason in errors.all_reasons():
        assert 400 <= failures.of_reason(reason).status <= 503


def test_an_unknown_address_is_a_page_for_people_and_json_for_programs() -> None:
    wired = Wired(STANDARD)
    page = wired.ask("GET", "/nothing/<script>", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "E-REQUEST-10" in page.text
    assert "<script>" not in page.text
    program = wired.ask("GET", "/nothing", headers={"accept": "*/*"})
    assert (program.status_code, program.json["error_id"]) == (404, "E-REQUEST-10")


def test_a_page_that_cannot_be_drawn_hides_nothing() -> None:
    class Broken:
        locales = ("en",)

        def negotiate(self, *_: object) -> str:
            raise RuntimeError("no templates")

    from dataclasses import replace

    wired = Wired(STANDARD, server=replace(a_server(), pages=Broken()))  # type: ignore[arg-type]
    wired.features.outcome = RuntimeError("first")
    answer = wired.ask("GET", "/oauth/authorize", query="client_id=c")
    assert (answer.status_code, answer.json["error_id"]) == (500, "E-SERVER-01")


@every_dialect
def test_other_methods_are_refused_with_those_that_work(dialect: Dialect) -> None:
    wired, methods = Wired(dialect), defaultdict[str, set[str]](set)
    for route in routes_of(wired.mount, dialect):
        methods[route.path].update(route.methods)
    for path, those in methods.items():
        if "DELETE" in those:
            continue
        answer = wired.ask("DELETE", path)
        assert answer.status_code == 405
        assert those <= set(answer.headers["allow"].split(", "))
    assert wired.features.seen == []


# --- Foreign origins ---------------------------------------------------------------------------------


@pytest.fixture
def wired() -> Wired:
    wired = Wired(STANDARD)
    wired.features.outcome = ISSUED
    wired.features.origins = {"spa": (SPA,), "other": ("https://other.example",)}
    return wired


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/userinfo"])
def test_a_preflight_is_answered_for_registered_origins(wired: Wired, path: str) -> None:
    """C009."""
    headers = {"Origin": SPA, "Access-Control-Request-Method": "POST"}
    answer = wired.ask("OPTIONS", path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SPA
    assert answer.headers["access-control-allow-headers"] == "*, authorization"
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://spa.example.evil",
        "https://spa.exampl",
        "http://spa.example",
        "https://SPA.example",
        "https://spa.example:444",
        "https://evil.example/https://spa.example",
        "null",
        "",
        "https://" + "a" * 3_000,
    ],
)
def test_other_origins_are_told_nothing(wired: Wired, origin: str) -> None:
    """V137: whole texts are compared."""
    preflight = wired.ask(
        "OPTIONS", "/oauth/token", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
    )
    assert "access-control-allow-origin" not in preflight.headers
    answer = wired.post("/oauth/token", "grant_type=x&client_id=spa", origin=origin)
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


def test_an_answer_is_open_to_the_origins_of_its_own_application(wired: Wired) -> None:
    """C009."""
    own = wired.post("/oauth/token", "grant_type=x&client_id=spa", origin=SPA)
    assert own.headers["access-control-allow-origin"] == SPA
    foreign = wired.post("/oauth/token", "grant_type=x&client_id=other", origin=SPA)
    assert "access-control-allow-origin" not in foreign.headers
    unread = wired.post("/oauth/token", "grant_type=x&grant_type=x", origin=SPA)
    assert unread.status_code == 400
    assert unread.headers["access-control-allow-origin"] == SPA


def test_introspection_is_not_for_browsers(wired: Wired) -> None:
    answer = wired.ask("OPTIONS", "/oauth/introspect", headers={"Origin": SPA})
    assert answer.status_code == 204
    assert "access-control-allow-origin" not in answer.headers


# --- Hosts and routes --------------------------------------------------------------------------------


def test_a_dialect_on_a_host_of_its_own_is_reached_there_and_sees_no_cookies() -> None:
    """N31: the published paths follow the host."""
    wired = Wired(NEXUS211, host="nexus.example")
    wired.features.outcome = Interact("h")
    query = "state=s&application=c&redirect=https://a"
    there = wired.ask("GET", "/oauth/authorize", query=query, headers={"Host": "nexus.example"})
    assert there.status_code == 302
    assert there.headers["location"] == f"{ISSUER}/interaction/h"
    assert "set-cookie" not in there.headers
    assert wired.last is None
    elsewhere = wired.ask("GET", "/oauth/authorize", query=query, headers={"Host": "gate.example"})
    assert elsewhere.status_code == 404


@pytest.mark.parametrize("path", ["/~hosts/nexus211/oauth/authorize", "/~hosts/", "/~hosts/x"])
def test_the_inner_folder_of_hosts_cannot_be_asked_for(path: str) -> None:
    wired = Wired(NEXUS211, host="nexus.example")
    for host in ("nexus.example", "gate.example"):
        assert wired.ask("GET", path, headers={"Host": host}).status_code == 404


def test_a_forwarded_host_chooses_no_dialect_unless_a_proxy_is_declared() -> None:
    """V122, V126."""
    wired = Wired(NEXUS211, host="nexus.example")
    headers = {"Host": "gate.example", "X-Forwarded-Host": "nexus.example"}
    assert wired.ask("GET", "/organizations/current", headers=headers).status_code == 404


def test_metadata_and_keys_never_wait_behind_the_database() -> None:
    routes = routes_of(Mount("standard", "standard", ISSUER), STANDARD)
    reserved = {route.path for route in routes if route.reserved}
    assert reserved == {
        "/oauth/jwks",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
    }
    assert {route.operation for route in routes if route.memory_first} == {
        Operation.TOKEN,
        Operation.INTROSPECT,
        Operation.DECISION,
        Operation.USERINFO,
        Operation.METADATA,
        Operation.KEYS,
    }


def test_the_issuer_is_not_what_headers_say() -> None:
    """V122."""
    wired = Wired(STANDARD)
    wired.features.outcome = Metadata(ISSUER, (), (), ())
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert "evil" not in wired.ask("GET", "/.well-known/openid-configuration", headers=headers).text
