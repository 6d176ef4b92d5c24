"""What is too large, too many, too deep or too odd is refused early, and leaves nothing behind (E19, E20)."""

from __future__ import annotations

import base64
import gc
import gzip
import json
import zlib
from functools import _lru_cache_wrapper
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.model import HOUR, SECOND
from grantway.core.secrets import encode
from grantway.edges.dialects.standard import paths
from grantway.edges.web.limits import MAXIMUM_PARAMETER, MAXIMUM_PARAMETERS
from grantway.edges.web.records import operations
from grantway.features.authorize.pending import LIFETIME
from grantway.features.memory.bounded import Bounded
from tests.abuse import census, raw
from tests.abuse.counting import CountingPasswords
from tests.abuse.dump import rows_of
from tests.abuse.parameters import FORM, HTML, JSON, OF_FORMS, OF_PAGES, OF_QUERIES, UnknownIds
from tests.abuse.story import Story
from tests.kit.counts import count
from tests.kit.world import World

MEGABYTE = "x" * 1_048_576


def basic(pair: str) -> tuple[str, str]:
    return "authorization", "Basic " + base64.b64encode(pair.encode()).decode()


def joined(fields: dict[str, str]) -> str:
    """A form of plain values, which need no escapes."""
    return "&".join(f"{name}={value}" for name, value in fields.items())


def test_a_megabyte_in_any_parameter_is_refused_before_any_work(
    counted: Story, passwords: CountingPasswords
) -> None:
    """V161, V168, E20: in addresses, forms, JSON and headers; nothing is hashed, nothing is stored."""
    world = counted.world
    before = {name: len(rows) for name, rows in rows_of(world.settings.database_url).items()}
    hashed = len(passwords.verified) + passwords.hashed
    for name in OF_QUERIES:
        for size in (MEGABYTE, MEGABYTE[:20_000], MEGABYTE[: MAXIMUM_PARAMETER + 1]):
            query = joined({"client_id": counted.honest.application.client_id, name: size})
            answer = raw.ask(world, "GET", f"{paths.AUTHORIZE}?{query}", [HTML])
            assert answer.status in {400, 413, 414}, name
            assert len(answer.body) < 10_000
    for path in (
        paths.TOKEN,
        paths.REVOKE,
        paths.INTROSPECT,
        paths.USERINFO,
        "/d/nexus211/oauth/access-token",
    ):
        for name in OF_FORMS:
            for size in (MEGABYTE, MEGABYTE[: MAXIMUM_PARAMETER + 1]):
                body = joined({"grant_type": "client_credentials", name: size}).encode()
                assert raw.ask(world, "POST", path, [FORM], body).status in {400, 401, 413, 415}, (path, name)
    for one in census.declared(world):
        is_step = one.method == "POST" and one.who in {"pending request", "session", "link"}
        if is_step or one.name == "sign-in":
            for name in OF_PAGES:
                body = joined({name: MEGABYTE}).encode()
                assert raw.ask(world, one.method, one.address(), [FORM], body).status in {
                    200,
                    400,
                    405,
                    413,
                    414,
                }
    assert {name: len(rows) for name, rows in rows_of(world.settings.database_url).items()} == before
    assert len(passwords.verified) + passwords.hashed == hashed


def test_a_megabyte_in_any_header_or_record_is_refused(story: Story) -> None:
    """V161, V168: headers as a whole have a limit, and each member of a record its own."""
    token = story.tokens(story.honest)["access_token"]
    for name in (
        "authorization",
        "cookie",
        "x-forwarded-for",
        "accept-language",
        "host",
        "origin",
        "idempotency-key",
    ):
        assert raw.ask(story.world, "GET", paths.USERINFO, [(name, MEGABYTE)]).status in {400, 431}
    for header in (f"Bearer {'A' * 20_000}", f"Basic {'A' * 20_000}", f"Bearer {token}{'A' * 10_000}"):
        assert raw.ask(story.world, "GET", paths.USERINFO, [("authorization", header)]).status == 401
    many = [(f"x-{number}", "x") for number in range(101)]
    assert raw.ask(story.world, "GET", "/", many).status == 431
    for operation in operations.ALL:
        path = "/api/v1" + operation.path.format_map(UnknownIds())
        body = json.dumps({"name": MEGABYTE}).encode()
        answer = raw.ask(story.world, operation.method, path, [JSON], body)
        assert answer.status == 401, operation.id
        answer = raw.ask(
            story.world, "GET", f"{path}?limit={MEGABYTE}", [("authorization", f"Bearer {token}")]
        )
        assert answer.status in {400, 401, 403, 404, 405, 413}, operation.id


