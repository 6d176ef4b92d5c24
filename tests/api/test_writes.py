"""What is made and ended in a loop is bounded for each organization, whatever it is."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import HOUR, SECOND
from grantway.core.ports import Attempt
from grantway.features import writes
from tests.api.cast import Cast


def use_up(cast: Cast, but: int) -> None:
    """The changes of an hour but for so many, without making them."""
    clock = cast.world.clock
    cast.world.advance((HOUR - clock.now() % HOUR) // SECOND + 1)
    cast.sign_in_again()
    one = Attempt(f"writes.{to_text(cast.own.id)}", writes.MOST_WRITES, HOUR)
    with cast.world.store.begin() as tx:
        assert all(tx.gate.count_attempt(one, now=clock.now()) for _ in range(writes.MOST_WRITES - but))


@pytest.mark.parametrize("caller", ["owner", "developer", "machine"])
def test_beyond_its_changes_of_an_hour_an_organization_waits_and_others_do_not(
    cast: Cast, caller: str
) -> None:
    """Each change is a line in the log that nobody deletes, so a loop of making and ending is bounded."""
    use_up(cast, but=1)
    place = f"/organizations/{to_text(cast.own.id)}/webhooks"
    body = {"url": "https://hooks.example.test/"}
    who = cast.caller(caller)
    first = cast.call(who, "POST", place, body)
    assert first.status_code == 201, first.text
    lines = len(cast.as_owner("GET", "/organizations/{own}/audit?limit=100").json["items"])
    refused = cast.call(who, "POST", place, body)
    assert (refused.status_code, refused.json["error_id"]) == (429, "E-LIMIT-02")
    assert int(refused.headers["retry-after"]) > 0
    assert len(cast.as_owner("GET", "/organizations/{own}/audit?limit=100").json["items"]) == lines
    operator = cast.caller("operator")
    assert cast.call(operator, "POST", place, body).status_code == 201
    cast.world.advance(HOUR // SECOND)
    cast.sign_in_again()
    assert cast.call(cast.caller(caller), "POST", place, body).status_code == 201
