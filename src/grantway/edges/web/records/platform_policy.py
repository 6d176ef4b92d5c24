"""What the platform decides for everybody."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from grantway.core.gates import GATES
from grantway.core.publication import PlatformPolicy
from grantway.edges.web.operations import Audited, Call, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import Version, about, changes_of, one_of
from grantway.features.access.permissions import PLATFORM
from grantway.features.registry.publication import LONGEST_TERMS_VERSION

TAG = "Platform"
ApprovalRequired: TypeAlias = Annotated[
    bool,
    about(
        "Whether an application that wants to be open to any organization works for its own alone until "
        "an operator approves it. What is open already stays open.",
        True,
    ),
]
TermsVersion: TypeAlias = Annotated[
    str,
    about(
        "The version of the terms that are accepted with a submission.",
        "1",
        minLength=1,
        maxLength=LONGEST_TERMS_VERSION,
    ),
]
PasswordEndsOffline: TypeAlias = Annotated[
    bool,
    about(
        "Whether a new password, chosen or reset, also ends what a person allowed to go on while they are "
        "away (`offline_access`). What was begun in their other sessions ends in either case.",
        True,
    ),
]

LeastGate: TypeAlias = Annotated[
    str,
    one_of(
        "The loosest gate of an organization that counts. Raising it acts at once and everywhere, whatever "
        "was chosen before.",
        *GATES,
    ),
]
DefaultGate: TypeAlias = Annotated[
    str, one_of("The gate that new organizations get.", "reviewed", "any", "installed")
]
OpenMounts: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        "Mounts of dialects whose sign-in needs no review. Who lets in only what is installed goes on so.",
        ["partners"],
    ),
]


class PolicyAnswer(msgspec.Struct, frozen=True):
    """The platform's policy."""

    approval_required: ApprovalRequired
    terms_version: TermsVersion
    password_ends_offline: PasswordEndsOffline
    version: Version
    least_gate: LeastGate
    default_gate: DefaultGate
    open_mounts: OpenMounts


class PolicyPatch(msgspec.Struct, forbid_unknown_fields=True):
    """What is to change about the policy."""

    approval_required: ApprovalRequired | UnsetType = UNSET
    terms_version: TermsVersion | UnsetType = UNSET
    password_ends_offline: PasswordEndsOffline | UnsetType = UNSET
    least_gate: LeastGate | UnsetType = UNSET
    default_gate: DefaultGate | UnsetType = UNSET
    open_mounts: OpenMounts | UnsetType = UNSET


def _reply(policy: PlatformPolicy) -> Reply:
    gates = policy.gates
    answer = PolicyAnswer(
        approval_required=policy.approval_required,
        terms_version=policy.terms_version,
        password_ends_offline=policy.password_ends_offline,
        version=policy.version,
        least_gate=gates.least,
        default_gate=gates.default,
        open_mounts=tuple(sorted(gates.open_mounts)),
    )
    return Reply(answer, policy.version)


def read_policy(features: RecordFeatures, call: Call) -> Reply:
    """The policy that holds now."""
    return _reply(features.publications.policy(call.tx, call.caller))


def update_policy(features: RecordFeatures, call: Call) -> Reply:
    """Decide otherwise."""
    written = features.publications.change_policy(
        call.tx, call.caller, changes=changes_of(call.body), version=call.version
    )
    return _reply(written)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="readPolicy",
        method="GET",
        path="/policy",
        tag=TAG,
        summary="Read the platform's policy",
        description="For operators.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        answer=PolicyAnswer,
        handler=read_policy,
    ),
    Operation(
        id="updatePolicy",
        method="PATCH",
        path="/policy",
        tag=TAG,
        summary="Change the platform's policy",
        description="For operators. It holds for what is asked from now on; of gates, for all in use.",
        permission=PLATFORM,
        tenant=Tenant.PLATFORM,
        request=PolicyPatch,
        answer=PolicyAnswer,
        is_conditional=True,
        audit=Audited(action="policy.update", target="", record=PolicyAnswer, before=read_policy),
        handler=update_policy,
    ),
)
