"""The contract of a dialect: how each operation looks on the wire, and nothing about who may do what.

    request -> Wire.decode -> message -> the one operation table -> outcome -> Wire.encode -> answer
                                                                  -> failure -> Wire.refuse -> answer

A dialect is a folder with its wires and one line in `dialects.ALL`. It cannot call a feature and so
cannot skip a step that all dialects share; `mounts` makes the calls through `OperationTable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeAlias, TypeVar

from grantway.core.concerns import Concern
from grantway.core.decisions import Decision, DecisionRequest
from grantway.core.errors import Refused
from grantway.core.installing import InstallingOrganization
from grantway.core.launching import Entrance, LaunchedRequest
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    AuthorizeRules,
    BearerRequest,
    DeviceAuthorization,
    DeviceAuthorizationRequest,
    IntrospectRequest,
    Issued,
    Metadata,
    Origin,
    PresentedClient,
    RevokeRequest,
    Session,
    TokenRequest,
    TokenView,
    UserTokenRequest,
)
from grantway.core.model import Id, Organization, TokenFormat
from grantway.core.outgoing import NoticeEvent, OutgoingNotice
from grantway.core.policy import Preset
from grantway.core.refusals import Kind
from grantway.edges.web.cors import AllowsOrigin, Asker, Readers
from grantway.edges.web.failures import Failure
from grantway.edges.web.management import ManagementCall
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.edges.web.tour import Tour
from grantway.features.authorize.device_desk import DeviceQuestion, DeviceView
from grantway.features.authorize.speaking import AuthorizeFor
from grantway.features.authorize.views import Browser, Interact
from grantway.features.registry.launcher import Sibling
from grantway.features.registry.revealing import PairSecret
from grantway.features.tokens.verify import VerifiedToken


class Operation(StrEnum):
    """What a dialect can put on the wire. The set is closed: each one has a feature behind it."""

    AUTHORIZE = "authorize"
    CONNECT = "connect"
    TOKEN = "token"
    REVOKE = "revoke"
    INTROSPECT = "introspect"
    USERINFO = "userinfo"
    METADATA = "metadata"
    KEYS = "keys"
    EXAMPLE_API = "example_api"
    INSTALLED = "installed"
    PAIR_SECRETS = "pair_secrets"
    USER_TOKEN = "user_token"
    DECISION = "decision"
    DEVICE = "device"
    DEVICE_REQUEST = "device_request"
    DEVICE_PAGE = "device_page"
    LAUNCHER = "launcher"
    AUTHORIZE_FOR = "authorize_for"
    TENANT = "tenant"
    MANAGEMENT = "management"
    END_TOKEN = "end_token"
    END_TOKENS = "end_tokens"


REFUSED_AS: Mapping[Operation, Kind] = {
    Operation.AUTHORIZE: "authorize",
    Operation.CONNECT: "authorize",
    Operation.AUTHORIZE_FOR: "authorize",
    Operation.TOKEN: "token",
    Operation.USER_TOKEN: "token",
    Operation.DEVICE: "device",
    Operation.DEVICE_REQUEST: "device",
    Operation.DECISION: "decision",
    Operation.USERINFO: "userinfo",
    Operation.INTROSPECT: "introspect",
    Operation.REVOKE: "revoke",
    Operation.END_TOKEN: "revoke",
    Operation.END_TOKENS: "revoke",
    Operation.EXAMPLE_API: "example",
    Operation.INSTALLED: "example",
}
"""As what the refusals of an operation are kept for developers. Those of the others are about records."""


@dataclass(frozen=True, slots=True)
class ExampleCall:
    """A call of the example API: with a token or with the client's own pair, and what it needs."""

    origin: Origin
    credentials: BearerRequest | PresentedClient
    scope: str | None = None
    needs_user: bool = False
    organization_id: Id | None = None
    """Whose record is asked for; None: the token's own."""


@dataclass(frozen=True, slots=True)
class AskPairSecrets:
    """A request of an application for its secrets of the organizations that installed it."""

    client: PresentedClient
    origin: Origin


