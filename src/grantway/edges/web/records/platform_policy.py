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
from grantway.edges.web.words import _
from grantway.features.access.permissions import PLATFORM
from grantway.features.registry.publication import LONGEST_TERMS_VERSION

TAG = "Platform"
ApprovalRequired: TypeAlias = Annotated[
    bool,
    about(
        _(
            "Until an operator approves it, an application that wants to be open to any organization "
            "works for its own alone. What is open already stays open."
        ),
        True,
        title=_("Applications open to everybody need an approval"),
    ),
]
TermsVersion: TypeAlias = Annotated[
    str,
    about(
        _("Who submits an application accepts the terms of this version."),
        "1",
        minLength=1,
        maxLength=LONGEST_TERMS_VERSION,
        title=_("Version of your terms"),
    ),
]
PasswordEndsOffline: TypeAlias = Annotated[
    bool,
    about(
        _(
            "A new password, chosen or reset, also ends what a person allowed to go on while they are "
            "away (`offline_access`). What was begun in their other sessions ends in either case."
        ),
        True,
        title=_("A new password ends offline access, too"),
    ),
]

LeastGate: TypeAlias = Annotated[
    str,
    one_of(
        _("Raising it acts at once and everywhere, whatever an organization chose before."),
        *GATES,
        title=_("The loosest gate that counts"),
        labels={
            "reviewed": _("What was reviewed, and scopes of low risk"),
            "any": _("Any application that is open to it"),
            "installed": _("Only what it installed"),
        },
    ),
]
DefaultGate: TypeAlias = Annotated[
    str,
    one_of(
        _("What members may let in before an administrator chooses otherwise."),
        "reviewed",
        "any",
        "installed",
        title=_("The gate of new organizations"),
        labels={
            "reviewed": _("What was reviewed, and scopes of low risk"),
            "any": _("Any application that is open to it"),
            "installed": _("Only what it installed"),
        },
    ),
]
OpenMounts: TypeAlias = Annotated[
    tuple[str, ...],
    about(
        _(
            "Mounts of dialects whose sign-in needs no review, one a line. Organizations that let in "
            "only what is installed go on so."
        ),
        ["partners"],
        title=_("Mounts without review"),
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
