"""The link in the letter of an invitation: once, for whom it was sent to, and for nothing else."""

from __future__ import annotations

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.abuse.inviting import CHOSEN, INVITATIONS, VICTIM, begin_account, invite, places, signs_in
from tests.api.cast import Cast
from tests.kit.joining import Mailbox, at_home, deliver

DAY = 86_400


def test_the_letter_joins_what_was_offered_and_verifies_the_address(mailing: Cast, mailbox: Mailbox) -> None:
    """V024: whoever follows it is what was offered, where it was offered, and nothing else."""
    world = mailing.world
    assert invite(mailing, VICTIM, "developer").json["is_sent"] is True
    deliver(world)
    (letter,) = mailbox.letters
    assert (letter.to, letter.subject) == (VICTIM, "You are invited to an organization on id.example.test")
    assert "Kestrel Freight" in letter.text
    assert mailing.own.slug in letter.text
    named = {
        "role": "owner",
        "organization_id": to_text(mailing.other.id),
        "email": "eve@people.example.test",
    }
    browser = begin_account(world, mailbox.link(VICTIM), **named)
    assert browser.address.endswith("/sign-in?done=password")
    assert "__Host-session" not in browser.cookies
    assert signs_in(world, VICTIM, CHOSEN)
    assert places(world, VICTIM) == [(mailing.own.id, "developer")]
    with world.store.read() as tx:
        record = tx.gate.password_of(VICTIM)
        (line,) = tx.organization(mailing.own.id).audit(AuditQuery(action="member.join"))
    assert record is not None
    assert (line.actor_kind, line.user_id, record.user.name) == ("user", record.user.id, "Vic Tim")
    used = world.browser()
    used.visit(mailbox.link(VICTIM))
    assert (used.status, "E-INVITE-05" in used.page) == (400, True)


def test_the_link_is_dead_once_it_was_revoked_sent_again_or_too_old(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    made = invite(mailing)
    deliver(world)
    first = mailbox.link(VICTIM)
    place = f"{INVITATIONS}/{made.json['id']}"
    assert mailing.as_operator("POST", f"{place}/resend").status_code == 200
    deliver(world)
    second = mailbox.link(VICTIM)
    assert first != second
    assert "E-INVITE-05" in begin_account(world, first).page
    assert mailing.as_operator("DELETE", place).status_code == 204
    assert "E-INVITE-05" in begin_account(world, second).page
    again = invite(mailing)
    deliver(world)
    world.advance(14 * DAY)
    assert again.status_code == 201
    assert "E-INVITE-06" in begin_account(world, mailbox.link(VICTIM)).page
    assert places(world, VICTIM) == []


def test_a_letter_that_was_overtaken_is_not_sent(mailing: Cast, mailbox: Mailbox) -> None:
    made = invite(mailing)
    assert mailing.as_operator("DELETE", f"{INVITATIONS}/{made.json['id']}").status_code == 204
    deliver(mailing.world)
    assert mailbox.letters == []


def test_somebody_else_who_opens_the_link_is_told_whose_it_is_not(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    invite(mailing)
    deliver(world)
    stranger = at_home(world, world.make.person(mailing.other))
    stranger.visit(mailbox.link(VICTIM))
    assert (stranger.status, "E-INVITE-07" in stranger.page) == (403, True)
    assert VICTIM not in stranger.page
    assert begin_account(world, mailbox.link(VICTIM)).address.endswith("done=password")


def test_declining_by_the_letter_begins_no_account(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    invite(mailing)
    deliver(world)
    browser = world.browser()
    browser.visit(mailbox.link(VICTIM))
    browser.submit(("action", "decline"))
    assert "You declined the invitation." in browser.page
    with world.store.read() as tx:
        assert tx.gate.people_at(VICTIM) == ()
    assert mailing.as_operator("GET", INVITATIONS).json["items"] == []


def test_opening_the_link_uses_nothing_up_and_keeps_it_out_of_the_address(
    mailing: Cast, mailbox: Mailbox
) -> None:
    """V023, V159: mail scanners open links."""
    world = mailing.world
    invite(mailing)
    deliver(world)
    link = mailbox.link(VICTIM)
    for _ in range(3):
        browser = world.browser()
        browser.visit(link)
        assert (browser.status, browser.address) == (200, f"{world.issuer}/join")
    assert begin_account(world, link).address.endswith("done=password")


def test_a_link_of_another_kind_or_a_changed_one_opens_nothing(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    invite(mailing)
    mailing.as_operator("POST", "/users", {"email": "other@corp.example", "name": "Other"})
    deliver(world)
    joining, activating = mailbox.link(VICTIM), mailbox.link("other@corp.example")
    for link in (
        joining.replace("/join", "/activate"),
        joining.replace("/join", "/setup"),
        activating.replace("/activate", "/join"),
        joining[:-2] + "AA",
        f"{world.issuer}/join?token=",
        f"{world.issuer}/join?token={'A' * 5_000}",
    ):
        browser = world.browser()
        browser.visit(link)
        assert browser.status == 400, link
    assert places(world, VICTIM) == []


def test_bad_fields_of_the_form_are_told_and_use_nothing_up(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    invite(mailing)
    deliver(world)
    for typed in (
        {"name": " "},
        {"name": "A\x07B"},
        {"name": "x" * 101},
        {"new_password": "short", "confirm": "short"},
        {"confirm": "something else"},
        {"new_password": "kestrel freight one", "confirm": "kestrel freight one"},
    ):
        browser = begin_account(world, mailbox.link(VICTIM), **typed)
        assert browser.status == 422, typed
    assert places(world, VICTIM) == []
    assert begin_account(world, mailbox.link(VICTIM)).address.endswith("done=password")


def test_the_second_click_on_an_invitation_leads_to_where_it_stands(mailing: Cast, mailbox: Mailbox) -> None:
    """By the letter and on the page of one's own account, accepted or declined."""
    world = mailing.world
    browser = world.browser()
    for action, first in (("decline", "declined"), ("join", "password")):
        invite(mailing)
        deliver(world)
        browser.visit(mailbox.link(VICTIM))
        form = browser.forms[0]
        typed = {
            **form.fields,
            "name": "Vic Tim",
            "new_password": CHOSEN,
            "confirm": CHOSEN,
            "action": action,
        }
        for end in (first, "used"):
            browser.post(form.action, **typed)
            assert browser.address.endswith(f"/sign-in?done={end}")
    assert signs_in(world, VICTIM, CHOSEN)
    browser.submit(email=VICTIM, password=CHOSEN)
    for action in ("decline", "accept"):
        other = world.make.organization()
        invite(mailing, organization=other)
        browser.visit("/")
        form = next(one for one in browser.forms if one.action == "/invitations")
        for end in ("declined" if action == "decline" else "joined", "answered"):
            browser.post(form.action, **form.fields | {"action": action})
            assert browser.address.endswith(f"/account?done={end}")
            assert browser.status == 200
