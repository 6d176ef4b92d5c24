"""Who may do what, written by hand and by nobody's table.

The matrices are made from the table of operations, so they take it for the truth: an approval that had
become everybody's own would pass them. Here each verdict was typed. A row is an operation and the callers
who may; everybody else is refused. A new operation that changes something has no row until somebody thought.

    O operator   W owner   A admin   D developer   M member   C contact
    P an application of the organization, alone   S a service account of it, a developer
"""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.service_accounts import GRANT_TYPE
from grantway.edges.web.records.operations import ALL
from grantway.features.access import permissions
from tests.api.cast import OF_TENANTS, Cast, Known
from tests.api.matrix import OF_WHO_OWNS_IT, Cell, has_record, publication_for
from tests.api.test_isolation import ask, undo

NAMES = {
    "O": "operator",
    "W": "owner",
    "A": "admin",
    "D": "developer",
    "M": "member",
    "C": "contact",
    "P": "machine",
}
MAY = {
    # The platform is the operators'.
    "listOrganizations": "O",
    "createOrganization": "O",
    "deleteOrganization": "O",
    "suspendOrganization": "O",
    "liftOrganization": "O",
    "suspendApplication": "O",
    "liftApplication": "O",
    "approveApplication": "O",
    "rejectApplication": "O",
    "approvePendingVersion": "O",
    "rejectPendingVersion": "O",
    "createPlatformVoucher": "O",
    "revokePlatformVoucher": "O",
    "readPolicy": "O",
    "updatePolicy": "O",
    "listUsers": "O",
    "createUser": "O",
    "updateUser": "O",
    "deleteUser": "O",
    "createActivationLink": "O",
    "endSessions": "O",
    "listWholeAudit": "O",
    "createApi": "O",
    "updateApi": "O",
    "deleteApi": "O",
    "createScope": "O",
    "updateScope": "O",
    "deleteScope": "O",
    "createRoute": "O",
    "updateRoute": "O",
    "deleteRoute": "O",
    "createLimit": "O",
    "updateLimit": "O",
    "deleteLimit": "O",
    # People and what others may do here are the administrators'.
    "updateOrganization": "OWAP",
    "inviteMember": "OWAP",
    "resendInvitation": "OWAP",
    "revokeInvitation": "OWAP",
    "askNotificationAddress": "OWAP",
    "removeNotificationAddress": "OWAP",
    "listNotificationAddresses": "OWADPS",
    "readNotificationAddress": "OWADPS",
    "createVoucher": "OWAP",
    "revokeVoucher": "OWAP",
    "listConsents": "OWAP",
    "withdrawConsent": "OWAP",
    "updateMember": "OWAP",
    "removeMember": "OWAP",
    "handOver": "OWAP",
    "createServiceAccount": "OWAP",
    "updateServiceAccount": "OWAP",
    "deleteServiceAccount": "OWAP",
    "createInstallation": "OWAP",
    "updateInstallation": "OWAP",
    "deleteInstallation": "OWAP",
    "listAudit": "OWAP",
    # What the organization makes is its developers'.
    "createApplication": "OWADPS",
    "updateApplication": "OWADPS",
    "takeDefaultApplication": "OWADPS",
    "enableApplication": "OWADPS",
    "disableApplication": "OWADPS",
    "archiveApplication": "OWADPS",
    "unarchiveApplication": "OWADPS",
    "deleteApplication": "OWADPS",
    "submitApplication": "OWADPS",
    "withdrawApplication": "OWADPS",
    "withdrawPendingVersion": "OWADPS",
    "listVouchers": "OWADPS",
    "readTerms": "OWADPS",
    "createWebhook": "OWADPS",
    "updateWebhook": "OWADPS",
    "deleteWebhook": "OWADPS",
    "rotateWebhookSecret": "OWADPS",
    "testWebhook": "OWADPS",
    "replayDelivery": "OWADPS",
    "revokeSecret": "OWADPS",
    "reportLeakedSecret": "OWADPS",
    # A secret is what a service account is reached by: it makes none, and reads none.
    "createSecret": "OWADP",
    "listKeys": "OWADP",
    # Policy names people of the owner: neither programs nor operators are any.
    "revealSecret": "WAD",
    "listApplications": "OWADPS",
    "listMembers": "OWADPS",
    # People make keys for themselves, and who manages members ends everybody's.
    "createAccessKey": "WADMC",
    "updateAccessKey": "OWAP",
    "deleteAccessKey": "OWAP",
    "listAccessKeys": "OWADMCPS",
    "listInstallations": "OWADPS",
    "listApis": "OWADPS",
    # What everybody sees who works here.
    "readOrganization": "OWADMPS",
    "requestInstallation": "OWADMPS",
    "listDirectory": "OWADMPS",
    "readOffer": "OWADMPS",
    "readMe": "OWADMCPS",
    # A person's own act, as a member: no machine's, and no operator's elsewhere.
    "createLaunch": "WADMC",
}


