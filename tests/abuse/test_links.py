"""Links that are used once: twice, in a second browser, too late, by somebody else, and out of turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from grantway.core.identifiers import to_text
from grantway.core.model import User
from tests.abuse.pages import recording
from tests.abuse.story import Story, variants
from tests.kit.browser import Browser
from tests.kit.counts import count
from tests.kit.factories import PASSWORD
from tests.kit.world import World

FIRST, SECOND = "green harbour lamps", "seven copper whistles"


DAY = 86_400


def invited(world: World, email: str = "new@people.example.test") -> tuple[User, str]:
    """Somebody new, with the link to a first password."""
    user = User(world.entropy.new_id(), "enabled", 1, 1, "New Person", email, created_at=world.clock.now())
    with world.store.begin() as tx:
        assert tx.platform.insert_user(user)
        return user, world.product.features.sign_in.activation.invite(tx, user)


def setup_link(world: World) -> str:
    with world.store.begin() as tx:
        link = world.product.features.sign_in.activation.setup_link(tx)
    assert link is not None
    return link


def opened(world: World, link: str) -> Browser:
    """A browser that has opened a link."""
    browser = world.browser()
    browser.visit(link)
    return browser


def choose(browser: Browser, password: str = FIRST) -> bool:
    """Choose a password on the page that is shown; whether it was taken."""
    browser.submit(new_password=password, confirm=password)
    return browser.address.endswith("/sign-in?done=password")


def signs_in(world: World, email: str, password: str) -> bool:
    browser = world.browser()
    browser.sign_in(email, password)
    browser.visit("/account")
    return browser.address.endswith("/account") and browser.status == 200


def is_dead(browser: Browser) -> bool:
    return browser.status == 400 and "E-STEP-05" in browser.page


def test_a_link_works_once(world: World) -> None:
    """V023, V144: in the same browser again, in one that had the page open, and in a third."""
    user, link = invited(world)
    mine, open_too = opened(world, link), opened(world, link)
    kept = mine.forms[0]
    assert choose(mine, FIRST)
    mine.post("/activate", **kept.fields | {"new_password": SECOND, "confirm": SECOND})
    assert mine.address.endswith("/sign-in?done=used")
    assert not choose(open_too, SECOND)
    assert open_too.address.endswith("/sign-in?done=used")
    assert is_dead(opened(world, link))
    assert signs_in(world, user.email, FIRST)
    assert not signs_in(world, user.email, SECOND)


def test_of_many_at_once_one_is_taken(world: World) -> None:
    """V021, V023: on two processes."""
    other = world.beside()
    for turn in range(count(1, 50)):
        user, link = invited(world, f"new-{turn}@people.example.test")
        browsers = [opened((world, other)[number % 2], link) for number in range(6)]
        passwords = [f"green harbour lamps {number}" for number in range(len(browsers))]
        with ThreadPoolExecutor(6) as pool:
            taken = list(pool.map(choose, browsers, passwords))
        assert taken.count(True) == 1
        assert signs_in(world, user.email, passwords[taken.index(True)])
    other.close()


def test_opening_a_link_uses_nothing_up_and_signs_nobody_in(world: World) -> None:
    """V023, V159, C211, C258: mail scanners open links; the token leaves the address, and no session begins."""
    user, link = invited(world)
    token = link.partition("token=")[2]
    browser, answers = recording(world)
    for _ in range(3):
        browser.visit(link)
        assert token not in browser.address
    assert choose(browser)
    for answer in answers:
        assert token not in answer.headers.get("location", "")
        assert "__Host-session" not in "".join(answer.headers.get_list("set-cookie"))
        assert answer.headers["referrer-policy"] == "same-origin"
    browser.visit("/")
    assert browser.address.endswith("/sign-in")
    assert signs_in(world, user.email, FIRST)


@pytest.mark.parametrize("seconds", [DAY, DAY + 1, 10 * DAY])
def test_an_old_link_is_dead_whether_or_not_anybody_cleaned_up(world: World, seconds: int) -> None:
    """V025: nothing keeps house in these tests; the time is looked at when the link is used."""
    _, link = invited(world)
    setup = setup_link(world)
    early = opened(world, link)
    world.advance(DAY - 1)
    assert not is_dead(opened(world, link))
    assert not is_dead(opened(world, setup))
    world.advance(seconds - DAY + 1)
    assert is_dead(opened(world, link))
    assert is_dead(opened(world, setup))
    assert not choose(early)
    assert is_dead(early)
    world.product.housekeeping.step()
    assert is_dead(opened(world, link))


def test_a_newer_link_ends_the_older(world: World) -> None:
    """V024: of two handed out, the first is worth nothing."""
    user, first = invited(world)
    with world.store.begin() as tx:
        second = world.product.features.sign_in.activation.invite(tx, user)
    open_before = opened(world, second)
    assert is_dead(opened(world, first))
    assert choose(open_before)


def test_a_link_is_for_its_own_purpose_and_person(world: World) -> None:
    """V024, V144: neither the other kind of link, nor fields of the form, nor a variant of it do anything."""
    user, link = invited(world)
    victim = world.make.person(world.make.organization())
    setup = setup_link(world)
    assert is_dead(opened(world, setup.replace("/setup", "/activate")))
    assert is_dead(opened(world, link.replace("/activate", "/setup")))
    for variant in variants(link.partition("token=")[2], count(12, 2_000)):
        assert is_dead(opened(world, f"/activate?token={variant}")), variant
    browser = opened(world, link)
    named = {"email": victim.email, "username": victim.email, "user_id": to_text(victim.id)}
    browser.post("/activate", **browser.forms[0].fields | named | {"new_password": FIRST, "confirm": FIRST})
    assert signs_in(world, victim.email, PASSWORD)
    assert not signs_in(world, victim.email, FIRST)
    assert signs_in(world, user.email, FIRST)


@pytest.mark.parametrize(
    "token", ["", "x", "null", "A" * 43, "A" * 5_000, "' OR 1=1 --", "%00", "../..", "é" * 43]
)
def test_a_form_without_a_link_sets_no_password(world: World, token: str) -> None:
    """V144, V145: the form sent without its page, with a proof of our own for whatever token it names."""
    browser = world.browser()
    browser.visit("/sign-in")
    csrf = browser.forms[0].fields["csrf"]
    for address in ("/activate", "/setup"):
        fields = {"token": token, "email": "eve@people.example.test", "name": "Eve", "csrf": csrf}
        browser.post(address, new_password=FIRST, confirm=FIRST, **fields)
        assert browser.status == 400
        browser.visit(f"{address}?token={token.replace('%', '%25').replace(' ', '+')}")
        assert browser.status == 400
    assert not signs_in(world, "eve@people.example.test", FIRST)


def test_a_proof_of_one_link_opens_no_other(world: World) -> None:
    """V144, V138: the form belongs to the token that its page was made for."""
    mine = invited(world)
    other = invited(world, "other@people.example.test")
    browser = opened(world, mine[1])
    fields = browser.forms[0].fields | {"token": other[1].partition("token=")[2]}
    browser.post("/activate", **fields | {"new_password": FIRST, "confirm": FIRST})
    assert browser.status == 400
    assert not signs_in(world, other[0].email, FIRST)


@pytest.mark.parametrize("change", ["disabled", "revoked", "deleted"])
def test_a_link_of_somebody_switched_off_is_dead(story: Story, change: str) -> None:
    """V024, V117: and enabling the person again does not revive it, once everything was revoked."""
    world, make = story.world, story.world.make
    with world.store.begin() as tx:
        link = world.product.features.sign_in.activation.invite(tx, story.stranger.user)
    if change == "deleted":
        with world.store.begin() as tx:
            assert tx.platform.delete_user(story.stranger.id, version=story.stranger.user.version)
    elif change == "disabled":
        make.change_user(story.stranger, state="disabled")
    else:
        make.change_user(story.stranger, epoch=2)
    assert is_dead(opened(world, link))


def test_a_link_to_choose_anew_ends_what_the_old_password_opened(story: Story) -> None:
    """V118, C251: sessions end, and with them what was begun in them."""
    browser = story.world.browser()
    browser.sign_in(story.person.email, PASSWORD)
    code = story.answer(story.honest, story.person, browser)["code"]
    tokens = story.redeem(story.honest, code).json
    with story.world.store.begin() as tx:
        link = story.world.product.features.sign_in.activation.invite(tx, story.person.user)
    assert choose(opened(story.world, link))
    story.world.product.poll()
    browser.visit("/")
    assert browser.address.endswith("/sign-in")
    assert not signs_in(story.world, story.person.email, PASSWORD)
    assert not story.is_alive(tokens["access_token"])
    assert story.refresh(story.honest, tokens["refresh_token"]).status_code == 400


def test_there_is_one_first_operator(world: World) -> None:
    """V023, C209: several set-up links used at once make one, and none works afterwards."""
    links = [setup_link(world) for _ in range(4)]
    browsers = [opened(world, link) for link in links]

    def take(number: int) -> bool:
        email = f"operator-{number}@people.example.test"
        browsers[number].submit(email=email, name="Ada Operator", new_password=FIRST)
        return browsers[number].address.endswith("/sign-in?done=password")

    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(take, range(len(links))))
    assert taken.count(True) == 1
    for link in links:
        assert is_dead(opened(world, link))
    with world.store.begin() as tx:
        platform = tx.platform.platform_organization()
        assert platform is not None
        assert tx.organization(platform.id).owners() == 1
        assert world.product.features.sign_in.activation.setup_link(tx) is None
