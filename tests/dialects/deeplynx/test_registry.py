"""Registration of applications by a system administrator, on both databases.

Each test cites the facts of docs/dialects/deeplynx.md that it shows.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.policy import PURGE_DELAY
from tests.dialects.deeplynx.guide import CALLBACK, Guide
from tests.dialects.deeplynx.site import GOOD, V1, V2, Site, is_spared, token_of


@pytest.fixture
def site(guide: Guide) -> Site:
    return Site(guide.world, token_of(guide))


def test_registered_listed_read(site: Site) -> None:
    """D5, D7, D8, D9, D12, D13, D14, D16: the secret is in the first answer and in no other."""
    made = site.register()
    assert made.keys() == {"name", "clientId", "clientSecretRaw"}
    assert made["name"] == GOOD["name"]
    application = site.world.application_of(made["clientId"])
    assert application.preset == "deeplynx"
    assert [one.uri for one in application.redirects] == [GOOD["callbackUrl"]]
    shown = next(one for one in site.listed() if one["clientId"] == made["clientId"])
    assert shown == {
        "id": application.id,
        "clientId": made["clientId"],
        **GOOD,
        "isArchived": False,
        "lastUpdatedAt": "2026-11-21T10:00:00Z",
        "lastUpdatedBy": None,
    }
    read = site.ask("GET", f"{V1}/{application.id}")
    assert read.json == shown
    assert read.headers["cache-control"] == "no-store"
    assert made["clientSecretRaw"] not in read.text


def test_what_was_registered_signs_people_in_without_a_page(site: Site) -> None:
    """D6, D25, D29: the pair that the administrator hands over works, and the guide's last call too."""
    made = site.register(callbackUrl=CALLBACK)
    world = site.world
    contoso, fabrikam = world.make.organization("Contoso"), world.make.organization("Fabrikam")
    application = world.application_of(made["clientId"])
    reader = Guide(world, application, made["clientSecretRaw"], world.make.person(contoso), contoso)
    assert world.bearer(reader.token(), "/d/deeplynx/api/v1/projects/GetAllProjects").status_code == 200
    other = world.make.person(fabrikam)
    assert is_spared(Guide(world, application, made["clientSecretRaw"], other, fabrikam), CALLBACK)


def test_an_empty_field_of_a_form_is_none(site: Site) -> None:
    """D4, D5: what is optional may be left empty when registering, and emptied later."""
    optional = ("description", "baseUrl", "appOwnerEmail")
    made = site.register(**dict.fromkeys(optional, ""))
    (shown,) = [one for one in site.listed() if one["clientId"] == made["clientId"]]
    assert [shown[name] for name in optional] == [None] * 3
    place = f"{V1}/{shown['id']}"
    assert site.ask("PUT", place, {name: GOOD[name] for name in optional}).json.items() >= GOOD.items()
    emptied = site.ask("PUT", place, dict.fromkeys(optional, ""))
    assert [emptied.json[name] for name in optional] == [None] * 3
    for name in ("name", "callbackUrl"):
        assert set(site.ask("POST", body={**GOOD, name: ""}).json["errors"]) == {name}
        assert set(site.ask("PUT", place, {name: ""}).json["errors"]) == {name}


def test_an_update_changes_what_it_names(site: Site) -> None:
    """D15: null keeps the old value; client id and secret stay, and so does what was answered for."""
    made = site.register()
    before = site.world.application_of(made["clientId"])
    moved = {"callbackUrl": "https://twins.example/back", "description": None, "clientId": "mine"}
    answer = site.ask("PUT", f"{V1}/{before.id}", moved)
    assert answer.status_code == 200
    assert answer.json["callbackUrl"] == "https://twins.example/back"
    assert answer.json["description"] == GOOD["description"]
    assert answer.json["clientId"] == made["clientId"]
    world = site.world
    world.product.poll()
    contoso = world.make.organization("Contoso")
    reader = Guide(
        world,
        world.application_of(made["clientId"]),
        made["clientSecretRaw"],
        world.make.person(contoso),
        contoso,
    )
    assert is_spared(reader, "https://twins.example/back")


