"""Letters with links to people who did not ask for them: no secret is kept, and nobody is deceived or flooded."""

from __future__ import annotations

import re

import pytest

from grantway.core.identifiers import to_text
from grantway.features.notices.personal import MOST_TO_ONE_ADDRESS
from tests.abuse.dump import bytes_of
from tests.abuse.inviting import VICTIM, invite
from tests.api.cast import Cast
from tests.kit.joining import Mailbox, deliver

DAY = 86_400


def test_a_mailbox_is_not_flooded_by_several_organizations(mailing: Cast, mailbox: Mailbox) -> None:
    """V: the limit is of the address; who runs into it is not told that others write there."""
    world = mailing.world
    answered = []
    for _ in range(MOST_TO_ONE_ADDRESS + 2):
        organization = world.make.organization()
        answered.append(invite(mailing, organization=organization))
    deliver(world)
    assert len(mailbox.to(VICTIM)) == MOST_TO_ONE_ADDRESS
    shapes = [{**one.json, "id": "", "organization_id": ""} for one in answered]
    assert all(shape == shapes[0] for shape in shapes)
    # What an operator sends to the address is not kept away by it.
    mailing.as_operator("POST", "/users", {"email": VICTIM, "name": "Vic Tim"})
    deliver(world)
    assert mailbox.to(VICTIM)[-1].subject == "Choose your password on id.example.test"


@pytest.mark.parametrize(
    "name",
    [
        "Your account is locked: https://evil.example/now",
        "visit evil.example",
        "www evil",
        "write to help@evil.example",
    ],
)
def test_a_strangers_name_for_an_organization_leads_nobody_away(
    mailing: Cast, mailbox: Mailbox, name: str
) -> None:
    """The letter is ours, and the name is not: one that reads like an address is not repeated."""
    organization = mailing.world.make.organization(name)
    invite(mailing, organization=organization)
    deliver(mailing.world)
    (letter,) = mailbox.letters
    assert "evil" not in letter.text + letter.subject
    assert organization.slug in letter.text
    assert [found.startswith(mailing.world.issuer) for found in re.findall(r"https?://\S+", letter.text)] == [
        True
    ] * len(re.findall(r"https?://\S+", letter.text))


def test_a_name_with_line_breaks_puts_nothing_into_the_headers(mailing: Cast, mailbox: Mailbox) -> None:
    """The mailbox of the tests refuses every header that is not one of its own."""
    organization = mailing.world.make.organization("Kestrel\r\nBcc: eve\r\n\r\nHello")
    invite(mailing, organization=organization)
    deliver(mailing.world)
    (letter,) = mailbox.letters
    assert "\n" not in letter.subject
    assert "Kestrel" not in letter.subject


def test_the_letter_speaks_the_language_of_its_person(mailing: Cast, mailbox: Mailbox) -> None:
    mailing.world.make.person(email=VICTIM, locale="de")
    invite(mailing)
    deliver(mailing.world)
    (letter,) = mailbox.letters
    assert letter.subject == "Sie sind in eine Organisation auf id.example.test eingeladen"
    assert "Ihre Rolle: Mitglied" in letter.text


def test_no_secret_of_a_letter_stands_in_the_database(mailing: Cast, mailbox: Mailbox) -> None:
    invite(mailing)
    deliver(mailing.world)
    token = mailbox.link(VICTIM).partition("token=")[2]
    kept = bytes_of(mailing.world.settings.database_url)
    assert VICTIM.encode() in kept
    assert token.encode() not in kept


def test_a_letter_waits_for_the_mail_server_and_arrives_once(mailing: Cast, mailbox: Mailbox) -> None:
    mailbox.is_down = True
    invite(mailing)
    deliver(mailing.world)
    assert mailbox.letters == []
    mailbox.is_down = False
    mailing.world.advance(60)
    deliver(mailing.world)
    assert len(mailbox.letters) == 1


def test_a_webhook_is_not_told_of_anybodys_letter(mailing: Cast) -> None:
    hook = mailing.world.make.webhook(mailing.own)
    invite(mailing)
    deliver(mailing.world)
    place = f"/organizations/{{own}}/webhooks/{to_text(hook.id)}/deliveries"
    assert mailing.as_operator("GET", place).json["items"] == []
