"""What every operation has in common: tags, pages, repetition, refusals, forms."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast

APPLICATIONS = "/organizations/{own}/applications"
DRAFT = {"type": "confidential", "name": "Orbit", "redirect_uris": ["https://orbit.example.test/callback"]}


def made(cast: Cast, **changes: Any) -> dict[str, Any]:
    result = cast.as_owner("POST", APPLICATIONS, DRAFT | changes)
    assert result.status_code == 201, result.text
    answer: dict[str, Any] = result.json
    return answer


def test_a_created_record_is_where_its_location_says_with_the_tag_it_was_given(cast: Cast) -> None:
    result = cast.as_owner("POST", APPLICATIONS, DRAFT)
    assert result.status_code == 201
    place = result.headers["location"].removeprefix(cast.world.issuer + "/api/v1")
    again = cast.as_owner("GET", place)
    assert again.json == result.json
    assert again.headers["etag"] == result.headers["etag"] == '"1"'
    assert again.headers["cache-control"] == "no-store"


def test_a_list_is_read_page_by_page_without_gap_or_repetition(cast: Cast) -> None:
    wanted = sorted(made(cast, name=f"Orbit {number}")["id"] for number in range(7))
    seen: list[str] = []
    cursor = ""
    while True:
        page = cast.as_owner("GET", f"{APPLICATIONS}?name=orbit&limit=3{cursor}")
        assert page.status_code == 200
        seen += [item["id"] for item in page.json["items"]]
        if page.json["next_cursor"] is None:
            break
        assert len(page.json["items"]) == 3
        cursor = f"&cursor={page.json['next_cursor']}"
    assert sorted(seen) == wanted
    assert len(seen) == 7


def test_short_lists_have_pages_too(cast: Cast) -> None:
    place = f"{APPLICATIONS}/{made(cast)['id']}/secrets"
    for label in ("one", "two", "three"):
        assert cast.as_owner("POST", place, {"label": label}).status_code == 201
    first = cast.as_owner("GET", place + "?limit=2").json
    rest = cast.as_owner("GET", f"{place}?limit=2&cursor={first['next_cursor']}").json
    labels = [item["label"] for item in first["items"] + rest["items"]]
    assert sorted(labels) == ["one", "three", "two"]
    assert rest["next_cursor"] is None


def test_a_cursor_is_good_for_its_own_list_only(cast: Cast) -> None:
    for number in range(3):
        made(cast, name=f"Orbit {number}")
    cursor = cast.as_owner("GET", APPLICATIONS + "?limit=1").json["next_cursor"]
    assert cast.as_owner("GET", f"{APPLICATIONS}?cursor={cursor}").status_code == 200
    members = "/organizations/{own}/members"
    foreign = to_text(cast.other.id)
    attempts = (
        f"{APPLICATIONS}?name=orbit&cursor={cursor}",
        f"{members}?cursor={cursor}",
        f"{APPLICATIONS}?cursor={cursor[:-2]}AA",
        f"{APPLICATIONS}?cursor=AAAAAAAAAA",
        f"{APPLICATIONS}?cursor=%27%20OR%201=1--",
        f"{APPLICATIONS}?cursor=%C3%A9",
    )
    for attempt in attempts:
        refused = cast.as_owner("GET", attempt)
        assert (refused.status_code, refused.json["error_id"]) == (400, "E-RECORD-10"), attempt
    operator = cast.caller("operator")
    other = cast.call(operator, "GET", f"/organizations/{foreign}/applications?cursor={cursor}")
    assert other.status_code == 400


def test_a_limit_is_between_1_and_100(cast: Cast) -> None:
    for limit in ("0", "-1", "101", "1.5", "ten", "%31%30%30%30", "%D9%A1"):
        refused = cast.as_owner("GET", f"{APPLICATIONS}?limit={limit}")
        assert refused.status_code == 422, limit
        assert refused.json["errors"][0]["field"] == "limit"


def test_a_filter_finds_by_part_of_the_name_and_takes_signs_of_the_database_as_they_are(cast: Cast) -> None:
    made(cast, name="Orbit Map")
    made(cast, name="100% Müsli")
    for text, count in (("orbit", 1), ("MAP", 1), ("%25", 1), ("_", 0), ("%27%3B--", 0), ("m%C3%BC", 1)):
        found = cast.as_owner("GET", f"{APPLICATIONS}?name={text}").json["items"]
        assert len(found) == count, text


def test_a_parameter_given_twice_is_refused(cast: Cast) -> None:
    refused = cast.as_owner("GET", f"{APPLICATIONS}?limit=1&limit=2")
    assert (refused.status_code, refused.json["error_id"]) == (400, "E-REQUEST-01")


def test_a_create_repeated_with_its_key_is_done_once_and_answered_alike(cast: Cast) -> None:
    first = cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key="order-1")
    again = cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key="order-1")
    assert again.status_code == first.status_code == 201
    assert again.text == first.text
    assert again.headers["location"] == first.headers["location"]
    assert len(cast.as_owner("GET", APPLICATIONS).json["items"]) == 1


def test_a_secret_is_repeated_for_ten_minutes_and_then_never(cast: Cast) -> None:
    place = f"{APPLICATIONS}/{made(cast)['id']}/secrets"
    first = cast.as_owner("POST", place, {}, Idempotency_Key="secret-1")
    again = cast.as_owner("POST", place, {}, Idempotency_Key="secret-1")
    assert again.json["secret"] == first.json["secret"]
    cast.world.advance(10 * 60 + 1)
    spent = cast.as_owner("POST", place, {}, Idempotency_Key="secret-1")
    assert (spent.status_code, spent.json["error_id"]) == (409, "E-RECORD-12")
    assert len(cast.as_owner("GET", place).json["items"]) == 1


def test_a_key_belongs_to_one_request_of_one_caller(cast: Cast) -> None:
    cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key="order-1")
    other = cast.as_owner("POST", APPLICATIONS, DRAFT | {"name": "Another"}, Idempotency_Key="order-1")
    assert (other.status_code, other.json["error_id"]) == (409, "E-RECORD-11")
    path = APPLICATIONS.replace("{own}", to_text(cast.own.id))
    somebody = cast.call(cast.caller("admin"), "POST", path, DRAFT, Idempotency_Key="order-1")
    assert somebody.status_code == 201
    assert len(cast.as_owner("GET", APPLICATIONS).json["items"]) == 2


def test_a_refused_create_does_not_use_up_its_key(cast: Cast) -> None:
    assert (
        cast.as_owner("POST", APPLICATIONS, DRAFT | {"name": ""}, Idempotency_Key="order-1").status_code
        == 422
    )
    assert cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key="order-1").status_code == 201


def test_a_key_is_visible_ascii_of_bounded_length(cast: Cast) -> None:
    for key in ("with space", "x" * 201, "caf\u00e9"):
        refused = cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key=key)
        assert refused.status_code == 422, key


def test_every_misfit_of_a_body_is_named_and_no_input_is_repeated(cast: Cast) -> None:
    body = {
        "type": "confidential",
        "name": 7,
        "client_id": "mine",
        "kanary_member": "kanary_value",
        "redirect_uris": ["https://a.example.test", 4],
        "access_token_lifetime": True,
    }
    refused = cast.as_owner("POST", APPLICATIONS, body)
    assert refused.status_code == 400
    assert refused.headers["content-type"] == "application/problem+json"
    found = {(one["field"], one["id"]) for one in refused.json["errors"]}
    assert found == {
        ("", "E-FIELD-25"),
        ("client_id", "E-FIELD-06"),
        ("name", "E-FIELD-28"),
        ("redirect_uris[1]", "E-FIELD-28"),
        ("access_token_lifetime", "E-FIELD-28"),
    }
    assert "kanary" not in refused.text


BODIES = (
    (b"", 400, "E-RECORD-08"),
    (b"{", 400, "E-RECORD-08"),
    (b"[]", 400, "E-RECORD-08"),
    (b'"text"', 400, "E-RECORD-08"),
    (b"\xff\xfe", 400, "E-RECORD-08"),
    (b"[" * 60_000, 400, "E-RECORD-08"),
    (b'{"name":"a","name":"b"}', 400, "E-REQUEST-01"),
    (b'{"type":"backend","name":"\\u0000"}', 400, "E-RECORD-08"),
    (b'{"type":"backend","name":"\\ud800"}', 400, "E-RECORD-08"),
    (b'{"type":"backend","name":"x","access_token_lifetime":NaN}', 422, "E-RECORD-01"),
    (b'{"type":"backend","name":"x","access_token_lifetime":1e3}', 422, "E-RECORD-01"),
    (b'{"type":"backend","name":"x","access_token_lifetime":' + b"9" * 4_000 + b"}", 422, "E-RECORD-01"),
    (b'{"type":"backend","name":"x","access_token_lifetime":' + b"9" * 5_000 + b"}", 400, "E-RECORD-08"),
    (b'{"type":"backend","name":"' + b"x" * 70_000 + b'"}', 413, "E-REQUEST-08"),
)


def test_a_body_is_a_small_json_object(cast: Cast) -> None:
    for body, status, error_id in BODIES:
        refused = cast.as_owner("POST", APPLICATIONS, body)
        assert (refused.status_code, refused.json["error_id"]) == (status, error_id), body[:80]
    assert cast.as_owner("GET", APPLICATIONS).json["items"] == []


def test_a_body_says_that_it_is_json(cast: Cast) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""):
        refused = cast.as_owner("POST", APPLICATIONS, DRAFT, Content_Type=content_type)
        assert (refused.status_code, refused.json["error_id"]) == (415, "E-REQUEST-03"), content_type
    assert (
        cast.as_owner("POST", APPLICATIONS, DRAFT, Content_Type="Application/JSON; charset=utf-8").status_code
        == 201
    )


def test_other_methods_are_refused_with_those_that_are_answered(cast: Cast) -> None:
    allowed = "GET, HEAD, POST, OPTIONS"
    for method in ("PUT", "DELETE", "TRACE"):
        refused = cast.as_owner(method, APPLICATIONS)
        assert (refused.status_code, refused.headers["allow"]) == (405, allowed), method
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json["detail"].endswith(f"Expected: {allowed}.")


def test_other_addresses_below_the_api_are_refused_in_its_form(cast: Cast) -> None:
    for path in ("/", "/nothing", "/organizations/x/y/z", "/me/"):
        refused = cast.as_owner("GET", path)
        assert (refused.status_code, refused.json["error_id"]) == (404, "E-REQUEST-10"), path


def test_a_token_is_asked_for_as_the_standard_says(cast: Cast) -> None:
    anonymous = cast.caller("anonymous")
    refused = cast.call(anonymous, "GET", "/me")
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, 'Bearer realm="grantway"')
    wrong = cast.call(anonymous, "GET", "/me", Authorization="Bearer gwo_wrong")
    assert wrong.status_code == 401
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
    basic = cast.call(anonymous, "GET", "/me", Authorization="Basic YTpi")
    assert basic.status_code == 401
    lacking = cast.call(cast.caller("machine_without_scope", "members:read"), "GET", "/users")
    assert lacking.status_code == 403
    assert 'error="insufficient_scope"' in lacking.headers["www-authenticate"]
    assert 'scope="users:read"' in lacking.headers["www-authenticate"]


def test_a_token_for_another_api_is_refused(cast: Cast) -> None:
    make = cast.world.make
    make.api(None, "deliveries:read")
    application = make.application(cast.own, "backend", scopes=("deliveries:read",))
    token = cast.world.machine_token(application, make.secret(application))
    refused = cast.call(cast.caller("anonymous"), "GET", "/me", Authorization=f"Bearer {token}")
    assert (refused.status_code, refused.json["error_id"]) == (401, "E-TOKEN-05")


def test_a_call_says_who_is_calling(cast: Cast) -> None:
    person = cast.as_owner("GET", "/me").json
    assert (person["role"], person["is_operator"]) == ("owner", False)
    assert person["organization"] == {
        "id": to_text(cast.own.id),
        "name": cast.own.name,
        "slug": cast.own.slug,
    }
    program = cast.call(cast.caller("machine"), "GET", "/me").json
    assert (program["user"], program["role"], program["is_operator"]) == (None, None, False)
    assert cast.as_operator("GET", "/me").json["is_operator"] is True


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("limit=%00", (400, "E-REQUEST-02")),
        ("limit=%ff", (400, "E-REQUEST-02")),
        ("limit=1&limit=2", (400, "E-REQUEST-01")),
        ("name=" + "x" * 8_200, (400, "E-REQUEST-05")),
        ("&".join(f"name{number}=x" for number in range(300)), (413, "E-REQUEST-08")),
    ],
    ids=["nul", "not-utf-8", "twice", "too-long", "too-many"],
)
def test_a_query_that_cannot_be_read_is_refused_as_described(
    cast: Cast, query: str, refusal: tuple[int, str]
) -> None:
    answer = cast.as_owner("GET", f"/organizations/{{own}}/applications?{query}")
    assert (answer.status_code, answer.json["error_id"]) == refusal
