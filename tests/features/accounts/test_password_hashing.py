"""Hashing of passwords: argon2id, of equal cost for everybody, and never more than the machine bears."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from argon2 import extract_parameters

from grantway.core.ports import Unavailable
from grantway.system import Argon2Passwords, SystemEntropy


def test_the_default_cost_is_the_documented_one() -> None:
    """docs/security/sign-in.md."""
    found = extract_parameters(Argon2Passwords().hash("tangerine-lamp-otter"))
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19 * 1024, 2, 1)
    assert (found.salt_len, found.hash_len) == (16, 32)


def test_nobodys_hash_costs_the_same_and_fits_nothing() -> None:
    """V150, V153."""
    passwords = Argon2Passwords()
    real, nobody = extract_parameters(passwords.hash("x")), extract_parameters(passwords.nobody)
    assert real == nobody
    for text in ("", "null", "None", "\x00" * 32, "tangerine-lamp-otter"):
        assert passwords.verify(None, text) is False


def test_a_hash_fits_its_password_only() -> None:
    passwords = Argon2Passwords(memory=64, iterations=1)
    phc = passwords.hash("Grüße-aus-Übersee")
    assert passwords.verify(phc, "Grüße-aus-Übersee")
    assert not passwords.verify(phc, "grüße-aus-übersee")
    assert not passwords.verify(phc, phc)
    assert not passwords.verify("no hash at all", "no hash at all")
    assert passwords.hash("Grüße-aus-Übersee") != phc


class Slow(Argon2Passwords):
    """Keeps its turn until it is told to go on."""

    def __init__(self, **bounds: float) -> None:
        super().__init__(memory=64, iterations=1, **bounds)  # type: ignore[arg-type]
        self.running, self.go_on = Event(), Event()

    def occupy(self) -> None:
        with self.pool.turn():
            self.running.set()
            self.go_on.wait(30)


def test_beyond_the_bound_the_answer_comes_at_once() -> None:
    passwords = Slow(workers=1, waiting=0)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(passwords.occupy)
        assert passwords.running.wait(30)
        with pytest.raises(Unavailable):
            passwords.verify(None, "x")
        passwords.go_on.set()
        held.result(30)
    assert passwords.verify(None, "x") is False


def test_who_waits_longer_than_the_deadline_is_told() -> None:
    passwords = Slow(workers=1, waiting=1, patience=0.01)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(passwords.occupy)
        assert passwords.running.wait(30)
        with pytest.raises(Unavailable):
            passwords.hash("x")
        passwords.go_on.set()
        held.result(30)
    assert passwords.hash("x").startswith("$argon2id$")


def test_ids_are_small_enough_for_every_number_format() -> None:
    entropy = SystemEntropy()
    drawn = [entropy.new_id() for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)
    assert min(drawn) > 0
    assert max(drawn) < 2**53
    assert len(entropy.token_bytes(32)) == 32
