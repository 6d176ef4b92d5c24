"""The audit log through the API: every change is told, no secret is, and nothing happens untold."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import falcon.testing
import pytest

from grantway.core.audit import AT_THE_MACHINE, Actor, AuditQuery
from grantway.core.identifiers import from_text, to_text
from grantway.core.ports import Tx
from grantway.edges.web.operations import SHOWN_ONCE, Audited, Call
from grantway.edges.web.records.operations import ALL
from grantway.edges.web.records.recording import Recorder
from grantway.features.audit import Act, AuditLog, difference
from tests.api.cast import Cast
from tests.api.matrix import (
    OF_MEMBERS,
    OF_PEOPLE_OF_THE_OWNER,
    Cell,
    body_of,
    cells,
    expected,
    path_of,
    publication_for,
    version_of,
)

APPLICATIONS = "/organizations/{own}/applications"
AUDIT = "/organizations/{own}/audit"
DRAFT = {"type": "backend", "name": "Orbit"}
WINDOW = "since=2026-11-21T00:00:00Z&until=2026-11-22T00:00:00Z"


def told(cast: Cast, query: str = "") -> list[dict[str, Any]]:
    result = cast.as_owner("GET", AUDIT + query)
    assert result.status_code == 200, result.text
    items: list[dict[str, Any]] = result.json["items"]
    return items


def test_a_change_is_told_with_who_what_and_from_where(cast: Cast) -> None:
    made = cast.as_owner("POST", APPLICATIONS, DRAFT).json
    place = f"{APPLICATIONS}/{made['id']}"
    changed = cast.as_owner("PATCH", place, {"name": "Orbit Two"}, If_Match='"1"')
    assert changed.status_code == 200
    me = cast.as_owner("GET", "/me").json
    by_action = {one["action"]: one for one in told(cast)}
    update, create = by_action["application.update"], by_action["application.create"]
    assert (update["target_kind"], update["target_id"]) == ("application", made["id"])
    assert update["organization_id"] == to_text(cast.own.id)
    assert (update["actor_kind"], update["user_id"]) == ("user", me["user"]["id"])
    assert update["application_id"] == me["application"]["id"]
    assert update["address"] == "192.0.2.7"
    assert update["request_id"]
    assert update["before"] == {"name": "Orbit", "version": 1}
    assert update["after"] == {"name": "Orbit Two", "version": 2}
    # Who gets letters is looked up for the answer, and is no part of the record.
    stored = {name: value for name, value in made.items() if name != "unheard_addresses"}
    assert (create["before"], create["after"]) == (None, stored)


def test_every_operation_that_changes_something_is_told_and_nothing_that_is_shown_once(cast: Cast) -> None:
    """Each is done by an operator, or by an owner where operators may not; its line holds no secret.

    What concerns a second organization is told there, too, in other words.
    """
    once: set[str] = set()
    cast.world.make.api(None, "global")
    for operation in ALL:
        if operation.audit is None:
            continue
        name = "owner" if operation.id in OF_PEOPLE_OF_THE_OWNER | OF_MEMBERS else "operator"
        cell = next(one for one in cells(cast, operation) if one.caller.name == name and one.target == "own")
        assert expected(cell, cast.own.id, cast.other.id) < 400
        known = set(lines(cast))
        result = ask(cast, cell)
        assert result.status_code == operation.status, (operation.id, result.text)
        (line, *others) = sorted(set(lines(cast)) - known, key=lambda one: one.actor_kind, reverse=True)
        assert line.action == operation.audit.action
        assert all(one.actor_kind == "server" for one in others)
        assert all(one.organization_id not in {None, line.organization_id} for one in others)
        assert line.target_id
        if result.text:
            once |= {value for name, value in result.json.items() if name in SHOWN_ONCE and value}
    assert len(once) >= 3
    text = repr(lines(cast))
    assert [secret for secret in once if secret in text or secret.rpartition("=")[2] in text] == []


def lines(cast: Cast) -> Any:
    with cast.world.store.read() as tx:
        return tx.platform.audit(AuditQuery(limit=10_000))


def ask(cast: Cast, cell: Cell) -> falcon.testing.Result:
    operation = cell.operation
    own = cast.records(cast.own, publication_for(operation))
    if operation.id == "deleteOrganization":
        own = cast.empty_organization()
    headers = {"If_Match": version_of(cell, own, own)} if operation.is_conditional else {}
    body = body_of(cell, own, own)
    return cast.call(cell.caller, operation.method, path_of(cell, own, own), body, **headers)


def test_a_create_that_is_repeated_is_told_once(cast: Cast) -> None:
    for _ in range(3):
        assert cast.as_owner("POST", APPLICATIONS, DRAFT, Idempotency_Key="order-1").status_code == 201
    assert len(told(cast, "?action=application.create")) == 1


class Silent(AuditLog):
    """A log that cannot be written."""

    def record(self, tx: Tx, actor: Actor, act: Act) -> None:
        raise OSError("no space left")


def test_what_cannot_be_told_is_not_done(cast: Cast) -> None:
    world = cast.world
    features = world.product.features.api
    recorder = Recorder(replace(features, audit=Silent(world.services)))
    records = cast.records(cast.own)
    application_id = from_text(records.ids["application_id"])
    assert application_id is not None
    operation = next(one for one in ALL if one.id == "disableApplication")
    token = features.verifier.bearer(bearer_of(cast), audience=world.issuer + "/api/v1")
    from grantway.edges.api.pipeline import caller_of

    def perform(tx: Tx) -> None:
        call = Call(
            tx=tx,
            token=token,
            caller=caller_of(token),
            organization_id=cast.own.id,
            ids={"organization_id": cast.own.id, "application_id": application_id},
            version=1,
        )
        recorder.perform(operation, call, AT_THE_MACHINE)

    with pytest.raises(OSError, match="no space"), world.store.begin() as tx:
        perform(tx)
    with world.store.read() as tx:
        stored = tx.gate.application(application_id)
    assert stored is not None
    assert (stored.state, stored.version) == ("enabled", 1)


def bearer_of(cast: Cast) -> Any:
    from grantway.core.messages import BearerRequest, Origin

    token = cast.caller("owner").token
    return BearerRequest(Origin("standard", "standard", "127.0.0.1"), token)


def test_whoever_may_not_read_a_record_may_change_it_and_is_told_of(cast: Cast) -> None:
    """The log reads what was there before, and tells it only to those who may read the log."""
    make = cast.world.make
    application = make.application(cast.own, "backend", scopes=("applications:write",), name="Writer")
    token = cast.world.machine_token(application, make.secret(application))
    target = make.application(cast.own, "backend", scopes=(), name="Target")
    path = f"/organizations/{to_text(cast.own.id)}/applications/{to_text(target.id)}"
    anonymous = cast.caller("anonymous")
    headers = {"Authorization": f"Bearer {token}", "If_Match": '"1"'}
    assert cast.call(anonymous, "POST", path + "/disable", **headers).status_code == 200
    (line,) = told(cast, "?action=application.disable")
    assert (line["actor_kind"], line["user_id"]) == ("application", None)
    assert line["application_id"] == to_text(application.id)
    assert (line["before"]["state"], line["after"]["state"]) == ("enabled", "disabled")


def test_the_log_is_read_page_by_page_and_found_by_filters(cast: Cast) -> None:
    made = [cast.as_owner("POST", APPLICATIONS, DRAFT | {"name": f"Orbit {n}"}).json["id"] for n in range(5)]
    cast.as_owner("POST", f"{APPLICATIONS}/{made[0]}/secrets", {})
    seen: list[str] = []
    path, cursor = AUDIT + "?action=application.&limit=2", ""
    while True:
        page = cast.as_owner("GET", path + cursor).json
        seen += [one["target_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(made)
    assert [one["action"] for one in told(cast, f"?target={made[0]}")] == ["application.create"]
    user = cast.as_owner("GET", "/me").json["user"]["id"]
    # Five applications, one secret, and that the owner signed in.
    assert len(told(cast, f"?actor={user}")) == 7
    assert told(cast, "?actor=3xKnown9") == told(cast, "?actor=%21") == []
    assert told(cast, "?until=2026-11-21T10:00:00Z") == []
    assert len(told(cast, "?since=2026-11-21T10:00:00Z")) == 7
    cast.world.advance(60)
    cast.as_owner("POST", APPLICATIONS, DRAFT)
    assert len(told(cast, "?since=2026-11-21T10:00:30%2B00:00")) == 1
    assert told(cast)[0]["at"] == "2026-11-21T10:01:00Z"
    for wrong in ("yesterday", "2026-11-21", "2026-11-21T10:00:00"):
        refused = cast.as_owner("GET", f"{AUDIT}?since={wrong}")
        assert [one["id"] for one in refused.json["errors"]] == ["E-FIELD-34"], wrong


def test_an_export_is_one_line_per_act_within_a_time(cast: Cast) -> None:
    for number in range(3):
        cast.as_owner("POST", APPLICATIONS, DRAFT | {"name": f"Orbit {number}"})
    by_name = cast.as_owner("GET", f"{AUDIT}?format=ndjson&{WINDOW}")
    by_type = cast.as_owner("GET", f"{AUDIT}?{WINDOW}", Accept="application/x-ndjson")
    assert by_name.headers["content-type"] == by_type.headers["content-type"] == "application/x-ndjson"
    assert by_name.text == by_type.text
    assert [json.loads(line) for line in by_name.text.splitlines()] == told(cast)
    first = cast.as_owner("GET", f"{AUDIT}?format=ndjson&{WINDOW}&limit=2")
    cursor = first.headers["next-cursor"]
    rest = cast.as_owner("GET", f"{AUDIT}?format=ndjson&{WINDOW}&limit=2&cursor={cursor}")
    assert first.text + rest.text == by_name.text
    assert "next-cursor" not in rest.headers
    far = "since=2026-10-01T00:00:00Z&until=2026-11-22T00:00:00Z"
    back = "since=2026-11-22T00:00:00Z&until=2026-11-21T00:00:00Z"
    for query in ("", "&since=2026-11-21T00:00:00Z", f"&{far}", f"&{back}"):
        refused = cast.as_owner("GET", f"{AUDIT}?format=ndjson{query}")
        assert refused.status_code == 422, query
        assert refused.headers["content-type"] == "application/problem+json"
    assert cast.as_owner("GET", AUDIT + "?format=csv").status_code == 422


def test_operators_read_everything_and_others_their_own(cast: Cast) -> None:
    cast.as_owner("POST", APPLICATIONS, DRAFT)
    made = cast.as_operator("POST", "/users", {"email": "new@people.example.test", "name": "New"}).json
    everything = cast.as_operator("GET", "/audit").json["items"]
    of_the_start = {"application.keep", "voucher.give"}
    done = {"application.create", "user.create", "sign_in.succeed"}
    assert {one["action"] for one in everything} == done | of_the_start
    user = next(one for one in everything if one["action"] == "user.create")
    assert (user["organization_id"], user["target_id"]) == (None, made["id"])
    assert sorted(one["action"] for one in told(cast)) == ["application.create", "sign_in.succeed"]
    assert cast.as_owner("GET", "/audit").status_code == 403
    developer = cast.caller("developer")
    path = AUDIT.replace("{own}", to_text(cast.own.id))
    assert cast.call(developer, "GET", path).status_code == 403


def test_actions_are_named_once_and_after_their_target() -> None:
    told = [operation.audit for operation in ALL if operation.audit is not None]
    # One act has one name, whether an organization does it or the platform: the line says who.
    about = {(one.action, one.record) for one in told}
    assert len({action for action, _ in about}) == len(about)
    repeated = [action for action, times in Counter(one.action for one in told).items() if times > 1]
    assert sorted(repeated) == ["voucher.give", "voucher.revoke"]
    with pytest.raises(ValueError, match="an action is"):
        Audited(action="Create User", target="id")


def test_what_is_shown_once_cannot_be_audited() -> None:
    for operation in ALL:
        if operation.answer is not None and SHOWN_ONCE.intersection(operation.answer.__struct_fields__):
            with pytest.raises(ValueError, match="shown only once"):
                Audited(action="thing.create", target="id", record=operation.answer)


def test_of_a_change_the_members_that_differ_are_told() -> None:
    assert difference({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3, "c": None})
    assert difference(None, {"a": 1}) == (None, {"a": 1})
    assert difference({"a": 1}, None) == ({"a": 1}, None)
    assert difference(None, None) == (None, None)
