"""The person's side of the device grant (RFC 8628 §3.3, §5), on both databases."""

from __future__ import annotations

import pytest

from grantway.core import devices
from grantway.core.identifiers import to_text
from grantway.features.authorize import devices as limits
from tests.dialects.standard.living import Living, a_living, error_of
from tests.kit.world import World


@pytest.fixture
def living(world: World) -> Living:
    return a_living(world)


def test_people_whose_organizations_do_not_let_it_in_get_nowhere(living: Living) -> None:
    """V010: the restrictions of an application hold in this grant as in every other."""
    world = living.world
    stranger = world.make.person(world.make.organization("Elsewhere"))
    begun = living.begin()
    browser = living.enter(world.browser(), begun["user_code"])
    browser.submit(("action", "sign_in"), email=stranger.email, password=stranger.password)
    assert not any(form.has("decision", "approve") for form in browser.forms)
    browser.submit(("action", "leave"))
    assert error_of(living.poll(begun["device_code"]))[1] == "access_denied"


def test_nothing_stands_for_the_persons_own_word(living: Living) -> None:
    """RFC 8628 §5.4: neither an earlier consent nor a voucher spares the question of whoever got a code."""
    world, browser = living.world, living.world.browser()
    application = world.make.application(
        living.northwind,
        scopes=("orders:read",),
        settings={"grant_types": frozenset({devices.GRANT_TYPE}), "consent": "platform"},
    )
    world.make.voucher(application)
    secret = world.make.secret(application)
    for _ in range(2):
        begun = living.ask(application, client_secret=secret).json
        living.at_consent(begun["user_code"], browser).submit(("decision", "approve"))
        world.advance(5)
        form = {"grant_type": devices.GRANT_TYPE, "device_code": begun["device_code"]}
        assert world.token(application, secret, **form).status_code == 200


def test_two_people_with_one_code_decide_once(living: Living) -> None:
    """The second one reads that it was decided elsewhere, and allows nothing."""
    begun = living.begin()
    first, second = (living.at_consent(begun["user_code"]) for _ in range(2))
    first.submit(("decision", "deny"))
    second.submit(("decision", "approve"))
    assert "E-DEVICE-12" in second.page
    assert error_of(living.poll(begun["device_code"]))[1] == "access_denied"


def test_a_second_click_meets_what_the_first_did(living: Living) -> None:
    begun = living.begin()
    browser = living.at_consent(begun["user_code"])
    form = browser.forms[0]
    for _ in range(2):
        browser.post(form.action, **form.fields, decision="approve")
        assert "continues on your device" in browser.page
    assert living.poll(begun["device_code"]).status_code == 200


def test_codes_are_typed_as_people_type_them(living: Living) -> None:
    """D81: case, spaces and hyphens do not count; a code in the address waits for its button (§3.3.1)."""
    begun = living.begin()
    letters = begun["user_code"].replace("-", "")
    for typed in (letters.lower(), f" {letters[:2]} {letters[2:6]}-{letters[6:]} ", begun["user_code"]):
        browser = living.enter(living.world.browser(), typed)
        assert "password" in browser.forms[0].fields, typed
    browser = living.world.browser()
    browser.visit(begun["verification_uri_complete"])
    assert browser.forms[0].fields["user_code"] == begun["user_code"]
    assert "password" not in browser.forms[0].fields


def test_a_used_or_unknown_code_is_told_as_such_and_guesses_are_few(living: Living) -> None:
    """RFC 8628 §5.1: counted for a network, and apart for who is signed in."""
    begun = living.begin()
    living.allow(begun)
    guesser = living.world.browser(address="203.0.113.9")
    for typed in (begun["user_code"], "BBBB-BBBB", "aaaa-aaaa", "", "<script>alert(1)</script>"):
        living.enter(guesser, typed)
        assert (guesser.status, "E-DEVICE-10" in guesser.page) == (400, True), typed
        assert "<script>alert" not in guesser.page
    for _ in range(limits.GUESSES - 5):
        living.enter(guesser, "BBBB-BBBB")
    fresh = living.begin()
    living.enter(guesser, fresh["user_code"])
    assert (guesser.status, "E-DEVICE-11" in guesser.page) == (429, True)
    assert guesser.last is not None
    assert guesser.last.headers["retry-after"] == "900"
    neighbour = living.world.browser(address="203.0.113.10")
    neighbour.sign_in(living.person.email, living.person.password)
    living.enter(neighbour, fresh["user_code"])
    assert neighbour.forms[0].has("decision", "approve")


def test_the_organization_chosen_is_the_one_acted_for(living: Living) -> None:
    harbour = living.world.make.organization("Harbour")
    living.world.make.membership(living.person, harbour)
    living.world.make.change_application(living.application, audience_effective="any_organization")
    living.world.product.poll()
    begun = living.begin(scope="openid orders:read")
    browser = living.enter(living.world.browser(), begun["user_code"])
    browser.submit(("action", "sign_in"), email=living.person.email, password=living.person.password)
    browser.submit(("action", "choose"), organization=to_text(harbour.id))
    browser.submit(("decision", "approve"))
    tokens = living.poll(begun["device_code"]).json
    seen = living.world.bearer(tokens["access_token"]).json
    assert seen["sub"] == to_text(living.person.id)
    assert "id_token" in tokens
