"""What this mount's wire is looser in, and what holds all the same."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.api.cast import Cast
from tests.api.registering import NEXUSGUARD, changed, made, refusals
from tests.dialects.nexusguard.guide import CREDIT, PREFIX, Guide, a_guide, failed, succeeded
from tests.kit.world import World


@pytest.mark.parametrize("policy", ["rotate", "stable"])
def test_a_refresh_token_is_used_without_a_secret_and_once(world: World, policy: str) -> None:
    """G22, G24: always rotated, whatever the application has elsewhere; used again later, the whole family ends."""
    guide = a_guide(world)
    world.make.change_application(guide.app, settings=guide.app.settings.having(refresh_policy=policy))
    world.product.poll()
    first = succeeded(guide.exchange())
    second = succeeded(guide.refresh(first["refresh_token"]))
    assert second["refresh_token"] != first["refresh_token"]
    world.advance(31)
    assert failed(guide.refresh(first["refresh_token"])) == 5_011
    assert failed(guide.refresh(second["refresh_token"])) == 5_010
    world.product.poll()
    assert failed(guide.call(second["access_token"])) == 8_002


def test_a_secret_that_is_sent_is_checked(guide: Guide) -> None:
    """G22: it is not needed, and a wrong one is not taken."""
    token = succeeded(guide.exchange())["refresh_token"]
    assert failed(guide.refresh(token, secret="gws_wrong")) == 4_001
    assert succeeded(guide.refresh(token, secret=guide.secret))
    other = guide.world.make.application(guide.maker, dialect="nexusguard")
    assert failed(guide.refresh(token, app_id=other.client_id)) == 5_010


def test_no_other_mount_takes_a_refresh_token_alone(guide: Guide) -> None:
    """G22: neither for an application that speaks both, nor by its settings."""
    world = guide.world
    world.make.change_application(guide.app, dialects=frozenset({"nexusguard", "standard"}))
    world.product.poll()
    token = succeeded(guide.exchange())["refresh_token"]
    refused = world.token(guide.app, None, grant_type="refresh_token", refresh_token=token)
    assert (refused.status_code, refused.json["error"]) == (401, "invalid_client")
    world.make.change_application(guide.app, settings=guide.app.settings.having(dialects={}))
    world.product.poll()
    assert failed(guide.refresh(token)) == 4_001


@pytest.mark.parametrize(
    ("preset", "reasons"),
    [("nexus211", {}), ("nexusguard", {"dialect_settings.nexusguard.refresh_policy": "E-FIELD-04"})],
)
def test_only_the_preset_spares_the_secret_and_then_it_rotates(
    cast: Cast, preset: str, reasons: dict[str, str]
) -> None:
    """G22, G24: no mount is given it by its settings; where it is given no setting keeps a token the same."""
    record = made(cast, NEXUSGUARD | {"preset": preset})
    given = changed(cast, record, dialect_settings={preset: {"secretless": ["refresh_token"]}})
    assert given.status_code == 400
    stable = changed(cast, record, dialect_settings={preset: {"refresh_policy": "stable"}})
    assert (refusals(stable) if reasons else stable.status_code) == (reasons or 200)


def test_no_proof_and_no_token_reaches_the_log(guide: Guide, capsys: pytest.CaptureFixture[str]) -> None:
    """G15, G33: both stand in addresses here, whether the call is answered or refused."""
    xspe = guide.xspe()
    guide.connect(xspe=xspe, scope="spe_customers")
    guide.connect(xspe=xspe)
    guide.connect(xspe=xspe)
    token = succeeded(guide.exchange())["access_token"]
    guide.call(token)
    guide.call(token, f"{PREFIX}/api/spe/customers")
    told = capsys.readouterr()
    assert "request_refused" in told.out + told.err
    assert not any(secret in told.out + told.err for secret in (xspe, token, guide.secret))


def test_address_ranges_hold_at_every_call(world: World) -> None:
    """G11, G12."""
    guide = a_guide(world, networks=("192.0.2.0/24",))
    outside = guide.connect()
    assert outside.status_code == 302
    code = dict(parse_qsl(urlsplit(outside.headers["location"]).query))["code"]
    assert failed(guide.exchange(code)) == 12_001
    assert failed(guide.refresh("x")) == 12_001
    assert failed(guide.post(CREDIT, grant_type="client_credential")) == 12_001
