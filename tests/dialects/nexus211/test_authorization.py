"""Third-party authorization as Nexus211's guide tells it, on both databases.

Each test cites the facts of docs/dialects/nexus211.md that it shows. What the granting organization does
goes through the management API, as its administrator's page would.
"""

from __future__ import annotations

import json

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.dialects.nexus211.story import CONSOLE_SCOPES, KEYS, SCOPES, Story


def test_an_authorization_from_the_grant_to_the_call(story: Story) -> None:
    """N7, N10, N11, N16, N17, N18, N19, N23, N25: the Client ID stays, the secret is another one."""
    contoso, fabrikam = story.world.make.organization("Contoso"), story.world.make.organization("Fabrikam")
    assert story.keys().json == []
    story.authorize(contoso)
    story.authorize(fabrikam, "organizations:read")
    answer = story.keys()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert [one.keys() for one in answer.json] == [{"organization", "secret"}] * 2
    assert {one["organization"] for one in answer.json} == {to_text(contoso.id), to_text(fabrikam.id)}
    assert len({story.secret, *(one["secret"] for one in answer.json)}) == 3
    for organization, scopes in ((contoso, list(SCOPES)), (fabrikam, ["organizations:read"])):
        seen = story.call(story.secret_for(organization))
        assert seen.status_code == 200
        assert seen.json["organization"] == {"id": to_text(organization.id), "name": organization.name}
        assert seen.json["application"]["id"] == story.application.client_id
        assert seen.json["profile"] is None
        assert seen.json["scopes"] == scopes
    assert story.call(story.secret).json["organization"]["name"] == "Northwind"
    assert story.keys().json == answer.json


def test_without_permission_no_other_organization_is_reached(story: Story) -> None:
    """N10, N11, N12: before the authorization there is nothing to present."""
    contoso = story.world.make.organization("Contoso")
    assert story.keys().json == []
    assert story.call(story.secret).json["organization"]["id"] != to_text(contoso.id)


def test_the_secrets_are_read_as_often_as_one_likes_and_kept_sealed(story: Story) -> None:
    """N18, N22: another process reads the same; the database holds no text; each reading is told."""
    contoso = story.world.make.organization("Contoso")
    story.authorize(contoso)
    secret = story.secret_for(contoso)
    other = story.world.beside()
    assert story.keys(world=other).json == story.keys().json
    assert story.call(secret, other).status_code == 200
    with story.world.store.read() as tx:
        door = tx.organization(story.home.id)
        (kept,) = door.sealed_secrets_of_pairs(story.application.id, now=story.world.clock.now())
        told = [line.actor_kind for line in door.audit(AuditQuery(action="application.read_keys"))]
        (credential,) = (one for one in door.credentials(story.application.id) if one.installation_id)
    assert secret.encode() not in kept.sealed
    assert told == ["application"] * 3
    assert (credential.revealed_at, credential.revealed_by) == (story.world.clock.now(), None)
    other.close()


def test_the_list_takes_the_home_pair_only(story: Story) -> None:
    """N23: with the secret of one organization nobody reads those of all."""
    contoso = story.world.make.organization("Contoso")
    story.authorize(contoso)
    refusals = {
        "pair": story.keys(story.secret_for(contoso)),
        "wrong": story.keys("wrong"),
        "none": story.world.client.simulate_get(KEYS),
        "bearer": story.world.client.simulate_get(KEYS, headers={"Authorization": "Bearer x"}),
    }
    assert {name: (one.status_code, one.json["error"]) for name, one in refusals.items()} == dict.fromkeys(
        refusals, (401, "invalid_client")
    )
    assert refusals["pair"].json["id"] == "E-INSTALL-07"
    assert all("Basic" in one.headers["www-authenticate"] for one in refusals.values())
    assert all("gws_" not in one.text for one in refusals.values())


def test_an_application_of_another_policy_reads_nothing_back(story: Story) -> None:
    """N18: the preset keeps the secrets readable; its owner may change that."""
    contoso = story.world.make.organization("Contoso")
    story.authorize(contoso)
    path = f"/applications/{to_text(story.application.id)}"
    tag = story.as_admin(story.home, "GET", path).headers["etag"]
    assert story.as_admin(story.home, "PATCH", path, {"reveal": "once"}, If_Match=tag).status_code == 200
    story.world.product.poll()
    answer = story.keys()
    assert (answer.status_code, answer.json["id"]) == (400, "E-INSTALL-06")


def test_the_granting_organization_sees_and_withdraws_it(story: Story) -> None:
    """N24: that pair fails at once, with its tokens, on every process, and no other does."""
    contoso, fabrikam = story.world.make.organization("Contoso"), story.world.make.organization("Fabrikam")
    made = story.authorize(contoso)
    story.authorize(fabrikam)
    ended, kept = story.secret_for(contoso), story.secret_for(fabrikam)
    assert story.call(ended).status_code == 200
    story.world.product.remember_uses()
    (listed,) = story.as_admin(contoso, "GET", "/installations?state=active").json["items"]
    assert listed["application"]["client_id"] == story.application.client_id
    assert listed["application"]["owner"] == "Northwind"
    assert listed["scopes"] == list(SCOPES)
    assert listed["unused_scopes"] == ["widgets:write"]
    assert listed["last_used_at"] is not None
    other = story.world.beside()
    path = f"/installations/{made['id']}"
    assert story.as_admin(contoso, "DELETE", path, If_Match='"1"').json["state"] == "revoked"
    for world in (story.world, other):
        assert story.call(ended, world).status_code == 401
        assert story.call(kept, world).json["organization"]["name"] == "Fabrikam"
        assert story.call(story.secret, world).status_code == 200
    assert [one["organization"] for one in story.keys().json] == [to_text(fabrikam.id)]
    story.authorize(contoso)
    assert story.secret_for(contoso) != ended
    assert story.call(ended, other).status_code == 401
    assert story.call(story.secret_for(contoso), other).status_code == 200
    other.close()


