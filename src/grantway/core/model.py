"""The records of the registry, as immutable values.

Times are `Instant`s: integer microseconds since 1970-01-01 UTC. Ids are random integers in
1..2^53-1, never reused. Every editable record carries `version`, which is its entity tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from grantway.core import mount_settings
from grantway.core.claims import NOTHING_TOLD, GrantedClaims, StandardClaims
from grantway.core.foreign_secrets import ForeignKind
from grantway.core.gates import NO_POLICY, GatePolicy, OrganizationGate
from grantway.core.mount_settings import OF_MOUNTS, DialectSettings, InForce, MountSettings

Instant: TypeAlias = int
Id: TypeAlias = int

SECOND: Instant = 1_000_000
MINUTE: Instant = 60 * SECOND
HOUR: Instant = 60 * MINUTE
DAY: Instant = 24 * HOUR

Role: TypeAlias = Literal["owner", "admin", "developer", "member", "contact"]
Rank: TypeAlias = Literal["developer", "admin", "owner", "operator"]
State: TypeAlias = Literal["enabled", "disabled"]
Legs: TypeAlias = Literal["any", "2-legged", "3-legged"]
Risk: TypeAlias = Literal["low", "normal", "high"]
ApplicationType: TypeAlias = Literal["confidential", "public", "backend"]
ClientPlatform: TypeAlias = Literal["web", "native"]
Audience: TypeAlias = Literal["own_organization", "listed_organizations", "any_organization"]
ApplicationState: TypeAlias = Literal["enabled", "disabled", "deletion_scheduled"]
InstallationState: TypeAlias = Literal["requested", "active", "suspended", "revoked"]
MembersRule: TypeAlias = Literal["allow", "ask", "block"]
SubjectKind: TypeAlias = Literal["none", "user", "service_account", "external"]
TokenFormat: TypeAlias = mount_settings.TokenFormat
Algorithm: TypeAlias = mount_settings.Algorithm
Consent: TypeAlias = Literal["ask", "installed", "platform"]

ADMINISTRATORS: frozenset[Role] = frozenset({"owner", "admin"})
RISKS: tuple[Risk, ...] = ("low", "normal", "high")
ROLES: tuple[Role, ...] = ("owner", "admin", "developer", "member", "contact")
RANKS: tuple[Rank, ...] = ("developer", "admin", "owner", "operator")
"""Who may undo what somebody stopped, the lowest first."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant, or the one organization of kind `platform` whose admins are the operators."""

    id: Id
    kind: Literal["platform", "tenant"]
    name: str
    slug: str
    state: State
    epoch: int
    version: int
    parent_id: Id | None = None
    time_zone: str = "UTC"
    created_at: Instant = 0
    gate: OrganizationGate = "reviewed"
    """What its members may let in. How it counts, the platform's policy says with it."""
    suspended_at: Instant | None = None
    suspended_by: Id | None = None
    suspension_reason: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether anything of it works: one that is disabled or suspended acts nowhere, and nobody for it."""
        return self.state == "enabled" and self.suspended_at is None


@dataclass(frozen=True, slots=True)
class User:
    """A person. `email` is the primary address, verified when `email_verified_at` is set."""

    id: Id
    state: State
    epoch: int
    version: int
    name: str
    email: str
    email_verified_at: Instant | None = None
    given_name: str | None = None
    family_name: str | None = None
    locale: str | None = None
    updated_at: Instant = 0
    created_at: Instant = 0
    claims: StandardClaims = NOTHING_TOLD


@dataclass(frozen=True, slots=True)
class Membership:
    """The place of a user in one organization."""

    user_id: Id
    organization_id: Id
    role: Role
    state: State
    epoch: int
    version: int = 1
    created_at: Instant = 0
    stopped_by_rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A user of one organization that is no person. `applications` are those that may act as it.

    Its id is drawn from the same numbers as those of people, so that no `sub` can mean both.
    """

    id: Id
    organization_id: Id
    name: str
    role: Role
    state: State
    epoch: int
    version: int
    applications: frozenset[Id] = frozenset()
    created_by: Id | None = None
    created_at: Instant = 0
    stopped_by_rank: Rank | None = None


@dataclass(frozen=True, slots=True)
class ApiPolicy:
    """What an API takes as proof when it asks for a decision. The defaults are the strict ones."""

    accepts: frozenset[str] = frozenset({"standard"})
    """The mounts whose tokens are taken."""
    takes_basic: bool = False
    """Whether an application may call with its own pair, without a token (N27)."""
    query_token: str | None = None
    """The parameter of the address in which a token may come (D59, G33); None: in none."""
    asserted_subjects: bool = False
    """Whether tokens may speak for users whom only the client knows (B45)."""
    lists_scopes: bool = False
    """Whether its scopes stand in the metadata, which everybody can read."""
    tokens_without_scope: bool = False
    """Whether a token may be for it that has none of its scopes (RFC 8707), of whichever application."""


