"""Publication: submitted whole, decided by operators, and what waits for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import ApplicationSettings
from grantway.core.policy import Preset
from grantway.features.access.callers import Caller
from grantway.features.access.permissions import BY_SCOPE
from grantway.features.registry.applications import Applications
from grantway.features.registry.drafts import ApplicationDraft
from grantway.features.registry.publication import Publications, Target
from tests.api.cast import Cast
from tests.kit.factories import Person
from tests.kit.world import authorization_request

APPLICATIONS = "/organizations/{own}/applications"
WHOLE = {
    "type": "confidential",
    "name": "Orbit",
    "description": "Shows deliveries on a map.",
    "base_url": "https://orbit.example.test/",
    "owner_email": "mara@orbit.example.test",
    "redirect_uris": ["https://orbit.example.test/callback"],
    "scopes": ["openid"],
    "audience": "any_organization",
}
TERMS = {"terms_version": "1"}


def made(cast: Cast, **changes: Any) -> dict[str, Any]:
    result = cast.as_owner("POST", APPLICATIONS, WHOLE | changes)
    assert result.status_code == 201, result.text
    answer: dict[str, Any] = result.json
    return answer


def taken(
    cast: Cast, record: dict[str, Any], verb: str, body: Any = None, *, operator: bool = False
) -> dict[str, Any]:
    """A step that is taken, and the record after it."""
    result = asked(cast, record, verb, body, operator=operator)
    assert result.status_code == 200, result.text
    answer: dict[str, Any] = result.json
    return answer


def asked(cast: Cast, record: dict[str, Any], verb: str, body: Any = None, *, operator: bool = False) -> Any:
    ask = cast.as_operator if operator else cast.as_owner
    return ask("POST", f"{APPLICATIONS}/{record['id']}/{verb}", body, If_Match=f'"{record["version"]}"')


def require_approval(cast: Cast) -> None:
    policy = cast.as_operator("GET", "/policy")
    changed = cast.as_operator(
        "PATCH", "/policy", {"approval_required": True}, If_Match=policy.headers["etag"]
    )
    assert changed.json["approval_required"] is True


def test_where_approval_is_required_it_works_at_home_until_it_is_given(cast: Cast) -> None:
    """Facts C13, C16, C17, C25: requested and effective audience are two fields."""
    require_approval(cast)
    record = made(cast)
    assert (record["audience"], record["effective_audience"]) == ("any_organization", "own_organization")
    record = taken(cast, record, "submit", TERMS)
    assert (record["publication"], record["effective_audience"]) == ("submitted", "own_organization")
    record = taken(cast, record, "approve", operator=True)
    assert (record["publication"], record["effective_audience"]) == ("approved", "any_organization")


def test_strangers_get_in_when_it_is_approved_and_not_before(cast: Cast) -> None:
    """Facts C14, C15, C17: pending, it is an application of its own organization's people alone."""
    require_approval(cast)
    record = made(cast)
    insider = cast.world.make.person(cast.own)
    stranger = cast.world.make.person(cast.other)
    assert "code" in led_back(cast, record, insider)
    assert led_back(cast, record, stranger)["error"] == ["access_denied"]
    record = taken(cast, record, "submit", TERMS)
    assert led_back(cast, record, stranger)["error"] == ["access_denied"]
    taken(cast, record, "approve", operator=True)
    assert "code" in led_back(cast, record, stranger)


def led_back(cast: Cast, record: dict[str, Any], person: Person) -> dict[str, list[str]]:
    """What a sign-in brings back to the application."""
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    query = authorization_request(application, redirect_uri=application.redirects[0].uri)
    seen = cast.world.browser().authorize(
        "/oauth/authorize?" + urlencode(query), email=person.email, password=person.password
    )
    return parse_qs(urlsplit(seen).query)


def test_without_such_a_policy_nothing_waits(cast: Cast) -> None:
    assert made(cast)["effective_audience"] == "any_organization"


