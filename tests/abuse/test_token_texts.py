"""A text where a token may stand can have any shape: it is no token, and never a fault of ours."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from urllib.parse import quote, urlencode

import pytest

from grantway.edges.dialects.standard import paths
from tests.abuse import raw
from tests.abuse.story import Story, credentials
from tests.kit.gateway import gateway_of
from tests.kit.world import World

FORM = ("content-type", "application/x-www-form-urlencoded")


def _encoded(text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _insides() -> Iterator[str | bytes]:
    """JSON, nearly JSON and no JSON: as a header, as claims, as an envelope."""
    for depth in (50, 500, 1_000, 4_000):
        yield "[" * depth
        yield '{"a":' * (depth // 5)
        yield '{"alg":' + "[" * depth + "]" * depth + "}"
        yield '{"typ":"at+jwt","alg":"ES256","kid":' + "[" * depth + "]" * depth + "}"
        yield (
            '{"typ":"at+jwt","alg":"ES256","kid":"x","z":'
            + '{"a":' * (depth // 5)
            + "1"
            + "}" * (depth // 5)
            + "}"
        )
    for number in (
        "1e999",
        "-1e999",
        "1" * 4_500,
        "0." + "1" * 4_500,
        "1e-99999",
        "NaN",
        "Infinity",
        "-0",
        "0x1",
    ):
        yield f'{{"alg":{number},"kid":{number},"typ":{number}}}'
        yield f'{{"exp":{number},"iat":{number},"sub":{number},"aud":{number}}}'
        yield number
    yield from (b"", b"\xff\xfe", b"\xef\xbb\xbf{}", b"\x00", b"{\x00}", b'{"alg":"\xff"}', b"\xed\xa0\x80")
    yield from (
        '{"alg":"\\ud800"}',
        '{"kid":"\\u0000"}',
        '{"alg":"none"}',
        '{"alg":"HS256"}',
        '{"alg":"dir","enc":"A128GCM"}',
    )
    yield from (
        '{"alg":"ES256","alg":"RS256"}',
        "null",
        "true",
        '""',
        "[]",
        "{}",
        '{"alg":null}',
        '{"b64":false,"crit":["b64"],"alg":"ES256"}',
    )
    yield "".encode("utf-16") + "{}".encode("utf-16")
    yield "{}".encode("utf-32")


def _texts() -> Iterator[str]:
    insides = [_encoded(one) for one in _insides()]
    good = _encoded('{"typ":"at+jwt","alg":"ES256","kid":"x"}')
    for inside in insides:
        yield f"{inside}.{inside}.{inside[:90]}"
        yield f"{good}.{inside}.{'A' * 86}"
        yield f"gwo_{inside}"
        yield f"gwr_{inside[:40]}"
    yield from (
        "",
        ".",
        "..",
        "...",
        "....",
        "." * 8_000,
        "a" * 8_000,
        "=" * 80,
        "gwo_",
        "gwr_",
        "gws_",
        "gwc_",
    )
    yield from ("gwr_1.1.1." + "A" * 43, "gwr_" + "9" * 11 + "." + "9" * 12 + "." + "z" * 11 + "." + "-" * 43)
    yield from ("gwr_" + "z" * 300 + ".1.1." + "A" * 43, "gwr_1." + "9" * 300 + ".1." + "A" * 43)
    yield from (
        "é.é.é",
        "\u2028",
        "a b",
        "a,b",
        "Bearer x",
        "\x7f",
        "%00",
        "\ud7ff",
        "٣.٣.٣",
        "a" * 43 + "\u0661",
    )
    yield f"{good}.{good}.{good}.{good}.{good}"


TEXTS = tuple(dict.fromkeys(_texts()))


def _in_header(path: str) -> Callable[[Story, str], raw.Answer]:
    return lambda story, text: raw.ask(story.world, "GET", path, [("authorization", f"Bearer {text}")])


def _in_body(path: str, name: str, **others: str) -> Callable[[Story, str], raw.Answer]:
    def ask(story: Story, text: str) -> raw.Answer:
        body = urlencode({name: text, **others}).encode()
        headers = [FORM, *credentials(story.honest).items()]
        return raw.ask(story.world, "POST", path, headers, body)

    return ask


def _in_query(path: str, name: str) -> Callable[[Story, str], raw.Answer]:
    return lambda story, text: raw.ask(story.world, "GET", f"{path}?{urlencode({name: text})}", [])


def _as_hint(story: Story, text: str) -> raw.Answer:
    address = story.request(story.honest, id_token_hint=text).removeprefix(story.world.issuer)
    return raw.ask(story.world, "GET", address)


def _asking(name: str) -> Callable[[Story, str], raw.Answer]:
    """A parameter of an authorization request, by GET and by POST, that may hold a text of any shape."""

    def ask(story: Story, text: str) -> raw.Answer:
        address = story.request(story.honest, **{name: text}).removeprefix(story.world.issuer)
        path, _, query = address.partition("?")
        answers = [
            raw.ask(story.world, "GET", address),
            raw.ask(story.world, "POST", path, [FORM], query.encode()),
        ]
        answers += [_page_after(story, answer) for answer in answers]
        return raw.Answer(max(answer.status for answer in answers))

    return ask


def _page_after(story: Story, answer: raw.Answer) -> raw.Answer:
    """The page that a person is led to, in the same browser."""
    headers = dict(answer.headers)
    if "/interaction/" not in headers.get("location", ""):
        return answer
    place = headers["location"].removeprefix(story.world.issuer)
    cookie = headers.get("set-cookie", "").partition(";")[0]
    return raw.ask(story.world, "GET", place, [("cookie", cookie)])


def _in_cookies(path: str) -> Callable[[Story, str], raw.Answer]:
    """Every cookie of ours at once, and one of theirs."""

    def ask(story: Story, text: str) -> raw.Answer:
        names = ("browser", "session", "device", "organization", "link")
        cookies = "; ".join([f"theirs={text}", *(f"__Host-{name}={text}" for name in names)])
        return raw.ask(story.world, "GET", path, [("cookie", cookies)])

    return ask


def _in_scheme(method: str, path: str, body: bytes = b"") -> Callable[[Story, str], raw.Answer]:
    """After schemes that are not ours, after ours in other spellings, and in headers of proofs."""

    def ask(story: Story, text: str) -> raw.Answer:
        worst = raw.Answer(0)
        for scheme in ("DPoP ", "Digest ", "Negotiate ", "Basic ", "bEARER  ", "Bearer", ""):
            headers = [FORM, ("authorization", scheme + text), ("dpop", text), ("proof", text)]
            answer = raw.ask(story.world, method, path, headers, body)
            worst = max(worst, answer, key=lambda one: one.status)
        return worst

    return ask


def _as_json(path: str, member: str) -> Callable[[Story, str], raw.Answer]:
    """A member of a JSON body, and in place of the whole body."""

    def ask(story: Story, text: str) -> raw.Answer:
        headers = [("content-type", "application/json"), ("authorization", "Basic eDp5")]
        bodies = (json.dumps({member: text}).encode(), text.encode(), f'{{"{member}":{text}}}'.encode())
        answers = [raw.ask(story.world, "POST", path, headers, body) for body in bodies]
        return max(answers, key=lambda answer: answer.status)

    return ask


def _in_exchange(story: Story, text: str) -> raw.Answer:
    query = dict.fromkeys(("code", "client_id", "client_secret", "redirect_uri", "state", "expiration"), text)
    return raw.ask(story.world, "POST", f"/d/deeplynx/api/v1/oauth/exchange?{urlencode(query)}")


PLACES: dict[str, Callable[[Story, str], raw.Answer]] = {
    "userinfo, header": _in_header(paths.USERINFO),
    "userinfo, body": _in_body(paths.USERINFO, "access_token"),
    "introspection": _in_body(paths.INTROSPECT, "token"),
    "revocation": _in_body(paths.REVOKE, "token"),
    "refresh": _in_body(paths.TOKEN, "refresh_token", grant_type="refresh_token"),
    "code": _in_body(paths.TOKEN, "code", grant_type="authorization_code"),
    "hint": _as_hint,
    "login hint": _asking("login_hint"),
    "languages": _asking("ui_locales"),
    "request object": _asking("request"),
    "request by address": _asking("request_uri"),
    "registration": _asking("registration"),
    "state": _asking("state"),
    "nonce": _asking("nonce"),
    "scope": _asking("scope"),
    "resource": _asking("resource"),
    "prompt": _asking("prompt"),
    "max_age": _asking("max_age"),
    "challenge": _asking("code_challenge"),
    "cookies, authorize": _in_cookies("/oauth/authorize?client_id=x"),
    "cookies, home": _in_cookies("/"),
    "cookies, link": _in_cookies("/activate"),
    "cookies, deeplynx": _in_cookies("/d/deeplynx/api/v1/users/current"),
    "schemes, token": _in_scheme("POST", paths.TOKEN, b"grant_type=client_credentials"),
    "schemes, introspection": _in_scheme("POST", paths.INTROSPECT, b"token=x"),
    "schemes, userinfo": _in_scheme("GET", paths.USERINFO),
    "schemes, management": _in_scheme("GET", "/api/v1/organizations"),
    "schemes, decision": _in_scheme("GET", paths.DECISION),
    "schemes, nexus211": _in_scheme("GET", "/d/nexus211/organizations/current"),
    "schemes, deeplynx": _in_scheme("GET", "/d/deeplynx/api/v1/users/current"),
    "nexus211, code": _as_json("/d/nexus211/oauth/access-token", "code"),
    "nexus211, profile": _as_json("/d/nexus211/oauth/service-account-token", "profile"),
    "nexus211, state": lambda story, text: raw.ask(
        story.world,
        "GET",
        "/d/nexus211/oauth/authorize?" + urlencode({"state": text, "application": text, "redirect": text}),
    ),
    "deeplynx, exchange": _in_exchange,
    "deeplynx, state": lambda story, text: raw.ask(
        story.world,
        "GET",
        "/d/deeplynx/api/oauth/authorize?"
        + urlencode({"state": text, "client_id": text, "redirect_uri": text}),
    ),
    "deeplynx, query": _in_query("/d/deeplynx/api/v1/users/current", "token"),
    "management": _in_header("/api/v1/organizations"),
    "leaked": _in_header("/api/v1/leaked-secrets"),
    "nexus211": _in_header("/d/nexus211/organizations/current"),
    "deeplynx": _in_header("/d/deeplynx/api/v1/users/current"),
    "link": _in_query("/activate", "token"),
    "set-up": _in_query("/setup", "token"),
    "page": lambda story, text: raw.ask(story.world, "GET", f"/interaction/{quote(text, safe='')}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_text_in_place_of_a_token_is_a_fault_of_ours(story: Story, place: str) -> None:
    """V063 to V066: nesting, numbers, encodings, forms; each is refused as any unknown token is."""
    for text in TEXTS:
        answer = PLACES[place](story, text)
        assert answer.status < 500, (place, text[:80])
        assert len(text) < 12 or text not in answer.text, (place, text[:80])


def test_no_text_in_place_of_a_token_is_a_fault_of_the_decision_endpoint(world: World) -> None:
    gateway = gateway_of(world, query_token="token")
    for text in TEXTS:
        for asked in (
            {"method": "GET", "uri": "/orders", "authorization": f"Bearer {text}"},
            {"method": "GET", "uri": f"/orders?token={quote(text)}"},
        ):
            answer = gateway.asked(asked)
            assert answer.status_code < 500, text[:80]
            assert not answer.json.get("allowed")
