"""What operators keep of people, and which claims an application's ID tokens may carry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.cast import Cast
from tests.api.test_people import as_role, fields_of

TOLD = {
    "middle_name": "Ruth",
    "nickname": "Mari",
    "preferred_username": "mara.lindt",
    "profile": "https://mara.example/me",
    "picture": "https://mara.example/me.png",
    "website": "https://mara.example/",
    "gender": "female",
    "birthdate": "1985-07-21",
    "zoneinfo": "Europe/Berlin",
    "phone_number": "+49891234567;ext=7",
    "address": {
        "street_address": "Isarweg 7",
        "locality": "Munich",
        "region": None,
        "postal_code": "80331",
        "country": "Germany",
    },
}


def made(cast: Cast, email: str, **members: Any) -> Any:
    return cast.as_operator("POST", "/users", {"email": email, "name": "Somebody", **members})


def test_operators_keep_what_is_told_of_people_and_the_log_keeps_it_to_itself(cast: Cast) -> None:
    mara = made(cast, "told@people.example.test", **TOLD)
    assert mara.status_code == 201, mara.text
    path = f"/users/{mara.json['id']}"
    assert {name: cast.as_operator("GET", path).json[name] for name in TOLD} == TOLD
    tag = {"If-Match": mara.headers["etag"]}
    changed = cast.as_operator("PATCH", path, {"nickname": "", "address": None, "name": "Mara"}, **tag)
    assert changed.status_code == 200, changed.text
    assert (changed.json["nickname"], changed.json["address"]) == (None, None)
    assert changed.json["birthdate"] == "1985-07-21"
    entries = cast.as_operator("GET", "/audit").json["items"]
    ours = [one for one in entries if one["target_id"] == mara.json["id"]]
    assert {one["action"] for one in ours} == {"user.create", "user.update"}
    update = next(one for one in ours if one["action"] == "user.update")
    assert update["after"]["changed"] == ["address", "nickname"]
    assert update["after"]["name"] == "Mara"
    for said in ("Mari", "1985", "Isarweg", "+4989", "mara.example"):
        assert said not in str(ours)


def test_a_name_that_others_go_by_is_one_persons_for_ever(cast: Cast) -> None:
    first = made(cast, "first@people.example.test", preferred_username="mara")
    assert first.status_code == 201, first.text
    assert fields_of(made(cast, "second@people.example.test", preferred_username="mara")) == {
        ("preferred_username", "E-PROFILE-04")
    }
    # Nothing of the refused one stays.
    assert made(cast, "second@people.example.test", preferred_username="mara2").status_code == 201
    path = f"/users/{first.json['id']}"
    other = cast.as_operator(
        "PATCH", path, {"preferred_username": "mara-l"}, **{"If-Match": first.headers["etag"]}
    )
    assert other.status_code == 200, other.text
    # Given up, it is still theirs; and it stays so when they are gone.
    assert fields_of(made(cast, "third@people.example.test", preferred_username="mara")) == {
        ("preferred_username", "E-PROFILE-04")
    }
    back = cast.as_operator(
        "PATCH", path, {"preferred_username": "mara"}, **{"If-Match": other.headers["etag"]}
    )
    assert back.status_code == 200, back.text
    gone = cast.as_operator("DELETE", path, **{"If-Match": back.headers["etag"]})
    assert gone.status_code == 204, gone.text
    for name in ("mara", "mara-l"):
        assert fields_of(made(cast, "third@people.example.test", preferred_username=name)) == {
            ("preferred_username", "E-PROFILE-04")
        }


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Mara", "E-PROFILE-03"),
        ("m", "E-PROFILE-03"),
        ("mara@northwind.example", "E-PROFILE-03"),
        ("m\u0430ra", "E-PROFILE-03"),
        ("7mara", "E-PROFILE-03"),
        ("mara.", "E-PROFILE-03"),
        ("m" * 65, "E-PROFILE-03"),
        ("admin", "E-FIELD-27"),
    ],
)
def test_a_name_that_looks_like_something_else_is_nobodys(cast: Cast, name: str, problem: str) -> None:
    answer = made(cast, "name@people.example.test", preferred_username=name)
    assert fields_of(answer) == {("preferred_username", problem)}


@pytest.mark.parametrize("role", ["owner", "admin", "developer", "member"])
def test_nobody_of_an_organization_changes_what_is_told_of_a_person(cast: Cast, role: str) -> None:
    """A person belongs to several organizations: only operators, and the person, say anything of them."""
    mara = made(cast, "shared@people.example.test", nickname="Mari")
    answer = as_role(
        cast, role, "PATCH", f"/users/{mara.json['id']}", {"nickname": "X"}, **{"If-Match": '"1"'}
    )
    assert answer.status_code in {403, 404}
    assert cast.as_operator("GET", f"/users/{mara.json['id']}").json["nickname"] == "Mari"


def test_an_application_has_only_claims_in_its_id_tokens_that_its_scopes_give(cast: Cast) -> None:
    path = "/organizations/{own}/applications"
    body = {
        "type": "confidential",
        "name": "Portal",
        "redirect_uris": ["https://app.example/cb"],
        "scopes": ["openid", "email"],
        "id_token_claims": ["email", "name", "groups", "sub", "email"],
    }
    refused = cast.as_owner("POST", path, body)
    assert fields_of(refused) == {
        ("id_token_claims[1]", "E-CLAIMS-04"),
        ("id_token_claims[2]", "E-CLAIMS-03"),
        ("id_token_claims[3]", "E-CLAIMS-03"),
        ("id_token_claims[4]", "E-FIELD-16"),
    }
    registered = cast.as_owner("POST", path, body | {"id_token_claims": ["email"]})
    assert (registered.status_code, registered.json["id_token_claims"]) == (201, ["email"])
    tag = {"If-Match": registered.headers["etag"]}
    narrowed = cast.as_owner("PATCH", f"{path}/{registered.json['id']}", {"scopes": ["openid"]}, **tag)
    assert fields_of(narrowed) == {("id_token_claims[0]", "E-CLAIMS-04")}
