"""Whether letters about an organization's applications may go to an address.

They may where a member of the organization has it verified. Anybody else is asked by one letter with a
link, and gets nothing more until they agree: nobody has this server write to a stranger.
"""

from __future__ import annotations

from grantway.core.audit import Actor
from grantway.core.errors import LINK_INVALID, PageError
from grantway.core.model import DAY, Id, Instant, Organization
from grantway.core.notices import AskedAddress, Event, time_text
from grantway.core.ports import Tx
from grantway.core.secrets import digest
from grantway.features.audit import Act, AuditLog
from grantway.features.notices.personal import Personal, PersonalLetters
from grantway.features.services import Services

CONFIRM = "/confirm"
KIND = "notify"
LETTER = "address.confirm"
UNCONFIRMED = "address.unconfirmed"
"""What owners and admins are told when an address is asked."""
LIFETIME: Instant = 14 * DAY
"""How long the link in the letter works."""
ASKED_KEPT: Instant = 30 * DAY
"""How long it is remembered who did not answer, so that nobody is asked again before."""
MOST_WAITING = 100
"""How many addresses of one organization wait for an answer."""
MOST_KNOWN = 1_000
"""How many addresses of one organization are remembered, whatever they answered."""
_LONGEST_TOKEN = 100


class Confirming:
    """Asks addresses, and hears that they agree."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._letters = PersonalLetters(services)
        self._log = AuditLog(services)

    def may_write(self, tx: Tx, organization: Organization, address: str, application_id: Id | None) -> bool:
        """Whether letters may go there. An address that nobody asked yet is asked now, once."""
        standing = tx.platform.standing_of_address(organization.id, address)
        if standing == "unknown":
            self._ask(tx, organization, address, application_id)
        return standing == "confirmed"

    def _ask(self, tx: Tx, organization: Organization, address: str, application_id: Id | None) -> None:
        now, new_id = self._services.clock.now(), self._services.entropy.new_id
        asked = AskedAddress(new_id(), organization.id, address, now)
        if not tx.platform.ask_address(asked, most_waiting=MOST_WAITING, most=MOST_KNOWN):
            return
        self.write(tx, organization, asked)
        tx.gate.announce(
            Event(
                id=new_id(),
                at=now,
                name=UNCONFIRMED,
                tells=frozenset({"administrators"}),
                organization_id=organization.id,
                application_id=application_id,
                target_id="",
                facts={},
            )
        )

    def write(self, tx: Tx, organization: Organization, asked: AskedAddress) -> None:
        """Send the letter that asks. The link of an earlier one ends."""
        now = self._services.clock.now()
        told = {"organization_name": organization.name, "slug": organization.slug}
        self._letters.send(
            tx,
            Personal(
                name=LETTER,
                to=asked.address,
                path=CONFIRM,
                kind=KIND,
                subject=asked.id,
                payload=b"",
                expires_at=now + LIFETIME,
                organization_id=organization.id,
                facts={**told, "expires_at": time_text(now + LIFETIME)},
            ),
        )

    def describe(self, token: str | None) -> tuple[Organization, AskedAddress]:
        """What a link is about. Raises PageError."""
        with self._services.store.read() as tx:
            return self._behind(tx, token)

    def confirm(self, token: str | None, *, address: str | None = None) -> tuple[Organization, AskedAddress]:
        """Let the letters come. Raises PageError."""
        return self._answer(token, address, "address.confirm")

    def refuse(self, token: str | None, *, address: str | None = None) -> tuple[Organization, AskedAddress]:
        """Let no letters of the organization come, nor one that asks again. Raises PageError."""
        return self._answer(token, address, "address.refuse")

    def _answer(
        self, token: str | None, address: str | None, action: str
    ) -> tuple[Organization, AskedAddress]:
        now = self._services.clock.now()
        with self._services.store.begin() as tx:
            organization, asked = self._behind(tx, token)
            write = tx.platform.refuse_address if action == "address.refuse" else tx.platform.confirm_address
            is_spent = tx.gate.spend_artifact(KIND, digest(token or ""), now=now) is not None
            if not is_spent or not write(asked.id, now=now):
                raise PageError(LINK_INVALID, "spent meanwhile")
            act = Act(action, asked.id, organization.id, after={"address": asked.address})
            # Whoever holds the mailbox; that need be nobody with an account.
            self._log.record(tx, Actor("server", address=address), act)
        return organization, asked

    def _behind(self, tx: Tx, token: str | None) -> tuple[Organization, AskedAddress]:
        if not token or len(token) > _LONGEST_TOKEN:
            raise PageError(LINK_INVALID, "no token")
        artifact = tx.gate.artifact(KIND, digest(token), now=self._services.clock.now())
        asked = tx.platform.asked_address(artifact.subject) if artifact and artifact.subject else None
        organization = tx.gate.organization_record(asked.organization_id) if asked is not None else None
        if asked is None or organization is None:
            raise PageError(LINK_INVALID, "unknown, used or too old")
        return organization, asked
