"""Origins that may read answers: scheme, host and port, as a browser writes them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from grantway.core import errors
from grantway.core.redirects import (
    origin_problem_of,
)

ORIGINS_TAKEN = [
    "https://app.example.test",
    "https://app.example.test:8443",
    "https://192.0.2.7",
    "https://[2001:db8::7]:8443",
    "http://localhost:3000",
    "http://127.0.0.1",
    "http://[::1]:5173",
]


ORIGINS_REFUSED = [
    "",
    "*",
    "null",
    "https://*",
    "https://*.example.test",
    "https://app.example.test/",
    "https://app.example.test/path",
    "https://app.example.test?x",
    "https://app.example.test#x",
    "https://app.example.test:443",
    "http://localhost:80",
    "https://app.example.test:",
    "https://app.example.test:0",
    "https://app.example.test:65536",
    "https://App.example.test",
    "HTTPS://app.example.test",
    "https://user@app.example.test",
    "https://app.example.test.",
    "https://app.example.test\\.evil.test",
    "https://app.example.test,https://evil.test",
    "https://app.example.test https://evil.test",
    "https://app.example.test\n",
    "https://\u0430pp.example.test",
    "https://127.1",
    "https://0x7f.1",
    "https://[::ffff:127.0.0.1]",
    "http://app.example.test",
    "http://127.0.0.1.evil.test",
    "http://127.0.0.1@evil.test",
    "ftp://app.example.test",
    "javascript://app.example.test",
    "com.example.app://x",
    "file://",
    "https://" + "a" * 254,
    "https://" + "a." * 2_000 + "test",
]


NAMED = {
    "https://\u0430pp.example.test": errors.FIELD_HOST_UNICODE,
    "https://App.example.test": errors.HOST_CAPITALS,
    "https://app.example.test.": errors.HOST_DOT,
    "https://app.example.test:443": errors.HOST_PORT,
    "http://localhost:80": errors.HOST_PORT,
    "https://127.1": errors.HOST_ADDRESS,
    "https://0x7f.1": errors.HOST_ADDRESS,
    "https://[::ffff:127.0.0.1]": errors.HOST_ADDRESS,
}
"""Those whose sentence says how to write what was meant."""


@pytest.mark.parametrize("origin", ORIGINS_TAKEN)
def test_an_origin_is_scheme_host_and_port(origin: str) -> None:
    assert origin_problem_of(origin) is None
    assert f"{urlsplit(origin).scheme}://{urlsplit(origin).netloc}" == origin


@pytest.mark.parametrize("origin", ORIGINS_REFUSED)
def test_what_is_more_or_less_than_an_origin_is_refused(origin: str) -> None:
    """V137: nothing is stored that a comparison could read as a pattern, a prefix or another origin."""
    assert origin_problem_of(origin) == NAMED.get(origin, errors.FIELD_ORIGIN)


def test_an_origin_with_anything_before_or_behind_it_is_no_origin() -> None:
    """V137: the signs of the corpus at each place of each origin."""
    for origin in ORIGINS_TAKEN:
        for sign in ("/", "?", "#", "@", "*", "\\", " ", "\t", ",", "%", "\u3002"):
            for at in range(len(origin) + 1):
                assert origin_problem_of(origin[:at] + sign + origin[at:]) is not None
