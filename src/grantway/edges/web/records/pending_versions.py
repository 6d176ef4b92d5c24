"""Pending versions: what makers want of an application that was approved, until operators decide."""

from __future__ import annotations

from grantway.core.errors import (
    INVALID_RECORD,
    RECORD_BUILT_IN,
    RECORD_LOCKED,
    RECORD_SUSPENDED,
    REVIEW_NOTHING_WAITS,
)
from grantway.edges.web.operations import Call, Operation, Reply
from grantway.edges.web.records.applications import reply_of
from grantway.edges.web.records.publications import RejectionCreate, Stage, step_operation, target_of
from grantway.edges.web.records.services import RecordFeatures
from grantway.features.registry.publication import Rejection


def withdraw_pending_version(features: RecordFeatures, call: Call) -> Reply:
    """Take back what waits."""
    return reply_of(features, call, features.pending.withdraw(call.tx, call.caller, target_of(call)))


def approve_pending_version(features: RecordFeatures, call: Call) -> Reply:
    """What waits becomes what is."""
    return reply_of(features, call, features.pending.approve(call.tx, call.caller, target_of(call)))


def reject_pending_version(features: RecordFeatures, call: Call) -> Reply:
    """Say why it does not become so."""
    rejection = Rejection(call.body.reasons, call.body.text)
    written = features.pending.reject(call.tx, call.caller, target_of(call), rejection=rejection)
    return reply_of(features, call, written)


_PENDING = Stage(
    "PendingVersion",
    "pending/",
    "_pending",
    (RECORD_LOCKED, RECORD_SUSPENDED, RECORD_BUILT_IN, REVIEW_NOTHING_WAITS, INVALID_RECORD),
)
"""An approval has no body, and judges what waits."""

OPERATIONS: tuple[Operation, ...] = (
    step_operation(
        "withdraw",
        "Withdraw what waits for a review",
        "The pending version is dropped. What was approved stays as it is.",
        handler=withdraw_pending_version,
        stage=_PENDING,
    ),
    step_operation(
        "approve",
        "Approve what waits for a review",
        "For operators. The pending version that was read, with this entity tag, becomes the application. "
        "It is judged as if it were new: what could not be registered now is named, and nothing changes.",
        handler=approve_pending_version,
        is_operators=True,
        stage=_PENDING,
    ),
    step_operation(
        "reject",
        "Reject what waits for a review",
        "For operators. The pending version is dropped, and its makers read why. What was approved goes on "
        "working.",
        handler=reject_pending_version,
        request=RejectionCreate,
        is_operators=True,
        stage=_PENDING,
    ),
)
