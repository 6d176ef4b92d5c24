"""What a sender writes into headers decides nothing: not who the server is, nor who the sender is (E21)."""

from __future__ import annotations

import base64
from collections.abc import Callable
from contextlib import closing
from itertools import product
from urllib.parse import urlencode

import pytest

from grantway.core.identifiers import to_text
from grantway.edges.api import operations
from grantway.edges.dialects.standard import paths
from tests.abuse import raw
from tests.abuse.raw import PEER
from tests.abuse.story import SCOPE, Story
from tests.kit.counts import count
from tests.kit.factories import CALLBACK
from tests.kit.world import World, authorization_request, settings_of

PROXY = "10.1.2.3"
VICTIM = "198.51.100.77"
HTML = ("accept", "text/html")
NAMES = (
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-prefix"),
    *("x-forwarded-server", "x-forwarded-scheme", "x-forwarded-uri", "x-forwarded-path", "x-forwarded-ssl"),
    *("forwarded", "host", "x-host", "x-original-host", "x-original-url", "x-rewrite-url", "x-real-ip"),
    *("x-client-ip", "true-client-ip", "cf-connecting-ip", "x-cluster-client-ip", "client-ip"),
    *("x-http-host-override", "x-http-method-override", "x-method-override", "x-url-scheme", "via"),
    *(
        "front-end-https",
        "remote-addr",
        "remote-user",
        "x-remote-user",
        "x-forwarded-user",
        "x-ssl-client-cert",
    ),
    *("x-forwarded-client-cert", "script-name", "path-info", "x-script-name", "referer", "origin"),
)
VALUES = (
    "evil.example",
    "evil.example:443",
    f"{VICTIM}, {PROXY}",
    VICTIM,
    f"for={VICTIM};host=evil.example;proto=http",
    "/api/v1/users",
    "127.0.0.1",
    "id.example.test, evil.example",
)


def spelled(name: str, value: str) -> dict[str, list[tuple[str, str]]]:
    """One header in the forms that smuggle it past a filter."""
    underscored = name.replace("-", "_")
    return {
        "as it is": [(name, value)],
        "underscored": [(underscored, value)],
        "half underscored": [(name.replace("-", "_", 1), value)],
        "twice": [(name, value), (name, "other.example")],
        "both spellings": [(underscored, value), (name, "id.example.test")],
    }


VARIANTS = [
    (f"{name} {form}: {value}", lines)
    for name, value in product(NAMES, VALUES)
    for form, lines in spelled(name, value).items()
]


def some_variants(number: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """So many of the variants, drawn evenly: the same in each run."""
    step = max(1, len(VARIANTS) // number)
    return VARIANTS[:: step | 1][:number]


def requests(story: Story) -> list[Callable[[World, list[tuple[str, str]], str], raw.Answer]]:
    """Requests whose answers name the server, a link, a cookie or the sender."""
    query = authorization_request(story.honest.application, redirect_uri=CALLBACK, scope=SCOPE)
    token = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": story.honest.application.client_id,
            "client_secret": story.honest.secret,
            "scope": "orders:read",
        }
    ).encode()
    form = ("content-type", "application/x-www-form-urlencoded")
    asked: list[tuple[str, str, list[tuple[str, str]], bytes]] = [
        ("GET", paths.OPENID_CONFIGURATION, [], b""),
        ("GET", f"{paths.AUTHORIZE}?{urlencode(query)}", [HTML], b""),
        ("GET", "/", [HTML], b""),
        ("GET", "/sign-in", [HTML], b""),
        ("POST", paths.TOKEN, [form], token),
        ("GET", "/api/v1/me", [], b""),
        ("GET", "/nowhere", [], b""),
        ("GET", "/d/deeplynx/api/v1/users/current", [], b""),
    ]

    def asking(
        method: str, target: str, own: list[tuple[str, str]], body: bytes
    ) -> Callable[[World, list[tuple[str, str]], str], raw.Answer]:
        return lambda world, lines, peer: raw.ask(world, method, target, [*own, *lines], body, peer=peer)

    return [asking(*one) for one in asked]


def assert_unmoved(world: World, story: Story, peer: str) -> None:
    asking = requests(story)
    plain = [raw.shape(one(world, [], peer)) for one in asking]
    for index, (name, lines) in enumerate(some_variants(count(72, len(VARIANTS)))):
        for turn in {0, index % len(asking), (index * 3 + 1) % len(asking)}:
            answer = asking[turn](world, lines, peer)
            if answer.status == 400 and "host" in [one for one, _ in lines]:
                # A host that is none, or a second one, is refused before anything reads it.
                assert answer.json["error_id"] == "E-HTTP-02", name
                continue
            seen = raw.shape(answer)
            assert seen == plain[turn], name
            assert "evil.example" not in str(seen), name


def test_headers_of_strangers_change_no_answer(story: Story) -> None:
    """V122, V126, V081: issuer, links, cookies and pages stay as they are, in every spelling."""
    assert_unmoved(story.world, story, PEER)


def test_headers_of_a_declared_proxy_change_no_answer_either(store_url: str) -> None:
    """V122, C015: a proxy says where a request came from; it does not say who the server is."""
    with closing(World(settings_of(store_url, trusted_proxies="10.1.2.0/24"))) as world:
        assert_unmoved(world, Story(world), PROXY)