def callers_of(cast: Cast) -> dict[str, Known]:
    """One of each, with every scope that there is for them."""
    found = {letter: cast.caller(name) for letter, name in NAMES.items()}
    make = cast.world.make
    application = make.application(
        cast.own, "backend", scopes=OF_TENANTS, settings={"grant_types": frozenset({GRANT_TYPE})}
    )
    account = make.service_account(cast.own, application, role="developer")
    answer = cast.world.token(
        application,
        make.secret(application),
        grant_type=GRANT_TYPE,
        service_account=to_text(account.id),
    )
    assert answer.status_code == 200, answer.text
    token = str(answer.json["access_token"])
    return found | {"S": Known("robot", token, frozenset(OF_TENANTS), cast.own.id, "developer")}


def test_everybody_may_what_the_list_says_and_nothing_else(cast: Cast) -> None:
    callers = callers_of(cast)
    cast.world.make.api(None, "global")
    kept = cast.records(cast.own)
    wrong: dict[str, tuple[Any, ...]] = {}
    for operation in ALL:
        if operation.id not in MAY:
            continue
        for letter, caller in callers.items():
            is_allowed = letter in MAY[operation.id]
            records = kept
            if (
                is_allowed
                and operation.method != "GET"
                and (has_record(operation) or operation.is_conditional)
            ):
                records = cast.records(cast.own, publication_for(operation))
            if is_allowed and operation.id == "deleteOrganization":
                records = cast.empty_organization()
            cell = Cell(operation, caller, "own")
            answered = ask(cast, cell, records, records)
            # To who does not own it, a key of somebody else is an unknown one.
            refused = 404 if operation.id in OF_WHO_OWNS_IT else 403
            if answered.status_code != (operation.status if is_allowed else refused):
                wrong[f"{letter} {operation.id}"] = (answered.status_code, answered.text)
            elif is_allowed:
                undo(cast, cell, answered)
    assert wrong == {}


def test_nobody_but_owners_operators_and_programs_gives_owner(cast: Cast) -> None:
    """Administrators manage everybody else; a program has what an owner gave it."""
    callers = callers_of(cast)
    for letter, caller in callers.items():
        person = cast.world.make.person(cast.own, role="member")
        place = f"/organizations/{to_text(cast.own.id)}/members/{to_text(person.id)}"
        answered = cast.call(caller, "PATCH", place, {"role": "owner"}, If_Match='"1"')
        assert answered.status_code == (200 if letter in "OWP" else 403), (letter, answered.text)


def test_nobody_but_operators_disables_an_organization(cast: Cast) -> None:
    place = f"/organizations/{to_text(cast.own.id)}"
    for letter, caller in callers_of(cast).items():
        if letter != "O":
            answered = cast.call(caller, "PATCH", place, {"state": "disabled"}, If_Match='"1"')
            assert answered.status_code in {403, 422}, (letter, answered.text)
    assert cast.as_operator("PATCH", place, {"state": "disabled"}, If_Match='"1"').status_code == 200


@pytest.mark.parametrize("operation", ALL, ids=lambda one: one.id)
def test_what_changes_something_has_a_row(operation: Any) -> None:
    assert operation.method == "GET" or operation.id in MAY


def test_every_permission_has_a_row_and_every_row_an_operation() -> None:
    by_id = {operation.id: operation for operation in ALL}
    assert MAY.keys() <= by_id.keys()
    assert {by_id[name].permission.scope for name in MAY} >= {one.scope for one in permissions.ALL}
