"""Bad input to the application's operations: each field bounded and judged, with the sentence beside it.

Every row is sent to register an application and to change one, and neither writes anything.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import msgspec

from grantway.core import errors
from grantway.core.identifiers import to_text
from grantway.core.model import Application, ApplicationSettings
from grantway.core.mount_settings import OF_MOUNTS
from grantway.edges.web.records.application_forms import (
    ApplicationAnswer,
    ApplicationCreate,
    ApplicationPatch,
)
from grantway.features.registry.drafts import SETTINGS_FIELDS
from tests.api.cast import Cast
from tests.kit.factories import CALLBACK

APPLICATIONS = "/organizations/{own}/applications"
LONG = "https://app.example.test/" + "a" * 2_000

BAD: tuple[tuple[dict[str, Any], str, str], ...] = (
    # Redirect addresses: schemes, fragments, wildcards, userinfo, private-use schemes, homographs, odd spellings.
    ({"redirect_uris": ["http://app.example.test/cb"]}, "redirect_uris[0]", "E-FIELD-09"),
    ({"redirect_uris": ["javascript:alert(1)"]}, "redirect_uris[0]", "E-FIELD-09"),
    ({"redirect_uris": ["data:text/html,kanary"]}, "redirect_uris[0]", "E-FIELD-09"),
    ({"redirect_uris": ["com.example.app:/cb"]}, "redirect_uris[0]", "E-FIELD-09"),
    ({"platform": "native", "redirect_uris": ["app:/cb"]}, "redirect_uris[0]", "E-FIELD-14"),
    ({"platform": "native", "redirect_uris": ["vbscript:x"]}, "redirect_uris[0]", "E-FIELD-09"),
    ({"redirect_uris": [CALLBACK, f"{CALLBACK}#kanary"]}, "redirect_uris[1]", "E-FIELD-10"),
    ({"redirect_uris": ["https://kanary:kanary@app.example.test/"]}, "redirect_uris[0]", "E-FIELD-11"),
    ({"redirect_uris": ["https://*.example.test/"]}, "redirect_uris[0]", "E-FIELD-12"),
    ({"redirect_uris": ["https://\u0430pp.example.test/"]}, "redirect_uris[0]", "E-NETWORK-05"),
    ({"redirect_uris": ["https://app.example.test/\u00e9"]}, "redirect_uris[0]", "E-FIELD-13"),
    ({"redirect_uris": ["https://app.example.test\\@evil.test/"]}, "redirect_uris[0]", "E-FIELD-13"),
    ({"redirect_uris": ["https://0x7f.1/"]}, "redirect_uris[0]", "E-HTTP-14"),
    ({"redirect_uris": [LONG]}, "redirect_uris[0]", "E-FIELD-13"),
    ({"redirect_uris": [CALLBACK, CALLBACK]}, "redirect_uris[1]", "E-FIELD-16"),
    ({"redirect_uris": [f"{CALLBACK}{n}" for n in range(51)]}, "redirect_uris", "E-FIELD-17"),
    ({"redirect_uris": CALLBACK}, "redirect_uris", "E-FIELD-28"),
    ({"redirect_uris": None}, "redirect_uris", "E-FIELD-28"),
    ({"post_logout_redirect_uris": ["https://*.example.test/"]}, "post_logout_redirect_uris[0]", "E-FIELD-12"),
    # Origins.
    ({"origins": ["*"]}, "origins[0]", "E-FIELD-15"),
    ({"origins": ["null"]}, "origins[0]", "E-FIELD-15"),
    ({"origins": ["https://app.example.test/"]}, "origins[0]", "E-FIELD-15"),
    ({"origins": ["https://app.example.test:443"]}, "origins[0]", "E-HTTP-15"),
    ({"origins": ["http://app.example.test"]}, "origins[0]", "E-FIELD-15"),
    ({"origins": ["https://\u0430pp.example.test"]}, "origins[0]", "E-NETWORK-05"),
    # Addresses of pages and of people.
    ({"base_url": "http://app.example.test/"}, "base_url", "E-FIELD-08"),
    ({"base_url": "https://kanary@app.example.test/"}, "base_url", "E-FIELD-08"),
    ({"logo_url": "javascript:kanary"}, "logo_url", "E-FIELD-08"),
    ({"owner_email": "kanary"}, "owner_email", "E-FIELD-07"),
    ({"owner_email": "a@b@example.test"}, "owner_email", "E-FIELD-07"),
    ({"owner_email": "kanary\r\nBcc: all@example.test"}, "owner_email", "E-FIELD-07"),
    ({"owner_email": "a@ex\u0430mple.test"}, "owner_email", "E-FIELD-07"),
    ({"owner_email": "a" * 250 + "@example.test"}, "owner_email", "E-FIELD-02"),
    ({"notification_addresses": ["a@b"]}, "notification_addresses[0]", "E-FIELD-07"),
    ({"notification_addresses": ["a@example.test"] * 2}, "notification_addresses[1]", "E-FIELD-16"),
    # Address ranges.
    ({"networks": ["kanary"]}, "networks[0]", "E-NETWORK-02"),
    ({"networks": ["192.0.2.0/33"]}, "networks[0]", "E-NETWORK-02"),
    ({"networks": ["192.0.2.0/24", "192.0.2.7/24"]}, "networks[1]", "E-NETWORK-03"),
    ({"networks": ["2001:db8::1/32"]}, "networks[0]", "E-NETWORK-03"),
    ({"networks": ["0.0.0.0/0"]}, "networks[0]", "E-NETWORK-04"),
    ({"networks": ["::ffff:0:0/96"]}, "networks[0]", "E-NETWORK-04"),
    ({"networks": ["192.0.2.0/24", "::ffff:192.0.2.0/120"]}, "networks[1]", "E-FIELD-16"),
    ({"networks": [f"192.0.2.{n}" for n in range(51)]}, "networks", "E-FIELD-17"),
    ({"networks": None}, "networks", "E-FIELD-28"),
    ({"networks": [7]}, "networks[0]", "E-FIELD-28"),
    # Time zones, minutes, lifetimes.
    ({"budget_time_zone": "Kanary/Nowhere"}, "budget_time_zone", "E-FIELD-21"),
    ({"budget_time_zone": "../../etc/passwd"}, "budget_time_zone", "E-FIELD-21"),
    ({"budget_time_zone": ""}, "budget_time_zone", "E-FIELD-21"),
    ({"budget_time_zone": "europe/berlin"}, "budget_time_zone", "E-FIELD-21"),
    ({"budget_time_zone": "Europe/" + "x" * 5_000}, "budget_time_zone", "E-FIELD-21"),
    ({"budget_time_zone": None}, "budget_time_zone", "E-FIELD-28"),
    ({"minutes_per_day": 0}, "minutes_per_day", "E-FIELD-24"),
    ({"minutes_per_day": 1_501}, "minutes_per_day", "E-FIELD-24"),
    ({"minutes_per_day": "60"}, "minutes_per_day", "E-FIELD-28"),
    ({"minutes_per_day": True}, "minutes_per_day", "E-FIELD-28"),
    ({"minutes_per_day": 1.5}, "minutes_per_day", "E-FIELD-28"),
    ({"session_minutes": -1}, "session_minutes", "E-FIELD-24"),
    ({"session_minutes": 44_641}, "session_minutes", "E-FIELD-24"),
    ({"code_lifetime": 9}, "code_lifetime", "E-FIELD-24"),
    ({"code_lifetime": 61}, "code_lifetime", "E-FIELD-24"),
    ({"refresh_grace": -1}, "refresh_grace", "E-FIELD-24"),
    ({"refresh_grace": 301}, "refresh_grace", "E-FIELD-24"),
    ({"chosen_lifetime_cap": 59}, "chosen_lifetime_cap", "E-FIELD-24"),
    ({"chosen_lifetime_cap": 7 * 86_400 + 1}, "chosen_lifetime_cap", "E-FIELD-24"),
    ({"client_may_choose_lifetime": 1}, "client_may_choose_lifetime", "E-FIELD-28"),
    ({"access_token_lifetime": 10**30}, "access_token_lifetime", "E-FIELD-24"),
    # Everything else that has a form.
    ({"name": ""}, "name", "E-FIELD-01"),
    ({"name": "kanary\u202eelif"}, "name", "E-FIELD-05"),
    ({"name": "x" * 101}, "name", "E-FIELD-02"),
    ({"name": "admin"}, "name", "E-FIELD-27"),
    ({"description": "x" * 2_001}, "description", "E-FIELD-02"),
    ({"token_format": "kanary"}, "token_format", "E-FIELD-04"),
    ({"access_token_algorithm": "none"}, "access_token_algorithm", "E-FIELD-04"),
    ({"audience": "kanary"}, "audience", "E-FIELD-04"),
    ({"audience": "listed_organizations", "audience_organizations": ["0-kanary"]}, "audience_organizations[0]", "E-FIELD-04"),
    ({"scopes": ["kanary:read"]}, "scopes[0]", "E-FIELD-23"),
    ({"grant_types": ["password"]}, "grant_types[0]", "E-FIELD-04"),
)  # fmt: skip
"""What is sent, the member that is named, and the id of its sentence."""

SENTENCES = {reason.id: reason.text for reason in errors.all_reasons()}


def made(cast: Cast, **changes: Any) -> Application:
    return cast.world.make.application(cast.own, scopes=("openid",), **changes)


def test_each_field_is_judged_with_the_sentence_beside_it(cast: Cast) -> None:
    """V137, V081: at creation and at a change alike, nothing is echoed, and nothing is written."""
    application = made(cast)
    place = f"{APPLICATIONS}/{to_text(application.id)}"
    base = {"type": "confidential", "name": "Orbit", "redirect_uris": [CALLBACK]}
    for body, field, error_id in BAD:
        for result in (
            cast.as_owner("POST", APPLICATIONS, base | body),
            cast.as_owner("PATCH", place, body, If_Match='"1"'),
        ):
            assert result.status_code == 422, (body, result.text)
            (problem,) = result.json["errors"]
            assert (problem["field"], problem["id"]) == (field, error_id), body
            assert problem["message"].startswith(SENTENCES[error_id]), body
            assert "kanary" not in result.text.lower(), body
    assert cast.world.make.applications_of(cast.own) == (application,)


def test_what_is_right_is_taken_and_shown_in_its_one_spelling(cast: Cast) -> None:
    """Look-alike letters show: a host has the form that begins with xn--, in answers too."""
    body = {
        "type": "confidential",
        "name": "Orbit",
        "redirect_uris": ["https://xn--pp-6kc.example.test/cb"],
        "origins": ["https://xn--pp-6kc.example.test"],
        "networks": ["192.0.2.7", "2001:DB8:0::/32", "::ffff:198.51.100.0/120"],
        "minutes_per_day": 1_500,
        "session_minutes": 1,
        "budget_time_zone": "EST",
        "client_may_choose_lifetime": True,
        "chosen_lifetime_cap": 7_200,
        "code_lifetime": 10,
        "refresh_grace": 0,
    }
    answer = cast.as_owner("POST", APPLICATIONS, body)
    assert answer.status_code == 201, answer.text
    networks = ["192.0.2.7/32", "2001:db8::/32", "198.51.100.0/24"]
    assert {name: answer.json[name] for name in body} == body | {"networks": networks}
    again = cast.as_owner("GET", answer.headers["location"].rpartition("/api/v1")[2])
    assert again.json == answer.json
    # A change of something else leaves all of it as it is.
    place = f"{APPLICATIONS}/{answer.json['id']}"
    changed = cast.as_owner("PATCH", place, {"description": "x"}, If_Match=answer.headers["etag"])
    kept = {name for name in answer.json if name not in {"description", "version", "updated_at"}}
    assert {name: changed.json[name] for name in kept} == {name: answer.json[name] for name in kept}
    cleared = cast.as_owner("PATCH", place, {"networks": []}, If_Match=changed.headers["etag"])
    assert cleared.json["networks"] == []


def test_edits_that_conflict_are_refused_by_kind(cast: Cast) -> None:
    """A stale tag 412, none 428, a locked record 409, an unknown member 400, what is fixed 422."""
    application = made(cast)
    place = f"{APPLICATIONS}/{to_text(application.id)}"
    locked = made(cast, state="deletion_scheduled", purge_at=2**52)
    for path, body, headers, status, error_id in (
        (place, {"name": "Other"}, {"If_Match": '"7"'}, 412, "E-RECORD-03"),
        (place, {"name": "Other"}, {}, 428, "E-RECORD-09"),
        (f"{APPLICATIONS}/{to_text(locked.id)}", {"name": "Other"}, {"If_Match": '"1"'}, 409, "E-RECORD-05"),
        (f"{APPLICATIONS}/{to_text(locked.id)}", {"networks": []}, {"If_Match": '"1"'}, 409, "E-RECORD-05"),
        (place, {"kanary": "kanary"}, {"If_Match": '"1"'}, 400, "E-RECORD-01"),
        (place, {"name": "Other", "minutes": 7}, {"If_Match": '"1"'}, 400, "E-RECORD-01"),
        (place, {"client_id": "kanary"}, {"If_Match": '"1"'}, 422, "E-RECORD-01"),
        (place, b"{", {"If_Match": '"1"'}, 400, "E-RECORD-08"),
        (place, {"name": "\x00"}, {"If_Match": '"1"'}, 400, "E-RECORD-08"),
    ):
        refused = cast.as_owner("PATCH", path, body, **headers)
        assert (refused.status_code, refused.json["error_id"]) == (status, error_id), body
        assert "kanary" not in refused.text
    assert set(cast.world.make.applications_of(cast.own)) == {application, locked}


def test_a_foreign_id_an_unknown_one_and_nonsense_are_answered_alike(cast: Cast) -> None:
    foreign = to_text(cast.world.make.application(cast.other).id)
    for method, body in (("GET", None), ("PATCH", {"networks": []}), ("PATCH", {"networks": ["kanary"]})):
        shapes = set()
        for identifier in (foreign, "3xKnown9", "0-%22%27%C3%A9", "9" * 400):
            headers = {} if body is None else {"If_Match": '"1"'}
            result = cast.as_owner(method, f"{APPLICATIONS}/{identifier}", body, **headers)
            assert result.status_code == 404
            shapes.add(result.text.replace(result.json["request_id"], ""))
        assert len(shapes) == 1


def test_every_setting_that_is_edited_is_in_every_form() -> None:
    """A setting that a draft has can be said at creation, changed, and read."""
    for form in (ApplicationCreate, ApplicationPatch, ApplicationAnswer):
        shown = {one.encode_name for one in msgspec.structs.fields(form)}
        assert {*SETTINGS_FIELDS, "dialect_settings"} <= shown
    names = {one.name for one in fields(ApplicationSettings)}
    assert names - set(SETTINGS_FIELDS) == {"grant_types", "standard", "dialects"}
    of_presets_alone = {"several_audiences", "id_tokens", "secretless"}
    assert set(OF_MOUNTS) - set(SETTINGS_FIELDS) == of_presets_alone
