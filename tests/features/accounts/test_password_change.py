"""Changing one's own password (C197, C198, C251, C254)."""

from __future__ import annotations

import pytest

from grantway.core import errors
from grantway.core.errors import FieldError, Invalid, Refused
from grantway.core.secrets import Secret
from grantway.features.accounts import throttling
from grantway.features.accounts.login import SignedIn
from tests.signin.stage import HOME, PASSWORD, Stage

NEW = "quiet-harbour-seventeen"


def change(
    stage: Stage, signed_in: SignedIn, present: str = PASSWORD, new: str = NEW, *, again: str = NEW
) -> object:
    return stage.change.change(
        signed_in.session,
        Secret(present),
        Secret(new),
        confirmation=again,
        source=HOME,
        mark=stage.change.mark_of(signed_in.session),
    )


def test_the_new_password_counts_and_the_other_browsers_are_signed_out(stage: Stage) -> None:
    stage.person()
    here, there = stage.sign_in(), stage.sign_in()
    assert change(stage, here) == 1
    assert stage.sessions.find(here.session_text.reveal()) is not None
    assert stage.sessions.find(there.session_text.reveal()) is None
    assert isinstance(stage.login.attempt("mara@northwind.example", Secret(PASSWORD), source=HOME), Refused)
    assert stage.sign_in(password=NEW) is not None


def test_the_present_password_is_needed(stage: Stage) -> None:
    stage.person()
    here, there = stage.sign_in(), stage.sign_in()
    with pytest.raises(Invalid) as refused:
        change(stage, here, "not-the-password-1")
    assert refused.value.errors == (FieldError("password", errors.FIELD_PASSWORD_WRONG),)
    assert stage.sessions.find(there.session_text.reveal()) is not None
    assert stage.sign_in() is not None


def test_the_page_is_no_place_to_guess(stage: Stage) -> None:
    stage.person()
    here = stage.sign_in()
    for _ in range(throttling.ACCOUNT_FROM_NETWORK):
        with pytest.raises(Invalid):
            change(stage, here, "not-the-password-1")
    assert change(stage, here) == Refused(errors.LOGIN_THROTTLED)


@pytest.mark.parametrize(
    ("new", "again", "field", "reason"),
    [
        ("short", "short", "new_password", errors.FIELD_PASSWORD_SHORT),
        ("password1234", "password1234", "new_password", errors.FIELD_PASSWORD_COMMON),
        ("MaraLindqvist1", "MaraLindqvist1", "new_password", errors.FIELD_PASSWORD_KNOWN),
        (NEW, NEW.upper(), "confirm", errors.FIELD_PASSWORD_DIFFERENT),
        (NEW, "", "confirm", errors.FIELD_PASSWORD_DIFFERENT),
    ],
)
def test_the_rules_hold_here_too(
    stage: Stage, new: str, again: str, field: str, reason: errors.Reason
) -> None:
    stage.person()
    here = stage.sign_in()
    with pytest.raises(Invalid) as refused:
        change(stage, here, new=new, again=again)
    assert refused.value.errors == (FieldError(field, reason),)
