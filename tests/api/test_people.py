"""Organizations, their members, and everybody on the platform."""

from __future__ import annotations

from typing import Any

from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Organization
from grantway.core.secrets import Secret
from tests.api.cast import Cast
from tests.kit.factories import PASSWORD, Person
from tests.kit.joining import answer, at_home

MEMBERS = "/organizations/{own}/members"


def error_of(result: Any) -> tuple[int, str]:
    return result.status_code, result.json["error_id"]


def fields_of(result: Any) -> set[tuple[str, str]]:
    assert result.status_code == 422, result.text
    return {(one["field"], one["id"]) for one in result.json["errors"]}


def as_role(cast: Cast, role: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    return cast.call(cast.caller(role), method, path.replace("{own}", to_text(cast.own.id)), body, **headers)


def joins(cast: Cast, person: Person, organization: Organization, role: str = "member") -> None:
    """Somebody is invited, and accepts on the page of the own account."""
    place = f"/organizations/{to_text(organization.id)}/invitations"
    invited = cast.as_operator("POST", place, {"role": role, "email": person.email})
    assert invited.status_code == 201, invited.text
    browser = at_home(cast.world, person)
    answer(browser, invited.json["id"])
    assert browser.address.endswith("/account?done=joined")


def test_a_new_address_makes_a_person_who_gets_in_by_the_link(cast: Cast) -> None:
    made = cast.as_operator("POST", "/users", {"email": "noor@people.example.test", "name": "Noor"})
    assert (made.status_code, made.json["email_verified_at"]) == (201, None)
    link = made.json["activation_link"]
    assert link.startswith(cast.world.issuer + "/")
    activation = cast.world.product.features.sign_in.activation
    noor = activation.activate(link.partition("token=")[2], Secret(PASSWORD), confirmation=PASSWORD)
    joins(cast, Person(noor), cast.own, "developer")
    member = cast.as_owner("GET", f"{MEMBERS}/{made.json['id']}")
    assert (member.json["email_verified"], member.json["role"]) == (True, "developer")
    listed = cast.as_owner("GET", MEMBERS).json["items"]
    assert {one["email"] for one in listed} >= {"noor@people.example.test"}
    assert all("activation_link" not in one for one in listed)


def test_one_address_is_one_person_whoever_makes_them(cast: Cast) -> None:
    body = {"email": "shared@people.example.test", "name": "Shared"}
    assert cast.as_operator("POST", "/users", body).status_code == 201
    again = cast.as_operator("POST", "/users", body | {"email": "Shared@people.example.test"})
    assert fields_of(again) == {("email", "E-FIELD-26")}


def test_administrators_manage_everybody_but_owners(cast: Cast) -> None:
    make = cast.world.make
    owner, member = make.person(cast.own, role="owner"), make.person(cast.own, role="member")
    for person, body in (
        (owner, {"role": "member"}),
        (owner, {"state": "disabled"}),
        (member, {"role": "owner"}),
    ):
        place = f"{MEMBERS}/{to_text(person.id)}"
        assert as_role(cast, "admin", "PATCH", place, body, If_Match='"1"').status_code == 403
    assert as_role(cast, "admin", "DELETE", f"{MEMBERS}/{to_text(owner.id)}").status_code == 403
    promoted = as_role(
        cast, "admin", "PATCH", f"{MEMBERS}/{to_text(member.id)}", {"role": "admin"}, If_Match='"1"'
    )
    assert (promoted.status_code, promoted.json["role"]) == (200, "admin")


def test_the_last_owner_stays(cast: Cast) -> None:
    owner = cast.caller("owner")
    me = cast.call(owner, "GET", "/me").json["user"]["id"]
    place = f"{MEMBERS}/{me}"
    for body in ({"role": "admin"}, {"state": "disabled"}):
        assert error_of(cast.as_owner("PATCH", place, body, If_Match='"1"')) == (409, "E-RECORD-06")
    assert error_of(cast.as_owner("DELETE", place)) == (409, "E-RECORD-06")
    user = cast.as_operator("GET", f"/users/{me}")
    assert error_of(cast.as_operator("DELETE", f"/users/{me}", If_Match=user.headers["etag"])) == (
        409,
        "E-RECORD-06",
    )
    cast.world.make.person(cast.own, role="owner")
    assert cast.as_owner("DELETE", place).status_code == 204
    assert cast.as_owner("GET", "/me").status_code == 401


def test_who_left_and_came_back_is_not_who_left(cast: Cast) -> None:
    person = cast.world.make.person(cast.own, role="developer")
    token = cast.world.authorize(cast.console, person, scope="members:read").access_token
    place = f"{MEMBERS}/{to_text(person.id)}"

    def status() -> int:
        anonymous = cast.caller("anonymous")
        return cast.call(anonymous, "GET", "/me", Authorization=f"Bearer {token}").status_code

    assert status() == 200
    assert cast.as_owner("DELETE", place).status_code == 204
    assert status() == 401
    joins(cast, person, cast.own, "developer")
    assert cast.as_owner("GET", place).json["role"] == "developer"
    assert status() == 401


def test_members_of_the_platform_are_made_by_operators_only(cast: Cast) -> None:
    platform = f"/organizations/{to_text(cast.world.make.platform.id)}/invitations"
    body = {"role": "owner", "email": "next@people.example.test"}
    assert cast.call(cast.caller("operator_without_platform"), "POST", platform, body).status_code == 403
    assert cast.call(cast.caller("operator"), "POST", platform, body).status_code == 201


def test_an_organizations_own_administrators_keep_it_up(cast: Cast) -> None:
    place = "/organizations/{own}"
    changed = cast.as_owner("PATCH", place, {"name": "Kestrel", "time_zone": "Europe/Oslo"}, If_Match='"1"')
    assert (changed.status_code, changed.json["name"], changed.json["time_zone"]) == (
        200,
        "Kestrel",
        "Europe/Oslo",
    )
    refused = cast.as_owner("PATCH", place, {"state": "disabled", "slug": "x"}, If_Match='"2"')
    assert fields_of(refused) == {("state", "E-FIELD-31"), ("slug", "E-FIELD-31")}
    for body, field in (
        ({"time_zone": "Mars/Olympus"}, ("time_zone", "E-FIELD-21")),
        ({"name": "admin"}, ("name", "E-FIELD-27")),
        ({"kind": "platform"}, ("kind", "E-FIELD-06")),
        ({"id": "7tKdZ2wQx1"}, ("id", "E-FIELD-06")),
    ):
        assert fields_of(cast.as_owner("PATCH", place, body, If_Match='"2"')) == {field}


def test_a_disabled_organization_stops_at_once_and_revives(cast: Cast) -> None:
    place = "/organizations/{own}"
    assert cast.as_owner("GET", "/me").status_code == 200
    assert cast.as_operator("PATCH", place, {"state": "disabled"}, If_Match='"1"').status_code == 200
    assert cast.as_owner("GET", "/me").status_code == 401
    assert cast.as_operator("PATCH", place, {"state": "enabled"}, If_Match='"2"').status_code == 200
    assert cast.as_owner("GET", "/me").status_code == 200


def test_an_organization_is_made_with_a_slug_of_its_own_and_removed_when_empty(cast: Cast) -> None:
    made = cast.as_operator("POST", "/organizations", {"name": "Ærø Fragt & Søn"})
    again = cast.as_operator("POST", "/organizations", {"name": "Ærø Fragt & Søn"})
    assert made.status_code == again.status_code == 201
    assert made.json["slug"] != again.json["slug"]
    taken = cast.as_operator("POST", "/organizations", {"name": "Third", "slug": made.json["slug"]})
    assert error_of(taken) == (409, "E-RECORD-07")
    reserved = cast.as_operator("POST", "/organizations", {"name": "Third", "slug": "api"})
    assert fields_of(reserved) == {("slug", "E-FIELD-27")}
    place = f"/organizations/{made.json['id']}"
    with cast.world.store.read() as tx:
        organization = tx.gate.organization_record(from_text(made.json["id"]) or 0)
    assert organization is not None
    joins(cast, cast.world.make.person(), organization, "owner")
    assert error_of(cast.as_operator("DELETE", place, If_Match='"1"')) == (409, "E-RECORD-13")
    assert cast.as_operator("DELETE", f"/organizations/{again.json['id']}", If_Match='"1"').status_code == 204
    assert cast.as_operator("GET", f"/organizations/{again.json['id']}").status_code == 404


def test_the_platform_itself_cannot_be_disabled_or_removed(cast: Cast) -> None:
    platform = cast.world.make.platform
    place, tag = f"/organizations/{to_text(platform.id)}", f'"{platform.version}"'
    disabled = cast.as_operator("PATCH", place, {"state": "disabled"}, If_Match=tag)
    assert error_of(disabled) == (409, "E-RECORD-16")
    assert error_of(cast.as_operator("DELETE", place, If_Match=tag)) == (409, "E-RECORD-16")


def test_operators_make_people_who_choose_their_own_password(cast: Cast) -> None:
    body = {"email": "ines@people.example.test", "name": "Inês Carvalho", "locale": "pt"}
    made = cast.as_operator("POST", "/users", body)
    assert made.status_code == 201
    assert made.json["email_verified_at"] is None
    assert made.json["activation_link"].startswith(cast.world.issuer)
    place = f"/users/{made.json['id']}"
    assert "activation_link" not in cast.as_operator("GET", place).json
    another = cast.as_operator("POST", place + "/activation-link")
    assert another.status_code == 201
    assert another.json["activation_link"] != made.json["activation_link"]
    fixed = cast.as_operator("PATCH", place, {"email": "other@people.example.test"}, If_Match='"1"')
    assert fields_of(fixed) == {("email", "E-FIELD-06")}
    found = cast.as_operator("GET", "/users?email=INES@").json["items"]
    assert [one["id"] for one in found] == [made.json["id"]]
    assert cast.as_operator("DELETE", place, If_Match='"1"').status_code == 204


def test_a_verified_address_is_taken(cast: Cast) -> None:
    person = cast.world.make.person(cast.own)
    taken = cast.as_operator("POST", "/users", {"email": person.email.upper(), "name": "Twin"})
    assert fields_of(taken) == {("email", "E-FIELD-26")}


def test_disabling_a_person_ends_what_they_hold_for_good(cast: Cast) -> None:
    person = cast.world.make.person(cast.own, role="developer")
    token = cast.world.authorize(cast.console, person, scope="members:read").access_token
    place = f"/users/{to_text(person.id)}"

    def status() -> int:
        anonymous = cast.caller("anonymous")
        return cast.call(anonymous, "GET", "/me", Authorization=f"Bearer {token}").status_code

    assert status() == 200
    tag = cast.as_operator("GET", place).headers["etag"]
    disabled = cast.as_operator("PATCH", place, {"state": "disabled"}, If_Match=tag)
    assert disabled.status_code == 200
    assert status() == 401
    enabled = cast.as_operator("PATCH", place, {"state": "enabled"}, If_Match=disabled.headers["etag"])
    assert enabled.status_code == 200
    assert status() == 401
    assert cast.world.authorize(cast.console, person, scope="members:read").access_token
