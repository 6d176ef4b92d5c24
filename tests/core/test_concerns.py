"""Which registered address a claimed one was meant to be, and in what they differ."""

from __future__ import annotations

import pytest

from grantway.core.concerns import UNKNOWN, Concern, Difference, nearest

HOME = "https://app.example.test/callback"


@pytest.mark.parametrize(
    ("claimed", "difference"),
    [
        (HOME + "/", "slash"),
        ("https://app.example.test/Callback", "case"),
        ("https://APP.example.test/callback", "case"),
        (HOME + "?code=s3cret", "query"),
        (HOME + "#at", "fragment"),
        ("http://app.example.test/callback", "scheme"),
        ("http://app.example.test:80/callback", "scheme"),
        ("https://app.example.test:8443/callback", "port"),
        ("https://www.app.example.test/callback", "www"),
        ("https://app.example.test/cb", "path"),
        ("https://evil.example.test/callback", "host"),
        ("https://evil.example.test/", "several"),
        ("", "several"),
        ("not an address", "several"),
        ("https://[broken/callback", "several"),
        ("x" * 5_000, "several"),
        ("com.example.app:/callback", "several"),
    ],
)
def test_the_difference_from_the_one_that_is_registered(claimed: str, difference: Difference) -> None:
    assert nearest(claimed, (HOME,)) == (HOME, difference)


def test_the_one_that_is_meant_is_found_among_others() -> None:
    others = ("https://other.example.test/callback", "http://127.0.0.1/callback", HOME)
    assert nearest(HOME + "/", others) == (HOME, "slash")
    assert nearest("https://other.example.test:444/callback", others) == (others[0], "port")
    assert nearest("anything", ()) is None


def test_what_is_known_stays_where_more_becomes_known() -> None:
    first = Concern("client", named=("openid",))
    assert first.beside(Concern("other", 7, ("email",), "slash")) == Concern(
        "client", 7, ("openid",), "slash"
    )
    assert UNKNOWN.beside(first) == first
