"""The organization itself: what it is called, and how strict it is."""

from __future__ import annotations

from grantway.edges.console.asking import form_on
from grantway.edges.console.blocks import Block, Facts, Heading, Notice, Section, View
from grantway.edges.console.cells import Cell, Code, Said, When
from grantway.edges.console.here import Here
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Field, Form, Group, Place
from grantway.edges.web.words import Text, _, words

GROUP = "organization"
ENTRY = "organization.settings"
"""The place by which the navigation leads here; all pages of the organization stand under it."""
BASE = "organization"
SAVED = _("Saved.")


def heading(here: Here) -> Heading:
    """Whose tabs these are."""
    return Heading(here.organization.name)


def show(here: Here) -> View:
    """What identifies it, and what its admins say."""
    one = here.read("readOrganization")
    facts: list[tuple[Text, Cell]] = [
        (words(_("State")), state_of(one)),
        (words(_("Short name")), Code(one["slug"])),
        (words(_("ID")), Code(one["id"])),
        (words(_("Created")), When(one["created_at"])),
    ]
    saving = form_on(here, "save")
    if not saving:
        facts += [
            (words(_("Time zone")), Said(one["time_zone"])),
            (words(_("What members may let in")), Said(words(_GATES[one["gate"]]))),
        ]
    blocks: list[Block] = [Facts(facts)]
    if one["gate"] != one["gate_effective"]:
        text = words(
            _("The platform is stricter than what is chosen here. What counts: %(gate)s."),
            gate=words(_GATES[one["gate_effective"]]),
        )
        blocks.append(Notice(text, "warn"))
    blocks += saving
    if not here.may("deleteOrganization"):
        blocks.append(
            Section(
                words(_("Close the organization")),
                [],
                words(
                    _(
                        "Only an operator of this server disables or deletes an organization, or changes its "
                        "short name. Ask whoever runs the server. Members, applications and APIs have to be "
                        "removed first."
                    )
                ),
            )
        )
    return View(blocks)


_GATES = {
    "reviewed": _("What was reviewed, and scopes of low risk"),
    "any": _("Any application that is offered to the organization"),
    "installed": _("Only what the organization installed"),
}

GROUPS = (Group(id=GROUP, heading=heading),)

PLACES = (
    Place(
        id=ENTRY,
        path=BASE,
        title=_("Settings"),
        reads="readOrganization",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Organization", "Network", "Business unit", "Tenant", "Site", "Company settings", "Policy"),
        forms=(
            Form(
                path="save",
                does="updateOrganization",
                button=_("Save"),
                done=SAVED,
                fields=(
                    "name",
                    "time_zone",
                    Field(
                        name="gate",
                        widget="radio",
                        help=_(
                            "About applications that the organization did not install. A "
                            "stricter choice ends at "
                            "once what it does not let in: people who signed in to such an application are "
                            "signed out of it."
                        ),
                    ),
                ),
            ),
        ),
    ),
)