def test_what_was_open_before_stays_open(cast: Cast) -> None:
    record = made(cast)
    require_approval(cast)
    place = f"{APPLICATIONS}/{record['id']}"
    record = cast.as_owner("PATCH", place, {"name": "Orbit Two"}, If_Match='"1"').json
    assert record["effective_audience"] == "any_organization"
    record = taken(cast, record, "submit", TERMS)
    record = taken(cast, record, "reject", {"reasons": ["difficult_to_use"]}, operator=True)
    assert record["effective_audience"] == "any_organization"


def test_narrowing_keeps_the_approval_and_what_was_given_up_is_asked_for_again(cast: Cast) -> None:
    require_approval(cast)
    record = taken(cast, taken(cast, made(cast), "submit", TERMS), "approve", operator=True)
    place = f"{APPLICATIONS}/{record['id']}"
    changes: dict[str, Any] = {"name": "Orbit Two", "audience": "own_organization"}
    record = cast.as_owner("PATCH", place, changes, If_Match=f'"{record["version"]}"').json
    assert (record["publication"], record["effective_audience"]) == ("approved", "own_organization")
    changes = {"audience": "any_organization"}
    record = cast.as_owner("PATCH", place, changes, If_Match=f'"{record["version"]}"').json
    assert (record["publication"], record["audience"]) == ("approved", "own_organization")
    assert record["effective_audience"] == "own_organization"
    told = cast.as_owner("GET", "/organizations/{own}/audit?action=application.update").json["items"]
    waits, narrows = sorted(told, key=lambda one: "audience" in one["after"])
    assert narrows["after"]["audience"] == "own_organization"
    assert [one["name"] for one in waits["after"]["pending"]["members"]] == ["audience", "name"]


@pytest.mark.parametrize(("verb", "operator"), [("withdraw", False), ("reject", True)])
def test_taking_an_approval_back_takes_back_what_waited_for_it(cast: Cast, verb: str, operator: bool) -> None:
    require_approval(cast)
    record = taken(cast, taken(cast, made(cast), "submit", TERMS), "approve", operator=True)
    body = {"reasons": ["insecure"]} if operator else None
    record = taken(cast, record, verb, body, operator=operator)
    assert record["effective_audience"] == "own_organization"
    assert record["publication"] == ("rejected" if operator else "draft")


def test_everything_that_is_missing_is_named(cast: Cast) -> None:
    bare: dict[str, Any] = {"description": "", "base_url": None, "owner_email": None, "scopes": []}
    refused = asked(cast, made(cast, **bare), "submit", {"terms_version": "0"})
    assert refused.status_code == 422
    assert {(one["field"], one["id"]) for one in refused.json["errors"]} == {
        ("description", "E-FIELD-01"),
        ("base_url", "E-FIELD-01"),
        ("owner_email", "E-FIELD-01"),
        ("scopes", "E-FIELD-01"),
        ("terms_version", "E-FIELD-04"),
    }
    assert asked(cast, made(cast), "submit", {}).json["errors"][0]["field"] == "terms_version"
    backend = made(cast, type="backend", redirect_uris=[], audience="own_organization")
    assert taken(cast, backend, "submit", TERMS)["publication"] == "submitted"


def test_a_rejection_names_its_reasons_and_can_be_answered(cast: Cast) -> None:
    """Facts G46, G48, G49: terms accepted, reasons from a list, edited and released again."""
    record = taken(cast, made(cast), "submit", TERMS)
    wrong: dict[str, Any] = {
        "reasons": [{"reasons": []}, {"reasons": ["ugly"]}, {"reasons": ["incomplete", "incomplete"]}],
        "text": [{"reasons": ["other"]}, {"reasons": ["other"], "text": "x" * 2_001}],
    }
    for field, bodies in wrong.items():
        for body in bodies:
            refused = asked(cast, record, "reject", body, operator=True)
            assert refused.status_code == 422, body
            assert all(one["field"].startswith(field) for one in refused.json["errors"]), body
    body = {"reasons": ["other", "incomplete"], "text": "The logo is a placeholder."}
    record = taken(cast, record, "reject", body, operator=True)
    record = taken(cast, record, "submit", TERMS)
    record = taken(cast, record, "withdraw")
    steps = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}/publication-steps").json["items"]
    steps.sort(key=lambda one: one["at"])
    assert sorted(one["decision"] for one in steps) == ["rejected", "submitted", "submitted", "withdrawn"]
    rejected = next(one for one in steps if one["decision"] == "rejected")
    assert (rejected["reasons"], rejected["text"]) == (["incomplete", "other"], body["text"])
    submitted = [one for one in steps if one["decision"] == "submitted"]
    assert {(one["terms_version"], one["user_id"] is not None) for one in submitted} == {("1", True)}


