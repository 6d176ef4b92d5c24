"""What a voucher answers for: the application as it was, part by part, and nothing that it became."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from grantway.core.model import Application, Redirect
from grantway.core.vouching import (
    Asked,
    Expectant,
    Lack,
    covering,
    covers,
    holds,
    is_live,
    lacks_of,
    snapshot,
)
from tests.core import records
from tests.core.records import AWAY, CALLBACK, ELSEWHERE, HOME

READ = frozenset({"openid", "orders.read"})
LOOPBACK = "http://127.0.0.1/cb"


def application(**changes: Any) -> Application:
    return records.application(settings=records.settings(consent="platform"), **changes)


def asked(**changes: Any) -> Asked:
    return replace(Asked(HOME, READ, CALLBACK, "standard"), **changes)


PLATFORM = snapshot(application(), voucher_id=1, organization_id=None)
OWN = snapshot(application(), voucher_id=2, organization_id=HOME)
WIDER: list[tuple[str, Asked]] = [
    ("another scope", asked(scopes=READ | {"stock.read"})),
    ("another redirect", asked(redirect_uri="https://app.example.test/other")),
    ("another wire", asked(dialect="deeplynx")),
    ("another organization", asked(organization_id=AWAY)),
]


@pytest.mark.parametrize("voucher", [PLATFORM, OWN], ids=["platform", "organization"])
@pytest.mark.parametrize("wanted", [row[1] for row in WIDER], ids=[row[0] for row in WIDER])
def test_every_part_must_be_covered(voucher: Any, wanted: Asked) -> None:
    assert covers(voucher, application(), asked())
    assert covers(voucher, application(), asked(redirect_uri=None))
    assert not covers(voucher, application(), wanted)


def test_a_voucher_is_for_its_application_alone() -> None:
    assert not covers(PLATFORM, application(id=999), asked())


def test_what_the_application_became_does_not_count() -> None:
    """The redirect, scope or wire is looked for in the voucher, never in the record."""
    wide = application(
        redirects=(Redirect(CALLBACK), Redirect("https://evil.example/cb")),
        scopes=READ | {"stock.read"},
        dialects=frozenset({"standard", "deeplynx"}),
        audience_effective="any_organization",
    )
    for _, wanted in WIDER:
        assert not covers(PLATFORM, wide, wanted)
    assert not covers(PLATFORM, wide, asked(redirect_uri="https://evil.example/cb"))


@pytest.mark.parametrize(
    ("audience", "spared"),
    [
        ("own_organization", {HOME}),
        ("listed_organizations", {HOME, AWAY}),
        ("any_organization", {HOME, AWAY, ELSEWHERE}),
    ],
)
def test_the_platform_answers_before_the_audience_that_there_was(audience: Any, spared: set[int]) -> None:
    there = application(audience_effective=audience, audience_organizations=frozenset({AWAY}))
    voucher = snapshot(there, voucher_id=1, organization_id=None)
    everybody = (HOME, AWAY, ELSEWHERE)
    found = {one for one in everybody if covers(voucher, there, asked(organization_id=one))}
    assert found == spared


def test_an_organization_answers_before_its_own_members_alone() -> None:
    there = application(audience_effective="any_organization")
    voucher = snapshot(there, voucher_id=2, organization_id=AWAY)
    everybody = (HOME, AWAY, ELSEWHERE)
    assert [one for one in everybody if covers(voucher, there, asked(organization_id=one))] == [AWAY]


def test_free_ports_are_for_what_was_native_when_it_was_vouched_for() -> None:
    """A web application that becomes native later does not gain every port of a machine (RFC 8252 §7.3)."""
    redirects = (Redirect(LOOPBACK),)
    web = snapshot(application(redirects=redirects), voucher_id=1, organization_id=None)
    native = snapshot(application(redirects=redirects, platform="native"), voucher_id=1, organization_id=None)
    moved, port = application(redirects=redirects, platform="native"), "http://127.0.0.1:5123/cb"
    assert covers(web, moved, asked(redirect_uri=LOOPBACK))
    assert not covers(web, moved, asked(redirect_uri=port))
    assert covers(native, moved, asked(redirect_uri=port))
    assert not holds(web, moved)


def test_the_setting_says_which_voucher_is_looked_for() -> None:
    both = (PLATFORM, OWN)
    found = {}
    for setting in ("ask", "installed", "platform"):
        app = records.application(settings=records.settings(consent=setting))
        voucher = covering(app, both, asked())
        found[setting] = voucher.id if voucher is not None else None
        only = covering(app, (PLATFORM,), asked())
        assert (only is not None) is (setting == "platform")
    assert found == {"ask": None, "installed": OWN.id, "platform": OWN.id}


@pytest.mark.parametrize(
    ("state", "members", "expected"),
    [
        ("active", "allow", True),
        ("suspended", "allow", False),
        ("revoked", "allow", False),
        ("requested", "allow", False),
        ("active", "ask", False),
        ("active", "block", False),
    ],
)
def test_a_voucher_of_an_installation_lives_with_it(state: Any, members: Any, expected: bool) -> None:
    installation = records.installation(AWAY, state=state, members=members)
    voucher = replace(OWN, organization_id=AWAY, installation_id=installation.id)
    assert is_live(voucher, installation) is expected
    assert not is_live(voucher, None)
    assert not is_live(replace(voucher, installation_id=installation.id + 1), installation)
    assert not is_live(replace(voucher, revoked_at=1), installation)


def test_one_that_was_revoked_is_not_live() -> None:
    assert is_live(OWN, None)
    assert not is_live(replace(OWN, revoked_at=1), None)


OUTGROWN: list[dict[str, Any]] = [
    {"scopes": READ | {"stock.read"}},
    {"redirects": (Redirect(CALLBACK), Redirect("https://app.example.test/other"))},
    {"dialects": frozenset({"standard", "deeplynx"})},
    {"audience_effective": "any_organization"},
    {"audience_effective": "listed_organizations", "audience_organizations": frozenset({AWAY})},
]


@pytest.mark.parametrize("changes", OUTGROWN, ids=",".join)
def test_whatever_an_application_gains_outgrows_its_voucher(changes: dict[str, Any]) -> None:
    former, present = application(scopes=READ), application(**{"scopes": READ, **changes})
    voucher = snapshot(former, voucher_id=1, organization_id=None)
    assert holds(voucher, former)
    assert not holds(voucher, present)
    assert holds(snapshot(present, voucher_id=1, organization_id=None), former)
    assert lacks_of(Expectant(present, (voucher,), ())) == (Lack(None, "outgrown"),)
    assert lacks_of(Expectant(present, (), ())) == (Lack(None, "missing"),)
    assert lacks_of(Expectant(former, (voucher,), ())) == ()


def test_each_organization_that_allows_its_members_is_looked_at() -> None:
    app = records.application(settings=records.settings(consent="installed"), scopes=READ)
    there = records.installation(AWAY, members="allow", scopes=READ)
    own = snapshot(app, voucher_id=1, organization_id=HOME)
    theirs = snapshot(app, voucher_id=2, organization_id=AWAY)
    assert lacks_of(Expectant(app, (), (there,))) == (Lack(HOME, "missing"), Lack(AWAY, "missing"))
    assert lacks_of(Expectant(app, (own,), (there,))) == (Lack(AWAY, "missing"),)
    assert lacks_of(Expectant(app, (own, theirs), (there,))) == ()
    wider = replace(app, scopes=READ | {"orders.write"})
    assert lacks_of(Expectant(wider, (own, theirs), (there,))) == (Lack(HOME, "outgrown"),)
