"""People see which applications act for them, and take it back (data model §6: withdraw consent)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from grantway.core.model import (
    DAY,
    Application,
    ApplicationSettings,
    Artifact,
    Epochs,
    Grant,
    Organization,
    User,
    UserConsent,
)
from grantway.features.codes import decode
from grantway.features.letting_in import Doorway
from grantway.features.standing import epochs_of, is_current
from tests.kit.counts import count
from tests.signin.browser import Seen, WsgiBrowser
from tests.signin.stage import PASSWORD, Stage
from tests.storage.racers import together

MARA = "mara@northwind.example"


def sign_in(browser: WsgiBrowser, email: str = MARA) -> None:
    browser.submit(browser.get("/sign-in").form, email=email, password=PASSWORD)


def allow(stage: Stage, browser: WsgiBrowser, application: Application) -> Seen:
    """Sign in to an application and allow it; the answer is a code that is not redeemed yet."""
    address = "/interaction/" + stage.begin(application)
    browser.submit(browser.get(address).form, ("decision", "approve"))
    return browser.get(address)


def grant_of(stage: Stage, user: User, application: Application, organization: Organization) -> Grant:
    """What redeeming a code leaves behind."""
    now = stage.clock.now()
    values: dict[str, Any] = {
        "id": stage.services.entropy.new_id(),
        "application_id": application.id,
        "organization_id": organization.id,
        "subject_kind": "user",
        "subject_id": user.id,
        "dialect": "standard",
        "scopes": application.scopes,
        "resources": (),
        "epochs": Epochs(1, 1, 0, 1, 1),
        "generation": 1,
        "refresh_key_id": 1,
        "created_at": now,
        "expires_at": now + 30 * DAY,
        "idle_expires_at": now + 14 * DAY,
    }
    return Grant(**values)


def grant(stage: Stage, user: User, application: Application, organization: Organization) -> Grant:
    """What redeeming a code leaves behind, in the store."""
    made = grant_of(stage, user, application, organization)
    with stage.store.begin() as tx:
        tx.gate.insert_grant(made)
    return made


def state_of(stage: Stage, one: Grant) -> tuple[str, str | None]:
    with stage.store.read() as tx:
        found = tx.gate.grant(one.id)
    assert found is not None
    return found.state, found.reason


def feed(stage: Stage) -> list[tuple[str, int]]:
    with stage.store.read() as tx:
        return [(change.kind, change.id) for change in tx.gate.changes_after(0).changes]


def test_what_was_allowed_is_listed_and_withdrawn(stage: Stage, browser: WsgiBrowser) -> None:
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = stage.application(northwind)
    sign_in(browser)
    assert "None. When you allow" in browser.get("/applications").text
    allow(stage, browser, application)
    held = [grant(stage, mara, application, northwind) for _ in range(2)]
    page = browser.get("/applications")
    for said in (
        "Fieldnotes",
        "In Northwind Traders since September 21, 2026",
        "Read the orders",
        "Delete orders",
        "High risk",
        "It has to ask you again.",
        "Withdraw Fieldnotes in Northwind Traders",
    ):
        assert said in page.text, said
    done = browser.follow(browser.submit(page.form))
    assert "Withdrawn." in done.text
    assert "None. When you allow" in done.text
    assert [state_of(stage, one) for one in held] == [("revoked", "consent_withdrawn")] * 2
    assert {("grant", one.id) for one in held} <= set(feed(stage))
    with stage.store.read() as tx:
        (line,) = tx.organization(northwind.id).audit(AuditQuery(action="consent.withdraw"))
        consent = tx.gate.consent(mara.id, application.id, northwind.id)
    assert (line.user_id, line.target_id) == (mara.id, to_text(application.id))
    assert consent is not None
    assert consent.revoked_at == stage.clock.now()
    # The application has to ask again.
    assert "Allow Fieldnotes" in browser.get("/interaction/" + stage.begin(application)).text


def test_a_code_that_waits_is_dead_too(stage: Stage, browser: WsgiBrowser) -> None:
    """Else it could be redeemed after the withdrawal, and the application were back."""
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application, other = stage.application(northwind), stage.application(northwind, name="Ledger")
    sign_in(browser)
    for one in (application, other):
        assert "code=" in allow(stage, browser, one).location
    assert len(codes(stage, mara)) == 2
    page = browser.get("/applications")
    browser.submit(page.forms[0])
    assert codes(stage, mara) == [other.id]


def test_a_code_that_is_redeemed_during_a_withdrawal_leaves_nothing_alive(stage: Stage) -> None:
    """Both remember how often the consent was withdrawn: whichever came first, neither is of use."""
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = stage.application(northwind)
    for turn in range(count(bounded=15, full=500)):
        now, key = stage.clock.now(), b"code %d" % turn
        code: dict[str, Any] = {
            "application_id": application.id,
            "dialect": "standard",
            "payload": b"{}",
            "created_at": now,
            "expires_at": now + DAY,
            "organization_id": northwind.id,
            "subject": mara.id,
        }
        agreed = UserConsent(mara.id, application.id, northwind.id, application.scopes, now)
        with stage.store.begin() as tx:
            tx.gate.save_consent(agreed)
            assert tx.gate.put_artifact(Artifact(kind="code", key=key, **code))
            before = tx.gate.party(application.id, northwind.id, mara.id)
        assert before is not None
        epochs = epochs_of(application, before, Doorway(stage.services).entry("standard", application.scopes))
        made = replace(grant_of(stage, mara, application, northwind), epochs=epochs)

        def race(racer: int, key: bytes = key, now: int = now, made: Grant = made) -> bool:
            if racer:
                assert stage.consents.withdraw(mara.id, application.id, northwind.id)
                return False
            with stage.store.begin() as tx:
                spent = tx.gate.spend_code(key, now=now, application_id=application.id, dialect="standard")
                if spent is not None and is_current(made.epochs, application, spent.party):
                    tx.gate.insert_grant(made)
            return spent is not None

        together(2, race)
        assert stage.consents.of(mara.id) == ()
        with stage.store.read() as tx:
            after = tx.gate.party(application.id, northwind.id, mara.id)
        assert after is not None
        assert not is_current(made.epochs, application, after)


def codes(stage: Stage, user: User) -> list[int | None]:
    """The applications that have a code which could be redeemed."""
    usable = []
    with stage.store.read() as tx:
        for found in tx.gate.artifacts_of_subject("code", user.id, now=stage.clock.now()):
            application = tx.gate.application(found.application_id or 0)
            party = tx.gate.party(found.application_id or 0, found.organization_id or 0, user.id)
            assert application is not None
            assert party is not None
            if is_current(Epochs(*decode(found.payload).epochs), application, party):
                usable.append(found.application_id)
    return usable


def test_withdrawing_ends_that_application_there_and_for_that_person_only(
    stage: Stage, browser: WsgiBrowser
) -> None:
    northwind, contoso = stage.organization("Northwind Traders"), stage.organization("Contoso")
    mara, otto = stage.person(), stage.person("otto@northwind.example", "Otto Brandt")
    for user, organization in ((mara, northwind), (mara, contoso), (otto, northwind)):
        stage.membership(user, organization)
    application = stage.application(northwind, audience_effective="any_organization")
    other = stage.application(northwind, name="Ledger")
    mine = grant(stage, mara, application, northwind)
    kept = [
        grant(stage, mara, application, contoso),
        grant(stage, mara, other, northwind),
        grant(stage, otto, application, northwind),
    ]
    sign_in(browser)
    page = browser.get("/applications")
    assert len(page.forms) == 3
    (form,) = [
        one
        for one in page.forms
        if (one.fields["application"], one.fields["organization"])
        == (to_text(application.id), to_text(northwind.id))
    ]
    assert browser.submit(form).location == "/applications?done=withdrawn"
    assert state_of(stage, mine)[0] == "revoked"
    assert [state_of(stage, one)[0] for one in kept] == ["live"] * 3
    # The same form once more finds nothing to take back.
    assert browser.submit(form).location == "/applications"


def test_what_the_organization_or_the_platform_allowed_is_listed_and_says_so(
    stage: Stage, browser: WsgiBrowser
) -> None:
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = stage.application(northwind, settings=ApplicationSettings(consent="platform"))
    held = grant(stage, mara, application, northwind)
    sign_in(browser)
    page = browser.get("/applications")
    assert "You were not asked" in page.text
    browser.submit(page.form)
    assert state_of(stage, held)[0] == "revoked"


def test_what_has_expired_is_not_listed(stage: Stage, browser: WsgiBrowser) -> None:
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    grant(stage, mara, stage.application(northwind), northwind)
    stage.clock.advance(14 * DAY)
    sign_in(browser)
    assert browser.get("/applications").forms == []


@pytest.mark.parametrize("kind", ["another person's", "unknown", "no ids"])
def test_nobody_withdraws_for_somebody_else(stage: Stage, browser: WsgiBrowser, kind: str) -> None:
    """V105: the person is the one who is signed in, whatever the form says."""
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    otto = stage.person("otto@northwind.example", "Otto Brandt")
    stage.membership(mara, northwind)
    stage.membership(otto, northwind)
    application = stage.application(northwind)
    his = grant(stage, otto, application, northwind)
    sign_in(browser)
    allow(stage, browser, application)
    form = browser.get("/applications").form
    browser.submit(form)
    fields = {
        "another person's": form.fields,
        "unknown": {**form.fields, "application": to_text(stage.services.entropy.new_id())},
        "no ids": {"csrf": form.fields["csrf"], "application": "x" * 400, "organization": ""},
    }[kind]
    assert browser.post("/applications/withdraw", fields).location == "/applications"
    assert state_of(stage, his)[0] == "live"


def test_the_page_is_for_the_signed_in_and_its_form_for_its_own_proof(
    stage: Stage, browser: WsgiBrowser
) -> None:
    """V138."""
    assert browser.get("/applications").location == "/sign-in?to=applications"
    northwind, mara = stage.organization("Northwind Traders"), stage.person()
    stage.membership(mara, northwind)
    application = stage.application(northwind)
    held = grant(stage, mara, application, northwind)
    sign_in(browser)
    form = browser.get("/applications").form
    other = browser.get("/sign-out").form.fields["csrf"]
    for proof in ("", other, "A" * 43):
        assert browser.post("/applications/withdraw", {**form.fields, "csrf": proof}).status == 400
    assert state_of(stage, held)[0] == "live"
    del browser.cookies["__Host-session"]
    assert browser.submit(form).location == "/sign-in?to=applications"
    assert state_of(stage, held)[0] == "live"
