"""`grantway orgs`: the gate of an organization. The other commands of the group are derived."""

from __future__ import annotations

import click

from grantway.cli.deriving import group_of
from grantway.cli.finding import organization_named
from grantway.cli.output import answer, json_option
from grantway.cli.people_table import ORGS
from grantway.cli.performing import at_the_machine

orgs = group_of("orgs", "Make organizations, look at them and keep them up.", ORGS)


@orgs.command()
@click.argument("organization")
@click.argument("chosen", metavar="GATE", type=click.Choice(["any", "reviewed", "installed"]))
@json_option
def gate(*, organization: str, chosen: str, as_json: bool) -> None:
    """Say what the members of an organization may let in: `any`, `reviewed` or `installed`.

    What a stricter gate does not let in ends at once: its tokens for members are dead within a second.
    """
    with at_the_machine() as machine:
        ids = {"organization_id": organization_named(machine.product, organization).id}
        written = machine.do("updateOrganization", ids, {"gate": chosen})
    answer(written, f"{written['slug']}  {written['gate']}", as_json=as_json)
