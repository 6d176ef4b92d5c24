"""Requests of devices (RFC 8628): begun by a device, and led by a person to the pages of any sign-in.

A device request becomes a pending request once somebody typed its user code. From then on it goes the way of
every authorization request: the same sign-in, organizations, gates and consent. Only consent is different:
it is always asked for. Somebody else may have sent the code (§5.4), so nothing that was allowed before, and
nobody who answers for the application, stands for the person's own word.
"""

from __future__ import annotations

import hmac

from grantway.core import devices, errors
from grantway.core.devices import DeviceRequest
from grantway.core.errors import OAuthError, Reason, Refused
from grantway.core.messages import DeviceAuthorization, DeviceAuthorizationRequest
from grantway.core.model import SECOND, Application, Instant
from grantway.core.networks import wide_network_of
from grantway.core.ports import Attempt, Tx
from grantway.core.secrets import digest, encode
from grantway.features.authorize import pending as waiting
from grantway.features.authorize.pending import Device, Pending
from grantway.features.authorize.room import Room
from grantway.features.authorize.views import Browser, Interact
from grantway.features.authorize.wanted import check_wish, wish_of
from grantway.features.client_auth import ClientAuthentication
from grantway.features.services import Services

WINDOW: Instant = devices.LIFETIME
NETWORK = 200
"""Requests that a /24 or /48 begins in a window, which is as long as one waits."""
APPLICATION = 5_000
"""Those of one application, so that what strangers do with its client id fills no other's room."""
EVERYWHERE = 50_000
"""Those of all. What waits is at most two windows of each count."""
GUESSES = 20
"""Codes that are not known, typed in a window from a network, or by somebody who is signed in.

Of 25.6 thousand million codes at most a hundred thousand wait, so a guess hits one in 256 thousand times
when the room is full, and then only lets somebody allow a device of a stranger (RFC 8628 §5.1).
"""
_TRIES = 4


class DeviceRequests:
    """Begins requests of devices, and leads people to them."""

    def __init__(self, services: Services, authentication: ClientAuthentication) -> None:
        self._services = services
        self._authentication = authentication
        self._room = Room(services)

    def begin(self, request: DeviceAuthorizationRequest) -> DeviceAuthorization:
        """Give a device its two codes. Raises OAuthError."""
        origin, grant_type = request.origin, devices.GRANT_TYPE
        client = self._authentication.authenticate(request.client, origin, grant_type=grant_type)
        application = client.application
        if grant_type not in application.settings.grant_types or application.type == "backend":
            raise OAuthError(errors.CLIENT_UNAUTHORIZED_GRANT)
        wish = wish_of(application, request.scope, request.resources)
        check_wish(self._services, application, wish, dialect=origin.dialect)
        now, device_code = self._services.clock.now(), encode(self._services.entropy.token_bytes(32))
        with self._services.store.begin() as tx:
            self._take_room(tx, application, origin.address, now)
            for _ in range(_TRIES):
                user_code = devices.new_user_code(self._services.entropy.token_bytes)
                made = self._made(request, application, digest(device_code), user_code, now)
                if tx.gate.put_device_request(made):
                    lifetime = devices.LIFETIME // SECOND
                    return DeviceAuthorization(device_code, user_code, lifetime, devices.INTERVAL)
        raise OAuthError(errors.DEVICE_EVERYWHERE, "no free user code")

    def enter(self, typed: str, browser: Browser, *, ui_locales: str | None = None) -> Interact | Refused:
        """Lead somebody who typed a code to what it asks for.

        Refused: it is not known, or too many such were typed. Raises PageError where no room is left.
        """
        now = self._services.clock.now()
        counted = Attempt(self._guesser(browser), GUESSES, WINDOW)
        with self._services.store.begin() as tx:
            if not tx.gate.count_attempt(counted, now=now):
                return Refused(errors.DEVICE_GUESSES)
            user_code = devices.read_user_code(typed)
            found = self.find(tx, user_code, now) if user_code is not None else None
            application = self._services.directory.application(found.application_id) if found else None
            if found is None or user_code is None or application is None or found.state != "waiting":
                return Refused(errors.DEVICE_CODE_UNKNOWN)
            tx.gate.uncount_attempts((counted,), at=now)
            pending = Pending(
                application_id=application.id,
                client_id=application.client_id,
                mount=found.mount,
                dialect=found.dialect,
                redirect_uri="",
                redirect_repeated=False,
                mode="query",
                names_issuer=False,
                created_at=now,
                scopes=list(found.scopes) if found.scopes is not None else None,
                resources=list(found.resources),
                prompts=["consent"],
                ui_locales=ui_locales,
                device=Device(key=encode(found.key), user_code=devices.spelled(user_code)),
            )
            pending = waiting.of_session(pending, browser.session)
            handle = encode(self._services.entropy.token_bytes(32))
            bound = waiting.bound_to(pending, browser)
            self._room.take(tx, handle, bound, address=browser.address, session=browser.session)
            return Interact(handle)

    def find(self, tx: Tx, user_code: str, now: Instant) -> DeviceRequest | None:
        """The unexpired request of a user code, whatever was decided about it."""
        return tx.gate.device_request(self._user_key(user_code), now=now)

    def _made(
        self,
        request: DeviceAuthorizationRequest,
        application: Application,
        key: bytes,
        user_code: str,
        now: Instant,
    ) -> DeviceRequest:
        return DeviceRequest(
            key=key,
            user_key=self._user_key(user_code),
            application_id=application.id,
            mount=request.origin.mount,
            dialect=request.origin.dialect,
            scopes=tuple(sorted(request.scope)) if request.scope is not None else None,
            resources=request.resources,
            created_at=now,
            expires_at=now + devices.LIFETIME,
            interval=devices.INTERVAL,
            # The interval is between two questions; the first may come at once (RFC 8628 §3.5).
            next_poll_at=now,
        )

    def _take_room(self, tx: Tx, application: Application, address: str, now: Instant) -> None:
        shares: tuple[tuple[str, int, Reason], ...] = (
            (self._bucket("network", address), NETWORK, errors.DEVICE_NETWORK),
            (f"device.{application.id}", APPLICATION, errors.DEVICE_APPLICATION),
            ("device", EVERYWHERE, errors.DEVICE_EVERYWHERE),
        )
        for bucket, limit, reason in shares:
            if not tx.gate.count_attempt(Attempt(bucket, limit, WINDOW), now=now):
                raise OAuthError(reason)

    def _guesser(self, browser: Browser) -> str:
        """Who is signed in is counted apart: no stranger of the same network crowds them out."""
        if browser.session is not None:
            return f"device.guess.{browser.session.user_id}"
        return self._bucket("guess", browser.address)

    def _bucket(self, purpose: str, address: str) -> str:
        return "device." + encode(self._keyed(purpose, wide_network_of(address))[:16])

    def _user_key(self, user_code: str) -> bytes:
        """Under what a user code is found: keyed, because so few letters could be tried out on a copy."""
        return self._keyed("user code", user_code)

    def _keyed(self, purpose: str, text: str) -> bytes:
        message = f"device|{purpose}|{text}".encode()
        return hmac.digest(self._services.keyring.link_key(), message, "sha256")
