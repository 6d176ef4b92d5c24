"""A claimed redirect address is followed when it equals a registered one, and in one more case."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grantway.core.model import Redirect
from grantway.core.redirects import (
    VerifiedRedirect,
    is_loopback,
    match,
    problem_of,
)
from tests.core.hostile_addresses import LOOPBACK, PRIVATE, SCRIPT_SCHEMES, SEEDS, WEB, Variant, variants
from tests.kit.counts import count

REGISTERED = tuple(Redirect(seed) for seed in SEEDS)


VARIANTS = variants()


HEADS = ("http://127.0.0.1", "http://[::1]", "http://localhost")


def differs_only_in_port(uri: str, seed: str) -> bool:
    """Said again in other words than the product's: the same loopback host and tail, any proper port."""
    return (host_and_tail(uri) or "no") == host_and_tail(seed)


def host_and_tail(uri: str) -> tuple[str, str] | None:
    """A loopback address without its port; None for any other address."""
    for head in HEADS:
        if uri.startswith(head):
            rest = uri[len(head) :]
            if not rest.startswith(":"):
                return head, rest
            digits = rest[1:].split("/")[0].split("?")[0]
            is_port = digits.isascii() and digits.isdigit() and 0 < int(digits) < 65_536 and digits[0] != "0"
            return (head, rest[1 + len(digits) :]) if is_port else None
    return None


def is_allowed_for_native(uri: str) -> bool:
    return uri in SEEDS or any(differs_only_in_port(uri, seed) for seed in LOOPBACK)


def test_the_corpus_is_large_and_varied() -> None:
    assert len(VARIANTS) >= 1_000
    families = Counter(variant.family for variant in VARIANTS)
    assert len(families) >= 25
    assert sum(variant.may_be_registered is False for variant in VARIANTS) >= 1_000


def test_only_what_equals_a_registered_address_is_followed() -> None:
    """V033, V035, V037, V042, V043, V044, V049, C028: of the whole corpus nothing passes for a web application."""
    passed = [variant.uri for variant in VARIANTS if match(variant.uri, REGISTERED, is_native=False)]
    assert passed == []


def test_a_native_application_may_vary_the_port_of_loopback_and_nothing_else() -> None:
    """V036, V042, C029: the corpus again, with the one exception there is."""
    passed = {variant.uri for variant in VARIANTS if match(variant.uri, REGISTERED, is_native=True)}
    assert passed == {variant.uri for variant in VARIANTS if is_allowed_for_native(variant.uri)}
    assert passed, "the corpus varies ports too"


