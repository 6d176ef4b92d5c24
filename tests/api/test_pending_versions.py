"""What was approved stays as it was read: what reaches further waits, and is judged by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from grantway.core.identifiers import from_text, to_text
from grantway.core.reviewing import MEMBERS
from tests.api.cast import Cast
from tests.api.test_publication import APPLICATIONS, TERMS, asked, made, require_approval, taken
from tests.kit.world import authorization_request

CALLBACK = "https://orbit.example.test/callback"
ELSEWHERE = "https://elsewhere.example.test/callback"


def approved(cast: Cast, **changes: Any) -> dict[str, Any]:
    """An application that was submitted and approved."""
    record = taken(cast, made(cast, **changes), "submit", TERMS)
    return taken(cast, record, "approve", operator=True)


def edit(cast: Cast, record: dict[str, Any], **changes: Any) -> Any:
    path = f"{APPLICATIONS}/{record['id']}"
    return cast.as_owner("PATCH", path, changes, If_Match=f'"{record["version"]}"')


def edited(cast: Cast, record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    result = edit(cast, record, **changes)
    assert result.status_code == 200, result.text
    answer: dict[str, Any] = result.json
    return answer


def judged(cast: Cast, record: dict[str, Any], verb: str, body: Any = None) -> Any:
    return asked(cast, record, f"pending/{verb}", body, operator=True)


def withdrawn(cast: Cast, record: dict[str, Any]) -> Any:
    return asked(cast, record, "pending/withdraw")


def waiting(record: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What waits, by the names of the members: what is, and what is to be."""
    members = record["pending"]["members"] if record["pending"] else []
    return {one["name"]: (one["before"], one["after"]) for one in members}


def decisions(cast: Cast, record: dict[str, Any]) -> list[str]:
    steps = cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}/publication-steps").json["items"]
    return [one["decision"] for one in steps]


def authorize(cast: Cast, record: dict[str, Any], redirect_uri: str, scope: str = "openid") -> str:
    """Where a sign-in of somebody of another organization ends, or the page that it stops at."""
    with cast.world.store.read() as tx:
        application = tx.gate.application_by_client_id(record["client_id"])
    assert application is not None
    query = authorization_request(application, redirect_uri=redirect_uri) | {"scope": scope}
    person = cast.world.make.person(cast.other)
    seen = cast.world.client.simulate_get("/oauth/authorize", query_string=urlencode(query))
    if seen.status_code != 303:
        return seen.text
    return cast.world.browser().authorize(
        "/oauth/authorize?" + urlencode(query), email=person.email, password=person.password
    )


def test_widening_waits_while_the_approved_one_goes_on_working(cast: Cast) -> None:
    record = approved(cast)
    record = edited(cast, record, scopes=["openid", "email"], redirect_uris=[CALLBACK, ELSEWHERE])
    assert record["publication"] == "approved"
    assert waiting(record) == {
        "scopes": (["openid"], ["openid", "email"]),
        "redirect_uris": ([CALLBACK], [CALLBACK, ELSEWHERE]),
    }
    assert (record["scopes"], record["redirect_uris"]) == (["openid"], [CALLBACK])
    cast.world.product.poll()
    assert "code" in parse_qs(urlsplit(authorize(cast, record, CALLBACK)).query)
    assert not authorize(cast, record, ELSEWHERE).startswith(ELSEWHERE)
    assert "invalid_scope" in authorize(cast, record, CALLBACK, "email")
    record = judged(cast, record, "approve").json
    cast.world.product.poll()
    assert (waiting(record), record["scopes"]) == ({}, ["email", "openid"])
    assert "code" in parse_qs(urlsplit(authorize(cast, record, ELSEWHERE, "openid email")).query)
    assert sorted(decisions(cast, record)) == ["approved", "pending", "pending_approved", "submitted"]


def test_a_new_name_logo_and_address_wait(cast: Cast) -> None:
    wanted = {
        "name": "Your Bank",
        "logo_url": "https://bank.example.test/logo.png",
        "base_url": "https://bank.example.test/",
        "description": "Your bank's own application",
    }
    record = approved(cast)
    after = edited(cast, record, **wanted)
    assert {name: after[name] for name in wanted} == {name: record[name] for name in wanted}
    assert {name: pair[1] for name, pair in waiting(after).items()} == wanted


def test_narrowing_acts_at_once_and_so_does_the_narrow_half_of_a_change(cast: Cast) -> None:
    record = approved(cast, scopes=["openid", "email"], redirect_uris=[CALLBACK, CALLBACK + "/2"])
    record = edited(
        cast,
        record,
        scopes=["openid", "profile"],
        redirect_uris=[CALLBACK],
        pkce="required",
        access_token_lifetime=60,
    )
    assert (record["scopes"], record["redirect_uris"]) == (["openid"], [CALLBACK])
    assert record["access_token_lifetime"] == 60
    assert waiting(record) == {"scopes": (["openid"], ["openid", "profile"])}
    cast.world.product.poll()
    assert not authorize(cast, record, CALLBACK + "/2").startswith(CALLBACK)
    record = edited(cast, record, audience="own_organization", state="disabled")
    assert (record["effective_audience"], record["state"]) == ("own_organization", "disabled")


