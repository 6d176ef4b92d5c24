"""What developers do with applications in the console, without scripts: on SQLite and on PostgreSQL."""

from __future__ import annotations

from grantway.core.identifiers import from_text, to_text
from grantway.core.model import Application
from tests.api.cast import Cast
from tests.console.visitors import Visitors
from tests.kit.browser import Browser

CALLBACK = "https://harbour.example.test/callback"


def applications(cast: Cast) -> tuple[Application, ...]:
    return cast.world.make.applications_of(cast.own)


def created(
    browser: Browser,
    cast: Cast,
    kind: str,
    *,
    redirect_uris: str = "",
    origins: str = "",
    scopes: tuple[str, ...] = (),
) -> Application:
    known = {one.id for one in applications(cast)}
    browser.visit(f"/o/{cast.own.slug}/applications/new/{kind}")
    form = browser.forms[form_of(browser, f"/{kind}")]
    typed: dict[str, str | list[str]] = {
        "redirect_uris": redirect_uris,
        "origins": origins,
        "scopes": list(scopes),
    }
    browser.post(form.action, **{**form.fields, "name": f"Harbour {kind}", **typed})
    assert browser.status == 200, browser.page
    (made,) = (one for one in applications(cast) if one.id not in known)
    return made


def form_of(browser: Browser, ending: str) -> int:
    """Which form of the page goes to an address that ends so."""
    return next(at for at, one in enumerate(browser.forms) if one.action.endswith(ending))


def test_each_kind_is_made_with_what_it_needs(cast: Cast, visitors: Visitors) -> None:
    browser = visitors.browser("developer")
    cast.world.make.api(None, "harbour:read")
    made = {
        "web": created(browser, cast, "web", redirect_uris=CALLBACK),
        "spa": created(browser, cast, "spa", redirect_uris=CALLBACK, origins="https://harbour.example.test"),
        "native": created(browser, cast, "native", redirect_uris="http://127.0.0.1/callback"),
        "service": created(browser, cast, "service", scopes=("harbour:read",)),
        "device": created(browser, cast, "device"),
        "mcp": created(browser, cast, "mcp", redirect_uris="http://127.0.0.1/callback"),
    }
    assert {kind: one.type for kind, one in made.items()} == {
        "web": "confidential",
        "spa": "public",
        "native": "public",
        "service": "backend",
        "device": "public",
        "mcp": "public",
    }
    assert made["native"].platform == "native"
    assert made["service"].scopes == frozenset({"harbour:read"})
    assert "urn:ietf:params:oauth:grant-type:device_code" in made["device"].settings.grant_types


def test_the_secret_is_shown_once_and_works_and_is_nowhere_again(cast: Cast, visitors: Visitors) -> None:
    browser = visitors.browser("developer")
    cast.world.make.api(None, "harbour:read")
    made = created(browser, cast, "service", scopes=("harbour:read",))
    shown, address = browser.page, browser.address
    secret = "gws_" + shown.split("gws_", 1)[1].split("<", 1)[0].split('"', 1)[0]
    assert secret not in address
    assert cast.world.token(made, secret, grant_type="client_credentials").status_code == 200
    base = f"/o/{cast.own.slug}/applications/"
    for tab in ("", "/credentials"):
        browser.visit(f"{base}{applications_id(made)}{tab}")
        assert browser.status == 200
        assert secret not in browser.page
    assert f"ends in {secret[-4:]}" in browser.page


def applications_id(application: Application) -> str:
    return to_text(application.id)


def test_a_second_click_makes_nothing_more_and_shows_the_same(cast: Cast, visitors: Visitors) -> None:
    """Idempotent: the page of the first click comes again, its secret too."""
    browser = visitors.browser("developer")
    browser.visit(f"/o/{cast.own.slug}/applications/new/web")
    form = browser.forms[form_of(browser, "/web")]
    before = len(applications(cast))
    sent = {**form.fields, "name": "Twice", "redirect_uris": CALLBACK}
    browser.post(form.action, **sent)
    first = browser.page
    browser.post(form.action, **sent)
    assert len(applications(cast)) == before + 1
    assert first.split("gws_")[1][:20] == browser.page.split("gws_")[1][:20]


def test_what_was_filled_in_stays_when_it_is_refused(cast: Cast, visitors: Visitors) -> None:
    browser = visitors.browser("developer")
    before = len(applications(cast))
    browser.visit(f"/o/{cast.own.slug}/applications/new/web")
    browser.submit(
        form=form_of(browser, "/web"),
        name="Kept Words",
        redirect_uris=f"{CALLBACK}\r\nhttp://harbour.example.test/plain",
    )
    assert browser.status == 422
    form = browser.forms[form_of(browser, "/web")]
    assert form.fields["name"] == "Kept Words"
    assert form.fields["redirect_uris"] == f"{CALLBACK}\nhttp://harbour.example.test/plain"
    assert "Line 2:" in browser.page
    assert 'href="#redirect_uris"' in browser.page
    assert browser.title.startswith("Error:")
    assert len(applications(cast)) == before


