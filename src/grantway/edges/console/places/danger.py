"""What stops an application, for a while or for good: each says first what it breaks."""

from __future__ import annotations

from grantway.edges.console.asking import press_on
from grantway.edges.console.blocks import Block, Section, View
from grantway.edges.console.here import Here
from grantway.edges.console.places.application import BASE, READ, record, warnings
from grantway.edges.console.table import Form, Place
from grantway.edges.web.words import Text, Words, _, words


def show_danger(here: Here) -> View:
    """What stops it, for a while or for good."""
    one = record(here)
    blocks: list[Block] = list(warnings(here))

    def part(title: str, text: str, *paths: str) -> None:
        actions = [press for path in paths for press in press_on(here, path)]
        if actions:
            blocks.append(Section(Words(title), [], Words(text), actions=actions))

    if one["state"] == "enabled":
        part(
            _("Disable"),
            _("It and its tokens stop at once. Enabling it revives them, so this can be undone at any time."),
            "disable",
        )
    else:
        part(_("Enable"), _("It works again, and so do tokens that have not expired."), "enable")
    if one["archived"]:
        part(_("Take out of the archive"), _("It is listed again, and works if it is enabled."), "unarchive")
    else:
        part(_("Archive"), _("It is put away and stops. It can be taken out again."), "archive")
    if one["state"] == "disabled":
        part(
            _("Delete"),
            _("It is scheduled for deletion. For 30 days it can be restored, then it is gone for good."),
            "delete",
        )
    elif one["state"] == "enabled":
        blocks.append(
            Section(
                words(_("Delete")),
                [],
                words(_("Disable it first: what breaks then shows before it is too late.")),
            )
        )
    return View(blocks)


def breaks(here: Here) -> tuple[Text, ...]:
    """Who loses access, in numbers, when it stops."""
    installed = here.every("listApplicationInstallations") if here.may("listApplicationInstallations") else []
    active = [one for one in installed if one["state"] == "active"]
    name = record(here)["name"]
    return (
        words(_("%(name)s and every token that it was given stop working at once."), name=name),
        words(_("Organizations that have it installed and lose it: %(count)s."), count=len(active)),
    )


def _disabling(here: Here) -> tuple[Text, ...]:
    return (
        *breaks(here),
        words(_("You can enable it again at any time. Tokens that have not expired work then.")),
    )


def _archiving(here: Here) -> tuple[Text, ...]:
    return (*breaks(here), words(_("It leaves all lists. You can take it out of the archive at any time.")))


def _deleting(here: Here) -> tuple[Text, ...]:
    return (
        *breaks(here),
        words(
            _("For 30 days you can restore it here. After that its client ID and secrets are gone for good.")
        ),
    )


def name_of(here: Here) -> str:
    """What is typed before it is deleted."""
    name: str = record(here)["name"]
    return name


PLACES = (
    Place(
        id="application.danger",
        path=BASE + "/danger",
        title=_("Danger zone"),
        reads=READ,
        show=show_danger,
        group="application",
        under="applications",
        forms=(
            Form(
                path="disable",
                does="disableApplication",
                button=_("Disable"),
                breaks=_disabling,
                done=_("Disabled."),
            ),
            Form(path="enable", does="enableApplication", button=_("Enable"), done=_("Enabled.")),
            Form(
                path="archive",
                does="archiveApplication",
                button=_("Archive"),
                breaks=_archiving,
                done=_("Archived."),
            ),
            Form(
                path="unarchive",
                does="unarchiveApplication",
                button=_("Take out"),
                done=_("Taken out of the archive."),
            ),
            Form(
                path="delete",
                does="deleteApplication",
                button=_("Delete this application"),
                breaks=_deleting,
                typed=name_of,
                done=_("Scheduled for deletion."),
            ),
        ),
    ),
)
