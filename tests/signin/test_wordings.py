"""What a scope says is read in the reader's language where it is said there, and marked where it is not."""

from __future__ import annotations

from urllib.parse import urlencode

from grantway.core.model import Wording
from grantway.edges.dialects.standard import paths
from tests.kit.world import World, authorization_request


def consent_page(world: World, language: str) -> str:
    api = world.make.api()
    world.make.scope(
        api,
        "lamps:read",
        text="See the lamps",
        detail="All of them.",
        translations=(Wording("de", "Die Lampen sehen"), Wording("fr-CA", "Voir les lampes")),
    )
    world.make.scope(api, "lamps:light", text="Allumer les lampes", locale="fr")
    world.make.scope(api, "lamps:break", text="Break the lamps")
    home = world.make.organization()
    person = world.make.person(home)
    scopes = ("openid", "lamps:read", "lamps:light", "lamps:break")
    application = world.make.application(home, scopes=scopes)
    world.product.poll()
    browser = world.browser()
    browser.language = language
    browser.sign_in(person.user.email, person.password)
    asked = authorization_request(application, scope=" ".join(scopes))
    browser.visit(f"{paths.AUTHORIZE}?{urlencode(asked)}")
    return browser.page


def test_german_readers_read_german_and_hear_what_is_not(world: World) -> None:
    page = consent_page(world, "de-DE,de;q=0.9")
    assert '<html lang="de">' in page
    for said in ("<p>Die Lampen sehen", "<p>Wissen, wer Sie sind"):
        assert said in page
    for said in ("See the lamps", "All of them.", "Voir les lampes", "Know who you are"):
        assert said not in page
    lines = {line.partition("<p>")[2].partition("<")[0]: line for line in page.split("<li")}
    assert 'lang="fr"' in lines["Allumer les lampes"]
    assert 'lang="en"' in lines["Break the lamps"]
    assert "lang=" not in lines["Die Lampen sehen"].partition(">")[0]


def test_readers_of_the_first_language_read_it(world: World) -> None:
    page = consent_page(world, "en-GB")
    assert "<p>See the lamps" in page
    assert "All of them." in page
    assert "Die Lampen sehen" not in page
