"""How often a password may be tried (C193, C208, V029, V030, V147; docs/security/sign-in.md)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from grantway.core.errors import LOGIN_FAILED, LOGIN_THROTTLED, Refused
from grantway.core.networks import network_of, wide_network_of
from grantway.core.secrets import Secret
from grantway.features.accounts import throttling
from grantway.features.accounts.login import SignedIn
from grantway.features.accounts.throttling import Source, Throttle
from tests.signin.stage import PASSWORD, Stage

MARA = "mara@northwind.example"
WRONG = Secret("not-the-password-1")
HOLDER = Source("198.51.100.7")
ELSEWHERE = Source("203.0.113.9")


def attempt(stage: Stage, source: Source, *, email: str = MARA, password: Secret = WRONG) -> str:
    outcome = stage.login.attempt(email, password, source=source)
    return outcome.reason.id if isinstance(outcome, Refused) else "signed in"


def exhaust(
    stage: Stage, source: Source, *, email: str = MARA, limit: int = throttling.ACCOUNT_FROM_NETWORK
) -> None:
    for _ in range(limit):
        assert attempt(stage, source, email=email) == LOGIN_FAILED.id
    assert attempt(stage, source, email=email) == LOGIN_THROTTLED.id


@pytest.mark.parametrize(
    ("address", "near", "wide"),
    [
        ("198.51.100.7", "198.51.100.0/24", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24", "198.51.100.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", "unknown", "unknown"),
        ("not an address", "unknown", "unknown"),
    ],
)
def test_a_network_is_what_one_party_holds(address: str, near: str, wide: str) -> None:
    assert network_of(address) == near
    assert wide_network_of(address) == wide


def test_the_right_password_is_refused_too_once_the_limit_is_reached(stage: Stage) -> None:
    stage.person()
    exhaust(stage, ELSEWHERE)
    assert attempt(stage, ELSEWHERE, password=Secret(PASSWORD)) == LOGIN_THROTTLED.id


def test_strangers_elsewhere_never_use_up_the_holders_attempts(stage: Stage) -> None:
    stage.person()
    for network in range(30):
        for _ in range(throttling.ACCOUNT_FROM_NETWORK + 2):
            attempt(stage, Source(f"203.0.{network}.9"))
    assert attempt(stage, HOLDER, password=Secret(PASSWORD)) == "signed in"


def test_an_account_under_attack_leaves_each_stranger_fewer_attempts(stage: Stage) -> None:
    stage.person()
    for number in range(throttling.ATTACK):
        assert attempt(stage, Source(f"203.0.{number}.9")) == LOGIN_FAILED.id
    exhaust(stage, Source("192.0.2.1"), limit=throttling.ACCOUNT_FROM_NETWORK_UNDER_ATTACK)


def test_a_browser_that_signed_in_before_has_attempts_of_its_own(stage: Stage) -> None:
    stage.person()
    device = stage.sign_in().device
    exhaust(stage, HOLDER)
    known = Source(HOLDER.address, device)
    assert attempt(stage, known, password=Secret(PASSWORD)) == "signed in"
    exhaust(stage, known, limit=throttling.ACCOUNT_FROM_DEVICE)


def test_a_device_cookie_knows_only_the_accounts_it_signed_in_to(stage: Stage) -> None:
    stage.person()
    stage.person("otto@northwind.example", "Otto Brandt")
    device = stage.sign_in("otto@northwind.example").device
    exhaust(stage, Source(ELSEWHERE.address, device))
    both = stage.login.attempt(MARA, Secret(PASSWORD), source=Source("198.51.100.7", device))
    assert isinstance(both, SignedIn)
    exhaust(stage, HOLDER)
    assert attempt(stage, Source(HOLDER.address, both.device), password=Secret(PASSWORD)) == "signed in"


@pytest.mark.parametrize(
    "device", ["", "x", "a" * 4_000, "AAAAAAAAAAAAAAAAAAAAAA.", "AAAAAAAAAAAAAAAAAAAAAA.b.c", "ü.ü"]
)
def test_a_forged_device_cookie_is_a_stranger(stage: Stage, device: str) -> None:
    stage.person()
    exhaust(stage, Source(ELSEWHERE.address, device))


def test_a_device_keeps_the_accounts_used_last() -> None:
    throttle = Throttle(bytes(32))
    device = None
    for number in range(9):
        device = throttle.device_after_success(f"p{number}@x.example", device, fresh=bytes(16))
    assert device is not None
    assert len(device.split(".")) == 1 + 4
    assert throttle.known_device("p8@x.example", device) is not None
    assert throttle.known_device("p0@x.example", device) is None


def test_spraying_many_accounts_from_one_network_ends(stage: Stage) -> None:
    stage.person()
    outcomes = [attempt(stage, ELSEWHERE, email=f"p{n}@x.example") for n in range(throttling.NETWORK)]
    assert set(outcomes) == {LOGIN_FAILED.id}
    assert attempt(stage, ELSEWHERE, password=Secret(PASSWORD)) == LOGIN_THROTTLED.id
    assert attempt(stage, HOLDER, password=Secret(PASSWORD)) == "signed in"


def test_a_success_gives_nothing_back_to_its_network(stage: Stage) -> None:
    stage.person("eve@northwind.example", "Eve")
    for number in range(throttling.NETWORK - 1):
        attempt(stage, ELSEWHERE, email=f"p{number}@x.example")
    assert attempt(stage, ELSEWHERE, email="eve@northwind.example", password=Secret(PASSWORD)) == "signed in"
    assert attempt(stage, ELSEWHERE) == LOGIN_THROTTLED.id


def test_an_own_account_gives_an_attacker_nothing_back(stage: Stage) -> None:
    stage.person()
    stage.person("eve@northwind.example", "Eve")
    for _ in range(throttling.ACCOUNT_FROM_NETWORK):
        attempt(stage, ELSEWHERE)
        stage.login.attempt("eve@northwind.example", Secret(PASSWORD), source=ELSEWHERE)
    assert attempt(stage, ELSEWHERE) == LOGIN_THROTTLED.id


def test_a_success_gives_the_holder_all_attempts_back(stage: Stage) -> None:
    stage.person()
    for _ in range(throttling.ACCOUNT_FROM_NETWORK - 1):
        attempt(stage, HOLDER)
    assert attempt(stage, HOLDER, password=Secret(PASSWORD)) == "signed in"
    exhaust(stage, HOLDER)


def test_the_window_ends(stage: Stage) -> None:
    stage.person()
    exhaust(stage, HOLDER)
    stage.clock.advance(throttling.WINDOW + 1)
    assert attempt(stage, HOLDER, password=Secret(PASSWORD)) == "signed in"


def test_spelling_an_address_differently_gives_no_more_attempts(stage: Stage) -> None:
    stage.person()
    for number in range(throttling.ACCOUNT_FROM_NETWORK):
        attempt(stage, ELSEWHERE, email=MARA.upper() if number % 2 else f" {MARA} ")
    assert attempt(stage, ELSEWHERE) == LOGIN_THROTTLED.id


def test_unknown_accounts_are_limited_alike(stage: Stage) -> None:
    exhaust(stage, ELSEWHERE, email="nobody@northwind.example")


def test_parallel_attempts_are_counted_exactly(stage: Stage) -> None:
    stage.person()
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda _: attempt(stage, ELSEWHERE), range(64)))
    assert outcomes.count(LOGIN_FAILED.id) == throttling.ACCOUNT_FROM_NETWORK
    assert outcomes.count(LOGIN_THROTTLED.id) == 64 - throttling.ACCOUNT_FROM_NETWORK
