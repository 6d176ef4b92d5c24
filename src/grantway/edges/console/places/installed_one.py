"""One authorized application: what it may do here, and how to narrow or end it."""

from __future__ import annotations

from typing import Any

from grantway.edges.console import naming
from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Option, Section, Table, View
from grantway.edges.console.cells import (
    Cell,
    Code,
    Link,
    Many,
    Number,
    Outside,
    Press,
    Said,
    State,
    When,
)
from grantway.edges.console.forms import asked_of
from grantway.edges.console.here import Here, Record
from grantway.edges.console.offered import described, options_of, risk_of, sentence_of
from grantway.edges.console.places.installed_ending import (
    READ,
    client_id_of,
    people_of,
    record,
    revoking,
    suspending,
)
from grantway.edges.console.reading import installation_of
from grantway.edges.console.table import Field, Form, Place
from grantway.edges.web.records.installation_forms import InstallationPatch
from grantway.edges.web.words import Text, Words, _, words

CHANGE = "updateInstallation"


def show_one(here: Here) -> View:
    """What it may do here, since when, by whom, what it never used, and every way to take it back."""
    one = record(here)
    application = one["application"]
    blocks: list[Block] = [*_waits(here, one), Facts(_facts(here, one))]
    blocks += _scopes(here, one)
    if one["state"] in {"active", "suspended"}:
        blocks += [*form_on(here, "narrow"), *form_on(here, "members"), *_vouching(here, one)]
    blocks += _open(here, one)
    blocks += _ending(here, one)
    back = Link(words(_("Authorized applications")), here.at("installed"))
    return View(
        blocks, Heading(application["name"], application["description"], [installation_of(one)], back)
    )


def _facts(here: Here, one: Record) -> list[tuple[Text, Cell]]:
    application = one["application"]
    people = naming.people(here, (one["granted_by"], one["requested_by"]))
    by = people.get(one["granted_by"] or "") or words(_("Somebody who is no member"))
    rows: list[tuple[Text, Cell]] = [
        (words(_("Made by")), Said(application["owner"])),
        (words(_("Client ID")), Code(application["client_id"])),
        (words(_("Since")), When(one["granted_at"], words(_("Not yet")))),
    ]
    if one["granted_at"]:
        rows.append((words(_("Granted by")), Said(by)))
    if one["requested_by"]:
        asker = people.get(one["requested_by"]) or words(_("Somebody who is no member"))
        rows.append((words(_("Asked for by")), Said(asker)))
    rows += [
        (words(_("Last used")), When(one["last_used_at"], words(_("Not yet")))),
        (
            words(_("Sign-ins of members")),
            Said(Words(asked_of(InstallationPatch)["members"].labels[one["members"]])),
        ),
        (
            words(_("Where sign-ins lead")),
            Many([Code(uri, is_copied=False) for uri in application["redirect_uris"]], words(_("Nowhere"))),
        ),
    ]
    if here.may("listConsents"):
        rows.append((words(_("People who allowed it themselves")), Number(people_of(here, one))))
    return rows


def _waits(here: Here, one: Record) -> list[Block]:
    """What somebody has to decide: a request, or scopes that it asks for besides."""
    if not one["scopes_pending"] or one["state"] == "revoked":
        return []
    decide: list[Press] = []
    if "request" in here.table and here.may(CHANGE):
        to = here.at("request", installation_id=one["id"])
        decide = [Press(words(_("Decide")), to, is_link=True)]
    text = words(_("It asks for these besides: %(scopes)s."), scopes=", ".join(one["scopes_pending"]))
    if one["state"] == "requested":
        text = words(
            _("A member asked for it. It asks for: %(scopes)s."), scopes=", ".join(one["scopes_pending"])
        )
    return [Notice(text, "warn", decide)]


def _scopes(here: Here, one: Record) -> list[Block]:
    unused = frozenset(one["unused_scopes"])
    table = Table(
        words(_("What it may do here")),
        (
            Column(words(_("It may"))),
            Column(words(_("Risk"))),
            Column(words(_("Scope"))),
            Column(words(_("Use"))),
        ),
        [
            (
                Said(sentence_of(scope)),
                risk_of(scope["risk"]),
                Code(scope["value"], is_copied=False),
                State(words(_("Never used")), "warn")
                if scope["value"] in unused
                else State(words(_("Used")), "ok"),
            )
            for scope in described(here, one["scopes"])
        ],
        words(_("It may do nothing here.")),
    )
    actions: list[Press] = []
    if unused and one["state"] in {"active", "suspended"}:
        actions = press_on(here, "drop")
    return [Section(words(_("What it may do here")), [table], actions=actions)]


