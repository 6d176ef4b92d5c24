"""Who tried and who came in: on the person's own page, in the organization's log, in the platform's."""

from __future__ import annotations

import json

import pytest

from grantway.core.audit import AuditEntry, AuditQuery
from grantway.core.errors import LOGIN_FAILED, Refused
from grantway.core.identifiers import to_text
from grantway.core.model import HOUR
from grantway.core.secrets import Secret
from grantway.core.sign_ins import KEPT_FOR, KEPT_OF_EACH, TOLD_SINGLY, browser_named, is_told
from grantway.features.accounts.throttling import Source
from tests.signin.browser import WsgiBrowser
from tests.signin.stage import HOME, PASSWORD, Stage

MARA = "mara@northwind.example"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"


def failures(stage: Stage) -> list[AuditEntry]:
    with stage.store.read() as tx:
        return list(tx.platform.audit(AuditQuery(action="sign_in.fail", limit=1_000)))


def fail(stage: Stage, email: str = MARA, source: Source = HOME) -> None:
    outcome = stage.login.attempt(email, Secret("not the password"), source=source)
    assert isinstance(outcome, Refused)
    assert outcome.reason is LOGIN_FAILED


def strangers(stage: Stage, count: int, email: str = MARA) -> None:
    """As many wrong passwords, each from a network of its own, so that none of them is throttled."""
    for number in range(count):
        fail(stage, email, Source(f"203.{number // 250}.{number % 250}.9"))


def test_a_person_reads_when_and_from_where_they_signed_in_and_who_failed(
    stage: Stage, browser: WsgiBrowser
) -> None:
    mara = stage.person()
    fail(stage, source=Source("203.0.113.77", browser="Chrome, Linux"))
    stage.clock.advance(HOUR)
    stage.login.attempt(MARA, Secret(PASSWORD), source=Source("198.51.100.7", browser="Firefox, Windows"))
    browser.submit(browser.get("/sign-in").form, email=MARA, password=PASSWORD)
    page = browser.get("/")
    for said in (
        "Recent sign-ins",
        "Firefox, Windows · from 198.51.100.0/24",
        "Chrome, Linux · from 203.0.113.0/24",
        "Wrong password",
        "Signed in",
    ):
        assert said in page.text, said
    assert "203.0.113.77" not in page.body
    with stage.store.read() as tx:
        assert [one.outcome for one in tx.gate.sign_ins_of(mara.id)] == ["succeeded", "succeeded", "failed"]


def test_a_flood_is_told_by_a_few_lines_and_hides_no_sign_in(stage: Stage) -> None:
    mara = stage.person()
    stage.sign_in()
    strangers(stage, 70)
    told = [count for count in range(1, 71) if is_told(count)]
    assert told == [*range(1, TOLD_SINGLY + 1), 16, 32, 64]
    with stage.store.read() as tx:
        kept = tx.gate.sign_ins_of(mara.id)
    assert sorted(one.count for one in kept if one.outcome == "failed") == told
    assert [one.outcome for one in kept if one.outcome == "succeeded"] == ["succeeded"]
    assert sorted(json.loads(line.after or "")["of_account"] for line in failures(stage)) == told


def test_what_is_kept_of_one_person_has_a_bound_and_an_end(stage: Stage) -> None:
    mara = stage.person()
    for _ in range(6):
        strangers(stage, 8)
        stage.clock.advance(HOUR)
    with stage.store.read() as tx:
        assert len(tx.gate.sign_ins_of(mara.id)) == KEPT_OF_EACH
    stage.clock.advance(KEPT_FOR)
    with stage.store.begin() as tx:
        assert tx.platform.delete_sign_ins(before=stage.clock.now() - KEPT_FOR, limit=500) == KEPT_OF_EACH


