"""The device grant (RFC 8628) over the real features, on both databases: what a device asks and is told."""

from __future__ import annotations

from typing import Any

import pytest

from grantway.core import devices
from grantway.core.ports import Attempt
from grantway.edges.dialects.standard import paths
from grantway.features.authorize import devices as limits
from tests.dialects.standard.living import Living, a_living, error_of
from tests.kit.world import World


@pytest.fixture
def living(world: World) -> Living:
    return a_living(world)


def test_from_the_two_codes_to_tokens(living: Living) -> None:
    """RFC 8628 §3.1 to §3.5; the person reads what is asked, and that somebody else may have sent the code."""
    begun = living.begin()
    assert begun.keys() == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert begun["verification_uri"] == f"{living.world.issuer}/device"
    assert (
        begun["verification_uri_complete"] == f"{living.world.issuer}/device?user_code={begun['user_code']}"
    )
    assert (begun["expires_in"], begun["interval"]) == (900, 5)
    assert devices.spelled(devices.read_user_code(begun["user_code"]) or "") == begun["user_code"]
    assert error_of(living.poll(begun["device_code"])) == (400, "authorization_pending", "E-DEVICE-01")

    browser = living.at_consent(begun["user_code"])
    for told in ("Wall screen", "Northwind", "Somebody else may have sent you this code", begun["user_code"]):
        assert told in browser.page
    assert "form-action 'self'" in str(browser.last and browser.last.headers["content-security-policy"])
    browser.submit(("decision", "approve"))
    assert browser.left is None
    assert "continues on your device" in browser.page

    tokens = living.poll(begun["device_code"])
    assert tokens.status_code == 200, tokens.text
    assert tokens.json.keys() == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    assert tokens.json["scope"] == "orders:read"
    renewed = living.world.token(
        living.application, None, grant_type="refresh_token", refresh_token=tokens.json["refresh_token"]
    )
    assert renewed.status_code == 200, renewed.text
    assert renewed.json["refresh_token"] != tokens.json["refresh_token"]


def test_a_device_code_works_once_and_a_second_use_ends_what_it_made(living: Living) -> None:
    """O1."""
    begun = living.begin()
    living.allow(begun)
    tokens = living.poll(begun["device_code"]).json
    assert error_of(living.poll(begun["device_code"])) == (400, "invalid_grant", "E-DEVICE-06")
    refreshed = living.world.token(
        living.application, None, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert error_of(refreshed)[:2] == (400, "invalid_grant")


def test_who_asks_too_soon_is_slowed_down(living: Living) -> None:
    """RFC 8628 §3.5, D87: the interval is between two questions, so the first may come at once."""
    begun = living.begin()
    seen = [error_of(living.poll(begun["device_code"], wait=wait))[1] for wait in (0, 4, 9, 15)]
    assert seen == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]


def test_what_is_refused_or_too_late_is_told_to_the_device(living: Living) -> None:
    """RFC 8628 §3.5: `access_denied` and `expired_token`; nothing is there once it was forgotten."""
    denied, late = living.begin(), living.begin()
    living.at_consent(denied["user_code"]).submit(("decision", "deny"))
    assert error_of(living.poll(denied["device_code"])) == (400, "access_denied", "E-DEVICE-03")
    living.world.advance(900)
    assert error_of(living.poll(late["device_code"])) == (400, "expired_token", "E-DEVICE-04")
    living.world.advance(2 * 3_600)
    assert living.world.product.housekeeping.step().devices == 2
    assert error_of(living.poll(late["device_code"])) == (400, "invalid_grant", "E-DEVICE-05")


def test_what_was_allowed_is_fetched_in_time_or_never(living: Living) -> None:
    begun = living.begin()
    living.allow(begun)
    living.world.advance(900)
    assert error_of(living.poll(begun["device_code"], wait=0))[1] == "expired_token"


def test_a_device_code_is_its_own_clients_alone(living: Living) -> None:
    """V002, V009: and its own client goes on afterwards."""
    world, begun = living.world, living.begin()
    other = world.make.application(
        living.northwind,
        type="public",
        settings={"grant_types": frozenset({devices.GRANT_TYPE, "authorization_code"})},
    )
    living.allow(begun)
    assert error_of(living.poll(begun["device_code"], other)) == (400, "invalid_grant", "E-DEVICE-05")
    as_code = world.token(
        other, None, grant_type="authorization_code", code=begun["device_code"], redirect_uri="https://x"
    )
    assert error_of(as_code)[:2] == (400, "invalid_grant")
    assert living.poll(begun["device_code"]).status_code == 200


