"""A text where a token may stand can have any shape: it is no token, and never a fault of ours."""

from __future__ import annotations

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


PLACES: dict[str, Callable[[Story, str], raw.Answer]] = {
    "userinfo, header": _in_header(paths.USERINFO),
    "userinfo, body": _in_body(paths.USERINFO, "access_token"),
    "introspection": _in_body(paths.INTROSPECT, "token"),
    "revocation": _in_body(paths.REVOKE, "token"),
    "refresh": _in_body(paths.TOKEN, "refresh_token", grant_type="refresh_token"),
    "code": _in_body(paths.TOKEN, "code", grant_type="authorization_code"),
    "hint": _as_hint,
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
