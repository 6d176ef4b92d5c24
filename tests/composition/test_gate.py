"""What an organization's gate lets in: the page, the code, the token, its refresh, each of its uses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from grantway.core import errors
from grantway.core.identifiers import to_text
from grantway.core.model import Application, Organization
from grantway.core.vouching import snapshot
from grantway.edges.dialects.standard import paths
from tests.kit.browser import Browser
from tests.kit.factories import CALLBACK, Person
from tests.kit.world import VERIFIER, World, authorization_request

MORE = "openid trips:read"


class Scene:
    """A person of an organization with a gate, and an application of somebody else that is open to all."""

    def __init__(self, world: World, gate: str = "reviewed", **changes: Any) -> None:
        make = world.make
        self.world = world
        self.maker, self.home = make.organization("Maker"), make.organization("Northwind", gate=gate)
        self.api = make.api(None)
        self.scope = make.scope(self.api, "trips:read")
        given = {"audience_requested": "any_organization", "audience_effective": "any_organization"}
        self.application = make.application(
            self.maker, scopes=("openid", "offline_access", "trips:read"), **{**given, **changes}
        )
        self.secret = make.secret(self.application)
        self.person = make.person(self.home)
        self.admin = make.person(self.home, role="admin")

    def try_to_sign_in(self, browser: Browser, scope: str = MORE, **parameters: str) -> str | None:
        """Where the browser leaves to; None where it stays on a page."""
        query = authorization_request(self.application, redirect_uri=CALLBACK, scope=scope, **parameters)
        left = browser.visit(paths.AUTHORIZE + "?" + urlencode(query))
        if left is None and browser.forms and "password" in browser.forms[0].fields:
            left = browser.submit(email=self.person.email, password=self.person.password)
        return left

    def tokens(self, scope: str = MORE) -> dict[str, Any]:
        return self.world.authorize(self.application, self.person, secret=self.secret, scope=scope).tokens

    def is_live(self, tokens: dict[str, Any]) -> bool:
        return self.world.bearer(str(tokens["access_token"])).status_code == 200

    def refreshed(self, tokens: dict[str, Any]) -> Any:
        return self.world.token(
            self.application,
            self.secret,
            grant_type="refresh_token",
            refresh_token=str(tokens["refresh_token"]),
        )


def told(address: str | None) -> dict[str, str]:
    assert address is not None, "the browser stayed on a page"
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def as_operator(world: World, path: str, changes: dict[str, Any], version: int = 1) -> Any:
    """Change a record as an operator would."""
    machine = world.make.application(
        world.make.platform,
        "backend",
        scopes=("platform", "organizations:read", "organizations:write", "apis:read", "apis:write"),
    )
    headers = {"Authorization": "Bearer " + world.machine_token(machine, world.make.secret(machine))}
    read = world.client.simulate_get("/api/v1" + path, headers=headers)
    return world.client.simulate_patch(
        "/api/v1" + path,
        json=changes,
        headers={**headers, "If-Match": read.headers.get("etag", f'"{version}"')},
    )


def test_who_is_stopped_asks_the_admins_and_comes_in_once_it_is_installed(
    world: World, browser: Browser
) -> None:
    scene = Scene(world)
    assert scene.try_to_sign_in(browser) is None
    page = browser.page
    assert "Northwind lets in only applications that were reviewed or that its admins installed." in page
    assert "Ask the admins of Northwind" in page
    browser.submit(("organization", to_text(scene.home.id)))
    assert "Your request is with the admins" in browser.page
    with world.store.read() as tx:
        waiting = tx.gate.installation(scene.application.id, scene.home.id)
    assert waiting is not None
    assert waiting.state == "requested"
    with world.store.begin() as tx:
        granted = replace(waiting, state="active", scopes=waiting.scopes_pending, scopes_pending=frozenset())
        assert tx.organization(scene.home.id).update_installation(granted, version=waiting.version)
    assert scene.is_live(scene.tokens())


def test_the_application_is_told_with_an_id_of_its_own(world: World, browser: Browser) -> None:
    scene = Scene(world)
    scene.try_to_sign_in(browser)
    left = told(browser.submit(("action", "leave")))
    silent = told(scene.try_to_sign_in(browser, prompt="none"))
    for answer in (left, silent):
        assert answer["error"] == "access_denied"
        assert answer["error_description"] == errors.AUTHORIZE_GATE.text
        assert "code" not in answer


def test_who_somebody_is_can_be_told_without_a_review_and_for_no_longer_than_the_session(
    world: World, browser: Browser
) -> None:
    scene = Scene(world)
    assert scene.is_live(scene.tokens("openid"))
    assert scene.try_to_sign_in(browser, "openid offline_access") is None
    assert "lets in only applications that were reviewed" in browser.page


@pytest.mark.parametrize("gate", ["reviewed", "installed"])
def test_a_stricter_gate_ends_what_it_does_not_let_in(world: World, gate: str) -> None:
    """The code on its way, the token, its refresh, and the next silent sign-in; a looser one revives them."""
    scene = Scene(world, "any")
    tokens, browser = scene.tokens(), world.browser()
    scene.try_to_sign_in(browser)
    code = told(browser.submit(("decision", "approve")) or scene.try_to_sign_in(browser))["code"]
    answer = as_operator(world, f"/organizations/{to_text(scene.home.id)}", {"gate": gate})
    assert (answer.status_code, answer.json["gate"]) == (200, gate)
    world.product.poll()
    assert not scene.is_live(tokens)
    refused = scene.refreshed(tokens)
    assert (refused.status_code, refused.json["error"]) == (400, "invalid_grant")
    assert refused.json["error_id"] == errors.GATE_CLOSED.id
    redeemed = world.token(
        scene.application, scene.secret, grant_type="authorization_code", code=code,
        redirect_uri=CALLBACK, code_verifier=VERIFIER,
    )  # fmt: skip
    assert redeemed.json["error_id"] == errors.GATE_CLOSED.id
    assert told(scene.try_to_sign_in(browser, prompt="none"))["error"] == "access_denied"
    world.make.change_organization(scene.home, gate="any")
    world.product.poll()
    assert scene.is_live(tokens)


def test_a_refresh_may_ask_for_what_the_gate_lets_in(world: World) -> None:
    scene = Scene(world, "any")
    tokens = scene.tokens()
    world.make.change_organization(scene.home, gate="reviewed")
    world.product.poll()
    narrowed = world.token(
        scene.application, scene.secret, grant_type="refresh_token",
        refresh_token=str(tokens["refresh_token"]), scope="openid",
    )  # fmt: skip
    assert narrowed.status_code == 200
    assert scene.is_live(narrowed.json)


def test_the_platform_s_bound_ends_it_everywhere_whatever_was_chosen(world: World) -> None:
    scene = Scene(world, "any")
    tokens = scene.tokens()
    answer = as_operator(world, "/policy", {"least_gate": "reviewed"})
    assert (answer.status_code, answer.json["least_gate"]) == (200, "reviewed")
    world.product.poll()
    assert not scene.is_live(tokens)
    as_operator(world, "/policy", {"least_gate": "any"})
    world.product.poll()
    assert scene.is_live(tokens)


def test_an_approval_and_a_voucher_open_the_gate_for_as_long_as_they_stand(world: World) -> None:
    scene = Scene(world, publication="approved")
    tokens = scene.tokens()
    assert scene.is_live(tokens)
    world.make.change_application(scene.application, publication="rejected")
    world.product.poll()
    assert not scene.is_live(tokens)
    voucher = snapshot(scene.application, voucher_id=world.entropy.new_id(), organization_id=None)
    with world.store.begin() as tx:
        tx.platform.insert_platform_voucher(voucher)
    world.product.poll()
    assert scene.is_live(tokens)
    assert scene.is_live(scene.refreshed(tokens).json)
    with world.store.begin() as tx:
        assert tx.platform.revoke_platform_voucher(voucher.id, by=None, now=world.clock.now())
    world.product.poll()
    assert not scene.is_live(tokens)


@pytest.mark.parametrize("gate", ["reviewed", "installed"])
def test_what_came_in_by_an_installation_stays_dead_when_that_is_made_again(world: World, gate: str) -> None:
    """An act that was taken back ends what stood on it for good; the next act gives nothing of the old one."""
    scene = Scene(world, gate)
    home = f"/api/v1/organizations/{to_text(scene.home.id)}/installations"
    admin = world.make.application(
        scene.home, "backend", scopes=("installations:read", "installations:write")
    )
    headers = {"Authorization": "Bearer " + world.machine_token(admin, world.make.secret(admin))}

    def install() -> str:
        grant = {"client_id": scene.application.client_id, "scopes": sorted(scene.application.scopes)}
        made = world.client.simulate_post(home, json=grant, headers=headers)
        assert made.status_code == 201, made.text
        world.product.poll()
        return str(made.json["id"])

    world.make.change_application(scene.application, installable="by_client_id")
    installed = install()
    tokens = scene.tokens()
    assert scene.is_live(tokens)
    read = world.client.simulate_get(f"{home}/{installed}", headers=headers)
    gone = world.client.simulate_delete(
        f"{home}/{installed}", headers={**headers, "If-Match": read.headers["etag"]}
    )
    assert gone.status_code in {200, 204}, gone.text
    install()
    assert scene.is_live(scene.tokens())
    assert not scene.is_live(tokens)
    assert scene.refreshed(tokens).json["error"] == "invalid_grant"


def test_an_api_that_calls_a_scope_harmless_lets_it_in_and_can_take_that_back(world: World) -> None:
    scene = Scene(world)
    place = f"/organizations/{to_text(world.make.platform.id)}/apis/{to_text(scene.api.id)}/scopes/"
    answer = as_operator(world, place + to_text(scene.scope.id), {"risk": "low"})
    assert (answer.status_code, answer.json["risk"]) == (200, "low"), answer.text
    world.product.poll()
    tokens = scene.tokens()
    assert scene.is_live(tokens)
    listed = as_operator(world, place + to_text(scene.scope.id), {"risk": "normal"}, version=2)
    assert listed.status_code == 200, listed.text
    world.product.poll()
    assert not scene.is_live(tokens)


def nexus_scene(world: World) -> tuple[Application, Organization, Person]:
    """An application that adds Nexus211's sign-in, and somebody of another organization (N13)."""
    make = world.make
    make.api(None, "widgets:write")
    maker, home = make.organization("Maker"), make.organization("Northwind", gate="reviewed")
    application = make.application(
        maker,
        dialect="nexus211",
        scopes=("organizations:read", "widgets:write"),
        audience_requested="any_organization",
        audience_effective="any_organization",
        dialects=frozenset({"nexus211", "standard"}),
    )
    return application, home, make.person(home)


