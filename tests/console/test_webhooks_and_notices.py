"""Webhooks and the addresses of letters, in the console."""

from __future__ import annotations

from grantway.core.notices import EVENTS
from grantway.edges.web.records.event_names import EVENT_NAMES
from tests.console.desk import desk, id_of, put_in_role
from tests.kit.world import World


def test_every_event_reads_as_a_sentence() -> None:
    assert set(EVENT_NAMES) == set(EVENTS)


def test_a_webhook_is_added_tested_rotated_stopped_and_deleted(world: World) -> None:
    here = world.make.organization()
    orbit = world.make.application(here, name="Orbit")
    developer = desk(world, here, "developer")
    assert "There is no webhook yet." in developer.open("organization/webhooks")
    page = developer.open("organization/webhooks/new")
    assert "Application installed" in page
    wrong = developer.send("/new", status=422, url="http://plain.example.test/", label="deployments")
    assert "There is a problem" in wrong
    assert developer.form("/new").fields["label"] == "deployments"
    developer.send(
        "/new",
        url="https://hooks.example.test/in",
        application_id=id_of(orbit),
        events="installation.granted",
    )
    secret = developer.once("Signing secret")
    place = next(one for one in developer.links() if one.startswith(f"/o/{here.slug}/organization/webhooks/"))
    page = developer.open(place.split(f"/o/{here.slug}/")[1])
    assert "Orbit" in page
    assert secret not in developer.browser.page
    assert developer.form("/save").ticked["events"] == ["installation.granted"]
    assert "A test event is on its way." in developer.send("/test")
    assert "webhook.test" in developer.text
    assert "It is sent again." in developer.send("/replay")
    developer.send("/rotate")
    assert developer.once("Signing secret") != secret
    developer.browser.visit(place)
    assert "Saved." in developer.send("/save", label="builds", events="secret.leaked")
    assert "Disabled." in developer.send("/disable")
    assert not developer.has_form("/test")
    assert "Enabled." in developer.send("/enable")
    developer.browser.visit(f"{place}/delete")
    assert "Nothing is posted to https://hooks.example.test/in any more." in developer.text
    assert "The webhook is deleted." in developer.send("/delete")
    assert "There is no webhook yet." in developer.text


def test_a_webhook_that_failed_says_so(world: World) -> None:
    here = world.make.organization()
    webhook = world.make.webhook(here, state="disabled", disabled_reason="failing", failures=9)
    page = desk(world, here).open(f"organization/webhooks/{id_of(webhook)}")
    assert "The server disabled it, because it did not answer." in page


def test_an_address_that_did_not_answer_is_asked_again_and_forgotten(world: World) -> None:
    here = world.make.organization()
    asked = world.make.asked(here, "dev@letters.example.test", before=2 * 86_400)
    admin = desk(world, here)
    page = admin.open("organization/notices?state=asked")
    assert "dev@letters.example.test Has not answered" in page
    assert "The address is asked again." in admin.send("/ask")
    assert "E-NOTICE" in admin.send("/ask", status=429)
    world.clock.advance(2 * 86_400)
    admin = desk(world, here)
    admin.open(f"organization/notices/{id_of(asked)}/remove")
    assert "No letters go to dev@letters.example.test" in admin.text
    assert "The address is forgotten." in admin.send("/remove")


def test_a_developer_reads_addresses_and_asks_none(world: World) -> None:
    here = world.make.organization()
    asked = world.make.asked(here, "dev@letters.example.test", before=2 * 86_400)
    developer = desk(world, here)
    developer.open("organization/notices")
    put_in_role(world, here, developer.person, "developer")
    developer.send("/ask", status=403)
    assert "dev@letters.example.test" in developer.open("organization/notices")
    assert not developer.has_form("/ask")
    developer.open(f"organization/notices/{id_of(asked)}/remove", status=403)