def test_narrowing_and_suspending_act_on_the_next_call(story: Story) -> None:
    """N3, N16: the organization decides which endpoints answer."""
    contoso = story.world.make.organization("Contoso")
    made = story.authorize(contoso)
    secret, path = story.secret_for(contoso), f"/installations/{made['id']}"
    other = story.world.beside()
    assert story.call(secret, other).json["scopes"] == list(SCOPES)
    for body, status in (
        ({"scopes": ["organizations:read"]}, 200),
        ({"scopes": []}, 403),
        ({"scopes": list(SCOPES)}, 200),
        ({"state": "suspended"}, 401),
        ({"state": "active"}, 200),
    ):
        tag = story.as_admin(contoso, "GET", path).headers["etag"]
        changed = story.as_admin(contoso, "PATCH", path, body, If_Match=tag)
        assert changed.status_code == 200, changed.text
        assert story.call(secret, other).status_code == status, body
    other.close()


def test_no_organization_authorizes_its_own_application(story: Story) -> None:
    """N21."""
    body = {"client_id": story.application.client_id, "scopes": ["organizations:read"]}
    refused = story.as_admin(story.home, "POST", "/installations", body)
    assert (refused.status_code, refused.json["error_id"]) == (409, "E-INSTALL-01")
    assert story.as_admin(story.home, "GET", "/installations").json["items"] == []


def test_an_administrator_enters_the_client_id_of_a_single_tenant_application(story: Story) -> None:
    """N11, N12, N16: the two ways are independent, so nobody can sign in by this one."""
    contoso = story.world.make.organization("Contoso")
    assert story.application.audience_effective == "own_organization"
    story.authorize(contoso)
    unknown = {"client_id": "nobody", "scopes": []}
    refused = story.as_admin(contoso, "POST", "/installations", unknown)
    assert refused.status_code == 422
    assert [(one["field"], one["id"]) for one in refused.json["errors"]] == [("client_id", "E-FIELD-04")]


def test_a_member_cannot_authorize_and_can_ask(story: Story) -> None:
    """N16: an administrator does."""
    contoso = story.world.make.organization("Contoso")
    person = story.world.make.person(contoso, role="member")
    member = story.world.authorize(story.console, person, scope=" ".join(CONSOLE_SCOPES)).access_token
    place = f"/api/v1/organizations/{to_text(contoso.id)}"
    headers = {"Authorization": f"Bearer {member}", "Content-Type": "application/json"}
    body = {"client_id": story.application.client_id}
    client = story.world.client
    refused = client.simulate_post(
        f"{place}/installations", body=json.dumps(body | {"scopes": []}), headers=headers
    )
    assert refused.status_code == 403
    asked = client.simulate_post(f"{place}/installation-requests", body=json.dumps(body), headers=headers)
    assert (asked.status_code, asked.json["state"]) == (201, "requested")
    assert asked.json["requested_by"] == to_text(person.id)
    (waiting,) = story.as_admin(contoso, "GET", "/installations?state=requested").json["items"]
    assert waiting["scopes_pending"] == list(SCOPES)
    assert waiting["requested_by"] == to_text(person.id)
    assert waiting["requested_at"] == asked.json["requested_at"] is not None
    assert story.keys().json == []
    granted = story.as_admin(
        contoso, "PATCH", f"/installations/{waiting['id']}", {"state": "active"}, If_Match='"1"'
    )
    assert granted.json["state"] == "active"
    assert story.call(story.secret_for(contoso)).status_code == 200


def test_makers_see_who_installed_it_and_the_same_keys_in_the_management_api(story: Story) -> None:
    """N17, N18."""
    contoso = story.world.make.organization("Contoso")
    story.authorize(contoso)
    path = f"/applications/{to_text(story.application.id)}"
    (seen,) = story.as_admin(story.home, "GET", f"{path}/installations").json["items"]
    assert (seen["organization_name"], seen["state"]) == ("Contoso", "active")
    assert story.as_admin(story.home, "GET", f"{path}/keys").json["items"] == story.keys().json
    issued = story.as_admin(
        story.home, "POST", f"{path}/secrets", {"organization": to_text(contoso.id)}, Idempotency_Key="once"
    )
    assert issued.status_code == 201
    assert issued.json["organization_id"] == to_text(contoso.id)
    again = story.as_admin(
        story.home, "POST", f"{path}/secrets", {"organization": to_text(contoso.id)}, Idempotency_Key="once"
    )
    assert again.json == issued.json
    assert story.call(issued.json["secret"]).json["organization"]["name"] == "Contoso"
