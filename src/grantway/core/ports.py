"""What the features need from the outside, as Protocols: time, entropy, passwords, and the store.

The store has three doors, so that no repository is reachable without saying on whose behalf:
`tx.gate` finds by an unguessable key, a client_id or an id taken from a verified token;
`tx.organization(id)` holds everything owned by one tenant; `tx.platform` is for operators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from grantway.core.access_keys import AccessKeyDoor, AccessKeyReader, AccessKeySweeping
from grantway.core.activity import ActivityKeeper, ActivityReader, ActivitySweeping
from grantway.core.audit import AuditReader, AuditWriter
from grantway.core.budgets import MinuteLedger, UsageDesk, UsageReader
from grantway.core.consenting import ConsentDoor, ConsentKeeper
from grantway.core.containment import ContainmentDesk
from grantway.core.decisions import RequestCounting, RequestSweeping, RouteDoor
from grantway.core.defaults import DefaultsDoor
from grantway.core.devices import DeviceKeeper, DeviceSweeping
from grantway.core.installing import InstalledApplication, InstallingOrganization, SealedSecret
from grantway.core.inviting import InvitationDoor, InvitationReader, InvitationSweeping
from grantway.core.leaks import LeakReader
from grantway.core.leaving import LeavingDoor
from grantway.core.listing import (
    EVERY_APPLICATION,
    EVERY_INSTALLATION,
    EVERY_MEMBER,
    EVERY_ORGANIZATION,
    EVERY_USER,
    ApplicationFilter,
    InstallationFilter,
    MemberFilter,
    OrganizationFilter,
    UserFilter,
)
from grantway.core.model import (
    Api,
    Application,
    Artifact,
    Catalogue,
    Change,
    Credential,
    FeedPage,
    Grant,
    Id,
    Installation,
    Instant,
    Membership,
    Organization,
    Party,
    PasswordRecord,
    Place,
    Rotation,
    Scope,
    SecretKey,
    SigningKey,
    SpentCode,
    User,
    UserConsent,
)
from grantway.core.noticing import AddressDoor, NoticeDesk, NoticeDoor, NoticeWriter
from grantway.core.offering import OfferDoor
from grantway.core.publication import PolicyReader, PublicationDesk, PublicationDoor, PurgeDesk
from grantway.core.refusals import RefusalDesk, RefusalKeeper, RefusalReader
from grantway.core.reviewing import PendingDesk, PendingDoor
from grantway.core.service_accounts import ServiceAccountDoor, ServiceAccountReader
from grantway.core.sessions import SessionKeeper, SessionSweeping
from grantway.core.sign_ins import SignInDesk, SignInKeeper
from grantway.core.vouching import VoucherDesk, VoucherDoor, VoucherReader


class WouldBlock(BaseException):
    """A request tried on the event loop needs the database, so it must run in the pool instead.

    Not an `Exception`: it is control flow, and no error handler may swallow it.
    """


class Unavailable(Exception):
    """The database cannot be reached, or did not answer within its deadline."""


class NewerSchema(Unavailable):
    """The database was migrated by a newer version of the program."""


class OlderSchema(Unavailable):
    """The database lacks steps of the migration, or all of them."""


class Clock(Protocol):
    """The time, as the server believes it."""

    def now(self) -> Instant:
        """Wall-clock time in microseconds since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back, for freshness of caches."""


class Entropy(Protocol):
    """Unpredictable values."""

    def token_bytes(self, count: int) -> bytes:
        """`count` bytes of a cryptographically secure source."""

    def new_id(self) -> Id:
        """A random record id in 1..2^53-1."""


class Passwords(Protocol):
    """Slow hashing of what people type. Callers keep it out of transactions."""

    def hash(self, password: str) -> str:
        """A PHC string (argon2id)."""

    def verify(self, phc: str | None, password: str) -> bool:
        """Whether they fit. `None` costs the same time and is never right (V150, V153)."""


@dataclass(frozen=True, slots=True)
class Places:
    """How full something bounded is: its places, how many are taken, and how many wait for one."""

    size: int
    taken: int
    waiting: int


@runtime_checkable
class Bounded(Protocol):
    """Something with a bounded number of places, of which those who run the server want to know."""

    def places(self) -> Places:
        """How full it is now."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a listing starts and how long it is: `after` is the last id seen, in listing order."""

    limit: int = 50
    after: Id = 0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A throttled attempt: at most `limit` in each `window` (microseconds) per bucket.

    `weight` is what it counts for.
    """

    bucket: str
    limit: int
    window: Instant
    weight: int = 1


class Gate(
    AuditWriter,
    PolicyReader,
    ConsentKeeper,
    MinuteLedger,
    ServiceAccountReader,
    AccessKeyReader,
    LeakReader,
    RequestCounting,
    NoticeWriter,
    SessionKeeper,
    SignInKeeper,
    VoucherReader,
    InvitationReader,
    DeviceKeeper,
    RefusalKeeper,
    ActivityKeeper,
    Protocol,
):
    """Look-ups by an unguessable key, a client_id or a verified token's id, and the single-use steps.

    Every method is one statement unless it says otherwise.
    """

    # Facts that are cached under the change feed
    def application_by_client_id(self, client_id: str) -> Application | None: ...
    def application(self, application_id: Id) -> Application | None: ...
    def credential(self, application_id: Id, digests: Iterable[bytes]) -> Credential | None:
        """The unrevoked one of ours (expired ones included) whose digest is among these."""

    def imported_credentials(self, application_id: Id) -> tuple[Credential, ...]:
        """The unrevoked ones that another server made, the oldest first."""

    def adopt_secret(self, credential: Credential, *, pepper_id: Id, digest: bytes) -> bool:
        """Put a hash of ours in place of the other server's; false if somebody did. One update."""

    def foreign_stand_in(self) -> str | None:
        """Some hash of another server that nobody used yet; None where there is none."""

    def credential_by_id(self, application_id: Id, credential_id: Id) -> Credential | None:
        """The credential whether revoked or not."""

    def organization_record(self, organization_id: Id) -> Organization | None: ...
    def installation(self, application_id: Id, organization_id: Id) -> Installation | None: ...
    def user(self, user_id: Id) -> User | None: ...
    def users(self, user_ids: Iterable[Id]) -> dict[Id, User]: ...
    def membership(self, user_id: Id, organization_id: Id) -> Membership | None: ...
    def catalogue(self) -> Catalogue: ...
    def signing_keys(self) -> tuple[SigningKey, ...]: ...
    def secret_keys(self) -> tuple[SecretKey, ...]: ...
    def feed_position(self) -> int: ...
    def changes_after(self, position: int) -> FeedPage:
        """Changes with a higher sequence number, in order (at most 10,000 at once)."""

    def is_known_origin(self, origin: str) -> bool:
        """Whether an enabled, unarchived application of an enabled organization registered this origin."""

    def dead_grants(self, since: Instant) -> tuple[Id, ...]:
        """Grants revoked at or after `since`."""

    # Artifacts
    def put_artifact(self, artifact: Artifact) -> bool:
        """Insert, false if (kind, key) exists."""

    def put_artifact_within(
        self, artifact: Artifact, counted: tuple[Attempt, ...], *, now: Instant
    ) -> Attempt | None:
        """Insert it and count it, in one round trip; the first count that is full, for which to roll back."""

    def artifact(self, kind: str, key: bytes, *, now: Instant) -> Artifact | None:
        """The artifact if it is unexpired and unspent."""

    def spend_artifact(self, kind: str, key: bytes, *, now: Instant) -> Artifact | None:
        """Mark consumed if unexpired and unspent: one conditional update; None for the loser."""

    def close_artifact(self, artifact: Artifact, *, after: Instant, now: Instant) -> bool:
        """Mark an unspent one consumed and keep this payload until its expiry; false for the loser.

        `after` is when it may have expired at the earliest. One conditional update.
        """

    def former_artifact(self, kind: str, key: bytes) -> Artifact | None:
        """The artifact whether spent, expired or neither, as long as it was not swept away."""

    def replace_artifact(self, artifact: Artifact, *, now: Instant) -> bool:
        """Update payload, subject, organization_id and expires_at of an unspent, unexpired artifact."""

    def artifacts_of_subject(self, kind: str, subject: Id, *, now: Instant) -> tuple[Artifact, ...]: ...
    def delete_artifacts_of_subject(self, kind: str, subject: Id) -> None: ...
    def artifacts_of_kind(self, kind: str, *, now: Instant) -> tuple[Artifact, ...]:
        """All unexpired ones of a small kind (revoked token marks, at start)."""

    # Codes, grants, rotation: data-model section 5
    def spend_code(
        self, key: bytes, *, application_id: Id, dialect: str, now: Instant, kind: str = "code"
    ) -> SpentCode | None:
        """Spend a code and read its party, in one round trip. None: not spendable, nothing changed.

        `kind` is the kind of artifact that a person's decision was stored as.
        """

    def grant_of_code(self, key: bytes) -> Grant | None: ...
    def insert_grant(self, grant: Grant) -> None:
        """Queue the insert; it is sent with the commit."""

    def grant(self, grant_id: Id) -> Grant | None: ...
    def rotate_grant(
        self,
        grant_id: Id,
        *,
        generation: int,
        application_id: Id,
        dialect: str,
        now: Instant,
        idle_expires_at: Instant | None,
    ) -> Rotation | None:
        """Advance the generation if it is the presented one and the grant live and unexpired.

        Reads the party in the same round trip.
        """

    def grant_with_party(self, grant_id: Id) -> Rotation | None:
        """The grant and its party as they are, unchanged."""

    def revoke_grant(self, grant_id: Id, *, reason: str, now: Instant) -> bool:
        """False if it was not live. Writes the change feed."""

    def revoke_token(self, artifact: Artifact, token_id: Id) -> None:
        """Remember one access token (kind `dead`) as revoked, and write the change feed."""

    # People
    def count_attempt(self, attempt: Attempt, *, now: Instant) -> bool:
        """Count one attempt before it is evaluated; false if the limit is reached. One upsert."""

    def uncount_attempts(self, counted: tuple[Attempt, ...], *, at: Instant) -> None:
        """Take back what was counted at an instant, if its window is still remembered."""

    def clear_attempts(self, bucket: str) -> None: ...
    def password_of(self, email: str) -> PasswordRecord | None:
        """The user whose verified address this is, compared without letter case."""

    def set_password(self, user_id: Id, phc: str, *, now: Instant) -> None: ...
    def replace_password(self, user_id: Id, phc: str, *, former: str, now: Instant) -> bool:
        """The same in place of this one; false if another one is stored by now. One conditional update."""

    def verify_email(self, user_id: Id, address: str, *, now: Instant) -> bool:
        """Mark the user's own address verified. False if another user's verified address equals it."""

    def places(self, user_id: Id, application_id: Id | None = None) -> tuple[Place, ...]:
        """Enabled memberships in enabled organizations, with the application's installation there."""

    def consent(self, user_id: Id, application_id: Id, organization_id: Id) -> UserConsent | None: ...
    def save_consent(self, consent: UserConsent) -> None: ...
    def party(self, application_id: Id, organization_id: Id, user_id: Id | None) -> Party | None: ...
    def credential_used(self, credential_id: Id, *, at: Instant, address: str) -> None:
        """Remember the last use, unless a later one is known. Not a cached fact."""

    def scope_used(self, installation_id: Id, scope: str, *, at: Instant) -> None:
        """Remember that a scope of an installation was of use. Not a cached fact."""