def test_only_what_fits_the_state_can_be_done(cast: Cast) -> None:
    draft = made(cast)
    submitted = taken(cast, made(cast), "submit", TERMS)
    approved = taken(cast, taken(cast, made(cast), "submit", TERMS), "approve", operator=True)
    calls = [
        asked(cast, draft, "withdraw"),
        asked(cast, draft, "approve", operator=True),
        asked(cast, draft, "reject", {"reasons": ["incomplete"]}, operator=True),
        asked(cast, submitted, "submit", TERMS),
        asked(cast, approved, "submit", TERMS),
        asked(cast, approved, "approve", operator=True),
    ]
    assert {(one.status_code, one.json["error_id"]) for one in calls} == {(409, "E-RECORD-17")}


def test_operators_have_a_queue(cast: Cast) -> None:
    """Fact G47: a review by people."""
    record, draft = taken(cast, made(cast), "submit", TERMS), made(cast)
    queue = cast.as_operator("GET", "/publications?state=submitted").json["items"]
    assert [one["id"] for one in queue] == [record["id"]]
    assert cast.as_operator("GET", "/publications").json["items"] == queue
    drafts = [one["id"] for one in cast.as_operator("GET", "/publications?state=draft").json["items"]]
    assert draft["id"] in drafts
    assert cast.as_operator("GET", "/publications?state=lost").status_code == 422
    assert cast.as_owner("GET", "/publications").status_code == 403


def test_new_terms_have_to_be_accepted_as_they_are(cast: Cast) -> None:
    policy = cast.as_operator("GET", "/policy")
    tag = policy.headers["etag"]
    for text in ("", " ", "x" * 41, "line\nline"):
        assert cast.as_operator("PATCH", "/policy", {"terms_version": text}, If_Match=tag).status_code == 422
    changed = cast.as_operator("PATCH", "/policy", {"terms_version": "2026-11"}, If_Match=tag)
    assert changed.status_code == 200
    assert cast.as_operator("PATCH", "/policy", {"terms_version": "3"}, If_Match=tag).status_code == 412
    record = made(cast)
    assert asked(cast, record, "submit", TERMS).status_code == 422
    assert taken(cast, record, "submit", {"terms_version": "2026-11"})["publication"] == "submitted"


def test_a_preset_may_want_approval_whatever_the_platform_says(cast: Cast) -> None:
    """Facts C16, C17, as policy: data of a preset."""
    strict = Preset("strict", ApplicationSettings(), approval=True)
    services = cast.world.services
    applications = Applications(services, {"strict": strict})
    publications = Publications(services, {"strict": strict})
    operator = Caller(None, cast.world.make.platform.id, frozenset(BY_SCOPE), None, None, is_platform=True)
    draft = ApplicationDraft(
        type="backend",
        name="Strict",
        preset="strict",
        dialects=("standard",),
        audience="any_organization",
        notification_addresses=("dev@example.test",),
        description="Does it",
        base_url="https://strict.example.test/",
        owner_email="dev@example.test",
        scopes=("openid",),
    )
    with cast.world.store.begin() as tx:
        record = applications.create(tx, operator, cast.own.id, draft)
        assert record.audience_effective == "own_organization"
        target = Target(cast.own.id, record.id, 1)
        submitted = publications.submit(tx, operator, target, terms_version="1")
        target = replace(target, version=submitted.version)
        assert publications.approve(tx, operator, target).audience_effective == "any_organization"


def test_the_steps_of_others_are_not_found(cast: Cast) -> None:
    foreign = cast.world.make.application(cast.other)
    path = f"{APPLICATIONS}/{to_text(foreign.id)}/publication-steps"
    assert cast.as_owner("GET", path).status_code == 404
