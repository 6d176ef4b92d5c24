"""Installations from the request to the revocation: who may, what it changes, and how fast."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grantway.core.errors import (
    INSTALL_EXISTS,
    INSTALL_OWN,
    INSTALL_STATE,
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
)
from grantway.core.model import DAY, Role
from tests.features.registry.customers import READ, WRITE, Market


def fields_of(caught: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(error.field, error.reason.id) for error in caught.value.errors]


def test_a_pair_acts_for_its_organization_within_what_was_granted(market: Market) -> None:
    """N16, N17: the vendor issues the secret, and it selects the organization."""
    customer = market.world.make.organization()
    market.install(customer, READ)
    home, pair = market.issue(), market.issue(customer)
    token = market.token(pair)
    seen = market.seen(home, token)
    assert (seen["active"], seen["scope"]) == (True, READ)
    assert market.seen(home, market.token(home))["scope"] == f"{READ} {WRITE}"
    assert market.ask(pair, scope=WRITE).json["error"] == "invalid_scope"


def test_narrowing_and_widening_act_on_live_tokens_everywhere(market: Market) -> None:
    customer = market.world.make.organization()
    made = market.install(customer)
    home, pair = market.issue(), market.issue(customer)
    other = market.world.beside()
    token = market.token(pair)
    assert market.seen(home, token, other)["scope"] == f"{READ} {WRITE}"
    market.change(customer, made.installation.id, scopes=(READ,))
    for world in (market.world, other):
        assert market.seen(home, token, world)["scope"] == READ
    market.change(customer, made.installation.id, scopes=(READ, WRITE))
    assert market.seen(home, token, other)["scope"] == f"{READ} {WRITE}"
    other.close()


def test_suspending_revives_and_revoking_never_does(market: Market) -> None:
    customer, bystander = market.world.make.organization(), market.world.make.organization()
    made = market.install(customer)
    market.install(bystander)
    home, pair, spared = market.issue(), market.issue(customer), market.issue(bystander)
    other = market.world.beside()
    token, kept = market.token(pair), market.token(spared)
    market.change(customer, made.installation.id, state="suspended")
    assert market.seen(home, token, other) == {"active": False}
    assert market.ask(pair).status_code == 401
    market.change(customer, made.installation.id, state="active")
    assert market.seen(home, token, other)["active"] is True
    ended = market.end(customer, made.installation.id)
    assert (ended.installation.state, ended.installation.epoch) == ("revoked", 2)
    assert market.seen(home, token, other) == {"active": False}
    assert market.ask(pair).status_code == 401
    assert market.seen(home, kept, other)["active"] is True
    again = market.install(customer)
    assert (again.installation.id, again.installation.epoch) == (made.installation.id, 2)
    assert market.seen(home, token, other) == {"active": False}
    assert market.ask(pair).status_code == 401
    assert market.seen(home, market.token(market.issue(customer)), other)["active"] is True
    other.close()


def test_the_own_application_and_what_is_not_offered(market: Market) -> None:
    """N21; what is not offered is answered like what does not exist."""
    customer, world = market.world.make.organization(), market.world
    with pytest.raises(Conflict) as conflict:
        market.install(market.vendor)
    assert conflict.value.reason is INSTALL_OWN
    with pytest.raises(Conflict) as conflict:
        market.request(market.vendor)
    assert conflict.value.reason is INSTALL_OWN
    hidden = world.make.application(market.vendor, "backend", scopes=(READ,))
    listed = world.make.application(
        market.vendor,
        "backend",
        scopes=(READ,),
        audience_effective="listed_organizations",
        audience_organizations=frozenset({customer.id}),
    )
    off = replace(hidden, client_id="nobody")
    refusals = []
    for application in (hidden, off, world.make.change_application(market.application, state="disabled")):
        with pytest.raises(Invalid) as caught:
            market.install(customer, READ, application=application)
        refusals.append(fields_of(caught))
    assert refusals == [[("client_id", "E-FIELD-04")]] * 3
    assert market.install(customer, READ, application=listed).installation.state == "active"
    by_client_id = world.make.application(
        market.vendor, "backend", scopes=(READ,), installable="by_client_id"
    )
    assert market.install(customer, READ, application=by_client_id).installation.state == "active"


def test_no_more_than_it_asks_for_and_no_more_than_the_administrator_has(market: Market) -> None:
    customer = market.world.make.organization()
    with pytest.raises(Invalid) as caught:
        market.install(customer, READ, "orders:purge")
    assert fields_of(caught) == [("scopes[1]", "E-INSTALL-04")]
    strong = market.world.make.application(
        market.vendor, "backend", scopes=("members:write", "platform"), installable="by_client_id"
    )
    weak = market.caller(customer, scopes=frozenset({"installations:write"}))
    with pytest.raises(Invalid) as caught:
        market.install(customer, "members:write", "platform", application=strong, caller=weak)
    assert sorted(fields_of(caught)) == [("scopes[0]", "E-FIELD-32"), ("scopes[1]", "E-FIELD-35")]
    made = market.install(customer, "members:write", application=strong)
    with pytest.raises(Invalid):
        market.change(customer, made.installation.id, caller=weak, scopes=("members:write", "platform"))
    market.change(customer, made.installation.id, caller=weak, scopes=("members:write",))
    with pytest.raises(Invalid):
        market.install(customer, READ, members="perhaps")


def test_a_member_asks_and_an_administrator_finds_it_in_the_queue(market: Market) -> None:
    customer = market.world.make.organization()
    member = market.caller(customer, "member")
    asked = market.request(customer, member)
    assert (asked.installation.state, asked.installation.requested_by) == ("requested", member.user_id)
    assert asked.installation.scopes_pending == {READ, WRITE}
    assert market.request(customer).installation.requested_by == member.user_id
    assert [one.installation.id for one in market.listed(customer, "requested")] == [asked.installation.id]
    with pytest.raises(Invalid):
        market.issue(customer)
    for changes in ({"scopes": (READ,)}, {"state": "suspended"}, {"members": "block"}):
        with pytest.raises(Conflict) as conflict:
            market.change(customer, asked.installation.id, **changes)
        assert conflict.value.reason is INSTALL_STATE
    granted = market.change(customer, asked.installation.id, state="active", scopes=(READ,))
    assert granted.installation.state == "active"
    assert granted.installation.scopes == {READ}
    assert granted.installation.scopes_pending == set()
    assert market.listed(customer, "requested") == ()
    assert market.token(market.issue(customer))
    with pytest.raises(Conflict) as conflict:
        market.request(customer, member)
    assert conflict.value.reason is INSTALL_EXISTS


def test_a_declined_request_leaves_nothing_and_can_be_made_again(market: Market) -> None:
    customer = market.world.make.organization()
    asked = market.request(customer)
    assert market.end(customer, asked.installation.id).installation.state == "revoked"
    assert market.listed(customer) == ()
    made = market.install(customer)
    market.end(customer, made.installation.id)
    again = market.request(customer)
    assert (again.installation.id, again.installation.epoch) == (made.installation.id, 2)
    assert market.end(customer, again.installation.id).installation.state == "revoked"
    with pytest.raises(Conflict):
        market.end(customer, again.installation.id)


def test_who_may_do_what(market: Market) -> None:
    customer = market.world.make.organization()
    roles: tuple[Role, ...] = ("developer", "member", "contact")
    for role in roles:
        with pytest.raises(Forbidden):
            market.install(customer, caller=market.caller(customer, role))
    with pytest.raises(Forbidden):
        market.request(customer, market.caller(customer, "contact"))
    with pytest.raises(NotFound):
        market.install(customer, caller=market.caller(market.vendor))
    made = market.install(customer)
    vendor = market.caller(market.vendor)
    with pytest.raises(NotFound), market.world.store.read() as tx:
        market.installations.read(tx, vendor, market.vendor.id, installation_id=made.installation.id)


def test_once_installed_it_is_changed_and_once_revoked_granted_anew(market: Market) -> None:
    customer = market.world.make.organization()
    made = market.install(customer)
    with pytest.raises(Conflict) as conflict:
        market.install(customer)
    assert conflict.value.reason is INSTALL_EXISTS
    market.end(customer, made.installation.id)
    for changes in ({"state": "active"}, {"scopes": ()}):
        with pytest.raises(Conflict) as conflict:
            market.change(customer, made.installation.id, **changes)
        assert conflict.value.reason is INSTALL_STATE
    changed = market.change(customer, made.installation.id, members="ask")
    assert changed.installation.members == "ask"
    caller = market.caller(customer)
    with pytest.raises(PreconditionFailed), market.world.store.begin() as tx:
        market.installations.update(
            tx,
            caller,
            customer.id,
            installation_id=made.installation.id,
            changes={"members": "allow"},
            version=1,
        )


def test_what_is_asked_for_later_waits_for_consent(market: Market) -> None:
    """A scope added later is asked for again, also where it had been granted before it was given up."""
    customer = market.world.make.organization()
    made = market.install(customer)
    home, pair = market.issue(), market.issue(customer)
    token = market.token(pair)
    market.vendor_changes(scopes=(READ, "orders:purge"))
    stored = market.listed(customer)[0].installation
    assert stored.scopes == {READ}
    assert stored.scopes_pending == {"orders:purge"}
    market.vendor_changes(scopes=(READ, WRITE, "orders:purge"))
    assert market.seen(home, token)["scope"] == READ
    stored = market.listed(customer)[0].installation
    assert stored.scopes_pending == {WRITE, "orders:purge"}
    market.change(customer, made.installation.id, scopes=(READ, WRITE))
    assert market.seen(home, token)["scope"] == f"{READ} {WRITE}"
    declined = market.change(customer, made.installation.id, scopes_pending=())
    assert declined.installation.scopes_pending == set()
    with pytest.raises(Invalid) as caught:
        market.change(customer, made.installation.id, scopes_pending=("orders:purge",))
    assert fields_of(caught) == [("scopes_pending[0]", "E-INSTALL-04")]


def test_secrets_of_a_pair_rotate_without_downtime(market: Market) -> None:
    customer = market.world.make.organization()
    stranger = market.world.make.organization()
    market.install(customer)
    first = market.issue(customer, expires_at=market.world.clock.now() + DAY)
    second = market.issue(customer)
    assert market.token(first)
    assert market.token(second)
    market.world.advance(86_401)
    assert market.ask(first).status_code == 401
    assert market.token(second)
    for nobody in (stranger, market.world.make.platform):
        with pytest.raises(Invalid) as caught:
            market.issue(nobody)
        assert fields_of(caught) == [("organization", "E-FIELD-04")]