def test_nobody_but_a_declared_proxy_says_where_a_request_came_from(store_url: str) -> None:
    """V126, V081, C015: by X-Forwarded-For alone, spelled with hyphens, read from the proxy's own end."""
    with closing(World(settings_of(store_url, trusted_proxies="10.1.2.0/24"))) as world:
        proxies = world.product.server.proxies
        for name, lines in some_variants(count(300, len(VARIANTS))):
            if any(one == "host" for one, _ in lines):
                continue
            assert proxies.address(raw.environ_of("GET", "/", lines)) == PEER, name
            seen = proxies.address(raw.environ_of("GET", "/", lines, peer=PROXY))
            assert seen == PROXY or "x-forwarded-for" in [one for one, _ in lines], name
        chains = {
            VICTIM: VICTIM,
            f"6.6.6.6, {VICTIM}": VICTIM,
            f"6.6.6.6, {VICTIM}, 10.1.2.9": VICTIM,
            f"{VICTIM}, ": PROXY,
            f"{VICTIM}, nonsense": PROXY,
            "": PROXY,
            f"[2001:db8::7]:443, {VICTIM}:8080": VICTIM,
        }
        for chain, expected in chains.items():
            environ = raw.environ_of("GET", "/", [("x-forwarded-for", chain)], peer=PROXY)
            assert proxies.address(environ) == expected, chain


def test_a_made_up_address_gives_no_more_guesses(story: Story) -> None:
    """V126, V081, V148: each guess says it comes from elsewhere, and all are counted together."""
    secret = {"client_id": story.honest.application.client_id, "grant_type": "client_credentials"}
    body = urlencode({**secret, "client_secret": "gws_" + "A" * 43}).encode()
    statuses = []
    for turn in range(40):
        lines = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", f"198.51.100.{turn}"),
            ("forwarded", f"for=198.51.100.{turn}"),
        ]
        statuses.append(raw.ask(story.world, "POST", paths.TOKEN, lines, body).status)
    assert statuses == [401] * 30 + [429] * 10


def test_links_are_made_from_the_issuer(story: Story) -> None:
    """V122: the link that opens an account, asked for with every header that could point it elsewhere."""
    world = story.world
    operator = world.make.operator()
    console = story.client(
        world.make.platform, "public", scopes=("platform", "users:write"), settings={"consent": "platform"}
    )
    signed_in = world.authorize(console.application, operator, scope="platform users:write")
    own = [("authorization", f"Bearer {signed_in.access_token}"), ("content-type", "application/json")]
    target = f"/api/v1/users/{to_text(story.person.id)}/activation-link"
    for name in (*NAMES[:20], "host"):
        answer = raw.ask(world, "POST", target, [*own, (name, "evil.example")])
        assert answer.status == 201, name
        assert answer.json["activation_link"].startswith(f"{world.issuer}/activate?token="), name
    made = raw.ask(
        world,
        "POST",
        "/api/v1/users",
        [*own, ("host", "evil.example"), ("x-forwarded-host", "evil.example")],
        b'{"email": "new@people.example.test", "name": "New"}',
    )
    assert made.header("location").startswith(f"{world.issuer}/api/v1/users/")


def malformed_tokens(token: str) -> list[str]:
    """Authorization headers that carry something of a live token, or nothing at all."""
    head, payload, proof = token.split(".")
    return [
        *(
            "",
            " ",
            "Bearer",
            "Bearer ",
            "bearer null",
            "Bearer undefined",
            "Bearer None",
            "Bearer 0",
            "Bearer .",
        ),
        *("Bearer ..", "Bearer e30.e30.", "null", "Basic", "Basic Og==", "Basic bnVsbDpudWxs", "Digest x"),
        *(
            token,
            f"Token {token}",
            f"Basic {token}",
            f"Bearer:{token}",
            f"Bearer={token}",
            f"Bearer\t{token}",
        ),
        *(
            f"Bearer {token},",
            f"Bearer {token} {token}",
            f"Bearer {token}, Bearer {token}",
            f'Bearer "{token}"',
        ),
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
    form = ("content-type", "application/x-www-form-urlencoded")
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
        *(
            f"{name}={session}\x00",
            f"{name}={session}%00",
            f"{name}={session},",
            f"{name}={session.swapcase()}",
        ),
        *(f"session={session}", f"__Secure-session={session}", f"__host-session={session}"),
        *(
            f"__HOST-session={session}",
            f"x{name}={session}",
            f"{name}x={session}",
            f"$Version=1; {name}x={session}",
        ),
        *(f"{name}={session}; {name}={session}", f"{name}=planted; {name}={session}"),
        *(f"{name}={session}; {name}=planted", f"a={name}={session}", f"{name}={session}; a={'b' * 9_000}"),
    ]
    for cookie in cookies:
        for target in ("/", "/password", "/sign-out"):
            answer = raw.ask(story.world, "GET", target, [HTML, ("cookie", cookie)])
            assert (answer.status, answer.header("location")) in {
                (303, "/sign-in"),
                (303, "/signed-out"),
            }, cookie
        answer = raw.ask(story.world, "POST", "/password", [HTML, ("cookie", cookie)], b"password=x")
        assert answer.status == 400, cookie
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
