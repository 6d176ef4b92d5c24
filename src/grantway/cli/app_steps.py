"""`grantway apps enable|disable|archive|unarchive|delete|secret`: the life of one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.apps import apps, description
from grantway.cli.finding import application_named
from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import moment, print_json, refusals, say

if TYPE_CHECKING:
    from collections.abc import Callable

_STEPS = {
    "enable": ("enable", "Let it work again, with its tokens; this undoes a scheduled deletion, too."),
    "disable": ("disable", "Stop it at once, with its tokens. Enabling revives them."),
    "archive": ("archive", "Stop it and put it out of sight."),
    "unarchive": ("unarchive", "Take it out of the archive, as it was before."),
    "delete": ("schedule_deletion", "Stop and lock it now, and remove it for good after 30 days."),
}


def _command(verb: str, method: str, sentence: str) -> None:
    @apps.command(verb, help=f"{sentence} The application is named by its CLIENT_ID.")
    @click.argument("client_id")
    @click.option("--json", "as_json", is_flag=True, help="Print the application as JSON.")
    def step(client_id: str, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
        _perform(verb, method, client_id, as_json=as_json)


for _verb, (_method, _sentence) in _STEPS.items():
    _command(_verb, _method, _sentence)


def _perform(verb: str, method: str, client_id: str, *, as_json: bool) -> None:
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act, difference

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        before, features = application_named(product, client_id), product.features.api
        step: Callable[..., object] = getattr(features.life_cycle, method)
        with product.services.store.begin() as tx:
            step(
                tx,
                product.operators.caller(),
                before.organization_id,
                application_id=before.id,
                version=before.version,
            )
            after = tx.organization(before.organization_id).application(before.id) or before
            former, present = difference(description(before), description(after))
            act = Act(f"application.{verb}", before.id, before.organization_id, before=former, after=present)
            features.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json(description(after))
        return
    click.echo(f"{after.client_id}  {after.state}{'  archived' if after.archived_at else ''}")
    if after.purge_at is not None:
        say(f"It is removed for good at {moment(after.purge_at)}. Until then `apps enable` undoes it.")


@apps.command()
@click.argument("client_id")
@click.option("--label", default="command line", show_default=True, help="What it is known by.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def secret(client_id: str, *, label: str, as_json: bool) -> None:
    """Make another client secret, for the application's own organization. It is printed this once."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act
    from grantway.features.registry.minting import SecretDraft

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        product.poll()
        found, features = application_named(product, client_id), product.features.api
        with product.services.store.begin() as tx:
            issued = features.credentials.issue(
                tx,
                product.operators.caller(),
                found.organization_id,
                application_id=found.id,
                draft=SecretDraft(label),
            )
            act = Act("secret.create", issued.credential.id, found.organization_id)
            features.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json({"client_id": found.client_id, "client_secret": issued.secret.reveal()})
        return
    click.echo(issued.secret.reveal())
    say("The secret is not shown again.")
