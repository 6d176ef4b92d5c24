"""What is nearly a credential is none: malformed headers and cookies open no route."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest

from grantway.core.identifiers import to_text
from grantway.edges.dialects.standard import paths
from grantway.edges.web.records import operations
from tests.abuse import raw
from tests.abuse.parameters import FORM, HTML
from tests.abuse.story import Story
from tests.kit.counts import count

INSTEAD = {
    "/": "/sign-in",
    "/password": "/sign-in?to=password",
    "/profile": "/sign-in?to=profile",
    "/applications": "/sign-in?to=applications",
    "/sign-out": "/signed-out",
}
"""Where a browser without a session is led from pages of one."""


def malformed_tokens(token: str) -> list[str]:
    """Authorization headers that carry something of a live token, or nothing at all."""
    head, payload, proof = token.split(".")
    return [
        *("", " ", "Bearer", "Bearer ", "bearer null", "Bearer undefined", "Bearer None", "Bearer 0"),
        *("Bearer .",),
        *("Bearer ..", "Bearer e30.e30.", "null", "Basic", "Basic Og==", "Basic bnVsbDpudWxs", "Digest x"),
        *(token, f"Token {token}", f"Basic {token}", f"Bearer:{token}", f"Bearer={token}"),
        *(f"Bearer\t{token}",),
        *(f"Bearer {token},", f"Bearer {token} {token}", f"Bearer {token}, Bearer {token}"),
        *(f'Bearer "{token}"',),
        *(f"Bearer {token}.", f"Bearer {token}=", f"Bearer {head}.{payload}.", f"Bearer {head}.{payload}"),
        *(f"Bearer {head}..{proof}", f"Bearer .{payload}.{proof}", f"Bearer {payload}.{head}.{proof}"),
        *(f"Bearer {token[:-1]}", f"Bearer {token[1:]}", f"Bearer {token.swapcase()}", f"Bearer %20{token}"),
        *(f"Bearer {token}\x00", f"Bearer {token}\u00e9", f"Bearer {'A' * 20_000}", f"Bearer{token}"),
    ]


def test_malformed_tokens_open_no_route(story: Story) -> None:
    """V128: every route that takes a token, with everything that is nearly one."""
    world = story.world
    token = story.tokens(story.honest)["access_token"]
    headers = malformed_tokens(token)
    routes = [("GET", paths.USERINFO), ("POST", paths.USERINFO), ("GET", "/d/deeplynx/api/v1/users/current")]
    routes += [("GET", "/d/nexus211/organizations/current")]
    for operation in operations.ALL:
        path = operation.path.replace("{organization_id}", to_text(story.acme.id))
        routes.append((operation.method, "/api/v1" + path.replace("{", "").replace("}", "")))
    step = count(7, 1)
    for index, (method, target) in enumerate(routes):
        for header in headers if index < 4 else headers[index % step :: step]:
            answer = raw.ask(world, method, target, [("authorization", header)])
            assert answer.status in {400, 401}, (method, target, header)
            assert story.person.email not in answer.text
    twice = [("authorization", f"Bearer {token}"), ("authorization", f"Bearer {token}")]
    assert raw.ask(world, "GET", paths.USERINFO, twice).status == 400
    assert raw.ask(world, "GET", paths.USERINFO, [("authorization_", f"Bearer {token}")]).status == 401
    assert raw.ask(world, "GET", paths.USERINFO, twice[:1]).status == 200


@pytest.mark.parametrize("path", [paths.TOKEN, paths.REVOKE, paths.INTROSPECT])
def test_malformed_client_credentials_open_no_route(story: Story, path: str) -> None:
    """V128: a header that is there is evaluated, and a broken one is never as good as none."""
    client_id, secret = story.honest.application.client_id, story.honest.secret or ""
    body = urlencode({"grant_type": "client_credentials", "token": "x", "client_id": client_id})
    pairs = (f"{client_id}:", f":{secret}", secret, f"{client_id}:{secret}:", f"{client_id}:{secret[:-1]}")
    headers = ["", "Basic", "Basic =", "Basic !!!", f"Basic {client_id}:{secret}", f"Bearer {secret}"]
    headers += [f"Basic {raw_basic(pair)}" for pair in pairs]
    headers += [f"Basic {raw_basic(f'{client_id}:{secret}')}x", f"Basic {raw_basic(f'{client_id}:null')}"]
    form = FORM
    for header in headers:
        answer = raw.ask(story.world, "POST", path, [form, ("authorization", header)], body.encode())
        assert answer.status in {400, 401}, header
    good = [form, ("authorization", f"Basic {raw_basic(f'{client_id}:{secret}')}")]
    assert raw.ask(story.world, "POST", path, good, body.encode()).status == 200


def raw_basic(pair: str) -> str:
    return base64.b64encode(pair.encode()).decode()


def test_malformed_cookies_open_no_page(story: Story) -> None:
    """V128, V123: pages of a session, with everything that is nearly its cookie or set by a sibling host."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, story.person.password)
    session = browser.cookies["__Host-session"]
    name = "__Host-session"
    cookies = [
        *("", ";", "=", name, f"{name}=", f"{name}==", f"{name}=null", f"{name}=0", f"{name} = {session}"),
        *(f'{name}="{session}"', f"{name}={session}x", f"{name}={session[:-1]}", f"{name}={session} x"),
        *(f"{name}={session}\x00", f"{name}={session}%00", f"{name}={session},"),
        *(f"{name}={session.swapcase()}",),
        *(f"session={session}", f"__Secure-session={session}", f"__host-session={session}"),
        *(f"__HOST-session={session}", f"x{name}={session}", f"{name}x={session}"),
        *(f"$Version=1; {name}x={session}",),
        *(f"{name}={session}; {name}={session}", f"{name}=planted; {name}={session}"),
        *(f"{name}={session}; {name}=planted", f"a={name}={session}", f"{name}={session}; a={'b' * 33_000}"),
    ]
    for cookie in cookies:
        for target, instead in INSTEAD.items():
            answer = raw.ask(story.world, "GET", target, [HTML, ("cookie", cookie)])
            assert (answer.status, answer.header("location")) == (303, instead), cookie
        answer = raw.ask(story.world, "POST", "/password", [HTML, ("cookie", cookie)], b"password=x")
        assert answer.status == 415, cookie
    planted = [HTML, ("cookie", f"{name}=planted"), ("cookie", f"{name}={session}")]
    assert raw.ask(story.world, "GET", "/", planted).status == 303
    assert raw.ask(story.world, "GET", "/", [HTML, ("cookie", f"{name}={session}")]).status == 200


def test_a_cookie_of_a_sibling_host_takes_over_no_flow(story: Story) -> None:
    """V123: the browser's own secret cannot be planted under another name or beside the true one."""
    mine = story.world.browser()
    mine.visit(story.request(story.honest))
    secret, step = mine.cookies["__Host-browser"], mine.address.removeprefix(story.world.issuer)
    assert raw.ask(story.world, "GET", step, [HTML, ("cookie", f"__Host-browser={secret}")]).status == 200
    for cookie in (
        f"browser={secret}",
        f"__Secure-browser={secret}",
        f"__Host-browser=planted; __Host-browser={secret}",
        f"__Host-browser={secret}; __Host-browser=planted",
    ):
        answer = raw.ask(story.world, "GET", step, [HTML, ("cookie", cookie)])
        assert answer.status == 400, cookie
        # What is set anew is a secret that nobody knows, never the planted one.
        assert all("planted" not in line and secret not in line for line in answer.all("set-cookie"))