def test_the_platform_s_log_names_the_person_and_nothing_that_a_stranger_typed(stage: Stage) -> None:
    """C191: no line can be forged by what is typed, and no password is in any."""
    mara = stage.person()
    fail(stage)
    fail(stage, "stranger@nowhere.example", Source("203.0.113.77", browser="<b>typed</b>"))
    known, unknown = sorted(failures(stage), key=lambda line: line.target_id == "unknown")
    assert (known.target_id, known.organization_id, known.user_id) == (to_text(mara.id), None, None)
    assert (unknown.target_kind, unknown.target_id) == ("sign_in", "unknown")
    assert (known.address, unknown.address) == ("198.51.100.0/24", "203.0.113.0/24")
    for text in ("stranger", "typed", "203.0.113.77", "not the password"):
        assert all(text not in repr(line) for line in failures(stage)), text


def test_strangers_without_an_account_cannot_flood_the_log(stage: Stage) -> None:
    """From one network with ever new names: the network is counted."""
    for number in range(40):
        fail(stage, f"nobody-{number}@nowhere.example")
    assert len(failures(stage)) == len([count for count in range(1, 41) if is_told(count)])


def test_a_code_is_told_in_the_organization_it_is_for_once_an_hour_and_then_each_doubling(
    stage: Stage, browser: WsgiBrowser
) -> None:
    """C191: with what it was for."""
    northwind, elsewhere, mara = (
        stage.organization("Northwind"),
        stage.organization("Elsewhere"),
        stage.person(),
    )
    stage.membership(mara, northwind)
    application = stage.application(northwind)
    page = browser.follow(
        browser.submit(
            browser.get("/interaction/" + stage.begin(application)).form, email=MARA, password=PASSWORD
        )
    )
    assert browser.follow(browser.submit(page.form, ("decision", "approve"))).status == 303
    for _ in range(5):
        assert browser.get("/interaction/" + stage.begin(application)).status == 303
    with stage.store.read() as tx:
        lines = tx.organization(northwind.id).audit(AuditQuery())
        assert tx.organization(elsewhere.id).audit(AuditQuery()) == ()
    told = [line for line in lines if line.action == "sign_in.succeed"]
    assert sorted(json.loads(line.after or "")["count"] for line in told) == [1, 2, 4]
    assert {(line.actor_kind, line.user_id, line.target_id) for line in told} == {
        ("user", mara.id, to_text(mara.id))
    }
    assert {json.loads(line.after or "")["client_id"] for line in told} == {application.client_id}
    (given,) = [line for line in lines if line.action == "consent.give"]
    assert json.loads(given.after or "") == {
        "client_id": application.client_id,
        "scopes": sorted(application.scopes),
    }


def test_none_of_these_lines_makes_a_notice(stage: Stage, browser: WsgiBrowser) -> None:
    northwind, mara = stage.organization("Northwind"), stage.person()
    stage.membership(mara, northwind)
    application = stage.application(northwind)
    fail(stage)
    page = browser.follow(
        browser.submit(
            browser.get("/interaction/" + stage.begin(application)).form, email=MARA, password=PASSWORD
        )
    )
    browser.follow(browser.submit(page.form, ("decision", "approve")))
    stage.consents.withdraw(mara.id, application.id, northwind.id)
    with stage.store.begin() as tx:
        told = {line.action for line in tx.platform.audit(AuditQuery())}
        assert told == {"sign_in.fail", "sign_in.succeed", "consent.give", "consent.withdraw"}
        assert tx.platform.take_events(limit=9) == ()


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                "Version/17.5 Mobile/15E148 Safari/604.1"
            ),
            "Safari, iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 "
                "Edg/126.0"
            ),
            "Edge, Windows",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile "
                "Safari/537.36"
            ),
            "Chrome, Android",
        ),
        ("curl/8.5", ""),
        ("<script>Firefox", ""),
        (None, ""),
        ("x" * 100_000 + "Firefox/1", ""),
    ],
)
def test_a_browser_is_told_in_words_of_ours(agent: str | None, named: str) -> None:
    assert browser_named(agent) == named
