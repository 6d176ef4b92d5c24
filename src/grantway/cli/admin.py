"""`grantway admin`: what only somebody at the machine itself may do."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, print_json, refusals, say


@click.group()
def admin() -> None:
    """Manage operators and sessions from the machine itself."""


@admin.command("create-operator")
@click.option("--email", required=True, help="The person's e-mail address.")
@click.option("--name", required=True, help="The person's name, as others see it.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def create_operator(email: str, name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Make a person an operator.

    Prints a link, good for a day, with which the person chooses a password: nobody chooses one for
    somebody else. A person who has a password already keeps it, and no link is printed.
    """
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        made = product.operators.create(
            product.features.api.users, product.features.sign_in.activation, email=email, name=name
        )
    if as_json:
        print_json({"email": made.user.email, "name": made.user.name, "link": made.activation_link})
        return
    if made.activation_link is None:
        say(f"{made.user.email} is an operator, and signs in with the present password.")
        return
    say(f"{made.user.email} is an operator. This link is for that person alone, works once, for a day:")
    click.echo(made.activation_link)


@admin.command("end-sessions")
@click.option("--email", required=True, help="The person's e-mail address.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def end_sessions(*, email: str, yes: bool, as_json: bool) -> None:
    """Sign a person out everywhere, with what was begun in these sessions.

    As a new password does. The person can sign in again at once, and so can whoever knows the password.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.features.audit import Act

    if not yes:
        click.confirm(f"{email} is signed out in every browser. End the sessions?", abort=True, err=True)
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        features, caller, ended = product.features.api, product.operators.caller(), 0
        with product.services.store.begin() as tx:
            people = tx.gate.people_at(email)
            if not people:
                fail("Nobody has this address.")
            for user in people:
                count = features.users.end_sessions(tx, caller, user_id=user.id)
                act = Act("user.end_sessions", user.id, after={"ended": count})
                features.audit.record(tx, AT_THE_MACHINE, act)
                ended += count
    if as_json:
        print_json({"email": email, "ended": ended})
    else:
        say(f"{email} was signed out; sessions that ended: {ended}.")