def test_a_mount_that_an_operator_opened_needs_no_review_and_no_other_mount_gains_by_it(world: World) -> None:
    """N13 [seed]: adding sign-in makes it usable for people of any organization, where an operator wants it."""
    application, home, person = nexus_scene(world)
    query = {"state": "s", "application": application.client_id, "redirect": CALLBACK}
    address = "/d/nexus211/oauth/authorize?" + urlencode(query)

    def signs_in() -> bool:
        browser = world.browser()
        browser.visit(address)
        left = browser.submit(email=person.email, password=person.password)
        while left is None and browser.forms and browser.forms[0].has("decision", "approve"):
            left = browser.submit(("decision", "approve"))
        return left is not None and "code=" in left

    assert not signs_in()
    answer = as_operator(world, "/policy", {"open_mounts": ["nexus211"]})
    assert (answer.status_code, answer.json["open_mounts"]) == (200, ["nexus211"])
    world.product.poll()
    assert signs_in()
    standard = authorization_request(application, redirect_uri=CALLBACK, scope="widgets:write")
    browser = world.browser()
    browser.visit(paths.AUTHORIZE + "?" + urlencode(standard))
    assert browser.submit(email=person.email, password=person.password) is None
    assert "lets in only applications that were reviewed" in browser.page
    world.make.change_organization(home, gate="installed")
    world.product.poll()
    assert not signs_in()


def test_a_warm_process_asks_nobody_about_a_gate(world: World) -> None:
    """The voucher is remembered with the application, the gate with the organization, the bound with the scopes."""
    scene = Scene(world)
    voucher = snapshot(scene.application, voucher_id=world.entropy.new_id(), organization_id=None)
    with world.store.begin() as tx:
        tx.platform.insert_platform_voucher(voucher)
    tokens = scene.tokens()
    assert scene.is_live(tokens)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = world.memory_client().simulate_get(paths.USERINFO, headers=headers)
    assert answer.status_code == 200, answer.text