class OrganizationDoor(
    RefusalReader,
    ActivityReader,
    AuditReader,
    PublicationDoor,
    PendingDoor,
    UsageReader,
    ServiceAccountDoor,
    AccessKeyDoor,
    LeavingDoor,
    RouteDoor,
    NoticeDoor,
    AddressDoor,
    DefaultsDoor,
    VoucherDoor,
    InvitationDoor,
    ConsentDoor,
    OfferDoor,
    Protocol,
):
    """What one organization owns. Ids of other organizations' records are simply not found.

    Every `update_*` is conditional on `version` and returns the new record, or None when the version
    is not the stored one. Every change of a cached fact writes the change feed.
    """

    def read(self) -> Organization | None: ...
    def update(self, organization: Organization, *, version: int) -> Organization | None: ...

    def applications(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[Application, ...]: ...
    def application(self, application_id: Id) -> Application | None: ...
    def count_applications(self) -> int:
        """How many there are, deleted ones that can be brought back among them.

        Whoever else counts them waits for this unit's end.
        """

    def insert_application(self, application: Application) -> None: ...
    def update_application(self, application: Application, *, version: int) -> Application | None: ...

    def credentials(self, application_id: Id) -> tuple[Credential, ...]: ...
    def insert_credential(self, credential: Credential, *, sealed: bytes | None = None) -> None: ...
    def revoke_credential(self, application_id: Id, credential_id: Id, *, now: Instant) -> bool: ...

    def memberships(
        self, page: Page, only: MemberFilter = EVERY_MEMBER
    ) -> tuple[tuple[User, Membership], ...]: ...
    def membership(self, user_id: Id) -> tuple[User, Membership] | None: ...
    def insert_membership(self, membership: Membership) -> bool:
        """False if the user is a member already."""

    def update_membership(self, membership: Membership, *, version: int) -> Membership | None: ...
    def delete_membership(self, user_id: Id) -> bool: ...
    def owners(self) -> int:
        """How many enabled owners there are."""

    def apis(self, page: Page) -> tuple[Api, ...]: ...
    def api(self, api_id: Id) -> Api | None: ...
    def insert_api(self, api: Api) -> None: ...
    def update_api(self, api: Api, *, version: int) -> Api | None: ...
    def delete_api(self, api_id: Id, *, version: int) -> bool: ...
    def scopes(self, api_id: Id) -> tuple[Scope, ...]: ...
    def insert_scope(self, scope: Scope) -> None: ...
    def update_scope(self, scope: Scope, *, version: int) -> Scope | None: ...
    def delete_scope(self, api_id: Id, scope_id: Id) -> bool: ...

    def insert_installation(self, installation: Installation) -> None: ...
    def update_installation(self, installation: Installation, *, version: int) -> Installation | None: ...
    def delete_installation(self, installation_id: Id, *, version: int) -> bool:
        """Forget a request that was never granted."""

    def installed_applications(
        self, page: Page, only: InstallationFilter = EVERY_INSTALLATION
    ) -> tuple[InstalledApplication, ...]:
        """What this organization lets in, or is asked to, by the installations' ids."""

    def installed_application(self, installation_id: Id) -> InstalledApplication | None: ...
    def revoke_credentials_of_installation(self, installation: Installation, *, now: Instant) -> int:
        """Revoke all secrets of the pair, sealed copies included."""

    def revoke_grants_of_application(self, application_id: Id, *, reason: str, now: Instant) -> int:
        """Revoke every grant that was made for this organization, whoever owns the application."""

    # As the owner of an application that others installed
    def installing_organizations(
        self, application_id: Id, page: Page
    ) -> tuple[InstallingOrganization, ...]: ...
    def hold_installation(self, application_id: Id, organization_id: Id) -> Installation | None:
        """The active installation of an own application; it stays so until this unit ends."""

    def hold_installations(self, application_id: Id) -> tuple[Installation, ...]:
        """All installations of an own application; they stay as they are until this unit ends."""

    def rewrite_scopes(self, held: tuple[Installation, ...]) -> int:
        """Give held installations new `scopes` and `scopes_pending`; how many there were."""

    def sealed_secret(self, application_id: Id, credential_id: Id) -> SealedSecret | None:
        """The sealed copy of an unrevoked secret of an own application, where one is kept."""

    def sealed_secrets_of_pairs(self, application_id: Id, *, now: Instant) -> tuple[SealedSecret, ...]:
        """Sealed copies of the live secrets of active installations: by organization, newest first."""

    def secret_revealed(
        self, application_id: Id, credential_id: Id, *, by: Id | None, now: Instant
    ) -> None: ...
    def drop_sealed_secrets(self, application_id: Id) -> int:
        """Forget every sealed copy of an own application's secrets. The hashes stay."""


class PlatformDoor(
    AuditReader,
    PublicationDesk,
    PendingDesk,
    PurgeDesk,
    ContainmentDesk,
    UsageDesk,
    RequestSweeping,
    SessionSweeping,
    NoticeDesk,
    SignInDesk,
    VoucherDesk,
    InvitationSweeping,
    DeviceSweeping,
    AccessKeySweeping,
    RefusalDesk,
    ActivitySweeping,
    Protocol,
):
    """What only operators, the command line and the start of the server may do."""

    def organizations(
        self, page: Page, only: OrganizationFilter = EVERY_ORGANIZATION
    ) -> tuple[Organization, ...]: ...
    def platform_organization(self) -> Organization | None: ...
    def insert_organization(self, organization: Organization) -> None: ...
    def insert_organization_if_free(self, organization: Organization) -> bool:
        """False where its slug is in use."""

    def delete_organization(self, organization_id: Id, *, version: int) -> bool:
        """False unless it is empty of applications and members."""

    def users(self, page: Page, only: UserFilter = EVERY_USER) -> tuple[User, ...]: ...
    def user(self, user_id: Id) -> User | None: ...
    def claim_username(self, user_id: Id, name: str) -> bool:
        """Give a user a name. False where it is another user's, or was: a name is never given twice."""

    def insert_user(self, user: User) -> bool:
        """False if the address is another user's, verified or not: one address is one person."""

    def update_user(self, user: User, *, version: int) -> User | None: ...
    def delete_user(self, user_id: Id, *, version: int) -> bool: ...

    def applications(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[Application, ...]: ...
    def applications_with_owners(
        self, page: Page, only: ApplicationFilter = EVERY_APPLICATION
    ) -> tuple[tuple[Application, str], ...]:
        """The same, each with the name of its organization."""

    def insert_signing_key(self, key: SigningKey) -> None: ...
    def update_signing_key(self, key: SigningKey) -> None: ...
    def delete_signing_key(self, key_id: Id) -> None: ...
    def insert_secret_key(self, key: SecretKey) -> None: ...
    def reseal_secret_key(self, key: SecretKey) -> None:
        """Update how a secret key is sealed."""

    def withdraw_all_that_was_issued(self, *, now: Instant) -> tuple[str, ...]:
        """End every key but peppers, every grant, and whatever a single use or a browser stands on.

        The names of the signing keys that ended. Several statements.
        """

    def sealed_otherwise(self, seal_key_id: str, page: Page) -> tuple[SealedSecret, ...]:
        """Sealed copies that are not under this root key, by the credentials' ids."""

    def reseal_secret(self, secret: SealedSecret, *, former: bytes, seal_key_id: str) -> bool:
        """Put a sealed copy in place of the former one. False where that is gone."""

    def delete_expired_artifacts(
        self, *, before: Instant, limit: int, sooner: tuple[str, Instant] | None = None
    ) -> int:
        """`sooner`: those of one kind go when they expired before another, later instant."""

    def delete_expired_grants(self, *, before: Instant, limit: int) -> int: ...
    def delete_attempts(self, *, before: Instant, limit: int) -> int: ...
    def delete_changes(self, *, keep: int) -> int:
        """Delete all lines of the change feed but the newest; its position never goes back."""


class Tx(Protocol):
    """One unit of work. Nothing is sent to the database before the first statement."""

    @property
    def gate(self) -> Gate: ...
    @property
    def platform(self) -> PlatformDoor: ...
    def organization(self, organization_id: Id) -> OrganizationDoor: ...


class Store(Protocol):
    """The memory of facts.

    Raises `Unavailable` when the database cannot be reached or misses its deadline, and `WouldBlock`
    in the form that serves requests on the event loop.
    """

    def read(self) -> AbstractContextManager[Tx]:
        """A unit that only reads."""

    def begin(self) -> AbstractContextManager[Tx]:
        """A unit that may write: commits when the block ends, rolls back when it raises."""

    def on_commit(self, listener: Callable[[tuple[Change, ...]], None]) -> None:
        """Tell `listener`, after each commit of this process, the feed lines it wrote."""

    def close(self) -> None: ...


StoreKind = Literal["sqlite", "postgresql"]
