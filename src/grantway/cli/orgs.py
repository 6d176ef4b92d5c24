"""`grantway orgs`: the organizations of the platform."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import moment, print_json, print_table, refusals
from grantway.core.identifiers import to_text
from grantway.core.model import Organization

_GATES = click.Choice(["any", "reviewed", "installed"])


@click.group()
def orgs() -> None:
    """Make and look at organizations."""


@orgs.command("list")
@click.option("--name", help="Only those whose name contains this.")
@click.option("--state", type=click.Choice(["enabled", "disabled"]), help="Only those in this state.")
@click.option("--gate", type=_GATES, help="Only those that chose this gate.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_orgs(*, name: str | None, state: str | None, gate: str | None, as_json: bool) -> None:
    """List organizations by their ids, at most 1,000."""
    from grantway.core.listing import OrganizationFilter
    from grantway.core.ports import Page

    with opened(settings_of_process()) as product, product.services.store.read() as tx:
        found = tx.platform.organizations(
            Page(limit=1_000), OrganizationFilter(name=name, state=state, gate=gate)
        )
    rows = [description(one) for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There are no such organizations.")


@orgs.command()
@click.argument("organization")
def show(organization: str) -> None:
    """Show one organization as JSON, by its short name or its id."""
    with opened(settings_of_process()) as product:
        print_json(description(organization_of(product, organization)))


@orgs.command()
@click.option("--name", required=True, help="What people see.")
@click.option("--slug", help="Its short name in addresses. Left out, it is made from the name.")
@click.option("--time-zone", default="UTC", show_default=True, help="Where its days begin.")
@click.option("--gate", type=_GATES, help="What members may let in. Left out, what the platform gives.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def create(*, name: str, slug: str | None, time_zone: str, gate: str | None, as_json: bool) -> None:
    """Make an organization. It has no members yet: its first owner is added by an operator."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.accounts.organizations import OrganizationDraft
    from grantway.features.audit import Act

    draft = OrganizationDraft(name=name, slug=slug, time_zone=time_zone, gate=gate)
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        features, caller = product.features.api, product.operators.caller()
        with product.services.store.begin() as tx:
            made = features.organizations.create(tx, caller, draft)
            act = Act("organization.create", made.id, made.id, after=description(made))
            features.audit.record(tx, AT_THE_MACHINE, act)
    if as_json:
        print_json(description(made))
    else:
        click.echo(f"{to_text(made.id)}  {made.slug}")


@orgs.command()
@click.argument("organization")
@click.argument("chosen", metavar="GATE", type=_GATES)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def gate(*, organization: str, chosen: str, as_json: bool) -> None:
    """Say what the members of an organization may let in: `any`, `reviewed` or `installed`.

    What a stricter gate does not let in ends at once: its tokens for members are dead within a second.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act, difference

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        before = organization_of(product, organization)
        features, caller = product.features.api, product.operators.caller()
        with product.services.store.begin() as tx:
            written = features.organizations.update(
                tx, caller, before.id, changes={"gate": chosen}, version=before.version
            )
            told = difference(description(before), description(written))
            features.audit.record(
                tx, AT_THE_MACHINE, Act("organization.update", written.id, written.id, *told)
            )
    if as_json:
        print_json(description(written))
    else:
        click.echo(f"{written.slug}  {written.gate}")


def description(organization: Organization) -> dict[str, object]:
    """An organization as commands show it."""
    return {
        "id": to_text(organization.id),
        "slug": organization.slug,
        "name": organization.name,
        "kind": organization.kind,
        "state": organization.state,
        "suspended": organization.suspended_at is not None,
        "suspension_reason": organization.suspension_reason,
        "time_zone": organization.time_zone,
        "gate": organization.gate,
        "created_at": moment(organization.created_at),
    }
