"""Lists can be narrowed down, by values that the description lists."""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import to_text
from grantway.edges.web.records.operations import ALL
from tests.api.cast import Cast
from tests.api.matrix import Cell, path_of

APPLICATIONS = "/organizations/{own}/applications"
MEMBERS = "/organizations/{own}/members"


def names(cast: Cast, path: str, member: str = "name") -> list[Any]:
    found = cast.as_operator("GET", path)
    assert found.status_code == 200, found.text
    return sorted(item[member] for item in found.json["items"])


def test_applications_are_found_by_state_type_publication_and_archive(cast: Cast) -> None:
    make = cast.world.make
    make.application(cast.own, "backend", name="Ship")
    make.application(cast.own, "public", name="Web", publication="submitted")
    make.application(cast.own, "confidential", name="Old")
    off = make.application(cast.own, "confidential", name="Off", state="disabled")
    assert off.state == "disabled"
    old = next(item for item in cast.as_owner("GET", APPLICATIONS).json["items"] if item["name"] == "Old")
    archived = cast.as_owner("POST", f"{APPLICATIONS}/{old['id']}/archive", If_Match='"1"')
    assert archived.status_code == 200
    for query, wanted in (
        ("", ["Off", "Old", "Ship", "Web"]),
        ("type=backend", ["Ship"]),
        ("type=confidential&state=enabled", ["Old"]),
        ("state=disabled", ["Off"]),
        ("publication=submitted", ["Web"]),
        ("archived=true", ["Old"]),
        ("archived=false", ["Off", "Ship", "Web"]),
        ("archived=false&name=s&type=backend", ["Ship"]),
        (f"client_id={off.client_id}", ["Off"]),
        (f"client_id={off.client_id.upper()}", []),
        ("state=deletion_scheduled", []),
        ("state=", ["Off", "Old", "Ship", "Web"]),
    ):
        assert names(cast, f"{APPLICATIONS}?{query}") == wanted, query


def test_operators_list_the_applications_of_everybody_with_whose_they_are(cast: Cast) -> None:
    """D2, D22."""
    make = cast.world.make
    ship = make.application(cast.own, "backend", name="A ship", scopes=("openid",))
    web = make.application(cast.other, "public", name="A shipyard", publication="submitted", scopes=())
    make.pending(web, description="A bigger one")
    one, two = to_text(ship.id), to_text(web.id)
    by_name = cast.as_operator("GET", "/applications?name=a%20ship").json["items"]
    assert {item["id"]: item["organization_name"] for item in by_name} == {
        one: cast.own.name,
        two: cast.other.name,
    }
    assert next(item for item in by_name if item["id"] == two)["pending"] is not None
    for query, wanted in (
        ("name=shipyard", [two]),
        (f"client_id={ship.client_id}", [one]),
        ("name=a%20ship&type=public", [two]),
        ("name=a%20ship&publication=submitted&state=enabled&archived=false&preset=standard", [two]),
        (f"name=a%20ship&organization={to_text(cast.own.id)}", [one]),
        ("organization=0", []),
        ("name=a%20ship&scope=openid", [one]),
        ("scope=never:read", []),
        (f"ids={one},{two}", [one, two]),
        (f"ids={two},3xKnown9,-", [two]),
        (f"ids={one},{two}&type=public", [two]),
        ("ids=,", []),
    ):
        assert names(cast, f"/applications?{query}", "id") == sorted(wanted), query
    first = cast.as_operator("GET", f"/applications?ids={one},{two}&limit=1").json
    assert len(first["items"]) == 1
    rest = cast.as_operator("GET", f"/applications?ids={one},{two}&limit=1&cursor={first['next_cursor']}")
    assert {first["items"][0]["id"], rest.json["items"][0]["id"]} == {one, two}
    assert cast.as_owner("GET", "/applications").status_code == 403


def test_installations_are_found_by_what_waits_for_an_administrator(cast: Cast) -> None:
    make, waits = cast.world.make, frozenset({"profile"})
    place = "/organizations/{own}/installations"
    before = names(cast, place, "id")
    asking = make.application(cast.vendor, scopes=("openid", "profile"))
    content = to_text(make.installation(make.application(cast.vendor), cast.own).id)
    waiting = to_text(make.installation(asking, cast.own, scopes_pending=waits).id)
    make.installation(asking, cast.other, scopes_pending=waits)
    revoked = make.installation(
        make.application(cast.vendor), cast.own, scopes_pending=waits, state="revoked"
    )
    over = to_text(revoked.id)
    for query, wanted in (
        ("", [*before, content, waiting, over]),
        ("?pending=true", [waiting]),
        ("?pending=false", [*before, content, over]),
        ("?pending=true&state=requested", []),
    ):
        assert names(cast, place + query, "id") == sorted(wanted), query