DEEP = ["[" * 100_000, '{"a":' * 100_000, '{"code":' + "[" * 20_000 + "]" * 20_000 + "}"]
# Short enough that its depth is met, and not its length.
DEEP += ["[" * 8_000, '{"a":' * 3_000, '{"code":' + "[" * 7_000 + "]" * 7_000 + "}"]
ODD = [
    *DEEP,
    *('{"code": 1e999999}', '{"code": ' + "9" * 10_000 + "}", '{"code": NaN}', '{"code": -Infinity}'),
    *('{"code": 1.7e308}',),
    *('{"code": "\\ud800"}', '{"code": "\\u0000"}', "\ufeff{}", '{"a": 1, "a": 2}', "null", "true"),
    *('"text"', "", " "),
    *('{"code": {"$ne": null}}', '{"code": ["a", "b"]}', '{"__proto__": {"admin": true}}', "{'code': 'x'}"),
    *("{",),
]


@pytest.mark.parametrize("path", ["/d/nexus211/oauth/access-token", "/d/deeplynx/api/v1/oauth/exchange"])
def test_odd_json_is_refused(story: Story, path: str) -> None:
    """V166, V168, E20: depth, giant numbers, half characters, doubled members, other types."""
    pair = basic(f"{story.honest.application.client_id}:{story.honest.secret}")
    for text in ODD:
        answer = raw.ask(story.world, "POST", path, [JSON, pair], text.encode("utf-8", "surrogatepass"))
        assert answer.status in {400, 401, 413}, text[:40]


