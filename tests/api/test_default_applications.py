"""Default applications: every caller gets the same one, made once, by the rules that all others keep."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.errors import Conflict
from grantway.core.identifiers import to_text
from grantway.core.model import SECOND, Organization
from grantway.core.policy import PURGE_DELAY
from tests.api.cast import Cast
from tests.api.registering import APPLICATIONS, refusals
from tests.api.test_races import at_once
from tests.kit.counts import count

DEFAULTS = "/organizations/{own}/default-applications"
STUDIO = {"preset": "nitro", "name": "studio"}
IMPORT = {"preset": "nitro", "name": "batch-import"}
ROUNDS = count(10, 500)


@pytest.fixture(autouse=True)
def _scope(cast: Cast) -> None:
    """An operator declared what `studio` needs."""
    cast.world.make.api(None, "global")


def offered(cast: Cast) -> dict[str, Any]:
    found = cast.as_owner("GET", DEFAULTS).json["items"]
    return {one["name"]: one for one in found if one["preset"] == "nitro"}


def test_it_is_made_when_it_is_first_needed_and_then_it_is_the_one(cast: Cast) -> None:
    """Facts B5, B6, B16: whoever needs it gets the same application of the organization."""
    before = offered(cast)
    assert {name: (one["making"], one["application_id"]) for name, one in before.items()} == {
        "studio": ("on_first_use", None),
        "batch-import": ("on_request", None),
    }
    path = DEFAULTS.replace("{own}", to_text(cast.own.id))
    callers = ("developer", "owner", "machine", "operator")
    answers = [cast.call(cast.caller(name), "POST", path, STUDIO) for name in callers]
    assert [one.status_code for one in answers] == [200] * 4
    assert [one.json["created"] for one in answers] == [True, False, False, False]
    assert len({one.json["id"] for one in answers}) == 1
    made = answers[0].json
    assert (made["name"], made["preset"], made["type"]) == ("studio", "nitro", "backend")
    assert (made["scopes"], made["default_name"]) == (["global"], "studio")
    maker = cast.call(cast.caller("developer"), "GET", "/me").json["user"]["id"]
    assert made["creator_id"] == maker
    assert offered(cast)["studio"]["client_id"] == made["client_id"]
    assert cast.as_owner("GET", f"{APPLICATIONS}/{made['id']}").json["default_name"] == "studio"
    told = cast.as_owner("GET", "/organizations/{own}/audit?action=application.create_default").json["items"]
    assert [one["target_id"] for one in told] == [made["id"]], "made once, told once"


def test_it_works_like_any_other(cast: Cast) -> None:
    """Fact B5: a secret, a token with its scope; disabled it stays the one that everybody gets."""
    world = cast.world
    made = cast.as_owner("POST", DEFAULTS, STUDIO).json
    secret = cast.as_owner("POST", f"{APPLICATIONS}/{made['id']}/secrets", {}).json["secret"]
    form = {"client_id": made["client_id"], "client_secret": secret, "scope": "global"}
    granted = world.client.simulate_post(
        "/d/nitro/oauth/token",
        body=urlencode(form),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (granted.status_code, granted.json["token_type"]) == (200, "bearer")
    disabled = cast.as_owner("POST", f"{APPLICATIONS}/{made['id']}/disable", If_Match='"1"')
    assert disabled.status_code == 200
    again = cast.as_owner("POST", DEFAULTS, STUDIO).json
    assert (again["id"], again["state"], again["created"]) == (made["id"], "disabled", False)


def test_where_its_scope_is_missing_a_sentence_says_whom_to_ask(cast: Cast) -> None:
    """Fact B7: the import needs `batch_import`; there is none until an operator declares it."""
    refused = cast.as_owner("POST", DEFAULTS, IMPORT)
    assert (refused.status_code, refused.json["error_id"]) == (409, "E-PRESET-02")
    assert offered(cast)["batch-import"]["application_id"] is None
    cast.world.make.api(None, "batch_import")
    made = cast.as_owner("POST", DEFAULTS, IMPORT)
    assert (made.status_code, made.json["scopes"]) == (200, ["batch_import"])


def test_nothing_else_bears_its_name(cast: Cast) -> None:
    """Fact B16: neither before it is made nor afterwards, whatever the letters' case."""
    nitro = {"preset": "nitro", "type": "backend"}
    for name in ("studio", "STUDIO", "batch-import"):
        refused = cast.as_owner("POST", APPLICATIONS, nitro | {"name": name})
        assert refusals(refused) == {"name": "E-FIELD-27"}
    assert cast.as_owner("POST", APPLICATIONS, {"type": "backend", "name": "studio"}).status_code == 201
    other = cast.as_owner("POST", APPLICATIONS, nitro | {"name": "Orbit"}).json
    renamed = cast.as_owner("PATCH", f"{APPLICATIONS}/{other['id']}", {"name": "Studio"}, If_Match='"1"')
    assert refusals(renamed) == {"name": "E-FIELD-27"}
    made = cast.as_owner("POST", DEFAULTS, STUDIO).json
    place = f"{APPLICATIONS}/{made['id']}"
    assert refusals(cast.as_owner("PATCH", place, {"name": "Mine"}, If_Match='"1"')) == {"name": "E-FIELD-06"}
    assert cast.as_owner("PATCH", place, {"description": "Ours."}, If_Match='"1"').status_code == 200
    chosen = cast.as_owner("POST", APPLICATIONS, nitro | {"name": "x", "default_name": "studio"})
    assert chosen.status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preset": "nitro", "name": "nobody's"}, "name"),
        ({"preset": "standard", "name": "studio"}, "name"),
        ({"preset": "unknown", "name": "studio"}, "preset"),
    ],
)
def test_what_no_preset_offers_is_refused(cast: Cast, body: dict[str, str], field: str) -> None:
    assert refusals(cast.as_owner("POST", DEFAULTS, body)) == {field: "E-FIELD-04"}
    assert cast.world.make.applications_of(cast.own) == ()


