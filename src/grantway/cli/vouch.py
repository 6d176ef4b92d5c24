"""`grantway vouch`: answering for applications. The other commands of the group are derived."""

from __future__ import annotations

import click

from grantway.cli.deriving import group_of
from grantway.cli.finding import application_named, organization_named
from grantway.cli.output import json_option, print_json, say, yes_option
from grantway.cli.performing import at_the_machine
from grantway.cli.registry_table import VOUCH

vouch = group_of("vouch", "Answer for applications, so that people are not asked, and take that back.", VOUCH)


@vouch.command()
@click.option("--organization", help="Its short name or id; left out for the platform.")
@click.argument("client_id")
@click.option("--scope", "scopes", multiple=True, help="Only these scopes.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, help="Only these addresses.")
@click.option("--dialect", "dialects", multiple=True, help="Only these wires.")
@click.option("--asserted-subject", is_flag=True, help="It may also name its own users.")
@yes_option
@json_option
def give(
    *,
    organization: str | None,
    client_id: str,
    asserted_subject: bool,
    yes: bool,
    as_json: bool,
    **parts: tuple[str, ...],
) -> None:
    """Answer for an application as it is, before its audience or the members of one organization."""
    with at_the_machine() as machine:
        application = application_named(machine.product, client_id)
        ids = {}
        if organization is not None:
            ids["organization_id"] = organization_named(machine.product, organization).id
        uris = parts["redirect_uris"] or tuple(one.uri for one in application.redirects)
        for line in (*sorted(parts["scopes"] or application.scopes), *uris):
            say(line)
        if not yes:
            click.confirm(
                f"Nobody is asked for these any more. Answer for {application.name}?", abort=True, err=True
            )
        body = {
            "client_id": application.client_id,
            "application_version": application.version,
            "asserted_subject": asserted_subject,
            **{name: values for name, values in parts.items() if values},
        }
        told = machine.do("createVoucher" if ids else "createPlatformVoucher", ids, body)
    if as_json:
        print_json(told)
    else:
        say(f"You answer for {application.name} as it is now. The voucher is {told['id']}.")
