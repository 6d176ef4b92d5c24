"""Letters go where somebody agreed to get them, and nobody has this server write to a stranger."""

from __future__ import annotations

import re

import pytest

from grantway.core.audit import THE_SERVER
from grantway.core.errors import PageError
from grantway.core.identifiers import to_text
from grantway.core.model import DAY, HOUR, SECOND, Application, Organization
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.confirming import ASKED_KEPT, LIFETIME, MOST_WAITING
from grantway.features.notices.expanding import MOST_TO_RECIPIENT
from tests.features.notices.post import Post, run
from tests.kit.world import World

STRANGER = "stranger@elsewhere.example.test"
LINK = re.compile(r"https?://\S+")


def an_application(world: World, *addresses: str) -> tuple[Organization, Application]:
    """An application whose addresses nobody was asked about."""
    acme = world.make.organization("Acme Robotics")
    application = world.make.application(acme, notification_addresses=())
    return acme, world.make.change_application(application, notification_addresses=addresses)


def happens(world: World, organization: Organization, application: Application, times: int = 1) -> None:
    for _ in range(times):
        told = {"application_id": to_text(application.id)}
        with world.store.begin() as tx:
            act = Act("application.disable", application.id, organization.id, after=told)
            AuditLog(world.services).record(tx, THE_SERVER, act)
    run(world)


def to(post: Post, address: str) -> list[str]:
    return [letter.subject for letter in post.letters if letter.to == address]


def test_a_stranger_gets_one_letter_that_asks_and_nothing_else_until_they_agree(
    sender: World, post: Post
) -> None:
    acme, application = an_application(sender, STRANGER)
    admin = sender.make.person(acme, role="admin")
    happens(sender, acme, application, 5)
    assert to(post, STRANGER) == ["An address on id.example.test waits for your confirmation"]
    # Nothing is lost meanwhile: admins are told in their place, and that they are.
    assert to(post, admin.email).count("An application was disabled") == 5
    assert "A notification address waits for its confirmation" in to(post, admin.email)
    (letter,) = [one for one in post.letters if one.to == STRANGER]
    (link,) = LINK.findall(letter.text.replace(sender.issuer + ".", "").replace(sender.issuer + " ", ""))
    browser = sender.browser()
    browser.visit(link.removeprefix(sender.issuer))
    assert browser.status == 200
    assert STRANGER in browser.page
    # Mail scanners open links: that is no agreement.
    happens(sender, acme, application)
    assert len(to(post, STRANGER)) == 1
    browser.submit()
    assert browser.status == 200
    before = len(to(post, admin.email))
    happens(sender, acme, application)
    assert to(post, STRANGER)[1:] == ["An application was disabled"]
    assert len(to(post, admin.email)) == before
    browser.visit(link.removeprefix(sender.issuer))
    assert browser.status == 400


def test_a_members_verified_address_needs_no_letter_that_asks(sender: World, post: Post) -> None:
    acme, application = an_application(sender, "ann@acme.example.test")
    sender.make.person(acme, email="ann@acme.example.test")
    happens(sender, acme, application)
    assert to(post, "ann@acme.example.test") == ["An application was disabled"]


def test_what_one_organization_was_allowed_is_not_anothers(sender: World, post: Post) -> None:
    acme, application = an_application(sender, STRANGER)
    sender.make.agreement(acme, STRANGER)
    other = sender.make.organization("Other")
    theirs = sender.make.change_application(
        sender.make.application(other, notification_addresses=()), notification_addresses=(STRANGER,)
    )
    happens(sender, other, theirs)
    assert to(post, STRANGER) == ["An address on id.example.test waits for your confirmation"]
    happens(sender, acme, application)
    assert to(post, STRANGER)[1:] == ["An application was disabled"]


def test_an_address_is_not_asked_again_for_a_month_and_its_link_ends_before(
    sender: World, post: Post
) -> None:
    acme, application = an_application(sender, STRANGER)
    happens(sender, acme, application)
    (letter,) = [one for one in post.letters if one.to == STRANGER]
    token = letter.text.partition("token=")[2].split()[0]
    sender.advance(LIFETIME // SECOND)
    with pytest.raises(PageError):
        sender.product.features.sign_in.confirming.confirm(token)
    happens(sender, acme, application)
    assert len(to(post, STRANGER)) == 1
    sender.advance((ASKED_KEPT - LIFETIME + DAY) // SECOND)
    sender.product.housekeeping.step()
    happens(sender, acme, application)
    assert len(to(post, STRANGER)) == 2


def test_addresses_that_wait_are_bounded_for_each_organization(sender: World, post: Post) -> None:
    addresses = tuple(f"{number}@elsewhere.example.test" for number in range(MOST_WAITING + 20))
    acme, application = an_application(sender, *addresses)
    happens(sender, acme, application)
    assert len(post.letters) == MOST_WAITING


def test_one_address_gets_so_many_letters_an_hour_whoever_causes_them(sender: World, post: Post) -> None:
    acme, application = an_application(sender, STRANGER)
    sender.make.agreement(acme, STRANGER)
    happens(sender, acme, application, MOST_TO_RECIPIENT + 5)
    assert len(to(post, STRANGER)) == MOST_TO_RECIPIENT
    sender.advance(HOUR // SECOND)
    happens(sender, acme, application)
    assert len(to(post, STRANGER)) == MOST_TO_RECIPIENT + 1


@pytest.mark.parametrize("name", ["Visit evil.example.test now", "http://evil.example.test", "=?utf-8?q?x?="])
def test_no_name_stands_in_a_subject_and_none_that_leads_away_in_a_letter(
    sender: World, post: Post, name: str
) -> None:
    acme = sender.make.organization(name)
    application = sender.make.application(acme, name=name, notification_addresses=())
    application = sender.make.change_application(application, notification_addresses=(STRANGER,))
    happens(sender, acme, application)
    sender.make.agreement(acme, "other@elsewhere.example.test")
    sender.make.change_application(application, notification_addresses=("other@elsewhere.example.test",))
    happens(sender, acme, application)
    assert len(post.letters) == 2
    for letter in post.letters:
        assert name not in letter.subject
        assert "evil" not in letter.text
