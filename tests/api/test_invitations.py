"""Inviting: nobody becomes a member without agreeing, and inviting tells nothing about who has an account."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.audit import AuditQuery
from grantway.core.identifiers import from_text, to_text
from grantway.edges.signin.accounts import ANSWERED
from tests.api.cast import Cast
from tests.api.test_people import error_of
from tests.kit.browser import Browser
from tests.kit.factories import Person
from tests.kit.joining import answer, at_home, offers

INVITATIONS = "/organizations/{own}/invitations"
DAY = 86_400


def invite(cast: Cast, email: str, role: str = "member", **headers: str) -> Any:
    return cast.as_owner("POST", INVITATIONS, {"role": role, "email": email}, **headers)


def members_of(cast: Cast) -> set[str]:
    return {one["email"] for one in cast.as_owner("GET", "/organizations/{own}/members").json["items"]}


def waiting(cast: Cast, person: Person) -> list[str]:
    return [found for _, found in offers(at_home(cast.world, person))]


def assert_that_it_is_gone(browser: Browser) -> None:
    """The own page, which says so with one sentence, whatever the reason is."""
    assert browser.status == 200
    assert browser.address.endswith("?done=answered")
    assert str(ANSWERED) in browser.page


def without(answered: Any, *names: str) -> dict[str, Any]:
    return {name: value for name, value in answered.json.items() if name not in names}


def test_somebody_invited_is_nobody_here_until_they_accept(cast: Cast) -> None:
    """C: no chooser, no place, no last owner, no leaver, no list of members, no decision."""
    make = cast.world.make
    person = make.person(cast.other, email="jonas@people.example.test")
    made = invite(cast, "Jonas@people.example.test", "owner")
    assert (made.status_code, made.json["state"], made.json["is_sent"]) == (201, "invited", False)
    before = members_of(cast)
    assert person.email not in before
    with cast.world.store.begin() as tx:
        assert [one.organization.id for one in tx.gate.places(person.id)] == [cast.other.id]
        assert tx.gate.membership(person.id, cast.own.id) is None
        door = tx.organization(cast.own.id)
        assert (door.owners(), door.membership(person.id)) == (1, None)
        party = tx.gate.party(cast.console.id, cast.own.id, person.id)
    assert party is not None
    assert party.membership is None
    assert cast.as_owner("GET", "/organizations/{own}/left-behind").json["items"] == []
    place = f"/organizations/{{own}}/members/{to_text(person.id)}"
    assert cast.as_owner("GET", place).status_code == 404
    assert cast.as_owner("GET", place.replace("members", "left-behind")).status_code == 404
    browser = at_home(cast.world, person)
    assert "Kestrel Freight" in browser.page
    answer(browser, made.json["id"])
    assert "You are a member now." in browser.page
    assert members_of(cast) == before | {"jonas@people.example.test"}
    assert cast.as_owner("GET", place).json["role"] == "owner"
    assert cast.as_owner("GET", f"{INVITATIONS}/{made.json['id']}").status_code == 404


def test_the_answer_is_the_same_whether_or_not_somebody_has_the_address(cast: Cast) -> None:
    make = cast.world.make
    make.person(cast.other, email="verified@people.example.test")
    disabled = make.person(cast.other, email="disabled@people.example.test")
    make.change_user(disabled, state="disabled")
    cast.as_operator("POST", "/users", {"email": "unverified@people.example.test", "name": "Un"})
    answered = [
        invite(cast, f"{name}@people.example.test")
        for name in ("verified", "disabled", "unverified", "nobody")
    ]
    assert {one.status_code for one in answered} == {201}
    shapes = [without(one, "id", "email") for one in answered]
    assert all(shape == shapes[0] for shape in shapes)
    assert [one.json["email"] for one in answered][-1] == "nobody@people.example.test"
    listed = cast.as_owner("GET", INVITATIONS).json["items"]
    assert all(one.keys() == {*shapes[0], "id", "email"} for one in listed)
    for one in answered:
        sent = cast.as_owner("POST", f"{INVITATIONS}/{one.json['id']}/resend")
        assert without(sent, "id", "email", "expires_at") == without(one, "id", "email", "expires_at")


def test_an_operator_is_no_exception(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = cast.as_operator("POST", INVITATIONS, {"role": "admin", "email": person.email})
    assert made.status_code == 201
    assert person.email not in members_of(cast)
    assert waiting(cast, person) == [made.json["id"]]


def test_declining_removes_it_and_names_nobody(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = invite(cast, person.email)
    browser = at_home(cast.world, person)
    answer(browser, made.json["id"], "decline")
    assert "You declined the invitation." in browser.page
    assert cast.as_owner("GET", INVITATIONS).json["items"] == []
    assert person.email not in members_of(cast)
    log = cast.as_owner("GET", "/organizations/{own}/audit").text
    assert "invitation.decline" in log
    assert to_text(person.id) not in log


def test_accepting_is_told_as_the_persons_own_act(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = invite(cast, person.email, "developer")
    answer(at_home(cast.world, person), made.json["id"])
    with cast.world.store.read() as tx:
        lines = tx.organization(cast.own.id).audit(AuditQuery(action="member.join"))
    (line,) = lines
    assert (line.actor_kind, line.user_id, line.target_id) == ("user", person.id, to_text(person.id))
    assert '"role":"developer"' in (line.after or "")


def test_nobody_else_sees_or_answers_an_invitation(cast: Cast) -> None:
    """An id is no key: with it another person gets the answer of one that never was."""
    person, thief = (cast.world.make.person(cast.other) for _ in range(2))
    made = invite(cast, person.email, "owner")
    assert waiting(cast, thief) == []
    own = cast.world.make.invitation(cast.own, thief.email)
    before = members_of(cast)
    for wanted in (made.json["id"], "3xKnown9", "", "'"):
        for action in ("accept", "decline"):
            browser = at_home(cast.world, thief)
            (number,) = (at for at, found in offers(browser) if found == to_text(own.id))
            browser.submit(("action", action), form=number, invitation=wanted)
            if from_text(wanted) is None:
                assert browser.status == 400
                assert "E-INVITE-05" in browser.page
            else:
                assert_that_it_is_gone(browser)
                assert [found for _, found in offers(browser)] == [to_text(own.id)]
    assert waiting(cast, person) == [made.json["id"]]
    assert members_of(cast) == before
    assert (
        cast.call(
            cast.caller("stranger"), "GET", INVITATIONS.replace("{own}", to_text(cast.own.id))
        ).status_code
        == 404
    )


def test_an_invitation_runs_out_and_can_be_sent_again(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = invite(cast, person.email)
    browser = at_home(cast.world, person)
    cast.world.advance(14 * DAY)
    fresh = at_home(cast.world, person)
    assert list(offers(fresh)) == []
    late = invite(cast, "other@people.example.test")
    assert late.status_code == 401, "the caller's token is older than that"
    del browser, cast._callers["owner"]  # noqa: SLF001 - a new token
    old = cast.as_owner("GET", f"{INVITATIONS}/{made.json['id']}")
    assert old.json["state"] == "expired"
    assert cast.as_owner("GET", f"{INVITATIONS}?state=expired").json["items"] == [old.json]
    assert cast.as_owner("GET", f"{INVITATIONS}?state=invited").json["items"] == []
    again = cast.as_owner("POST", f"{INVITATIONS}/{made.json['id']}/resend")
    assert (again.status_code, again.json["state"]) == (200, "invited")
    answer(at_home(cast.world, person), made.json["id"])
    assert person.email in members_of(cast)


def test_a_page_that_was_open_for_too_long_says_so(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = cast.world.make.invitation(
        cast.own, person.email, expires_at=cast.world.clock.now() + 3_600_000_000
    )
    browser = at_home(cast.world, person)
    cast.world.advance(3_601)
    answer(browser, to_text(made.id))
    assert (browser.status, "E-INVITE-06" in browser.page) == (400, True)


def test_a_revoked_invitation_is_gone_for_its_person_too(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = invite(cast, person.email)
    browser = at_home(cast.world, person)
    assert cast.as_owner("DELETE", f"{INVITATIONS}/{made.json['id']}").status_code == 204
    answer(browser, made.json["id"])
    assert_that_it_is_gone(browser)
    assert waiting(cast, person) == []
    assert cast.as_owner("DELETE", f"{INVITATIONS}/{made.json['id']}").status_code == 404


@pytest.mark.parametrize("change", ["removed", "demoted", "disabled", "switched off", "less than owner"])
def test_what_somebody_invited_who_lost_the_power_gives_nothing(cast: Cast, change: str) -> None:
    """Power rests on an act of somebody who may give it, when it is used as when it was given."""
    make = cast.world.make
    inviter, person = make.person(cast.own, role="owner"), make.person(cast.other)
    role = "owner" if change == "less than owner" else "admin"
    made = make.invitation(cast.own, person.email, role=role, invited_by=inviter.id)
    browser = at_home(cast.world, person)
    assert [found for _, found in offers(browser)] == [to_text(made.id)]
    if change == "removed":
        with cast.world.store.begin() as tx:
            assert tx.organization(cast.own.id).delete_membership(inviter.id)
    elif change == "switched off":
        make.change_user(inviter, state="disabled")
    elif change == "disabled":
        make.change_membership(inviter, cast.own, state="disabled")
    else:
        make.change_membership(inviter, cast.own, role="admin" if role == "owner" else "developer")
    answer(browser, to_text(made.id))
    assert_that_it_is_gone(browser)
    assert waiting(cast, person) == []
    with cast.world.store.read() as tx:
        assert tx.gate.membership(person.id, cast.own.id) is None
    # Sent again by somebody who may, it is that person's act.
    assert cast.as_owner("POST", f"{INVITATIONS}/{to_text(made.id)}/resend").status_code == 200
    answer(at_home(cast.world, person), to_text(made.id))
    assert person.email in members_of(cast)


def test_a_disabled_organization_invites_nobody(cast: Cast) -> None:
    person = cast.world.make.person(cast.other)
    made = cast.world.make.invitation(cast.own, person.email)
    browser = at_home(cast.world, person)
    cast.world.make.change_organization(cast.own, state="disabled")
    answer(browser, to_text(made.id))
    assert_that_it_is_gone(browser)
    assert waiting(cast, person) == []
    cast.world.make.change_organization(cast.own, state="enabled")
    assert waiting(cast, person) == [to_text(made.id)]


def test_an_old_invitation_neither_enables_nor_promotes_a_member(cast: Cast) -> None:
    """Invited, joined otherwise, and disabled: the invitation changes nothing of that."""
    person = cast.world.make.person(cast.other)
    made = cast.world.make.invitation(cast.own, person.email, role="owner")
    cast.world.make.membership(person, cast.own)
    cast.world.make.change_membership(person, cast.own, state="disabled")
    answer(at_home(cast.world, person), to_text(made.id))
    with cast.world.store.read() as tx:
        found = tx.gate.membership(person.id, cast.own.id)
    assert found is not None
    assert (found.role, found.state) == ("member", "disabled")


def test_administrators_do_not_invite_owners(cast: Cast) -> None:
    own = to_text(cast.own.id)
    place = INVITATIONS.replace("{own}", own)
    body = {"role": "owner", "email": "x@people.example.test"}
    assert error_of(cast.call(cast.caller("admin"), "POST", place, body)) == (403, "E-RECORD-04")
    made = cast.world.make.invitation(cast.own, "next@people.example.test", role="owner")
    one = f"{place}/{to_text(made.id)}"
    assert cast.call(cast.caller("admin"), "POST", f"{one}/resend").status_code == 403
    assert cast.call(cast.caller("admin"), "DELETE", one).status_code == 403
    assert cast.call(cast.caller("developer"), "POST", place, body | {"role": "member"}).status_code == 403
