"""A mailbox behind a real SMTP server."""

from __future__ import annotations

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Takes mail; addresses that begin with `no` are refused for good, those with `later` are not."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []

    async def handle_RCPT(  # noqa: N802 - the name is the server's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("no"):
            return "550 nobody here"
        if address.startswith("later"):
            return "451 come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.letters.append((envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content))
        return "250 OK"
