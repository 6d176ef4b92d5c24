"""Service accounts: made by administrators, acted as by the applications they list, dead with any switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import falcon.testing
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization, ServiceAccount
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.dialects.standard import paths
from tests.api.cast import Cast
from tests.api.test_people import error_of, fields_of
from tests.kit.world import World

PLACE = "/organizations/{own}/service-accounts"
SCOPES = ("openid", "profile", "offline_access", "applications:read", "applications:write", "secrets:write")
REACH = ("members:read", "members:write", "platform")


def robot_of(cast: Cast, owner: Organization | None = None, *more: str, **settings: Any) -> Application:
    """An application that may use the grant type."""
    return cast.world.make.application(
        owner or cast.own,
        scopes=(*SCOPES, *more),
        settings={"grant_types": frozenset({GRANT_TYPE}), "several_audiences": True, **settings},
    )


def ask(
    world: World, application: Application, secret: str, account: ServiceAccount | str, **form: str
) -> falcon.testing.Result:
    named = account if isinstance(account, str) else to_text(account.id)
    return world.token(application, secret, grant_type=GRANT_TYPE, service_account=named, **form)


def call(world: World, token: str, method: str, path: str, body: Any = None) -> falcon.testing.Result:
    headers = {"Authorization": f"Bearer {token}"}
    return world.client.simulate_request(method, "/api/v1" + path, json=body, headers=headers)


def introspected(world: World, application: Application, secret: str, token: str) -> dict[str, Any]:
    form = f"client_id={application.client_id}&client_secret={secret}&token={token}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer: dict[str, Any] = world.client.simulate_post("/oauth/introspect", body=form, headers=kind).json
    return answer


def test_from_making_one_to_what_its_token_says(cast: Cast) -> None:
    world, robot = cast.world, robot_of(cast)
    secret = world.make.secret(robot)
    made = cast.as_owner("POST", PLACE, {"name": "Night shift", "role": "developer"})
    assert (made.status_code, made.json["applications"]) == (201, [])
    assert error_of_grant(ask(world, robot, secret, made.json["id"])) == (400, "invalid_grant")
    place, listed = f"{PLACE}/{made.json['id']}", {"applications": [to_text(robot.id)]}
    changed = cast.as_owner("PATCH", place, listed, If_Match=made.headers["etag"])
    assert changed.json["applications"] == [to_text(robot.id)]
    answer = ask(world, robot, secret, made.json["id"])
    assert answer.status_code == 200, answer.text
    assert answer.json.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert "offline_access" not in answer.json["scope"]
    token = answer.json["access_token"]
    told = introspected(world, robot, secret, token)
    about = {"sub": made.json["id"], "role": "developer", "subject_kind": "service_account"}
    assert told.items() >= (about | {"org": to_text(cast.own.id)}).items()
    assert world.bearer(token).json == about | {"org": to_text(cast.own.id), "name": "Night shift"}
    me = call(world, token, "GET", "/me").json
    assert (me["user"], me["role"], me["is_operator"]) == (None, "developer", False)
    assert me["service_account"] == {"id": made.json["id"], "name": "Night shift"}


def error_of_grant(result: falcon.testing.Result) -> tuple[int, str]:
    return result.status_code, result.json["error"]


def test_it_is_listed_read_and_removed(cast: Cast) -> None:
    made = cast.as_owner("POST", PLACE, {"name": "Night shift", "role": "member"})
    assert [one["id"] for one in cast.as_owner("GET", PLACE).json["items"]] == [made.json["id"]]
    place = f"{PLACE}/{made.json['id']}"
    assert cast.as_owner("GET", place).json == made.json
    assert error_of(cast.as_owner("DELETE", place, If_Match='"7"')) == (412, "E-RECORD-03")
    assert cast.as_owner("DELETE", place, If_Match='"1"').status_code == 204
    assert cast.as_owner("GET", place).status_code == 404


def test_what_it_can_never_be(cast: Cast) -> None:
    """D75: no administrator; N48: nobody else's application; and nobody's power beyond their own."""
    make = cast.world.make
    for role in ("owner", "admin", "operator"):
        refused = cast.as_owner("POST", PLACE, {"name": "Boss", "role": role})
        assert fields_of(refused) == {("role", "E-FIELD-04")}
    narrow = make.person(cast.own, role="admin")
    scopes = "members:read members:write"
    token = cast.world.authorize(cast.console, narrow, scope=scopes).access_token
    foreign, public = make.application(cast.other), make.application(cast.own, "public")
    mighty = make.application(cast.own, scopes=("secrets:write",))
    named = [to_text(foreign.id), "3xKnown9", to_text(public.id), to_text(mighty.id)]
    body = {"name": "Boss", "role": "member", "applications": named}
    refused = call(cast.world, token, "POST", PLACE.replace("{own}", to_text(cast.own.id)), body)
    assert fields_of(refused) == {
        ("applications[0]", "E-FIELD-04"),
        ("applications[1]", "E-FIELD-04"),
        ("applications[2]", "E-FIELD-03"),
        ("applications[3]", "E-FIELD-32"),
    }
    for name in ("", "x" * 101, "line\nbreak", "admin"):
        assert cast.as_owner("POST", PLACE, {"name": name, "role": "member"}).status_code == 422


def test_it_acts_in_its_role_and_administers_nothing(cast: Cast) -> None:
    """D75, N30, N47: no members, no secrets, no other service accounts, no platform."""
    world = cast.world
    for home in (cast.own, world.make.platform):
        robot = robot_of(cast, home, *REACH)
        account = world.make.service_account(home, robot)
        token = ask(world, robot, world.make.secret(robot), account).json["access_token"]
        own = f"/organizations/{to_text(home.id)}"
        assert call(world, token, "GET", own + "/applications").status_code == 200
        made = call(world, token, "POST", own + "/applications", {"type": "backend", "name": "Made by it"})
        assert made.status_code in {201, 422}
        # Of an application that does nothing beyond its role, so that the rule itself is what refuses.
        plain = world.make.application(home, scopes=("openid",))
        secrets = f"{own}/applications/{to_text(plain.id)}/secrets"
        for method, path, body in (
            ("POST", secrets, {}),
            ("POST", own + "/invitations", {"role": "owner", "email": "x@people.example.test"}),
            ("POST", own + "/service-accounts", {"name": "Twin", "role": "developer"}),
            ("GET", "/organizations", None),
        ):
            assert call(world, token, method, path, body).status_code == 403, path
        assert call(world, token, "GET", f"/organizations/{to_text(cast.other.id)}").status_code in {403, 404}


def test_a_lesser_role_acts_on_live_tokens(cast: Cast) -> None:
    world, robot = cast.world, robot_of(cast)
    account = world.make.service_account(cast.own, robot)
    token = ask(world, robot, world.make.secret(robot), account).json["access_token"]
    path = f"/organizations/{to_text(cast.own.id)}/applications"
    assert call(world, token, "GET", path).status_code == 200
    world.make.change_service_account(account, role="contact")
    assert call(world, token, "GET", path).status_code == 403


SWITCHES: dict[str, Callable[[Cast, ServiceAccount, Application], object]] = {
    "disabled": lambda cast, account, _: cast.world.make.change_service_account(account, state="disabled"),
    "revoked": lambda cast, account, _: cast.world.make.change_service_account(account, epoch=2),
    "unlisted": lambda cast, account, _: cast.world.make.change_service_account(
        account, applications=frozenset()
    ),
    "deleted": lambda cast, account, _: delete(cast, account),
    "organization disabled": lambda cast, *_: cast.world.make.change_organization(cast.own, state="disabled"),
    "application disabled": lambda cast, _, robot: cast.world.make.change_application(
        robot, state="disabled"
    ),
}


def delete(cast: Cast, account: ServiceAccount) -> None:
    with cast.world.store.begin() as tx:
        assert tx.organization(account.organization_id).delete_service_account(account.id, version=1)


@pytest.mark.parametrize("switch", list(SWITCHES))
def test_every_switch_ends_its_tokens_in_every_process(cast: Cast, switch: str) -> None:
    """V111, V114: at the next poll of the feed, and no new ones are given."""
    world, robot = cast.world, robot_of(cast)
    secret = world.make.secret(robot)
    account = world.make.service_account(cast.own, robot)
    token = ask(world, robot, secret, account).json["access_token"]
    other = world.beside()
    assert other.bearer(token).status_code == 200
    SWITCHES[switch](cast, account, robot)
    other.product.poll()
    for process in (world, other):
        assert process.bearer(token).status_code == 401
        assert ask(process, robot, secret, account).status_code in (
            {200} if switch == "revoked" else {400, 401}
        )
    other.close()


def test_what_was_disabled_or_unlisted_does_not_revive(cast: Cast) -> None:
    """V117: disabled, enabled, and what was given before stays dead."""
    world, robot = cast.world, robot_of(cast)
    secret = world.make.secret(robot)
    account = world.make.service_account(cast.own, robot)
    place, version = f"{PLACE}/{to_text(account.id)}", 1
    listed = [to_text(robot.id)]
    changes: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        ({"state": "disabled"}, {"state": "enabled"}),
        ({"applications": []}, {"applications": listed}),
    )
    for off, on in changes:
        token = ask(world, robot, secret, account).json["access_token"]
        for change in (off, on):
            assert cast.as_owner("PATCH", place, change, If_Match=f'"{version}"').status_code == 200
            version += 1
        assert world.bearer(token).status_code == 401
        assert ask(world, robot, secret, account).status_code == 200


def test_an_installed_vendor_acts_only_as_whom_it_is_listed_for(cast: Cast) -> None:
    """N48, V101: neither as others here, nor at home as this one, and never again after a new installation."""
    world = cast.world
    robot = robot_of(cast, cast.vendor)
    installation = world.make.installation(robot, cast.own)
    theirs, home = world.make.secret(robot, cast.own), world.make.secret(robot)
    unlisted = world.make.service_account(cast.own)
    made = cast.as_owner(
        "POST", PLACE, {"name": "Vireo", "role": "member", "applications": [to_text(robot.id)]}
    )
    assert made.status_code == 201, made.text
    assert error_of_grant(ask(world, robot, theirs, unlisted)) == (400, "invalid_grant")
    assert error_of_grant(ask(world, robot, home, made.json["id"])) == (400, "invalid_grant")
    answer = ask(world, robot, theirs, made.json["id"])
    assert answer.status_code == 200, answer.text
    token = answer.json["access_token"]
    assert introspected(world, robot, home, token)["org"] == to_text(cast.own.id)
    place = f"/organizations/{{own}}/installations/{to_text(installation.id)}"
    assert cast.as_owner("DELETE", place, If_Match='"1"').status_code == 200
    assert world.bearer(token).status_code == 401
    assert cast.as_owner("GET", f"{PLACE}/{made.json['id']}").json["applications"] == []


def test_who_cannot_ask(cast: Cast) -> None:
    """Without a secret, without leave of the makers, or for what names nobody."""
    world, robot = cast.world, robot_of(cast)
    secret, account = world.make.secret(robot), world.make.service_account(cast.own, robot)
    other = world.make.application(cast.own)
    answer = ask(world, other, world.make.secret(other), account)
    assert error_of_grant(answer) == (400, "unauthorized_client")
    public = world.make.application(cast.own, "public", settings={"grant_types": frozenset({GRANT_TYPE})})
    assert error_of_grant(ask(world, public, None, account)) == (400, "unauthorized_client")  # type: ignore[arg-type]
    person = world.make.person(cast.own)
    for named in (to_text(person.id), "0-%27", "3xKnown9", to_text(cast.own.id), "x" * 500):
        assert error_of_grant(ask(world, robot, secret, named)) == (400, "invalid_grant")
    missing = world.token(robot, secret, grant_type=GRANT_TYPE)
    assert error_of_grant(missing) == (400, "invalid_request")


def test_a_warm_server_asks_no_database_for_it(cast: Cast) -> None:
    world, robot = cast.world, robot_of(cast)
    secret, account = world.make.secret(robot), world.make.service_account(cast.own, robot)
    world.product.poll()
    assert ask(world, robot, secret, account).status_code == 200
    client = world.memory_client()
    form = f"client_id={robot.client_id}&client_secret={secret}&grant_type={GRANT_TYPE}"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"{form}&service_account={to_text(account.id)}"
    answer = client.simulate_post(paths.TOKEN, body=body, headers=kind)
    assert answer.status_code == 200, answer.text


def test_the_log_names_it(cast: Cast) -> None:
    world, robot = cast.world, robot_of(cast)
    account = world.make.service_account(cast.own, robot)
    token = ask(world, robot, world.make.secret(robot), account).json["access_token"]
    own = f"/organizations/{to_text(cast.own.id)}"
    made = call(
        world,
        token,
        "POST",
        own + "/applications",
        {"type": "backend", "name": "Made by it", "notification_addresses": ["a@people.example.test"]},
    )
    assert made.status_code == 201, made.text
    line = cast.as_owner("GET", "/organizations/{own}/audit?action=application.create").json["items"][0]
    assert (line["actor_kind"], line["user_id"]) == ("service_account", to_text(account.id))


def test_a_new_installation_lists_nothing_that_was_listed_before(cast: Cast) -> None:
    """Also where somebody listed the application at the moment in which the installation was revoked."""
    world, vendor = cast.world, robot_of(cast, cast.vendor)
    world.make.change_application(vendor, audience_effective="any_organization")
    world.make.installation(vendor, cast.own, state="revoked", granted_at=1, scopes=frozenset())
    account = world.make.service_account(cast.own, vendor)
    body = {"client_id": vendor.client_id, "scopes": ["applications:read"]}
    granted = cast.as_owner("POST", "/organizations/{own}/installations", body)
    assert granted.status_code == 201, granted.text
    assert cast.as_owner("GET", f"{PLACE}/{to_text(account.id)}").json["applications"] == []