@dataclass(frozen=True, slots=True)
class Api:
    """A resource server. `identifier` is the audience of its tokens.

    `builtin` names the two APIs that are Grantway itself: `identity` (userinfo; its audience is the
    issuer) and `management` (the management API; its audience is the issuer's `/api/v1`).
    """

    id: Id
    organization_id: Id
    identifier: str
    name: str
    state: State
    version: int
    builtin: Literal["identity", "management"] | None = None
    introspectors: frozenset[Id] = frozenset()
    created_at: Instant = 0
    policy: ApiPolicy = ApiPolicy()


@dataclass(frozen=True, slots=True)
class ApiRoute:
    """One route of an API: who calls it needs all of its scopes (N3)."""

    id: Id
    api_id: Id
    method: str
    pattern: str
    scopes: frozenset[str]
    version: int = 1


@dataclass(frozen=True, slots=True)
class RequestLimit:
    """How many requests a minute an API takes from each (application, organization) pair.

    Without an application or organization it is for all of them; the most specific limit counts.
    """

    id: Id
    api_id: Id
    per_minute: int
    application_id: Id | None = None
    organization_id: Id | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Wording:
    """What people read of a scope, in one language (BCP 47)."""

    locale: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of one API, with a text for people and the legs it may be used on.

    `text` and `detail` are in the language `locale`; `translations` say the same in others.
    """

    id: Id
    api_id: Id
    value: str
    legs: Legs
    text: str
    version: int
    detail: str = ""
    risk: Risk = "normal"
    retired_at: Instant | None = None
    locale: str = "en"
    translations: tuple[Wording, ...] = ()

    @property
    def wordings(self) -> tuple[Wording, ...]:
        """Its texts in every language there is, its own first."""
        return (Wording(self.locale, self.text, self.detail), *self.translations)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All APIs with their scopes, routes and limits, and what the platform says about gates.

    It is one value, read on every token request.
    """

    apis: dict[Id, Api]
    scopes: dict[str, Scope]
    routes: tuple[ApiRoute, ...] = ()
    limits: tuple[RequestLimit, ...] = ()
    gates: GatePolicy = NO_POLICY


@dataclass(frozen=True, slots=True)
class Redirect:
    """A registered redirect URI. `host` matching (any path below a host) exists for one dialect only."""

    uri: str
    match: Literal["exact", "host"] = "exact"


@dataclass(frozen=True, slots=True)
class ApplicationSettings(InForce):
    """Policy of one application: what a decision about it reads.

    What may differ by mount is asked of `at`, with the dialect that is spoken, and read in no other way.
    """

    grant_types: frozenset[str] = frozenset({"authorization_code", "refresh_token"})
    refresh_grace: int = 30
    consent: Consent = "ask"
    reveal: Literal["once", "creator", "developers", "api"] = "once"
    session_minutes: int | None = None
    """How long a person may use the application after one sign-in (B11); None: no limit of its own."""
    minutes_per_day: int | None = None
    """How long a person may use it on one day of `budget_time_zone` (B12); None: no limit."""
    budget_time_zone: str = "UTC"
    id_token_claims: tuple[str, ...] = ()
    """Claims about the person that ID tokens carry, too, as far as the granted scopes give them."""
    strict_scopes: bool = False
    """Whether a sign-in that asks for a scope that cannot be given is refused; else it goes on without it."""
    networks: tuple[str, ...] = ()
    """The address ranges it may be used from, normalised; none: from everywhere (G12)."""
    standard: MountSettings = field(default_factory=MountSettings)
    """What is in force at the standard mount, and elsewhere as far as `dialects` does not say otherwise."""
    dialects: Mapping[str, DialectSettings] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        self._settle(self.standard, self.dialects)

    def having(self, **changes: Any) -> ApplicationSettings:
        """The same with some members changed by name; those that differ by mount, at the standard one."""
        standard = {name: changes.pop(name) for name in OF_MOUNTS if name in changes}
        return replace(self, **{"standard": replace(self.standard, **standard), **changes})


REFERENCE_CLIENT = "GrantwayReference"
"""The client id of the application through which the server's own pages for developers sign people in.

It is the same on every server, so no page need be told it. Those that are given out are longer and random.
"""


