"""Record ids in their public form: short, reversible, one text for one id."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grantway.core.identifiers import MAXIMUM_ID, from_text, to_text


@given(st.integers(1, MAXIMUM_ID))
@example(1)
@example(61)
@example(62)
@example(MAXIMUM_ID)
def test_every_id_comes_back(identifier: int) -> None:
    text = to_text(identifier)
    assert re.fullmatch(r"[1-9A-Za-z][0-9A-Za-z]{0,10}", text)
    assert from_text(text) == identifier


@given(st.text(max_size=12) | st.from_regex(r"[0-9A-Za-z]{1,12}", fullmatch=True))
def test_every_text_means_one_id_or_none(text: str) -> None:
    identifier = from_text(text)
    if identifier is not None:
        assert 1 <= identifier <= MAXIMUM_ID
        assert to_text(identifier) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "01",
        "00",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "1.0",
        "_",
        "\u0661",
        "\u00e9",
        "zzzzzzzzzzz",
        "z" * 12,
        to_text(MAXIMUM_ID + 1),
    ],
)
def test_what_was_never_written_is_read_as_none(text: str) -> None:
    assert from_text(text) is None


def test_known_forms_stay_as_they_are() -> None:
    """Other systems keep these texts, so no release may write an id differently."""
    assert [to_text(one) for one in (1, 10, 35, 36, 61, 62, 3844, MAXIMUM_ID)] == [
        "1",
        "A",
        "Z",
        "a",
        "z",
        "10",
        "100",
        "fFgnDxSe7",
    ]


@pytest.mark.parametrize("odd", [0, -1, -62])
def test_a_number_that_is_no_id_has_no_form_that_is_read_back(odd: int) -> None:
    assert from_text(to_text(odd)) is None
