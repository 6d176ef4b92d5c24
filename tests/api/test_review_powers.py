"""By whose power, and by which rules, what waits is judged."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast
from tests.api.test_pending_versions import (
    CALLBACK,
    ELSEWHERE,
    approved,
    edit,
    edited,
    judged,
    waiting,
)
from tests.api.test_publication import APPLICATIONS, asked


def test_what_waits_is_judged_again_by_what_there_is_then(cast: Cast) -> None:
    api = cast.world.make.api(cast.own)
    scope = cast.world.make.scope(api, "kestrel:read")
    record = edited(cast, approved(cast), scopes=["openid", "kestrel:read"], name="Orbit Two")
    place = f"/organizations/{{own}}/apis/{to_text(api.id)}/scopes/{to_text(scope.id)}"
    assert cast.as_operator("DELETE", place).status_code == 204
    refused = judged(cast, record, "approve")
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json["errors"]] == ["scopes[1]"]
    assert cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json == record
    # What is gone stops no edit, least of all one that narrows.
    record = edited(cast, record, state="disabled")
    assert waiting(record).keys() == {"name"}
    assert judged(cast, record, "approve").json["name"] == "Orbit Two"


def test_nobody_adds_to_what_reaches_further_than_they_do(cast: Cast) -> None:
    """A developer's redirect would be approved together with an owner's scope."""
    record = edited(cast, approved(cast), scopes=["openid", "members:write"])
    path, tag = f"{APPLICATIONS}/{record['id']}", f'"{record["version"]}"'
    path = path.replace("{own}", to_text(cast.own.id))
    developer = cast.caller("developer")
    change = {"redirect_uris": [CALLBACK, ELSEWHERE]}
    assert cast.call(developer, "PATCH", path, change, If_Match=tag).status_code == 403
    # To take back what waits gives nobody anything.
    assert cast.call(developer, "POST", path + "/pending/withdraw", If_Match=tag).status_code == 200


@pytest.mark.parametrize("verb", ["approve", "reject", "withdraw"])
def test_a_decision_changes_the_tag_so_that_no_edit_goes_by_what_waited_before(cast: Cast, verb: str) -> None:
    read = edited(cast, approved(cast), scopes=["openid", "email"])
    body = {"reasons": ["insecure"]} if verb == "reject" else None
    after = asked(cast, read, f"pending/{verb}", body, operator=verb != "withdraw")
    assert (after.status_code, after.json["version"]) == (200, read["version"] + 1)
    assert edit(cast, read, name="Orbit Two").status_code == 412


def test_what_another_maker_asked_for_stops_nobody(cast: Cast) -> None:
    """An operator may spare people the question; the makers go on editing what waits beside that."""
    record = approved(cast)
    path = f"{APPLICATIONS}/{record['id']}"
    tag = f'"{record["version"]}"'
    record = cast.as_operator("PATCH", path, {"consent": "platform"}, If_Match=tag).json
    assert waiting(record) == {"consent": ("ask", "platform")}
    record = edited(cast, record, description="Shows more deliveries.")
    assert waiting(record).keys() == {"consent", "description"}
