"""Installations: what an organization lets in, and who lets its own applications in."""

from __future__ import annotations

from grantway.core.errors import INSTALL_EXISTS, INSTALL_OWN, INSTALL_STATE, RECORD_RANK
from grantway.core.identifiers import to_text
from grantway.core.installing import InstalledApplication
from grantway.core.listing import InstallationFilter
from grantway.edges.web.operations import Audited, Call, Listing, Operation, Query, Reply, Tenant
from grantway.edges.web.records.applications import APPLICATIONS
from grantway.edges.web.records.installation_forms import (
    InstallationAnswer,
    InstallationCreate,
    InstallationPatch,
    InstallationRequest,
    InstallingOrganizationAnswer,
    answer_for_makers,
    answer_of,
)
from grantway.edges.web.records.services import RecordFeatures
from grantway.edges.web.records.values import FLAG, changes_of, flag_of
from grantway.features.access.permissions import (
    INSTALLATIONS_READ,
    INSTALLATIONS_REQUEST,
    INSTALLATIONS_WRITE,
)
from grantway.features.registry.installation_rules import STATES, InstallationDraft

TAG = "Installations"
INSTALLATIONS = "/organizations/{organization_id}/installations"


def list_installations(features: RecordFeatures, call: Call) -> Listing:
    """What the organization lets in, or is asked to."""
    only = InstallationFilter(call.query.get("state"), flag_of(call.query.get("pending")))
    found = features.installations.listed(
        call.tx, call.caller, call.organization_id, page=call.page, only=only
    )
    return Listing(
        tuple(answer_of(one, features.entrances) for one in found),
        tuple(one.installation.id for one in found),
    )


def create_installation(features: RecordFeatures, call: Call) -> Reply:
    """Let an application in."""
    body: InstallationCreate = call.body
    draft = InstallationDraft(body.client_id, body.scopes, body.members)
    return _made(features, features.installations.grant(call.tx, call.caller, call.organization_id, draft))


def read_installation(features: RecordFeatures, call: Call) -> Reply:
    """One installation."""
    found = features.installations.read(
        call.tx, call.caller, call.organization_id, installation_id=call.ids["installation_id"]
    )
    return Reply(answer_of(found, features.entrances), found.installation.version)


def update_installation(features: RecordFeatures, call: Call) -> Reply:
    """Change an installation."""
    written = features.installations.update(
        call.tx,
        call.caller,
        call.organization_id,
        installation_id=call.ids["installation_id"],
        changes=changes_of(call.body),
        version=call.version,
    )
    return Reply(answer_of(written, features.entrances), written.installation.version)


def delete_installation(features: RecordFeatures, call: Call) -> Reply:
    """Revoke an installation, or decline a request."""
    ended = features.installations.end(
        call.tx,
        call.caller,
        call.organization_id,
        installation_id=call.ids["installation_id"],
        version=call.version,
        ends_sign_ins=call.query.get("sign_ins") != "keep",
    )
    return Reply(answer_of(ended, features.entrances), ended.installation.version)


def request_installation(features: RecordFeatures, call: Call) -> Reply:
    """Ask the administrators for an application."""
    body: InstallationRequest = call.body
    made = features.installations.request(
        call.tx, call.caller, call.organization_id, client_id=body.client_id
    )
    return _made(features, made)


def list_application_installations(features: RecordFeatures, call: Call) -> Listing:
    """Who installed an application."""
    found = features.installations.of_application(
        call.tx,
        call.caller,
        call.organization_id,
        application_id=call.ids["application_id"],
        page=call.page,
    )
    return Listing(tuple(map(answer_for_makers, found)), tuple(one.installation.id for one in found))


