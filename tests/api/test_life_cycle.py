"""The life of an application through the API: what each step ends, on every process, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from grantway.core.errors import Conflict
from grantway.core.identifiers import to_text
from grantway.core.model import DAY, SECOND, Application
from tests.api.cast import ROOT, Cast
from tests.api.test_races import at_once
from tests.kit.counts import count
from tests.kit.world import World

APPLICATIONS = "/organizations/{own}/applications"
ORIGIN = "https://app.example.test"
ROUNDS = count(50, 1_000)
DELAY = 30 * DAY


def place_of(application: Application) -> str:
    return f"{APPLICATIONS}/{to_text(application.id)}"


def step(cast: Cast, application: Application, verb: str, version: int) -> Any:
    """Take a step that is taken, and give the record."""
    method, path = ("DELETE", "") if verb == "delete" else ("POST", "/" + verb)
    result = cast.as_owner(method, place_of(application) + path, If_Match=f'"{version}"')
    assert result.status_code == 200, result.text
    assert result.headers["etag"] == f'"{result.json["version"]}"'
    return result.json


def is_alive(world: World, token: str) -> bool:
    """Whether a management token of the application is taken."""
    headers = {"Authorization": f"Bearer {token}"}
    return bool(world.client.simulate_get(ROOT + "/me", headers=headers).status_code == 200)


def is_heard(world: World, application: Application) -> bool:
    """Whether scripts of the application's origin may ask for tokens (CORS preflight)."""
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    answer = world.client.simulate_options(
        "/oauth/token", headers=headers, params={"client_id": application.client_id}
    )
    return "access-control-allow-origin" in answer.headers


