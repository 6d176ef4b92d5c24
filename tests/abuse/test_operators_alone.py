"""What only operators may do, written by hand: a table that says otherwise is wrong, and not the truth."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from tests.api.cast import Cast

OPERATORS_ALONE: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("POST", "/organizations/{own}/applications/{application}/approve", {}),
    (
        "POST",
        "/organizations/{own}/applications/{application}/reject",
        {"reasons": ["incomplete"], "text": "Too little."},
    ),
)


@pytest.mark.parametrize(("method", "path", "body"), OPERATORS_ALONE, ids=lambda value: str(value)[-8:])
@pytest.mark.parametrize("role", ["owner", "admin", "developer", "machine"])
def test_nobody_of_a_tenant_judges_a_publication(
    cast: Cast, role: str, method: str, path: str, body: object
) -> None:
    """V108, C187, C188: neither the owner of the application nor a program of the organization."""
    application = cast.world.make.application(
        cast.own, publication="submitted", audience_requested="any_organization"
    )
    place = path.replace("{own}", to_text(cast.own.id)).replace("{application}", to_text(application.id))
    result = cast.call(cast.caller(role), method, place, body, If_Match='"1"')
    assert result.status_code in {403, 404}, result.text
    with cast.world.store.read() as tx:
        stored = tx.gate.application(application.id)
    assert stored == application


def test_an_operator_judges_it(cast: Cast) -> None:
    application = cast.world.make.application(cast.own, publication="submitted")
    place = OPERATORS_ALONE[0][1].replace("{application}", to_text(application.id))
    result = cast.as_operator("POST", place, {}, If_Match='"1"')
    assert result.status_code == 200, result.text
    assert result.json["publication"] == "approved"
