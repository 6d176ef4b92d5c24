"""What dialects decode requests into, and what features answer: no HTTP in either direction.

Parameter names are the standard's, whatever the wire calls them. Every type has room for what the
protocol's extensions carry (resources, details, proof keys), so that adding one edits no plug-in. What
every token request makes is a msgspec Struct: frozen like a dataclass, and several times cheaper to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from msgspec import Struct

from grantway.core.claims import GrantedClaims
from grantway.core.concerns import Concern
from grantway.core.errors import Refused
from grantway.core.exchange import Behind
from grantway.core.model import Application, Credential, Id, Instant, Party, SignInFacts, SubjectKind
from grantway.core.redirects import VerifiedRedirect
from grantway.core.scopes import ScopeSet
from grantway.core.secrets import Secret

ClientMethod: TypeAlias = Literal["client_secret_basic", "client_secret_post", "client_secret_query", "none"]
ResponseMode: TypeAlias = Literal["query", "form_post"]
OrganizationSource: TypeAlias = Literal["credential", "grant", "key", "launch", "token"]


class PresentedClient(Struct, frozen=True, gc=False):
    """What a request claims about its client, not verified yet."""

    method: ClientMethod
    client_id: str
    secret: Secret | None = None
    as_sent: tuple[str, Secret] | None = None
    """Id and secret of Basic as they came, where undoing form encoding made others of them: clients of
    servers that undo nothing send `+` and `%` as they are, and only what was imported has any."""
    is_broken: bool = False
    """Whether they cannot be form-encoded at all: then they are what was sent, or nothing."""

    @property
    def readings(self) -> tuple[tuple[str, Secret | None], ...]:
        """What id and secret may be: as the standard reads them first."""
        own = (self.client_id, self.secret)
        return (own,) if self.as_sent is None else (own, self.as_sent)


class AuthenticatedClient(Struct, frozen=True, gc=False):
    """An application whose identity stands: by its secret, or as a public client by its id."""

    application: Application
    credential: Credential | None = None

    @property
    def organization_id(self) -> Id:
        """The organization that the presented secret selects (data model §4), else the owner."""
        if self.credential is not None:
            return self.credential.organization_id
        return self.application.organization_id


class Origin(Struct, frozen=True, gc=False):
    """Where a request came from: the mount that took it, its dialect, and the peer's address."""

    mount: str
    dialect: str
    address: str


class TokenRequest(Struct, frozen=True, gc=False):
    """A request of the token endpoint. `parameters` holds what only the grant type reads."""

    grant_type: str
    client: PresentedClient | None
    origin: Origin
    scope: ScopeSet | None = None
    resources: tuple[str, ...] = ()
    details: str | None = None
    proof_key: str | None = None
    lifetime: int | None = None
    parameters: Mapping[str, str] = {}
    asserted_subject: str | None = None
    """The user whom the client names itself, as it calls them; None: it names nobody."""


class Subject(Struct, frozen=True, gc=False):
    """Who a token speaks for. `none`: the application itself."""

    kind: SubjectKind
    id: Id | None = None
    reference: str | None = None


NOBODY = Subject("none")


class StandingKey(Struct, frozen=True, gc=False):
    """The access key that something stands on, as it was: it ends with the key, or with this epoch of it."""

    id: Id
    epoch: int


class Authorization(Struct, frozen=True, gc=False):
    """What a grant type decided. The pipeline computes scopes, checks all switches, and mints."""

    organization_id: Id
    organization_source: OrganizationSource
    party: Party
    subject: Subject = NOBODY
    ceiling: ScopeSet | None = None
    """Scopes of the grant, where there is one; None: those of the application and installation."""
    resources: tuple[str, ...] = ()
    details: str | None = None
    grant_id: Id | None = None
    refresh_token: str | None = None
    wants_id_token: bool = False
    nonce: str | None = None
    sign_in: SignInFacts | None = None
    proof_key: str | None = None
    echo: Mapping[str, str] = {}
    began_at: Instant | None = None
    """When the time of the sign-in began to run, where there is a grant; None: it begins now."""
    voucher_id: Id | None = None
    """The voucher that it stands on; None: on what a person agreed to, or on no person at all."""
    claims: GrantedClaims | None = None
    """The claims that were asked for by name; None: none were."""
    access_key: StandingKey | None = None
    """The access key that was presented, or that the grant stands on; None: none."""
    ends_at: Instant | None = None
    """When what it rests on ends: no token lives longer. None: nothing but the policy says so."""
    behind: Behind | None = None
    """The token that it was exchanged for, and dies with; None: none was."""


