"""People who answer invitations, as everybody does: on the page of the own account, or by a letter's link."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from grantway.core.outgoing import Letter, NotSent, Outside
from grantway.system.mailing import written
from tests.kit.browser import Browser
from tests.kit.changes import Person
from tests.kit.world import World

LINK = re.compile(r"https?://\S+\?token=[\w-]+")


@dataclass
class Mailbox:
    """All letters that a server handed on. It is a mailer, so that whatever cannot be mail is refused."""

    letters: list[Letter] = field(default_factory=list)
    is_down: bool = False

    def send(self, letter: Letter) -> None:
        if self.is_down:
            raise NotSent("mail")
        parsed = email.message_from_bytes(
            written(letter, "Grantway <noreply@id.example.test>"), policy=email.policy.default
        )
        assert set(parsed.keys()) == {
            "From",
            "To",
            "Subject",
            "Message-ID",
            "Date",
            "Auto-Submitted",
            "Content-Type",
            "Content-Transfer-Encoding",
            "MIME-Version",
        }
        self.letters.append(letter)

    def to(self, address: str) -> list[Letter]:
        return [one for one in self.letters if one.to == address]

    def link(self, address: str) -> str:
        """The link in the newest letter to an address."""
        (found,) = LINK.findall(self.to(address)[-1].text)
        return str(found)

    @property
    def outside(self) -> Outside:
        return Outside(mailer=self)


def deliver(world: World) -> None:
    """Let everything go out that is due."""
    while world.product.outbox.step():
        pass


def at_home(world: World, person: Person) -> Browser:
    """A browser of somebody who signed in and sees the own account."""
    browser = world.browser()
    browser.sign_in(person.email, person.password)
    assert browser.status == 200, browser.page
    return browser


def offers(browser: Browser) -> Iterator[tuple[int, str]]:
    """The invitations that a page shows: the number of the form, and the id."""
    for number, form in enumerate(browser.forms):
        if "invitation" in form.fields:
            yield number, form.fields["invitation"]


def answer(browser: Browser, invitation_id: str, action: str = "accept") -> None:
    """Press a button of one invitation."""
    (number,) = (number for number, found in offers(browser) if found == invitation_id)
    browser.submit(("action", action), form=number)
