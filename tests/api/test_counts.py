"""How many of a kind an organization has, whoever makes them and however many do so at once."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from grantway.features.registry import applications
from tests.api.cast import Cast
from tests.api.test_people import error_of
from tests.storage.racers import together

PLACE = "/organizations/{own}/applications"
BODY = {"type": "backend", "name": "Another"}


@pytest.fixture
def few(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many more the organization may register."""
    cast.records(cast.own)
    there = len(cast.as_owner("GET", PLACE).json["items"])
    monkeypatch.setattr(applications, "MOST_APPLICATIONS", there + 2)
    return 2


def test_an_organization_has_so_many_applications_and_no_more(cast: Cast, few: int) -> None:
    made = [cast.as_owner("POST", PLACE, BODY) for _ in range(few)]
    assert [one.status_code for one in made] == [201] * few
    before = cast.as_owner("GET", PLACE).json
    assert error_of(cast.as_owner("POST", PLACE, BODY)) == (409, "E-LIMIT-03")
    assert cast.as_owner("GET", PLACE).json == before
    # One that was deleted can come back for a month, so it counts.
    gone = f"{PLACE}/{made[0].json['id']}"
    assert cast.as_owner("DELETE", gone, If_Match='"1"').status_code < 300
    assert error_of(cast.as_owner("POST", PLACE, BODY)) == (409, "E-LIMIT-03")
    # What is full here is not full elsewhere, and operators make room.
    assert (
        cast.call(
            cast.caller("stranger"), "POST", PLACE.replace("{own}", to_text(cast.other.id)), BODY
        ).status_code
        == 201
    )
    assert cast.as_operator("POST", PLACE, BODY).status_code == 201


def test_several_who_register_at_once_do_not_go_beyond(cast: Cast, few: int) -> None:
    cast.caller("owner")
    assert together(6, lambda _: cast.as_owner("POST", PLACE, BODY).status_code == 201) == few
