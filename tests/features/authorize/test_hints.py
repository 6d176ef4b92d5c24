"""`id_token_hint`: only an ID token of this server, for this client, from this mount."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from grantway.core.identifiers import to_text
from grantway.core.messages import Authorization, Origin, Subject
from grantway.core.model import DAY, SECOND, Party, SignInFacts
from grantway.core.secrets import decode
from grantway.features.services import Services
from grantway.features.tokens.id_token import Hint, IdTokens
from tests.core import records
from tests.core.records import HOME, PERSON
from tests.features.authorize.remembered import ISSUER, NOW, StillClock, private_key, services, signed

# RFC 9864 gives the algorithm another name, which few clients know yet.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")

APP = records.application()


def id_token(world: Services, mount: str = "standard", **settings: Any) -> str:
    authorization = Authorization(
        organization_id=HOME,
        organization_source="grant",
        party=Party(records.organization()),
        subject=Subject("user", PERSON),
        sign_in=SignInFacts(NOW - DAY, ("pwd",), 7),
        nonce="n-1",
    )
    app = replace(APP, settings=records.settings(**settings))
    return IdTokens(world).mint(
        app, authorization, Origin(mount, mount, ""), access_token="an-access-token", scopes=frozenset()
    )


def claims_of(text: str) -> dict[str, Any]:
    return msgspec.json.decode(decode(text.split(".")[1]), type=dict[str, Any])


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "PS256", "EdDSA"])
def test_an_id_token_names_its_person_to_its_client(algorithm: str) -> None:
    world = services(APP)
    text = id_token(world, id_token_algorithm=algorithm)
    assert IdTokens(world).read_hint(text, APP, "standard") == Hint(PERSON, HOME)
    assert claims_of(text) | {"at_hash": ""} == {
        "iss": ISSUER,
        "sub": to_text(PERSON),
        "aud": "orders-app",
        "iat": NOW // SECOND,
        "exp": NOW // SECOND + 600,
        "auth_time": (NOW - DAY) // SECOND,
        "acr": "urn:grantway:acr:password",
        "amr": ["pwd"],
        "org": to_text(HOME),
        "nonce": "n-1",
        "sid": to_text(7),
        "at_hash": "",
    }


def test_an_expired_id_token_still_says_who_it_was() -> None:
    """OpenID Connect Core section 3.1.2.1: a hint may be past its time."""
    clock = StillClock()
    world = services(APP, clock=clock)
    text = id_token(world)
    clock.at += 30 * DAY
    assert IdTokens(world).read_hint(text, APP, "standard") == Hint(PERSON, HOME)


def test_an_id_token_of_another_client_or_mount_is_no_hint() -> None:
    world = services(APP)
    text = id_token(world)
    assert IdTokens(world).read_hint(text, replace(APP, client_id="another"), "standard") is None
    assert IdTokens(world).read_hint(text, APP, "other") is None
    elsewhere = id_token(world, "other", id_token_algorithm="ES256")
    assert IdTokens(world).read_hint(elsewhere, APP, "standard") is None
    assert IdTokens(world).read_hint(elsewhere, APP, "other") == Hint(PERSON, HOME)


def test_no_altered_id_token_is_a_hint() -> None:
    """Each sign of it changed, dropped and doubled."""
    world = services(APP)
    tokens, text = IdTokens(world), id_token(world, id_token_algorithm="ES256")
    for at in range(len(text)):
        other = "A" if text[at] != "A" else "B"
        for altered in (
            text[:at] + other + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at:][:1] + text[at:],
        ):
            assert tokens.read_hint(altered, APP, "standard") is None, altered


def test_what_is_signed_here_is_a_hint_when_nothing_is_wrong_with_it() -> None:
    """So that the refusals below mean something."""
    world = services(APP)
    header = {"typ": "JWT", "alg": "ES256", "kid": "standard-ES256-0"}
    text = signed(header, claims_of(id_token(world)), private_key("standard", "ES256"), "ES256")
    assert IdTokens(world).read_hint(text, APP, "standard") == Hint(PERSON, HOME)


HEADERS: dict[str, dict[str, Any]] = {
    "an access token's type": {"typ": "at+jwt", "alg": "ES256", "kid": "standard-ES256-0"},
    "no type": {"alg": "ES256", "kid": "standard-ES256-0"},
    "no key id": {"typ": "JWT", "alg": "ES256"},
    "another key id": {"typ": "JWT", "alg": "ES256", "kid": "standard-RS256-0"},
    "an unknown key id": {"typ": "JWT", "alg": "ES256", "kid": "nobody"},
    "one more member": {"typ": "JWT", "alg": "ES256", "kid": "standard-ES256-0", "x": 1},
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_another_header_is_no_id_token_even_with_our_signature(header: dict[str, Any]) -> None:
    """V068: the kinds of token are told apart before their claims are looked at."""
    world = services(APP)
    text = signed(header, claims_of(id_token(world)), private_key("standard", "ES256"), "ES256")
    assert IdTokens(world).read_hint(text, APP, "standard") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b",
        "\u00e4.\u00e4.\u00e4",
        "e30.e30.e30",
        "x" * 9_000 + "..",
        "eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_what_is_no_token_is_no_hint(text: str) -> None:
    assert IdTokens(services(APP)).read_hint(text, APP, "standard") is None


@pytest.mark.parametrize("missing", ["iss", "aud", "sub"])
def test_an_id_token_without_a_claim_it_is_judged_by_is_no_hint(missing: str) -> None:
    world = services(APP)
    claims = claims_of(id_token(world))
    del claims[missing]
    header = {"typ": "JWT", "alg": "ES256", "kid": "standard-ES256-0"}
    text = signed(header, claims, private_key("standard", "ES256"), "ES256")
    assert IdTokens(world).read_hint(text, APP, "standard") is None
