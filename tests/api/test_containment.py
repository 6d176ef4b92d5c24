"""Operators contain: what they suspend nobody else revives, and what a higher rank stopped no lower undoes."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import DAY, Application
from tests.api.cast import ROOT, Cast, Known

WHY = "Reported as phishing; we are looking."
DELAY = 30 * DAY


def path_of(application: Application) -> str:
    return f"/organizations/{to_text(application.organization_id)}/applications/{to_text(application.id)}"


def act(cast: Cast, caller: str | Known, method: str, path: str, body: Any = None, verb: str = "") -> Any:
    """Change a record as it is now, whatever its version."""
    who = cast.caller(caller) if isinstance(caller, str) else caller
    read = cast.as_operator("GET", path)
    tag = {"If_Match": read.headers["etag"]} if "etag" in read.headers else {}
    answered = cast.call(who, method, path + verb, body, **tag)
    cast.world.product.poll()
    return answered


def suspended(cast: Cast, path: str) -> Any:
    answered = act(cast, "operator", "POST", path, {"reason": WHY}, "/suspend")
    assert answered.status_code == 200, answered.text
    return answered.json


def lifted(cast: Cast, path: str) -> Any:
    answered = act(cast, "operator", "POST", path, verb="/lift")
    assert answered.status_code == 200, answered.text
    return answered.json


def is_alive(cast: Cast, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    return bool(cast.world.client.simulate_get(ROOT + "/me", headers=headers).status_code == 200)


@pytest.fixture
def orbit(cast: Cast) -> Application:
    """A vendor's application that both tenants use."""
    return cast.world.make.application(
        cast.vendor,
        scopes=("openid", "applications:read"),
        audience_requested="any_organization",
        audience_effective="any_organization",
        settings={"several_audiences": True, "consent": "platform"},
    )


@pytest.mark.parametrize("what", ["application", "maker", "customer"])
def test_a_suspension_reaches_the_maker_and_the_customer(cast: Cast, orbit: Application, what: str) -> None:
    """Tried where they are two organizations: machine, person, secret, installation and sign-in."""
    world, make = cast.world, cast.world.make
    make.installation(orbit, cast.own)
    secret, home = make.secret(orbit, cast.own), make.secret(orbit)
    person = make.person(cast.own, role="owner")
    scope = "openid applications:read"
    machine = world.machine_token(orbit, secret, scope="applications:read")
    human = world.authorize(orbit, person, secret=secret, scope=scope).access_token
    maker = world.machine_token(orbit, home, scope="applications:read")
    path = path_of(orbit)
    if what != "application":
        path = f"/organizations/{to_text((cast.vendor if what == 'maker' else cast.own).id)}"
    alive = {"maker"} if what == "customer" else set()
    assert (suspended(cast, path)["suspension_reason"], is_alive(cast, machine)) == (WHY, False)
    assert is_alive(cast, human) is False
    assert is_alive(cast, maker) is ("maker" in alive)
    for credential in (secret, home):
        answered = world.token(orbit, credential, grant_type="client_credentials", scope="applications:read")
        assert (answered.status_code == 200) is (credential is home and "maker" in alive)
    offer = {"client_id": orbit.client_id, "scopes": ["openid"]}
    other = cast.call(
        cast.caller("stranger"), "POST", f"/organizations/{to_text(cast.other.id)}/installations", offer
    )
    assert other.status_code == (201 if what == "customer" else 422), other.text
    lifted(cast, path)
    assert [is_alive(cast, token) for token in (machine, human, maker)] == [True, True, True]


def test_the_place_of_a_suspended_organization_is_offered_to_nobody(cast: Cast, orbit: Application) -> None:
    world, make = cast.world, cast.world.make
    person = make.person(cast.own, cast.other, role="owner")
    suspended(cast, f"/organizations/{to_text(cast.own.id)}")
    # With one place left there is no choice to make.
    given = world.authorize(orbit, person, secret=make.secret(orbit), scope="openid applications:read")
    headers = {"Authorization": f"Bearer {given.access_token}"}
    me = world.client.simulate_get(ROOT + "/me", headers=headers)
    assert me.json["organization"]["id"] == to_text(cast.other.id)


@pytest.mark.parametrize(
    "verb", ["enable", "disable", "archive", "unarchive", "delete", "patch", "submit", "secret"]
)
def test_nothing_of_the_owners_touches_a_suspended_application(cast: Cast, verb: str) -> None:
    made = cast.world.make.application(cast.own, scopes=("openid",))
    path = path_of(made)
    before = suspended(cast, path)
    for caller in ("owner", "admin", "developer", "machine"):
        answered = _tried(cast, caller, path, verb)
        assert (answered.status_code, answered.json["error_id"]) == (409, "E-RECORD-18"), caller
    after = cast.as_owner("GET", path).json
    assert after == before, "its owners read it, and why"
    assert after["suspension_reason"] == WHY
    # The owners' own choice, before or by an operator meanwhile, does not end it either.
    assert act(cast, "operator", "POST", path, verb="/enable").json["suspended_at"] is not None
    assert (
        cast.world.token(made, cast.world.make.secret(made), grant_type="client_credentials").status_code
        == 401
    )


