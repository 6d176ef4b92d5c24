"""What the table of the console promises about itself."""

from __future__ import annotations

import pytest

from grantway.edges.console import forms
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import ELSEWHERE
from grantway.edges.console.table import Form, Place
from grantway.edges.console.table_of_all import ENTRIES, GROUPS, PLACES
from tests.console.visitors import EVERYTHING, address_of, parameters_of
from tools.catalogue import extracted

FORMS = [(place, form) for place, form in EVERYTHING if form is not None]
TABLE = {one.id: one for one in PLACES}
SENTENCES = {str(message.id) for message in extracted()}


def test_every_page_and_form_has_an_id_and_an_address_of_its_own() -> None:
    assert len(TABLE) == len(PLACES)
    shapes = [
        address_of(place, "x", dict.fromkeys(parameters_of(place, form), "*"), form)
        for place, form in EVERYTHING
    ]
    assert len(set(shapes)) == len(shapes)


def test_what_the_table_names_is_in_it() -> None:
    for place in PLACES:
        assert not place.group or place.group in {one.id for one in GROUPS}, place.id
        assert not place.under or place.under in TABLE, place.id
        for form in place.forms:
            assert not form.leads_to or form.leads_to in TABLE, (place.id, form.path)
            assert not form.makes or form.makes in TABLE[form.leads_to].parameters
    for entry in ENTRIES:
        assert entry.place in TABLE


@pytest.mark.parametrize(("place", "form"), FORMS, ids=[f"{a.id}-{b.path}" for a, b in FORMS])
def test_a_form_asks_for_members_that_its_operation_takes(place: Place, form: Form) -> None:
    """Each with a name and, where it is no plain choice, with what is said of it; a widget that can be drawn."""
    known = asked_of(form.operation.request) if form.operation.request is not None else {}
    for field in forms.fields_of(form):
        if (form.shaped is not None or form.each is not None) and field.name not in known:
            assert field.label
            continue
        one = known[field.name]
        assert field.widget or field.options or one.widget != "unknown", field.name
        assert field.label or "_" not in one.label
    assert set(form.given) <= set(known)
    if form.each is None:
        # What is done with each of several records takes their ids from what was chosen.
        assert set(form.operation.parameters) <= parameters_of(place, form) | {"organization_id"}


def test_pages_of_a_record_are_those_of_one_organization_or_say_so() -> None:
    """What an operator does elsewhere stands in the path, so that no two tabs are mistaken for each other."""
    for place in PLACES:
        if place.id.startswith(ELSEWHERE) and "application_id" in place.parameters:
            assert "organization_id" in place.parameters


@pytest.mark.parametrize(("place", "form"), FORMS, ids=[f"{a.id}-{b.path}" for a, b in FORMS])
def test_what_a_form_says_is_said_in_every_language(place: Place, form: Form) -> None:
    """Labels, help and the words for values, wherever they stand, are marked for the catalogues."""
    known = asked_of(form.operation.request) if form.operation.request is not None else {}
    for field in forms.fields_of(form):
        one = known.get(field.name)
        said = [field.label or (one.label if one else ""), field.help or (one.help if one else "")]
        if field.options is None and one is not None:
            said += [one.labels.get(value, "") for value in one.values]
        assert [text for text in said if text and text not in SENTENCES] == [], field.name
