"""Every way in which a tenant's admin tried to become an operator: the power cannot leave the platform."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg
import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.dialects.standard import paths
from grantway.edges.web.operations import Tenant
from grantway.edges.web.records.operations import ALL as OPERATIONS
from grantway.features.access.callers import Caller, Permission, admit_operator
from grantway.features.access.permissions import (
    ALL,
    APPLICATIONS_WRITE,
    OF_THE_PLATFORM,
    ORGANIZATIONS_WRITE,
    PLATFORM,
)
from tests.abuse.parameters import APPLICATIONS
from tests.api.cast import EVERYTHING, ROOT, Cast
from tests.kit.factories import Person
from tests.kit.world import authorization_request

POWER = tuple(sorted(OF_THE_PLATFORM))
NEW = {"type": "backend", "name": "Ladder"}


def scopes_of(token: str) -> set[str]:
    """The scopes that a signed token names, as whoever reads it offline sees them."""
    payload = token.split(".")[1]
    return set(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["scope"].split())


def reach_of(cast: Cast, token: str) -> list[int]:
    """What comes of the operators' operations with a token: all of these must be refused."""
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/users", None),
        ("POST", "/users", {"email": "mallory@people.example.test", "name": "Mallory"}),
        ("GET", "/organizations", None),
        ("POST", "/organizations", {"name": "Mine"}),
        ("GET", "/policy", None),
        ("GET", "/audit", None),
        ("GET", "/publications", None),
        ("GET", f"/organizations/{to_text(cast.other.id)}", None),
    ]
    found = []
    for method, path, body in calls:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        answered = cast.world.client.simulate_request(
            method, ROOT + path, body=None if body is None else json.dumps(body), headers=headers
        )
        found.append(answered.status_code)
    return found


def test_the_scopes_of_operators_are_these() -> None:
    """By hand: whoever adds a power over the platform adds it here, and thinks of who may carry it."""
    assert set(POWER) == {"platform", "users:read", "users:write", "apis:write"}
    assert {one.scope for one in ALL if one.is_platform} == set(POWER)


def test_the_platforms_door_opens_to_no_permission_that_tenants_have() -> None:
    operator = Caller(None, 1, frozenset(EVERYTHING), is_platform=True)
    with pytest.raises(TypeError):
        admit_operator(operator, APPLICATIONS_WRITE)
    admit_operator(operator, ORGANIZATIONS_WRITE.for_all)
    admit_operator(operator, PLATFORM)


def test_an_operation_enters_the_platforms_door_with_an_operators_permission_or_is_none() -> None:
    approve = next(one for one in OPERATIONS if one.id == "approveApplication")
    for changes in ({"permission": APPLICATIONS_WRITE}, {"tenant": Tenant.PATH}):
        with pytest.raises(TypeError, match="platform's door"):
            replace(approve, **changes)


@pytest.mark.parametrize("caller", ["owner", "admin", "developer", "machine", "operator"])
def test_no_tenants_application_is_given_them_by_whomever(cast: Cast, caller: str) -> None:
    """Registering and widening, one scope at a time, also by operators and together with others."""
    place = f"/organizations/{to_text(cast.own.id)}/applications"
    who = cast.caller(caller)
    made = cast.call(who, "POST", place, NEW | {"scopes": ["applications:read"]})
    assert made.status_code == 201, made.text
    record = f"{place}/{made.json['id']}"
    for scope in POWER:
        for answered in (
            cast.call(who, "POST", place, NEW | {"scopes": ["applications:read", scope]}),
            cast.call(who, "PATCH", record, {"scopes": ["applications:read", scope]}, If_Match='"1"'),
        ):
            assert answered.status_code == 422, answered.text
            assert [(one["field"], one["id"]) for one in answered.json["errors"]] == [
                ("scopes[1]", "E-FIELD-35")
            ]
    for preset in ("nexus211", "deeplynx", "nitro", "cxone", "nexusguard"):
        drafted = NEW | {"preset": preset, "scopes": ["platform"]}
        assert cast.call(who, "POST", place, drafted).status_code == 422, preset
    assert cast.call(who, "GET", record).json["version"] == 1


