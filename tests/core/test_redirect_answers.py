"""What becomes of a verified redirect: an address with parameters, and a source of a page's policy."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core.redirects import (
    VerifiedRedirect,
    problem_of,
)
from tests.core.hostile_addresses import SEEDS, variants

PARAMETERS = st.dictionaries(
    st.sampled_from(["code", "state", "iss", "error"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    max_size=4,
)


@given(seed=st.sampled_from([*SEEDS, "https://a.test/cb?", "https://a.test/cb?x=1&"]), parameters=PARAMETERS)
def test_parameters_join_an_address_and_its_own_query_stays(seed: str, parameters: dict[str, str]) -> None:
    """The address before, its query, then ours, each readable as it was (RFC 6749 section 3.1.2)."""
    redirect = VerifiedRedirect(seed)
    joined = redirect.with_parameters(parameters)
    before, after = urlsplit(seed), urlsplit(joined)
    assert (after.scheme, after.netloc, after.path, after.fragment) == (
        before.scheme,
        before.netloc,
        before.path,
        "",
    )
    own = parse_qsl(before.query, keep_blank_values=True)
    assert parse_qsl(after.query, keep_blank_values=True) == own + list(parameters.items())
    assert joined.isascii()
    assert not re.search(r"[\s<>\"']", joined)


@pytest.mark.parametrize(
    ("uri", "source", "host"),
    [
        ("https://app.example.test/cb", "https://app.example.test", "app.example.test"),
        ("https://app.example.test:8443", "https://app.example.test:8443", "app.example.test:8443"),
        ("http://127.0.0.1:53124/cb", "http://127.0.0.1:53124", "127.0.0.1:53124"),
        # A content security policy cannot name an IPv6 address; a browser would ignore the source.
        ("http://[::1]:53124/cb", "http:", "[::1]:53124"),
        ("https://[2001:db8::7]/cb", "https:", "[2001:db8::7]"),
        ("com.example.app:/cb", "com.example.app:", "com.example.app:"),
    ],
)
def test_a_page_may_lead_to_the_origin_or_the_scheme(uri: str, source: str, host: str) -> None:
    assert VerifiedRedirect(uri).form_action == source
    assert VerifiedRedirect(uri).host == host


VARIANTS = variants()


@pytest.mark.parametrize(
    "uri", [*SEEDS, *(variant.uri for variant in VARIANTS[:: max(1, len(VARIANTS) // 200)])]
)
def test_what_stands_in_the_policy_of_a_page_ends_no_directive(uri: str) -> None:
    """A registered address adds one source to the policy and nothing else."""
    if problem_of(uri, is_native=True) is None:
        assert re.fullmatch(r"[a-z0-9.:/+-]+", VerifiedRedirect(uri).form_action)
