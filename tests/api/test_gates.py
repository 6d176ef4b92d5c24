"""The gate of an organization and the platform's bound, as the management API and the command take them."""

from __future__ import annotations

from typing import Any

import falcon.testing
import pytest

from grantway.core import errors
from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.api.cast import Cast


def patched(cast: Cast, path: str, caller: str = "owner", **changes: Any) -> falcon.testing.Result:
    """Change the record at a path as somebody who just read it as an operator."""
    path = path.replace("{own}", to_text(cast.own.id))
    read = cast.as_operator("GET", path)
    return cast.call(cast.caller(caller), "PATCH", path, changes, If_Match=f'"{read.json["version"]}"')


def problems(answer: falcon.testing.Result) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["field"]: one["id"] for one in answer.json["errors"]}


def test_an_admin_chooses_the_gate_and_nobody_below(cast: Cast) -> None:
    for caller, status in (("owner", 200), ("admin", 200), ("developer", 403), ("member", 403)):
        answer = patched(cast, "/organizations/{own}", caller, gate="reviewed")
        assert answer.status_code == status, caller
    assert cast.as_owner("GET", "/organizations/{own}").json["gate"] == "reviewed"
    with cast.world.store.read() as tx:
        lines = tx.organization(cast.own.id).audit(AuditQuery(action="organization.update"))
    changed = '{{"gate":"{0}","gate_effective":"{0}","version":{1}}}'
    assert (changed.format("any", 1), changed.format("reviewed", 2)) in {
        (line.before, line.after) for line in lines
    }


def test_a_new_organization_gets_what_the_platform_gives(cast: Cast) -> None:
    made = cast.as_operator("POST", "/organizations", {"name": "New"})
    assert (made.json["gate"], made.json["gate_effective"]) == ("reviewed", "reviewed")
    assert patched(cast, "/policy", "operator", default_gate="installed").status_code == 200
    assert cast.as_operator("POST", "/organizations", {"name": "Newer"}).json["gate"] == "installed"
    chosen = cast.as_operator("POST", "/organizations", {"name": "Own", "gate": "any"})
    assert (chosen.status_code, chosen.json["gate"]) == (201, "any")
    listed = cast.as_operator("GET", "/organizations?gate=installed")
    assert [one["name"] for one in listed.json["items"]] == ["Newer"]


@pytest.mark.parametrize("caller", ["owner", "operator"])
def test_the_bound_holds_for_everybody_and_what_was_chosen_before_counts_no_looser(
    cast: Cast, caller: str
) -> None:
    assert patched(cast, "/policy", "operator", least_gate="reviewed").status_code == 200
    answer = cast.as_owner("GET", "/organizations/{own}")
    assert (answer.json["gate"], answer.json["gate_effective"]) == ("any", "reviewed")
    # What stays as it was is no choice, so other members can be changed.
    assert patched(cast, "/organizations/{own}", caller, time_zone="Europe/Berlin").status_code == 200
    assert patched(cast, "/organizations/{own}", caller, gate="reviewed").status_code == 200
    refused = patched(cast, "/organizations/{own}", caller, gate="any")
    assert problems(refused) == {"gate": errors.FIELD_GATE_REVIEWED.id}
    raised = patched(cast, "/policy", "operator", least_gate="installed", default_gate="installed")
    assert raised.status_code == 200
    # The console is of somebody else, and nobody installed it: its tokens are dead here.
    assert cast.as_owner("GET", "/organizations/{own}").status_code == 401
    refused = patched(cast, "/organizations/{own}", "operator", gate="any")
    assert problems(refused) == {"gate": errors.FIELD_GATE_INSTALLED.id}
    new = cast.as_operator("POST", "/organizations", {"name": "New", "gate": "reviewed"})
    assert problems(new) == {"gate": errors.FIELD_GATE_INSTALLED.id}
    assert problems(patched(cast, "/organizations/{own}", "operator", gate="none")) == {
        "gate": errors.FIELD_UNKNOWN_VALUE.id
    }


def test_the_policy_takes_what_makes_sense_together_and_is_an_operators_act(cast: Cast) -> None:
    assert patched(cast, "/policy", "owner", default_gate="any").status_code == 403
    assert patched(cast, "/policy", "operator_without_platform", default_gate="any").status_code == 403
    wrong = patched(cast, "/policy", "operator", least_gate="installed")
    assert problems(wrong) == {"default_gate": errors.FIELD_GATE_INSTALLED.id}
    wrong = patched(cast, "/policy", "operator", least_gate="some", default_gate="none")
    assert set(problems(wrong)) == {"least_gate", "default_gate"}
    for mounts, wrong_at in (
        (["standard"], "open_mounts[0]"),
        (["nexus211", "nowhere"], "open_mounts[1]"),
        (["nexus211", "nexus211"], "open_mounts[1]"),
    ):
        answer = patched(cast, "/policy", "operator", open_mounts=mounts)
        assert set(problems(answer)) == {wrong_at}, mounts
    opened = patched(cast, "/policy", "operator", open_mounts=["nexus211"])
    assert (opened.status_code, opened.json["open_mounts"]) == (200, ["nexus211"])
    with cast.world.store.read() as tx:
        (line,) = tx.platform.audit(AuditQuery(action="policy.update"))
    assert (line.before, '"nexus211"' in (line.after or "")) == ('{"open_mounts":[],"version":1}', True)


def test_the_server_s_own_scopes_are_harmless_only_where_they_say_who_somebody_is(cast: Cast) -> None:
    catalogue = cast.world.services.directory.catalogue()
    assert {value for value, scope in catalogue.scopes.items() if scope.risk == "low"} == {
        "openid",
        "profile",
        "email",
        "address",
        "phone",
    }
    apis = {api.builtin: api for api in catalogue.apis.values() if api.builtin}
    for value in ("offline_access", "platform", "openid"):
        scope = catalogue.scopes[value]
        owner = to_text(apis["identity"].organization_id)
        path = f"/organizations/{owner}/apis/{to_text(scope.api_id)}/scopes/{to_text(scope.id)}"
        refused = cast.as_operator("PATCH", path, {"risk": "low"}, If_Match='"1"')
        assert (refused.status_code, refused.json["error_id"]) == (409, errors.RECORD_PLATFORM.id)