def test_an_application_of_former_times_that_has_them_gets_no_token_with_them(cast: Cast) -> None:
    """At the mint, whoever it acts for: alone, as a service account, and for the owner of the tenant."""
    make, world = cast.world.make, cast.world
    robot = make.application(
        cast.own,
        "backend",
        scopes=EVERYTHING,
        settings={"grant_types": frozenset({"client_credentials", GRANT_TYPE})},
    )
    secret = make.secret(robot)
    account = make.service_account(cast.own, robot, role="developer")
    tokens = [
        world.machine_token(robot, secret),
        world.token(robot, secret, grant_type=GRANT_TYPE, service_account=to_text(account.id)).json[
            "access_token"
        ],
    ]
    for token in tokens:
        assert not scopes_of(token) & OF_THE_PLATFORM
        assert set(reach_of(cast, token)) <= {403, 404}
    for scope in POWER:
        named = world.token(robot, secret, grant_type="client_credentials", scope=scope)
        assert (named.status_code, named.json["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize("where", ["in the tenant", "in the platform organization"])
def test_an_operator_who_signs_in_to_a_tenants_application_lends_it_nothing(cast: Cast, where: str) -> None:
    """Whatever it asks for, wherever the person acts, and whoever says that nobody need be asked."""
    make, world = cast.world.make, cast.world
    ladder = make.application(
        cast.own,
        "public",
        scopes=EVERYTHING,
        settings={"consent": "platform"},
        audience_requested="any_organization",
        audience_effective="any_organization",
        publication="approved",
    )
    make.voucher(ladder)
    operator = make.operator()
    place: Organization = make.platform
    if where == "in the tenant":
        make.membership(operator, cast.own, "owner")
        place = cast.own
    asked = " ".join(sorted(set(EVERYTHING) - OF_THE_PLATFORM))
    given = world.authorize(ladder, operator, organization=place, scope=asked).access_token
    assert set(reach_of(cast, given)) <= {403, 404}
    for scope in POWER:
        beside = world.authorize(ladder, operator, organization=place, scope=f"{asked} {scope}")
        assert scope not in beside.tokens["scope"].split(), scope
        assert _refusal_of(cast, ladder, operator, place, scope) == "invalid_scope", scope


def test_an_installation_lends_none_of_them(cast: Cast) -> None:
    """An application of the platform that a tenant installs acts there without them."""
    make, world = cast.world.make, cast.world
    vendor = make.application(
        make.platform, "backend", scopes=EVERYTHING, audience_effective="any_organization"
    )
    place = f"/organizations/{to_text(cast.own.id)}/installations"
    for scope in POWER:
        for caller in ("owner", "operator"):
            draft = {"client_id": vendor.client_id, "scopes": [scope]}
            answered = cast.call(cast.caller(caller), "POST", place, draft)
            assert answered.status_code == 422
            assert [one["id"] for one in answered.json["errors"]] == ["E-FIELD-35"]
    asked = cast.as_owner(
        "POST",
        f"/organizations/{to_text(cast.own.id)}/installation-requests",
        {"client_id": vendor.client_id},
    )
    assert not set(asked.json["scopes_pending"]) & OF_THE_PLATFORM
    assert not set(asked.json["application"]["scopes"]) & OF_THE_PLATFORM
    # One from before, that grants everything.
    other = make.application(make.platform, "backend", scopes=EVERYTHING)
    make.installation(other, cast.own, scopes=EVERYTHING)
    token = world.machine_token(other, make.secret(other, cast.own))
    assert not scopes_of(token) & OF_THE_PLATFORM
    assert set(reach_of(cast, token)) <= {403, 404}


def test_at_home_programs_and_operators_have_them_and_other_people_do_not(cast: Cast) -> None:
    """C190: scope, application, organization and role are four barriers, and three are not enough."""
    make, world = cast.world.make, cast.world
    robot = make.application(
        make.platform,
        "backend",
        scopes=EVERYTHING,
        settings={"grant_types": frozenset({"client_credentials", GRANT_TYPE})},
    )
    secret = make.secret(robot)
    assert scopes_of(world.machine_token(robot, secret)) >= OF_THE_PLATFORM
    assert 403 not in reach_of(cast, world.machine_token(robot, secret))
    # A service account is never an operator, even where one had the role.
    account = make.service_account(make.platform, robot, role="admin")
    answer = world.token(robot, secret, grant_type=GRANT_TYPE, service_account=to_text(account.id))
    assert set(reach_of(cast, answer.json["access_token"])) <= {403, 404}
    developer = cast.caller("developer_of_platform")
    assert developer.token is not None
    assert set(reach_of(cast, developer.token)) <= {403, 404}
    # Nor is an operator who acts in a tenant, with the platform's own console.
    person = make.operator()
    make.membership(person, cast.own, "owner")
    away = _refusal_of(cast, cast.console, person, cast.own, "platform users:write")
    assert away == "invalid_scope"


def test_a_token_loses_them_when_its_application_is_not_the_platforms_any_more(cast: Cast) -> None:
    """At verify: the record says today whose it is, whatever the token was made from."""
    operator = cast.caller("operator")
    assert operator.token is not None
    assert 403 not in reach_of(cast, operator.token)
    _hand_to(cast.world.settings.database_url, cast.console.id, cast.own.id)
    # No feature moves an application, so no process is told: a new one reads it.
    cast.world = cast.world.beside()
    me = cast.call(operator, "GET", "/me")
    assert (me.status_code, set(me.json["scopes"]) & OF_THE_PLATFORM) == (200, set())
    assert set(reach_of(cast, operator.token)) <= {403, 404}
    cast.world.close()


def test_the_applications_list_shows_what_is_held_and_saving_it_means_giving_it_up(cast: Cast) -> None:
    """A record from before that has them: nothing else of it is saved until they are gone."""
    old = cast.world.make.application(cast.own, "backend", scopes=("applications:read", "platform"))
    place = APPLICATIONS + "/" + to_text(old.id)
    assert cast.as_operator("PATCH", place, {"name": "Older"}, If_Match='"1"').status_code == 422
    fixed = cast.as_operator("PATCH", place, {"scopes": ["applications:read"]}, If_Match='"1"')
    assert (fixed.status_code, fixed.json["scopes"]) == (200, ["applications:read"])


def test_a_permission_is_flagged_as_a_whole() -> None:
    flagged = Permission("some:thing", frozenset({"owner"})).for_all
    assert flagged.is_platform
    assert flagged.roles == frozenset({"owner"})


def _hand_to(url: str, application_id: int, organization_id: int) -> None:
    """Another owner in the database, as if somebody wrote there."""
    written = f"UPDATE applications SET organization_id = {organization_id} WHERE id = {application_id}"
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            file.execute(written)
        return
    with psycopg.connect(url) as connection:
        connection.execute(written)


def _refusal_of(cast: Cast, application: Application, person: Person, place: Organization, scope: str) -> str:
    """The error that the application is answered."""
    query = authorization_request(application, redirect_uri=application.redirects[0].uri, scope=scope)
    seen = cast.world.browser().authorize(
        paths.AUTHORIZE + "?" + urlencode(query),
        email=person.email,
        password=person.password,
        organization=to_text(place.id),
    )
    return parse_qs(urlsplit(seen).query)["error"][0]
