"""Nobody reads, writes or destroys beyond their organization, their role and their power."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core.errors import Conflict
from grantway.core.identifiers import to_text
from grantway.core.model import Organization
from grantway.edges.web.operations import Operation, Tenant
from grantway.edges.web.records import operations
from tests.abuse.dump import rows_of
from tests.abuse.parameters import made
from tests.abuse.story import Story
from tests.api.cast import Cast
from tests.api.matrix import BODIES
from tests.api.test_isolation import everything, facts_of
from tests.kit.joining import answer, at_home


@pytest.mark.parametrize(
    "caller", ["stranger", "member", "contact", "machine_without_scope", "developer_of_platform"]
)
def test_nobody_writes_or_reads_beyond_their_place(cast: Cast, caller: str) -> None:
    """V101, V102, V087, V108, E25: every operation on records of another organization, or beyond one's role."""
    own, other = cast.records(cast.own), cast.records(cast.other)
    for operation in operations.ALL:
        cast.caller(caller, operation.permission.scope)
    before = everything(cast)
    for operation in operations.ALL:
        known = cast.caller(caller, operation.permission.scope)
        is_open = known.role in operation.permission.roles and operation.tenant is not Tenant.PLATFORM
        for ids in (own.ids, {**own.ids, "organization_id": other.ids["organization_id"]}):
            if (
                ids["organization_id"] == to_text(known.organization_id)
                and is_open
                and (ids is own.ids or not own_id_in(operation))
            ):
                continue
            if operation.tenant is Tenant.SELF:
                continue
            body = BODIES.get(operation.id)
            result = cast.call(known, operation.method, operation.path.format(**ids), body, If_Match='"1"')
            assert result.status_code in {403, 404}, (operation.id, caller, result.text)
            assert own.canary not in result.text
    assert everything(cast) == before


def own_id_in(operation: Operation) -> bool:
    """Whether the path names a record besides the organization."""
    return len(operation.parameters) > 1


@pytest.mark.parametrize("caller", ["admin", "developer", "machine"])
def test_nobody_writes_more_power_than_they_have(cast: Cast, caller: str) -> None:
    """V093, V091, V102: the fields that only operators or owners set, and scopes beyond the caller."""
    known, own = cast.caller(caller), to_text(cast.own.id)
    place = f"/organizations/{own}"
    registered = made(cast)[1]
    application = f"{place}/applications/{registered['id']}"
    cast.records(cast.own)
    before = facts_of(cast, cast.own)
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", place, {"slug": "taken-over"}),
        ("PATCH", place, {"state": "disabled"}),
        ("POST", "/vouchers", {"client_id": cast.console.client_id, "application_version": 1}),
        ("POST", f"{place}/apis", {"identifier": "https://new.example", "name": "New"}),
        ("POST", "/users", {"email": "new@people.example.test", "name": "New"}),
        ("POST", "/organizations", {"name": "New Tenant"}),
    ]
    if caller == "admin":
        person = to_text(cast._people["admin"].id)  # noqa: SLF001 - who the caller is
        attempts.append(("PATCH", f"{place}/members/{person}", {"role": "owner"}))
        attempts.append(
            ("POST", f"{place}/invitations", {"role": "owner", "email": "new@people.example.test"})
        )
    if caller == "developer":
        vouched = {"client_id": registered["client_id"], "application_version": 1}
        attempts.append(("POST", f"{place}/vouchers", vouched))
        for scope in ("members:write", "organizations:write", "platform", "users:write"):
            attempts.append(("PATCH", application, {"scopes": [scope]}))
            attempts.append(
                ("POST", f"{place}/applications", {"type": "backend", "name": "X", "scopes": [scope]})
            )
    for method, path, body in attempts:
        result = cast.call(known, method, path, body, If_Match='"1"')
        assert result.status_code in {403, 422}, (path, body, result.text)
    assert facts_of(cast, cast.own) == before


def rows_about(cast: Cast, organization: Organization) -> dict[str, list[str]]:
    """Every row of every table that names an organization, one of its applications or one of its APIs."""
    rows = rows_of(cast.world.settings.database_url)
    owned = {
        name: {row["id"] for row in rows[table] if row["organization_id"] == organization.id}
        for name, table in (
            ("application_id", "applications"),
            ("api_id", "apis"),
            ("webhook_id", "webhooks"),
        )
    } | {"organization_id": {organization.id}}
    return {
        table: sorted(str(row) for row in found if any(row.get(name) in ids for name, ids in owned.items()))
        for table, found in rows.items()
    }


