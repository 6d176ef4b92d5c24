"""Pages are well-formed, escaped, labelled, translated, and work under the strictest policy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from jinja2 import UndefinedError

from grantway.edges.web.filters import problems, prose
from grantway.edges.web.openapi_view import openapi_view
from grantway.edges.web.pages import Pages, StaticFile, load_static
from tools.catalogue import extracted, shortcomings, translations
from tools.gallery_api import API
from tools.gallery_samples import SAMPLES

PAGES = Pages()
HOSTILE = "\"><script>alert(1)</script>'<img src=x onerror=alert(1)>{{7*7}}"
EVERY_PAGE = [(name, locale) for name in SAMPLES for locale in PAGES.locales]
VOID = {"meta", "link", "input", "img", "br"}


class Outline(HTMLParser):
    """What a page holds, as far as these tests ask."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.left_open = self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID and not self._self_closed():
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data

    def _self_closed(self) -> bool:
        return (self.get_starttag_text() or "").endswith("/>")

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_every_page_has_a_sample() -> None:
    frames = {"base.html", "layout.html", "wide.html", "parts.html", "walk.html"}
    folder = files("grantway.edges.web").joinpath("templates")
    # Those of the console are drawn from its table, by tests/console.
    templates = {one.name for one in folder.iterdir() if one.is_file()}
    assert templates - frames == {sample.template for sample in SAMPLES.values()}


def drawn(name: str, locale: str = "en") -> str:
    sample = SAMPLES[name]
    return PAGES.render(sample.template, locale, **dict[str, Any](sample.values))


