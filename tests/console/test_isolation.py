"""The isolation matrix of the console: every page and every form, every position, records of every kind of owner.

The cells are made from the table of places, so a page without a cell cannot exist.
"""

from __future__ import annotations

import pytest

from grantway.edges.console.here import ELSEWHERE
from grantway.edges.console.table import Form, Place
from grantway.edges.web.csrf import FIELD
from grantway.edges.web.operations import Operation, Tenant
from grantway.edges.web.records.acting import operation_named
from tests.api.cast import Cast, Records
from tests.api.test_isolation import everything
from tests.console.visitors import EVERYTHING, POSITIONS, UNKNOWN, Visitors, address_of, parameters_of

TARGETS = ("own", "other", "deleted", "unknown")
_FITTING = {403, 404}


def operations_of(place: Place, form: Form | None) -> list[Operation]:
    """All that somebody must be allowed who comes to this address."""
    names = [place.reads, *([place.needs] if place.needs else []), *([form.does] if form else [])]
    return [operation_named(one) for one in names]


def is_allowed(visitors: Visitors, position: str, operation: Operation) -> bool:
    """Whether the position may do an operation in the organization where it works."""
    _where, role = visitors.place_of(position)
    if operation.tenant is Tenant.PLATFORM or operation.permission.is_platform:
        return position == "operator"
    if operation.permission.scope is None:
        return True
    return position == "operator" or role in operation.permission.roles


def expected(visitors: Visitors, position: str, target: str, place: Place, form: Form | None) -> set[int]:
    """What a refused address answers; empty where it is for the position, and its own record."""
    if not all(is_allowed(visitors, position, one) for one in operations_of(place, form)):
        return _FITTING
    if target != "own" and parameters_of(place, form):
        return {404}
    return set()


def ids_of(records: Records, target: str, gone: Records) -> dict[str, str]:
    if target == "unknown":
        return dict.fromkeys(records.ids, UNKNOWN)
    return dict(gone.ids if target == "deleted" else records.ids)


@pytest.mark.parametrize("position", POSITIONS)
def test_nobody_sees_or_does_what_is_not_theirs(cast: Cast, visitors: Visitors, position: str) -> None:
    where, _role = visitors.place_of(position)
    browser = visitors.browser(position)
    own = cast.records(where)
    foreign = cast.other if where.id != cast.other.id else cast.own
    other, gone = cast.records(foreign), cast.deleted_records()
    cast.world.product.poll()
    before, asked = everything(cast), 0
    for place, form in EVERYTHING:
        for target in TARGETS:
            if place.id.startswith(ELSEWHERE) and position == "operator" and target == "other":
                continue  # Operators reach all organizations: that is what these pages are for.
            wanted = expected(visitors, position, target, place, form)
            if not wanted:
                continue
            ids = ids_of(other if target == "other" else own, target, gone)
            address = address_of(place, where.slug, ids, form)
            if form is None:
                browser.visit(address)
            else:
                named = {name: ids[name] for name in parameters_of(place, form)}
                proof = visitors.proof(position, form, {"slug": where.slug, **named})
                browser.post(address, **{FIELD: proof, "version": "1", "reader": visitors.reader(position)})
            asked += 1
            assert browser.status in wanted, (position, target, address, browser.status, browser.title)
            assert other.canary not in browser.page, (position, target, address)
    assert everything(cast) == before, "a refused form changed something"
    assert asked > 40


@pytest.mark.parametrize("position", POSITIONS)
def test_the_console_of_another_organization_is_not_there(
    cast: Cast, visitors: Visitors, position: str
) -> None:
    """It looks as one does that never was; and so does one's own while it is disabled."""
    where, _role = visitors.place_of(position)
    browser = visitors.browser(position)
    gone = cast.world.make.organization("Heron Lines")
    cast.world.make.change_organization(gone, state="disabled")
    slugs = {cast.own.slug, cast.other.slug, gone.slug, "nowhere", cast.world.make.platform.slug} - {
        where.slug
    }
    shapes = set()
    for place, form in EVERYTHING:
        if form is not None:
            continue
        for slug in sorted(slugs):
            browser.visit(address_of(place, slug, dict.fromkeys(parameters_of(place, None), UNKNOWN)))
            assert browser.status == 404, (position, slug, place.id)
            shapes.add(browser.page.split("<dl")[0])
    assert len(shapes) == 1


def test_a_role_that_was_taken_away_is_gone_with_the_next_click(cast: Cast, visitors: Visitors) -> None:
    browser, person = visitors.browser("developer"), visitors.people["developer"]
    browser.visit(f"/o/{cast.own.slug}/applications")
    assert browser.status == 200
    cast.world.make.change_membership(person, cast.own, role="member")
    browser.visit(f"/o/{cast.own.slug}/applications")
    assert browser.status == 403
    assert "Ask an admin" in browser.page
    cast.world.make.change_membership(person, cast.own, state="disabled")
    browser.visit(f"/o/{cast.own.slug}/applications")
    assert browser.status == 404


def test_a_form_of_another_browser_or_of_another_record_does_nothing(cast: Cast, visitors: Visitors) -> None:
    """V138: the proof is for this form, of these records, in this organization and this browser."""
    records, others = cast.records(cast.own), cast.records(cast.own)
    browser, admin = visitors.browser("developer"), visitors.browser("admin")
    base = f"/o/{cast.own.slug}/applications/"
    browser.visit(f"{base}{records.ids['application_id']}")
    form = next(one for one in browser.forms if one.action.endswith("/save"))
    before = everything(cast)
    browser.post(f"{base}{others.ids['application_id']}/save", **{**form.fields, "name": "Taken over"})
    assert browser.status >= 400
    admin.post(form.action, **{**form.fields, "name": "Taken over"})
    assert admin.status >= 400
    assert everything(cast) == before


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(cast: Cast, visitors: Visitors) -> None:
    visitors.browser("developer")
    person = visitors.people["developer"]
    records = cast.records(cast.own)
    stranger = cast.world.browser()
    for place, form in EVERYTHING:
        if form is not None or place.id.startswith(ELSEWHERE):
            continue
        stranger.visit(address_of(place, cast.own.slug, records.ids))
        assert "password" in stranger.forms[0].fields, place.id
    stranger.visit(f"/o/{cast.own.slug}/applications/new")
    stranger.submit(email=person.email, password=person.password)
    assert stranger.address.endswith(f"/o/{cast.own.slug}/applications/new")
