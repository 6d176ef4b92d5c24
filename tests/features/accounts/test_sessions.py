"""How long a session lives, and what ends it (C243 to C251)."""

from __future__ import annotations

import pytest

from grantway.core.model import HOUR, MINUTE, Application, Epochs, Grant, Instant, Organization, User
from grantway.core.secrets import digest
from grantway.features.accounts import sessions
from tests.signin.stage import START, Stage


@pytest.mark.parametrize("text", [None, "", "x", "x" * 5_000, "A" * 43])
def test_an_unknown_text_is_nobody(stage: Stage, text: str | None) -> None:
    assert stage.sessions.find(text) is None


def test_a_session_ends_after_twelve_hours_of_silence(stage: Stage) -> None:
    stage.person()
    text = stage.sign_in().session_text.reveal()
    stage.clock.advance(sessions.IDLE_LIFETIME - 1)
    assert stage.sessions.find(text) is not None
    stage.clock.advance(sessions.IDLE_LIFETIME - 1)
    assert stage.sessions.find(text) is not None
    stage.clock.advance(sessions.IDLE_LIFETIME)
    assert stage.sessions.find(text) is None


def test_a_session_ends_after_seven_days_however_busy(stage: Stage) -> None:
    stage.person()
    text = stage.sign_in().session_text.reveal()
    while stage.clock.now() < START + sessions.ABSOLUTE_LIFETIME:
        assert stage.sessions.find(text) is not None
        stage.clock.advance(6 * HOUR)
    assert stage.sessions.find(text) is None


def expiry(stage: Stage, text: str) -> Instant:
    with stage.store.read() as tx:
        found = tx.gate.artifact("session", digest(text), now=stage.clock.now())
    assert found is not None
    return found.expires_at


def test_reading_writes_only_every_few_minutes(stage: Stage) -> None:
    stage.person()
    text = stage.sign_in().session_text.reveal()
    first = expiry(stage, text)
    stage.clock.advance(sessions.TOUCH_INTERVAL - 1)
    stage.sessions.find(text)
    assert expiry(stage, text) == first
    stage.clock.advance(1)
    stage.sessions.find(text)
    assert expiry(stage, text) == first + sessions.TOUCH_INTERVAL


def test_the_stored_form_opens_nothing(stage: Stage) -> None:
    """V157, V158: the database holds a hash of the cookie, and the hash is no cookie."""
    mara = stage.person()
    text = stage.sign_in().session_text.reveal()
    with stage.store.read() as tx:
        (stored,) = tx.gate.artifacts_of_subject("session", mara.id, now=START)
    assert text.encode() not in stored.payload
    assert stored.key == digest(text)
    assert stage.sessions.find(stored.key.hex()) is None


def test_signing_out_ends_it_at_the_server(stage: Stage) -> None:
    """C249."""
    stage.person()
    text = stage.sign_in().session_text.reveal()
    stage.sessions.end(text)
    assert stage.sessions.find(text) is None
    stage.sessions.end(text)
    stage.sessions.end(None)


@pytest.mark.parametrize("revoke", [True, False])
def test_disabling_the_account_ends_it_at_once(stage: Stage, revoke: bool) -> None:
    """C250."""
    mara = stage.person()
    text = stage.sign_in().session_text.reveal()
    stage.disable(mara, revoke=revoke)
    assert stage.sessions.find(text) is None


def test_a_session_of_an_older_epoch_never_comes_back(stage: Stage) -> None:
    mara = stage.person()
    text = stage.sign_in().session_text.reveal()
    stage.disable(mara)
    stage.enable(mara)
    assert stage.sessions.find(text) is None


def test_one_of_ones_own_sessions_can_be_ended(stage: Stage) -> None:
    """C255."""
    mara = stage.person()
    otto = stage.person("otto@northwind.example", "Otto Brandt")
    here, there = stage.sign_in(), stage.sign_in()
    stage.clock.advance(MINUTE)
    assert {one.id for one in stage.sessions.of_user(mara.id)} == {here.session.id, there.session.id}
    assert not stage.sessions.end_one(otto.id, there.session.id)
    assert stage.sessions.end_one(mara.id, there.session.id)
    assert stage.sessions.find(there.session_text.reveal()) is None
    assert stage.sessions.find(here.session_text.reveal()) is not None


