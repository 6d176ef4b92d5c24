"""Signing in with a password: who gets in, and what everybody else learns (V150, V151, V153)."""

from __future__ import annotations

import pytest

from grantway.core.errors import LOGIN_FAILED, Refused
from grantway.core.secrets import Secret
from grantway.features.accounts.login import SignedIn
from tests.signin.stage import HOME, PASSWORD, START, Stage


def outcome(stage: Stage, email: str, password: str) -> object:
    found = stage.login.attempt(email, Secret(password), source=HOME)
    return found.reason if isinstance(found, Refused) else "signed in"


@pytest.mark.parametrize(
    "email", ["mara@northwind.example", "MARA@Northwind.Example", " mara@northwind.example "]
)
def test_the_right_password_signs_in(stage: Stage, email: str) -> None:
    mara = stage.person()
    signed_in = stage.sign_in(email)
    assert signed_in.session.user_id == mara.id
    assert signed_in.session.auth_time == START
    assert signed_in.session.methods == ("pwd",)
    assert stage.sessions.find(signed_in.session_text.reveal()) == signed_in.session


@pytest.mark.parametrize(
    "password",
    [
        "",
        PASSWORD.upper(),
        PASSWORD + " ",
        " " + PASSWORD,
        PASSWORD[:-1],
        PASSWORD + "x",
        "tangerine—lamp—otter",
    ],
)
def test_a_password_counts_exactly_as_typed(stage: Stage, password: str) -> None:
    """C203."""
    stage.person()
    assert outcome(stage, "mara@northwind.example", password) == LOGIN_FAILED


@pytest.mark.parametrize(
    "password", ["längst-verjährte-Übel-ß", "x" * 256, "пароль из шести слов", "  spaces around  "]
)
def test_any_characters_count(stage: Stage, password: str) -> None:
    """C203, C204: the whole text counts, to the last character."""
    stage.person(password=password)
    assert outcome(stage, "mara@northwind.example", password[:-1]) == LOGIN_FAILED
    assert outcome(stage, "mara@northwind.example", password) == "signed in"


@pytest.mark.parametrize(
    "password", ["", "null", "None", "undefined", "0", "false", PASSWORD, "\x00", "$argon2id$"]
)
def test_an_account_without_a_password_takes_none(stage: Stage, password: str) -> None:
    """V153."""
    stage.person(password=None)
    assert outcome(stage, "mara@northwind.example", password) == LOGIN_FAILED


def test_all_failures_are_one(stage: Stage) -> None:
    """V150, V151, C215: the same value, so the same page."""
    stage.person()
    stage.person("none@northwind.example", "Without", password=None)
    stage.disable(stage.person("gone@northwind.example", "Gone"))
    outcomes = [
        stage.login.attempt(email, Secret(password), source=HOME)
        for email, password in [
            ("mara@northwind.example", "wrong-wrong-wrong"),
            ("none@northwind.example", PASSWORD),
            ("gone@northwind.example", PASSWORD),
            ("nobody@northwind.example", PASSWORD),
            ("", ""),
            ("a" * 5_000, "b" * 5_000),
            ("\u0000", "\ud800"),
        ]
    ]
    assert outcomes == [Refused(LOGIN_FAILED)] * len(outcomes)


class Counting:
    """Counts the hashes that are computed, whatever they are compared with."""

    def __init__(self) -> None:
        self.verified = 0

    def hash(self, password: str) -> str:
        return "phc:" + password

    def verify(self, phc: str | None, password: str) -> bool:
        self.verified += 1
        return phc == "phc:" + password


@pytest.mark.parametrize(
    "email", ["mara@northwind.example", "none@x.example", "gone@x.example", "nobody@x.example", ""]
)
def test_each_attempt_costs_one_hash(stage: Stage, email: str) -> None:
    """V150: no account is told apart by the time its answer takes."""
    from dataclasses import replace

    from grantway.features.accounts.login import Login

    stage.person()
    stage.person("none@x.example", "Without", password=None)
    stage.disable(stage.person("gone@x.example", "Gone"))
    counting = Counting()
    login = Login(replace(stage.services, passwords=counting), stage.sessions)
    assert login.attempt(email, Secret("wrong-wrong-wrong"), source=HOME) == Refused(LOGIN_FAILED)
    assert counting.verified == 1


def test_each_sign_in_has_a_session_of_its_own(stage: Stage) -> None:
    """C244, C245: 256 random bits each time."""
    stage.person()
    texts = {stage.sign_in().session_text.reveal() for _ in range(5)}
    assert len(texts) == 5
    assert {len(text) for text in texts} == {43}


def test_signing_in_again_ends_the_former_session_of_the_browser(stage: Stage) -> None:
    """V139, C246."""
    stage.person()
    first = stage.sign_in()
    second = stage.sign_in(former=first.session_text.reveal())
    assert stage.sessions.find(first.session_text.reveal()) is None
    assert stage.sessions.find(second.session_text.reveal()) == second.session
    assert second.session.id == first.session.id


def test_another_person_gets_another_session(stage: Stage) -> None:
    """V019, V020."""
    mara = stage.person()
    otto = stage.person("otto@northwind.example", "Otto Brandt")
    first = stage.sign_in()
    second = stage.sign_in("otto@northwind.example", former=first.session_text.reveal())
    assert (first.session.user_id, second.session.user_id) == (mara.id, otto.id)
    assert second.session.id != first.session.id
    assert stage.sessions.find(first.session_text.reveal()) is None


def test_a_failure_leaves_the_former_session_alone(stage: Stage) -> None:
    stage.person()
    first = stage.sign_in()
    failed = stage.login.attempt(
        "mara@northwind.example", Secret("wrong"), source=HOME, former=first.session_text.reveal()
    )
    assert isinstance(failed, Refused)
    assert stage.sessions.find(first.session_text.reveal()) == first.session


def test_secrets_do_not_print(stage: Stage) -> None:
    stage.person()
    signed_in = stage.sign_in()
    assert isinstance(signed_in, SignedIn)
    assert signed_in.session_text.reveal() not in repr(signed_in)
