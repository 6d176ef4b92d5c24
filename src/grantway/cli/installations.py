"""`grantway installations`: which applications act for an organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.opening import of_organization, opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals, say
from grantway.core.identifiers import from_text, to_text
from grantway.core.listing import InstallationFilter

if TYPE_CHECKING:
    from grantway.core.installing import InstalledApplication


@click.group()
def installations() -> None:
    """See and end what applications of others may do in an organization."""


@installations.command("list")
@of_organization
@click.option(
    "--state",
    type=click.Choice(["requested", "active", "suspended", "revoked"]),
    help="Only those in this state.",
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_installations(*, organization: str, state: str | None, as_json: bool) -> None:
    """List the installations of an organization, at most 1,000."""
    from grantway.core.ports import Page

    with opened(settings_of_process()) as product:
        owner = organization_of(product, organization)
        with product.services.store.read() as tx:
            found = tx.organization(owner.id).installed_applications(
                Page(limit=1_000), InstallationFilter(state)
            )
    rows = [_row(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There are no such installations.")


@installations.command()
@of_organization
@click.argument("installation")
@click.option("--keep-sign-ins", is_flag=True, help="Leave the sign-ins of members alone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def revoke(*, organization: str, installation: str, keep_sign_ins: bool, yes: bool, as_json: bool) -> None:
    """Revoke an installation, or decline a request, by its id.

    The secrets and tokens of that application for this organization are dead at once, and for good.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act

    identifier = from_text(installation)
    if not yes:
        click.confirm("Its secrets and tokens here end for good. Revoke it?", abort=True, err=True)
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        owner, features = organization_of(product, organization), product.features.api
        with product.services.store.begin() as tx:
            before = None
            if identifier is not None:
                before = tx.organization(owner.id).installed_application(identifier)
            if before is None:
                fail("The organization has no installation of this id.")
            ended = features.installations.end(
                tx,
                product.operators.caller(),
                owner.id,
                installation_id=before.installation.id,
                version=before.installation.version,
                ends_sign_ins=not keep_sign_ins,
            )
            states = {"state": before.installation.state}, {"state": ended.installation.state}
            act = Act("installation.delete", before.installation.id, owner.id, *states)
            features.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json(_row(ended))
    else:
        say(f"{ended.application.name} acts for {owner.name} no more.")


def _row(one: InstalledApplication) -> dict[str, object]:
    return {
        "id": to_text(one.installation.id),
        "client_id": one.application.client_id,
        "name": one.application.name,
        "owner": one.owner_name,
        "state": one.installation.state,
        "scopes": " ".join(sorted(one.installation.scopes)),
        "unused_scopes": " ".join(sorted(one.unused_scopes)),
        "last_used_at": moment(one.last_used_at),
    }
