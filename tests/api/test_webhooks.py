"""Webhooks as people and programs manage them: what is taken, what is shown, what is kept."""

from __future__ import annotations

import json
from typing import Any

from grantway.core.identifiers import to_text
from grantway.core.notices import EVENTS
from grantway.core.outgoing import NotSent, Outside, Request, Response
from grantway.core.secrets import WEBHOOK_SECRET_PREFIX
from grantway.features.notices.signing import secrets_of
from grantway.features.notices.webhooks import MOST_WEBHOOKS
from tests.api.cast import Cast, cast_of
from tests.kit.world import World, settings_of

HOOKS = "/organizations/{own}/webhooks"
URL = "https://hooks.example.test/grantway"


def made(cast: Cast, **body: Any) -> dict[str, Any]:
    answer = cast.as_owner("POST", HOOKS, {"url": URL, **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def test_a_secret_is_shown_once_and_known_to_those_who_look_for_leaks(cast: Cast) -> None:
    webhook = made(cast, label="deployments", events=["secret.issued", "application.created"])
    assert webhook["secret"].startswith(WEBHOOK_SECRET_PREFIX)
    assert webhook["events"] == ["application.created", "secret.issued"]
    shown = cast.as_owner("GET", f"{HOOKS}/{webhook['id']}")
    listed = cast.as_owner("GET", HOOKS)
    log = cast.as_owner("GET", "/organizations/{own}/audit", None)
    for answer in (shown, listed, log):
        assert answer.status_code == 200, answer.text
        assert webhook["secret"] not in answer.text
    assert {"secret": webhook["secret"], **shown.json} == webhook
    assert "webhook.create" in log.text


NO_ADDRESSES = (
    "",
    "hooks.example.test",
    "http://hooks.example.test/",
    "http://127.0.0.1:8000/",
    "ftp://hooks.example.test/",
    "https://",
    "https://user:word@hooks.example.test/",
    "https://hooks.example.test/#part",
    "https://hooks.example.test/a b",
    "https://hooks.example.test/\r\nX: y",
    "https://*.example.test/",
    "javascript:alert(1)",
    "https://hooks.example.test/" + "a" * 2_000,
)


def test_an_address_that_is_none_for_a_webhook_is_refused(cast: Cast) -> None:
    for url in NO_ADDRESSES:
        answer = cast.as_owner("POST", HOOKS, {"url": url})
        assert answer.status_code == 422, (url, answer.text)
        assert [one["field"] for one in answer.json["errors"]] == ["url"]
    assert cast.as_owner("GET", HOOKS).json["items"] == []


def test_on_this_very_machine_only_where_operators_allow_it(store_url: str) -> None:
    world = World(settings_of(store_url, outbound_networks="127.0.0.0/8"))
    cast = cast_of(world)
    assert made(cast, url="http://127.0.0.1:8000/hook")["url"] == "http://127.0.0.1:8000/hook"
    assert cast.as_owner("POST", HOOKS, {"url": "http://10.0.0.1/"}).status_code == 422
    world.close()


def test_every_problem_is_named_at_once(cast: Cast) -> None:
    foreign = cast.world.make.application(cast.other)
    body = {
        "url": "http://x",
        "events": ["secret.issued", "nonsense", "secret.issued"],
        "label": "a\nb",
        "state": "broken",
        "application_id": to_text(foreign.id),
    }
    answer = cast.as_owner("POST", HOOKS, body)
    assert answer.status_code == 422
    named = {one["field"] for one in answer.json["errors"]}
    assert named == {"url", "events[1]", "events[2]", "label", "state", "application_id"}
    assert "nonsense" not in answer.text


def test_there_are_so_many_for_everything_and_for_each_application(cast: Cast) -> None:
    application = cast.world.make.application(cast.own)
    for _ in range(MOST_WEBHOOKS):
        cast.world.make.webhook(cast.own)
    assert cast.as_owner("POST", HOOKS, {"url": URL}).json["error_id"] == "E-RECORD-15"
    made(cast, application_id=to_text(application.id))


def test_a_webhook_is_changed_and_starts_afresh_when_it_is_enabled(cast: Cast) -> None:
    webhook = cast.world.make.webhook(cast.own, state="disabled", failures=7, disabled_reason="failing")
    path = f"{HOOKS}/{to_text(webhook.id)}"
    for verb in ("test", f"deliveries/{to_text(cast.world.make.delivery(webhook).id)}/replay"):
        refused = cast.as_owner("POST", f"{path}/{verb}")
        assert (refused.status_code, refused.json["error_id"]) == (409, "E-WEBHOOK-03")
    assert cast.as_owner("PATCH", path, {"state": "enabled"}, If_Match='"7"').status_code == 412
    changed = cast.as_owner("PATCH", path, {"state": "enabled", "events": [EVENTS[0]]}, If_Match='"1"')
    assert changed.status_code == 200, changed.text
    assert (changed.json["failures"], changed.json["disabled_reason"]) == (0, None)
    assert changed.headers["etag"] == '"2"'
    assert cast.as_owner("DELETE", path, If_Match='"2"').status_code == 204
    assert cast.as_owner("GET", path).status_code == 404


class Reluctant:
    """A receiver that is late, then busy, then there."""

    def __init__(self) -> None:
        self.seen: list[Request] = []

    def post(self, request: Request) -> Response:
        self.seen.append(request)
        if len(self.seen) == 1:
            raise NotSent("timeout")
        return Response(503, b"internal-secret-text") if len(self.seen) == 2 else Response(204, b"")


def test_the_log_of_deliveries_tells_how_and_never_what_was_answered(store_url: str) -> None:
    """V130: of what a receiver says nothing is kept but the status."""
    caller = Reluctant()
    world = World(settings_of(store_url), outside=Outside(caller))
    cast = cast_of(world)
    webhook = made(cast)
    path = f"{HOOKS}/{webhook['id']}"
    asked = cast.as_owner("POST", f"{path}/test")
    assert asked.status_code == 200, asked.text

    def log() -> dict[str, Any]:
        answer = cast.as_owner("GET", f"{path}/deliveries")
        assert "internal-secret-text" not in answer.text
        (item,) = answer.json["items"]
        return dict(item)

    assert (log()["state"], log()["attempts"]) == ("pending", 0)
    for attempt, (status, problem) in enumerate(((None, "timeout"), (503, "status"), (204, None)), start=1):
        while world.product.outbox.step():
            pass
        item = log()
        assert (item["attempts"], item["last_status"], item["last_problem"]) == (attempt, status, problem)
        world.advance(30)
    assert log()["state"] == "delivered"
    assert log()["next_attempt_at"] is None

    again = cast.as_owner("POST", f"{path}/deliveries/{log()['id']}/replay")
    assert (again.status_code, again.json["state"]) == (200, "pending")
    while world.product.outbox.step():
        pass
    first, last = caller.seen[0], caller.seen[-1]
    assert len(caller.seen) == 4
    assert (first.headers["webhook-id"], first.body) == (last.headers["webhook-id"], last.body)
    assert first.headers["webhook-id"] == asked.json["message_id"]
    assert json.loads(first.body)["type"] == "webhook.test"
    world.close()


def test_deliveries_are_paged_newest_first(cast: Cast) -> None:
    webhook = cast.world.make.webhook(cast.own)
    made_ids = []
    for _ in range(5):
        made_ids.append(to_text(cast.world.make.delivery(webhook).id))
        cast.world.advance(1)
    path, seen, cursor = f"{HOOKS}/{to_text(webhook.id)}/deliveries", list[str](), ""
    while True:
        page = cast.as_owner("GET", path + "?limit=2" + cursor).json
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made_ids[::-1]


def test_secrets_of_webhooks_follow_a_new_root_key(cast: Cast) -> None:
    """What is sealed can be opened after the root key was changed and the old one is gone."""
    webhook = made(cast)
    rotated = cast.as_owner("POST", f"{HOOKS}/{webhook['id']}/rotate").json
    world, new = cast.world, "-_8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    old = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    both = World(settings_of(world.settings.database_url, root_keys=f"{new},{old}"), clock=world.clock)
    while both.product.housekeeping.step().resealed:
        pass
    both.close()
    alone = World(settings_of(world.settings.database_url, root_keys=new), clock=world.clock)
    with alone.store.read() as tx:
        (stored,) = tx.organization(cast.own.id).webhooks()
        target = tx.platform.target_of(stored.id)
    assert target is not None
    opened = secrets_of(alone.services.sealer, target[1], now=world.clock.now())
    assert [one.reveal() for one in opened] == [rotated["secret"], webhook["secret"]]
    alone.close()