def test_compressed_bodies_and_tokens_are_not_unpacked(story: Story) -> None:
    """V168, V169, V166: neither a form in gzip, nor a token in deflate, nor a key derived a million times."""
    bomb = gzip.compress(b"grant_type=client_credentials&x=" + b"A" * 10_000_000)
    for coding in ("gzip", "deflate", "br", "x-gzip"):
        for path in (paths.TOKEN, paths.INTROSPECT, "/sign-in", "/d/nexus211/oauth/access-token"):
            headers = [
                FORM if path != "/d/nexus211/oauth/access-token" else JSON,
                ("content-encoding", coding),
            ]
            assert raw.ask(story.world, "POST", path, headers, bomb).status in {400, 401, 415}
    packed = encode(zlib.compress(b"{" + b" " * 1_000_000 + b"}"))
    heads: list[dict[str, Any]] = [
        {"alg": "dir", "enc": "A128GCM", "zip": "DEF"},
        {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2c": 2**31 - 1, "p2s": "AAAA"},
        {"alg": "RSA-OAEP", "enc": "A256GCM", "zip": "DEF"},
        {"alg": "ES256", "b64": False, "crit": ["b64"]},
    ]
    for head in heads:
        encoded = encode(json.dumps(head).encode())
        for token in (
            f"{encoded}..AAAA.{packed}.AAAA",
            f"{encoded}.{packed}.AAAA",
            f"{encoded}.AAAA.AAAA.{packed}.AA",
        ):
            answer = raw.ask(story.world, "GET", paths.USERINFO, [("authorization", f"Bearer {token}")])
            assert answer.status == 401
            assert story.introspect(story.honest, token[:MAXIMUM_PARAMETER]) == {"active": False}


def test_too_many_parameters_scopes_and_pairs_are_refused(story: Story) -> None:
    """V161, V166, E20: many small things instead of one large one."""
    client = story.honest.application.client_id
    many = "&".join(f"a{number}=b" for number in range(MAXIMUM_PARAMETERS + 1))
    scopes = " ".join(f"s{number}" for number in range(10_000))
    languages = ",".join(f"xx-{number};q=0.{number}" for number in range(4_000))
    for query in (many, "&" * 100_000, urlencode({"scope": scopes}), "a=b&" * 4_000, "resource=x&" * 5_000):
        assert raw.ask(
            story.world, "GET", f"{paths.AUTHORIZE}?client_id={client}&{query}", [HTML]
        ).status in {400, 413, 414}
        assert raw.ask(story.world, "POST", paths.TOKEN, [FORM], query.encode()).status in {400, 401, 413}
    assert (
        raw.ask(story.world, "GET", "/sign-in", [HTML, ("accept-language", languages[:30_000])]).status == 200
    )


# --- What is kept -------------------------------------------------------------------------------------------------


def remembered(world: World) -> dict[str, int]:
    """How much every memory of the process holds: its maps, and every function that remembers answers."""
    memory = world.product.follower._memory  # noqa: SLF001 - what it holds is the very question
    sizes = {name: len(value) for name, value in vars(memory).items() if isinstance(value, dict)}
    for one in gc.get_objects():
        if isinstance(one, _lru_cache_wrapper) and (one.__module__ or "").startswith("grantway"):
            sizes[f"{one.__module__}.{one.__qualname__} {id(one)}"] = one.cache_info().currsize
    return sizes


def test_every_memory_has_a_bound(world: World) -> None:
    """V162: maps drop their oldest entry, and functions that remember what was asked do so for a number."""
    memory = world.product.follower._memory  # noqa: SLF001 - as above
    for name, value in vars(memory).items():
        assert not isinstance(value, dict) or isinstance(value, Bounded) or name == "dead", name
    small: Bounded[int, int] = Bounded(3)
    for number in range(count(100, 1_000_000)):
        small.put(number, number)
        small.put(number, -number)
    assert dict(small) == {number: -number for number in list(small)}
    assert len(small) == 3


def test_what_strangers_say_is_not_remembered(world: World) -> None:
    """V162, V165: many values of everything that a request can name leave the memory as it was."""

    def ask(number: int) -> None:
        text = f"value-{number}"
        raw.ask(world, "GET", f"{paths.AUTHORIZE}?client_id={text}&ui_locales=x{number}", [HTML])
        raw.ask(
            world,
            "GET",
            "/sign-in",
            [HTML, ("accept-language", f"aa-{text}"), ("cookie", f"__Host-session={text}")],
        )
        raw.ask(
            world,
            "POST",
            paths.TOKEN,
            [FORM, basic(f"{text}:{text}"), ("host", f"{text}.example")],
            b"grant_type=x",
        )
        raw.ask(
            world,
            "GET",
            f"/api/v1/organizations/{text}",
            [("authorization", f"Bearer {text}"), ("origin", text)],
        )
        raw.ask(
            world, "GET", f"/{text}", [(f"x-{text}", text), ("x-request-id", text), ("x-forwarded-for", text)]
        )

    for number in range(10):
        ask(number)
    before = remembered(world)
    for number in range(10, count(60, 20_000)):
        ask(number)
    grown = {
        name: size - before.get(name, 0)
        for name, size in remembered(world).items()
        if size > before.get(name, 0)
    }
    assert set(grown) <= {name for name in grown if "environ._is_host" in name}
    assert all(remembered(world)[name] <= 256 for name in grown)


def test_unfinished_sign_ins_expire_and_are_cleared_away(story: Story) -> None:
    """V165, E20: each is a row of the database with an end, and nothing in the memory of the process."""
    number = count(40, 20_000)
    before = remembered(story.world)
    for turn in range(number):
        browser_cookie = ("cookie", f"__Host-browser={turn:043d}")
        answer = raw.ask(
            story.world, "GET", story.request(story.honest, state=f"s{turn}"), [HTML, browser_cookie]
        )
        assert answer.status == 303
    assert {name for name, size in remembered(story.world).items() if size > before.get(name, 0)} <= {
        name for name in before if name in {"applications", "client_ids", "organizations"}
    }

    def pending() -> list[dict[str, Any]]:
        rows = rows_of(story.world.settings.database_url)["artifacts"]
        return [row for row in rows if row["kind"] == "pending"]

    assert len(pending()) == number
    story.world.advance((LIFETIME + HOUR) // SECOND + 1)
    while story.world.product.housekeeping.step().is_more:
        pass
    assert pending() == []


# --- Anything at all ----------------------------------------------------------------------------------------------
