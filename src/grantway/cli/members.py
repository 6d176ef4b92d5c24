"""`grantway members`: who belongs to an organization, and whom it invites."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grantway.cli.opening import opened, organization_of, settings_of_process
from grantway.cli.output import fail, moment, print_json, print_table, refusals
from grantway.core.identifiers import to_text
from grantway.core.model import ROLES

if TYPE_CHECKING:
    from grantway.core.inviting import Invitation
    from grantway.core.model import Membership, User


@click.group()
def members() -> None:
    """Look at members, and invite them. Nobody becomes one without agreeing."""


@members.command("list")
@click.argument("organization")
@click.option(
    "--state",
    type=click.Choice(["enabled", "disabled", "invited", "expired"]),
    help="Only those in this state.",
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def list_members(organization: str, *, state: str | None, as_json: bool) -> None:
    """List members, and invitations that were not answered; at most 1,000 of each."""
    from grantway.core.inviting import INVITATION_STATES, InvitationFilter
    from grantway.core.listing import MemberFilter
    from grantway.core.ports import Page

    with opened(settings_of_process()) as product:
        found = organization_of(product, organization)
        now, page = product.services.clock.now(), Page(limit=1_000)
        rows: list[dict[str, object]] = []
        with product.services.store.read() as tx:
            door = tx.organization(found.id)
            if state not in INVITATION_STATES:
                rows += [_member(*one) for one in door.memberships(page, MemberFilter(state=state))]
            if state not in {"enabled", "disabled"}:
                waiting = door.invitations(InvitationFilter(state=state), after=0, limit=page.limit, now=now)
                rows += [description(one, now) for one in waiting]
    if as_json:
        print_json(rows)
    else:
        print_table(rows, "There is nobody.")


@members.command()
@click.argument("organization")
@click.option("--email", required=True, help="The person's e-mail address.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the person may do there.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def invite(organization: str, *, email: str, role: str, as_json: bool) -> None:
    """Invite somebody, by letter where this server sends mail, for 14 days.

    Somebody with an account can answer on the page of that account in any case.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.accounts.invitations import InvitationDraft
    from grantway.features.audit import Act

    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        found, features = organization_of(product, organization), product.features.api
        with product.services.store.begin() as tx:
            made = features.invitations.invite(
                tx, product.operators.caller(), found.id, draft=InvitationDraft(email, role)
            )
            described = description(made, product.services.clock.now())
            features.audit.record(
                tx, AT_THE_MACHINE, Act("invitation.create", made.id, found.id, after=described)
            )
    if as_json:
        print_json(described)
    else:
        click.echo(to_text(made.id))


@members.command()
@click.argument("organization")
@click.argument("invitation")
def revoke(organization: str, invitation: str) -> None:
    """Take an invitation back, by its id."""
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.core.identifiers import from_text
    from grantway.features.audit import Act

    invitation_id = from_text(invitation)
    if invitation_id is None:
        fail("No invitation has this id.")
    with opened(settings_of_process()) as product, refusals():
        found, features = organization_of(product, organization), product.features.api
        caller = product.operators.caller()
        with product.services.store.begin() as tx:
            before = features.invitations.read(tx, caller, found.id, invitation_id=invitation_id)
            features.invitations.revoke(tx, caller, found.id, invitation_id=invitation_id)
            told = description(before, product.services.clock.now())
            features.audit.record(
                tx, AT_THE_MACHINE, Act("invitation.revoke", invitation_id, found.id, before=told)
            )


def description(invitation: Invitation, now: int) -> dict[str, object]:
    """An invitation as commands show it."""
    return {
        "id": to_text(invitation.id),
        "email": invitation.email,
        "role": invitation.role,
        "state": invitation.state(now),
        "since": moment(invitation.created_at),
    }


def _member(user: User, membership: Membership) -> dict[str, object]:
    return {
        "id": to_text(user.id),
        "email": user.email,
        "role": membership.role,
        "state": membership.state,
        "since": moment(membership.created_at),
    }
