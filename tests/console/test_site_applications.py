"""Site management: the applications of all organizations (D2, D22), and what operators decide about one."""

from __future__ import annotations

import pytest

from grantway.core.identifiers import to_text
from grantway.core.ports import Page
from tests.console.site import (
    at_work,
    form_to,
    of_application,
    offers,
    operator,
    send,
    site,
    stored,
    text_of,
    told,
)
from tests.kit.world import World

LIST = site("applications")


def test_operators_see_whose_each_application_is_and_go_to_it(world: World) -> None:
    """D2: a system administrator, in the middle of the three tabs."""
    acme, other = world.make.organization("Acme"), world.make.organization("Borealis")
    mine, theirs = world.make.application(acme, name="Anvil"), world.make.application(other, name="Aurora")
    browser = operator(world)
    browser.visit(LIST)
    said = text_of(browser)
    assert browser.status == 200
    for one in ("Anvil", "Acme", "Aurora", "Borealis", mine.client_id):
        assert one in said
    assert "Organizations and users OAuth applications Platform " in said
    browser.visit(f"{LIST}?name=anvil")
    assert "Aurora" not in text_of(browser)
    browser.visit(f"{LIST}?organization={to_text(other.id)}")
    assert "Aurora" in text_of(browser)
    assert "Anvil" not in text_of(browser)
    browser.visit(of_application(theirs))
    assert (browser.status, "Aurora" in browser.title) == (200, True)
    send(browser, "/save", name="Aurora Two")
    assert browser.status == 200, text_of(browser)
    assert stored(world, theirs.id).name == "Aurora Two"
    assert told(world, "application.update")[0].organization_id == other.id
    assert browser.address.split("?")[0].endswith(of_application(theirs))


@pytest.mark.parametrize("verb", ["archive", "disable"])
def test_several_are_put_away_or_stopped_at_once(world: World, verb: str) -> None:
    """D22: the bin, also for several selected rows; each is told in the log of its organization."""
    places = world.make.organization(), world.make.organization(), world.make.organization()
    chosen = [world.make.application(place) for place in places]
    kept, left = chosen[2], world.make.application(places[0])
    browser = operator(world)
    browser.visit(LIST)
    assert offers(browser, f"/site/applications/{verb}")
    for one in chosen:
        assert f'name="row-{to_text(one.id)}" value="on" form="chosen"' in browser.page
    rows = "&".join(f"row-{to_text(one.id)}=on" for one in chosen)
    browser.visit(f"{LIST}/{verb}?{rows}")
    said = text_of(browser)
    assert "every token that they were given: 3." in said
    assert "Organizations that own them: 3." in said
    in_order = [to_text(one.id) for one in sorted(chosen, key=lambda one: one.id)]
    assert form_to(browser, f"/{verb}").choices["applications"] == in_order
    # One of them was unticked.
    send(browser, f"/{verb}", applications=[to_text(one.id) for one in chosen[:2]])
    assert browser.address.split("?")[0].endswith(LIST), text_of(browser)
    for one in chosen[:2]:
        now = stored(world, one.id)
        assert now.archived_at is not None if verb == "archive" else now.state == "disabled"
    for one in (kept, left):
        assert stored(world, one.id).version == one.version
    lines = told(world, f"application.{verb}")
    assert {(line.target_id, line.organization_id) for line in lines} == {
        (to_text(one.id), one.organization_id) for one in chosen[:2]
    }


def test_nothing_is_done_with_any_where_one_cannot_be(world: World) -> None:
    place = world.make.organization()
    fine = world.make.application(place, name="Fine")
    locked = world.make.application(place, name="Locked", state="deletion_scheduled")
    browser = operator(world)
    browser.visit(f"{LIST}/archive?row-{to_text(fine.id)}=on&row-{to_text(locked.id)}=on")
    send(browser, "/archive", applications=[to_text(fine.id), to_text(locked.id)])
    said = text_of(browser)
    assert browser.status in {400, 422}
    assert "There is a problem" in said
    assert "Locked." in said
    assert stored(world, fine.id).archived_at is None
    assert told(world, "application.archive") == []
    # The form knows still what was chosen: without the one it can be sent.
    send(browser, "/archive", applications=[to_text(fine.id)])
    assert stored(world, fine.id).archived_at is not None


def test_nothing_chosen_is_said(world: World) -> None:
    one = world.make.application(world.make.organization())
    browser = operator(world)
    browser.visit(f"{LIST}/archive?row-{to_text(one.id)}=on&row-nonsense=on&row-%27=on")
    send(browser, "/archive", applications=[])
    assert "Fill this in." in text_of(browser)
    # What was not offered is not done, whatever is sent.
    hidden = world.make.application(world.make.organization())
    send(browser, "/archive", applications=[to_text(hidden.id)])
    assert stored(world, hidden.id).archived_at is None


