"""What a higher rank stopped no lower undoes: operator, owner, admin, developer."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import SECOND
from grantway.core.service_accounts import GRANT_TYPE
from tests.api.cast import OF_TENANTS, Cast, Known
from tests.api.test_containment import act, path_of

HIGHEST_FIRST = ("operator", "owner", "admin", "developer")


def robot(cast: Cast) -> Known:
    make = cast.world.make
    application = make.application(
        cast.own, "backend", scopes=OF_TENANTS, settings={"grant_types": frozenset({GRANT_TYPE})}
    )
    account = make.service_account(cast.own, application, role="developer")
    answer = cast.world.token(
        application, make.secret(application), grant_type=GRANT_TYPE, service_account=to_text(account.id)
    )
    return Known("robot", answer.json["access_token"])


STOPS = {
    "disable": ("POST", "/disable", None, "enable", "stopped_by_rank"),
    "delete": ("DELETE", "", None, "enable", "stopped_by_rank"),
    "archive": ("POST", "/archive", None, "unarchive", "archived_by_rank"),
    "patch": ("PATCH", "", {"state": "disabled"}, "enable", "stopped_by_rank"),
    "put away": ("PATCH", "", {"archived": True}, "unarchive", "archived_by_rank"),
}


@pytest.mark.parametrize("stop", STOPS)
def test_an_undo_is_for_whoever_ranks_as_high(cast: Cast, stop: str) -> None:
    method, verb, body, undo, member = STOPS[stop]
    programs = {"machine": cast.caller("machine"), "robot": robot(cast)}
    for place, by in enumerate(HIGHEST_FIRST):
        made = cast.world.make.application(cast.own, scopes=("openid",))
        path = path_of(made)
        answered = act(cast, by, method, path, body, verb)
        assert answered.json[member] == by, answered.text
        if by != "developer":
            weaker: list[str | Known] = [*HIGHEST_FIRST[place + 1 :], *programs.values()]
            for lower in weaker:
                refused = act(cast, lower, "POST", path, verb="/" + undo)
                assert (refused.status_code, refused.json["error_id"]) == (403, "E-RECORD-19"), (by, lower)
                patch = {"state": "enabled"} if undo == "enable" else {"archived": False}
                refused = act(cast, lower, "PATCH", path, patch)
                assert (refused.status_code, refused.json["error_id"]) == (403, "E-RECORD-19"), (by, lower)
        done = act(cast, by, "POST", path, verb="/" + undo)
        assert (done.status_code, done.json[member]) == (200, None), done.text


def test_stopping_again_by_somebody_higher_makes_the_undo_theirs(cast: Cast) -> None:
    path = path_of(cast.world.make.application(cast.own, scopes=("openid",)))
    act(cast, "developer", "POST", path, verb="/disable")
    assert act(cast, "owner", "POST", path, verb="/disable").json["stopped_by_rank"] == "owner"
    assert act(cast, "developer", "POST", path, verb="/disable").json["stopped_by_rank"] == "owner"
    assert act(cast, "operator", "PATCH", path, {"name": "Renamed"}).json["stopped_by_rank"] == "owner"
    assert act(cast, "admin", "DELETE", path).json["stopped_by_rank"] == "owner", (
        "a deletion keeps the rank below it"
    )
    assert act(cast, "admin", "POST", path, verb="/enable").status_code == 403
    assert act(cast, "owner", "POST", path, verb="/enable").status_code == 200


def test_what_was_stopped_before_ranks_existed_anybody_undoes(cast: Cast) -> None:
    old = cast.world.make.application(cast.own, scopes=("openid",), state="disabled", archived_at=7 * SECOND)
    assert act(cast, "developer", "POST", path_of(old), verb="/enable").status_code == 200
    assert act(cast, "developer", "POST", path_of(old), verb="/unarchive").status_code == 200


def sibling(cast: Cast, kind: str) -> str:
    """A record of the own organization that can be stopped."""
    make, place = cast.world.make, f"/organizations/{to_text(cast.own.id)}"
    if kind == "member":
        return f"{place}/members/{to_text(make.person(cast.own, role='member').id)}"
    if kind == "service account":
        return f"{place}/service-accounts/{to_text(make.service_account(cast.own).id)}"
    if kind == "webhook":
        return f"{place}/webhooks/{to_text(make.webhook(cast.own).id)}"
    installed = make.installation(make.application(cast.vendor), cast.own)
    return f"{place}/installations/{to_text(installed.id)}"


@pytest.mark.parametrize("kind", ["member", "service account", "webhook", "installation"])
def test_its_siblings_keep_the_same_rule(cast: Cast, kind: str) -> None:
    off = {"state": "suspended" if kind == "installation" else "disabled"}
    on = {"state": "active" if kind == "installation" else "enabled"}
    for by, lower in (("operator", "owner"), ("owner", "admin")):
        path = sibling(cast, kind)
        assert act(cast, by, "PATCH", path, off).json["stopped_by_rank"] == by
        refused = act(cast, lower, "PATCH", path, on)
        assert (refused.status_code, refused.json["error_id"]) == (403, "E-RECORD-19"), refused.text
        assert act(cast, by, "PATCH", path, on).json["stopped_by_rank"] is None


def test_a_member_whom_a_higher_rank_disabled_is_not_removed_and_added_again(cast: Cast) -> None:
    path = sibling(cast, "member")
    assert act(cast, "owner", "PATCH", path, {"state": "disabled"}).status_code == 200
    for lower in ("admin", "machine"):
        refused = act(cast, lower, "DELETE", path)
        assert (refused.status_code, refused.json["error_id"]) == (403, "E-RECORD-19")
    assert act(cast, "owner", "DELETE", path).status_code == 204


def test_what_a_higher_rank_ended_no_lower_lets_in_again(cast: Cast) -> None:
    """A revoked installation is not granted anew, asked for and granted, nor its members' sign-ins unblocked."""
    make, place = cast.world.make, f"/organizations/{to_text(cast.own.id)}"
    made = make.application(cast.vendor, audience_effective="any_organization", scopes=("openid",))
    installed = make.installation(made, cast.own)
    path, offer = (
        f"{place}/installations/{to_text(installed.id)}",
        {"client_id": made.client_id, "scopes": ["openid"]},
    )
    assert act(cast, "operator", "DELETE", path).json["stopped_by_rank"] == "operator"
    for lower in ("owner", "admin", "machine"):
        assert cast.call(cast.caller(lower), "POST", place + "/installations", offer).status_code == 403
        assert act(cast, lower, "PATCH", path, {"members": "ask"}).status_code == 403
    asked = cast.as_owner("POST", place + "/installation-requests", {"client_id": made.client_id})
    assert (asked.json["state"], asked.json["stopped_by_rank"]) == ("requested", "operator")
    assert act(cast, "owner", "PATCH", path, {"state": "active"}).status_code == 403
    granted = act(cast, "operator", "PATCH", path, {"state": "active"})
    assert (granted.status_code, granted.json["stopped_by_rank"]) == (200, None), granted.text
