"""What a submission for publication accepts."""

from __future__ import annotations

from typing import Annotated

import msgspec

from grantway.edges.web.operations import Call, Operation, Reply, Tenant
from grantway.edges.web.records.publications import TAG
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import about
from grantway.features.access.permissions import APPLICATIONS_READ


class TermsAnswer(msgspec.Struct, frozen=True):
    """What a submission has to accept."""

    terms_version: Annotated[str, about("The version of the platform's terms that holds now.", "1")]
    approval_required: Annotated[
        bool, about("Whether opening an application to any organization waits for an operator.", True)
    ]


def read_terms(features: RecordFeatures, call: Call) -> Reply:
    """The terms that hold now."""
    policy = features.publications.terms(call.tx, call.caller, call.organization_id)
    return Reply(TermsAnswer(policy.terms_version, policy.approval_required))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="readTerms",
        method="GET",
        path="/organizations/{organization_id}/publication-terms",
        tag=TAG,
        summary="Read what a submission accepts",
        description="The version of the platform's terms that holds now, and whether an approval is needed.",
        permission=APPLICATIONS_READ,
        tenant=Tenant.PATH,
        answer=TermsAnswer,
        handler=read_terms,
    ),
)
