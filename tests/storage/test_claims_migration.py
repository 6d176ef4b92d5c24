"""What the migration to claims does to a database that was at work before it."""

from __future__ import annotations

from grantway.core.claims import NOTHING_TOLD
from grantway.storage import migrate, open_store
from tests.storage.filled import database_before
from tests.storage.test_migrations import empty_url

__all__ = ["empty_url"]

PLATFORM, ANN, IDENTITY, CRM = 100, 201, 301, 302
BEFORE = {"text": "See your name", "detail": "Your names and your language."}


def fill(url: str, **said: str) -> None:
    with database_before(url, "0022") as rows:
        rows.put("organizations", id=PLATFORM, kind="platform", slug="platform", state="enabled")
        rows.person(ANN, "ann@people.example", 7)
        for api_id, builtin in ((IDENTITY, "identity"), (CRM, None)):
            rows.put(
                "apis",
                id=api_id,
                organization_id=PLATFORM,
                identifier=str(api_id),
                state="enabled",
                builtin=builtin,
            )
        rows.put("scopes", id=1, api_id=IDENTITY, value="profile", legs="3-legged", risk="low", **said)
        rows.put("scopes", id=2, api_id=CRM, value="phone", legs="any", risk="low", **BEFORE)
        rows.put(
            "grants",
            id=401,
            subject_kind="user",
            subject_id=ANN,
            organization_id=PLATFORM,
            scopes='["openid"]',
            resources="[]",
            methods='["pwd"]',
            epochs='{"application":1,"organization":1}',
            state="live",
            expires_at=2**50,
        )


def test_people_and_grants_go_on_as_they_were_and_the_scope_says_what_it_gives(empty_url: str) -> None:
    fill(empty_url, **BEFORE)
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        ann, grant, catalogue = tx.gate.user(ANN), tx.gate.grant(401), tx.gate.catalogue()
    assert ann is not None
    assert (ann.email, ann.claims) == ("ann@people.example", NOTHING_TOLD)
    assert grant is not None
    assert grant.claims is None
    assert catalogue.scopes["profile"].text == "See your profile"
    # An API's own scope keeps its sentence, whatever it is called.
    assert (catalogue.scopes["phone"].text, catalogue.scopes["phone"].api_id) == ("See your name", CRM)
    with store.begin() as tx:
        assert tx.platform.claim_username(ANN, "ann")
        assert tx.platform.claim_username(ANN, "ann")
        assert not tx.platform.claim_username(ANN + 1, "ann")
    store.close()


def test_a_sentence_of_operators_stays(empty_url: str) -> None:
    fill(empty_url, text="Read the name", detail="")
    migrate(empty_url)
    store = open_store(empty_url)
    with store.read() as tx:
        assert tx.gate.catalogue().scopes["profile"].text == "Read the name"
    store.close()
