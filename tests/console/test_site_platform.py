"""Site management: APIs and what belongs to them, vouchers, keys, settings and the whole log."""

from __future__ import annotations

import re

from grantway.core.identifiers import to_text
from tests.console.site import at_work, offers, operator, send, site, text_of, told
from tests.kit.world import World

APIS = site("apis")


def test_an_api_is_declared_with_scopes_routes_and_limits_and_goes_again(world: World) -> None:
    browser = operator(world)
    browser.visit(f"{APIS}/new")
    send(browser, "/apis/new", name="Deliveries", identifier="https://api.example.test", accepts="standard")
    assert "The API is declared." in text_of(browser), text_of(browser)
    found = re.search(r"/site/organizations/\w+/apis/\w+", browser.address)
    assert found is not None
    base = f"/o/platform{found[0]}"
    browser.visit(f"{base}/scopes/new")
    send(
        browser,
        "/scopes/new",
        value="deliveries:read",
        text="See your deliveries",
        legs="any",
        risk="high",
        locale="en",
        translations="de | Ihre Lieferungen sehen | Adressen\nfr | Voir vos livraisons",
    )
    assert "The scope is declared." in text_of(browser), text_of(browser)
    with world.store.read() as tx:
        scope = tx.gate.catalogue().scopes["deliveries:read"]
    said = [(one.locale, one.text, one.detail) for one in scope.translations]
    assert sorted(said) == [("de", "Ihre Lieferungen sehen", "Adressen"), ("fr", "Voir vos livraisons", "")]
    browser.visit(f"{base}/scopes/{to_text(scope.id)}/change")
    assert "de | Ihre Lieferungen sehen | Adressen" in browser.page
    send(browser, "/change", text="See all deliveries", translations="xx yy | ?", legs="any", risk="low")
    assert "There is a problem" in text_of(browser)
    send(browser, "/change", text="See all deliveries", translations="", legs="3-legged", risk="low")
    with world.store.read() as tx:
        changed = tx.gate.catalogue().scopes["deliveries:read"]
    assert (changed.text, changed.translations, changed.legs) == ("See all deliveries", (), "3-legged")
    browser.visit(f"{base}/routes/new")
    send(browser, "/routes/new", method="GET", pattern="/orders/{id}", scopes=["deliveries:read"])
    assert "GET /orders/{id}" in text_of(browser), text_of(browser)
    browser.visit(f"{base}/limits/new")
    send(browser, "/limits/new", per_minute="many")
    assert "There is a problem" in text_of(browser)
    send(browser, "/limits/new", per_minute="600")
    assert "Everybody 600" in text_of(browser)
    world.make.application(world.make.organization(), scopes=("deliveries:read",))
    browser.visit(f"{base}/scopes/{to_text(scope.id)}/retire")
    assert "Applications that have it: 1." in text_of(browser)
    send(browser, "/retire")
    assert offers(browser, "/bring-back")
    browser.visit(f"{base}/delete")
    assert "It has scopes: 1, and routes: 1." in text_of(browser)
    send(browser, "/delete", typed="Deliveries")
    assert browser.status == 409
    browser.visit(f"{base}/scopes/{to_text(scope.id)}/delete")
    send(browser, "/delete", typed="deliveries:read")
    assert "The scope is deleted." in text_of(browser)
    browser.visit(f"{base}/disable")
    send(browser, "/disable")
    browser.visit(f"{base}/delete")
    send(browser, "/delete", typed="Deliveries")
    assert "The API is deleted." in text_of(browser), text_of(browser)
    assert "Deliveries" not in text_of(browser)


def test_what_is_part_of_the_server_is_shown_and_not_changed(world: World) -> None:
    browser = operator(world)
    browser.visit(APIS)
    with world.store.read() as tx:
        own = next(api for api in tx.gate.catalogue().apis.values() if api.builtin)
    browser.visit(site(f"organizations/{to_text(own.organization_id)}/apis/{to_text(own.id)}"))
    assert "It is part of this server" in text_of(browser)
    assert not offers(browser, "/save")