def test_further_edits_are_merged_and_what_is_taken_back_waits_no_more(cast: Cast) -> None:
    record = edited(cast, approved(cast), scopes=["openid", "email"])
    since = record["pending"]["since"]
    cast.world.advance(60)
    record = edited(cast, record, name="Orbit Two", notification_addresses=["new@orbit.example.test"])
    assert waiting(record).keys() == {"name", "scopes"}
    assert record["notification_addresses"] == ["new@orbit.example.test"]
    assert (record["pending"]["since"], record["pending"]["updated_at"] > since) == (since, True)
    record = edited(cast, record, scopes=["openid"])
    assert waiting(record).keys() == {"name"}
    record = edited(cast, record, name="Orbit")
    assert record["pending"] is None
    assert decisions(cast, record).count("pending") == 1


def test_an_operator_approves_what_was_read_and_nothing_later(cast: Cast) -> None:
    read = edited(cast, approved(cast), scopes=["openid", "email"])
    later = edited(cast, read, redirect_uris=[CALLBACK, ELSEWHERE])
    assert judged(cast, read, "approve").status_code == 412
    assert judged(cast, read, "reject", {"reasons": ["insecure"]}).status_code == 412
    assert withdrawn(cast, read).status_code == 412
    path = f"{APPLICATIONS}/{read['id']}/pending/approve"
    assert cast.as_operator("POST", path).status_code == 428
    assert judged(cast, later, "approve").json["redirect_uris"] == [CALLBACK, ELSEWHERE]


def test_what_was_submitted_is_approved_as_it_was_read(cast: Cast) -> None:
    read = taken(cast, made(cast), "submit", TERMS)
    swapped = edited(cast, read, redirect_uris=[ELSEWHERE], scopes=["openid", "email"])
    assert (swapped["publication"], swapped["pending"]) == ("submitted", None)
    assert asked(cast, read, "approve", operator=True).status_code == 412
    assert cast.as_operator("POST", f"{APPLICATIONS}/{read['id']}/approve").status_code == 428
    after = asked(cast, swapped, "approve", operator=True).json
    same = set(after) - {"publication", "version", "updated_at"}
    assert {name: after[name] for name in same} == {name: swapped[name] for name in same}


def test_a_rejection_leaves_what_was_approved_and_says_why(cast: Cast) -> None:
    record = edited(cast, approved(cast), name="Your Bank")
    wrong: list[dict[str, Any]] = [{"reasons": []}, {"reasons": ["other"]}, {"reasons": ["ugly"]}]
    for body in wrong:
        assert judged(cast, record, "reject", body).status_code == 422
    record = judged(cast, record, "reject", {"reasons": ["other"], "text": "You are no bank."}).json
    assert (record["publication"], record["name"], record["pending"]) == ("approved", "Orbit", None)
    step = next(
        one
        for one in cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}/publication-steps").json["items"]
        if one["decision"] == "pending_rejected"
    )
    assert (step["reasons"], step["text"]) == (["other"], "You are no bank.")
    told = cast.as_owner("GET", "/organizations/{own}/audit?action=application.reject_pending").json["items"]
    assert [one["before"]["pending"]["members"][0]["after"] for one in told] == ["Your Bank"]


def test_makers_withdraw_what_waits(cast: Cast) -> None:
    record = withdrawn(cast, edited(cast, approved(cast), name="Orbit Two")).json
    assert (record["publication"], record["pending"]) == ("approved", None)
    assert "pending_withdrawn" in decisions(cast, record)
    refused = [withdrawn(cast, record), judged(cast, record, "approve")]
    refused.append(judged(cast, record, "reject", {"reasons": ["insecure"]}))
    assert {(one.status_code, one.json["error_id"]) for one in refused} == {(409, "E-REVIEW-01")}


def test_operators_have_a_queue_of_what_waits(cast: Cast) -> None:
    approved(cast)
    record = edited(cast, approved(cast), name="Orbit Two")
    queue = cast.as_operator("GET", "/publications?state=pending").json["items"]
    # Lists do not look up who gets letters.
    row = {name: value for name, value in record.items() if name != "unheard_addresses"}
    assert queue == [row]
    listed = cast.as_operator("GET", "/publications?state=approved").json["items"]
    assert {one["id"]: one["pending"] for one in listed}[record["id"]] == record["pending"]
    assert len([one for one in listed if one["pending"]]) == 1
    own = cast.as_owner("GET", APPLICATIONS).json["items"]
    assert row in own
    assert cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json == record
    assert cast.as_owner("GET", "/publications?state=pending").status_code == 403


@pytest.mark.parametrize(("verb", "operator"), [("withdraw", False), ("reject", True)])
def test_a_publication_that_ends_takes_what_waits_with_it(cast: Cast, verb: str, operator: bool) -> None:
    record = edited(cast, approved(cast), name="Orbit Two", scopes=["openid", "email"])
    record = taken(cast, record, verb, {"reasons": ["insecure"]} if operator else None, operator=operator)
    assert record["pending"] is None
    record = taken(cast, taken(cast, record, "submit", TERMS), "approve", operator=True)
    assert (record["name"], record["scopes"], record["pending"]) == ("Orbit", ["openid"], None)