@dataclass(frozen=True, slots=True)
class AskSiblings:
    """A question of an application what its person can open. `scope` is what the token must hold."""

    bearer: BearerRequest
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class AskKeys:
    """A request for the public keys of a mount."""

    mount: str


@dataclass(frozen=True, slots=True)
class AskMetadata:
    """A request for the discovery document of a mount."""

    mount: str


@dataclass(frozen=True, slots=True)
class AskTenant:
    """A question whether an organization is served here, by its id. Nobody has to say who asks."""

    organization: str


JsonWebKeys: TypeAlias = list[dict[str, object]]
Claims: TypeAlias = Mapping[str, Any]

M = TypeVar("M")
O = TypeVar("O")  # noqa: E741 - the outcome, beside the message


@dataclass(frozen=True, slots=True)
class Wire(Generic[M, O]):
    """How one operation looks in one dialect.

    `decode` raises OAuthError or PageError for what cannot be read. `memory_first` is tried on the
    event loop first and may run twice there, so it has no effect before the database is asked. HEAD is
    answered wherever GET is; `readers` are foreign origins.
    """

    operation: Operation
    methods: tuple[str, ...]
    path: str
    decode: Callable[[HttpRequest], M]
    encode: Callable[[O, HttpRequest], HttpAnswer]
    refuse: Callable[[Failure, HttpRequest], HttpAnswer]
    memory_first: bool = False
    readers: Readers = "nobody"


def no_notice(event: NoticeEvent) -> OutgoingNotice | None:
    """The notices of a dialect that has none."""
    return None


@dataclass(frozen=True, slots=True)
class Dialect:
    """A wire form of the server."""

    name: str
    routes: tuple[Wire[Any, Any], ...]
    preset: Preset
    rules: AuthorizeRules
    token_formats: tuple[TokenFormat, ...]
    publishes_metadata: bool = False
    notice: Callable[[NoticeEvent], OutgoingNotice | None] = no_notice
    entrance: Entrance | None = None
    """How a launch is handed to an application; None: none of this dialect is launched."""
    tour: Tour = ()
    """Its guide, as the developers' pages run it."""


@dataclass(frozen=True, slots=True)
class OperationTable:
    """The one way from the wire into the features. `app/` fills it, once per form of the store."""

    authorize: Callable[[AuthorizeRequest, AuthorizeRules, Browser | None], Answer | Interact]
    connect: Callable[[LaunchedRequest, AuthorizeRules], Answer]
    session: Callable[[str | None], Session | None]
    token: Callable[[TokenRequest], Issued | Refused]
    revoke: Callable[[RevokeRequest], None]
    introspect: Callable[[IntrospectRequest], TokenView]
    userinfo: Callable[[BearerRequest], Claims]
    metadata: Callable[[str], Metadata]
    keys: Callable[[str], JsonWebKeys]
    example_bearer: Callable[[BearerRequest], VerifiedToken]
    example_basic: Callable[[PresentedClient, Origin], VerifiedToken]
    scope_used: Callable[[VerifiedToken, str], None]
    installed: Callable[[VerifiedToken], tuple[InstallingOrganization, ...]]
    decide: Callable[[DecisionRequest], Decision]
    pair_secrets: Callable[[PresentedClient, Origin], tuple[PairSecret, ...]]
    tenant: Callable[[str], Organization]
    management: Callable[[ManagementCall], Any]
    end_token: Callable[[BearerRequest], None]
    user_token: Callable[[UserTokenRequest], Issued]
    end_tokens: Callable[[BearerRequest], int]
    allows_origin: AllowsOrigin
    origin_refused: Callable[[str, Asker], Concern]
    device: Callable[[DeviceAuthorizationRequest], DeviceAuthorization]
    siblings: Callable[[BearerRequest, str | None], tuple[Sibling, ...]]
    authorize_for: Callable[[AuthorizeFor, AuthorizeRules], Answer]
    device_request: Callable[[DeviceQuestion], DeviceView | Refused]
