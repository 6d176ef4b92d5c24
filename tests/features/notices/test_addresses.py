"""Notification addresses as the people of an organization see them: who gets letters, and who is asked again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import DAY, SECOND
from grantway.features.notices.addresses import ASKED_AGAIN_AFTER
from grantway.features.notices.confirming import MOST_KNOWN
from tests.api.cast import Cast, cast_of
from tests.features.notices.post import Post, run
from tests.features.notices.test_confirming import STRANGER, an_application, happens, to
from tests.kit.world import World
from tests.storage.racers import together

PLACE = "/organizations/{own}/notification-addresses"
A_DAY = ASKED_AGAIN_AFTER // SECOND


@pytest.fixture
def asking(sender: World) -> Cast:
    return cast_of(sender)


def link_in(post: Post, world: World, number: int = -1) -> str:
    letter = [one for one in post.letters if one.to == STRANGER][number]
    (token,) = re.findall(r"/confirm\?token=\S+", letter.text)
    assert world.issuer + token in letter.text
    return str(token)


def listed(asking: Cast, query: str = "") -> list[Any]:
    return list(asking.as_owner("GET", PLACE + query).json["items"])


def states(asking: Cast) -> dict[str, str]:
    return {one["email"]: one["state"] for one in listed(asking)}


def asked(asking: Cast, before: int = 0) -> str:
    return PLACE + "/" + to_text(asking.world.make.asked(asking.own, STRANGER, before=before).id)


def test_the_list_tells_what_became_of_each_address(asking: Cast) -> None:
    make = asking.world.make
    make.asked(asking.own, "asked@elsewhere.example.test")
    make.agreement(asking.own, "agreed@elsewhere.example.test")
    make.asked(asking.own, "Member@acme.example.test")
    make.person(asking.own, email="member@acme.example.test")
    refused = make.asked(asking.own, "refused@elsewhere.example.test")
    make.asked(asking.other, "theirs@elsewhere.example.test")
    with asking.world.store.begin() as tx:
        assert tx.platform.refuse_address(refused.id, now=asking.world.clock.now())
    wanted = {
        "asked@elsewhere.example.test": "asked",
        "agreed@elsewhere.example.test": "agreed",
        "Member@acme.example.test": "member",
        "refused@elsewhere.example.test": "refused",
    }
    assert states(asking) == wanted
    for email, state in wanted.items():
        assert [one["email"] for one in listed(asking, f"?state={state}")] == [email]
    assert [one["state"] for one in listed(asking, "?email=MEMBER@")] == ["member"]


def test_an_application_says_which_of_its_addresses_get_no_letters(asking: Cast) -> None:
    make = asking.world.make
    make.person(asking.own, email="member@acme.example.test")
    make.agreement(asking.own, "agreed@elsewhere.example.test")
    make.asked(asking.own, "asked@elsewhere.example.test")
    addresses = [
        *("member@acme.example.test", "agreed@elsewhere.example.test"),
        *("asked@elsewhere.example.test", "new@elsewhere.example.test"),
    ]
    body = {"type": "backend", "name": "Told", "notification_addresses": addresses}
    made = asking.as_owner("POST", "/organizations/{own}/applications", body)
    wanted = [
        {"email": "asked@elsewhere.example.test", "state": "asked"},
        {"email": "new@elsewhere.example.test", "state": "unknown"},
    ]
    assert (made.status_code, made.json["unheard_addresses"]) == (201, wanted)
    place = f"/organizations/{{own}}/applications/{made.json['id']}"
    assert asking.as_owner("GET", place).json["unheard_addresses"] == wanted
    # It is no setting: nothing of it stands in the log, and no change takes it.
    log = asking.as_owner("GET", "/organizations/{own}/audit?action=application.create").json["items"]
    assert "unheard_addresses" not in str(log)
    refused = asking.as_owner("PATCH", place, {"unheard_addresses": []}, If_Match='"1"')
    assert refused.status_code == 422


def test_who_has_not_answered_is_asked_again_once_a_day(asking: Cast, post: Post) -> None:
    world = asking.world
    acme, application = an_application(world, STRANGER)
    happens(world, acme, application)
    place = f"/organizations/{to_text(acme.id)}/notification-addresses"
    (record,) = asking.as_operator("GET", place).json["items"]
    ask = f"{place}/{record['id']}/ask"
    first = link_in(post, world)
    assert asking.as_operator("POST", ask).json["error_id"] == "E-NOTICE-03"
    world.advance(A_DAY)
    asking.sign_in_again()
    again = asking.as_operator("POST", ask)
    assert (again.status_code, again.json["state"]) == (200, "asked")
    assert again.json["asked_at"] > record["asked_at"]
    assert asking.as_operator("POST", ask).status_code == 429
    run(world)
    assert len(to(post, STRANGER)) == 2
    browser = world.browser()
    # The link of the former letter ended with it.
    browser.visit(first)
    assert browser.status == 400
    browser.visit(link_in(post, world))
    browser.submit(("answer", "agree"))
    assert browser.status == 200
    assert asking.as_operator("POST", ask).json["error_id"] == "E-NOTICE-01"


def test_who_refuses_gets_nothing_and_is_never_asked_again(asking: Cast, post: Post) -> None:
    world = asking.world
    acme, application = an_application(world, STRANGER)
    admin = world.make.person(acme, role="admin")
    happens(world, acme, application)
    browser = world.browser()
    browser.visit(link_in(post, world))
    browser.submit(("answer", "refuse"))
    assert browser.status == 200
    assert "No letters come" in browser.page
    browser.visit(link_in(post, world))
    assert browser.status == 400
    place = f"/organizations/{to_text(acme.id)}/notification-addresses"
    (record,) = asking.as_operator("GET", place).json["items"]
    assert record["state"] == "refused"
    world.advance(40 * DAY // SECOND)
    world.product.housekeeping.step()
    asking.sign_in_again()
    before = len(post.letters)
    happens(world, acme, application)
    assert to(post, STRANGER) == ["An address on id.example.test waits for your confirmation"]
    assert [one.to for one in post.letters[before:]] == [admin.email]
    for method, path in (("POST", f"/{record['id']}/ask"), ("DELETE", f"/{record['id']}")):
        assert asking.as_operator(method, place + path).json["error_id"] == "E-NOTICE-02"
    log = asking.as_operator("GET", f"/organizations/{to_text(acme.id)}/audit").json["items"]
    assert "address.refuse" in [one["action"] for one in log]


def test_forgetting_an_address_ends_its_link_and_makes_no_second_letter_within_a_day(
    asking: Cast, post: Post
) -> None:
    world = asking.world
    acme, application = an_application(world, STRANGER)
    happens(world, acme, application)
    place = f"/organizations/{to_text(acme.id)}/notification-addresses"
    (record,) = asking.as_operator("GET", place).json["items"]
    assert asking.as_operator("DELETE", f"{place}/{record['id']}").json["error_id"] == "E-NOTICE-03"
    world.advance(A_DAY)
    asking.sign_in_again()
    assert asking.as_operator("DELETE", f"{place}/{record['id']}").status_code == 204
    browser = world.browser()
    browser.visit(link_in(post, world))
    assert browser.status == 400
    assert asking.as_operator("GET", place).json["items"] == []
    happens(world, acme, application)
    assert len(to(post, STRANGER)) == 2


def test_one_that_agreed_is_forgotten_at_once(asking: Cast) -> None:
    asking.world.make.agreement(asking.own, STRANGER)
    (record,) = listed(asking)
    assert asking.as_owner("DELETE", f"{PLACE}/{record['id']}").status_code == 204
    assert listed(asking) == []


def test_what_is_remembered_of_an_organization_is_bounded(asking: Cast) -> None:
    world = asking.world
    for number in range(3):
        world.make.agreement(asking.own, f"{number}@elsewhere.example.test")
    new = world.make.asked(asking.other, STRANGER)
    here = replace(new, id=7, organization_id=asking.own.id)
    with world.store.begin() as tx:
        assert not tx.platform.ask_address(here, most_waiting=100, most=3)
        assert tx.platform.standing_of_address(asking.own.id, STRANGER) == "unknown"
        assert tx.platform.ask_address(here, most_waiting=100, most=MOST_KNOWN)


def test_of_several_who_ask_at_once_one_letter_goes_out(asking: Cast, post: Post) -> None:
    """V046: the condition and the change are one statement."""
    world, now = asking.world, asking.world.clock.now()
    record = world.make.asked(asking.own, STRANGER, before=A_DAY)

    def ask(_: int) -> bool:
        with world.store.begin() as tx:
            door = tx.organization(asking.own.id)
            return door.ask_address_again(record.id, before=now - ASKED_AGAIN_AFTER, now=now)

    assert together(6, ask) == 1
    assert post.letters == []
