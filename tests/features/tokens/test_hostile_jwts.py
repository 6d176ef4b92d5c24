"""No JWT is believed that this server did not write, whoever made it and however."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from joserfc import jws

from grantway.core.secrets import encode
from tests.features.authorize.remembered import opened_keys, private_key, services, signed
from tests.features.tokens.hostile_jwts import (
    BARE,
    CLAIMS,
    CORPUS,
    ID_TOKEN,
    JWT,
    OURS,
    WORLD,
    base,
    dictated_work,
)
from tests.features.tokens.samples import (
    APP,
    SHARED,
    STANDARD,
    Formats,
    claims_of,
    every_reader,
    facts,
    header_of,
    read,
    token,
)


# joserfc speaks up about its weaker algorithms, which only the attacker uses here.
@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("make", CORPUS.values(), ids=CORPUS.keys())
def test_no_reader_believes_a_hostile_jwt(make: Any) -> None:
    """V063, V064, V065, V066, V068, V169, C165, C166, C167, C174, C175: each text of the corpus, given to everything that takes a token."""
    readers = every_reader(WORLD)
    texts = dict(make())
    assert len(texts) > 5
    believed = [
        (name, kind) for name, text in texts.items() for kind, reads in readers.items() if reads(text)
    ]
    assert believed == []


def test_a_token_that_dictates_work_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """V169: by its header alone, before the library that would do the work sees the text."""
    reached: list[str] = []
    reads_compact = jws.deserialize_compact

    def watched(text: str, *arguments: Any, **named: Any) -> Any:
        reached.append(text)
        return reads_compact(text, *arguments, **named)

    monkeypatch.setattr(jws, "deserialize_compact", watched)
    for form in Formats(WORLD).all.values():
        for name, text in dictated_work():
            assert read(form, text, STANDARD) is None, name
    assert reached == []
    assert read(Formats(WORLD).all["jwt"], JWT, STANDARD) == facts()
    assert reached == [JWT]


def test_the_corpus_is_made_of_what_works() -> None:
    """The same maker with nothing wrong makes a token that is believed, so that its refusals mean something."""
    form = Formats(WORLD).all["jwt"]
    assert read(form, signed(header_of(JWT), CLAIMS, OURS, "ES256"), STANDARD) == facts()
    bare = Formats(WORLD).all["bare_jwt"]
    honest = signed(header_of(BARE), claims_of(BARE), private_key(SHARED, "HS256"), "HS256")
    assert read(bare, honest, SHARED) == facts(SHARED)


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_a_claim_dropped_by_a_bearer_ends_the_token(claim: str) -> None:
    """V070: and added, emptied and changed."""
    head, _, signature = JWT.split(".")
    form = Formats(WORLD).all["jwt"]
    fewer = {name: value for name, value in CLAIMS.items() if name != claim}
    for changed in (
        fewer,
        {**CLAIMS, claim: None},
        {**CLAIMS, claim: ""},
        {**CLAIMS, claim: "x"},
        {**CLAIMS, "x": 1},
    ):
        text = f"{head}.{encode(msgspec.json.encode(changed))}.{signature}"
        assert read(form, text, STANDARD) is None


@pytest.mark.parametrize("claim", sorted(CLAIMS))
def test_what_a_token_may_do_and_how_long_is_sealed_and_not_shown(claim: str) -> None:
    """V070: even with our own signature a token without `exp` has its end, and one without `jti` is none."""
    form = Formats(WORLD).all["jwt"]
    fewer = {name: value for name, value in CLAIMS.items() if name != claim}
    found = read(form, signed(header_of(JWT), fewer, OURS, "ES256"), STANDARD)
    assert found == (None if claim == "jti" else facts())


def test_an_envelope_of_another_mount_is_not_good_under_our_signature() -> None:
    """V073: the mount is sealed with the facts, whoever signs round them."""
    form = Formats(WORLD).all["jwt"]
    foreign = claims_of(token(WORLD, "jwt", mount="other"))["jti"]
    assert read(form, signed(base(), {**CLAIMS, "jti": foreign}, OURS, "ES256"), STANDARD) is None


def test_a_server_without_keys_believes_nothing() -> None:
    """Failing closed: the keys are gone, and no token is good any more."""
    readers = every_reader(services(APP, keys=opened_keys(server=5)))
    assert not any(reads(text) for reads in readers.values() for text in (JWT, BARE, ID_TOKEN))
