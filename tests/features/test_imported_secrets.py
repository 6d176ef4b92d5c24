"""Secrets that another server made: they authenticate, are counted before they are evaluated, and become ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace

import bcrypt
import falcon.testing
import pytest
from argon2.low_level import Type, hash_secret

from grantway.core.foreign_secrets import read_secret
from grantway.core.model import Application, Credential
from grantway.core.ports import Unavailable
from grantway.features import guesses
from grantway.system.foreign_hashes import SystemForeignHashes
from grantway.system.hashing_pool import HashingPool
from tests.kit.world import World, settings_of

SECRET = "correct-horse-battery"


def pbkdf2(rounds: int = 1_000, name: str = "sha256", salt: bytes = b"0123456789abcdef") -> bytes:
    return hashlib.pbkdf2_hmac(name, SECRET.encode(), salt, rounds)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


DJANGO = f"pbkdf2_sha256$1000$0123456789abcdef${b64(pbkdf2())}"
HYDRA = f"$pbkdf2-sha256$i=1000,l=32${b64(b'0123456789abcdef').rstrip('=')}${b64(pbkdf2()).rstrip('=')}"
BCRYPT = bcrypt.hashpw(SECRET.encode(), b"$2b$04$abcdefghijklmnopqrstuu").decode()
ARGON2 = hash_secret(SECRET.encode(), bytes(16), 1, 8, 1, 32, Type.ID).decode()
TEXTS = {"plain": SECRET, "django": DJANGO, "hydra": HYDRA, "bcrypt": BCRYPT, "argon2id": ARGON2}


class CountingHashes:
    """The real comparison, and how often it was asked."""

    def __init__(self) -> None:
        self._real = SystemForeignHashes(HashingPool(), waiting=40)
        self.asked = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        with self._real.turn():
            yield

    def fits(self, text: str, secret: str) -> bool:
        self.asked += 1
        return self._real.fits(text, secret)


@pytest.fixture
def hashes() -> CountingHashes:
    return CountingHashes()


@pytest.fixture
def world(store_url: str, hashes: CountingHashes) -> Iterator[World]:
    found = World(settings_of(store_url), foreign=hashes)
    yield found
    found.close()


@pytest.fixture
def application(world: World) -> Application:
    return world.make.application(world.make.organization())


def ask(
    world: World, application: Application, secret: str, *, address: str = "198.51.100.7", client_id: str = ""
) -> falcon.testing.Result:
    """Something that only an authenticated client may ask, from an address."""
    pair = f"{client_id or application.client_id}:{secret}".encode()
    return falcon.testing.TestClient(world.app).simulate_post(
        "/oauth/revoke",
        body="token=unknown",
        headers={
            "Authorization": "Basic " + b64(pair),
            "Content-Type": "application/x-www-form-urlencoded",
            "Host": "id.example.test",
        },
        remote_addr=address,
    )


def stored(world: World, application: Application) -> tuple[Credential, ...]:
    with world.store.read() as tx:
        return tx.organization(application.organization_id).credentials(application.id)


@pytest.mark.parametrize("kind", sorted(TEXTS))
def test_the_old_secret_authenticates_and_becomes_ours_at_its_first_use(
    world: World, application: Application, hashes: CountingHashes, kind: str
) -> None:
    world.make.imported_secret(application, TEXTS[kind])
    assert ask(world, application, "wrong" + SECRET).json["error"] == "invalid_client"
    asked = hashes.asked
    assert ask(world, application, SECRET).status_code == 200
    (credential,) = stored(world, application)
    assert credential.foreign_text is None
    assert credential.imported == read_secret(TEXTS[kind]).kind, "it stays known where it came from"
    assert hashes.asked == asked + (kind != "plain")
    assert ask(world, application, SECRET).status_code == 200
    with closing(world.beside()) as other:
        assert ask(other, application, SECRET).status_code == 200
    assert hashes.asked == asked + (kind != "plain"), "evaluated slowly once, and never again"
    assert ask(world, application, SECRET + "x").status_code == 401


def test_nothing_slow_runs_on_the_event_loop(world: World, application: Application) -> None:
    from grantway.core.ports import WouldBlock

    world.make.imported_secret(application, BCRYPT)
    ask(world, application, SECRET)
    pair = b64(f"{application.client_id}:{SECRET}".encode())
    with pytest.raises(WouldBlock):
        world.memory_client().simulate_post(
            "/oauth/token",
            body="grant_type=client_credentials",
            headers={
                "Authorization": f"Basic {pair}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Host": "id.example.test",
            },
        )


def test_guesses_are_counted_before_they_are_evaluated(
    world: World, application: Application, hashes: CountingHashes
) -> None:
    world.make.imported_secret(application, BCRYPT)
    for _ in range(guesses.FROM_NETWORK):
        assert ask(world, application, "guess").json["error_description"].startswith("Client auth")
    asked = hashes.asked
    refused = ask(world, application, SECRET)
    assert refused.status_code == 429, "also the right one, from where so many were wrong"
    assert "Too many" in refused.json["error_description"]
    assert hashes.asked == asked, "what is over the bound is not evaluated"
    assert ask(world, application, SECRET, address="203.0.113.9").status_code == 200, "the owner is elsewhere"


@pytest.mark.parametrize("text", [SECRET, BCRYPT], ids=["plain", "hashed"])
def test_many_guesses_at_once_do_not_slip_under_the_bound(
    world: World, application: Application, hashes: CountingHashes, text: str
) -> None:
    """E03, V153: counted by one statement each, however many come together."""
    world.make.imported_secret(application, text)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(world, application, "guess"), range(guesses.FROM_NETWORK + 8)))
    told = [one.json["error_description"].startswith("Too many") for one in answers]
    assert sum(told) == 8


def test_right_uses_are_taken_back_and_never_run_into_the_bound(
    world: World, application: Application
) -> None:
    world.make.imported_secret(application, SECRET)
    for _ in range(guesses.FROM_NETWORK + 5):
        assert ask(world, application, SECRET).status_code == 200


def test_strangers_everywhere_do_not_lock_the_owner_out(world: World, application: Application) -> None:
    world.make.imported_secret(application, SECRET)
    assert ask(world, application, SECRET).status_code == 200
    for number in range(guesses.ATTACK + 10):
        ask(world, application, "guess", address=f"10.0.{number}.1")
    for number in range(guesses.FROM_NETWORK + 5):
        ask(world, application, "guess", address=f"198.51.100.{100 + number}")
    assert ask(world, application, SECRET, address="198.51.100.200").status_code == 429, (
        "a stranger next door"
    )
    assert ask(world, application, SECRET).status_code == 200, "where it was right before"


def test_a_secret_of_ours_is_never_held_up(world: World, application: Application) -> None:
    """Whoever is shut out makes a new secret: that is rotation, and the end of the counting."""
    imported = world.make.imported_secret(application, SECRET)
    ours = world.make.secret(application)
    for _ in range(guesses.FROM_NETWORK + 1):
        ask(world, application, "guess")
    assert ask(world, application, ours).status_code == 200
    with world.store.begin() as tx:
        door = tx.organization(application.organization_id)
        assert door.revoke_credential(application.id, imported.id, now=world.clock.now())
    assert not world.application_of(application.client_id).has_imported_secrets
    assert ask(world, application, SECRET, address="203.0.113.9").status_code == 401


def test_a_wrong_secret_costs_the_same_whoever_it_is_for(
    world: World, application: Application, hashes: CountingHashes
) -> None:
    """V150: neither the time nor the bound tells which applications there are, or which moved in."""
    world.make.imported_secret(application, BCRYPT)
    plain = world.make.application(world.make.organization())
    world.make.imported_secret(plain, SECRET)
    ordinary = world.make.application(world.make.organization())
    world.make.secret(ordinary)
    public = world.make.application(world.make.organization(), "public")
    nobody = replace(ordinary, client_id="nobody")
    outcomes = []
    for number, one in enumerate((application, plain, ordinary, public, nobody)):
        asked = hashes.asked
        answers = [
            ask(world, one, "guess", address=f"192.0.{number}.1") for _ in range(guesses.FROM_NETWORK + 1)
        ]
        told = [answer.json["error_description"] for answer in answers]
        outcomes.append((hashes.asked - asked, told))
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_unknown_clients_cost_no_hash_where_nothing_was_imported(
    world: World, application: Application, hashes: CountingHashes
) -> None:
    assert ask(world, application, "guess", client_id="nobody").status_code == 401
    assert ask(world, application, "guess").status_code == 401
    assert hashes.asked == 0


def test_of_many_first_uses_one_rewrites_and_all_are_right(
    world: World, application: Application, hashes: CountingHashes
) -> None:
    world.make.imported_secret(application, BCRYPT)
    with closing(world.beside()) as other, ThreadPoolExecutor(8) as pool:
        both = (world, other)
        answers = list(pool.map(lambda number: ask(both[number % 2], application, SECRET), range(16)))
    assert {one.status_code for one in answers} == {200}
    (credential,) = stored(world, application)
    assert (credential.foreign_text, credential.version) == (None, 2)


@pytest.mark.parametrize("is_last", [True, False], ids=["the-last", "one-of-several"])
def test_a_process_that_knew_the_old_hash_takes_the_secret_after_another_rewrote_it(
    world: World, application: Application, is_last: bool
) -> None:
    world.make.imported_secret(application, BCRYPT)
    if not is_last:
        world.make.imported_secret(world.make.application(world.make.organization()), BCRYPT)
    with closing(world.beside()) as other:
        assert ask(other, application, "guess").status_code == 401
        assert ask(world, application, SECRET).status_code == 200
        assert ask(other, application, SECRET).status_code == 200


def test_the_same_secret_in_two_hashes_is_rewritten_once(world: World, application: Application) -> None:
    world.make.imported_secret(application, BCRYPT)
    world.make.imported_secret(application, ARGON2)
    for _ in range(3):
        assert ask(world, application, SECRET).status_code == 200
    assert sorted(one.foreign_text is None for one in stored(world, application)) == [False, True]


def test_what_bcrypt_never_read_still_means_nothing(world: World, application: Application) -> None:
    """D10, D11: a secret of 86 characters, of which bcrypt reads 72 bytes."""
    secret = "A1b2-_" * 14 + "zz"
    world.make.imported_secret(application, bcrypt.hashpw(secret[:72].encode(), bcrypt.gensalt(4)).decode())
    assert ask(world, application, secret + "tail").status_code == 200
    assert ask(world, application, secret).status_code == 200
    assert ask(world, application, secret[:71]).status_code == 401


@pytest.mark.parametrize("secret", ["a+b/c==", "100%sure", "50%25", "ein geheimnis"])
def test_a_secret_is_taken_as_it_is_sent_encoded_or_not(
    world: World, application: Application, secret: str
) -> None:
    from urllib.parse import quote_plus

    world.make.imported_secret(application, secret)
    assert ask(world, application, secret).status_code == 200
    assert ask(world, application, quote_plus(secret)).status_code == 200
    assert ask(world, application, secret + "%zz").status_code == 401


def test_guesses_have_a_lane_of_their_own() -> None:
    """However many wait with guesses, one of the two places for passwords is free."""
    pool = HashingPool(workers=2, waiting=0, patience=0.01)
    foreign = SystemForeignHashes(pool, waiting=0)
    with foreign.turn():
        with pytest.raises(Unavailable), foreign.turn():
            pass
        with pool.turn():
            pass


def test_broken_form_encoding_is_refused_as_before_where_nothing_was_imported(
    world: World, application: Application
) -> None:
    """RFC 6749 §2.3.1, C050."""
    for client_id in (application.client_id, "nobody"):
        result = ask(world, application, "100%", client_id=client_id)
        assert (result.status_code, result.json["error_id"]) == (401, "E-CLIENT-04")
