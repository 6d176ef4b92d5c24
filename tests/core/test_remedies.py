"""Every refusal that is kept for developers says what to do about it, in words that docs/errors.md has, too."""

from __future__ import annotations

from typing import get_args

from grantway.core.concerns import Difference
from grantway.core.errors import all_reasons
from grantway.core.remedies import DIFFERENCES, REMEDIES
from tools import errors

FAMILIES = {"E-CLIENT", "E-GRANT", "E-SCOPE", "E-TOKEN", "E-CORS", "E-EXCHANGE"}
"""Those of which every member is a refusal of an application's request."""


def test_each_is_of_a_refusal_that_there_is_and_none_of_the_protocol_is_missing() -> None:
    known = {reason.id for reason in all_reasons()}
    assert set(REMEDIES) <= known
    assert {one for one in known if errors.family_of(one) in FAMILIES} <= set(REMEDIES)


def test_waiting_for_a_person_is_no_refusal() -> None:
    assert {"E-DEVICE-01", "E-DEVICE-02", "E-SERVER-01", "E-SERVER-02"}.isdisjoint(REMEDIES)


def test_the_document_says_the_same() -> None:
    told = {row.id: row.advice for row in errors.rows(errors.PAGE.read_text(encoding="utf-8"))}
    assert {one: told[one] for one in REMEDIES} == {
        one: errors.escaped(text) for one, text in REMEDIES.items()
    }


def test_every_difference_has_a_sentence() -> None:
    assert set(DIFFERENCES) == set(get_args(Difference))
