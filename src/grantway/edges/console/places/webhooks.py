"""Webhooks of the organization: where events are posted to, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.edges.console import naming
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import (
    Block,
    Column,
    Facts,
    Heading,
    Notice,
    Once,
    Option,
    Section,
    View,
)
from grantway.edges.console.cells import Cell, Code, Link, Press, Said, State, When
from grantway.edges.console.deliveries import deliveries_on
from grantway.edges.console.here import Here, Record
from grantway.edges.console.lists import listed
from grantway.edges.console.places.organization import BASE, ENTRY, GROUP, SAVED
from grantway.edges.console.reading import state_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.words import Text, _, words

READ = "readWebhook"
CHANGE = "updateWebhook"
_OFFERED = 200


def _record(here: Here) -> Record:
    return here.read(READ)


def _label(one: Record) -> Text:
    label: str = one["label"] or one["url"]
    return label


def _about(one: Record, names: dict[str, str]) -> Text:
    application_id: str | None = one["application_id"]
    if application_id is None:
        return words(_("All applications"))
    return names.get(application_id, application_id)


def show(here: Here) -> View:
    """The list."""
    names: dict[str, str] = {}

    def row(one: Record) -> Sequence[Cell]:
        told: Text = words(_("Everything"))
        if one["events"]:
            told = words(_("Events: %(count)s"), count=len(one["events"]))
        return (
            Link(_label(one), here.at("organization.webhook", webhook_id=one["id"])),
            _state(one),
            Said(told),
            Said(_about(one, names)),
            When(one["created_at"]),
        )

    create = next(iter(press_on(here, "new", tone="primary")), None)
    blocks = listed(
        here,
        "listWebhooks",
        caption=words(_("Webhooks")),
        columns=(
            Column(words(_("Webhook"))),
            Column(words(_("State"))),
            Column(words(_("Is told"))),
            Column(words(_("About"))),
            Column(words(_("Created"))),
        ),
        row=row,
        empty=words(_("There is no webhook yet. With one, your programs hear of what happens here.")),
        empty_action=create,
        before=lambda found: names.update(
            naming.applications(here, [one["application_id"] for one in found])
        ),
    )
    return View(blocks, primary=create)


def _state(one: Record) -> State:
    if one["disabled_reason"] == "failing":
        return State(words(_("Disabled: it did not answer")), "bad")
    if one["state"] == "enabled" and one["failures"]:
        return State(words(_("Failing")), "warn")
    return state_of(one)


def _applications(here: Here) -> tuple[Option, ...]:
    query = {"archived": "false"}
    found = here.some("listApplications", query=query, limit=_OFFERED).items
    return tuple(Option(one["id"], one["name"]) for one in found)


def made(here: Here, answer: Any) -> View:
    """The secret of a webhook, once."""
    rows: list[tuple[Text, str]] = [(words(_("Signing secret")), answer["secret"])]
    text = words(
        _(
            "Copy the secret now. It is not shown again. Requests are signed with it, as "
            "Standard Webhooks says."
        )
    )
    done = Press(words(_("Done")), here.at("organization.webhook", webhook_id=answer["id"]), is_link=True)
    back = Link(words(_("Webhooks")), here.at("organization.webhooks"))
    return View(
        [Once(rows, text, f"webhook-{answer['id']}.txt"), done],
        Heading(words(_("The secret of your webhook")), above=back),
    )


# One of them --------------------------------------------------------------------------------------------


def show_one(here: Here) -> View:
    """Where it leads and what it is told, how it is doing, and what was sent to it."""
    one = _record(here)
    blocks: list[Block] = []
    if one["disabled_reason"] == "failing":
        text = words(
            _("The server disabled it, because it did not answer. What waits is sent when you enable it.")
        )
        blocks.append(Notice(text, "bad"))
    elif one["failures"]:
        text = words(_("Attempts that failed since one succeeded: %(count)s."), count=one["failures"])
        blocks.append(Notice(text, "warn"))
    about: Cell = Said(_about(one, {}))
    if one["application_id"]:
        names = naming.applications(here, [one["application_id"]])
        place = here.at("application.settings", application_id=one["application_id"])
        about = Link(_about(one, names), place)
    facts: list[tuple[Text, Cell]] = [(words(_("About")), about), (words(_("ID")), Code(one["id"]))]
    facts.append((words(_("Created")), When(one["created_at"])))
    blocks.append(Facts(facts))
    blocks += deliveries_on(here, one)
    blocks += form_on(here, "save")
    blocks += _acts(here, one)
    back = Link(words(_("Webhooks")), here.at("organization.webhooks"))
    return View(blocks, Heading(_label(one), "", [_state(one)], back))


def _acts(here: Here, one: Record) -> list[Block]:
    blocks: list[Block] = []

    def part(title: Text, text: Text, path: str) -> None:
        actions = press_on(here, path, of=_label(one))
        if actions:
            blocks.append(Section(title, [], text, actions=actions))

    text = words(_("For 24 hours requests are signed with the new secret and with the one before."))
    part(words(_("New secret")), text, "rotate")
    if one["state"] == "enabled":
        part(
            words(_("Disable")),
            words(_("What happens meanwhile waits, and is sent when you enable it.")),
            "disable",
        )
    else:
        part(words(_("Enable")), words(_("What waits is sent.")), "enable")
    part(words(_("Delete")), words(_("It goes with its deliveries, and what waits is never sent.")), "delete")
    return blocks


def _deleting(here: Here) -> tuple[Text, ...]:
    waiting = [one for one in here.some("listDeliveries", limit=100).items if one["state"] == "pending"]
    return (
        words(_("Nothing is posted to %(url)s any more."), url=_record(here)["url"]),
        words(_("Deliveries that wait and are never sent: %(count)s."), count=len(waiting)),
        words(_("This cannot be undone. A new webhook has a new secret.")),
    )


PLACES = (
    Place(
        id="organization.webhooks",
        path=BASE + "/webhooks",
        title=_("Webhooks"),
        lead=_("Events are posted to your programs as they happen, signed, until one answers."),
        reads="listWebhooks",
        show=show,
        group=GROUP,
        under=ENTRY,
        finds=("Webhooks", "Notification URL", "Callbacks", "Event subscriptions"),
        forms=(
            Form(
                path="new",
                does="createWebhook",
                is_apart=True,
                title=_("Add a webhook"),
                button=_("Add the webhook"),
                values=lambda _here: {},
                fields=(
                    Field(name="url", widget="url"),
                    "label",
                    Field(name="application_id", options=_applications),
                    "events",
                ),
                shown_once=made,
            ),
        ),
    ),
    Place(
        id="organization.webhook",
        path=BASE + "/webhooks/{webhook_id}",
        title=_("Webhook"),
        reads=READ,
        show=show_one,
        under=ENTRY,
        forms=(
            Form(
                path="save",
                does=CHANGE,
                title=_("Settings"),
                button=_("Save"),
                done=SAVED,
                fields=(Field(name="url", widget="url"), "label", "events"),
            ),
            Form(
                path="test",
                does="testWebhook",
                button=_("Send a test event"),
                done=_("A test event is on its way. Its line says how it went."),
            ),
            Form(
                path="deliveries/{delivery_id}/replay",
                does="replayDelivery",
                button=_("Send again"),
                done=_("It is sent again."),
            ),
            Form(path="rotate", does="rotateWebhookSecret", button=_("Make a new secret"), shown_once=made),
            Form(
                path="disable",
                does=CHANGE,
                button=_("Disable"),
                given={"state": "disabled"},
                done=_("Disabled."),
            ),
            Form(
                path="enable", does=CHANGE, button=_("Enable"), given={"state": "enabled"}, done=_("Enabled.")
            ),
            Form(
                path="delete",
                does="deleteWebhook",
                button=_("Delete"),
                title=_("Delete this webhook"),
                breaks=_deleting,
                done=_("The webhook is deleted."),
                leads_to="organization.webhooks",
            ),
        ),
    ),
)
