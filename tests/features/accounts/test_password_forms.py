"""C203: one password, typed on two keyboards (RFC 8265 §4.2), and hashes from before that was one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, Refused
from grantway.core.messages import Session
from grantway.core.passwords import can_be_typed, prepared
from grantway.core.secrets import Secret
from grantway.features.accounts import throttling
from grantway.features.accounts.activation import FirstOperator
from tests.abuse.counting import CountingPasswords
from tests.features.accounts.test_activation import invited, link, setup_link
from tests.signin.stage import HOME, RULES, Stage

MARA = "mara@northwind.example"
COMPOSED = "caf\u00e9-au-lait-sans-sucre"
DECOMPOSED = "cafe\u0301-au-lait-sans-sucre"
FORMS = [
    (COMPOSED, DECOMPOSED),
    ("two words\u3000and more", "two words and more"),
    ("two words\u00a0and more", "two words\u2003and more"),
    ("\u212bngstr\u00f6m is a unit", "A\u030angstro\u0308m is a unit"),
    ("\uac00\ub098\ub2e4 hangul words", "\u1100\u1161\u1102\u1161\u1103\u1161 hangul words"),
]
"""Two ways of typing one password."""
APART = [
    (COMPOSED, COMPOSED.upper()),
    (COMPOSED, "cafe-au-lait-sans-sucre"),
    ("\uff11\uff12\uff13 wide digits here", "123 wide digits here"),
    ("two words and more", "two  words and more"),
    ("\ufb01ne print is small", "fine print is small"),
]
"""Texts that look alike and are not the same: case, width and ligatures are chosen."""


def signs_in(stage: Stage, password: str) -> bool:
    return not isinstance(stage.login.attempt(MARA, Secret(password), source=HOME), Refused)


def hash_of(stage: Stage) -> str | None:
    with stage.store.read() as tx:
        record = tx.gate.password_of(MARA)
    assert record is not None
    return record.phc


def by_activation(stage: Stage, password: str, again: str) -> None:
    stage.activation.activate(link(stage, invited(stage)), Secret(password), confirmation=again)


def change(stage: Stage, session: Session, present: str, new: str, again: str) -> object:
    typed = Secret(present), Secret(new)
    mark = stage.change.mark_of(session)
    return stage.change.change(session, *typed, confirmation=again, source=HOME, mark=mark)


def by_change(stage: Stage, password: str, again: str) -> None:
    stage.person(password="a former password")
    signed_in = stage.sign_in(MARA, password="a former password")
    done = change(stage, signed_in.session, "a former password", password, again)
    assert done == 0


def by_set_up(stage: Stage, password: str, _: str) -> None:
    stage.activation.set_up(setup_link(stage), FirstOperator(MARA, "Ada", Secret(password)))


SETTERS: list[Callable[[Stage, str, str], None]] = [by_activation, by_change, by_set_up]


@pytest.mark.parametrize("setter", SETTERS)
@pytest.mark.parametrize(("one", "other"), FORMS)
def test_a_password_may_be_typed_in_either_form(
    stage: Stage, setter: Callable[[Stage, str, str], None], one: str, other: str
) -> None:
    setter(stage, one, other)
    assert signs_in(stage, one)
    assert signs_in(stage, other)
    # The page that changes it asks for the present one, in either form too.
    signed_in = stage.sign_in(MARA, password=other)
    for present in (one, other):
        change(stage, signed_in.session, present, one, other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_only_looks_alike_does_not_fit(stage: Stage, one: str, other: str) -> None:
    by_activation(stage, one, one)
    assert not signs_in(stage, other)


@pytest.mark.parametrize(("composed", "typed"), [*FORMS[:1], *[(b, a) for a, b in FORMS[1:2]]])
def test_a_hash_from_before_fits_as_it_was_typed_and_is_made_anew_once(
    stage: Stage, composed: str, typed: str
) -> None:
    stage.person(password=typed)
    before = hash_of(stage)
    assert not signs_in(stage, composed)
    assert signs_in(stage, typed)
    anew = hash_of(stage)
    assert anew != before
    assert signs_in(stage, composed)
    assert signs_in(stage, typed)
    assert hash_of(stage) == anew


def test_a_failure_costs_the_same_with_an_account_and_without_and_counts_once(stage: Stage) -> None:
    """V150: what is tried depends on what was typed, and on nothing that is stored."""
    counting = CountingPasswords()
    stage.person(password=COMPOSED)
    stage.services = replace(stage.services, passwords=counting)
    stage.login._services = stage.services  # noqa: SLF001 - the hashing is what is watched
    for typed, cost in ((DECOMPOSED + "!", 2), ("plain and wrong", 1)):
        for email in (MARA, "nobody@northwind.example"):
            before = len(counting.verified)
            assert isinstance(stage.login.attempt(email, Secret(typed), source=HOME), Refused)
            assert (len(counting.verified) - before, counting.hashed) == (cost, 0)
    for _ in range(throttling.ACCOUNT_FROM_NETWORK - 2):
        assert not signs_in(stage, DECOMPOSED + "!")
    told = stage.login.attempt(MARA, Secret(COMPOSED), source=HOME)
    assert told == Refused(errors.LOGIN_THROTTLED)


@pytest.mark.parametrize(
    "text",
    [
        "a tab\tin the middle",
        "a line\nin the middle",
        "a bell \x07 in the middle",
        "half a sign \ud83d in it",
        "not assigned \U000e0fff yet",
        "of private use \ue000 here",
        "deleted \x7f or so it seems",
    ],
)
def test_what_no_keyboard_gives_is_no_password(text: str) -> None:
    assert RULES.problem_of(text) == errors.FIELD_PASSWORD_CHARACTERS
    with pytest.raises(Invalid) as refused:
        RULES.accepted(Secret(text), ())
    assert refused.value.errors == (FieldError("new_password", errors.FIELD_PASSWORD_CHARACTERS),)


@pytest.mark.parametrize(
    "text",
    ["\u2764\ufe0f is a heart for you", "\U0001f468\u200d\U0001f469\u200d\U0001f467 family", "слон рисует"],
)
def test_what_phones_give_is(text: str) -> None:
    assert can_be_typed(prepared(text))


def test_length_is_counted_in_what_is_compared() -> None:
    assert RULES.problem_of("e\u0301" * 6 + "qzvkm") == errors.FIELD_PASSWORD_SHORT
    assert RULES.problem_of("e\u0301" * 200 + "qzvkm") is None
    assert RULES.problem_of("") == errors.FIELD_REQUIRED


@pytest.mark.parametrize("text", [one for pair in FORMS for one in pair])
def test_what_was_prepared_is_prepared(text: str) -> None:
    assert prepared(prepared(text)) == prepared(text)
