"""The directory holds what may be installed here, and never what is not offered to this organization."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import Organization
from tests.api.cast import Cast

OPEN = {"audience_requested": "any_organization", "audience_effective": "any_organization"}
LISTED = {"audience_requested": "listed_organizations", "audience_effective": "listed_organizations"}
REVIEWED = {**OPEN, "publication": "approved"}


def names(cast: Cast, query: str = "", caller: str = "owner") -> list[str]:
    path = f"/organizations/{to_text(cast.own.id)}/directory{query}"
    answered = cast.call(cast.caller(caller), "GET", path)
    assert answered.status_code == 200, answered.text
    return [one["name"] for one in answered.json["items"]]


def offered(cast: Cast, owner: Organization, **changes: Any) -> str:
    scopes = ("openid", "applications:read")
    application = cast.world.make.application(owner, name="Orbit", scopes=scopes, **changes)
    return to_text(application.id)


@pytest.mark.parametrize(
    ("changes", "is_offered"),
    [
        (REVIEWED, True),
        (OPEN, False),  # anybody knows its client id who was given it; nobody reviewed it
        ({**REVIEWED, "publication": "submitted"}, False),
        ({**REVIEWED, "publication": "rejected"}, False),
        ({**REVIEWED, "audience_effective": "own_organization"}, False),
        ({**REVIEWED, "state": "disabled"}, False),
        ({**REVIEWED, "archived_at": 1}, False),
        ({**REVIEWED, "suspended_at": 1}, False),
        ({**LISTED, "audience_organizations": "own"}, True),
        ({**LISTED, "audience_organizations": "other"}, False),
        # Once listed, and now it is not: the list stands for what it may ask for again.
        ({"audience_effective": "own_organization", "audience_organizations": "own"}, False),
    ],
)
def test_what_is_listed(cast: Cast, changes: dict[str, Any], is_offered: bool) -> None:
    if "audience_organizations" in changes:
        listed = cast.own if changes["audience_organizations"] == "own" else cast.other
        changes = {**changes, "audience_organizations": frozenset({listed.id})}
    application_id = offered(cast, cast.vendor, **changes)
    assert ("Orbit" in names(cast)) == is_offered
    read = cast.as_owner("GET", f"/organizations/{{own}}/directory/{application_id}")
    assert read.status_code == (200 if is_offered else 404)


def test_an_own_application_is_not_offered_to_its_owner(cast: Cast) -> None:
    offered(cast, cast.own, **REVIEWED)
    assert "Orbit" not in names(cast)


def test_what_a_disabled_organization_makes_is_not_offered(cast: Cast) -> None:
    offered(cast, cast.vendor, **REVIEWED)
    cast.world.make.change_organization(cast.vendor, state="disabled")
    assert "Orbit" not in names(cast)


def test_a_line_says_who_makes_it_what_it_asks_for_and_how_it_stands_here(cast: Cast) -> None:
    application_id = offered(cast, cast.vendor, **REVIEWED)
    path = f"/organizations/{{own}}/directory/{application_id}"
    before = cast.as_owner("GET", path).json
    assert (before["owner"], [scope["value"] for scope in before["scopes"]]) == (
        cast.vendor.name,
        ["applications:read", "openid"],
    )
    assert (before["installation_id"], before["installation_state"]) == (None, None)
    asked = cast.call(
        cast.caller("member"),
        "POST",
        f"/organizations/{to_text(cast.own.id)}/installation-requests",
        {"client_id": before["client_id"]},
    )
    after = cast.as_owner("GET", path).json
    assert (after["installation_id"], after["installation_state"]) == (asked.json["id"], "requested")
    # Of how it stands elsewhere nothing is told.
    elsewhere = cast.call(
        cast.caller("stranger"), "GET", f"/organizations/{to_text(cast.other.id)}/directory/{application_id}"
    )
    assert elsewhere.json["installation_state"] is None


def test_the_day_of_the_review_is_told(cast: Cast) -> None:
    application_id = offered(
        cast,
        cast.vendor,
        **{**REVIEWED, "publication": "submitted"},
        description="On a map",
        base_url="https://app.example.test/",
        owner_email="makers@example.test",
        redirects=("https://app.example.test/callback",),
    )
    place = f"/organizations/{to_text(cast.vendor.id)}/applications/{application_id}"
    tag = cast.call(cast.caller("operator"), "GET", place).headers["etag"]
    approved = cast.call(cast.caller("operator"), "POST", place + "/approve", If_Match=tag)
    assert approved.status_code == 200, approved.text
    found = cast.as_owner("GET", f"/organizations/{{own}}/directory/{application_id}").json
    assert found["reviewed_at"] is not None
    listed = offered(cast, cast.vendor, **LISTED, audience_organizations=frozenset({cast.own.id}))
    assert cast.as_owner("GET", f"/organizations/{{own}}/directory/{listed}").json["reviewed_at"] is None


def test_it_is_searched_by_name_and_read_by_members(cast: Cast) -> None:
    offered(cast, cast.vendor, **REVIEWED)
    assert names(cast, "?name=ORB", "member") == ["Orbit"]
    assert names(cast, "?name=%25") == []


def test_the_terms_that_hold_are_read_by_whoever_submits(cast: Cast) -> None:
    answered = cast.call(
        cast.caller("developer"), "GET", f"/organizations/{to_text(cast.own.id)}/publication-terms"
    )
    policy = cast.as_operator("GET", "/policy").json
    assert answered.json == {
        "terms_version": policy["terms_version"],
        "approval_required": policy["approval_required"],
    }
