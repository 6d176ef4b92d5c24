"""Cookies that no sibling host can set and no script can read. Cites V123, V128, V143."""

from __future__ import annotations

import pytest

from grantway.edges.web.cookies import Cookies, value_of


def test_cookies_carry_the_host_prefix_where_browsers_keep_it() -> None:
    """V123, V143."""
    assert Cookies("https://gate.example").set("session", "abc") == (
        "__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure"
    )


@pytest.mark.parametrize("issuer", ["http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_plain_http_takes_names_that_no_browser_drops_and_no_other_program_has(issuer: str) -> None:
    assert Cookies(issuer).set("session", "abc", max_age=60) == (
        "grantway-8080-session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"
    )
    assert Cookies(issuer).read("session=flask; grantway-8080-session=abc", "session") == "abc"
    assert Cookies("http://localhost:8400").read("grantway-8080-session=abc", "session") is None


def test_clearing_has_the_same_attributes() -> None:
    assert Cookies("https://gate.example").clear("browser") == (
        "__Host-browser=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"
    )


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("__Host-session=abc", "abc"),
        ("a=1; __Host-session=abc; b=2", "abc"),
        ("__Host-session=abc; __Host-session=abc", None),
        ("session=abc", None),
        ("x__Host-session=abc", None),
        ("__host-session=abc", None),
        ("__Host-session", None),
        ("__Host-session=", None),
        ('__Host-session="abc"', None),
        ("__Host-session=a b", None),
        ("__Host-session=" + "a" * 9_000, None),
        ("other=" + "a" * 32_000 + "; __Host-session=abc", "abc"),
        ("other=" + "a" * 33_000 + "; __Host-session=abc", None),
    ],
)
def test_a_cookie_is_read_exactly_or_not_at_all(header: str | None, expected: str | None) -> None:
    """V128: what is malformed counts as absent, never as something else."""
    assert Cookies("https://gate.example").read(header, "session") == expected


def test_nothing_can_be_injected_through_a_value() -> None:
    with pytest.raises(ValueError, match="unreserved"):
        Cookies("https://gate.example").set("session", "a; Domain=evil.example")


def test_the_prefix_is_no_match_for_a_longer_name() -> None:
    assert value_of("access_token_old=1; access_token=2", "access_token") == "2"