def _made(features: RecordFeatures, made: InstalledApplication) -> Reply:
    one = made.installation
    place = f"/organizations/{to_text(one.organization_id)}/installations/{to_text(one.id)}"
    return Reply(answer_of(made, features.entrances), one.version, place)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="listInstallations",
        method="GET",
        path=INSTALLATIONS,
        tag=TAG,
        summary="List the authorized applications",
        description=(
            "Applications of other organizations that act for this one, with their last use and the scopes "
            "that were never of use. `state=requested` is the queue of what members ask for."
        ),
        permission=INSTALLATIONS_READ,
        tenant=Tenant.PATH,
        answer=InstallationAnswer,
        is_list=True,
        queries=(
            Query("state", "Only those in this state.", "requested", values=STATES),
            Query("pending", "`true`: only those with scopes that wait for you.", "true", values=FLAG),
        ),
        handler=list_installations,
    ),
    Operation(
        id="createInstallation",
        method="POST",
        path=INSTALLATIONS,
        tag=TAG,
        summary="Install an application",
        description=(
            "Lets an application of another organization act for this one, with some of the scopes it asks "
            "for: the first time, on request, or anew after it was revoked. What was revoked stays dead. "
            "An "
            "application that is not offered here is answered like one that does not exist. Scopes of this "
            "API can be granted only by somebody who may use them."
        ),
        permission=INSTALLATIONS_WRITE,
        tenant=Tenant.PATH,
        request=InstallationCreate,
        sample={"client_id": "pX3kq9Vb7Yw2LmN8cR4tH6sJ1", "scopes": []},
        named={"client_id": "application.client_id"},
        answer=InstallationAnswer,
        status=201,
        errors=(INSTALL_OWN, INSTALL_EXISTS, RECORD_RANK),
        audit=Audited(action="installation.grant", target="id", record=InstallationAnswer),
        handler=create_installation,
    ),
    Operation(
        id="readInstallation",
        method="GET",
        path=INSTALLATIONS + "/{installation_id}",
        tag=TAG,
        summary="Read an installation",
        description="What was granted to an application, and what it is of use for.",
        permission=INSTALLATIONS_READ,
        tenant=Tenant.PATH,
        answer=InstallationAnswer,
        handler=read_installation,
    ),
    Operation(
        id="updateInstallation",
        method="PATCH",
        path=INSTALLATIONS + "/{installation_id}",
        tag=TAG,
        summary="Change an installation",
        description=(
            "Name what is to change: `state` suspends, resumes, or grants a request; `scopes` narrows or "
            "widens, also for tokens in use; `scopes_pending` shrinks when something is declined."
        ),
        permission=INSTALLATIONS_WRITE,
        tenant=Tenant.PATH,
        request=InstallationPatch,
        answer=InstallationAnswer,
        is_conditional=True,
        errors=(INSTALL_STATE, RECORD_RANK),
        audit=Audited(
            action="installation.update",
            target="installation_id",
            record=InstallationAnswer,
            before=read_installation,
        ),
        handler=update_installation,
    ),
    Operation(
        id="deleteInstallation",
        method="DELETE",
        path=INSTALLATIONS + "/{installation_id}",
        tag=TAG,
        summary="Revoke an installation or decline a request",
        description=(
            "The secrets and tokens with which the application acts for this organization are dead at once "
            "and stay so. Members' own sign-ins to it end too and are blocked, unless `sign_ins=keep`."
        ),
        permission=INSTALLATIONS_WRITE,
        tenant=Tenant.PATH,
        answer=InstallationAnswer,
        is_conditional=True,
        queries=(
            Query("sign_ins", "`keep` leaves members' own sign-ins alone.", "keep", values=("keep", "end")),
        ),
        errors=(INSTALL_STATE,),
        audit=Audited(
            action="installation.end",
            target="installation_id",
            record=InstallationAnswer,
            before=read_installation,
        ),
        handler=delete_installation,
    ),
    Operation(
        id="requestInstallation",
        method="POST",
        path="/organizations/{organization_id}/installation-requests",
        tag=TAG,
        summary="Ask for an application",
        description="For members: the administrators find it in their queue, and grant or decline it.",
        permission=INSTALLATIONS_REQUEST,
        tenant=Tenant.PATH,
        request=InstallationRequest,
        named={"client_id": "application.client_id"},
        answer=InstallationAnswer,
        status=201,
        errors=(INSTALL_OWN, INSTALL_EXISTS),
        audit=Audited(action="installation.request", target="id", record=InstallationAnswer),
        handler=request_installation,
    ),
    Operation(
        id="listApplicationInstallations",
        method="GET",
        path=APPLICATIONS + "/{application_id}/installations",
        tag=TAG,
        summary="List who installed an application",
        description="The organizations that let an application of yours act for them, or once did.",
        permission=INSTALLATIONS_READ,
        tenant=Tenant.PATH,
        answer=InstallingOrganizationAnswer,
        is_list=True,
        handler=list_application_installations,
    ),
)
