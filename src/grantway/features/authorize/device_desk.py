"""What programs of a signed-in person are told of a device request, and how they refuse it.

They allow none. With the token of one application nobody is signed in to another: whoever holds it would
enter every other one as its person, without their knowing. Allowing is the person's own act, on our page.
"""

from __future__ import annotations

from dataclasses import dataclass

from grantway.core import devices, errors
from grantway.core.devices import DeviceRequest, DeviceState
from grantway.core.errors import OAuthError, Refused
from grantway.core.messages import BearerRequest
from grantway.core.model import Application, Instant
from grantway.core.ports import Attempt, Tx
from grantway.features.authorize.devices import GUESSES, WINDOW, DeviceRequests
from grantway.features.services import Services
from grantway.features.tokens.verify import VerifiedToken, Verifier


@dataclass(frozen=True, slots=True)
class DeviceQuestion:
    """Somebody asks about a user code. `approve` is what they decide; None: they only read."""

    bearer: BearerRequest
    user_code: str | None
    approve: bool | None = None


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device request as its person may read it."""

    user_code: str
    application: Application
    scopes: tuple[str, ...]
    expires_at: Instant
    state: DeviceState


class DeviceDesk:
    """Answers about device requests at the mount that they were begun at."""

    def __init__(self, services: Services, verifier: Verifier, requests: DeviceRequests) -> None:
        self._services = services
        self._verifier = verifier
        self._requests = requests

    def ask(self, question: DeviceQuestion) -> DeviceView | Refused:
        """Show the request, or refuse it for the device. Raises OAuthError.

        Refused: the code is not known; it was counted as a guess, as on the page.
        """
        token = self._verifier.bearer(question.bearer, audience=None)
        if token.party.user is None:
            raise OAuthError(errors.TOKEN_NO_USER)
        if not question.user_code:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "user_code")
        if question.approve:
            raise OAuthError(errors.DEVICE_OWN_ACT)
        with self._services.store.begin() as tx:
            return self._answered(tx, question, token, self._services.clock.now())

    def _answered(
        self, tx: Tx, question: DeviceQuestion, token: VerifiedToken, now: Instant
    ) -> DeviceView | Refused:
        counted = Attempt(f"device.guess.{token.subject.id}", GUESSES, WINDOW)
        if not tx.gate.count_attempt(counted, now=now):
            return Refused(errors.DEVICE_GUESSES)
        user_code = devices.read_user_code(question.user_code or "")
        found = self._requests.find(tx, user_code, now) if user_code is not None else None
        if found is None or user_code is None or found.mount != question.bearer.origin.mount:
            return Refused(errors.DEVICE_CODE_UNKNOWN)
        application = self._services.directory.application(found.application_id)
        if application is None:
            return Refused(errors.DEVICE_CODE_UNKNOWN)
        tx.gate.uncount_attempts((counted,), at=now)
        if question.approve is False:
            found = self._refused(tx, found, now)
        return DeviceView(
            devices.spelled(user_code), application, found.scopes or (), found.expires_at, found.state
        )

    def _refused(self, tx: Tx, found: DeviceRequest, now: Instant) -> DeviceRequest:
        decided = tx.gate.decide_device_request(found.key, "denied", now=now)
        if decided is None:
            raise OAuthError(errors.DEVICE_DECIDED)
        return decided