def test_what_is_destroyed_here_stays_everywhere_else(cast: Cast) -> None:
    """V107: every destructive call, with records of the same names in another organization."""
    destructive = [one for one in operations.ALL if one.method == "DELETE"]
    assert len(destructive) >= 7
    for operation in destructive:
        own, twin = cast.records(cast.own), cast.records(cast.other)
        if operation.id == "deleteOrganization":
            own = cast.empty_organization()
        ids = dict(own.ids)
        if {"scope_id", "route_id"} & set(operation.parameters):
            ids["api_id"] = ids["scoped_api_id"]
        before = (facts_of(cast, cast.other), rows_about(cast, cast.other))
        version = own.versions.get(operation.parameters[-1], 1)
        result = cast.as_operator("DELETE", operation.path.format(**ids), If_Match=f'"{version}"')
        assert result.status_code == operation.status, (operation.id, result.text)
        assert (facts_of(cast, cast.other), rows_about(cast, cast.other)) == before, operation.id
        assert twin.ids["application_id"] in str(
            cast.as_operator("GET", f"/organizations/{to_text(cast.other.id)}/applications?limit=100").text
        )


def test_an_id_is_never_given_twice(cast: Cast) -> None:
    """V104: whoever is removed and made again is somebody else, and an old token stays dead."""
    world = cast.world
    person = world.make.person(cast.own, cast.other)
    signed_in = world.authorize(cast.console, person, organization=cast.own, scope="organizations:read")
    place, path = f"/organizations/{{own}}/members/{to_text(person.id)}", "/api/v1/me"
    assert world.bearer(signed_in.access_token, path).status_code == 200
    assert cast.as_owner("DELETE", place).status_code == 204
    invited = cast.as_owner(
        "POST", "/organizations/{own}/invitations", {"role": "member", "email": person.email}
    )
    answer(at_home(world, person), invited.json["id"])
    assert cast.as_owner("GET", place).status_code == 200
    world.product.poll()
    assert world.bearer(signed_in.access_token, path).status_code == 401
    draft = {"email": "again@people.example.test", "name": "Again"}
    ids = set()
    for _ in range(3):
        user = cast.as_operator("POST", "/users", draft).json
        ids.add(user["id"])
        assert (
            cast.as_operator("DELETE", f"/users/{user['id']}", If_Match=f'"{user["version"]}"').status_code
            == 204
        )
    assert len(ids) == 3


def test_a_purged_client_id_is_taken_for_ever(cast: Cast) -> None:
    """V104: nobody can be given it again, by whatever way."""
    place, record = made(cast)
    assert cast.as_owner("DELETE", place, If_Match='"1"').status_code == 200
    cast.world.advance(31 * 86_400)
    cast.world.product.housekeeping.step()
    assert cast.as_operator("GET", place).status_code == 404
    with pytest.raises(Conflict):
        cast.world.make.application(cast.other, client_id=record["client_id"])
    # Everybody signs in again: a month has passed.
    later = replace(cast, _callers={})
    assert made(later)[1]["client_id"] != record["client_id"]


def test_an_organization_is_claimed_by_its_members_only(story: Story) -> None:
    """V105: at the moment of issue, for the organization that was chosen, and not after leaving it."""
    world, person = story.world, story.person
    world.make.membership(person, story.globex)
    client = story.foreign
    first, signed_in = (
        world.authorize(client.application, person, secret=client.secret, organization=organization)
        for organization in (story.acme, story.globex)
    )
    assert story.introspect(client, first.access_token)["org"] == to_text(story.acme.id)
    assert story.introspect(client, signed_in.access_token)["org"] == to_text(story.globex.id)
    with world.store.begin() as tx:
        assert tx.organization(story.globex.id).delete_membership(person.id)
    world.product.poll()
    assert not story.is_alive(signed_in.access_token)
    assert story.refresh(client, signed_in.refresh_token).status_code == 400
    again = world.authorize(client.application, person, secret=client.secret)
    assert story.introspect(client, again.access_token)["org"] == to_text(story.acme.id)
    assert story.code(client, world.make.person(story.globex))
    browser = world.browser()
    outsider = world.make.person(world.make.organization())
    left = browser.authorize(story.request(story.honest), email=outsider.email, password=outsider.password)
    assert "error=access_denied" in left
