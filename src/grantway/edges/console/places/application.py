"""One application: what stands above its tabs, and the tabs in which its record is read and changed."""

from __future__ import annotations

from grantway.edges.console.asking import form_on
from grantway.edges.console.blocks import Block, Facts, Heading, Notice, Option, View
from grantway.edges.console.cells import Code, Link, Said, Tags, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.reading import publication_of, state_of, type_of
from grantway.edges.console.table import Field, Form, Group, Place
from grantway.edges.web.words import Text, _, words

READ = "readApplication"
CHANGE = "updateApplication"
SAVED = _("Saved.")
BASE = "applications/{application_id}"


def record(here: Here) -> Record:
    """The application of the page."""
    return here.read(READ)


def heading(here: Here) -> Heading:
    """Its name, and how it stands."""
    one = record(here)
    states = [state_of(one), *([publication_of(one)] if one["publication"] != "draft" else [])]
    if here.is_elsewhere:
        back = Link(words(_("OAuth applications")), here.at("site.applications"))
    else:
        back = Link(words(_("Applications")), here.at("applications"))
    return Heading(one["name"], "", states, back)


def warnings(here: Here) -> list[Block]:
    """What keeps the application from working, and who can do something about it."""
    one = record(here)
    found: list[Block] = []
    if one["suspended_at"]:
        text = words(
            _("Operators suspended this application: %(reason)s"), reason=one["suspension_reason"] or "-"
        )
        found.append(Notice(text, "bad"))
    if one["state"] == "deletion_scheduled":
        text = words(
            _("This application is scheduled for deletion. Until then it can be restored in Danger zone.")
        )
        found.append(Notice(text, "warn"))
    return found


# Settings -------------------------------------------------------------------------------------------


def show_settings(here: Here) -> View:
    """What it is called, what it is for, and its identifiers."""
    one = record(here)
    facts: list[tuple[Text, Said | Code | When | Tags]] = [
        (words(_("Client ID")), Code(one["client_id"])),
        (words(_("Type")), type_of(one)),
        (words(_("Preset")), Said(one["preset"])),
        (words(_("Wire forms")), Tags(one["dialects"])),
        (words(_("Created")), When(one["created_at"])),
        (words(_("Last changed")), When(one["updated_at"])),
    ]
    return View([*warnings(here), Facts(facts), *form_on(here, "save")])


# Sign-in and redirects, CORS ------------------------------------------------------------------------


def _signs_people_in(here: Here) -> bool:
    return bool(record(here)["type"] != "backend")


def show_sign_in(here: Here) -> View:
    """Where codes may be sent, and who may sign in."""
    return View(form_on(here, "save"))


def show_cors(here: Here) -> View:
    """From which origins scripts may call."""
    return View(form_on(here, "save"))


# Scopes ---------------------------------------------------------------------------------------------


def scope_options(here: Here) -> tuple[Option, ...]:
    """The scopes that there are, as their APIs describe them; those that the record has and are gone, too."""
    listed = here.every("listCatalogue") if here.may("listCatalogue") else []
    options = [Option(one["value"], one["value"], one["text"]) for one in listed]
    known = {one.value for one in options}
    held = record(here)["scopes"] if "application_id" in here.ids else ()
    return (*options, *(Option(one, one) for one in held if one not in known))


def show_scopes(here: Here) -> View:
    """What it may ask for at most."""
    return View(form_on(here, "save"))


GROUPS = (Group(id="application", heading=heading),)

PLACES = (
    Place(
        id="application.settings",
        path=BASE,
        title=_("Settings"),
        reads=READ,
        show=show_settings,
        group="application",
        under="applications",
        forms=(
            Form(
                path="save",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=(
                    "name",
                    "description",
                    Field(name="base_url", widget="url"),
                    Field(name="logo_url", widget="url", label=_("Logo")),
                    Field(name="owner_email", widget="email"),
                    "notification_addresses",
                ),
            ),
        ),
    ),
    Place(
        id="application.sign_in",
        path=BASE + "/sign-in",
        title=_("Sign-in and redirects"),
        reads=READ,
        show=show_sign_in,
        group="application",
        under="applications",
        fits=_signs_people_in,
        forms=(
            Form(
                path="save",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=(
                    "redirect_uris",
                    "post_logout_redirect_uris",
                    Field(name="audience", widget="radio"),
                    "audience_organizations",
                    "platform",
                    "pkce",
                    "consent",
                    "strict_scopes",
                ),
            ),
        ),
    ),
    Place(
        id="application.cors",
        path=BASE + "/cors",
        title=_("CORS"),
        lead=_("A script in a browser may call this server only from an origin that is listed here."),
        reads=READ,
        show=show_cors,
        group="application",
        under="applications",
        fits=_signs_people_in,
        forms=(Form(path="save", does=CHANGE, button=_("Save"), done=SAVED, fields=("origins",)),),
    ),
    Place(
        id="application.scopes",
        path=BASE + "/scopes",
        title=_("Scopes"),
        lead=_("What it may ask for at most. People and organizations may allow less."),
        reads=READ,
        show=show_scopes,
        group="application",
        under="applications",
        forms=(
            Form(
                path="save",
                does=CHANGE,
                button=_("Save"),
                done=SAVED,
                fields=(Field(name="scopes", options=scope_options),),
            ),
        ),
    ),
)
