"""The isolation matrix: every operation, every kind of caller, records of every kind of owner.

The cells are made from the operation table, so an operation without a cell cannot exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from grantway.core.access_keys import EVERY_KEY
from grantway.core.audit import AuditQuery
from grantway.core.identifiers import from_text, to_text
from grantway.core.inviting import EVERY_INVITATION
from grantway.core.model import Organization
from grantway.core.ports import Page
from grantway.edges.web.operations import Tenant
from grantway.edges.web.records.operations import ALL
from tests.api.cast import Cast, Records
from tests.api.matrix import (
    BODIES,
    Cell,
    Target,
    body_of,
    cells,
    expected,
    path_of,
    publication_for,
    version_of,
)

EVERY_PAGE = Page(limit=1_000)


def test_every_operation_answers_every_caller_by_rule_and_tells_nothing_else(cast: Cast) -> None:
    asked = [cell for operation in ALL for cell in cells(cast, operation)]
    own, other = cast.records(cast.own), cast.records(cast.other)
    gone: dict[Target, Records] = {"deleted": cast.deleted_records(), "disabled": cast.disabled_records()}
    cast.world.product.poll()
    refused = [cell for cell in asked if expected(cell, cast.own.id, cast.other.id) >= 400]
    before = everything(cast)
    alike: dict[tuple[str, str], set[str]] = {}
    for cell in refused:
        result = ask(cast, cell, own, other, gone)
        assert result.status_code == expected(cell, cast.own.id, cast.other.id), (cell.name, result.text)
        assert_silent(result, cell, own, other, gone["disabled"])
        if result.status_code == 404:
            alike.setdefault((cell.operation.id, cell.caller.name), set()).add(shape(result))
    assert everything(cast) == before, "a refused call changed something"
    assert [key for key, shapes in alike.items() if len(shapes) > 1] == []
    assert len(refused) > 1_400


@pytest.mark.parametrize("tag", sorted({operation.tag for operation in ALL}))
def test_what_is_allowed_is_done_and_touches_nobody_else(cast: Cast, tag: str) -> None:
    cast.world.make.api(None, "global")
    asked = [cell for operation in ALL if operation.tag == tag for cell in cells(cast, operation)]
    allowed = [cell for cell in asked if expected(cell, cast.own.id, cast.other.id) < 400]
    read: dict[str, tuple[Records, Records]] = {}
    for cell in allowed:
        publication = publication_for(cell.operation)
        # Who only reads finds what the readers before found.
        fresh = read.get(publication) if cell.operation.method == "GET" else None
        if fresh is None:
            fresh = cast.records(cast.own, publication), cast.records(cast.other, publication)
        own, other = fresh
        if cell.operation.method == "GET":
            read[publication] = fresh
        if cell.operation.id == "deleteOrganization":
            own = other = cast.empty_organization()
        is_theirs = cell.operation.tenant is Tenant.SELF and cell.caller.organization_id == cast.other.id
        bystander = cast.own if cell.target == "other" or is_theirs else cast.other
        before = facts_of(cast, bystander)
        result = ask(cast, cell, own, other)
        assert result.status_code == cell.operation.status, (cell.name, result.text)
        about_all = cell.operation.tag == "Users" or cell.operation.id == "updateOrganization"
        assert about_all or facts_of(cast, bystander) == before, cell.name
        if not cell.caller.is_operator and cell.operation.id != "listCatalogue":
            foreign = cast.own if cell.caller.organization_id == cast.other.id else cast.other
            assert foreign.name.split(" ")[0] not in result.text, cell.name
        undo(cast, cell, result)
    assert {cell.operation.id for cell in allowed} == {one.id for one in ALL if one.tag == tag}


def test_every_operation_has_a_body_and_every_body_an_operation() -> None:
    assert {operation.id for operation in ALL if operation.request is not None} == BODIES.keys()
    assert len({operation.id for operation in ALL}) == len(ALL)
    assert len({(operation.method, operation.path) for operation in ALL}) == len(ALL)


def test_nobody_of_a_disabled_organization_gets_any_answer(cast: Cast) -> None:
    """Every operation, about their own records: whatever the role, the token is dead."""
    own, other = cast.records(cast.own), cast.records(cast.other)
    callers = ("owner", "developer", "member", "machine")
    asked = [Cell(operation, cast.caller(name), "own") for operation in ALL for name in callers]
    cast.world.make.change_organization(cast.own, state="disabled")
    cast.world.product.poll()
    before = everything(cast)
    assert {ask(cast, cell, own, other).status_code for cell in asked} == {401}
    assert everything(cast) == before


def ask(
    cast: Cast, cell: Cell, own: Records, other: Records, gone: Mapping[Target, Records] | None = None
) -> falcon.testing.Result:
    body = body_of(cell, own, other)
    headers = {"If_Match": version_of(cell, own, other)} if cell.operation.is_conditional else {}
    return cast.call(cell.caller, cell.operation.method, path_of(cell, own, other, gone), body, **headers)


def assert_silent(result: falcon.testing.Result, cell: Cell, *all_records: Records) -> None:
    for records in all_records:
        assert records.canary not in result.text, cell.name
        assert not any(text in result.text for text in records.ids.values()), cell.name
    assert result.headers["content-type"] == "application/problem+json"


def shape(result: falcon.testing.Result) -> str:
    """An answer without what differs between any two."""
    headers = sorted((name, value) for name, value in result.headers.items())
    return f"{result.status} {headers} {result.text.replace(result.json['request_id'], '')}"


def undo(cast: Cast, cell: Cell, result: falcon.testing.Result) -> None:
    """Take back what may exist only once, so that the next cell can do it again."""
    if cell.operation.id == "createApi":
        place = result.headers["location"].rpartition("/api/v1")[2]
        assert cast.as_operator("DELETE", place, If_Match='"1"').status_code == 204
    if cell.operation.id == "createScope":
        place = f"/organizations/{{}}/apis/{result.json['api_id']}/scopes/{result.json['id']}"
        organization = cast.other if cell.target == "other" else cast.own
        assert cast.as_operator("DELETE", place.format(to_text(organization.id))).status_code == 204
    if cell.operation.id == "inviteMember":
        organization = cast.other if cell.target == "other" else cast.own
        place = f"/organizations/{to_text(organization.id)}/invitations/{result.json['id']}"
        assert cast.as_operator("DELETE", place).status_code == 204
    if cell.operation.id == "createInstallation":
        organization = cast.other if cell.target == "other" else cast.own
        place = f"/organizations/{to_text(organization.id)}/installations/{result.json['id']}"
        tag = result.headers["etag"]
        assert cast.as_operator("DELETE", place, If_Match=tag).status_code == 200
        forget_rank(cast, organization, result.json["id"])
    if cell.operation.id == "suspendOrganization":
        place = f"/organizations/{result.json['id']}/lift"
        tag = result.headers["etag"]
        assert cast.as_operator("POST", place, If_Match=tag).status_code == 200
        cast.world.product.poll()
    if cell.operation.id == "updateOrganization":
        organization = cast.other if cell.target == "other" else cast.own
        cast.world.make.change_organization(organization, time_zone="UTC")


def forget_rank(cast: Cast, organization: Organization, installation_id: str) -> None:
    """Whoever comes next may let it in again, however high the operator ranks who ended it."""
    with cast.world.store.begin() as tx:
        door = tx.organization(organization.id)
        ended = door.installed_application(from_text(installation_id) or 0)
        assert ended is not None
        assert ended.installation.stopped_by_rank == "operator"
        open_again = replace(ended.installation, stopped_by_rank=None)
        assert door.update_installation(open_again, version=open_again.version)


def everything(cast: Cast) -> list[Any]:
    """All that the store knows of everybody."""
    with cast.world.store.read() as tx:
        organizations = tx.platform.organizations(EVERY_PAGE)
        users = tx.platform.users(EVERY_PAGE)
        told = tx.platform.audit(AuditQuery(limit=10_000))
    return [organizations, users, told, *(facts_of(cast, organization) for organization in organizations)]


def facts_of(cast: Cast, organization: Organization) -> list[Any]:
    """All that the store knows of one organization."""
    with cast.world.store.read() as tx:
        door = tx.organization(organization.id)
        applications = door.applications(EVERY_PAGE)
        apis, catalogue = door.apis(EVERY_PAGE), tx.gate.catalogue()
        ids = {api.id for api in apis}
        return [
            door.read(),
            applications,
            [door.credentials(application.id) for application in applications],
            [door.pending_version(application.id) for application in applications],
            door.installed_applications(EVERY_PAGE),
            door.memberships(EVERY_PAGE),
            door.invitations(EVERY_INVITATION, after=0, limit=1_000, now=cast.world.clock.now()),
            door.service_accounts(after=0, limit=1_000),
            door.access_keys(EVERY_KEY, after=0, limit=1_000),
            apis,
            [
                [one for one in declared if one.api_id in ids]
                for declared in (catalogue.scopes.values(), catalogue.routes, catalogue.limits)
            ],
        ]
