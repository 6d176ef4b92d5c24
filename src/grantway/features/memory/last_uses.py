"""What was used last, counted in the process and written every few seconds.

A write with every request would cost more than the request. What was noted and not yet written is lost
when a process is killed: some seconds of last-used times, and nothing that a decision reads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from grantway.core.model import Id, Instant
from grantway.core.ports import Store, Unavailable

FLUSH_INTERVAL = 5.0
"""Seconds between two writings."""
MOST_NOTED = 20_000
"""Of secrets, keys, scopes and consents between two writings. What comes after is noted with its next use."""


class LastUses:
    """Notes uses from all threads, and gives them to the store together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._secrets: dict[Id, tuple[Instant, str]] = {}
        self._keys: dict[Id, tuple[Instant, str]] = {}
        self._scopes: dict[tuple[Id, str], Instant] = {}
        self._consents: dict[tuple[Id, Id, Id], Instant] = {}

    def secret(self, credential_id: Id, address: str, *, at: Instant) -> None:
        """A client secret was right, in a request from this address."""
        with self._lock:
            if credential_id in self._secrets or len(self._secrets) < MOST_NOTED:
                self._secrets[credential_id] = (at, address)

    def access_key(self, access_key_id: Id, address: str, *, at: Instant) -> None:
        """The secret of an access key was right, in a request from this address."""
        with self._lock:
            if access_key_id in self._keys or len(self._keys) < MOST_NOTED:
                self._keys[access_key_id] = (at, address)

    def scopes(self, installation_id: Id, scopes: Iterable[str], *, at: Instant) -> None:
        """Scopes of an installation were of use."""
        with self._lock:
            for scope in scopes:
                key = (installation_id, scope)
                if key in self._scopes or len(self._scopes) < MOST_NOTED:
                    self._scopes[key] = at

    def consent(self, user_id: Id, application_id: Id, organization_id: Id, *, at: Instant) -> None:
        """A token was made for a person in an organization, at an application of others."""
        key = (user_id, application_id, organization_id)
        with self._lock:
            if key in self._consents or len(self._consents) < MOST_NOTED:
                self._consents[key] = at

    def flush(self, store: Store) -> int:
        """Write what was noted; how much that was. Raises Unavailable, and then keeps it."""
        with self._lock:
            secrets, self._secrets = self._secrets, {}
            keys, self._keys = self._keys, {}
            scopes, self._scopes = self._scopes, {}
            consents, self._consents = self._consents, {}
        if not secrets and not keys and not scopes and not consents:
            return 0
        try:
            with store.begin() as tx:
                # In the order of the keys, so that two processes cannot wait for each other.
                for credential_id, (at, address) in sorted(secrets.items()):
                    tx.gate.credential_used(credential_id, at=at, address=address)
                for access_key_id, (at, address) in sorted(keys.items()):
                    tx.gate.access_key_used(access_key_id, at=at, address=address)
                for (installation_id, scope), at in sorted(scopes.items()):
                    tx.gate.scope_used(installation_id, scope, at=at)
                for key, at in sorted(consents.items()):
                    tx.gate.consent_used(*key, at=at)
        except Unavailable:
            with self._lock:
                self._secrets = secrets | self._secrets
                self._keys = keys | self._keys
                self._scopes = scopes | self._scopes
                self._consents = consents | self._consents
            raise
        return len(secrets) + len(keys) + len(scopes) + len(consents)
