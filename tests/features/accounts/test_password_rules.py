"""What may be chosen as a password (C194, C196, C199, C200, C204, C206)."""

from __future__ import annotations

from importlib.resources import files

import pytest

from grantway.core import errors
from grantway.core.model import User
from grantway.core.secrets import Secret
from grantway.features.accounts.passwords import MAXIMUM, MINIMUM, PasswordRules, known_words

RULES = PasswordRules()
MARA = User(1, "enabled", 1, 1, "Mara Lindqvist", "mara.lindqvist@northwind.example")
KNOWN = known_words(MARA, "Northwind Traders")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "tangerine-lamp-otter",
        "kkjwpqzmdnve",
        "ÄÖÜß-größer-als-früher",
        "слон рисует облака",
        "a" * 5 + "qzvkm" * 20,
        "lindqvist never wrote down much",
    ],
)
def test_length_is_enough(password: str) -> None:
    assert RULES.problem_of(password, KNOWN) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", errors.FIELD_REQUIRED),
        ("kkjwpqzmdnv", errors.FIELD_PASSWORD_SHORT),
        ("qzvkmw" * 50, errors.FIELD_TOO_LONG),
        ("password1234", errors.FIELD_PASSWORD_COMMON),
        ("Password1234", errors.FIELD_PASSWORD_COMMON),
        ("P@ssw0rd1234", errors.FIELD_PASSWORD_COMMON),
        ("qwertyuiop12", errors.FIELD_PASSWORD_COMMON),
        ("1q2w3e4r5t6y", errors.FIELD_PASSWORD_COMMON),
        ("123456789012", errors.FIELD_PASSWORD_COMMON),
        ("aaaaaaaaaaaa", errors.FIELD_PASSWORD_COMMON),
        ("iloveyou1234", errors.FIELD_PASSWORD_COMMON),
        ("Grantway2026", errors.FIELD_PASSWORD_KNOWN),
        ("gr4ntw4y-gr4ntw4y", errors.FIELD_PASSWORD_KNOWN),
        ("MaraLindqvist1", errors.FIELD_PASSWORD_KNOWN),
        ("northwindtraders!7", errors.FIELD_PASSWORD_KNOWN),
        ("mara.lindqvist@northwind.example", errors.FIELD_PASSWORD_KNOWN),
    ],
)
def test_what_attackers_try_first_is_refused(password: str, reason: errors.Reason) -> None:
    assert RULES.problem_of(password, KNOWN) == reason


def test_the_limits_are_what_the_pages_say() -> None:
    assert MINIMUM == 12
    assert MAXIMUM >= 64


def test_the_list_holds_thousands_that_are_long_enough() -> None:
    # Every entry is refused, so the size of the list is the size of what it keeps out (C199).
    listed = (
        files("grantway.features.accounts").joinpath("common_passwords.txt").read_text("ascii").split("\n")
    )
    fitting = [line for line in listed if len(line) >= MINIMUM]
    assert len(fitting) >= 3_000
    assert all(RULES.problem_of(line) == errors.FIELD_PASSWORD_COMMON for line in fitting)


def test_both_entries_must_be_the_same() -> None:
    RULES.accepted(Secret("tangerine-lamp-otter"), KNOWN, confirmation="tangerine-lamp-otter")
    with pytest.raises(errors.Invalid) as refused:
        RULES.accepted(Secret("tangerine-lamp-otter"), KNOWN, confirmation="Tangerine-lamp-otter")
    assert refused.value.errors == (errors.FieldError("confirm", errors.FIELD_PASSWORD_DIFFERENT),)