def test_an_api_of_an_organization_is_its_own(world: World) -> None:
    place = world.make.organization("Acme")
    browser = operator(world)
    browser.visit(site(f"organizations/{to_text(place.id)}/apis/new"))
    send(browser, "/apis/new", name="Anvils", identifier="https://anvils.example.test", accepts="standard")
    with world.store.read() as tx:
        made = next(api for api in tx.gate.catalogue().apis.values() if api.name == "Anvils")
    assert made.organization_id == place.id
    browser.visit(APIS)
    assert "Anvils" in text_of(browser)
    assert "Acme" in text_of(browser)


def test_developers_read_what_they_can_ask_for(world: World) -> None:
    place = world.make.organization()
    api = world.make.api(world.make.organization(), name="Deliveries")
    world.make.scope(api, "deliveries:read", text="See your deliveries")
    world.make.api(place, name="Anvils")
    world.product.poll()
    browser, _ = at_work(world, place, "developer")
    browser.visit(f"/o/{place.slug}")
    assert offers(browser, "/apis")
    browser.visit(f"/o/{place.slug}/apis")
    said = text_of(browser)
    for one in ("Deliveries", "deliveries:read", "See your deliveries", "Anvils"):
        assert one in said
    assert not offers(browser, "/new")
    member, _ = at_work(world, place, "member")
    member.visit(f"/o/{place.slug}")
    assert not offers(member, "/apis")
    member.visit(f"/o/{place.slug}/apis")
    assert member.status == 403


def test_the_platform_vouches_and_takes_it_back(world: World) -> None:
    one = world.make.application(
        world.make.organization(),
        settings={"consent": "platform"},
        name="Orbit",
        audience_requested="any_organization",
    )
    browser = operator(world)
    browser.visit(site("vouchers"))
    link = re.search(r'href="([^"]*/vouchers/new\?client_id[^"]*)"', browser.page)
    assert link is not None
    browser.visit(link[1].replace("&amp;", "&"))
    send(browser, "/vouchers/new")
    assert "The platform answers for it." in text_of(browser), text_of(browser)
    assert len(told(world, "voucher.give")) >= 1
    revoke = next(
        re.finditer(
            r'href="([^"]*/vouchers/\w+/revoke)"[^>]*>Take back<span class="spoken"> Orbit', browser.page
        )
    )
    browser.visit(revoke[1])
    assert "People who use Orbit are asked again." in text_of(browser)
    send(browser, "/revoke")
    assert "The voucher is taken back." in text_of(browser)
    assert one.client_id


def test_keys_are_shown_without_what_is_in_them(world: World) -> None:
    browser = operator(world)
    browser.visit(site("keys"))
    said = text_of(browser)
    for key in world.product.rotation.listed():
        assert key.kid in said
    assert "In use" in said
    assert "grantway keys rotate" in said
    assert "sealed" not in said


def test_the_policy_is_changed_and_a_later_change_is_not_overwritten(world: World) -> None:
    browser, other = operator(world), operator(world)
    for one in (browser, other):
        one.visit(site("settings"))
    send(browser, "/save", terms_version="2")
    assert "Saved. It holds from now on." in text_of(browser)
    with world.store.read() as tx:
        assert tx.gate.platform_policy().terms_version == "2"
    send(other, "/save", terms_version="3")
    assert "Somebody else changed this" in text_of(other)
    with world.store.read() as tx:
        assert tx.gate.platform_policy().terms_version == "2"


def test_the_whole_log_is_read_with_filters(world: World) -> None:
    place = world.make.organization()
    browser = operator(world)
    browser.visit(site(f"organizations/{to_text(place.id)}"))
    send(browser, "/save", name="Renamed", gate="reviewed")
    assert browser.status == 200, text_of(browser)
    browser.visit(site("activity"))
    assert "organization.update" in text_of(browser)
    browser.visit(site(f"activity?action=organization.update&target={to_text(place.id)}"))
    assert to_text(place.id) in text_of(browser)
    browser.visit(site("activity?action=voucher.give&target=1"))
    assert "organization.update" not in text_of(browser)


def test_the_search_knows_the_words_of_the_guides(world: World) -> None:
    """Those of the five systems' own pages."""
    browser = operator(world)
    for asked, page in (
        ("Site Management", "/site/applications"),
        ("Oauth Applications", "/site/applications"),
        ("Developer Config", "/site/applications"),
        ("New Client", "/site/applications/new"),
        ("API Applications", "/site/applications"),
    ):
        browser.visit(f"/o/platform/search?q={asked.replace(' ', '%20')}")
        assert offers(browser, page), asked
