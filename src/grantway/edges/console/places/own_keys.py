"""A person's own access keys in an organization."""

from __future__ import annotations

from dataclasses import replace

from grantway.core.identifiers import to_text
from grantway.edges.console import keys_shown
from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import View
from grantway.edges.console.here import Here
from grantway.edges.console.table import Place
from grantway.edges.web.words import _, words


def show(here: Here) -> View:
    """The list, with what one may do about each."""
    make = next(iter(press_on(here, keys_shown.CREATE, tone="primary")), None)
    empty = words(_("You have no access key here yet. Make one: its secret is shown once."))
    title = words(_("Your access keys"))
    table = replace(keys_shown.table_of(here, title, empty, user=to_text(here.user.id)), empty_action=make)
    return View([table], primary=make)


PLACES = (
    Place(
        id="keys",
        path="keys",
        title=_("Your access keys"),
        lead=_(
            "What programs use that act in your name: ID and secret go to an application, and "
            "the application acts "
            "as you."
        ),
        reads="listAccessKeys",
        show=show,
        finds=(
            "Access Keys",
            "Access Key",
            "My Access Key",
            "Generate Access Key",
            "API Keys",
            "API key and secret",
            "Generate New",
            "Personal access tokens",
        ),
        forms=(
            keys_shown.making(
                lead=_("Whoever has it acts as you, as far as your role reaches. Give it to nobody.")
            ),
            *keys_shown.forms(),
        ),
    ),
)
