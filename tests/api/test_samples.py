"""The sample of every operation works when it is sent unchanged, by whoever may, in a fresh organization."""

from __future__ import annotations

import msgspec
import pytest

from grantway.edges.api.samples import filled, sample_of
from grantway.edges.web.operations import Operation, Tenant
from grantway.edges.web.records.operations import ALL
from tests.api.cast import Cast
from tests.api.matrix import Cell, path_of, publication_for, version_of
from tests.api.sampled import known_to

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


@SAMPLED
def test_the_sample_has_no_member_that_could_be_left_out(operation: Operation) -> None:
    assert operation.request is not None
    required = {one.encode_name for one in msgspec.structs.fields(operation.request) if one.required}
    assert required <= sample_of(operation).keys()
    assert len(sample_of(operation)) == max(len(required), 1)