def test_archived_and_taken_out_again(site: Site) -> None:
    """D17, D19, D20, D21: hidden unless asked for, unknown to the flow, and back as it was."""
    made = site.register()
    place = f"{V1}/{site.world.application_of(made['clientId']).id}"
    number = place.rpartition("/")[2]
    archived = site.ask("PATCH", place, query="archive=true")
    assert (archived.status_code, archived.json) == (200, {"message": f"Archived OAuth application {number}"})
    assert made["clientId"] not in {one["clientId"] for one in site.listed()}
    assert made["clientId"] in {one["clientId"] for one in site.listed("hideArchived=false")}
    assert site.ask("GET", place).status_code == 404
    assert site.ask("GET", place, query="hideArchived=false").json["isArchived"] is True
    asked = urlencode({"client_id": made["clientId"], "redirect_uri": GOOD["callbackUrl"], "state": "s"})
    refused = site.world.client.simulate_get("/d/deeplynx/api/oauth/authorize", query_string=asked)
    assert (refused.status_code, refused.json["error"]) == (404, "invalid_client")
    back = site.ask("PATCH", place, query="archive=false")
    assert back.json == {"message": f"Unarchived OAuth application {number}"}
    assert site.ask("GET", place).json["isArchived"] is False


def test_deleted_is_hidden_everywhere_and_purged_later(site: Site) -> None:
    """D18: the log keeps name and client id; until the delay is over the management API can undo it."""
    made = site.register()
    application = site.world.application_of(made["clientId"])
    place = f"{V1}/{application.id}"
    answer = site.ask("DELETE", place)
    assert (answer.status_code, answer.json) == (
        200,
        {"message": f"Deleted OAuth application {application.id}"},
    )
    assert made["clientId"] not in {one["clientId"] for one in site.listed("hideArchived=false")}
    for method, body, query in (("GET", None, "hideArchived=false"), ("PUT", {}, ""), ("DELETE", None, "")):
        assert site.ask(method, place, body, query).status_code == 404
    assert site.ask("PATCH", place, query="archive=false").status_code == 404
    stored = site.world.application_of(made["clientId"])
    assert stored.purge_at == site.world.clock.now() + PURGE_DELAY
    with site.world.store.read() as tx:
        told = tx.organization(stored.organization_id).audit(AuditQuery(action="application.delete"))
    assert [line.target_id for line in told] == [to_text(application.id)]


def test_version_two(site: Site) -> None:
    """D23: the list has pages, and what was done is confirmed by a bare truth value."""
    first, second = site.register(), site.register(name="Second")
    number = site.world.application_of(first["clientId"]).id
    page = site.ask("GET", V2, query="pageNumber=2&pageSize=1").json
    whole = site.listed()
    assert page == {
        "items": [whole[1]],
        "pageNumber": 2,
        "pageSize": 1,
        "totalCount": len(whole),
        "totalPages": len(whole),
    }
    assert site.ask("PATCH", f"{V2}/{number}", query="archive=true").json is True
    assert site.ask("DELETE", f"{V2}/{site.world.application_of(second['clientId']).id}").json is True
    assert site.ask("GET", V2).json["totalCount"] == len(whole) - 2


@pytest.mark.parametrize(
    ("body", "members"),
    [
        ({}, {"name", "callbackUrl"}),
        ({"name": None, "callbackUrl": None}, {"name", "callbackUrl"}),
        ({**GOOD, "name": "x" * 51}, {"name"}),
        ({**GOOD, "description": "x" * 251}, {"description"}),
        ({**GOOD, "name": 7}, {"name"}),
        ({**GOOD, "callbackUrl": "https://twins.example/*"}, {"callbackUrl"}),
        ({**GOOD, "callbackUrl": ["https://a.example/", "https://b.example/"]}, {"callbackUrl"}),
        ({**GOOD, "baseUrl": "ftp://twins.example"}, {"baseUrl"}),
        ({**GOOD, "appOwnerEmail": "nobody"}, {"appOwnerEmail"}),
        ({**GOOD, "name": "half \ud800"}, None),
    ],
)
def test_what_registration_does_not_take(site: Site, body: Any, members: set[str] | None) -> None:
    """D7, D8, D51, D96, D106: 400 with the members in the names of the wire, and nothing is written."""
    before = site.listed()
    answer = site.ask("POST", body=body)
    assert answer.status_code == 400, answer.text
    assert answer.headers["error-id"].startswith("E-")
    if members is not None:
        assert set(answer.json["errors"]) == members
    assert "twins" not in answer.text
    assert site.listed() == before


