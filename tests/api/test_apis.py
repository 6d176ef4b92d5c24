"""APIs, their scopes, and the catalogue."""

from __future__ import annotations

from typing import Any

from tests.api.cast import Cast

APIS = "/organizations/{own}/apis"
API = {"identifier": "https://deliveries.example.test", "name": "Deliveries"}
SCOPE = {"value": "deliveries:read", "text": "See your deliveries"}


def fields_of(result: Any) -> set[tuple[str, str]]:
    assert result.status_code == 422, result.text
    return {(one["field"], one["id"]) for one in result.json["errors"]}


def declared(cast: Cast) -> tuple[str, str]:
    """The places of an API and of its scope."""
    api = cast.as_operator("POST", APIS, API)
    assert api.status_code == 201, api.text
    place = f"{APIS}/{api.json['id']}"
    scope = cast.as_operator("POST", place + "/scopes", SCOPE)
    assert scope.status_code == 201, scope.text
    return place, f"{place}/scopes/{scope.json['id']}"


def test_a_declared_scope_can_be_given_and_asked_for(cast: Cast) -> None:
    declared(cast)
    catalogue = cast.as_owner("GET", "/scopes?limit=100").json["items"]
    entry = next(one for one in catalogue if one["value"] == "deliveries:read")
    assert (entry["api"], entry["api_name"]) == ("https://deliveries.example.test", "Deliveries")
    assert {one["value"] for one in catalogue} >= {"openid", "applications:read"}
    make = cast.world.make
    application = make.application(cast.own, "backend", scopes=("deliveries:read",))
    assert cast.world.machine_token(application, make.secret(application), scope="deliveries:read")


def test_identifiers_and_values_are_one_list_for_all(cast: Cast) -> None:
    place, _ = declared(cast)
    assert fields_of(cast.as_operator("POST", APIS, API)) == {("identifier", "E-FIELD-26")}
    assert fields_of(cast.as_operator("POST", place + "/scopes", SCOPE)) == {("value", "E-FIELD-26")}
    assert fields_of(cast.as_operator("POST", place + "/scopes", SCOPE | {"value": "openid"})) == {
        ("value", "E-FIELD-26")
    }


def test_a_scope_is_not_called_like_a_claim(cast: Cast) -> None:
    place, _ = declared(cast)
    for value, error_id in (("id", "E-FIELD-27"), ("SUB", "E-FIELD-27"), ("a b", "E-FIELD-22"), ("", "E-FIELD-01"), ("x" * 129, "E-FIELD-02"), ('a"b', "E-FIELD-22")):  # fmt: skip
        assert fields_of(cast.as_operator("POST", place + "/scopes", SCOPE | {"value": value})) == {
            ("value", error_id)
        }


def test_an_identifier_is_an_address_and_fixed(cast: Cast) -> None:
    for identifier in ("deliveries", "ftp://x.example.test", "https://x.example.test/#a", ""):
        assert fields_of(cast.as_operator("POST", APIS, API | {"identifier": identifier})) == {
            ("identifier", "E-FIELD-08")
        }
    place, scope = declared(cast)
    moved = cast.as_operator("PATCH", place, {"identifier": "https://y.example.test"}, If_Match='"1"')
    assert fields_of(moved) == {("identifier", "E-FIELD-06")}
    assert fields_of(cast.as_operator("PATCH", scope, {"value": "other"}, If_Match='"1"')) == {
        ("value", "E-FIELD-06")
    }


def test_introspectors_are_applications_that_exist(cast: Cast) -> None:
    place, _ = declared(cast)
    refused = cast.as_operator("PATCH", place, {"introspectors": ["7tKdZ2wQx1"]}, If_Match='"1"')
    assert fields_of(refused) == {("introspectors[0]", "E-FIELD-04")}
    records = cast.records(cast.own)
    wanted = [records.ids["application_id"]]
    changed = cast.as_operator("PATCH", place, {"introspectors": wanted}, If_Match='"1"')
    assert (changed.status_code, changed.json["introspectors"]) == (200, wanted)


def test_a_retired_scope_leaves_the_catalogue_and_the_tokens(cast: Cast) -> None:
    _, scope = declared(cast)
    make = cast.world.make
    application = make.application(cast.own, "backend", scopes=("deliveries:read",))
    secret = make.secret(application)
    retired = cast.as_operator("PATCH", scope, {"retired": True}, If_Match='"1"')
    assert (retired.status_code, retired.json["retired"]) == (200, True)
    values = {one["value"] for one in cast.as_owner("GET", "/scopes?limit=100").json["items"]}
    assert "deliveries:read" not in values
    refused = cast.world.token(application, secret, grant_type="client_credentials", scope="deliveries:read")
    assert refused.json["error"] == "invalid_scope"


def test_an_api_is_removed_after_its_scopes(cast: Cast) -> None:
    place, scope = declared(cast)
    refused = cast.as_operator("DELETE", place, If_Match='"1"')
    assert (refused.status_code, refused.json["error_id"]) == (409, "E-RECORD-13")
    assert cast.as_operator("DELETE", scope).status_code == 204
    assert cast.as_operator("DELETE", place, If_Match='"7"').status_code == 412
    assert cast.as_operator("DELETE", place, If_Match='"1"').status_code == 204


