"""What becomes of a verified redirect: an address with parameters, and a host in words."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core.redirects import VerifiedRedirect
from tests.core.hostile_addresses import SEEDS

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
    ("uri", "host"),
    [
        ("https://app.example.test/cb", "app.example.test"),
        ("https://app.example.test:8443", "app.example.test:8443"),
        ("http://127.0.0.1:53124/cb", "127.0.0.1:53124"),
        ("http://[::1]:53124/cb", "[::1]:53124"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_person_reads_the_host_or_the_scheme(uri: str, host: str) -> None:
    assert VerifiedRedirect(uri).host == host
