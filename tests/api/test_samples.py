"""The sample of every operation works when it is sent unchanged, by whoever may, in a fresh organization."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import from_text
from grantway.edges.api.operations import ALL
from grantway.edges.api.samples import filled, sample_of
from grantway.edges.web.operations import Operation, Tenant
from tests.api.cast import REQUESTABLE, Cast, Records
from tests.api.matrix import Cell, path_of, publication_for, version_of

WITH_A_BODY = [one for one in ALL if one.request is not None]
SAMPLED = pytest.mark.parametrize("operation", WITH_A_BODY, ids=lambda one: one.id)


@SAMPLED
def test_the_sample_is_taken_unchanged(cast: Cast, operation: Operation) -> None:
    caller = cast.caller("operator" if operation.tenant is Tenant.PLATFORM else "owner")
    if operation.id == "takeDefaultApplication":
        # Its answer says so where operators did not declare the scope.
        cast.world.make.scope(cast.world.make.api(cast.own), "global")
    records, cell = cast.records(cast.own, publication_for(operation)), Cell(operation, caller, "own")
    known = known_to(cast, operation, records)
    answer = cast.call(
        caller,
        operation.method,
        path_of(cell, records, records),
        filled(operation, known),
        If_Match=version_of(cell, records, records),
    )
    assert answer.status_code == operation.status, answer.text


def known_to(cast: Cast, operation: Operation, records: Records) -> dict[str, object]:
    """What the page knows after records were made: of an application, the one that the operation is for."""
    made = from_text(records.ids["application_id"]) or 0
    with cast.world.store.read() as tx:
        application = tx.organization(cast.own.id).application(made)
    assert application is not None
    of_others = operation.path.endswith(("/installations", "/installation-requests"))
    return {
        "application.client_id": REQUESTABLE if of_others else application.client_id,
        "application.version": application.version,
        "user.id": records.ids["heir_id"],
        "secret.secret": records.leaked,
        "scope.value": records.scope,
    }


@SAMPLED
def test_the_sample_has_no_member_that_could_be_left_out(operation: Operation) -> None:
    required = {one.encode_name for one in _fields(operation) if one.required}
    assert required <= sample_of(operation).keys()
    assert len(sample_of(operation)) == max(len(required), 1)


def _fields(operation: Operation) -> tuple[object, ...]:
    import msgspec

    return msgspec.structs.fields(operation.request)
