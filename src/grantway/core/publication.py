"""Publication: how an application comes to be offered beyond its own organization.

An application is a draft, is submitted, and is approved or rejected by an operator; its owner may
withdraw it and submit it again. Every step is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from grantway.core.gates import NO_POLICY, GatePolicy
from grantway.core.model import Application, Audience, Id, Instant
from grantway.core.policy import Preset

Publication: TypeAlias = Literal["draft", "submitted", "approved", "rejected"]
Decision: TypeAlias = Literal[
    "submitted",
    "withdrawn",
    "approved",
    "rejected",
    "pending",
    "pending_withdrawn",
    "pending_approved",
    "pending_rejected",
]

DECISIONS: tuple[Decision, ...] = get_args(Decision)
PUBLICATIONS: tuple[Publication, ...] = ("draft", "submitted", "approved", "rejected")
REJECTIONS = ("incomplete", "difficult_to_use", "insecure", "other")
"""Why an application can be rejected. `other` needs a text."""


@dataclass(frozen=True, slots=True)
class PublicationStep:
    """One step on the way: who took it, when, and with which words."""

    id: Id
    application_id: Id
    at: Instant
    decision: Decision
    user_id: Id | None
    through_id: Id | None
    reasons: tuple[str, ...] = ()
    text: str = ""
    terms_version: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformPolicy:
    """What the platform decides for everybody."""

    approval_required: bool
    terms_version: str
    version: int
    password_ends_offline: bool = True
    """Whether a new password also ends what was allowed to go on while its person is away."""
    gates: GatePolicy = NO_POLICY


def needs_approval(preset: Preset, policy: PlatformPolicy) -> bool:
    """Whether opening to any organization waits for an operator."""
    return preset.approval or policy.approval_required


def effective_audience(before: Application, requested: Audience, *, waits: bool) -> Audience:
    """The audience that an application has while it asks for one.

    What was open before an approval was needed stays open, and that is all that it keeps: see
    `core.reviewing` for what it asks for from then on.
    """
    if requested != "any_organization" or not waits or before.publication == "approved":
        return requested
    return requested if before.audience_effective == requested else "own_organization"


class PolicyReader(Protocol):
    """Where decisions read the platform's policy."""

    def platform_policy(self) -> PlatformPolicy: ...


class PublicationDoor(Protocol):
    """The steps of one organization's applications."""

    def publication_steps(self, application_id: Id) -> tuple[PublicationStep, ...]:
        """All steps of an application of this organization, the first one first."""

    def insert_publication_step(self, step: PublicationStep) -> None:
        """Add a step. Raises NotFound where the application is not this organization's."""


class PublicationDesk(Protocol):
    """What operators decide."""

    def update_policy(self, policy: PlatformPolicy, *, version: int) -> PlatformPolicy | None: ...
    def submissions(self, *, publication: str, after: Id, limit: int) -> tuple[Application, ...]:
        """Applications of all organizations in a state of publication, by id."""


class PurgeDesk(Protocol):
    """Removing for good what was scheduled for it."""

    def due_applications(self, *, now: Instant, limit: int) -> tuple[Id, ...]: ...
    def purge_application(self, application_id: Id, *, now: Instant) -> Application | None:
        """Delete an application if it is scheduled and due, leaving a tombstone of its client_id.

        One conditional update decides, so of several that try, and of somebody who enables it
        meanwhile, exactly one wins. Returns what was deleted.
        """
