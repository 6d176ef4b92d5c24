"""Launches: a person opens an application that their organization installed, from a portal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

import msgspec

from grantway.core.errors import LAUNCH_OFTEN, LAUNCH_PERSON
from grantway.core.identifiers import to_text
from grantway.edges.web.operations import Audited, Call, Operation, Reply, Tenant
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import IdText, about, time_of
from grantway.features.access.permissions import LAUNCHES_WRITE

PATH = "/organizations/{organization_id}/launches"
TAG = "Launches"
_PARAMETERS = {
    "customer_id": "0013f0a1c2d3e4f5",
    "xspe": "gwl_EXAMPLE-0000000000000000000000000000000000000000",
}


class LaunchForm(msgspec.Struct, forbid_unknown_fields=True):
    """Which application is opened."""

    client_id: Annotated[
        str, about("The application's client id.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1", maxLength=255)
    ]


class LaunchTold(msgspec.Struct, frozen=True):
    """A launch, without its proof."""

    client_id: Annotated[str, about("The application's client id.", "pX3kq9Vb7Yw2LmN8cR4tH6sJ1")]
    dialect: Annotated[str, about("The wire that the application is opened by.", "standard")]
    expires_at: Annotated[datetime, about("Until when it can be used, once.", "2026-11-21T09:35:00Z")]


class LaunchAnswer(LaunchTold, frozen=True):
    """A launch. Its proof is in the parameters, and is shown only here."""

    application_id: IdText
    parameters: Annotated[
        dict[str, str], about("What the application's entrance is given, by name.", _PARAMETERS)
    ]
    address: Annotated[
        str | None,
        about("The entrance with the parameters: where the portal leads to. Null: it has none.", None),
    ]


def create_launch(features: RecordFeatures, call: Call) -> Reply:
    """The person of the token opens an application."""
    body: LaunchForm = call.body
    launched = features.launching.launch(
        call.tx, call.caller, call.token or call.session, call.organization_id, client_id=body.client_id
    )
    parameters = dict(features.entrances[launched.dialect](launched))
    address = None
    if launched.base_url is not None:
        joint = "&" if "?" in launched.base_url else "?"
        address = launched.base_url + joint + urlencode(parameters)
    return Reply(
        LaunchAnswer(
            client_id=body.client_id,
            dialect=launched.dialect,
            expires_at=time_of(launched.expires_at),
            application_id=to_text(launched.application_id),
            parameters=parameters,
            address=address,
        )
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="createLaunch",
        method="POST",
        path=PATH,
        tag=TAG,
        summary="Open an application for yourself",
        description=(
            "For applications that a portal opens in a frame and that ask nobody to sign in. The answer "
            "has what the application's entrance is given: a proof of five minutes and one use, which "
            "stands for you, your sign-in and this organization. Only a person's token makes one, while "
            "the sign-in that gave it is not over."
        ),
        permission=LAUNCHES_WRITE,
        tenant=Tenant.PATH,
        request=LaunchForm,
        answer=LaunchAnswer,
        status=201,
        errors=(LAUNCH_PERSON, LAUNCH_OFTEN),
        audit=Audited(action="launch.create", target="application_id", record=LaunchTold),
        is_kept=False,
        named={"client_id": "application.client_id"},
        handler=create_launch,
    ),
)
