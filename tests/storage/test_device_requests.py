"""Requests of devices in the store: found by their codes, slowed down, decided once, swept away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from grantway.core.devices import DeviceRequest, Poll
from grantway.core.model import SECOND
from grantway.core.ports import Store
from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

NOW = 1_795_255_200 * SECOND
REQUEST = DeviceRequest(
    key=b"\x00device",
    user_key=b"user",
    application_id=7,
    mount="standard",
    dialect="standard",
    scopes=("crm:read", "openid"),
    resources=("https://crm.example",),
    created_at=NOW,
    expires_at=NOW + 900 * SECOND,
    interval=5,
    next_poll_at=NOW + 5 * SECOND,
)
MINE: dict[str, Any] = {"application_id": 7, "dialect": "standard"}


def test_a_request_is_found_by_both_codes_while_it_lives(store: Store) -> None:
    bare = replace(REQUEST, key=b"bare", user_key=b"other", scopes=None, resources=())
    with store.begin() as tx:
        assert tx.gate.put_device_request(REQUEST)
        assert tx.gate.put_device_request(bare)
        assert not tx.gate.put_device_request(replace(REQUEST, key=b"new"))
        assert not tx.gate.put_device_request(replace(REQUEST, user_key=b"new"))
    with store.read() as tx:
        assert tx.gate.device_request(b"user", now=NOW) == REQUEST
        assert tx.gate.device_request_of(b"bare", now=NOW) == bare
        assert tx.gate.device_request(b"nobody", now=NOW) is None
        assert tx.gate.device_request(b"user", now=REQUEST.expires_at) is None
        assert tx.gate.device_request_of(REQUEST.key, now=REQUEST.expires_at) is None


def test_who_asks_too_soon_waits_longer_from_then_on(store: Store) -> None:
    """RFC 8628 §3.5: five seconds more for this and all further questions."""
    with store.begin() as tx:
        tx.gate.put_device_request(REQUEST)

    def poll(seconds: int, **changes: Any) -> Poll | None:
        with store.begin() as tx:
            return tx.gate.poll_device_request(REQUEST.key, **{**MINE, **changes}, now=NOW + seconds * SECOND)

    seen = [poll(seconds) for seconds in (5, 6, 16, 21, 31)]
    assert [(one.is_early, one.request.interval) for one in seen if one is not None] == [
        (False, 5),
        (True, 10),
        (False, 10),
        (True, 15),
        (True, 20),
    ]
    for changes in ({"application_id": 8}, {"dialect": "deeplynx"}):
        assert poll(60, **changes) is None


def test_a_request_is_decided_once_and_in_time(store: Store) -> None:
    with store.begin() as tx:
        tx.gate.put_device_request(REQUEST)
        assert tx.gate.decide_device_request(REQUEST.key, "allowed", now=REQUEST.expires_at) is None
        assert tx.gate.decide_device_request(REQUEST.key, "denied", now=NOW) == replace(
            REQUEST, state="denied"
        )
        assert not tx.gate.decide_device_request(REQUEST.key, "allowed", now=NOW)
        found = tx.gate.device_request(b"user", now=NOW)
    assert found == replace(REQUEST, state="denied")


def test_what_is_over_is_swept_away_in_portions(store: Store) -> None:
    with store.begin() as tx:
        for number in range(5):
            tx.gate.put_device_request(replace(REQUEST, key=b"%d" % number, user_key=b"u%d" % number))
    sweep = {"before": REQUEST.expires_at + 1, "limit": 3}
    with store.begin() as tx:
        assert tx.platform.delete_device_requests(before=REQUEST.expires_at, limit=3) == 0
        assert [tx.platform.delete_device_requests(**sweep) for _ in range(3)] == [3, 2, 0]


def test_nothing_is_lost_where_the_table_is_new(empty_url: str) -> None:
    """Revision 0031 on a database that was at work: codes that wait are redeemed, devices can begin."""
    with database_before(empty_url, "0031") as rows:
        rows.put("organizations", id=1, kind="tenant", slug="acme", state="enabled")
        rows.put(
            "artifacts",
            kind="code",
            key=b"code",
            payload=b"payload",
            expires_at=NOW + 1,
            application_id=7,
            organization_id=1,
            dialect="standard",
        )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.begin() as tx:
        assert tx.gate.put_device_request(REQUEST)
        assert tx.gate.spend_code(b"code", **MINE, now=NOW, kind="device") is None
        spent = tx.gate.spend_code(b"code", **MINE, now=NOW)
        assert spent is not None
        assert spent.payload == b"payload"
        tx.platform.withdraw_all_that_was_issued(now=NOW)
        assert tx.gate.device_request(b"user", now=NOW) is None
    store.close()


def test_whether_refresh_tokens_rotate_stays_as_it_was(empty_url: str) -> None:
    """What was said for the whole application is said for its standard mount, and goes for the others."""
    with database_before(empty_url, "0031") as rows:
        rows.put("organizations", id=1, kind="tenant", slug="acme", state="enabled")
        for number, said in enumerate(('{"refresh_policy":"stable","standard":{"pkce":"required"}}', "{}")):
            rows.put(
                "applications",
                id=number + 1,
                organization_id=1,
                client_id=f"client {number}",
                settings=said,
                notification_addresses="[]",
            )
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        stable, plain = (tx.gate.application(number) for number in (1, 2))
    assert stable is not None
    assert plain is not None
    assert stable.settings.standard.refresh_policy == "stable"
    assert stable.settings.at("deeplynx").refresh_policy == "stable"
    assert plain.settings.standard.refresh_policy == "rotate"
    store.close()
