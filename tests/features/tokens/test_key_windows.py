"""When a key signs, when its signatures are believed, and which keys are shown to the world."""

from __future__ import annotations

import pytest

from grantway.core.model import DAY, Algorithm, Instant, SigningKey
from grantway.features.memory.keyring import KeyMissing
from grantway.features.services import Services
from tests.features.authorize.remembered import (
    NOW,
    StillClock,
    opened_keys,
    services,
    signing_key,
)
from tests.features.tokens.samples import (
    APP,
    MOUNT_OF,
    OTHER,
    SHARED,
    STANDARD,
    Formats,
    read,
    token,
    world,
)

FROM, UNTIL = NOW, NOW + 30 * DAY


def key_at(name: str, retire_at: Instant | None = None, withdrawn_at: Instant | None = None) -> SigningKey:
    """The only signing key of the mount of a format."""
    algorithm: Algorithm = "HS256" if name == "bare_jwt" else "ES256"
    return signing_key(
        MOUNT_OF[name], algorithm, use_from=FROM, retire_at=retire_at, withdrawn_at=withdrawn_at
    )


def server(clock: StillClock, *keys: SigningKey) -> Services:
    return services(APP, keys=opened_keys(*keys), clock=clock)


def may_mint(here: Services, name: str) -> bool:
    try:
        token(here, name)
    except KeyMissing:
        return False
    return True


@pytest.mark.parametrize("name", ["jwt", "bare_jwt"])
@pytest.mark.parametrize(
    ("at", "signs", "is_believed"),
    [(FROM - 1, False, True), (FROM, True, True), (UNTIL - 1, True, True), (UNTIL, False, False)],
    ids=["a moment before its use", "at its use", "a moment before its end", "at its end"],
)
def test_a_key_signs_and_is_believed_in_its_window(
    name: str, at: Instant, signs: bool, is_believed: bool
) -> None:
    """V072: both edges of a key's time; it is announced before its use."""
    key = key_at(name, retire_at=UNTIL)
    text = token(server(StillClock(FROM), key), name)
    here = server(StillClock(at), key)
    assert may_mint(here, name) is signs
    assert (read(Formats(here).all[name], text, MOUNT_OF[name]) is not None) is is_believed
    published = here.keyring.public_keys(STANDARD)
    assert (len(published) == 1) is (is_believed and name == "jwt")


@pytest.mark.parametrize("name", ["jwt", "bare_jwt"])
def test_a_withdrawn_key_is_believed_no_more(name: str) -> None:
    """V072: whatever its window says."""
    text = token(server(StillClock(), key_at(name)), name)
    here = server(StillClock(), key_at(name, withdrawn_at=NOW - 1))
    assert read(Formats(here).all[name], text, MOUNT_OF[name]) is None
    assert not may_mint(here, name)
    assert here.keyring.public_keys(STANDARD) == []


def test_the_newest_key_signs_and_those_before_it_are_believed() -> None:
    older = signing_key(SHARED, "HS256", 1, use_from=NOW - 2 * DAY)
    newer = signing_key(SHARED, "HS256", 2, use_from=NOW - DAY)
    coming = signing_key(SHARED, "HS256", 3, use_from=NOW + DAY)
    text = token(server(StillClock(), older), "bare_jwt")
    here = server(StillClock(), coming, older, newer)
    assert read(Formats(here).all["bare_jwt"], text, SHARED) is not None
    assert here.keyring.signing_key(SHARED, "HS256").record.kid == newer.kid


def test_keys_of_shared_secrets_are_never_published() -> None:
    here = world()
    assert here.keyring.public_keys(SHARED) == []
    for mount in (STANDARD, OTHER):
        for published in here.keyring.public_keys(mount):
            assert not {"k", "d", "p", "q", "dp", "dq", "qi"} & set(published)
            assert {"kid", "alg", "use", "kty"} <= set(published)


@pytest.mark.parametrize("name", ["jwt", "bare_jwt"])
def test_having_believed_a_token_once_is_no_reason_to_go_on(name: str) -> None:
    """V072: the same reader, before and after the key's end; and the same text where it does not belong."""
    clock = StillClock(UNTIL - 1)
    here = server(clock, key_at(name, retire_at=UNTIL))
    form, text = Formats(here).all[name], token(here, name)
    assert [read(form, text, MOUNT_OF[name]) is not None for _ in range(3)] == [True] * 3
    assert read(form, text, "other") is None
    assert read(form, text[:-1] + ("A" if text[-1] != "A" else "B"), MOUNT_OF[name]) is None
    clock.at = UNTIL
    assert read(form, text, MOUNT_OF[name]) is None
