"""Secrets: they do not print, they are compared in one way, and bytes have one text."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import logging
import pprint
import string
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grantway.core import secrets
from grantway.core.messages import PresentedClient
from grantway.core.secrets import Secret

TEXT = "gws_do-not-print-me"
SECRET = Secret(TEXT)


@dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


PRINTED: dict[str, Callable[[], str]] = {
    "str": lambda: str(SECRET),
    "repr": lambda: repr(SECRET),
    "ascii": lambda: ascii(SECRET),
    "f-string": lambda: f"{SECRET}",
    "f-string with conversion": lambda: f"{SECRET!s} {SECRET!r} {SECRET!a}",
    "f-string with width": lambda: f"{SECRET:>40}",
    "format": lambda: format(SECRET, "s"),
    "format method": lambda: "{0} {0!r} {0:^30}".format(SECRET),  # noqa: UP032 -- each way is tried
    "percent": lambda: "%s %r %a" % (SECRET, SECRET, SECRET),  # noqa: UP031
    "template": lambda: string.Template("$s").substitute(s=SECRET),
    "list": lambda: str([SECRET]),
    "dict": lambda: str({"secret": SECRET}),
    "dict key": lambda: str({SECRET: 1}),
    "dataclass": lambda: str(Holder("x", SECRET)),
    "presented client": lambda: str(PresentedClient("client_secret_basic", "x", SECRET)),
    "exception": lambda: str(ValueError("bad", SECRET)) + repr(ValueError(SECRET)),
    "pprint": lambda: pprint.pformat({"a": [SECRET]}),
    "json with str": lambda: json.dumps({"a": SECRET}, default=str),
}


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED.keys())
def test_a_secret_prints_as_stars(printed: Callable[[], str]) -> None:
    text = printed()
    assert "***" in text
    assert "print" not in text


def test_a_secret_in_a_log_line_is_stars() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    record = logging.LogRecord("test", logging.WARNING, "test", 1, "secret %s of %r", (SECRET, SECRET), None)
    handler.handle(record)
    assert stream.getvalue() == "secret *** of ***\n"


def test_a_secret_in_a_traceback_is_stars() -> None:
    told = ""
    try:
        _fail(SECRET)
    except ValueError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "***" in told
    assert TEXT not in told


def _fail(secret: Secret) -> None:
    raise ValueError(secret)


def test_what_does_not_know_secrets_gets_an_error_that_tells_nothing() -> None:
    odd: Any = SECRET
    wrong: list[Callable[[], object]] = [
        lambda: json.dumps(odd),
        lambda: "a, " + odd,
        lambda: odd + "x",
        lambda: vars(odd),
        lambda: msgspec.json.encode(odd),
        lambda: int(odd),
    ]
    for attempt in wrong:
        with pytest.raises(TypeError) as caught:
            attempt()
        assert "print" not in str(caught.value)


def test_the_text_is_given_to_who_asks_for_it() -> None:
    assert SECRET.reveal() == TEXT
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


@given(st.binary(max_size=80))
@example(b"")
@example(b"\xfb\xff\xfe")
def test_bytes_come_back_from_their_text(data: bytes) -> None:
    text = secrets.encode(data)
    assert text == base64.urlsafe_b64encode(data).decode().rstrip("=")
    assert secrets.decode(text) == data


@given(st.text(max_size=24) | st.text("ABYZabyz0189-_+/=", max_size=24))
@example("QQ")
@example("QR")
def test_only_the_one_text_of_some_bytes_is_read(text: str) -> None:
    try:
        data = secrets.decode(text)
    except ValueError:
        return
    assert secrets.encode(data) == text


@pytest.mark.parametrize(
    "text",
    [
        "QQ==",
        "QQ=",
        "QR",
        "QUJ",
        "A",
        "AAAAA",
        "+/+/",
        "-_-=",
        "QQ\n",
        " QQ",
        "Q Q",
        "QQ.QQ",
        "\u00c4\u00c4",
        "QQ\0",
        "QUI=",
        "\ud800",
    ],
)
def test_another_spelling_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- whichever part refuses it, base64 or ours
        secrets.decode(text)


@given(st.text(max_size=30), st.text(max_size=30))
@example("\ud800", "\ud800")
def test_texts_are_the_same_or_not(left: str, right: str) -> None:
    assert secrets.same(left, right) is (left == right)
    assert secrets.same(left, left)


def test_texts_and_bytes_are_compared_as_utf8() -> None:
    assert secrets.same("\u00e4", "\u00e4".encode())
    assert not secrets.same("\u00e4", "\u00e4".encode("latin-1"))
    assert not secrets.same("", b"\0")


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_texts_have_two_digests(one: str, other: str) -> None:
    assert (secrets.digest(one) == secrets.digest(other)) is (one == other)
    assert (secrets.keyed_digest(b"k" * 32, one) == secrets.keyed_digest(b"k" * 32, other)) is (one == other)


def test_the_digests_are_what_they_say() -> None:
    assert secrets.digest("a") == hashlib.sha256(b"a").digest()
    assert secrets.keyed_digest(b"pepper", "a") == hmac.new(b"pepper", b"a", "sha256").digest()
    assert secrets.keyed_digest(b"pepper", "a") != secrets.keyed_digest(b"salt", "a")
    assert len(secrets.digest("\ud800")) == 32


def test_the_prefixes_differ_so_that_a_scanner_knows_what_it_found() -> None:
    prefixes = [
        secrets.CLIENT_SECRET_PREFIX,
        secrets.REFRESH_PREFIX,
        secrets.OPAQUE_PREFIX,
        secrets.CODE_PREFIX,
    ]
    assert len(set(prefixes)) == len(prefixes)
    assert all(len(prefix) == 4 and prefix.endswith("_") for prefix in prefixes)


@given(st.binary(max_size=200), st.text(max_size=200))
@example(b"k" * 64, "gws_x")
@example(b"k" * 65, "gws_x")
def test_the_prepared_digest_is_the_keyed_digest(pepper: bytes, text: str) -> None:
    prepared = secrets.KeyedDigest(pepper)
    expected = hmac.new(pepper, text.encode("utf-8", "surrogatepass"), "sha256").digest()
    assert prepared(text) == prepared(text) == secrets.keyed_digest(pepper, text) == expected