def test_members_are_found_by_role_state_and_address(cast: Cast) -> None:
    make = cast.world.make
    make.person(cast.own, role="owner", email="ada@kestrel.example.test", name="ada")
    make.person(cast.own, role="developer", email="bob@kestrel.example.test", name="bob")
    gone = make.person(cast.own, role="developer", email="cid@kestrel.example.test", name="cid")
    place = next(item for item in cast.as_owner("GET", MEMBERS).json["items"] if item["name"] == "cid")
    stopped = cast.as_owner("PATCH", f"{MEMBERS}/{place['user_id']}", {"state": "disabled"}, If_Match='"1"')
    assert (stopped.status_code, gone.id > 0) == (200, True)
    assert names(cast, f"{MEMBERS}?role=developer") == ["bob", "cid"]
    assert names(cast, f"{MEMBERS}?role=developer&state=enabled") == ["bob"]
    assert names(cast, f"{MEMBERS}?email=ADA@") == ["ada"]
    assert names(cast, f"{MEMBERS}?email=%25") == []


def test_members_and_applications_are_found_by_their_ids_and_those_of_others_are_not(cast: Cast) -> None:
    make = cast.world.make
    ann, bob = make.person(cast.own, role="member"), make.person(cast.own, role="admin")
    make.person(cast.own, role="member")
    stranger = make.person(cast.other, role="member")
    own, other = make.application(cast.own, name="Ship"), make.application(cast.other, name="Theirs")
    make.application(cast.own, name="Web")
    both = ",".join(to_text(one.id) for one in (bob, ann, stranger))
    assert names(cast, f"{MEMBERS}?ids={both}", "user_id") == sorted(map(to_text, (ann.id, bob.id)))
    assert names(cast, f"{MEMBERS}?ids={both}&role=admin", "user_id") == [to_text(bob.id)]
    assert names(cast, f"{APPLICATIONS}?ids={to_text(own.id)},{to_text(other.id)}") == ["Ship"]
    for nobody in ("?", "0", to_text(stranger.id)):
        assert names(cast, f"{MEMBERS}?ids={nobody}", "user_id") == []
    refused = cast.as_owner("GET", f"{MEMBERS}?ids={','.join(['a'] * 51)}")
    assert refused.status_code == 422
    assert '"ids"' in refused.text


def test_operators_find_users_by_state_and_organizations_by_short_name(cast: Cast) -> None:
    make = cast.world.make
    make.organization("Empty Quarter")
    make.person(cast.other, email="dora@pelican.example.test", name="Dora")
    slug = cast.own.slug
    assert names(cast, f"/organizations?slug={slug}") == [cast.own.name]
    assert names(cast, f"/organizations?slug={slug[:-1]}") == []
    assert cast.own.name in names(cast, "/organizations?state=enabled")
    assert names(cast, "/organizations?state=disabled") == []
    assert names(cast, "/users?email=dora&state=enabled") == ["Dora"]
    assert names(cast, "/users?email=dora&state=disabled") == []


def test_a_filter_takes_only_the_values_that_are_listed_and_belongs_to_its_cursor(cast: Cast) -> None:
    """V167: a cursor of one list is no use in another; and the value that was sent is not repeated."""
    records = cast.records(cast.own)
    checked = 0
    for operation in ALL:
        for query in operation.queries:
            if not query.values or operation.method != "GET":
                continue
            path = path_of(Cell(operation, cast.caller("operator"), "own"), records, records)
            refused = cast.as_operator("GET", f"{path}?{query.name}=kanary")
            assert refused.status_code == 422, (operation.id, query.name)
            assert refused.json["errors"] == [
                {"field": query.name, "id": "E-FIELD-04", "message": refused.json["errors"][0]["message"]}
            ]
            assert "kanary" not in refused.text
            for value in query.values:
                # Lines come as a whole, so they need a window of time, too.
                window = "&since=2026-11-21T00:00:00Z&until=2026-11-22T00:00:00Z" if value == "ndjson" else ""
                found = cast.as_operator("GET", f"{path}?{query.name}={value}{window}")
                assert found.status_code == 200, (operation.id, value)
            checked += 1
    assert checked >= 10
    for number in range(3):
        cast.world.make.application(cast.own, "backend", name=f"Orbit {number}")
    cursor = cast.as_owner("GET", f"{APPLICATIONS}?type=backend&limit=1").json["next_cursor"]
    assert cast.as_owner("GET", f"{APPLICATIONS}?type=backend&limit=1&cursor={cursor}").status_code == 200
    assert cast.as_owner("GET", f"{APPLICATIONS}?type=public&limit=1&cursor={cursor}").status_code == 400