def test_once_purged_it_can_be_made_anew(cast: Cast) -> None:
    made = cast.as_owner("POST", DEFAULTS, STUDIO).json
    gone = cast.as_owner("DELETE", f"{APPLICATIONS}/{made['id']}", If_Match='"1"')
    assert gone.status_code == 200
    locked = cast.as_owner("POST", DEFAULTS, STUDIO).json
    assert (locked["id"], locked["state"]) == (made["id"], "deletion_scheduled")
    features, caller = cast.world.product.features.api, cast.world
    caller.advance(PURGE_DELAY // SECOND)
    assert features.life_cycle.purge_due() == 1
    owner = caller.make.person(cast.own, role="owner")
    scope = "applications:read applications:write"
    token = caller.authorize(cast.console, owner, scope=scope).access_token
    path = "/api/v1" + DEFAULTS.replace("{own}", to_text(cast.own.id))
    headers = {"Authorization": f"Bearer {token}"}
    anew = caller.client.simulate_post(path, json=STUDIO, headers=headers).json
    assert anew["created"] is True
    assert anew["client_id"] != made["client_id"]


def test_of_many_at_once_on_two_processes_one_makes_it(cast: Cast) -> None:
    """Fact B16, as a race: one application, one line of the log, one answer for all."""
    world, other = cast.world, cast.world.beside()
    operator = cast.caller("operator")

    def ask(client: Any, organization: Organization) -> Any:
        path = f"/api/v1/organizations/{to_text(organization.id)}/default-applications"
        return client.simulate_post(path, json=STUDIO, headers={"Authorization": f"Bearer {operator.token}"})

    for _ in range(ROUNDS):
        organization = world.make.organization()
        calls = [partial(ask, one.client, organization) for one in (world, other)] * 3
        answers = at_once(*calls)
        assert [one.status_code for one in answers] == [200] * 6
        assert sum(one.json["created"] for one in answers) == 1
        assert len({one.json["id"] for one in answers}) == 1
        assert len(world.make.applications_of(organization)) == 1
    told = cast.as_operator("GET", "/audit?action=application.create_default&limit=100").json["items"]
    assert len({one["organization_id"] for one in told}) == len(told) == min(ROUNDS, 100)
    other.close()


def test_the_schema_holds_it_to_one(cast: Cast) -> None:
    """Fact B16: whatever writes, a second row of the name is refused; other organizations have their own."""
    make = cast.world.make
    make.application(cast.own, "backend", default_name="studio", preset="nitro")
    with pytest.raises(Conflict):
        make.application(cast.own, "backend", default_name="studio", preset="nitro")
    make.application(cast.other, "backend", default_name="studio", preset="nitro")
    make.application(cast.own, "backend", default_name="batch-import", preset="nitro")
    make.application(cast.own, "backend", preset="nitro")
    make.application(cast.own, "backend", preset="nitro")
