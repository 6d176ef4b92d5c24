"""What the browser brings along, and what it must see next.

A step without a redirect belongs to the request of a device, which fetches its answer itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from grantway.core.errors import Refused
from grantway.core.gates import OrganizationGate
from grantway.core.messages import Answer, Session
from grantway.core.model import Api, Application, Id, Instant, Organization, Place, Scope, User
from grantway.core.redirects import VerifiedRedirect
from grantway.core.scopes import ScopeSet
from grantway.core.secrets import digest, encode

Groups: TypeAlias = tuple[tuple[Api, tuple[Scope, ...]], ...]
"""Scopes by their API, in the order in which a person reads them."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser brought along. `secret` is its own cookie, 256 bits; None if it brought none."""

    secret: str | None
    session: Session | None
    address: str
    organization_hint: Id | None = None

    @property
    def mark(self) -> str | None:
        """What a pending request remembers of the browser."""
        return encode(digest(self.secret)) if self.secret is not None else None


@dataclass(frozen=True, slots=True)
class Interact:
    """A person must see a page: the address is the issuer's `/interaction/{handle}`."""

    handle: str


@dataclass(frozen=True, slots=True)
class FaultStep:
    """The request cannot be answered, and who came with it reads why before anything leads away (C065).

    `could` are scopes that the application could ask for, where it was refused for its scopes.
    """

    application: Application
    owner: Organization
    refused: Refused
    could: ScopeSet
    redirect: VerifiedRedirect | None
    ui_locales: str | None = None


@dataclass(frozen=True, slots=True)
class SignInStep:
    """The person must sign in (again)."""

    application: Application
    owner: Organization
    login_hint: str | None
    redirect: VerifiedRedirect | None
    ui_locales: str | None = None


DoorState: TypeAlias = Literal["open_to_requests", "requested", "suspended", "blocked", "not_offered", "role"]
"""Why an organization does not let the person in, and whether they can do something about it."""


@dataclass(frozen=True, slots=True)
class ClosedDoor:
    """An organization that does not let the application in. `requested_at` is set where it was asked to.

    `gate` is the organization's own, where that and nothing else keeps the application out.
    """

    organization: Organization
    state: DoorState
    requested_at: Instant | None = None
    gate: OrganizationGate | None = None


@dataclass(frozen=True, slots=True)
class AskStep:
    """No organization of the person lets the application in. `asked_in` is the one asked just now."""

    application: Application
    owner: Organization
    user: User
    doors: tuple[ClosedDoor, ...]
    redirect: VerifiedRedirect | None
    asked_in: Id | None = None
    ui_locales: str | None = None
    mark: str = ""
    """What the form must carry, so that it answers this showing and no other."""
    has_changed: bool = False
    """Whether an answer just now did not count, because something had changed."""


@dataclass(frozen=True, slots=True)
class ChooseStep:
    """The person must say for which organization."""

    application: Application
    owner: Organization
    user: User
    places: tuple[Place, ...]
    preferred: Id | None
    redirect: VerifiedRedirect | None
    ui_locales: str | None = None
    mark: str = ""
    has_changed: bool = False


@dataclass(frozen=True, slots=True)
class ConsentStep:
    """The person must allow it. Groups are by API, risky scopes first."""

    application: Application
    owner: Organization
    user: User
    organization: Organization
    groups: Groups
    redirect: VerifiedRedirect | None
    is_first_time: bool
    ui_locales: str | None = None
    mark: str = ""
    has_changed: bool = False
    claims: tuple[str, ...] = ()
    """Those that are asked for by name, without the rest of what their scopes give."""
    user_code: str | None = None
    """What the person typed, where the answer goes to a device."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is left to do: the application has its answer, or was told no, or it took too long."""

    application: Application
    owner: Organization
    redirect: VerifiedRedirect | None
    end: Literal["answered", "refused", "late"]
    ui_locales: str | None = None


Step: TypeAlias = FaultStep | SignInStep | AskStep | ChooseStep | ConsentStep | Answer | Finished
Outcome: TypeAlias = Answer | Finished | None
"""What a form led to; None: the dispatcher says what comes next."""
