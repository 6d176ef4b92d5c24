"""`grantway admin`: what only somebody at the machine itself may do."""

from __future__ import annotations

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, json_option, print_json, refusals, say, yes_option
from grantway.cli.performing import at_the_machine


@click.group()
def admin() -> None:
    """Manage operators and sessions from the machine itself."""


@admin.command("create-operator")
@click.option("--email", required=True, help="The person's e-mail address.")
@click.option("--name", required=True, help="The person's name, as others see it.")
@json_option
def create_operator(email: str, name: str, *, as_json: bool) -> None:
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
@yes_option
@json_option
def end_sessions(*, email: str, yes: bool, as_json: bool) -> None:
    """Sign everybody with an address out everywhere, with what was begun in these sessions.

    As a new password does. The person can sign in again at once, and so can whoever knows the password.
    """
    if not yes:
        click.confirm(f"{email} is signed out in every browser. End the sessions?", abort=True, err=True)
    with at_the_machine() as machine, machine.acting() as acting:
        people = acting.tx.gate.people_at(email)
        if not people:
            fail("Nobody has this address.")
        ended = sum(acting.do("endSessions", {"user_id": one.id})["ended"] for one in people)
    if as_json:
        print_json({"email": email, "ended": ended})
    else:
        say(f"{email} was signed out; sessions that ended: {ended}.")