def test_who_is_no_system_administrator(guide: Guide) -> None:
    """D2, D14, D94: nobody but an operator, with a token of this mount that has the scopes."""
    world = guide.world
    member, narrow = token_of(guide, role="developer"), token_of(guide, scopes=("platform", "apis:read"))
    tenant = world.make.organization("Northwind")
    theirs = world.make.application(
        tenant,
        dialect="deeplynx",
        scopes=("applications:read", "applications:write", "secrets:write", "apis:read"),
        redirects=(CALLBACK,),
    )
    world.make.voucher(theirs)
    owner = Guide(
        world, theirs, world.make.secret(theirs), world.make.person(tenant, role="owner"), tenant
    ).token()
    statuses = {
        "": 401,
        "Bearer nonsense": 401,
        f"Bearer {guide.token()}": 401,
        f"Bearer {owner}": 403,
        f"Bearer {member}": 403,
        f"Bearer {narrow}": 403,
    }
    for authorization, status in statuses.items():
        for method, path, body in (
            ("GET", V1, None),
            ("POST", V1, GOOD),
            ("GET", f"{V1}/{theirs.id}", None),
            ("PUT", f"{V1}/{theirs.id}", {"name": "Mine"}),
            ("PATCH", f"{V1}/{theirs.id}", None),
            ("DELETE", f"{V2}/{theirs.id}", None),
        ):
            answer = Site(world, "").ask(method, path, body, "archive=true", Authorization=authorization)
            assert answer.status_code == status, (authorization, method, answer.text)
    assert world.application_of(theirs.client_id) == theirs


def test_other_organizations_applications_are_unknown(site: Site) -> None:
    """D14, D96, D106: an operator administers those of the instance here, and 404 is what the rest is."""
    world = site.world
    theirs = world.make.application(world.make.organization(), dialect="deeplynx")
    other = world.make.application(world.make.platform)
    for number in (str(theirs.id), str(other.id), "0", "12345", "seven", "9" * 30):
        answer = site.ask("GET", f"{V1}/{number}")
        assert answer.status_code == 404, number
    assert not {theirs.id, other.id} & {one["id"] for one in site.listed("hideArchived=false")}


def test_the_query_is_read_strictly(site: Site) -> None:
    """D17, D23."""
    number = site.world.application_of(site.register()["clientId"]).id
    for method, path, query in (
        ("PATCH", f"{V1}/{number}", ""),
        ("PATCH", f"{V1}/{number}", "archive=perhaps"),
        ("GET", V1, "hideArchived=maybe"),
        ("GET", V2, "pageSize=0"),
        ("GET", V2, "pageSize=501"),
        ("GET", V2, "pageNumber=-1"),
    ):
        assert site.ask(method, path, query=query).status_code == 400, query
    assert site.ask("POST", body=GOOD, **{"Content-Type": "text/plain"}).status_code == 415


def test_done_once_under_a_key(site: Site) -> None:
    """D9: who lost the answer asks again, and gets the same secret of the same application."""
    first = site.ask("POST", body=GOOD, **{"Idempotency-Key": "k-1"})
    second = site.ask("POST", body=GOOD, **{"Idempotency-Key": "k-1"})
    assert first.json == second.json
    other = site.ask("POST", body={**GOOD, "name": "Other"}, **{"Idempotency-Key": "k-1"})
    assert other.status_code == 409
    assert len([one for one in site.listed() if one["name"] == GOOD["name"]]) == 1


def test_the_calls_byte_for_byte(site: Site) -> None:
    """D9, D12, D13, D17, D18, D23: each row of the wire table."""
    made = site.ask("POST", body=GOOD)
    stored = site.world.application_of(made.json["clientId"])
    client_id, number = stored.client_id, stored.id
    secret = made.json["clientSecretRaw"]
    record = (
        f'{{"id":{number},"clientId":"{client_id}","name":"Twin Viewer","description":"Shows digital twins.",'
        '"callbackUrl":"https://twins.example/oauth/callback","baseUrl":"https://twins.example/",'
        '"appOwnerEmail":"mara@twins.example","isArchived":false,'
        '"lastUpdatedAt":"2026-11-21T10:00:00Z","lastUpdatedBy":null}'
    )
    rows = [
        (made, f'{{"name":"Twin Viewer","clientId":"{client_id}","clientSecretRaw":"{secret}"}}'),
        (site.ask("GET", f"{V1}/{number}"), record),
        (site.ask("PUT", f"{V1}/{number}", {}), record),
        (
            site.ask("PATCH", f"{V1}/{number}", query="archive=true"),
            f'{{"message":"Archived OAuth application {number}"}}',
        ),
        (
            site.ask("PATCH", f"{V1}/{number}", query="archive=false"),
            f'{{"message":"Unarchived OAuth application {number}"}}',
        ),
        (site.ask("PATCH", f"{V2}/{number}", query="archive=true"), "true"),
        (site.ask("PATCH", f"{V2}/{number}", query="archive=false"), "true"),
        (site.ask("DELETE", f"{V1}/{number}"), f'{{"message":"Deleted OAuth application {number}"}}'),
    ]
    for answer, text in rows:
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.text == text
    gone = site.ask("GET", f"{V1}/{number}")
    assert (gone.status_code, gone.json.keys()) == (404, {"error", "error_description"})