def test_what_was_open_before_keeps_what_it_has_and_reaches_no_further(cast: Cast) -> None:
    record = made(cast)
    require_approval(cast)
    record = edited(cast, record, name="Orbit Two", scopes=["openid", "email"], redirect_uris=[CALLBACK])
    assert (record["name"], record["effective_audience"]) == ("Orbit Two", "any_organization")
    assert waiting(record) == {"scopes": (["openid"], ["openid", "email"])}
    queue = cast.as_operator("GET", "/publications?state=pending").json["items"]
    assert [one["id"] for one in queue] == [record["id"]]
    record = judged(cast, record, "approve").json
    assert (record["publication"], record["scopes"]) == ("draft", ["email", "openid"])
    record = edited(cast, record, redirect_uris=[CALLBACK, ELSEWHERE], audience="own_organization")
    assert record["redirect_uris"] == [CALLBACK]
    record = edited(cast, record, redirect_uris=[CALLBACK, ELSEWHERE])
    assert (record["redirect_uris"], record["pending"]) == ([CALLBACK, ELSEWHERE], None)
    record = edited(cast, record, audience="any_organization")
    assert record["effective_audience"] == "own_organization"


def test_where_nothing_would_be_left_a_sentence_says_what_to_do(cast: Cast) -> None:
    record = approved(cast)
    refused = edit(cast, record, redirect_uris=[ELSEWHERE])
    assert refused.status_code == 422
    assert [(one["field"], one["id"]) for one in refused.json["errors"]] == [("redirect_uris", "E-REVIEW-02")]
    assert cast.as_owner("GET", f"{APPLICATIONS}/{record['id']}").json == record
    record = edited(cast, record, networks=["192.0.2.0/24"])
    refused = edit(cast, record, networks=["198.51.100.0/24"])
    assert [one["id"] for one in refused.json["errors"]] == ["E-REVIEW-02"]
    record = edited(cast, record, redirect_uris=[CALLBACK, ELSEWHERE], networks=[])
    assert waiting(record).keys() == {"redirect_uris", "networks"}
    record = judged(cast, record, "approve").json
    assert edited(cast, record, redirect_uris=[ELSEWHERE])["redirect_uris"] == [ELSEWHERE]


def test_archived_and_locked_applications_keep_what_waits(cast: Cast) -> None:
    record = edited(cast, approved(cast), name="Orbit Two")
    record = edited(cast, taken(cast, record, "archive"), archived=False)
    assert waiting(record).keys() == {"name"}
    path = f"{APPLICATIONS}/{record['id']}"
    record = cast.as_owner("DELETE", path, If_Match=f'"{record["version"]}"').json
    assert waiting(record).keys() == {"name"}
    locked = [judged(cast, record, "approve"), withdrawn(cast, record)]
    assert {(one.status_code, one.json["error_id"]) for one in locked} == {(409, "E-RECORD-05")}
    record = taken(cast, record, "enable")
    assert judged(cast, record, "approve").json["name"] == "Orbit Two"


def test_a_purge_takes_what_waits_with_it(cast: Cast) -> None:
    record = edited(cast, approved(cast), name="Orbit Two")
    cast.as_owner("DELETE", f"{APPLICATIONS}/{record['id']}", If_Match=f'"{record["version"]}"')
    cast.world.advance(31 * 86_400)
    assert cast.world.product.features.api.life_cycle.purge_due() == 1
    with cast.world.store.read() as tx:
        assert tx.organization(cast.own.id).pending_version(from_text(record["id"]) or 0) is None
        assert tx.platform.waiting_applications(after=0, limit=9) == ()


def test_approving_asks_the_organizations_that_installed_it(cast: Cast) -> None:
    record = approved(cast)
    path = f"/organizations/{to_text(cast.other.id)}/installations"
    grant = {"client_id": record["client_id"], "scopes": ["openid"]}
    installed = cast.as_operator("POST", path, grant).json
    record = edited(cast, record, scopes=["openid", "email"])
    place = f"{path}/{installed['id']}"
    assert cast.as_operator("GET", place).json["scopes_pending"] == []
    judged(cast, record, "approve")
    after = cast.as_operator("GET", place).json
    assert (after["scopes"], after["scopes_pending"]) == (["openid"], ["email"])


def test_there_is_one_pending_version_of_an_application_and_it_has_known_members(cast: Cast) -> None:
    record = approved(cast)
    for number in range(3):
        record = edited(cast, record, name=f"Orbit {number}")
    with cast.world.store.read() as tx:
        found = tx.organization(cast.own.id).pending_versions(0, 2**53)
        assert tx.organization(cast.other.id).pending_versions(0, 2**53) == ()
        assert tx.organization(cast.other.id).pending_version(found[0].application_id) is None
    assert [dict(one.members) for one in found] == [{"name": "Orbit 2"}]
    assert found[0].members.keys() <= MEMBERS.keys()