def is_let_in(world: World, application: Application) -> bool:
    """Whether a sign-in can begin."""
    params = {
        "client_id": application.client_id,
        "redirect_uri": application.redirects[0].uri,
        "response_type": "code",
        "state": "state-of-the-tests",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
    answer = world.client.simulate_get("/oauth/authorize", params=params)
    return bool(answer.status_code in {302, 303})


@pytest.mark.parametrize(
    ("verb", "back"), [("disable", "enable"), ("archive", "unarchive"), ("delete", "enable")]
)
def test_a_step_ends_everything_at_once_on_two_processes_and_its_undoing_revives_it(
    cast: Cast, verb: str, back: str
) -> None:
    """Facts C5, C20, C21, C22: and the state after an undone deletion is `enabled`."""
    world, other = cast.world, cast.world.beside()
    application = world.make.application(
        cast.own, scopes=("openid", "applications:read"), origins=(ORIGIN,), name="Orbit"
    )
    secret = world.make.secret(application)
    world.product.poll()
    token = world.machine_token(application, secret, scope="applications:read")
    other.product.poll()

    def states() -> list[tuple[bool, bool, bool, int]]:
        found = []
        for process in (world, other):
            process.product.poll()
            asked = process.token(
                application, secret, grant_type="client_credentials", scope="applications:read"
            )
            found.append(
                (
                    is_alive(process, token),
                    is_heard(process, application),
                    is_let_in(process, application),
                    asked.status_code,
                )
            )
        return found

    assert states() == [(True, True, True, 200)] * 2
    ended = step(cast, application, verb, 1)
    assert states() == [(False, False, False, 401)] * 2
    revived = step(cast, application, back, ended["version"])
    assert (revived["state"], revived["archived"], revived["purge_at"]) == ("enabled", False, None)
    assert states() == [(True, True, True, 200)] * 2
    other.close()


def test_a_step_that_is_no_step_changes_nothing(cast: Cast) -> None:
    application = cast.world.make.application(cast.own)
    assert step(cast, application, "enable", 1)["version"] == 1
    assert step(cast, application, "unarchive", 1)["version"] == 1
    assert step(cast, application, "disable", 1)["version"] == 2
    assert step(cast, application, "disable", 2)["version"] == 2


def test_every_step_needs_the_tag_that_was_read(cast: Cast) -> None:
    place = place_of(cast.world.make.application(cast.own))
    calls = [("POST", f"{place}/{verb}") for verb in ("enable", "disable", "archive", "unarchive")]
    for method, path in [*calls, ("DELETE", place)]:
        assert cast.as_owner(method, path).status_code == 428
        assert cast.as_owner(method, path, If_Match='"2"').status_code == 412
    assert cast.as_owner("GET", place).json["version"] == 1


def test_what_is_scheduled_for_deletion_is_locked_until_it_is_enabled(cast: Cast) -> None:
    """Facts C21, C24: no field edited, no secret issued, nothing published, and the time is shown (C25)."""
    application = cast.world.make.application(cast.own, name="Orbit")
    place = place_of(application)
    scheduled = step(cast, application, "delete", 1)
    assert scheduled["state"] == "deletion_scheduled"
    assert scheduled["purge_at"] == "2026-12-21T10:00:00Z", "30 days after the start of the tests' clock"
    tag = {"If_Match": f'"{scheduled["version"]}"'}
    refused = [
        cast.as_owner("PATCH", place, {"name": "Orbit Two"}, **tag),
        cast.as_owner("PATCH", place, {"state": "disabled"}, **tag),
        cast.as_owner("DELETE", place, **tag),
        cast.as_owner("POST", place + "/secrets", {}),
        cast.as_owner("POST", place + "/submit", {"terms_version": "1"}, **tag),
        cast.as_owner("POST", place + "/withdraw", **tag),
        *(cast.as_owner("POST", f"{place}/{verb}", **tag) for verb in ("disable", "archive", "unarchive")),
        cast.as_operator("POST", place + "/approve", **tag),
    ]
    assert {(one.status_code, one.json["error_id"]) for one in refused} == {(409, "E-RECORD-05")}
    assert cast.as_owner("GET", place).json == scheduled
    enabled = step(cast, application, "enable", scheduled["version"])
    assert cast.as_owner("POST", place + "/secrets", {}).status_code == 201
    tag = {"If_Match": f'"{enabled["version"]}"'}
    assert cast.as_owner("PATCH", place, {"name": "Orbit Two"}, **tag).status_code == 200


def test_nobody_makes_the_delay_shorter(cast: Cast) -> None:
    application = cast.world.make.application(cast.own)
    path = place_of(application) + "?purge_at=2026-11-21T10:00:01Z&delay=0"
    result = cast.as_owner("DELETE", path, {"purge_at": "2026-11-21T10:00:01Z"}, If_Match='"1"')
    assert result.json["purge_at"] == "2026-12-21T10:00:00Z"


def test_at_its_time_it_is_gone_for_good_and_the_log_remembers(cast: Cast) -> None:
    """Fact C23; and its client_id is never anybody's again."""
    world = cast.world
    application, kept = world.make.application(cast.own, name="Orbit"), world.make.application(cast.own)
    world.make.secret(application)
    step(cast, application, "delete", 1)
    world.advance(DELAY // SECOND - 1)
    assert world.product.housekeeping.step().purged == 0
    world.advance(1)
    assert world.product.housekeeping.step().purged == 1
    assert world.product.housekeeping.step().purged == 0
    with world.store.read() as tx:
        assert tx.gate.application(application.id) is None
        assert tx.gate.application(kept.id) is not None
    with pytest.raises(Conflict):
        world.make.application(cast.other, client_id=application.client_id)
    owner = world.make.person(cast.own, role="owner")
    token = world.authorize(cast.console, owner, scope="audit:read").access_token
    path = f"{ROOT}/organizations/{to_text(cast.own.id)}/audit"
    told = world.client.simulate_get(
        path, params={"action": "application.purge"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert [(one["actor_kind"], one["target_id"]) for one in told.json["items"]] == [
        ("server", to_text(application.id))
    ]
    assert told.json["items"][0]["before"]["client_id"] == application.client_id


def test_of_enabling_and_purging_at_once_exactly_one_happens(cast: Cast) -> None:
    """E29, facts C22, C23: cancelled exactly once or executed exactly once, from two processes."""
    world, other = cast.world, cast.world.beside()
    now = world.clock.now()
    owner = cast.caller("owner")
    for number in range(ROUNDS):
        application = world.make.application(
            cast.own, state="deletion_scheduled", purge_at=now - 1, name=f"Orbit {number}"
        )
        path = place_of(application).replace("{own}", to_text(cast.own.id)) + "/enable"
        calls: list[Callable[[], Any]] = [
            partial(cast.call, owner, "POST", path, If_Match='"1"'),
            other.product.features.api.life_cycle.purge_due,
            world.product.features.api.life_cycle.purge_due,
        ]
        enabled, *purged = at_once(*calls)
        with world.store.read() as tx:
            stored = tx.gate.application(application.id)
        if enabled.status_code == 200:
            assert sum(purged) == 0
            assert stored is not None
            assert stored.state == "enabled"
        else:
            assert (enabled.status_code, sum(purged)) in {(404, 1), (412, 1)}
            assert stored is None
    other.close()


def test_of_two_processes_one_purges(cast: Cast) -> None:
    """E29, fact C23: exactly once, and told once."""
    world, other = cast.world, cast.world.beside()
    due = world.clock.now() - 1
    for _ in range(5):
        for _ in range(4):
            world.make.application(cast.own, state="deletion_scheduled", purge_at=due)
        done = at_once(
            world.product.features.api.life_cycle.purge_due, other.product.features.api.life_cycle.purge_due
        )
        assert sum(done) == 4
    told = cast.as_operator("GET", "/audit?action=application.purge&limit=100").json["items"]
    assert len({one["target_id"] for one in told}) == len(told) == 20
    other.close()