class Issued(Struct, frozen=True, gc=False):
    """A token answer. `expires_in` is in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    scope: ScopeSet
    refresh_token: str | None = None
    id_token: str | None = None
    echo: Mapping[str, str] = {}


class DeviceAuthorizationRequest(Struct, frozen=True, gc=False):
    """A device asks for its two codes (RFC 8628 §3.1)."""

    client: PresentedClient | None
    origin: Origin
    scope: ScopeSet | None = None
    resources: tuple[str, ...] = ()


class DeviceAuthorization(Struct, frozen=True, gc=False):
    """The codes of a device, for `expires_in` seconds; it asks every `interval` seconds (§3.2)."""

    device_code: str
    user_code: str
    expires_in: int
    interval: int


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """An authorization request. Every text in it is claimed, nothing is verified."""

    origin: Origin
    client_id: str | None
    claimed_redirect: str | None
    response_type: str | None
    scope: str | None = None
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    response_mode: str | None = None
    prompt: str | None = None
    max_age: str | None = None
    login_hint: str | None = None
    id_token_hint: str | None = None
    ui_locales: str | None = None
    resources: tuple[str, ...] = ()
    claims: str | None = None
    request: str | None = None
    request_uri: str | None = None
    registration: str | None = None
    organization: str | None = None
    """The id of the organization that it is for, where a dialect has a parameter for that."""


@dataclass(frozen=True, slots=True)
class AuthorizeRules:
    """How a dialect's authorization request differs in what it must carry."""

    response_type_implied: bool = False
    state_required: bool = False
    """The request must carry `state`."""
    state_repeated: bool = False
    """`state` comes again at the token endpoint and must be equal (D40)."""
    redirect_repeated: bool = True
    """`redirect_uri` comes again at the token endpoint and must be equal (RFC 6749 §4.1.3)."""
    scope_all: bool = False
    """There is no scope parameter: all that fit are given."""
    names_issuer: bool = True
    """Answers carry `iss` (RFC 9207)."""
    code_name: str = "code"
    """What the answer calls the code (D97)."""
    errors_redirected: bool = True
    """Errors go to the application; otherwise the dialect shows them itself (D34)."""
    redirect_by_host: bool = False
    """Redirects that were registered for it are matched by scheme, host and port (G16)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the application through the browser."""

    redirect: VerifiedRedirect
    mode: ResponseMode
    parameters: dict[str, str]
    refused: Refused | None = None
    """Why it is a refusal, where it is one that was not told before."""

    def about(self, concern: Concern) -> Answer:
        """The same where more is known of what a refusal is about."""
        if self.refused is None:
            return self
        return replace(self, refused=self.refused.about(concern))


class RevokeRequest(Struct, frozen=True, gc=False):
    """A request to revoke a token (RFC 7009)."""

    client: PresentedClient | None
    origin: Origin
    token: str | None


class IntrospectRequest(Struct, frozen=True, gc=False):
    """A question whether a token is active (RFC 7662)."""

    client: PresentedClient | None
    origin: Origin
    token: str | None


class TokenView(Struct, frozen=True, gc=False):
    """What an introspection tells: `claims` is empty for an inactive token."""

    active: bool
    claims: Mapping[str, object] = {}


class UserTokenRequest(Struct, frozen=True, gc=False):
    """An application asks, with a token of its own, for one that speaks for a user whom it names.

    `needed` is the scope that its own token must have, `scope` what the user's will be for.
    """

    origin: Origin
    token: str | None
    asserted_subject: str
    needed: str
    scope: ScopeSet


class BearerRequest(Struct, frozen=True, gc=False):
    """A request that presents an access token to one of our own endpoints."""

    origin: Origin
    token: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the discovery document of a mount is computed from."""

    issuer: str
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]
    id_token_algorithms: tuple[str, ...]
    claims: tuple[str, ...] = ()
    acr_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """A person in a browser. It has no organization."""

    id: Id
    user_id: Id
    auth_time: Instant
    methods: tuple[str, ...]
    created_at: Instant
    expires_at: Instant
    user_epoch: int