def test_the_servers_own_apis_are_not_touched(cast: Cast) -> None:
    operator = cast.caller("operator")
    mine = cast.call(operator, "GET", "/me").json["organization"]["id"]
    listed = cast.call(operator, "GET", f"/organizations/{mine}/apis").json["items"]
    assert {one["builtin"] for one in listed} == {"identity", "management"}
    for one in listed:
        place = f"/organizations/{mine}/apis/{one['id']}"
        calls = (
            cast.call(operator, "PATCH", place, {"state": "disabled"}, If_Match=f'"{one["version"]}"'),
            cast.call(operator, "DELETE", place, If_Match=f'"{one["version"]}"'),
            cast.call(operator, "POST", place + "/scopes", SCOPE),
        )
        assert {(call.status_code, call.json["error_id"]) for call in calls} == {(409, "E-RECORD-16")}


GERMAN = {"locale": "de", "text": "Ihre Lieferungen sehen", "detail": "Auch die von gestern."}


def test_a_scope_says_the_same_in_other_languages(cast: Cast) -> None:
    _, scope = declared(cast)
    before = cast.as_operator("GET", f"{scope.rpartition('/')[0]}").json["items"][0]
    assert (before["locale"], before["translations"]) == ("en", [])
    done = cast.as_operator("PATCH", scope, {"translations": [GERMAN]}, if_match=f'"{before["version"]}"')
    assert done.status_code == 200, done.text
    assert done.json["translations"] == [GERMAN]
    assert done.json["text"] == SCOPE["text"]


def test_texts_in_other_languages_are_judged_as_the_first_are(cast: Cast) -> None:
    place, _ = declared(cast)
    wrong: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
        ({"locale": "German"}, {("locale", "E-FIELD-05")}),
        ({"translations": [GERMAN, GERMAN]}, {("translations[1]", "E-FIELD-16")}),
        ({"translations": [GERMAN | {"locale": "en"}]}, {("translations[0].locale", "E-FIELD-26")}),
        ({"translations": [GERMAN | {"locale": "de de"}]}, {("translations[0].locale", "E-FIELD-05")}),
        ({"translations": [GERMAN | {"text": ""}]}, {("translations[0].text", "E-FIELD-01")}),
        ({"translations": [GERMAN | {"text": "a\nb"}]}, {("translations[0].text", "E-FIELD-05")}),
    ]
    for members, found in wrong:
        body = SCOPE | {"value": "deliveries:write"} | members
        assert fields_of(cast.as_operator("POST", place + "/scopes", body)) == found, members


def test_what_an_api_gives_without_a_scope_and_lists_is_an_operators_to_say(cast: Cast) -> None:
    """Both are off, and the metadata tells everybody what is listed and nothing else."""
    place, _ = declared(cast)
    before = cast.as_operator("GET", place).json
    assert (before["lists_scopes"], before["tokens_without_scope"]) == (False, False)

    def listed() -> list[str]:
        return list(
            cast.world.client.simulate_get("/.well-known/openid-configuration").json["scopes_supported"]
        )

    assert listed() == ["openid", "address", "email", "offline_access", "phone", "profile"]
    wanted = {"lists_scopes": True, "tokens_without_scope": True}
    for value in ("yes", 1, None):
        for name in wanted:
            assert cast.as_operator("PATCH", place, {name: value}, If_Match='"1"').status_code == 422
    assert cast.as_owner("PATCH", place, wanted, If_Match='"1"').status_code in {403, 404}
    changed = cast.as_operator("PATCH", place, wanted, If_Match='"1"')
    assert {name: changed.json[name] for name in wanted} == wanted
    cast.world.product.poll()
    assert listed() == ["openid", "address", "deliveries:read", "email", "offline_access", "phone", "profile"]
    made = cast.as_operator("POST", APIS, {**API, "identifier": "https://other.example.test", **wanted})
    assert {name: made.json[name] for name in wanted} == wanted


def test_an_application_says_whether_its_scopes_are_strict(cast: Cast) -> None:
    body = {
        "type": "confidential",
        "name": "Orbit",
        "redirect_uris": ["https://orbit.example.test/callback"],
        "notification_addresses": ["dev@orbit.example.test"],
        "scopes": ["openid"],
    }
    made = cast.as_owner("POST", "/organizations/{own}/applications", body).json
    assert made["strict_scopes"] is False
    place = f"/organizations/{{own}}/applications/{made['id']}"
    changed = cast.as_owner("PATCH", place, {"strict_scopes": True}, If_Match='"1"')
    assert changed.json["strict_scopes"] is True
    assert cast.as_owner("GET", place).json["strict_scopes"] is True
    assert cast.as_owner("PATCH", place, {"strict_scopes": None}, If_Match='"2"').status_code == 422
    strict = cast.as_owner("POST", "/organizations/{own}/applications", body | {"strict_scopes": True})
    assert strict.json["strict_scopes"] is True