def test_ending_the_others_keeps_this_one(stage: Stage) -> None:
    """C251."""
    mara = stage.person()
    here, *others = [stage.sign_in() for _ in range(4)]
    with stage.store.begin() as tx:
        assert stage.sessions.end_others(tx, mara.id, keep=here.session.id) == 3
    assert stage.sessions.find(here.session_text.reveal()) is not None
    assert all(stage.sessions.find(one.session_text.reveal()) is None for one in others)


def test_a_person_is_signed_in_in_so_many_browsers_and_the_oldest_one_is_signed_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the oldest session gave ends with it, as by its own button; other people's sessions stay."""
    monkeypatch.setattr(sessions, "MOST_SESSIONS", 3)
    stage.person()
    texts = []
    for _ in range(3):
        texts.append(stage.sign_in().session_text.reveal())
        stage.clock.advance(MINUTE)
    assert [stage.sessions.find(one) is not None for one in texts] == [True, True, True]
    # Who signs in again in the same browser takes no other place.
    texts[2] = stage.sign_in(former=texts[2]).session_text.reveal()
    assert [stage.sessions.find(one) is not None for one in texts] == [True, True, True]
    texts.append(stage.sign_in().session_text.reveal())
    assert [stage.sessions.find(one) is not None for one in texts] == [False, True, True, True]


def grant(
    stage: Stage, application: Application, user: User, organization: Organization, *scopes: str
) -> int:
    """A live grant of the session that was started last."""
    (session,) = stage.sessions.of_user(user.id)
    identifier = stage.services.entropy.new_id()
    with stage.store.begin() as tx:
        tx.gate.insert_grant(
            Grant(
                id=identifier,
                application_id=application.id,
                organization_id=organization.id,
                subject_kind="user",
                subject_id=user.id,
                dialect="standard",
                scopes=frozenset(scopes),
                resources=(),
                epochs=Epochs(1, 1, 0, 1, 1),
                generation=0,
                refresh_key_id=1,
                created_at=START,
                expires_at=START + HOUR,
                idle_expires_at=None,
                session_id=session.id,
            )
        )
    return identifier


def state_of(stage: Stage, grant_id: int) -> str:
    with stage.store.read() as tx:
        found = tx.gate.grant(grant_id)
    assert found is not None
    return found.state


def test_signing_out_revokes_what_was_begun_in_the_session(stage: Stage) -> None:
    """All but what holds offline_access, which was allowed to work without the person."""
    organization = stage.organization("Northwind Traders")
    application = stage.application(organization)
    mara = stage.person()
    text = stage.sign_in().session_text.reveal()
    online = grant(stage, application, mara, organization, "openid")
    offline = grant(stage, application, mara, organization, "openid", "offline_access")
    stage.sessions.end(text)
    assert (state_of(stage, online), state_of(stage, offline)) == ("revoked", "live")


def test_repeating_the_sign_in_keeps_the_grants_within_reach_of_signing_out(stage: Stage) -> None:
    organization = stage.organization("Northwind Traders")
    application = stage.application(organization)
    mara = stage.person()
    first = stage.sign_in().session_text.reveal()
    online = grant(stage, application, mara, organization, "openid")
    second = stage.sign_in(former=first).session_text.reveal()
    assert state_of(stage, online) == "live"
    stage.sessions.end(second)
    assert state_of(stage, online) == "revoked"


def test_another_person_in_the_same_browser_signs_the_former_out(stage: Stage) -> None:
    """V020."""
    organization = stage.organization("Northwind Traders")
    application = stage.application(organization)
    mara = stage.person()
    stage.person("otto@northwind.example", "Otto Brandt")
    first = stage.sign_in().session_text.reveal()
    online = grant(stage, application, mara, organization, "openid")
    stage.sign_in("otto@northwind.example", former=first)
    assert state_of(stage, online) == "revoked"