def test_whatever_is_registered_matches_itself_alone() -> None:
    """V043, V049, C028: each registrable variant, registered alone, opens no seed and no other variant."""
    registrable = [variant.uri for variant in VARIANTS if problem_of(variant.uri, is_native=False) is None]
    assert len(registrable) > 100
    step = max(1, len(registrable) // count(bounded=40, full=len(registrable)))
    for uri in registrable[::step]:
        alone = (Redirect(uri),)
        assert [other for other in (*registrable, *SEEDS) if match(other, alone, is_native=False)] == [uri]


def test_private_schemes_match_exactly_too() -> None:
    """C028: no part of an address with a private scheme is free."""
    for seed in PRIVATE:
        hostile: list[Variant] = [variant for variant in VARIANTS if variant.seed == seed]
        assert hostile
        assert [v.uri for v in hostile if match(v.uri, (Redirect(seed),), is_native=True)] == []


@pytest.mark.parametrize("scheme", SCRIPT_SCHEMES)
@pytest.mark.parametrize("rest", ["alert(1)", "//app.example.test/callback", "/callback", "text/html,x"])
def test_a_scheme_that_runs_is_refused_when_registered_and_when_used(scheme: str, rest: str) -> None:
    """V041: even a record that came by it some other way is not followed."""
    uri = f"{scheme}:{rest}"
    assert problem_of(uri, is_native=False) is not None
    assert problem_of(uri, is_native=True) is not None
    for spelled in (uri, uri.upper(), f" {uri}"):
        assert match(spelled, (Redirect(spelled),), is_native=True) is None


@pytest.mark.parametrize(
    "registered",
    [
        "https://app.example.test/cb.php",
        "https://app.example.test/(a|b)+?x=[0-9]",
        "https://app.example.test/$1/^",
        "https://app.example.test/.+",
    ],
)
@pytest.mark.parametrize(
    "claimed",
    [
        "https://appXexample.test/cb.php",
        "https://app.example.test/cbXphp",
        "https://app.example.test/aaab?x=7",
        "https://app.example.test/anything",
        "https://app.example.test/",
    ],
)
def test_characters_of_patterns_stand_for_themselves(registered: str, claimed: str) -> None:
    """V039: no registered address is a pattern."""
    assert match(claimed, (Redirect(registered),), is_native=False) is None
    assert match(claimed, (Redirect(registered),), is_native=True) is None
    assert match(registered, (Redirect(registered),), is_native=False) == VerifiedRedirect(registered)


@given(seed=st.sampled_from(SEEDS), head=st.text(max_size=40), tail=st.text(max_size=40))
@example(seed=WEB[0], head="", tail="/")
@example(seed=WEB[0], head="", tail="\n")
@example(seed=WEB[0], head="https://evil.test/?", tail="")
def test_any_change_of_head_or_tail_is_refused(seed: str, head: str, tail: str) -> None:
    """V040: an address is not compared by its beginning or its end."""
    claimed = head + seed + tail
    found = match(claimed, REGISTERED, is_native=False)
    assert found == (VerifiedRedirect(claimed) if claimed in SEEDS else None)


ADDRESS_TEXT = st.text(alphabet="htps:/.@#?%[]\\127x0 abcevil;-&=", max_size=60)


@given(claimed=ADDRESS_TEXT | st.builds("{}{}".format, st.sampled_from(HEADS), ADDRESS_TEXT))
def test_no_text_passes_but_equals_and_loopback_ports(claimed: str) -> None:
    """V033, V036: random texts of the signs that matter."""
    assert (match(claimed, REGISTERED, is_native=False) is not None) == (claimed in SEEDS)
    assert (match(claimed, REGISTERED, is_native=True) is not None) == is_allowed_for_native(claimed)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    ("asked", "is_followed"),
    [
        (":1/cb", True),
        (":65535/cb", True),
        ("/cb", True),
        (":0/cb", False),
        (":65536/cb", False),
        (":080/cb", False),
        (":/cb", False),
        (":80:80/cb", False),
        (":\u0661/cb", False),
        (":8080/cb/", False),
        (":8080/CB", False),
        (":8080/cb?x=1", False),
        (":8080/cb#x", False),
        (":8080/cb\n", False),
        (":8080", False),
        (":8080@evil.test/cb", False),
        (".evil.test:8080/cb", False),
        ("@evil.test:8080/cb", False),
    ],
)
def test_the_port_of_loopback_is_free_for_native_applications(
    head: str, asked: str, is_followed: bool
) -> None:
    """V036, V042, C029."""
    registered = (Redirect(f"{head}:3000/cb"),)
    assert (match(head + asked, registered, is_native=True) is not None) is is_followed
    assert match(head + asked, registered, is_native=False) is None


def test_the_names_of_loopback_are_three_different_hosts() -> None:
    """C029: registering one opens no other."""
    for head in HEADS:
        found = [
            other for other in HEADS if match(f"{other}:9/cb", (Redirect(f"{head}/cb"),), is_native=True)
        ]
        assert found == [head]


def test_a_loopback_address_with_https_is_matched_exactly() -> None:
    registered = (Redirect("https://127.0.0.1:3000/cb"),)
    assert match("https://127.0.0.1:3001/cb", registered, is_native=True) is None
    assert match("https://127.0.0.1:3000/cb", registered, is_native=True) is not None


@pytest.mark.parametrize(
    ("uri", "answer"),
    [("http://127.0.0.1", True), ("http://[::1]:8/x", True), ("http://localhost?x", True)]
    + [
        (uri, False)
        for uri in ("https://127.0.0.1/", "http://127.0.0.1:0/", "http://127.0.0.1x", "http://a.test")
    ],
)
def test_loopback_is_recognised(uri: str, answer: bool) -> None:
    assert is_loopback(uri) is answer