def _vouching(here: Here, one: Record) -> list[Block]:
    """Where members are not asked, somebody answers for it: for the application exactly as it is."""
    if one["members"] != "allow" or not here.may("createVoucher"):
        return []
    text = words(
        _(
            "Members are not asked, because you answer for it as it is now. Once it becomes more than that, "
            "they are asked again until you answer for that, too."
        )
    )
    return [Section(words(_("Answer for it")), [], text, actions=press_on(here, "vouch"))]


def _open(here: Here, one: Record) -> list[Block]:
    if one["state"] != "active" or not one["application"]["is_launched"]:
        return []
    actions = press_on(here, "open")
    text = words(_("It is opened from a portal and asks nobody to sign in. This leads you in as yourself."))
    return [Section(words(_("Open it")), [], text, actions=actions)]


def opened(here: Here, answer: Any) -> View:
    """The way in: it works once, for five minutes, for this person."""
    name = record(here)["application"]["name"]
    back = Link(name, here.at("installed.one"))
    if answer["address"] is None:
        text = words(_("It has no page to lead to. Its makers tell you where it takes these values."))
        rows: list[tuple[Text, Cell]] = [(each, Code(value)) for each, value in answer["parameters"].items()]
        return View([Notice(text), Facts(rows)], Heading(words(_("Open it")), above=back))
    text = words(_("This link leads you in as yourself. It works once, for five minutes. Give it to nobody."))
    return View(
        [Notice(text), Facts([(words(_("Open it")), Outside(answer["address"]))])],
        Heading(words(_("Open %(name)s"), name=name), above=back),
    )


def _ending(here: Here, one: Record) -> list[Block]:
    blocks: list[Block] = []

    def part(title: Text, text: Text, *paths: str) -> None:
        actions = [press for path in paths for press in press_on(here, path)]
        if actions:
            blocks.append(Section(title, [], text, actions=actions))

    if one["state"] == "active":
        part(
            words(_("Suspend")),
            words(_("It and its tokens stop here at once, until you resume it.")),
            "suspend",
        )
    if one["state"] == "suspended":
        part(words(_("Resume")), words(_("It works again, with what it had.")), "resume")
    if one["state"] in {"active", "suspended"}:
        part(
            words(_("Revoke")),
            words(_("Its secrets and tokens here end for good. It can be installed anew.")),
            "revoke",
        )
    return blocks


def _narrowest(here: Here) -> tuple[Option, ...]:
    """What it has and what it asks for: at most that can be given."""
    one = record(here)
    return options_of(described(here, sorted({*one["scopes"], *one["application"]["scopes"]})))


def _used_only(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    one = record(here)
    return {"scopes": [scope for scope in one["scopes"] if scope not in one["unused_scopes"]]}


def _as_it_is(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    application = record(here)["application"]
    return {"client_id": application["client_id"], "application_version": application["version"]}


def _this(here: Here, _filled: dict[str, Any]) -> dict[str, Any]:
    return {"client_id": client_id_of(record(here))}


PLACES = (
    Place(
        id="installed.one",
        path="authorized/{installation_id}",
        title=_("Authorized application"),
        reads=READ,
        show=show_one,
        under="applications",
        forms=(
            Form(
                path="narrow",
                does=CHANGE,
                title=_("Give it less, or more"),
                lead=_("It holds at once, also for tokens in use."),
                button=_("Save what it may do"),
                fields=(Field(name="scopes", options=_narrowest),),
                done=_("Saved. It holds at once, also for tokens in use."),
            ),
            Form(
                path="drop",
                does=CHANGE,
                button=_("Drop what it never used"),
                shaped=_used_only,
                done=_("What it never used is taken back."),
            ),
            Form(
                path="members",
                does=CHANGE,
                button=_("Save"),
                fields=(Field(name="members", widget="radio"),),
                done=_("Saved."),
            ),
            Form(
                path="vouch",
                does="createVoucher",
                button=_("Answer for it as it is now"),
                shaped=_as_it_is,
                done=_("You answer for it as it is now. Members are not asked."),
            ),
            Form(
                path="open",
                does="createLaunch",
                button=_("Open it"),
                shaped=_this,
                shown_once=opened,
            ),
            Form(
                path="suspend",
                does=CHANGE,
                button=_("Suspend"),
                title=_("Suspend this application"),
                breaks=suspending,
                shaped=lambda _here, _filled: {"state": "suspended"},
                done=_("Suspended."),
            ),
            Form(
                path="resume",
                does=CHANGE,
                button=_("Resume"),
                shaped=lambda _here, _filled: {"state": "active"},
                done=_("It works again."),
            ),
            Form(
                path="revoke",
                does="deleteInstallation",
                button=_("Revoke"),
                title=_("Revoke this application"),
                breaks=revoking,
                done=_("Revoked. Its secrets and tokens here are dead."),
            ),
        ),
    ),
)