def test_two_who_change_the_same_see_both_versions(cast: Cast, visitors: Visitors) -> None:
    first, second = visitors.browser("developer"), visitors.browser("admin")
    records = cast.records(cast.own)
    page = f"/o/{cast.own.slug}/applications/{records.ids['application_id']}"
    first.visit(page)
    second.visit(page)
    second.submit(form=form_of(second, "/save"), description="What the admin wrote")
    assert second.status == 200
    first.submit(form=form_of(first, "/save"), description="What the developer wrote")
    assert first.status == 412
    assert "What the developer wrote" in first.page
    assert "What the admin wrote" in first.page
    first.submit(form=form_of(first, "/save"))
    assert first.status == 200
    stored = next(one for one in applications(cast) if one.id == from_text(records.ids["application_id"]))
    assert stored.description == "What the developer wrote"


def test_a_box_that_is_left_empty_takes_the_last_one_away(cast: Cast, visitors: Visitors) -> None:
    browser, records = visitors.browser("developer"), cast.records(cast.own)
    page = f"/o/{cast.own.slug}/applications/{records.ids['application_id']}/scopes"
    browser.visit(page)
    form = browser.forms[form_of(browser, "/save")]
    assert form.ticked == {"scopes": ["openid"]}
    browser.submit(form=form_of(browser, "/save"), scopes=[])
    assert browser.status == 200
    stored = next(one for one in applications(cast) if one.id == from_text(records.ids["application_id"]))
    assert stored.scopes == frozenset()


def test_a_session_that_ended_during_a_form_loses_nothing(cast: Cast, visitors: Visitors) -> None:
    """After signing in again the form is there as it was filled in; nothing was saved before it is sent."""
    browser, records = visitors.browser("developer"), cast.records(cast.own)
    page = f"/o/{cast.own.slug}/applications/{records.ids['application_id']}"
    browser.visit(page)
    form, person = browser.forms[form_of(browser, "/save")], visitors.people["developer"]
    del browser.cookies["__Host-session"]
    browser.post(form.action, **{**form.fields, "description": "Written before the session ended"})
    assert "password" in browser.forms[0].fields
    assert "Written" not in browser.address
    browser.submit(email=person.email, password=person.password)
    form = browser.forms[form_of(browser, "/save")]
    assert form.fields["description"] == "Written before the session ended"
    assert "You were signed out meanwhile" in browser.page
    kept = browser.address
    browser.submit(form=form_of(browser, "/save"))
    stored = next(one for one in applications(cast) if one.id == from_text(records.ids["application_id"]))
    assert stored.description == "Written before the session ended"
    browser.visit(kept)
    assert "You were signed out meanwhile" not in browser.page


def test_what_one_person_wrote_is_not_shown_to_the_next_in_the_same_browser(
    cast: Cast, visitors: Visitors
) -> None:
    browser, records = visitors.browser("developer"), cast.records(cast.own)
    other = cast.world.make.person(cast.own, role="owner")
    browser.visit(f"/o/{cast.own.slug}/applications/{records.ids['application_id']}")
    form = browser.forms[form_of(browser, "/save")]
    del browser.cookies["__Host-session"]
    browser.post(form.action, **{**form.fields, "description": "Not for others"})
    browser.submit(email=other.email, password=other.password)
    assert browser.status == 200
    assert "Not for others" not in browser.page
    browser.post(form.action, **{**form.fields, "description": "Not in their name"})
    assert browser.status == 400, "the form was shown to somebody else"
    stored = next(one for one in applications(cast) if one.id == from_text(records.ids["application_id"]))
    assert stored.description != "Not in their name"


def test_disabling_says_what_breaks_and_ends_tokens(cast: Cast, visitors: Visitors) -> None:
    browser = visitors.browser("developer")
    cast.world.make.api(None, "harbour:read")
    made = created(browser, cast, "service", scopes=("harbour:read",))
    page = f"/o/{cast.own.slug}/applications/{applications_id(made)}/danger"
    browser.visit(f"{page}/disable")
    assert "Harbour service and every token" in browser.page
    browser.submit(form=form_of(browser, "/disable"))
    assert next(one for one in applications(cast) if one.id == made.id).state == "disabled"
    browser.visit(f"{page}/delete")
    browser.submit(form=form_of(browser, "/delete"), typed="harbour service")
    assert browser.status == 422
    assert next(one for one in applications(cast) if one.id == made.id).state == "disabled"
    browser.submit(form=form_of(browser, "/delete"), typed="Harbour service")
    assert next(one for one in applications(cast) if one.id == made.id).state == "deletion_scheduled"


def test_what_people_wrote_is_shown_as_they_wrote_it(cast: Cast, visitors: Visitors) -> None:
    """Neither run nor translated: a name may be a word of ours, or a tag."""
    browser = visitors.browser("developer")
    browser.language = "de"
    browser.visit(f"/o/{cast.own.slug}/applications/new/web")
    browser.submit(form=form_of(browser, "/web"), name="<b>%(name)s Owner</b>", redirect_uris=CALLBACK)
    browser.visit(f"/o/{cast.own.slug}/applications")
    assert "&lt;b&gt;%(name)s Owner&lt;/b&gt;" in browser.page
