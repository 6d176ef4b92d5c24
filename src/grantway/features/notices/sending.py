"""Attempts to deliver: one at a time for each delivery, again and again until it is received.

Nothing is held while the network is waited for: a claim ends before, and the outcome is stored after.
Who is killed in between has perhaps sent something, and it is sent again when the claim runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

import msgspec

from grantway.core.audit import THE_SERVER
from grantway.core.identifiers import to_text
from grantway.core.model import DAY, HOUR, MINUTE, SECOND, Id, Instant
from grantway.core.notices import DISABLED_BY_FAILURES, Delivery, Event, Webhook, time_text
from grantway.core.outgoing import (
    Letter,
    NoticeEvent,
    NotSent,
    OutgoingNotice,
    Outside,
    Request,
    Response,
    Writer,
    is_success,
)
from grantway.core.ports import Tx
from grantway.features.audit import Act, AuditLog
from grantway.features.keys.sealing import SealBroken
from grantway.features.notices.dialects import notice_event
from grantway.features.notices.lanes import Lane
from grantway.features.notices.personal import PersonalLetters
from grantway.features.notices.signing import secrets_of, signed_headers
from grantway.features.services import Services

LEASE: Instant = 3 * MINUTE
"""How long the claim of a letter holds. Longer than any attempt may take."""
HOLD: Instant = 20 * SECOND
"""How long a webhook is held for one attempt, which ends within three seconds, by one who is killed in it."""
FIRST_WAIT: Instant = 10 * SECOND
LONGEST_WAIT: Instant = 6 * HOUR
PATIENCE: Instant = 3 * DAY
"""How long something is tried."""
FAILURES, FAILING_FOR = 20, DAY
"""After so many failures in a row, over at least so long, a webhook is disabled."""
GONE = 410
"""What an address answers that wants to hear nothing more (RFC 9110 §15.5.11)."""
LONGEST_REST: Instant = 15 * MINUTE
"""How long at most nothing goes to a webhook that fails, however much waits for it."""
MAIL_WORKERS = 4
WEBHOOK_WORKERS = 64
"""How many attempts are in flight at once in one process. Nearly all that they do is wait."""
SHARE = 8
"""How many webhooks of one organization are sent to at once, by all processes together."""

Claim: TypeAlias = tuple[Delivery, Event]
"""What somebody may try now, and nobody else."""
Forms = Mapping[str, Callable[[NoticeEvent], OutgoingNotice | None]]
"""By the name of a dialect: its own form of a notice."""


class Sending:
    """Sends what is due."""

    def __init__(self, services: Services, outside: Outside, writer: Writer, forms: Forms) -> None:
        self._services = services
        self._outside = outside
        self._writer = writer
        self._forms = forms
        self._log = AuditLog(services)
        self._personal = PersonalLetters(services)

    def claim_letters(self, limit: int) -> Iterable[Claim]:
        """Letters to try once each, of every organization in turn. Raises Unavailable."""
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            if not tx.platform.is_letter_due(now=now):
                return ()
        with self._services.store.begin() as tx:
            return tx.platform.claim_letters(now=now, until=now + LEASE, limit=limit)

    def claim_webhooks(self, limit: int) -> Iterable[Claim]:
        """What to try at one webhook each. Half of the room is kept for those that answer."""
        now = self._services.clock.now()
        with self._services.store.read() as tx:
            if not tx.platform.is_webhook_due(now=now):
                return ()
        with self._services.store.begin() as tx:
            return tx.platform.claim_webhooks(
                now=now, until=now + HOLD, limit=limit, share=SHARE, failing=limit // 2
            )

    def lanes(self) -> tuple[Lane[Claim], Lane[Claim]]:
        """The way of letters and the way to webhooks."""
        return (
            Lane(
                "mail", workers=MAIL_WORKERS, claim=self.claim_letters, attempt=lambda one: self.attempt(*one)
            ),
            Lane(
                "webhook",
                workers=WEBHOOK_WORKERS,
                claim=self.claim_webhooks,
                attempt=lambda one: self.attempt(*one),
            ),
        )

    def attempt(self, delivery: Delivery, event: Event) -> None:
        """Try once what was claimed, and store what came of it."""
        try:
            status = self._send(delivery, event)
        except NotSent as problem:
            self._failed(delivery, problem)
            return
        now = self._services.clock.now()
        done = replace(
            delivery,
            state="delivered",
            failures=0,
            last_status=status,
            last_problem=None,
            delivered_at=now,
        )
        with self._services.store.begin() as tx:
            is_stored = tx.platform.finish_delivery(done, held=delivery)
            if delivery.webhook_id is None:
                return
            if is_stored:
                tx.platform.webhook_answered(delivery.webhook_id, now=now)
            tx.platform.release_webhook(delivery.webhook_id, held_until=delivery.next_at)

    def _send(self, delivery: Delivery, event: Event) -> int | None:
        """The status of a webhook's answer; none of a mail's. Raises NotSent."""
        if delivery.webhook_id is None:
            self._write(delivery, event)
            return None
        request, is_received = self._request(delivery.webhook_id, event)
        if self._outside.caller is None:
            raise NotSent("unreachable")
        response = self._outside.caller.post(request)
        if not is_received(response):
            raise _Unwelcome(response.status)
        return response.status

    def _write(self, delivery: Delivery, event: Event) -> None:
        if self._outside.mailer is None or delivery.address is None:
            raise NotSent("mail")
        with self._services.store.read() as tx:
            facts = self._personal.written(tx, event.facts)
        subject, text = self._writer.write(event.name, facts, locale=delivery.locale)
        message_id = f"{to_text(event.id)}.{to_text(delivery.id)}"
        self._outside.mailer.send(Letter(delivery.address, subject, text, message_id))

    def _request(self, webhook_id: Id, event: Event) -> tuple[Request, Callable[[Response], bool]]:
        with self._services.store.read() as tx:
            found = tx.platform.target_of(webhook_id)
            if found is None or found[0].state != "enabled":
                raise NotSent("disabled")
            webhook, signing = found
            notice = self._own_form(tx, webhook, event)
        now = self._services.clock.now()
        body = _body(event) if notice is None else notice.body
        try:
            secrets = secrets_of(self._services.sealer, signing, now=now)
        except SealBroken:
            raise NotSent("unwritten") from None
        headers = signed_headers(secrets, message_id=message_id_text(event.id), at=now, body=body)
        headers["content-type"] = "application/json" if notice is None else notice.content_type
        url = webhook.url if notice is None else webhook.url + notice.path
        return Request(url, headers, body), is_success if notice is None else notice.acknowledged

    def _own_form(self, tx: Tx, webhook: Webhook, event: Event) -> OutgoingNotice | None:
        """The notice in the form of the application's dialect, at a webhook of that application."""
        if webhook.application_id is None or webhook.application_id != event.application_id:
            return None
        application = tx.gate.application(webhook.application_id)
        for name in sorted(application.dialects) if application is not None else ():
            form = self._forms.get(name)
            if form is not None and application is not None:
                notice = form(notice_event(tx, self._services, application, event))
                if notice is not None:
                    return notice
        return None

    def _failed(self, delivery: Delivery, problem: NotSent) -> None:
        now, failures = self._services.clock.now(), delivery.failures + 1
        status = problem.status if isinstance(problem, _Unwelcome) else None
        is_over = problem.is_final or now - delivery.since >= PATIENCE
        outcome = replace(
            delivery,
            state="failed" if is_over else "pending",
            failures=failures,
            next_at=now + self.wait_after(failures),
            last_status=status,
            last_problem=problem.problem,
        )
        with self._services.store.begin() as tx:
            is_stored = tx.platform.finish_delivery(outcome, held=delivery)
            if delivery.webhook_id is None:
                return
            tx.platform.release_webhook(delivery.webhook_id, held_until=delivery.next_at)
            webhook = tx.platform.webhook_failed(delivery.webhook_id, now=now) if is_stored else None
            if webhook is None:
                return
            rest = min(self.wait_after(webhook.failures), LONGEST_REST)
            tx.platform.rest_webhook(webhook.id, until=now + rest)
            if status == GONE or _is_dead(webhook, now):
                self._give_up(tx, webhook)

    def _give_up(self, tx: Tx, webhook: Webhook) -> None:
        if tx.platform.disable_webhook(webhook.id, reason=DISABLED_BY_FAILURES):
            told = {"url": webhook.url, "state": "disabled"}
            if webhook.application_id is not None:
                told["application_id"] = to_text(webhook.application_id)
            self._log.record(
                tx, THE_SERVER, Act("webhook.give_up", webhook.id, webhook.organization_id, after=told)
            )

    def wait_after(self, failures: int) -> Instant:
        """Twice as long after each failure, and spread out, so that not all come back at once."""
        longest = min(FIRST_WAIT << min(failures - 1, 20), LONGEST_WAIT)
        part = int.from_bytes(self._services.entropy.token_bytes(2), "big")
        return longest * 3 // 4 + longest * part // 4 // 0xFFFF


class _Unwelcome(NotSent):
    """An answer came, and it was not that it was received."""

    def __init__(self, status: int) -> None:
        super().__init__("status", is_final=status == GONE)
        self.status = status


def message_id_text(event_id: Id) -> str:
    """The id of a message, the same for every attempt: who got it already can tell by it."""
    return "msg_" + to_text(event_id)


def _is_dead(webhook: Webhook, now: Instant) -> bool:
    since = webhook.failing_since
    return since is not None and webhook.failures >= FAILURES and now - since >= FAILING_FOR


def _body(event: Event) -> bytes:
    """The notice in our own form."""
    said = {"type": event.name, "timestamp": time_text(event.at), "data": event.facts}
    return msgspec.json.encode(said, order="deterministic")
