"""What a sender writes into headers decides nothing: not who the server is, nor who the sender is (E21)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from itertools import product
from urllib.parse import urlencode

from grantway.core.identifiers import to_text
from grantway.edges.dialects.standard import paths
from tests.abuse import raw
from tests.abuse.parameters import HTML
from tests.abuse.raw import PEER
from tests.abuse.story import SCOPE, Story
from tests.kit.counts import count
from tests.kit.factories import CALLBACK
from tests.kit.world import World, authorization_request, settings_of

PROXY = "10.1.2.3"
VICTIM = "198.51.100.77"
NAMES = (
    *("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-prefix"),
    *("x-forwarded-server", "x-forwarded-scheme", "x-forwarded-uri", "x-forwarded-path", "x-forwarded-ssl"),
    *("forwarded", "host", "x-host", "x-original-host", "x-original-url", "x-rewrite-url", "x-real-ip"),
    *("x-client-ip", "true-client-ip", "cf-connecting-ip", "x-cluster-client-ip", "client-ip"),
    *("x-http-host-override", "x-http-method-override", "x-method-override", "x-url-scheme", "via"),
    *("front-end-https", "remote-addr", "remote-user", "x-remote-user", "x-forwarded-user"),
    *("x-ssl-client-cert",),
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
        for form in ("underscored", "half underscored"):
            lines = spelled("x-forwarded-for", VICTIM)[form]
            assert proxies.address(raw.environ_of("GET", "/", lines, peer=PROXY)) == PROXY, form
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
    """V126, V081: each guess says it comes from elsewhere, and all are counted together."""
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
