"""`grantway members`: who belongs to an organization, and whom it invites. The other commands are derived."""

from __future__ import annotations

import click

from grantway.cli.deriving import group_of
from grantway.cli.finding import organization_named
from grantway.cli.output import json_option, print_json, print_table
from grantway.cli.people_table import MEMBERS
from grantway.cli.performing import at_the_machine
from grantway.core.model import ROLES

members = group_of(
    "members", "Look at members, appoint and invite them. Nobody becomes one without agreeing.", MEMBERS
)
_WAITING = frozenset({"invited", "expired"})


@members.command("list")
@click.argument("organization")
@click.option(
    "--state",
    type=click.Choice(["enabled", "disabled", *sorted(_WAITING, reverse=True)]),
    help="Only those in this state.",
)
@click.option("--role", type=click.Choice(ROLES), help="Only members with this role.")
@click.option("--email", help="Only those whose address contains this.")
@json_option
def list_members(
    organization: str, *, state: str | None, role: str | None, email: str | None, as_json: bool
) -> None:
    """List members, and invitations that were not answered."""
    filters = {"state": state or "", "email": email or ""}
    with at_the_machine(is_reading=True) as machine:
        ids = {"organization_id": organization_named(machine.product, organization).id}
        found = []
        if state not in _WAITING:
            found += machine.every("listMembers", ids, query={**filters, "role": role or ""})
        if role is None and state in {None, *_WAITING}:
            found += machine.every("listInvitations", ids, query=filters)
    if as_json:
        print_json(found)
        return
    columns = ("id", "email", "role", "state", "created_at")
    rows = [{"id": one.get("user_id"), **one} for one in found]
    print_table([{name: one[name] for name in columns} for one in rows], "There is nobody.")
