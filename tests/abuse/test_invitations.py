"""Invitations as an attacker would use them: to take an address, a person, or an organization."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import to_text
from tests.abuse.inviting import CHOSEN, INVITATIONS, VICTIM, begin_account, invite, places, signs_in, user_of
from tests.api.cast import Cast, cast_of
from tests.api.test_people import error_of
from tests.kit.factories import PASSWORD, Person
from tests.kit.joining import LINK, Mailbox, answer, at_home, deliver, offers
from tests.kit.world import World, settings_of

DAY = 86_400


@pytest.mark.parametrize("has_mail", [False, True])
def test_who_invites_an_address_is_never_shown_what_opens_its_account(
    store_url: str, mailbox: Mailbox, has_mail: bool
) -> None:
    """V100: a tenant's admin invites somebody's address, and must not come to own the person of it."""
    outside = mailbox.outside if has_mail else None
    world = World(settings_of(store_url), outside=outside)
    cast = cast_of(world)
    made = cast.as_owner("POST", INVITATIONS, {"role": "member", "email": VICTIM})
    shown = [
        made.text,
        cast.as_owner("GET", INVITATIONS).text,
        cast.as_owner("POST", f"{INVITATIONS}/{made.json['id']}/resend").text,
        cast.as_owner("GET", f"{INVITATIONS}/{made.json['id']}").text,
        cast.as_owner("GET", "/organizations/{own}/audit").text,
    ]
    deliver(world)
    assert not any("token=" in text or "/join" in text or "/activate" in text for text in shown)
    with world.store.read() as tx:
        assert tx.gate.people_at(VICTIM) == (), "inviting makes nobody"
        log = str(tx.platform.audit(AuditQuery(limit=1_000)))
    if has_mail:
        token = mailbox.link(VICTIM).partition("token=")[2]
        assert not any(token in text for text in (*shown, log))
    world.close()


def test_no_operator_is_shown_a_link_where_letters_go_out(mailing: Cast, mailbox: Mailbox) -> None:
    """Decision 0011 is overtaken there: only what reached the mailbox verifies an address."""
    made = mailing.as_operator("POST", "/users", {"email": VICTIM, "name": "Vic Tim"})
    assert (made.status_code, made.json["activation_link"]) == (201, None)
    again = mailing.as_operator("POST", f"/users/{made.json['id']}/activation-link")
    assert (again.status_code, again.json["activation_link"]) == (201, None)
    deliver(mailing.world)
    assert [one.to for one in mailbox.letters] == [VICTIM], "of the first link nothing is left to send"
    browser = mailing.world.browser()
    browser.visit(mailbox.link(VICTIM))
    browser.submit(new_password=CHOSEN, confirm=CHOSEN)
    assert signs_in(mailing.world, VICTIM, CHOSEN)


def test_a_link_never_sets_the_password_of_somebody_who_has_one(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    victim = world.make.person(mailing.other, email=VICTIM)
    invite(mailing)
    deliver(world)
    link = mailbox.link(VICTIM)
    browser = begin_account(world, link)
    assert browser.address.endswith("/sign-in?done=invited")
    assert "Sign in to answer your invitation." in browser.page
    # The form is sent all the same, with a proof of our own for its token.
    token = link.partition("token=")[2]
    other = begin_account(world, link)
    other.post("/join", token=token, action="join", name="Eve", new_password=CHOSEN, confirm=CHOSEN, csrf="x")
    assert other.status == 400
    assert signs_in(world, VICTIM, PASSWORD)
    assert not signs_in(world, VICTIM, CHOSEN)
    assert places(world, VICTIM) == [(mailing.other.id, "member")]
    # Signed in, the same link leads to the page where the person answers.
    mine = at_home(world, victim)
    mine.visit(link)
    (offer,) = offers(mine)
    answer(mine, offer[1])
    assert dict(places(world, VICTIM)).keys() == {mailing.own.id, mailing.other.id}


def test_a_form_that_was_open_when_the_address_was_verified_sets_no_password(
    mailing: Cast, mailbox: Mailbox
) -> None:
    """Two organizations invite one address: of two open forms the first begins the account."""
    world = mailing.world
    invite(mailing)
    invite(mailing, organization=mailing.other)
    deliver(world)
    links = [found for one in mailbox.letters for found in LINK.findall(one.text)]
    browsers = []
    for link in links:
        browser = world.browser()
        browser.visit(link)
        browsers.append(browser)
    passwords = [CHOSEN, "green harbour lamps"]
    for browser, password in zip(browsers, passwords, strict=True):
        browser.submit(("action", "join"), name="Vic Tim", new_password=password, confirm=password)
    assert browsers[0].address.endswith("/sign-in?done=password")
    assert browsers[1].address.endswith("/sign-in?done=invited")
    assert [signs_in(world, VICTIM, one) for one in passwords] == [True, False]
    with world.store.read() as tx:
        assert len(tx.gate.people_at(VICTIM)) == 1
    (waiting,) = offers(at_home(world, Person(user_of(world), CHOSEN)))
    assert waiting
    assert len(places(world, VICTIM)) == 1


def test_of_two_who_begin_an_account_at_once_one_does(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    other = world.beside()
    invite(mailing)
    invite(mailing, organization=mailing.other)
    deliver(world)
    links = [found for one in mailbox.letters for found in LINK.findall(one.text)]
    passwords = ["green harbour lamps", "seven copper whistles"]

    def join(number: int) -> bool:
        where = (world, other)[number]
        browser = begin_account(
            where, links[number], new_password=passwords[number], confirm=passwords[number]
        )
        return browser.address.endswith("done=password")

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(join, range(2)))
    assert taken.count(True) == 1
    with world.store.read() as tx:
        assert len(tx.gate.people_at(VICTIM)) == 1
    assert signs_in(world, VICTIM, passwords[taken.index(True)])
    assert not signs_in(world, VICTIM, passwords[taken.index(False)])
    assert len(places(world, VICTIM)) == 1
    other.close()


def test_an_account_made_for_an_address_is_the_one_that_joins(mailing: Cast, mailbox: Mailbox) -> None:
    """One address is one person: the link of an operator's making ends when the address is verified."""
    world = mailing.world
    made = mailing.as_operator("POST", "/users", {"email": VICTIM, "name": "Vic Made"})
    deliver(world)
    activating = mailbox.link(VICTIM)
    invite(mailing)
    deliver(world)
    browser = begin_account(world, mailbox.link(VICTIM), name="Eve")
    assert browser.address.endswith("done=password")
    with world.store.read() as tx:
        (person,) = tx.gate.people_at(VICTIM)
    assert (to_text(person.id), person.name) == (made.json["id"], "Vic Made")
    stale = world.browser()
    stale.visit(activating)
    assert (stale.status, "E-STEP-05" in stale.page) == (400, True)


def test_somebody_switched_off_does_not_come_back_by_an_invitation(mailing: Cast, mailbox: Mailbox) -> None:
    world = mailing.world
    made = mailing.as_operator("POST", "/users", {"email": VICTIM, "name": "Vic Tim"})
    deliver(world)
    invite(mailing)
    deliver(world)
    place = f"/users/{made.json['id']}"
    assert mailing.as_operator("PATCH", place, {"state": "disabled"}, If_Match='"1"').status_code == 200
    browser = begin_account(world, mailbox.link(VICTIM))
    assert (browser.status, "E-INVITE-05" in browser.page) == (400, True)
    assert places(world, VICTIM) == []


def test_the_platforms_operators_are_invited_by_operators_only(mailing: Cast) -> None:
    platform = f"/organizations/{to_text(mailing.world.make.platform.id)}/invitations"
    body = {"role": "owner", "email": VICTIM}
    refused = mailing.call(mailing.caller("operator_without_platform"), "POST", platform, body)
    assert error_of(refused)[0] == 403
    assert mailing.call(mailing.caller("operator"), "POST", platform, body).status_code == 201
