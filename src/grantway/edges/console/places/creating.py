"""Registering an application, step by step: what is being built decides the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grantway.edges.console.blocks import Card, Cards, Heading, Once, Option, Section, View
from grantway.edges.console.cells import Press
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import scope_options
from grantway.edges.console.samples import samples_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, Words, _, words

SIGN_IN = ("authorization_code", "refresh_token")
IDENTITY = ("openid", "profile", "email", "offline_access")


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that people build, and what it is registered as."""

    name: str
    title: str
    text: str
    given: Mapping[str, Any]
    fields: tuple[str, ...]


_WEB = ("name", "redirect_uris")
KINDS = (
    Kind(
        "web",
        _("Web application"),
        _("A server renders pages and keeps a secret: Django, Rails, Spring, Express."),
        {"type": "confidential", "grant_types": SIGN_IN, "scopes": IDENTITY},
        _WEB,
    ),
    Kind(
        "spa",
        _("Single-page application"),
        _("JavaScript in a browser. It has no secret and proves itself by PKCE."),
        {"type": "public", "grant_types": SIGN_IN, "scopes": IDENTITY},
        ("name", "redirect_uris", "origins"),
    ),
    Kind(
        "native",
        _("Native application"),
        _("An app on a phone or a desktop, or a command. It signs in through the browser."),
        {"type": "public", "platform": "native", "grant_types": SIGN_IN, "scopes": IDENTITY},
        ("name", "redirect_uris"),
    ),
    Kind(
        "service",
        _("Service without people"),
        _("A job, a daemon, a backend. It gets tokens for itself by its secret."),
        {"type": "backend", "grant_types": ("client_credentials",)},
        ("name", "scopes"),
    ),
    Kind(
        "device",
        _("Device without a browser"),
        _("A television, a printer, a terminal. People allow it on another screen with a code."),
        {
            "type": "public",
            "grant_types": ("urn:ietf:params:oauth:grant-type:device_code", "refresh_token"),
            "scopes": IDENTITY,
        },
        ("name",),
    ),
    Kind(
        "mcp",
        _("MCP client"),
        _("An assistant that calls tools of a Model Context Protocol server in a person's name."),
        {
            "type": "public",
            "platform": "native",
            "grant_types": SIGN_IN,
            "scopes": ("openid", "offline_access"),
        },
        ("name", "redirect_uris", "scopes"),
    ),
)


def _foreign(here: Here) -> dict[str, Record]:
    """The presets of applications that are written for another system whose wire form is served here."""
    return {one["name"]: one for one in here.every("listPresets") if one["title"] and one["is_spoken"]}


def _systems(here: Here) -> tuple[Option, ...]:
    return tuple(Option(name, one["title"]) for name, one in _foreign(here).items())


def show(here: Here) -> View:
    """What can be built: ours, and what is written for a system whose wire form is served here."""
    cards = [
        Card(Words(form.title), Words(form.lead), here.address_of(form))
        for form in here.place.forms
        if form.path != OTHER
    ]
    other = here.address_of(here.own(OTHER))
    cards += [
        Card(
            words(_("Written for %(system)s"), system=one["title"]), one["summary"], f"{other}?preset={name}"
        )
        for name, one in _foreign(here).items()
    ]
    return View([Cards(cards)])


def _with_secret(here: Here, answer: Any) -> Any:
    """The first secret of what can keep one, in the transaction that makes the application."""
    if answer["type"] == "public" or not here.may("createSecret"):
        return {**answer, "secret": None}
    ids = {"application_id": id_of(answer["id"]), "organization_id": id_of(answer["organization_id"])}
    secret = here.acting.do("createSecret", ids, {"label": FIRST})
    return {**answer, "secret": secret["secret"]}


FIRST = "first"
"""The label of the secret that comes with a new application."""


def made(here: Here, answer: Any) -> View:
    """The new application: its credentials, once, and programs with its own values."""
    ids = {"application_id": id_of(answer["id"])}
    rows: list[tuple[Text, str]] = [(words(_("Client ID")), answer["client_id"])]
    text = words(_("Copy the client ID. It is not secret, and you find it again under Settings."))
    if answer["secret"] is not None:
        rows.append((words(_("Client secret")), answer["secret"]))
        text = words(_("Copy the secret now. It is not shown again."))
    return View(
        [
            Once(rows, text, f"{answer['client_id']}.txt"),
            Section(words(_("Use it")), samples_of(here.issuer, answer)),
            Press(words(_("Go to the application")), here.at("application.settings", **ids), is_link=True),
        ],
        Heading(words(_("%(name)s is ready"), name=answer["name"])),
        Press(words(_("Try it now")), here.at("application.try", **ids), tone="primary", is_link=True),
    )


def _form(kind: Kind) -> Form:
    fields: list[str | Field] = [
        Field(name="scopes", options=scope_options) if name == "scopes" else name for name in kind.fields
    ]
    return Form(
        path=kind.name,
        does="createApplication",
        is_apart=True,
        title=kind.title,
        lead=kind.text,
        button=_("Create application"),
        fields=tuple(fields),
        given=kind.given,
        values=lambda _here: {"scopes": kind.given.get("scopes", ())},
        then=_with_secret,
        shown_once=made,
    )


OTHER = "other"
_WRITTEN_FOR_ANOTHER = Form(
    path=OTHER,
    does="createApplication",
    is_apart=True,
    title=_("Written for another system"),
    lead=_("It keeps its paths, parameters and answers. Its preset sets the policies of that system."),
    button=_("Create application"),
    fields=(
        Field(
            name="preset", options=_systems, label=_("System"), help=_("Its guide is what it was written to.")
        ),
        Field(name="type", widget="radio"),
        "name",
        "description",
        Field(name="base_url", widget="url"),
        "redirect_uris",
        "notification_addresses",
        Field(name="scopes", options=scope_options),
    ),
    values=lambda here: {"preset": here.query.get("preset"), "type": "confidential"},
    then=_with_secret,
    shown_once=made,
)

PLACES = (
    Place(
        id="application.new",
        path="applications/new",
        title=_("Create application"),
        lead=_("What are you building? This sets its type, its grants and sensible defaults."),
        reads="listApplications",
        needs="createApplication",
        show=show,
        under="applications",
        finds=("New Client", "Register an application", "New application", "Create client"),
        forms=(*(_form(one) for one in KINDS), _WRITTEN_FOR_ANOTHER),
    ),
)
