"""Whose act a launch is, what it stands for, how often it works, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from grantway.core.identifiers import to_text
from grantway.core.launching import LIFETIME, OF_PERSON
from grantway.core.model import SECOND
from grantway.core.secrets import digest
from grantway.features.launches import KIND
from tests.dialects.nexusguard.guide import CREDIT, PREFIX, REDIRECT, Guide, a_guide, failed, succeeded
from tests.kit.world import World

INVALID = 9_001


# Whose act it is ------------------------------------------------------------------------------------
def test_only_a_person_launches_in_a_sign_in_that_is_not_over(guide: Guide) -> None:
    """G13, G17: no machine, nobody without the scope, and nobody whose sign-in has ended or expired."""
    world = guide.world
    machine = world.make.application(guide.customer, "backend", scopes=("launches:write", "members:read"))
    token = world.machine_token(machine, world.make.secret(machine))
    assert guide.launch(token).json["error_id"] == "E-TOKEN-03"
    world.advance(12 * 3_600 + 1)
    fresh = world.authorize(guide.portal, guide.person, scope="launches:write")
    assert guide.launch(fresh.access_token).status_code == 201
    sessions = world.product.features.sign_in.sessions
    (live,) = sessions.of_user(guide.person.id)
    assert sessions.end_one(guide.person.id, live.id)
    # The token ends with it, and where it would not, the launch asks for the session itself.
    world.product.poll()
    assert guide.launch(fresh.access_token).status_code == 401


def test_a_token_that_outlives_its_sign_in_launches_nothing(guide: Guide) -> None:
    """G17: with offline_access it works on after twelve hours of silence, and makes no launch."""
    world = guide.world
    portal = world.make.application(
        world.make.platform,
        "public",
        scopes=("launches:write", "offline_access"),
        settings={"consent": "platform", "access_token_lifetime": 7 * 86_400},
        audience_effective="any_organization",
        publication="approved",
    )
    world.make.voucher(portal)
    world.product.poll()
    token = world.authorize(portal, guide.person, scope="launches:write offline_access").access_token
    assert guide.launch(token).status_code == 201
    world.advance(12 * 3_600 + 1)
    refused = guide.launch(token)
    assert (refused.status_code, refused.json["error_id"]) == (403, "E-LAUNCH-02")


def test_nobody_launches_for_another_organization(guide: Guide) -> None:
    """G14: the token's own organization, and one that has the application."""
    other = guide.world.make.organization("Contoso")
    asked = replace(guide, customer=other)
    assert asked.launch().json["error_id"] == "E-RECORD-02"
    uninstalled = guide.world.make.application(
        guide.maker, dialect="nexusguard", audience_effective="any_organization", publication="approved"
    )
    for client_id in (uninstalled.client_id, guide.portal.client_id, "nobody"):
        refused = guide.launch(client_id=client_id)
        assert (refused.status_code, refused.json["errors"][0]["id"]) == (422, "E-LAUNCH-03")


@pytest.mark.parametrize("members", ["ask", "block"])
def test_an_installation_that_does_not_let_its_members_gives_no_code(world: World, members: str) -> None:
    """G13: installing stands for consent where it says so; nobody is asked in its place, so nobody is let in."""
    guide = a_guide(world, members=members)
    answer = guide.launch()
    if members == "block":
        assert answer.json["errors"][0]["id"] == "E-LAUNCH-03"
    else:
        assert failed(guide.connect()) == 9_005


def test_a_person_launches_only_so_often(guide: Guide) -> None:
    answers = [guide.launch() for _ in range(OF_PERSON + 1)]
    assert [one.status_code for one in answers[:-1]] == [201] * OF_PERSON
    assert (answers[-1].status_code, answers[-1].json["error_id"]) == (429, "E-LAUNCH-04")


