"""Device requests: found by their codes, counted as they are asked about, decided once."""

from __future__ import annotations

from grantway.core.devices import SLOWER, DeviceRequest, DeviceState, Poll
from grantway.core.model import Id, Instant
from grantway.storage.sql import rows
from grantway.storage.sql.door import Door
from grantway.storage.sql.tables.devices import device_requests


class Devices(Door):
    """Implements `core.devices.DeviceKeeper`."""

    def put_device_request(self, request: DeviceRequest) -> bool:
        """Insert, false if one of its codes is taken."""
        return bool(self._unit.rows("put_device_request", **rows.values_of(request, device_requests)))

    def device_request(self, user_key: bytes, *, now: Instant) -> DeviceRequest | None:
        """The unexpired request of a user code, whatever was decided about it."""
        row = self._unit.row("device_request", user_key_=user_key, now=now)
        return None if row is None else rows.device_request(row)

    def device_request_of(self, key: bytes, *, now: Instant) -> DeviceRequest | None:
        """The unexpired request of a device code's hash, whatever was decided about it."""
        row = self._unit.row("device_request_of", key_=key, now=now)
        return None if row is None else rows.device_request(row)

    def poll_device_request(
        self, key: bytes, *, application_id: Id, dialect: str, now: Instant
    ) -> Poll | None:
        """Count a question in time; else one that came too soon, which lengthens the interval."""
        asked = {"key_": key, "application_id_": application_id, "dialect_": dialect, "now": now}
        row = self._unit.row("poll_device_request", **asked)
        if row is not None:
            return Poll(rows.device_request(row), is_early=False)
        row = self._unit.row("slow_device_request", **asked, slower=SLOWER)
        return None if row is None else Poll(rows.device_request(row), is_early=True)

    def decide_device_request(self, key: bytes, state: DeviceState, *, now: Instant) -> DeviceRequest | None:
        """Decide about a waiting, unexpired request: one conditional update; None for the loser."""
        row = self._unit.row("decide_device_request", key_=key, state_=state, now=now)
        return None if row is None else rows.device_request(row)


class DeviceSweeps(Door):
    """Implements `core.devices.DeviceSweeping`."""

    def delete_device_requests(self, *, before: Instant, limit: int) -> int:
        """Delete requests whose time was over before then, a limited number; how many there were."""
        return len(self._unit.rows("delete_device_requests", before=before, limit=limit))
