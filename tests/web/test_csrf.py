"""A form counts only from our own page, for its step, its request and its browser. Cites V138 and V007."""

from __future__ import annotations

import pytest

from grantway.core import errors
from grantway.core.errors import PageError
from grantway.edges.web.csrf import Csrf, comes_from

ORIGIN = "https://gate.example"
SECRET = "b" * 43
csrf = Csrf(lambda: b"k" * 32, ORIGIN)


def check(
    token: str | None, *, browser: str | None = SECRET, purpose: str = "consent", handle: str = "h1"
) -> None:
    csrf.check({}, token, browser_secret=browser, purpose=purpose, handle=handle)


def test_the_right_token_passes() -> None:
    check(csrf.token(SECRET, "consent", "h1"))


@pytest.mark.parametrize(
    ("browser", "purpose", "handle"),
    [
        ("c" * 43, "consent", "h1"),
        (None, "consent", "h1"),
        (SECRET, "choose", "h1"),
        (SECRET, "consent", "h2"),
        (SECRET, "consent", ""),
    ],
)
def test_another_browser_step_or_request_does_not(browser: str | None, purpose: str, handle: str) -> None:
    """V138, V007."""
    with pytest.raises(PageError) as caught:
        check(csrf.token(SECRET, "consent", "h1"), browser=browser, purpose=purpose, handle=handle)
    assert caught.value.reason == errors.STEP_FORGED


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43])
def test_no_token_and_a_wrong_token_are_refused(token: str | None) -> None:
    with pytest.raises(PageError):
        check(token)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, True),
        ({"HTTP_ORIGIN": ORIGIN}, True),
        ({"HTTP_ORIGIN": ORIGIN, "HTTP_SEC_FETCH_SITE": "same-origin"}, True),
        ({"HTTP_SEC_FETCH_SITE": "none"}, True),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, False),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, False),
        ({"HTTP_ORIGIN": "null"}, False),
        ({"HTTP_ORIGIN": "https://gate.example.evil"}, False),
        ({"HTTP_ORIGIN": "http://gate.example"}, False),
    ],
)
def test_what_the_browser_says_of_the_request_counts(headers: dict[str, object], expected: bool) -> None:
    assert comes_from(headers, ORIGIN) is expected