def _tried(cast: Cast, caller: str, path: str, verb: str) -> Any:
    if verb == "patch":
        return act(cast, caller, "PATCH", path, {"state": "enabled", "name": "Free again"})
    if verb == "delete":
        return act(cast, caller, "DELETE", path)
    if verb == "submit":
        return act(cast, caller, "POST", path, {"terms_version": "1"}, "/submit")
    if verb == "secret":
        return act(cast, caller, "POST", path, {}, "/secrets")
    return act(cast, caller, "POST", path, verb="/" + verb)


def test_only_operators_suspend_and_lift_and_say_why(cast: Cast) -> None:
    made = cast.world.make.application(cast.own)
    for path in (path_of(made), f"/organizations/{to_text(cast.own.id)}"):
        for caller in (
            "owner",
            "admin",
            "developer",
            "member",
            "machine",
            "stranger",
            "developer_of_platform",
        ):
            assert act(cast, caller, "POST", path, {"reason": WHY}, "/suspend").status_code == 403, caller
            assert act(cast, caller, "POST", path, verb="/lift").status_code == 403, caller
        for reason in ("", "  ", "x" * 301, "two\nlines", "a\u202eb"):
            assert act(cast, "operator", "POST", path, {"reason": reason}, "/suspend").status_code == 422, (
                reason
            )
        assert act(cast, "operator", "POST", path, {}, "/suspend").status_code == 422
        first = suspended(cast, path)
        cast.world.advance(60)
        again = act(cast, "operator", "POST", path, {"reason": "Another reason."}, "/suspend").json
        assert (again["suspended_at"], again["suspension_reason"]) == (
            first["suspended_at"],
            "Another reason.",
        )
        assert lifted(cast, path)["suspended_at"] is None
        stale = cast.as_operator("POST", path + "/lift", If_Match='"1"')
        assert stale.status_code == 412
    platform = f"/organizations/{to_text(cast.world.make.platform.id)}"
    assert (
        act(cast, "operator", "POST", platform, {"reason": WHY}, "/suspend").json["error_id"] == "E-RECORD-16"
    )


def test_it_is_told_in_the_log_and_to_the_makers(cast: Cast) -> None:
    made = cast.world.make.application(cast.own, name="Ladder")
    suspended(cast, path_of(made))
    lifted(cast, path_of(made))
    suspended(cast, f"/organizations/{to_text(cast.own.id)}")
    lines = sorted(cast.as_operator("GET", "/audit").json["items"], key=lambda line: line["action"])
    lines = [line for line in lines if line["action"].endswith((".suspend", ".lift"))]
    assert sorted(line["action"] for line in lines) == [
        "application.lift",
        "application.suspend",
        "organization.suspend",
    ]
    assert lines[1]["after"]["suspension_reason"] == WHY
    with cast.world.store.begin() as tx:
        events = tx.platform.take_events(limit=10)
    told = {event.name: event for event in events}
    assert told.keys() >= {"application.suspended", "application.suspension_lifted", "organization.suspended"}
    assert told["application.suspended"].tells == {"organization", "makers"}
    assert told["organization.suspended"].tells == {"organization", "administrators"}
    assert told["application.suspended"].facts["suspension_reason"] == WHY


# --- The purge clock -----------------------------------------------------------------------------------


def scheduled(cast: Cast) -> Application:
    """An application that is to be removed in thirty days."""
    now = cast.world.clock.now()
    return cast.world.make.application(cast.own, state="deletion_scheduled", purge_at=now + DELAY)


def stored(cast: Cast, application: Application) -> Application | None:
    with cast.world.store.read() as tx:
        return tx.gate.application(application.id)


def purged(cast: Cast) -> int:
    return cast.world.product.features.api.life_cycle.purge_due()


@pytest.mark.parametrize("what", ["application", "organization"])
def test_the_clock_of_what_is_suspended_stands_still(cast: Cast, what: str) -> None:
    world, made = cast.world, scheduled(cast)
    path = path_of(made) if what == "application" else f"/organizations/{to_text(cast.own.id)}"
    world.advance(10 * 86_400)
    cast.sign_in_again()
    suspended(cast, path)
    world.advance(40 * 86_400)
    cast.sign_in_again()
    assert purged(cast) == 0
    with world.store.begin() as tx:
        assert tx.platform.purge_application(made.id, now=world.clock.now()) is None, "not even by name"
    lifted(cast, path)
    found = stored(cast, made)
    assert found is not None
    assert found.purge_at == (made.purge_at or 0) + 40 * DAY
    world.advance(20 * 86_400 - 1)
    assert purged(cast) == 0
    world.advance(1)
    assert (purged(cast), stored(cast, made)) == (1, None)


@pytest.mark.parametrize("first", ["application", "organization"])
@pytest.mark.parametrize("ends", ["application", "organization"])
def test_two_suspensions_hold_the_clock_once(cast: Cast, first: str, ends: str) -> None:
    """Of ten days with one, ten with both and ten with the other, each counts once."""
    world, made = cast.world, scheduled(cast)
    paths = {"application": path_of(made), "organization": f"/organizations/{to_text(cast.own.id)}"}
    second = next(name for name in paths if name != first)
    later = next(name for name in paths if name != ends)
    for step, path in (
        (suspended, paths[first]),
        (suspended, paths[second]),
        (lifted, paths[ends]),
        (lifted, paths[later]),
    ):
        cast.sign_in_again()
        step(cast, path)
        world.advance(10 * 86_400)
    found = stored(cast, made)
    assert found is not None
    assert found.purge_at == (made.purge_at or 0) + 30 * DAY
