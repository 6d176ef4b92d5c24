"""What the migration to ends of sessions does to a database that was at work before it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from grantway.core.model import UserConsent
from grantway.core.ports import Store
from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

ANN, ACME, PORTAL, NOW = 201, 101, 401, 1_000
SESSION, OTHER = 801, 802


def fill(url: str) -> None:
    """Ann is signed in twice; a code waits and a grant lives in the one session. Once she took something back."""
    with database_before(url, "0016") as rows:
        rows.put("organizations", id=ACME, kind="tenant", slug="acme", state="enabled", epoch=1, version=1)
        rows.put("applications", id=PORTAL, organization_id=ACME, client_id="portal", state="enabled")
        rows.put("users", id=ANN, state="enabled", epoch=1, version=1)
        place = {"user_id": ANN, "application_id": PORTAL, "organization_id": ACME}
        rows.put("consents", **place, scopes='["openid"]', granted_at=5, revoked_at=7)
        code = {"application_id": PORTAL, "organization_id": ACME, "dialect": "standard"}
        for kind, name, session in (
            ("session", "id", SESSION),
            ("session", "id", OTHER),
            ("code", "session_id", SESSION),
        ):
            rows.put(
                "artifacts",
                kind=kind,
                key=b"%s %d" % (kind.encode(), session),
                payload=json.dumps({name: session, "x": 1}).encode(),
                subject=ANN,
                expires_at=NOW + 1,
                **(code if kind == "code" else {}),
            )
        rows.put("artifacts", kind="pending", key=b"p", payload=b"\xff\x00", expires_at=NOW + 1)
        rows.put(
            "grants",
            id=901,
            **{name: value for name, value in place.items() if name != "user_id"},
            subject_kind="user",
            subject_id=ANN,
            scopes='["offline_access","openid"]',
            resources="[]",
            methods="[]",
            epochs='{"application":1,"organization":1,"user":1,"membership":1}',
            state="live",
            expires_at=NOW + 1,
            session_id=SESSION,
        )


@pytest.fixture
def store(empty_url: str) -> Store:
    fill(empty_url)
    migrate(empty_url)
    return open_store(empty_url)


def test_what_was_given_before_ends_with_its_session_too(store: Store) -> None:
    with store.begin() as tx:
        for session in (SESSION, OTHER):
            found = tx.gate.artifact("session", b"session %d" % session, now=NOW)
            assert found is not None
            assert found.session_id == session
        assert tx.gate.artifact("pending", b"p", now=NOW) is not None
        assert tx.gate.sessions_of_user(ANN, now=NOW) == {SESSION, OTHER}
        tx.gate.end_session(SESSION, ends_offline=False, now=NOW)
        assert tx.gate.artifact("session", b"session %d" % OTHER, now=NOW) is not None
        assert tx.gate.artifact("session", b"session %d" % SESSION, now=NOW) is None
        assert tx.gate.spend_code(b"code 801", application_id=PORTAL, dialect="standard", now=NOW) is None
        grant = tx.gate.grant(901)
        assert grant is not None
        assert (grant.state, grant.epochs.consent) == ("live", 0)
        tx.gate.end_session(SESSION, ends_offline=True, now=NOW)
        ended = tx.gate.grant(901)
        assert ended is not None
        assert ended.state == "revoked"
    store.close()


def test_what_was_withdrawn_before_counts_from_nought(store: Store) -> None:
    with store.begin() as tx:
        before = tx.gate.consent(ANN, PORTAL, ACME)
        assert before is not None
        assert replace(before, id=0) == UserConsent(ANN, PORTAL, ACME, frozenset({"openid"}), 5, 7, epoch=0)
        tx.gate.save_consent(replace(before, revoked_at=None))
        assert tx.gate.withdraw_consent(ANN, PORTAL, ACME, now=NOW)
        person = tx.gate.consent(ANN, PORTAL, ACME)
        assert person is not None
        assert person.epoch == 1
    store.close()


def test_a_new_password_ends_everything_unless_policy_says_otherwise(store: Store) -> None:
    with store.begin() as tx:
        policy = tx.gate.platform_policy()
        assert policy.password_ends_offline is True
        written = tx.platform.update_policy(
            replace(policy, password_ends_offline=False), version=policy.version
        )
        assert written is not None
        assert written.password_ends_offline is False
        assert tx.gate.platform_policy() == written
    store.close()