@dataclass(frozen=True, slots=True)
class Application:
    """A registered client, owned by exactly one organization."""

    id: Id
    organization_id: Id
    client_id: str
    type: ApplicationType
    name: str
    state: ApplicationState
    epoch: int
    version: int
    settings: ApplicationSettings
    platform: ClientPlatform = "web"
    preset: str = "standard"
    dialects: frozenset[str] = frozenset({"standard"})
    description: str = ""
    base_url: str | None = None
    logo_url: str | None = None
    owner_email: str | None = None
    notification_addresses: tuple[str, ...] = ()
    audience_requested: Audience = "own_organization"
    audience_effective: Audience = "own_organization"
    audience_organizations: frozenset[Id] = frozenset()
    installable: Literal["by_audience", "by_client_id"] = "by_audience"
    publication: Literal["draft", "submitted", "approved", "rejected"] = "draft"
    redirects: tuple[Redirect, ...] = ()
    post_logout_redirects: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    creator_id: Id | None = None
    purge_at: Instant | None = None
    archived_at: Instant | None = None
    created_at: Instant = 0
    updated_at: Instant = 0
    default_name: str | None = None
    """The name under which its preset offers it; None for what somebody registered."""
    stopped_by_rank: Rank | None = None
    """Who disabled it or scheduled its deletion: whoever ranks lower does not undo it. None: anybody may."""
    archived_by_rank: Rank | None = None
    suspended_at: Instant | None = None
    """Since when operators stopped it, beside whatever its owners decide. Nothing else writes these three."""
    suspended_by: Id | None = None
    suspension_reason: str | None = None
    has_imported_secrets: bool = False
    """Whether secrets of another server authenticate it: guesses are counted before they are evaluated."""

    @property
    def is_usable(self) -> bool:
        """One that is disabled, locked, archived or suspended authenticates nowhere (C5, D20)."""
        return self.state == "enabled" and self.archived_at is None and self.suspended_at is None

    @property
    def is_built_in(self) -> bool:
        """Whether it is part of the server: made and kept by each release, and edited by nobody."""
        return self.client_id == REFERENCE_CLIENT


@dataclass(frozen=True, slots=True)
class Credential:
    """A client secret of an (application, organization) pair. The secret itself is not here."""

    id: Id
    application_id: Id
    organization_id: Id
    digest: bytes
    pepper_id: Id
    hint: str
    version: int = 1
    installation_id: Id | None = None
    label: str = ""
    created_by: Id | None = None
    created_at: Instant = 0
    expires_at: Instant | None = None
    revoked_at: Instant | None = None
    last_used_at: Instant | None = None
    last_used_from: str | None = None
    seal_key_id: str | None = None
    """The root key under which a copy is kept that can be read again; None: there is only the hash."""
    revealed_at: Instant | None = None
    revealed_by: Id | None = None
    """Who read it last. None with a `revealed_at`: an application did."""
    imported: ForeignKind | None = None
    """How another server had it, also when the hash is ours by now; None: it is ours, of 256 random bits."""
    foreign_text: str | None = None
    """The other server's hash, as long as nobody used the secret here; then `digest` is of nothing."""
    source: bytes | None = None
    """By what a second import knows it, whatever became of it here."""


@dataclass(frozen=True, slots=True)
class Installation:
    """An organization lets an application of another organization act for it: the ceiling of scopes.

    `scopes_pending` are those that the application asks for and nobody granted or declined yet.
    """

    id: Id
    application_id: Id
    owner_organization_id: Id
    organization_id: Id
    state: InstallationState
    scopes: frozenset[str]
    epoch: int
    version: int
    members: MembersRule = "ask"
    granted_by: Id | None = None
    created_at: Instant = 0
    scopes_pending: frozenset[str] = frozenset()
    requested_by: Id | None = None
    requested_at: Instant | None = None
    granted_at: Instant | None = None
    stopped_by_rank: Rank | None = None
    """Who suspended or revoked it; it stays while somebody asks for it anew."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """Who answers for which application, as it was. Nothing of it changes but that it is revoked."""

    id: Id
    application_id: Id
    organization_id: Id | None
    """Whose members are spared the question. None: the platform's, by an operator."""
    scopes: frozenset[str]
    redirects: tuple[Redirect, ...]
    platform: ClientPlatform
    """Only native applications have free ports: what was vouched for as `web` has none (RFC 8252 §7.3)."""
    audience: Audience
    audience_organizations: frozenset[Id]
    dialects: frozenset[str]
    application_version: int
    """The version of the application that whoever gives the voucher saw."""
    asserted_subject: bool = False
    """Whether the application may name the users it acts for, who are known to it alone."""
    installation_id: Id | None = None
    """The installation that it lives and ends with; None for an own application, and for the platform."""
    created_by: Id | None = None
    through_id: Id | None = None
    created_at: Instant = 0
    revoked_at: Instant | None = None
    revoked_by: Id | None = None