def test_an_application_is_registered_for_an_organization(world: World) -> None:
    """D2: with its credentials, shown once."""
    place = world.make.organization("Acme")
    browser = operator(world)
    browser.visit(site("applications/new?name=acm"))
    new = site(f"organizations/{to_text(place.id)}/applications/new")
    assert offers(browser, new)
    browser.visit(new)
    assert "The application will belong to Acme." in text_of(browser)
    browser.visit(f"{new}/service")
    send(browser, "/new/service", name="Night sync")
    assert "Client secret" in text_of(browser), text_of(browser)
    with world.store.read() as tx:
        made = [one for one in tx.organization(place.id).applications(Page()) if one.name == "Night sync"]
        assert len(tx.organization(place.id).credentials(made[0].id)) == 1
    assert offers(browser, of_application(made[0]))


def test_operators_review_suspend_and_lift(world: World) -> None:
    place = world.make.organization()
    one = world.make.application(
        place, publication="submitted", description="Maps", base_url="https://app.example.test/"
    )
    browser = operator(world)
    review = of_application(one, "review")
    browser.visit(site("approvals"))
    assert offers(browser, review)
    browser.visit(f"{review}/reject")
    send(browser, "/review/reject", reasons=["other"], text="")
    assert browser.status in {400, 422}
    assert stored(world, one.id).publication == "submitted"
    send(browser, "/review/reject", reasons=["incomplete"], text="The logo is missing.")
    assert stored(world, one.id).publication == "rejected"
    assert "The logo is missing." in text_of(browser)
    assert not offers(browser, "/review/approve")
    browser.visit(f"{review}/suspend")
    assert "stop working at once" in text_of(browser)
    send(browser, "/review/suspend", reason="Reported as phishing.")
    assert stored(world, one.id).suspended_at is not None
    assert "Suspended: Reported as phishing." in text_of(browser)
    send(browser, "/review/lift")
    assert stored(world, one.id).suspended_at is None


def test_what_waits_is_approved_as_it_was_read(world: World) -> None:
    """What changed meanwhile is not approved by who has not seen it."""
    place = world.make.organization()
    one = world.make.application(place, publication="approved", description="Small")
    world.make.pending(one, description="Bigger")
    browser = operator(world)
    browser.visit(site("approvals"))
    assert "Changes of published applications wait, too." in text_of(browser)
    browser.visit(of_application(one, "review"))
    assert "Bigger" in text_of(browser)
    form = form_to(browser, "/pending/approve")
    browser.post(form.action, **{**form.fields, "version": str(one.version + 1)})
    assert stored(world, one.id).description == "Small"
    browser.visit(of_application(one, "review"))
    send(browser, "/pending/approve")
    assert stored(world, one.id).description == "Bigger"


def test_those_who_are_no_operators_find_none_of_it(world: World) -> None:
    """Neither in the navigation nor by address; their own applications have no Review."""
    place, other = world.make.organization(), world.make.organization()
    own, theirs = world.make.application(place), world.make.application(other)
    for organization, role in ((place, "owner"), (world.make.platform, "developer")):
        browser, _ = at_work(world, organization, role)  # type: ignore[arg-type]
        base = f"/o/{organization.slug}"
        browser.visit(base)
        assert "Site management" not in text_of(browser)
        for path in (
            "site/applications",
            "site/organizations",
            "site/users",
            "site/approvals",
            f"site/organizations/{to_text(place.id)}",
            f"site/organizations/{to_text(place.id)}/members",
            f"site/organizations/{to_text(place.id)}/applications/{to_text(own.id)}",
            f"site/organizations/{to_text(other.id)}/applications/{to_text(theirs.id)}",
            f"site/organizations/{to_text(other.id)}/applications/{to_text(theirs.id)}/review",
            f"applications/{to_text(own.id)}/review",
            f"site/applications/archive?row-{to_text(theirs.id)}=on",
        ):
            browser.visit(f"{base}/{path}")
            assert browser.status in {403, 404}, path
            assert theirs.name not in browser.page
    browser, _ = at_work(world, place)
    browser.visit(f"/o/{place.slug}/applications/{to_text(own.id)}")
    assert not offers(browser, "/review")
    # A proof of a form of theirs opens nothing there.
    form = form_to(browser, "/save")
    stolen = of_application(theirs, "save").replace("/o/platform/", f"/o/{place.slug}/")
    browser.post(stolen, **{**form.fields, "name": "Taken"})
    assert browser.status >= 400
    assert stored(world, theirs.id).name == theirs.name
