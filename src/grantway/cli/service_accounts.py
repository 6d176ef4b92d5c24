"""`grantway service-accounts`: users that are no people, from the machine itself."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals
from grantway.core.identifiers import to_text
from grantway.core.model import ServiceAccount
from grantway.core.service_accounts import SERVICE_ROLES


@click.group("service-accounts")
def service_accounts() -> None:
    """Make and look at service accounts."""


@service_accounts.command("list")
@click.option("--organization", required=True, help="Whose: the organization's id or short name.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_service_accounts(organization: str, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """List the service accounts of an organization, at most 1,000."""
    with opened(settings_of_process()) as product:
        owner = organization_of(product, organization)
        with product.services.store.read() as tx:
            found = tx.organization(owner.id).service_accounts(after=0, limit=1_000)
    rows = [_description(account) for account in found]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        del row["applications"]
    print_table(rows, "There are no service accounts.")


@service_accounts.command()
@click.option("--organization", required=True, help="Whose: the organization's id or short name.")
@click.option("--name", required=True, help="What people call it.")
@click.option("--role", required=True, type=click.Choice(SERVICE_ROLES), help="What it may do.")
@click.option(
    "--application", "client_ids", multiple=True, help="A client id that may act as it. Repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def create(*, organization: str, name: str, role: str, client_ids: tuple[str, ...], as_json: bool) -> None:
    """Make a service account."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.accounts.service_accounts import ServiceAccountDraft
    from grantway.features.audit import Act

    with opened(settings_of_process()) as product, refusals():
        product.poll()
        owner = organization_of(product, organization)
        caller, features = product.operators.caller(), product.features.api
        with product.services.store.begin() as tx:
            listed = [tx.gate.application_by_client_id(client_id) for client_id in client_ids]
            if None in listed:
                fail("No application has this client id.")
            ids = tuple(one.id for one in listed if one is not None)
            draft = ServiceAccountDraft(name, role, ids)
            account = features.service_accounts.create(tx, caller, owner.id, draft)
            act = Act("service_account.create", account.id, owner.id, after=_description(account))
            features.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json(_description(account))
        return
    click.echo(to_text(account.id))


def _description(account: ServiceAccount) -> dict[str, object]:
    return {
        "id": to_text(account.id),
        "name": account.name,
        "role": account.role,
        "state": account.state,
        "applications": [to_text(one) for one in sorted(account.applications)],
        "created_at": moment(account.created_at),
    }
