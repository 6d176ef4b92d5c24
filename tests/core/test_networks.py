"""Address ranges: one spelling each, nothing hidden in them, and whom they include (G11, G12)."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantway.core.networks import MAXIMUM_LENGTH, address_of, includes, normalised, problem_of


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7", "192.0.2.7/32"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("::1", "::1/128"),
        ("0.0.0.0/1", "0.0.0.0/1"),
        # The same IPv4 range in the clothes of IPv6.
        ("::ffff:192.0.2.0/120", "192.0.2.0/24"),
        ("::ffff:c000:207", "192.0.2.7/32"),
        ("::ffff:0:0/97", "0.0.0.0/1"),
    ],
)
def test_a_range_has_one_spelling(text: str, spelling: str) -> None:
    assert problem_of(text) is None
    assert normalised(text) == spelling
    assert normalised(spelling) == spelling


@pytest.mark.parametrize(
    ("text", "error_id"),
    [
        ("", "E-NETWORK-02"),
        ("everywhere", "E-NETWORK-02"),
        ("192.0.2", "E-NETWORK-02"),
        ("192.0.2.0/33", "E-NETWORK-02"),
        ("192.0.2.0/-1", "E-NETWORK-02"),
        ("192.0.2.0/024", "E-NETWORK-02"),
        ("192.0.2.0/+24", "E-NETWORK-02"),
        ("192.0.2.0/ 24", "E-NETWORK-02"),
        (" 192.0.2.0/24", "E-NETWORK-02"),
        ("192.0.2.0/24/24", "E-NETWORK-02"),
        ("192.0.2.0/", "E-NETWORK-02"),
        ("192.0.2.0/255.255.255.0", "E-NETWORK-02"),
        ("192.0.2.0/0.0.0.255", "E-NETWORK-02"),
        ("192.0.02.0/24", "E-NETWORK-02"),
        ("0xc0.0.2.0/24", "E-NETWORK-02"),
        ("3221225984", "E-NETWORK-02"),
        ("192.0.2.0-192.0.2.9", "E-NETWORK-02"),
        ("192.0.2.*", "E-NETWORK-02"),
        ("\u0661\u0669\u0662.0.2.0/24", "E-NETWORK-02"),
        ("192.0.2.0/\u0662\u0664", "E-NETWORK-02"),
        ("example.com", "E-NETWORK-02"),
        ("fe80::1%eth0", "E-NETWORK-02"),
        ("fe80::%eth0/64", "E-NETWORK-02"),
        ("[2001:db8::]/32", "E-NETWORK-02"),
        ("2001:db8::/129", "E-NETWORK-02"),
        ("2001:db8::" + "0" * 60, "E-NETWORK-02"),
        ("192.0.2.7/24", "E-NETWORK-03"),
        ("2001:db8::7/32", "E-NETWORK-03"),
        ("::ffff:192.0.2.7/120", "E-NETWORK-03"),
        ("0.0.0.0/0", "E-NETWORK-04"),
        ("::/0", "E-NETWORK-04"),
        ("::ffff:0:0/96", "E-NETWORK-04"),
    ],
)
def test_what_is_no_range_is_refused_with_what_to_do(text: str, error_id: str) -> None:
    found = problem_of(text)
    assert found is not None
    assert found.id == error_id
    if error_id == "E-NETWORK-02":
        assert normalised(text) == text


@pytest.mark.parametrize(
    ("networks", "address", "is_included"),
    [
        ((), "192.0.2.7", True),
        ((), "", True),
        (("192.0.2.0/24",), "192.0.2.0", True),
        (("192.0.2.0/24",), "192.0.2.255", True),
        (("192.0.2.0/24",), "192.0.3.0", False),
        (("192.0.2.0/24",), "::ffff:192.0.2.7", True),
        (("192.0.2.0/24",), "::ffff:c000:207", True),
        (("192.0.2.0/24",), "2001:db8::1", False),
        (("192.0.2.0/24",), "::192.0.2.7", False),
        (("192.0.2.0/24", "2001:db8::/32"), "2001:db8:ffff::1", True),
        (("2001:db8::/32",), "2001:db9::1", False),
        (("::/1",), "192.0.2.7", False),
        (("fe80::/10",), "fe80::1%eth0", False),
        # What is no address is in no range.
        (("192.0.2.0/24",), "", False),
        (("192.0.2.0/24",), "192.0.2.7:443", False),
        (("192.0.2.0/24",), "192.0.2.7, 198.51.100.1", False),
        (("192.0.2.0/24",), "unix:", False),
        # A stored text that is no range opens nothing.
        (("everywhere",), "192.0.2.7", False),
    ],
)
def test_whom_ranges_include(networks: tuple[str, ...], address: str, is_included: bool) -> None:
    """G12: none allows all, the first one begins to limit."""
    assert includes(networks, address) is is_included


@given(address=st.ip_addresses(), prefix=st.integers(1, 128))
def test_a_range_made_of_an_address_includes_it_and_is_sound(address: object, prefix: int) -> None:
    parsed = ip_address(str(address))
    network = ip_network(f"{parsed}/{min(prefix, parsed.max_prefixlen)}", strict=False)
    assert len(str(network)) <= MAXIMUM_LENGTH
    if problem_of(str(network)) is None:
        spelling = normalised(str(network))
        assert problem_of(spelling) is None
        mapped = address_of(str(parsed))
        assert includes((spelling,), str(parsed)) is (mapped in ip_network(spelling))


@given(st.text(max_size=60))
def test_any_text_is_judged_and_none_includes_by_accident(text: str) -> None:
    assert problem_of(text) is not None or normalised(normalised(text)) == normalised(text)
    address = address_of(text)
    is_inside = address is not None and address in ip_network("192.0.2.0/24")
    assert includes(("192.0.2.0/24",), text) is is_inside
