"""Look-ups of the facts that decide every request: from memory while it is fresh, else the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from grantway.core.access_keys import AccessKey
from grantway.core.model import (
    Application,
    Catalogue,
    Credential,
    Id,
    Installation,
    Membership,
    Organization,
    Party,
    ServiceAccount,
    User,
    Voucher,
)
from grantway.core.ports import Clock, Store, Tx, Unavailable
from grantway.core.secrets import digest
from grantway.core.vouching import is_live
from grantway.features.keys.opening import OpenedKeys, open_keys
from grantway.features.keys.sealing import Sealer
from grantway.features.memory.bounded import Bounded
from grantway.features.memory.following import ASKING_PAUSE, ApplicationEntry, Memory, Published, UserEntry

K = TypeVar("K")
T = TypeVar("T")
V = TypeVar("V")


class Directory:
    """One view of the registry for all features of a process. Raises what the store raises."""

    def __init__(self, memory: Memory, store: Store, clock: Clock, sealer: Sealer) -> None:
        self._memory = memory
        self._store = store
        self._clock = clock
        self._monotonic = clock.monotonic
        self._sealer = sealer

    @property
    def is_fresh(self) -> bool:
        """Whether the memory may be believed now."""
        return self._monotonic() < self._memory.valid_until

    def application_by_client_id(self, client_id: str) -> Application | None:
        """The application of a client id."""
        memory = self._memory
        if self._monotonic() < memory.valid_until:
            identifier = memory.client_ids.get(client_id)
            if identifier is not None:
                entry = memory.applications.get(identifier)
                if entry is not None and entry.application.client_id == client_id:
                    return entry.application
        generation = memory.generation
        with self._store.read() as tx:
            application = tx.gate.application_by_client_id(client_id)
        self._remember_application(application, generation)
        return application

    def application(self, application_id: Id) -> Application | None:
        """The application of an id out of a verified token or record."""
        entry = self._entry(application_id)
        return entry.application if entry is not None else None

    def credential(self, application_id: Id, digests: tuple[bytes, ...]) -> Credential | None:
        """The unrevoked credential of ours with one of these digests (one per pepper)."""
        entry = self._entry(application_id)
        if entry is None:
            return None
        for key in digests:
            found = entry.credentials.get(key)
            if found is not None:
                return found
        generation = self._memory.generation
        with self._store.read() as tx:
            credential = tx.gate.credential(application_id, digests)
        if credential is not None and self._may_remember(generation):
            entry.credentials.put(credential.digest, credential)
            entry.credentials_by_id.put(credential.id, credential)
        return credential

    def credential_by_id(self, application_id: Id, credential_id: Id) -> Credential | None:
        """A credential whether revoked or not."""
        entry = self._entry(application_id)
        if entry is None:
            return None
        found = entry.credentials_by_id.get(credential_id)
        if found is not None:
            return found
        generation = self._memory.generation
        with self._store.read() as tx:
            credential = tx.gate.credential_by_id(application_id, credential_id)
        if credential is not None and self._may_remember(generation):
            entry.credentials_by_id.put(credential_id, credential)
        return credential

    def installation(self, application_id: Id, organization_id: Id) -> Installation | None:
        """What an organization allows an application of another organization."""
        entry = self._entry(application_id)
        if entry is None:
            return None
        if organization_id in entry.installations:
            return entry.installations[organization_id]
        return self._ask_within(
            entry.installations,
            organization_id,
            lambda tx: tx.gate.installation(application_id, organization_id),
        )

    def vouchers(self, application_id: Id, organization_id: Id) -> tuple[Voucher, ...]:
        """The live vouchers of an application there: the organization's own and the platform's."""
        entry = self._entry(application_id)
        if entry is None:
            return ()
        found = entry.vouchers.get(organization_id)
        if found is None:
            found = self._ask_within(
                entry.vouchers,
                organization_id,
                lambda tx: tx.gate.live_vouchers(application_id, organization_id),
            )
        if all(one.installation_id is None for one in found):
            return found
        installation = self.installation(application_id, organization_id)
        return tuple(one for one in found if is_live(one, installation))

    def organization(self, organization_id: Id) -> Organization | None:
        """An organization's standing."""
        memory = self._memory
        if self._monotonic() < memory.valid_until:
            found = memory.organizations.get(organization_id)
            if found is not None:
                return found
        return self._ask(
            memory.organizations, organization_id, lambda tx: tx.gate.organization_record(organization_id)
        )

    def user(self, user_id: Id) -> User | None:
        """A person's standing and claims."""
        entry = self._user_entry(user_id)
        return entry.user if entry is not None else None

    def membership(self, user_id: Id, organization_id: Id) -> Membership | None:
        """A person's place in an organization."""
        entry = self._user_entry(user_id)
        if entry is None:
            return None
        if organization_id in entry.memberships:
            return entry.memberships[organization_id]
        return self._ask_within(
            entry.memberships, organization_id, lambda tx: tx.gate.membership(user_id, organization_id)
        )

    def is_known_origin(self, origin: str) -> bool:
        """Whether any usable application registered a web origin."""
        memory = self._memory
        if self.is_fresh:
            found = memory.origins.get(origin)
            if found is not None:
                return found
        is_known = self._ask(memory.origins, origin, lambda tx: tx.gate.is_known_origin(origin))
        return is_known is True

    def service_account(self, service_account_id: Id) -> ServiceAccount | None:
        """A service account, with the applications that may act as it."""
        memory = self._memory
        if self.is_fresh:
            found = memory.service_accounts.get(service_account_id)
            if found is not None:
                return found
        return self._ask(
            memory.service_accounts,
            service_account_id,
            lambda tx: tx.gate.service_account(service_account_id),
        )

    def access_key(self, access_key_id: Id) -> AccessKey | None:
        """An access key, in whatever state."""
        memory = self._memory
        if self.is_fresh:
            found = memory.access_keys.get(access_key_id)
            if found is not None:
                return found
        return self._ask(memory.access_keys, access_key_id, lambda tx: tx.gate.access_key(access_key_id))

    def catalogue(self) -> Catalogue:
        """All APIs and scopes."""
        memory = self._memory
        found = memory.catalogue
        if found is not None and self._monotonic() < memory.valid_until:
            return found
        generation = memory.generation
        with self._store.read() as tx:
            catalogue = tx.gate.catalogue()
        with memory.lock:
            if self._may_remember(generation):
                memory.catalogue = catalogue
        memory.published_catalogue.last = catalogue
        return catalogue

    def published_catalogue(self) -> Catalogue:
        """The catalogue for the public documents: as it is now, or as it was published last.

        Raises Unavailable where this process never knew any. Nothing may be decided by it.
        """
        memory = self._memory
        return self._published(memory.published_catalogue, memory.catalogue, self.catalogue)

    def keys(self) -> OpenedKeys:
        """All keys of the server, opened."""
        memory = self._memory
        found = memory.keys
        if found is not None and self._monotonic() < memory.valid_until:
            return found
        generation = memory.generation
        with self._store.read() as tx:
            signing, symmetric = tx.gate.signing_keys(), tx.gate.secret_keys()
        keys = open_keys(signing, symmetric, self._sealer)
        with memory.lock:
            if self._may_remember(generation):
                memory.keys = keys
        memory.published_keys.last = keys
        return keys

    def published_keys(self) -> OpenedKeys:
        """The keys for those who verify elsewhere: as they are now, or as they were published last.

        Raises Unavailable where this process never knew any. Nothing may be decided by these keys.
        """
        memory = self._memory
        return self._published(memory.published_keys, memory.keys, self.keys)

    def _published(self, published: Published[T], remembered: T | None, ask: Callable[[], T]) -> T:
        """While the feed is lost one thread at a time asks the database, and nobody waits for it."""
        last = published.last
        if last is None or (self.is_fresh and remembered is not None):
            return ask()
        if self._monotonic() < published.ask_again_at or not published.asking.acquire(blocking=False):
            return last
        try:
            return ask()
        except Unavailable:
            published.ask_again_at = self._monotonic() + ASKING_PAUSE
            return last
        finally:
            published.asking.release()

    def party(self, application: Application, organization_id: Id, user_id: Id | None) -> Party | None:
        """Everything that can be switched off around a token of this application."""
        organization = self.organization(organization_id)
        if organization is None:
            return None
        at_home = organization_id == application.organization_id
        installation = None if at_home else self.installation(application.id, organization_id)
        if user_id is None:
            return Party(organization, installation)
        person = self._user_entry(user_id)
        if person is None:
            return Party(organization, installation)
        withdrawals = person.withdrawals.get((application.id, organization_id), 0)
        membership = self.membership(user_id, organization_id)
        return Party(organization, installation, person.user, membership, withdrawals=withdrawals)

    def party_of_account(
        self, application: Application, organization_id: Id, service_account_id: Id
    ) -> Party | None:
        """The same around a token that acts as a service account of the organization; None without one."""
        account = self.service_account(service_account_id)
        party = self.party(application, organization_id, None)
        if party is None or account is None or account.organization_id != organization_id:
            return None
        return Party(party.organization, party.installation, service_account=account)

    def is_dead(self, grant_id: Id | None, token_id: int, session_mark: int | None = None) -> bool:
        """Whether the grant or this one token was revoked while it lives, or their session was ended."""
        memory = self._memory
        if token_id in memory.dead or (grant_id is not None and grant_id in memory.dead):
            return True
        if session_mark is not None and session_mark in memory.dead:
            return True
        if memory.dead_is_complete and self.is_fresh:
            return False
        now = self._clock.now()
        with self._store.read() as tx:
            if tx.gate.artifact("dead", dead_key(token_id), now=now) is not None:
                return True
            if grant_id is None:
                return False
            grant = tx.gate.grant(grant_id)
            return grant is None or grant.state != "live"

    def _entry(self, application_id: Id) -> ApplicationEntry | None:
        if self.is_fresh:
            found = self._memory.applications.get(application_id)
            if found is not None:
                return found
        generation = self._memory.generation
        with self._store.read() as tx:
            application = tx.gate.application(application_id)
        return self._remember_application(application, generation)

    def _remember_application(
        self, application: Application | None, generation: int
    ) -> ApplicationEntry | None:
        if application is None:
            return None
        entry = ApplicationEntry(application)
        with self._memory.lock:
            if self._may_remember(generation):
                self._memory.applications.put(application.id, entry)
                self._memory.client_ids.put(application.client_id, application.id)
        return entry

    def _user_entry(self, user_id: Id) -> UserEntry | None:
        if self.is_fresh:
            found = self._memory.users.get(user_id)
            if found is not None:
                return found
        generation = self._memory.generation
        with self._store.read() as tx:
            person = tx.gate.person(user_id)
        if person is None:
            return None
        entry = UserEntry(person[0], withdrawals=person[1])
        with self._memory.lock:
            if self._may_remember(generation):
                self._memory.users.put(user_id, entry)
        return entry

    def _ask(self, known: Bounded[K, V], key: K, find: Callable[[Tx], V | None]) -> V | None:
        """What the database says, remembered under its key."""
        memory = self._memory
        generation = memory.generation
        with self._store.read() as tx:
            found = find(tx)
        if found is not None:
            with memory.lock:
                if self._may_remember(generation):
                    known.put(key, found)
        return found

    def _ask_within(self, known: Bounded[K, V], key: K, find: Callable[[Tx], V]) -> V:
        """What the database says, remembered in an entry: also that there is nothing."""
        generation = self._memory.generation
        with self._store.read() as tx:
            found = find(tx)
        if self._may_remember(generation):
            known.put(key, found)
        return found

    def _may_remember(self, generation: int) -> bool:
        """Nothing read before a change that arrived meanwhile may be remembered.

        Asked under the memory's lock, else a change could arrive between the answer and the remembering.
        What goes into an entry needs no lock: a change drops the entry with all that is in it.
        """
        return self.is_fresh and self._memory.generation == generation


def dead_key(token_id: int) -> bytes:
    """Under what one revoked token is marked: its id, because a signature has more than one valid text."""
    return digest(f"dead.{token_id}")