def poisoned(value: object) -> object:
    if isinstance(value, str):
        return HOSTILE
    if isinstance(value, Mapping):
        return {key: poisoned(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [poisoned(one) for one in value] if isinstance(value, list) else tuple(map(poisoned, value))
    return value


@pytest.mark.parametrize(("name", "locale"), EVERY_PAGE)
def test_a_page_has_one_main_one_heading_a_title_and_its_language(name: str, locale: str) -> None:
    outline = Outline(drawn(name, locale))
    assert outline.left_open == []
    assert [len(outline.all(tag)) for tag in ("main", "h1", "title")] == [1, 1, 1]
    assert outline.all("html")[0]["lang"] == locale
    assert outline.texts["title"].endswith(" - Grantway")
    assert ("a", {"class": "skip", "href": "#content"}) in outline.tags


@pytest.mark.parametrize(("name", "locale"), EVERY_PAGE)
def test_a_page_needs_nothing_that_the_policy_forbids(name: str, locale: str) -> None:
    outline = Outline(drawn(name, locale))
    assert outline.all("style") == []
    for script in outline.all("script"):
        assert (script["src"] or "").startswith("/static/")
    for _tag, attributes in outline.tags:
        assert "style" not in attributes
        assert not [one for one in attributes if one.startswith("on")]
        assert not (attributes.get("href") or "").lower().startswith("javascript:")


KINDS = frozenset({"primary", "plain", "quiet", "danger"})


@pytest.mark.parametrize("name", SAMPLES)
def test_every_button_is_of_one_kind(name: str) -> None:
    """One without a kind is drawn by the browser, in grey, beside ours."""
    for tag, attributes in Outline(drawn(name)).tags:
        classes = set((attributes.get("class") or "").split())
        if "button" in classes:
            assert len(classes & KINDS) == 1, (tag, attributes)


@pytest.mark.parametrize(("name", "locale"), EVERY_PAGE)
def test_ids_are_unique_and_every_reference_to_one_leads_somewhere(name: str, locale: str) -> None:
    outline = Outline(drawn(name, locale))
    ids = Counter(attributes["id"] for _tag, attributes in outline.tags if "id" in attributes)
    assert [one for one, count in ids.items() if count > 1] == []
    for _tag, attributes in outline.tags:
        for reference in ("for", "aria-labelledby", "aria-describedby", "data-reveals"):
            assert set((attributes.get(reference) or "").split()) <= set(ids)
        href = attributes.get("href") or ""
        assert not href.startswith("#") or href[1:] in ids


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_field_has_a_label(name: str) -> None:
    outline = Outline(drawn(name))
    labelled = {label["for"] for label in outline.all("label")}
    for field in outline.all("input"):
        assert field.get("type") == "hidden" or "aria-hidden" in field or field["id"] in labelled


@pytest.mark.parametrize(("name", "locale"), EVERY_PAGE)
def test_what_people_and_applications_say_is_never_markup(name: str, locale: str) -> None:
    sample = SAMPLES[name]
    values: dict[str, Any] = {key: poisoned(value) for key, value in sample.values.items() if key != "api"}
    page = PAGES.render(sample.template, locale, **dict[str, Any](sample.values) | values)
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert not [
        script for script in Outline(page).all("script") if not (script["src"] or "").startswith("/static/")
    ]


def test_the_reference_never_shows_a_description_as_markup() -> None:
    api = {
        **API,
        "info": {"title": HOSTILE, "description": HOSTILE + "\n\n`" + HOSTILE + "`", "version": HOSTILE},
    }
    page = PAGES.render("reference.html", "en", api=api, trial=SAMPLES["reference"].values["trial"])
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_missing_value_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(UndefinedError):
        PAGES.render("signin.html", "en", action="/signin")


def test_a_form_that_was_refused_says_so_at_the_top_and_beside_the_field() -> None:
    outline = Outline(drawn("activate-error"))
    assert outline.texts["title"].startswith("Error: ")
    links = [one["href"] for one in outline.all("a")]
    assert links[1:] == ["#new_password", "#confirm"]
    fields = {one["id"]: one for one in outline.all("input") if one.get("aria-invalid")}
    assert fields["confirm"]["aria-describedby"] == "confirm-error"
    assert fields["new_password"]["aria-describedby"] == "new_password-help new_password-error"


def test_a_password_is_never_filled_in_again() -> None:
    for name in ("signin-error", "activate-error"):
        for field in Outline(drawn(name)).all("input"):
            assert field.get("type") != "password" or field["value"] == ""


def test_the_risky_scopes_come_first_and_the_two_answers_are_alike() -> None:
    page = drawn("consent")
    assert page.index("Orders API") < page.index("Your profile")
    assert page.index("Delete orders") < page.index("Read the orders")
    buttons = [one for one in Outline(page).all("button") if one.get("name") == "decision"]
    assert [one["value"] for one in buttons] == ["deny", "approve"]
    assert buttons[0]["class"] == buttons[1]["class"]


def test_a_text_given_by_the_caller_is_translated_where_the_catalogue_has_it_and_stays_escaped() -> None:
    page = PAGES.render(
        "error.html", "de", title="Sign in", text="<b>50 %</b>", what_to_do="", error_id="", request_id=""
    )
    assert "Anmelden" in page
    assert "&lt;b&gt;50 %&lt;/b&gt;" in page


@pytest.mark.parametrize(
    ("accept", "wished", "locale"),
    [
        (None, (), "en"),
        ("", (), "en"),
        ("de", (), "de"),
        ("de-AT,de;q=0.9,en;q=0.5", (), "de"),
        ("fr-FR, fr;q=0.9, de;q=0.3, en;q=0.2", (), "de"),
        ("en-GB,de;q=0.9", (), "en"),
        ("de;q=0, en", (), "en"),
        ("de;q=x, en;q=0.1", (), "en"),
        ("fr", (), "en"),
        ("*", (), "en"),
        ("../../etc/passwd", (), "en"),
        ("en", ("de-CH",), "de"),
        ("en", ("fr", "de"), "de"),
        ("de", ("xx",) * 9, "de"),
        ("x" * 600 + ",de", (), "en"),
    ],
)
def test_the_language_is_one_that_is_shipped(
    accept: str | None, wished: tuple[str, ...], locale: str
) -> None:
    assert PAGES.negotiate(accept, wished) == locale


def test_an_unknown_language_reads_as_english() -> None:
    assert '<html lang="en">' in PAGES.render("signed_out.html", "../de", signin_url=None)


def test_days_are_in_the_words_of_the_reader() -> None:
    assert "March 12, 2024" in drawn("consent", "en")
    assert "12. März 2024" in drawn("consent", "de")


def test_every_sentence_of_the_templates_is_translated_into_every_language() -> None:
    source = extracted(templates_only=True)
    languages = list(translations())
    assert [path.parent.parent.name for path, _ in languages] == ["de"]
    for _path, language in languages:
        assert [one for one in shortcomings(source, language) if not one.startswith("no page shows it")] == []


def test_an_address_of_a_static_file_changes_with_its_content() -> None:
    one = Pages({"mark.svg": StaticFile("image/svg+xml", b"1", "aaaa")})
    other = Pages({"mark.svg": StaticFile("image/svg+xml", b"2", "bbbb")})
    assert one.static_url("mark.svg") == "/static/mark.svg?v=aaaa"
    assert other.static_url("mark.svg") == "/static/mark.svg?v=bbbb"


def test_static_files_have_a_type_and_a_version() -> None:
    static = load_static()
    assert {"grantway.css", "developer.css", "mark.svg", "reveal.js", "playground.js"} <= set(static)
    for name, file in static.items():
        assert re.fullmatch(r"[0-9a-f]{16}", file.version), name
        assert file.content_type.startswith(("text/", "image/"))


def test_a_script_imports_only_what_is_served_beside_it() -> None:
    static = load_static()
    for name, file in static.items():
        if name.endswith(".js"):
            source = file.body.decode().replace("http://www.w3.org/2000/svg", "")
            assert set(re.findall(r'from "\./([^"]+)"', source)) <= static.keys(), name
            assert not re.search(
                r"\beval\(|innerHTML|insertAdjacentHTML|document\.write|https?://", source
            ), name


def test_errors_of_a_form_come_in_two_shapes() -> None:
    assert [one.field for one in problems({"email": "Enter an address."})] == ["email"]
    assert [
        (one.field, one.id) for one in problems([{"field": "name", "text": "Enter a name.", "id": "E-1"}])
    ] == [("name", "E-1")]
    assert problems(None) == problems([]) == problems({}) == []
    with pytest.raises(TypeError):
        problems("wrong")


def test_prose_knows_paragraphs_and_code_and_nothing_else() -> None:
    assert prose("One `a<b`.\n\nTwo.") == "<p>One <code>a&lt;b</code>.</p>\n<p>Two.</p>"


def test_the_reference_follows_references_and_flattens_what_is_nested() -> None:
    view = openapi_view(API)
    assert [group.name for group in view.groups] == ["Applications", "Credentials"]
    create = next(one for one in view.groups[0].operations if one.anchor == "createapplication")
    assert create.body is not None
    assert [(field.name, field.required) for field in create.body.fields] == [
        ("name", True),
        ("type", True),
        ("redirect_uris", False),
    ]
    assert create.scopes == ("grantway:applications",)
    assert create.curl.startswith('curl -X POST "https://id.northwind.example/api/v1/applications" \\\n')
    refused = next(one for one in create.responses if one.status == "422")
    assert refused.errors == ("E-APP-01", "E-APP-02", "E-APP-07")
    created = next(one for one in create.responses if one.status == "201")
    assert created.body is not None
    assert ("effective", "audience.") in [(field.name, field.parent) for field in created.body.fields]
    assert '"id": "8q2kV1"' in created.body.example


def test_a_schema_that_holds_itself_ends() -> None:
    node = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "parent": {"$ref": "#/components/schemas/Node"}},
    }
    loop = {"$ref": "#/components/schemas/Loop"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}
    circle = {"application/json": {"schema": loop}}
    api = {
        "paths": {
            "/n": {"post": {"requestBody": {"content": content}, "responses": {"200": {"content": circle}}}}
        },
        "components": {"schemas": {"Node": node, "Loop": loop}},
    }
    operation = openapi_view(api).groups[0].operations[0]
    assert operation.body is not None
    assert [field.parent for field in operation.body.fields] == [
        "",
        "",
        "parent.",
        "parent.",
        "parent.parent.",
        "parent.parent.",
    ]


def test_types_are_said_in_few_words() -> None:
    schema = {
        "allOf": [
            {"type": "object", "required": ["a"], "properties": {"a": {"type": ["string", "null"]}}},
            {
                "properties": {
                    "b": {"oneOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}]}
                }
            },
            {
                "properties": {
                    "c": {
                        "enum": ["x", "y"],
                        "type": "string",
                        "minLength": 1,
                        "maxLength": 9,
                        "default": "x",
                    }
                }
            },
        ]
    }
    api = {"paths": {"/n": {"put": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}}}
    operation = openapi_view(api).groups[0].operations[0]
    assert operation.body is not None
    fields = {field.name: field for field in operation.body.fields}
    assert {name: field.type for name, field in fields.items()} == {
        "a": "string | null",
        "b": "integer | array of string",
        "c": "string",
    }
    assert fields["a"].required
    assert fields["c"].rules == (("one_of", "x, y"), ("length", "1-9"), ("default", '"x"'))
    assert not fields["b"].required
