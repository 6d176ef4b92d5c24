"""A device asks for the tokens that a person allows elsewhere (RFC 8628 §3.4, §3.5).

Each question is counted by one conditional update, which also tells one that came too soon. What was
allowed is spent as a code is, once, and a device code that comes again ends what it made.
"""

from __future__ import annotations

from grantway.core import devices, errors
from grantway.core.devices import Poll
from grantway.core.errors import OAuthError, Reason, Refused
from grantway.core.messages import AuthenticatedClient, Authorization, TokenRequest
from grantway.core.model import Instant
from grantway.core.ports import Tx
from grantway.core.secrets import digest
from grantway.features.redeemed import Redeemed, Redeeming
from grantway.features.services import Services


class DeviceCode:
    """Three round trips to the database where it was allowed, else two."""

    name = devices.GRANT_TYPE
    needs_secret = False

    def __init__(self, services: Services) -> None:
        self._redeeming = Redeeming(services, "device_code")

    def authorize(
        self, tx: Tx, client: AuthenticatedClient, request: TokenRequest, *, now: Instant
    ) -> Authorization | Refused:
        """Count the question, and redeem what was allowed. A device code is its own client's alone."""
        device_code = request.parameters.get("device_code")
        if not device_code:
            raise OAuthError(errors.REQUEST_PARAMETER_MISSING, "device_code")
        self._redeeming.prepare()
        key, dialect, application_id = digest(device_code), request.origin.dialect, client.application.id
        poll = tx.gate.poll_device_request(key, application_id=application_id, dialect=dialect, now=now)
        if poll is None:
            raise OAuthError(errors.DEVICE_INVALID, "unknown, or another client's")
        if poll.request.state != "allowed":
            return Refused(_not_yet(poll, now))
        spent = tx.gate.spend_code(
            key, application_id=application_id, dialect=dialect, now=now, kind=devices.KIND
        )
        if spent is None:
            return _gone(tx, poll, now)
        redeemed = Redeemed.of(key, spent, dialect)
        return self._redeeming.open(tx, client, redeemed, invalid=errors.DEVICE_INVALID)


def _not_yet(poll: Poll, now: Instant) -> Reason:
    if poll.request.state == "denied":
        return errors.DEVICE_DENIED
    if poll.request.expires_at <= now:
        return errors.DEVICE_EXPIRED
    return errors.DEVICE_SLOW if poll.is_early else errors.DEVICE_PENDING


def _gone(tx: Tx, poll: Poll, now: Instant) -> Refused:
    """Allowed, and nothing is there to redeem: it was redeemed before, or revoked, or its time is over."""
    grant = tx.gate.grant_of_code(poll.request.key)
    if grant is not None:
        tx.gate.revoke_grant(grant.id, reason="device code replayed", now=now)
        return Refused(errors.DEVICE_REPLAYED)
    is_late = poll.request.expires_at <= now
    return Refused(errors.DEVICE_EXPIRED if is_late else errors.DEVICE_INVALID)
