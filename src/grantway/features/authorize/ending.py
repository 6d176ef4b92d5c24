"""How a pending request ends: in a code, in a refusal, or in the decision that a device fetches."""

from __future__ import annotations

from typing import Literal

from grantway.core import errors
from grantway.core.devices import DeviceRequest, DeviceState
from grantway.core.errors import PageError, Reason
from grantway.core.messages import Answer
from grantway.core.model import Application, Instant
from grantway.core.ports import Tx
from grantway.core.secrets import decode
from grantway.features.authorize import choices
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.behind import Behind
from grantway.features.authorize.due import Ready
from grantway.features.authorize.finish import Finishing
from grantway.features.authorize.pending import CODE, Device, Pending
from grantway.features.authorize.room import give_back
from grantway.features.authorize.steps import Tell
from grantway.features.authorize.views import Browser, Finished
from grantway.features.services import Services


class Endings:
    """Ends requests, each once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._behind = Behind(services)
        self._finishing = Finishing(services)

    def end(
        self, tx: Tx, handle: str, pending: Pending, browser: Browser, due: Tell | Ready, now: Instant
    ) -> Answer | Finished:
        """Whatever is due, where no page is. Raises Over, PageError."""
        if isinstance(due, Tell):
            told = self.refuse(tx, handle, pending, due.reason, now)
            return told.about(due.concern) if isinstance(told, Answer) else told
        waiting.close(tx, handle, pending, CODE, by_person=False, late=False, now=now)
        give_back(tx, pending)
        if pending.device is None:
            return self.coded(tx, pending, due, self._finishing.code_of(handle, browser))
        decided = self._decided(tx, pending.device, "allowed", now)
        self._finishing.allow(tx, due.ended, due.party, decided, scopes=due.scopes, voucher_id=due.voucher_id)
        return self._finished(due.ended.application, pending, "answered")

    def coded(self, tx: Tx, pending: Pending, due: Ready, code: str) -> Answer:
        """The answer with this code."""
        if pending.organization_id is not None:
            choices.remember(
                tx,
                due.ended.session,
                due.ended.application,
                pending.organization_id,
                now=self._services.clock.now(),
            )
        return self._finishing.answer(
            tx, due.ended, due.party, code, scopes=due.scopes, voucher_id=due.voucher_id
        )

    def refuse(
        self,
        tx: Tx,
        handle: str,
        pending: Pending,
        reason: Reason,
        now: Instant,
        *,
        by_person: bool = False,
    ) -> Answer | Finished:
        """Tell whoever asked that it is refused. Raises Over, PageError."""
        application, redirect = self._behind.application(pending)
        waiting.close(tx, handle, pending, reason.id, by_person=by_person, late=False, now=now)
        give_back(tx, pending)
        if pending.device is None:
            return self._finishing.refusal(pending, redirect, reason)
        self._decided(tx, pending.device, "denied", now)
        return self._finished(application, pending, "refused")

    def _decided(self, tx: Tx, device: Device, state: DeviceState, now: Instant) -> DeviceRequest:
        """Decide for a device, once. Raises PageError where somebody else did, or its time is over."""
        decided = tx.gate.decide_device_request(decode(device.key), state, now=now)
        if decided is None:
            raise PageError(errors.DEVICE_DECIDED)
        return decided

    def _finished(
        self, application: Application, pending: Pending, end: Literal["answered", "refused"]
    ) -> Finished:
        return Finished(application, self._behind.owner(application), None, end, pending.ui_locales)