def test_an_application_needs_the_grant_type_and_its_scopes(living: Living) -> None:
    """Off unless its settings say so; V082: no scope that the application does not have."""
    plain = living.world.make.application(living.northwind, type="public")
    assert error_of(living.ask(plain))[1:] == ("unauthorized_client", "E-CLIENT-05")
    assert error_of(living.ask(scope="orders:write"))[1] == "invalid_scope"
    assert error_of(living.ask(client_id="nobody")) == (401, "invalid_client", "E-CLIENT-01")
    begun = living.begin()
    living.world.make.change_application(
        living.application,
        settings=living.application.settings.having(grant_types=frozenset({"refresh_token"})),
    )
    living.world.product.poll()
    assert "E-AUTHORIZE-02" in living.enter(living.world.browser(), begun["user_code"]).page
    assert error_of(living.poll(begun["device_code"]))[1] == "unauthorized_client"


def test_a_confidential_application_proves_itself_both_times(living: Living) -> None:
    """§3.1: client authentication as at the token endpoint."""
    world = living.world
    application = world.make.application(
        living.northwind, scopes=("orders:read",), settings={"grant_types": frozenset({devices.GRANT_TYPE})}
    )
    secret = world.make.secret(application)
    assert error_of(living.ask(application))[1] == "invalid_client"
    begun = living.ask(application, client_secret=secret).json
    living.allow(begun)
    assert error_of(living.poll(begun["device_code"], application))[1] == "invalid_client"
    form = {"grant_type": devices.GRANT_TYPE, "device_code": begun["device_code"]}
    assert world.token(application, secret, **form).status_code == 200


def test_the_device_outlives_the_browser_it_was_allowed_in_until_it_is_withdrawn(living: Living) -> None:
    """Signing out on the telephone is not signing out on the wall; withdrawing is, and a new password is."""
    browser, begun = living.world.browser(), living.begin()
    living.allow(begun, browser)
    browser.visit("/sign-out")
    browser.submit(("action", "sign_out"))
    tokens = living.poll(begun["device_code"]).json
    tokens = _refreshed(living, tokens)
    with living.world.store.begin() as tx:
        sessions = tx.gate.sessions_of_user(living.person.id, now=living.world.clock.now())
        for one in sessions:
            tx.gate.end_session(one, ends_offline=False, now=living.world.clock.now())
    again = living.world.token(
        living.application, None, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert error_of(again)[1] == "invalid_grant"


def _refreshed(living: Living, tokens: dict[str, Any]) -> dict[str, Any]:
    answer = living.world.token(
        living.application, None, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json)


@pytest.mark.parametrize(
    ("bucket", "limit", "error_id", "status"),
    [
        ("device.{}", limits.APPLICATION, "E-DEVICE-08", 429),
        ("device", limits.EVERYWHERE, "E-DEVICE-09", 503),
        (None, limits.NETWORK, "E-DEVICE-07", 429),
    ],
)
def test_what_waits_is_bounded(
    living: Living, bucket: str | None, limit: int, error_id: str, status: int
) -> None:
    """For a network, an application and all: no stranger fills the disk, nor the room of another application."""
    other = living.world.make.application(
        living.northwind,
        type="public",
        scopes=("orders:read",),
        settings={"grant_types": frozenset({devices.GRANT_TYPE})},
    )
    if bucket is None:
        assert {living.ask().status_code for _ in range(limit - 1)} == {200}
    else:
        before = Attempt(bucket.format(living.application.id), limit, limits.WINDOW, weight=limit - 1)
        with living.world.store.begin() as tx:
            assert tx.gate.count_attempt(before, now=living.world.clock.now())
    assert living.ask().status_code == 200
    refused = living.ask()
    assert (refused.status_code, refused.json["error_id"]) == (status, error_id)
    assert refused.headers["retry-after"] == "60"
    assert living.ask(other).status_code == (200 if error_id == "E-DEVICE-08" else status)
    living.world.advance(3_600)
    assert living.ask().status_code == 200


def test_the_metadata_names_it(living: Living) -> None:
    """RFC 8628 §4."""
    found = living.world.client.simulate_get(paths.OPENID_CONFIGURATION).json
    assert found["device_authorization_endpoint"] == living.world.issuer + paths.DEVICE
    assert devices.GRANT_TYPE in found["grant_types_supported"]