@dataclass(frozen=True, slots=True)
class UserConsent:
    """A user lets an application act for them in one organization."""

    user_id: Id
    application_id: Id
    organization_id: Id
    scopes: frozenset[str]
    granted_at: Instant
    revoked_at: Instant | None = None
    epoch: int = 0
    """How often it was withdrawn."""
    id: Id = 0
    """What the organization's admins name it by; it stays when the person agrees again."""
    last_used_at: Instant | None = None
    """When a token was last made on it, to within some seconds. No decision reads it."""
    revoked_by: Id | None = None
    """The admin, or the application, that withdrew it; None: the person did."""


class Epochs(Struct, frozen=True, gc=False):
    """The epochs under which something was made. A higher one now means it was revoked since."""

    application: int
    organization: int
    installation: int = 0
    user: int = 0
    membership: int = 0
    consent: int = 0


class SignInFacts(Struct, frozen=True, gc=False):
    """How and when the person behind a grant signed in (OpenID Connect Core §2)."""

    auth_time: Instant
    methods: tuple[str, ...] = ("pwd",)
    session_id: Id | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorization given, and the family of the tokens made from it."""

    id: Id
    application_id: Id
    organization_id: Id
    subject_kind: SubjectKind
    subject_id: Id | None
    dialect: str
    scopes: frozenset[str]
    resources: tuple[str, ...]
    epochs: Epochs
    generation: int
    refresh_key_id: Id
    created_at: Instant
    expires_at: Instant
    idle_expires_at: Instant | None
    state: Literal["live", "revoked"] = "live"
    subject_ref: str | None = None
    details: str | None = None
    cnf: str | None = None
    origin: str = "authorization_code"
    installation_id: Id | None = None
    session_id: Id | None = None
    auth_time: Instant | None = None
    methods: tuple[str, ...] = ()
    code_key: bytes | None = None
    rotated_at: Instant | None = None
    revoked_at: Instant | None = None
    reason: str | None = None
    voucher_id: Id | None = None
    """The voucher it stands on; None: on what the person agreed to, or on no person at all."""
    claims: GrantedClaims | None = None
    """The claims that were asked for by name; None: none were."""
    access_key_id: Id | None = None
    """The access key that it stands on, with the epoch in which that was used."""
    access_key_epoch: int | None = None


class Party(Struct, frozen=True, gc=False):
    """Everything about the other side of a token that can be switched off: read on every use."""

    organization: Organization
    installation: Installation | None = None
    user: User | None = None
    membership: Membership | None = None
    service_account: ServiceAccount | None = None
    withdrawals: int = 0
    """How often the user took back here what the application may do: the epoch of the consent."""

    @property
    def role(self) -> Role | None:
        """The role of whoever the token speaks for; None: an application alone."""
        subject = self.service_account or self.membership
        return subject.role if subject is not None else None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key of one mount's ring. It is announced first, used from `use_from`, retired later."""

    id: Id
    mount: str
    kid: str
    algorithm: Algorithm
    sealed: bytes
    announced_at: Instant
    use_from: Instant
    retire_at: Instant | None = None
    withdrawn_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class SecretKey:
    """A symmetric key of the server, sealed under the root key of the settings."""

    id: Id
    purpose: Literal["pepper", "refresh", "envelope", "link"]
    sealed: bytes
    created_at: Instant
    retire_at: Instant | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """A short-lived record, found by the hash of an unguessable text."""

    kind: str
    key: bytes
    payload: bytes
    created_at: Instant
    expires_at: Instant
    application_id: Id | None = None
    organization_id: Id | None = None
    subject: Id | None = None
    grant_id: Id | None = None
    dialect: str | None = None
    consumed_at: Instant | None = None
    session_id: Id | None = None
    """The session it stands on: once that was ended, there is no such artifact."""


@dataclass(frozen=True, slots=True)
class SpentCode:
    """What redeeming a code returns, with the party it was made for, read in the same round trip."""

    payload: bytes
    party: Party
    vouchers: tuple[Voucher, ...] = ()
    """The unrevoked ones of its application there, among which is the one that it stands on."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """A refreshed grant with its party, read in the same round trip."""

    grant: Grant
    party: Party
    vouchers: tuple[Voucher, ...] = ()
    """The voucher that it stands on, unless that was revoked."""


@dataclass(frozen=True, slots=True)
class PasswordRecord:
    """A user with the stored password hash (a PHC string), if one was ever set."""

    user: User
    phc: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A membership together with its organization, and the app's installation there, if any."""

    organization: Organization
    membership: Membership
    installation: Installation | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change feed: the record of this kind and id is not what caches believe."""

    kind: Literal[
        "application",
        "organization",
        "user",
        "service_account",
        "access_key",
        "catalogue",
        "keys",
        "grant",
        "token",
        "session",
    ]
    id: Id


@dataclass(frozen=True, slots=True)
class FeedPage:
    """The changes after a position, and the position they lead to."""

    position: int
    changes: tuple[Change, ...] = field(default=())
