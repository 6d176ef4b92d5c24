"""Every refusal of ours has a form at the nitro mount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import OAuthError, Reason, all_reasons
from grantway.edges.dialects.nitro import DIALECT
from grantway.edges.dialects.nitro.errors import STATUSES
from tests.dialects.wire import Wired

HIDDEN = {"E-CLIENT-10": "E-CLIENT-01"}
"""A wrong secret reads like an unknown client."""


@pytest.fixture(scope="module")
def wired() -> Wired:
    return Wired(DIALECT)


def test_every_refusal_is_told_in_one_form(wired: Wired) -> None:
    """B42: one of the statuses, one body, and nothing of what was sent."""
    for reason in all_reasons():
        told(wired, reason)


def told(wired: Wired, reason: Reason) -> None:
    wired.features.outcome = OAuthError(reason, "a detail for the log")
    answer = wired.post("/d/nitro/oauth/token", "client_id=a-marked-client&client_secret=a-marked-secret")
    assert answer.status_code in STATUSES
    assert answer.json.keys() == {"error", "error_description", "error_id", "request_id"}
    assert answer.json["error_id"] == HIDDEN.get(reason.id, reason.id)
    assert answer.headers["cache-control"] == "no-store"
    assert not any(word in answer.text for word in ("marked", "detail"))
    assert ("www-authenticate" in answer.headers) == (answer.status_code == 401)


def test_what_no_table_has_is_a_bad_request(wired: Wired) -> None:
    odd = replace(all_reasons()[0], code="never_heard_of")
    wired.features.outcome = OAuthError(odd)
    assert wired.post("/d/nitro/oauth/token", "client_id=x").status_code == 400
