"""What may be registered as a redirect address, and that judging one takes no time."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.core.model import Redirect
from grantway.core.redirects import (
    MAXIMUM_LENGTH,
    VerifiedRedirect,
    match,
    origin_problem_of,
    problem_of,
)
from tests.core.hostile_addresses import SEEDS, WEB, variants

REGISTERED = tuple(Redirect(seed) for seed in SEEDS)


VARIANTS = variants()


SAFETY_DEADLINE = 0.010


@pytest.mark.parametrize("seed", SEEDS)
def test_the_seeds_are_honest(seed: str) -> None:
    assert problem_of(seed, is_native=True) is None
    assert match(seed, REGISTERED, is_native=False) == VerifiedRedirect(seed)


@pytest.mark.parametrize("is_native", [False, True])
def test_hostile_forms_are_refused_at_registration(is_native: bool) -> None:
    """V033, V035, V036, V041, V044: what two parsers could read in two ways is never stored."""
    hostile = [variant for variant in VARIANTS if variant.may_be_registered is False]
    stored = [variant for variant in hostile if problem_of(variant.uri, is_native=is_native) is None]
    assert stored == []


REFUSED: list[tuple[str, Reason]] = [
    ("", errors.FIELD_REDIRECT_MALFORMED),
    ("app.example.test/cb", errors.FIELD_REDIRECT_MALFORMED),
    ("https:", errors.FIELD_REDIRECT_MALFORMED),
    ("https://", errors.FIELD_REDIRECT_MALFORMED),
    ("https:///cb", errors.FIELD_REDIRECT_MALFORMED),
    ("https://app.example.test/" + "a" * MAXIMUM_LENGTH, errors.FIELD_REDIRECT_MALFORMED),
    ("https://" + "a" * 64 + ".test/", errors.FIELD_REDIRECT_MALFORMED),
    ("https://" + "a." * 130 + "test/", errors.FIELD_REDIRECT_MALFORMED),
    ("https://-a.test/", errors.FIELD_REDIRECT_MALFORMED),
    ("https://a-.test/", errors.FIELD_REDIRECT_MALFORMED),
    ("https://a_b.Test/", errors.HOST_CAPITALS),
    ("https://app.example.test/cb#part", errors.FIELD_REDIRECT_FRAGMENT),
    ("https://app.example.test/*", errors.FIELD_REDIRECT_WILDCARD),
    ("https://*.example.test/cb", errors.FIELD_REDIRECT_WILDCARD),
    ("https://name@app.example.test/cb", errors.FIELD_REDIRECT_USERINFO),
    ("http://app.example.test/cb", errors.FIELD_REDIRECT_SCHEME),
    ("http://127.0.0.2/cb", errors.FIELD_REDIRECT_SCHEME),
    ("http://127.0.0.1.evil.test/cb", errors.FIELD_REDIRECT_SCHEME),
    ("http://localhost.evil.test/cb", errors.FIELD_REDIRECT_SCHEME),
    ("http://[::2]/cb", errors.FIELD_REDIRECT_SCHEME),
    ("ftp://app.example.test/cb", errors.FIELD_REDIRECT_SCHEME),
]


@pytest.mark.parametrize(("uri", "reason"), REFUSED, ids=[uri[:60] or "empty" for uri, _ in REFUSED])
@pytest.mark.parametrize("is_native", [False, True])
def test_a_refused_address_says_what_is_wrong(uri: str, reason: Reason, is_native: bool) -> None:
    """C030: http is for loopback; C027: an address is registered whole."""
    assert problem_of(uri, is_native=is_native) == reason


@pytest.mark.parametrize(
    "uri",
    [
        *WEB,
        "https://app.example.test/",
        "https://app.example.test/a//b",
        "https://app.example.test/a;v=1/b?x=%2e%2e/..",
        "https://app.example.test/.well-known/cb...x",
        "https://xn--bcher-kva.example/cb",
        "https://1.example.test/cb",
        "https://localhost:3000/cb",
        "http://localhost:3000/cb",
        "http://127.0.0.1:8080",
    ],
)
def test_honest_addresses_are_taken(uri: str) -> None:
    """C030: loopback is the one place for http."""
    assert problem_of(uri, is_native=False) is None
    assert problem_of(uri, is_native=True) is None


@pytest.mark.parametrize(
    ("uri", "for_web", "for_native"),
    [
        ("com.example.app:/cb", errors.FIELD_REDIRECT_SCHEME, None),
        ("com.example.app://host/cb?x=1", errors.FIELD_REDIRECT_SCHEME, None),
        ("myapp:/cb", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_PRIVATE),
        ("my-app://cb", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_PRIVATE),
        ("com..app:/cb", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_PRIVATE),
        ("com.example.app:cb", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_MALFORMED),
        ("com.example.app:", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_MALFORMED),
        ("urn:ietf:wg:oauth:2.0:oob", errors.FIELD_REDIRECT_SCHEME, errors.FIELD_REDIRECT_PRIVATE),
    ],
)
def test_a_scheme_of_its_own_is_for_native_applications_and_has_a_dot(
    uri: str, for_web: Reason, for_native: Reason | None
) -> None:
    """C031: a reversed domain name, and nothing without a dot."""
    assert problem_of(uri, is_native=False) == for_web
    assert problem_of(uri, is_native=True) == for_native


RFC_3986 = re.compile(r"(?:([^:/?#]+):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?")


@given(
    scheme=st.sampled_from(["https://", "http://", "https:", "//"]),
    host=st.from_regex(r"[a-z0-9.\-\[\]:x%@]{1,30}", fullmatch=True)
    | st.sampled_from(["app.example.test", "127.0.0.1", "[::1]", "1.2.3.4", "localhost"]),
    tail=st.text(alphabet="/?;.%2ef@:&=a[]", max_size=20),
)
def test_every_parser_reads_a_registered_address_alike(scheme: str, host: str, tail: str) -> None:
    """V033: three parsers see one host and one path, so a browser has nothing to disagree about."""
    uri = scheme + host + tail
    if problem_of(uri, is_native=False) is not None:
        return
    ours, theirs, grammar = urlsplit(uri), httpx.URL(uri), RFC_3986.fullmatch(uri)
    assert grammar is not None
    assert ours.netloc == grammar[2] == theirs.netloc.decode()
    assert ours.path == grammar[3]
    assert theirs.path == httpx.URL(f"https://x{ours.path}").path
    assert ours.username is None
    assert theirs.userinfo == b""
    assert ours.hostname == theirs.host
    assert not any(segment in {".", ".."} for segment in theirs.path.split("/"))


LONG = [
    "https://" + "a" * 1_000_000,
    "https://" + "a." * 900 + "/",
    "https://" + "a-" * 990 + ".",
    "https://" + "-" * 1_990,
    "https://[" + ":" * 1_980 + "]",
    "https://[" + "1:" * 980 + "]",
    "https://[" * 200,
    "https://" + "@" * 1_990,
    "https://a/" + "../" * 600,
    "https://a/" + "%2e" * 600,
    "https://a/" + ";" * 1_900,
    "com" + ".a" * 990 + ":",
    "com" + ".-" * 990,
    "a" * 1_999 + ":",
    "http://127.0.0.1:" + "0" * 1_900,
    "http://127.0.0.1" + "/" * 1_900 + "\n",
    "http://127.0.0.1/" + "a" * 1_000_000,
    ":" * 2_000,
    "\u3002" * 2_000,
]


def test_no_address_keeps_the_checker_busy() -> None:
    """V050: at registration and at use each address is judged within a safety deadline of processor time."""
    slow = [
        uri[:80]
        for uri in (*LONG, *(variant.uri for variant in VARIANTS))
        if seconds_to_judge(uri) > SAFETY_DEADLINE
    ]
    assert slow == []


def seconds_to_judge(uri: str) -> float:
    """The best of a few tries, so that a busy machine is not taken for a slow check."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        problem_of(uri, is_native=True)
        match(uri, REGISTERED, is_native=True)
        origin_problem_of(uri)
        best = min(best, time.process_time() - started)
        if best <= SAFETY_DEADLINE:
            break
    return best
