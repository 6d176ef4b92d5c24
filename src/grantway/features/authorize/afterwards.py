"""What a browser meets whose request is over: a second click, the back button, an old tab, a reload.

The application gets one answer. A browser leaves a page when its person clicks again, so the answer to the
first click may never have been followed: for a short time the same answer is given again, to the same
browser only, and a code only while nobody has redeemed it. Afterwards the person is told where things stand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from grantway.core import errors
from grantway.core.errors import PageError, reason_of
from grantway.core.messages import Answer
from grantway.core.model import MINUTE, Instant
from grantway.core.ports import Tx
from grantway.core.secrets import decode, digest
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.behind import Behind
from grantway.features.authorize.finish import Finishing
from grantway.features.authorize.pending import CODE
from grantway.features.authorize.views import Browser, Finished
from grantway.features.services import Services

AGAIN: Instant = MINUTE
"""How long an answer is given again."""


class Afterwards:
    """Says how a request ended."""

    def __init__(self, services: Services) -> None:
        self._behind = Behind(services)
        self._finishing = Finishing(services)

    def meet(
        self, tx: Tx, handle: str, browser: Browser, *, says_no: bool | None, now: Instant
    ) -> Answer | Finished:
        """The answer once more, or how it ended. Raises PageError for what this browser never began.

        `says_no` is what the pressed button means; None where a page was only asked for. A button never
        repeats the opposite answer: who goes back is given no code, and who goes on no refusal.
        """
        artifact = tx.gate.former_artifact(waiting.KIND, digest(handle))
        pending = waiting.decode(artifact.payload) if artifact is not None else None
        if artifact is None or pending is None or not waiting.is_bound_to(pending, browser):
            raise PageError(errors.STEP_UNKNOWN, "unknown handle, or another browser")
        application, redirect = self._behind.application(pending)
        owner = self._behind.owner(application)
        if pending.outcome is None:
            if says_no:
                denied = errors.AUTHORIZE_DENIED
                waiting.close(tx, handle, pending, denied.id, by_person=True, late=True, now=now)
                if pending.device is not None:
                    tx.gate.decide_device_request(decode(pending.device.key), "denied", now=now)
                    return Finished(application, owner, redirect, "refused", pending.ui_locales)
                return self._finishing.refusal(pending, redirect, denied)
            return Finished(application, owner, redirect, "late", pending.ui_locales)
        is_soon = artifact.consumed_at is not None and now - artifact.consumed_at <= AGAIN
        if redirect is not None and is_soon and says_no in (None, pending.by_person):
            if pending.outcome != CODE:
                told = self._finishing.refusal(pending, redirect, reason_of(pending.outcome))
                return replace(told, refused=None)
            code = self._finishing.code_of(handle, browser)
            again = self._finishing.again(tx, pending, redirect, code)
            if again is not None:
                return again
        is_answered = pending.outcome == CODE
        end: Literal["answered", "refused"] = "answered" if is_answered else "refused"
        return Finished(application, owner, redirect, end, pending.ui_locales)
