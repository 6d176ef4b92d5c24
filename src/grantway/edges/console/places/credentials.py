"""The credentials of an application: its client id and its secrets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grantway.edges.console.asking import form_on, press_on
from grantway.edges.console.blocks import Block, Column, Facts, Heading, Notice, Once, Table, View
from grantway.edges.console.cells import Cell, Code, Link, Many, Press, Said, State, When
from grantway.edges.console.here import Here, Record
from grantway.edges.console.places.application import BASE, READ, record
from grantway.edges.console.table import Form, Place
from grantway.edges.web.records.values import id_of
from grantway.edges.web.words import Text, _, words


def has_secrets(here: Here) -> bool:
    """Whether the application can have any."""
    return bool(record(here)["type"] != "public")


def show(here: Here) -> View:
    """The client id, and each secret with what tells whether it is still needed."""
    one = record(here)
    blocks: list[Block] = [Facts([(words(_("Client ID")), Code(one["client_id"]))])]
    if not has_secrets(here):
        text = words(_("A public application has no secret: it proves itself by PKCE at each sign-in."))
        return View([*blocks, Notice(text)])
    secrets = here.every("listSecrets")
    live = [secret for secret in secrets if secret["revoked_at"] is None]
    blocks.append(
        Table(
            words(_("Secrets")),
            (
                Column(words(_("Secret"))),
                Column(words(_("State"))),
                Column(words(_("Created"))),
                Column(words(_("Expires"))),
                Column(words(_("Last used"))),
                Column(words(_("Actions")), is_spoken=True),
            ),
            [_row(here, secret) for secret in live],
            words(_("It has no secret yet. Make one: it is shown once.")),
        )
    )
    blocks += form_on(here, "create")
    return View(blocks)


def _row(here: Here, secret: Record) -> Sequence[Cell]:
    label = secret["label"] or words(_("Without a label"))
    actions: list[Press] = press_on(here, "{secret_id}/revoke", of=label, secret_id=id_of(secret["id"]))
    if secret["kept"] and here.may("revealSecret"):
        actions = [*press_on(here, "{secret_id}/reveal", of=label, secret_id=id_of(secret["id"])), *actions]
    state = State(words(_("Active")), "ok")
    if secret["imported"]:
        state = State(words(_("Imported: rotate it")), "warn")
    return (
        Many([Said(label), Said(words(_("ends in %(hint)s"), hint=secret["hint"]), is_muted=True)]),
        state,
        When(secret["created_at"]),
        When(secret["expires_at"], words(_("Never"))),
        When(secret["last_used_at"], words(_("Not yet"))),
        Many(actions),
    )


def made(here: Here, answer: Any) -> View:
    """The new secret, once."""
    one = record(here)
    rows: list[tuple[Text, str]] = [
        (words(_("Client ID")), one["client_id"]),
        (words(_("Client secret")), answer["secret"]),
    ]
    text = words(_("Copy the secret now. It is not shown again."))
    back = Link(words(_("Credentials")), here.at("application.credentials"))
    return View(
        [Once(rows, text, f"{one['client_id']}.txt"), Press(words(_("Done")), back.href, is_link=True)],
        Heading(words(_("Your new secret")), above=back),
    )


def _revoking(here: Here) -> tuple[Text, ...]:
    secret = next(
        (one for one in here.every("listSecrets") if id_of(one["id"]) == here.ids["secret_id"]), None
    )
    if secret is None:
        return ()
    label = secret["label"] or words(_("Without a label"))
    used = (
        words(_("It was never used."))
        if secret["last_used_at"] is None
        else words(_("It was last used on %(day)s."), day=secret["last_used_at"][:10])
    )
    return (
        words(_("Whoever uses the secret “%(label)s” is refused from this moment on."), label=label),
        used,
        words(_("This cannot be undone. Make a new secret first, and put it in place.")),
    )


PLACES = (
    Place(
        id="application.credentials",
        path=BASE + "/credentials",
        title=_("Credentials"),
        lead=_(
            "What the application proves itself with. To rotate, make a new one, use it, revoke the old one."
        ),
        reads=READ,
        show=show,
        group="application",
        under="applications",
        finds=("client secret", "API key and secret", "client id"),
        forms=(
            Form(
                path="create",
                does="createSecret",
                title=_("Make a secret"),
                button=_("Make a secret"),
                fields=("label", "expires_at"),
                values=lambda _here: {},
                shown_once=made,
            ),
            Form(
                path="{secret_id}/revoke",
                does="revokeSecret",
                button=_("Revoke"),
                title=_("Revoke this secret"),
                breaks=_revoking,
                done=_("The secret is revoked."),
            ),
            Form(
                path="{secret_id}/reveal",
                does="revealSecret",
                button=_("Show"),
                shown_once=made,
            ),
        ),
    ),
)