# What it stands for ---------------------------------------------------------------------------------
def test_a_proof_works_once(guide: Guide) -> None:
    """G17: the second time it is none, and what was refused for something else did not use it up."""
    xspe = guide.xspe()
    for wrong in ({"state": None}, {"response_type": "token"}, {"scope": "spe_customers"}):
        failed(guide.connect(xspe=xspe, **wrong))
    assert failed(guide.connect(xspe=xspe, customer_id=f"{guide.maker.id:016x}")) == INVALID
    assert guide.connect(xspe=xspe).status_code == 302
    assert failed(guide.connect(xspe=xspe)) == INVALID


def test_of_many_at_once_one_gets_a_code(guide: Guide) -> None:
    """G17: one conditional update."""
    xspe = guide.xspe()
    guide.world.client  # noqa: B018 - built before the threads need it
    with ThreadPoolExecutor(6) as pool:
        seen = [one.status_code for one in pool.map(lambda _: guide.connect(xspe=xspe), range(6))]
    assert sorted(seen) == [200] * 5 + [302]


def test_a_proof_lives_for_five_minutes(guide: Guide) -> None:
    xspe, late = guide.xspe(), guide.xspe()
    guide.world.advance(LIFETIME // SECOND - 1)
    assert guide.connect(xspe=xspe).status_code == 302
    guide.world.advance(1)
    assert failed(guide.connect(xspe=late)) == INVALID


def test_a_proof_is_of_one_application(guide: Guide) -> None:
    """G17: another app that the customer has installed cannot use it, and does not use it up."""
    make = guide.world.make
    other = make.application(
        guide.maker, dialect="nexusguard", scopes=("install_login",), redirects=(REDIRECT,),
        base_url=REDIRECT, audience_effective="any_organization", publication="approved",
    )  # fmt: skip
    make.installation(other, guide.customer, members="allow")
    make.voucher(other, guide.customer)
    guide.world.product.poll()
    xspe = guide.xspe()
    assert failed(guide.connect(xspe=xspe, app_id=other.client_id)) == INVALID
    assert guide.connect(xspe=xspe).status_code == 302


@pytest.mark.parametrize("xspe", ["", "x", "gwl_", "gwl_" + "A" * 64, "gwl_" + "é", "gwl_" + "A" * 4_000])
def test_what_is_no_proof(guide: Guide, xspe: str) -> None:
    """G15: missing is missing; everything else is no proof of ours."""
    assert failed(guide.connect(xspe=xspe or None)) == (INVALID if xspe else 2_004)


def test_a_record_that_somebody_wrote_into_the_database_is_no_launch(guide: Guide) -> None:
    """The seal covers everything that the record says: for whom, where, until when, on which sign-in."""
    world = guide.world
    other = world.make.person(guide.customer)
    xspe = guide.xspe()
    with world.store.begin() as tx:
        stored = tx.gate.artifact(KIND, digest(xspe), now=world.clock.now())
        assert stored is not None
        assert xspe.encode() not in stored.payload
        assert tx.gate.replace_artifact(replace(stored, subject=other.id), now=world.clock.now())
    assert failed(guide.connect(xspe=xspe)) == INVALID


@pytest.mark.parametrize(
    ("redirect", "fits"),
    [
        (REDIRECT, True),
        ("https://attacks.example.test", True),
        ("https://attacks.example.test/a?b=c", True),
        ("http://attacks.example.test/", False),
        ("https://attacks.example.test:8443/", False),
        ("https://sub.attacks.example.test/", False),
        ("https://attacks.example.test.evil.example/", False),
        ("https://evil.example/https://attacks.example.test/", False),
        ("https://attacks.example.test@evil.example/", False),
        ("https://user@attacks.example.test/", False),
        ("https://attacks.example.test\\@evil.example/", False),
        ("https://attacks.example.test/#x", False),
        ("https://attacks.example.test/../x", False),
        ("//attacks.example.test/", False),
        ("javascript:alert(1)", False),
    ],
)
def test_the_redirect_lies_on_the_host_of_the_website(guide: Guide, redirect: str, fits: bool) -> None:
    """G16, V041: scheme, host and port; whatever stands behind them."""
    answer = guide.connect(redirect_uri=redirect)
    if fits:
        assert answer.headers["location"].startswith(redirect)
    else:
        assert failed(answer) == 7_004
        assert "location" not in answer.headers


def test_only_this_mount_matches_by_host(guide: Guide) -> None:
    """G16: an application that speaks standard too is sent back to what it registered, and nowhere else."""
    world = guide.world
    world.make.change_application(guide.app, dialects=frozenset({"nexusguard", "standard"}))
    world.product.poll()
    page = world.client.simulate_get(
        "/oauth/authorize", params={"client_id": guide.app.client_id, "redirect_uri": REDIRECT}
    )
    assert (page.status_code, "location" in page.headers) == (400, False)


# What ends it ---------------------------------------------------------------------------------------
def _uninstall(guide: Guide) -> None:
    world, customer = guide.world, guide.customer
    with world.store.begin() as tx:
        door = tx.organization(customer.id)
        stored = door.installed_application(guide.installation.id)
        assert stored is not None
    admin = world.make.person(customer, role="owner")
    console = world.make.application(
        world.make.platform, "public", scopes=("installations:write",), settings={"consent": "platform"},
        audience_effective="any_organization", publication="approved",
    )  # fmt: skip
    world.make.voucher(console)
    world.product.poll()
    token = world.authorize(console, admin, scope="installations:write").access_token
    path = f"/api/v1/organizations/{to_text(customer.id)}/installations/{to_text(guide.installation.id)}"
    headers = {"Authorization": f"Bearer {token}", "If-Match": f'"{stored.installation.version}"'}
    assert world.client.simulate_delete(path, headers=headers).status_code == 200


def _leave(guide: Guide) -> None:
    with guide.world.store.begin() as tx:
        assert tx.organization(guide.customer.id).delete_membership(guide.person.id)


def _sign_out(guide: Guide) -> None:
    sessions = guide.world.product.features.sign_in.sessions
    for one in sessions.of_user(guide.person.id):
        assert sessions.end_one(guide.person.id, one.id)


def _disable(guide: Guide) -> None:
    guide.world.make.change_application(guide.app, state="disabled")


@pytest.mark.parametrize("end", [_uninstall, _leave, _sign_out, _disable], ids=lambda one: one.__name__[1:])
def test_launches_codes_and_tokens_end_together(guide: Guide, end: Callable[[Guide], None]) -> None:
    """G45: at once, as everywhere; what was there before does not come back."""
    tokens = succeeded(guide.exchange())
    code, xspe = guide.code(), guide.xspe()
    assert succeeded(guide.call(tokens["access_token"]))
    end(guide)
    guide.world.product.poll()
    dead: list[Any] = [
        guide.call(tokens["access_token"]),
        guide.refresh(tokens["refresh_token"]),
        guide.exchange(code),
        guide.connect(xspe=xspe),
    ]
    assert [failed(one) > 0 for one in dead] == [True] * 4
    if end is _uninstall:
        customers = guide.call(
            succeeded(guide.post(CREDIT, grant_type="client_credential"))["access_token"],
            f"{PREFIX}/api/spe/customers",
        )
        assert succeeded(customers) == []


def test_what_came_back_meanwhile_is_another_one(guide: Guide) -> None:
    """G45: an app that was stopped and works again within the five minutes does not revive a proof."""
    xspe = guide.xspe()
    guide.world.make.change_application(guide.app, epoch=guide.app.epoch + 1)
    guide.world.product.poll()
    assert failed(guide.connect(xspe=xspe)) == INVALID
    assert guide.connect().status_code == 302


def test_the_platforms_word_and_the_persons_own_do_not_count(world: World) -> None:
    """G13, G14: only what ends with the installation; whatever the app's consent setting looks for."""
    guide = a_guide(world, members="ask", consent="platform")
    world.make.voucher(guide.app)
    world.make.consent(guide.person, guide.app, guide.customer)
    world.product.poll()
    assert failed(guide.connect()) == 9_005
