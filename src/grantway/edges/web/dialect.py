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

from grantway.core.decisions import Decision, DecisionRequest
from grantway.core.errors import Refused
from grantway.core.messages import (
    Answer,
    AuthorizeRequest,
    AuthorizeRules,
    BearerRequest,
    IntrospectRequest,
    Issued,
    Metadata,
    Origin,
    PresentedClient,
    RevokeRequest,
    Session,
    TokenRequest,
    TokenView,
)
from grantway.core.model import Organization, TokenFormat
from grantway.core.outgoing import NoticeEvent, OutgoingNotice
from grantway.core.policy import Preset
from grantway.edges.web.cors import AllowsOrigin, Readers
from grantway.edges.web.failures import Failure
from grantway.edges.web.requests import HttpAnswer, HttpRequest
from grantway.features.authorize.views import Browser, Interact
from grantway.features.registry.revealing import PairSecret
from grantway.features.tokens.verify import VerifiedToken


class Operation(StrEnum):
    """What a dialect can put on the wire. The set is closed: each one has a feature behind it."""

    AUTHORIZE = "authorize"
    TOKEN = "token"
    REVOKE = "revoke"
    INTROSPECT = "introspect"
    USERINFO = "userinfo"
    METADATA = "metadata"
    KEYS = "keys"
    EXAMPLE_API = "example_api"
    PAIR_SECRETS = "pair_secrets"
    DECISION = "decision"
    TENANT = "tenant"
    END_TOKENS = "end_tokens"


@dataclass(frozen=True, slots=True)
class ExampleCall:
    """A call of the example API: with a token or with the client's own pair, and what it needs."""

    origin: Origin
    credentials: BearerRequest | PresentedClient
    scope: str | None = None
    needs_user: bool = False


@dataclass(frozen=True, slots=True)
class AskPairSecrets:
    """A request of an application for its secrets of the organizations that installed it."""

    client: PresentedClient
    origin: Origin


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


@dataclass(frozen=True, slots=True)
class OperationTable:
    """The one way from the wire into the features. `app/` fills it, once per form of the store."""

    authorize: Callable[[AuthorizeRequest, AuthorizeRules, Browser | None], Answer | Interact]
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
    decide: Callable[[DecisionRequest], Decision]
    pair_secrets: Callable[[PresentedClient, Origin], tuple[PairSecret, ...]]
    tenant: Callable[[str], Organization]
    end_tokens: Callable[[BearerRequest], int]
    allows_origin: AllowsOrigin
