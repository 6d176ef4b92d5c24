"""The gate as a table: who is let in by which gate, on which act, for which scopes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from grantway.core import errors
from grantway.core.gates import GATES, GatePolicy, OrganizationGate
from grantway.core.model import Catalogue, Organization, Party, Voucher
from grantway.core.vouching import snapshot
from grantway.features.letting_in import Entry
from grantway.features.standing import lets_people_in, refusal_of
from tests.core import records
from tests.core.records import AWAY, CALLBACK, ELSEWHERE, HOME, IDENTITY

OFFLINE = records.scope("offline_access", IDENTITY, "3-legged", risk="high")
CATALOGUE = records.catalogue(OFFLINE)
OPEN = replace(CATALOGUE, gates=GatePolicy(open_mounts=frozenset({"nexus211"})))
HARMLESS, MORE = frozenset({"openid", "profile"}), frozenset({"openid", "orders.read"})
APPLICATION = records.application(audience_effective="any_organization")


def coming(
    mount: str, scopes: frozenset[str], catalogue: Catalogue, *vouchers: Voucher, to: str | None = None
) -> Entry:
    return Entry(mount, mount, scopes, catalogue, lambda *_: vouchers, to)


def organization(gate: OrganizationGate, identifier: int = AWAY) -> Organization:
    return records.organization(identifier, gate=gate)


@pytest.mark.parametrize(
    ("publication", "scopes", "lets_in"),
    [
        ("draft", HARMLESS, {"any", "reviewed"}),
        ("draft", MORE, {"any"}),
        ("submitted", MORE, {"any"}),
        ("rejected", MORE, {"any"}),
        ("approved", MORE, {"any", "reviewed"}),
        ("draft", HARMLESS | {"offline_access"}, {"any"}),
        ("draft", HARMLESS | {"gone.read"}, {"any"}),
        ("draft", frozenset({"orders.write"}), {"any"}),
    ],
)
def test_each_gate_lets_in_what_it_says(publication: Any, scopes: frozenset[str], lets_in: set[str]) -> None:
    application = replace(APPLICATION, publication=publication)
    for gate in GATES:
        party, entry = Party(organization(gate)), coming("standard", scopes, CATALOGUE)
        assert lets_people_in(application, party, entry) is (gate in lets_in), gate
        refusal = refusal_of(application, party, entry)
        assert refusal is (None if gate in lets_in else errors.GATE_CLOSED)


def test_what_is_installed_passes_every_gate_and_what_is_blocked_none() -> None:
    for gate, members in product(GATES, ("allow", "ask", "block")):
        party = Party(organization(gate), records.installation(AWAY, members=members))
        assert lets_people_in(APPLICATION, party, coming("standard", MORE, CATALOGUE)) is (members != "block")


def test_a_suspended_installation_opens_no_gate() -> None:
    party = Party(organization("installed"), records.installation(AWAY, state="suspended"))
    assert refusal_of(APPLICATION, party, coming("standard", MORE, CATALOGUE)) is errors.GATE_CLOSED


def test_an_organization_s_own_application_meets_no_gate() -> None:
    for gate in GATES:
        party = Party(organization(gate, HOME))
        assert lets_people_in(records.application(), party, coming("standard", MORE, CATALOGUE))


def test_a_gate_opens_to_nobody_whom_the_audience_leaves_out() -> None:
    listed = records.application(
        audience_effective="listed_organizations",
        audience_organizations=frozenset({AWAY}),
        publication="approved",
    )
    for gate in GATES:
        entry = coming("nexus211", HARMLESS, OPEN)
        refusal = refusal_of(listed, Party(organization(gate, ELSEWHERE)), entry)
        assert refusal is errors.INSTALLATION_INACTIVE


def test_being_listed_by_the_makers_is_no_act_of_the_organization() -> None:
    listed = records.application(
        audience_effective="listed_organizations", audience_organizations=frozenset({AWAY})
    )
    entry = coming("standard", MORE, CATALOGUE)
    assert refusal_of(listed, Party(organization("reviewed")), entry) is errors.GATE_CLOSED


def test_an_open_mount_needs_no_review_and_still_an_installation_where_that_is_wanted() -> None:
    entry = coming("nexus211", MORE, OPEN)
    assert [lets_people_in(APPLICATION, Party(organization(gate)), entry) for gate in GATES] == [
        True,
        True,
        False,
    ]
    elsewhere = coming("standard", MORE, OPEN)
    assert not lets_people_in(APPLICATION, Party(organization("reviewed")), elsewhere)


def test_the_platform_s_bound_holds_whatever_was_chosen() -> None:
    for least, chosen in product(GATES, GATES):
        strict = replace(CATALOGUE, gates=GatePolicy(least=least))
        counts = GATES[max(GATES.index(least), GATES.index(chosen))]
        for scopes in (HARMLESS, MORE):
            bounded = refusal_of(APPLICATION, Party(organization(chosen)), coming("standard", scopes, strict))
            plain = refusal_of(
                APPLICATION, Party(organization(counts)), coming("standard", scopes, CATALOGUE)
            )
            assert bounded is plain, (least, chosen)


def test_a_machine_stands_on_its_installation_and_on_no_gate() -> None:
    approved = replace(APPLICATION, publication="approved")
    for gate in GATES:
        assert refusal_of(approved, Party(organization(gate)), None) is errors.INSTALLATION_INACTIVE
        assert refusal_of(APPLICATION, Party(organization(gate), records.installation(AWAY)), None) is None


def test_the_platform_s_voucher_answers_for_exactly_what_it_is_for() -> None:
    """Also where people are asked anyway: it lets the application in, and spares nobody a question."""
    voucher = snapshot(APPLICATION, voucher_id=1, organization_id=None)
    party = Party(organization("reviewed"))
    for scopes in (MORE, MORE | {"profile"}):
        entry = coming("standard", scopes, CATALOGUE, voucher, to=CALLBACK)
        assert lets_people_in(APPLICATION, party, entry)
    for changed in (
        coming("standard", MORE | {"stock.read"}, CATALOGUE, voucher, to=CALLBACK),
        coming("standard", MORE, CATALOGUE, voucher, to="https://app.example.test/another"),
        coming("nexus211", MORE, CATALOGUE, voucher, to=CALLBACK),
        coming("standard", MORE, CATALOGUE, replace(voucher, audience="own_organization")),
    ):
        assert refusal_of(APPLICATION, party, changed) is errors.GATE_CLOSED
    strict = Party(organization("installed"))
    assert not lets_people_in(APPLICATION, strict, coming("standard", MORE, CATALOGUE, voucher))


def test_a_voucher_need_not_name_what_is_harmless() -> None:
    narrow = records.application(audience_effective="any_organization", scopes=frozenset({"orders.read"}))
    voucher = snapshot(narrow, voucher_id=1, organization_id=None)
    entry = coming("standard", HARMLESS | {"orders.read"}, CATALOGUE, voucher)
    assert lets_people_in(APPLICATION, Party(organization("reviewed")), entry)
