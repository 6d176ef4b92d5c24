"""`grantway secrets`: what to do with a secret that was found."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import fail, moment, print_json, refusals, say
from grantway.core.identifiers import to_text

if TYPE_CHECKING:
    from grantway.core.leaks import Leak

_LONGEST = 20_000


@click.group()
def secrets() -> None:
    """Look after client secrets and tokens."""


@secrets.command()
@click.option(
    "--file", "source", type=click.File("r"), default="-", help="The file it is in; else standard input."
)
@click.option("--found-at", default="", help="Where it was found: an address or a few words.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def leaked(source: IO[str], found_at: str, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """End a secret that was found, and say what it was and who must act.

    It is read from a file or from standard input, never from the command line: other users of the machine
    see that, and shells remember it.
    """
    from grantway.core.audit import AT_THE_MACHINE
    from grantway.core.errors import NotFound
    from grantway.core.secrets import Secret
    from grantway.features.audit import Act

    try:
        found = Secret(source.read(_LONGEST))
    except UnicodeDecodeError:
        fail("This is no text.")
    with opened(settings_of_process()) as product, refusals():
        product.poll()
        caller, features = product.operators.caller(), product.features.api
        try:
            with product.services.store.begin() as tx:
                leak = features.leaks.report(tx, caller, found, found_at=found_at)
                told = {**_description(leak), "found_at": found_at}
                act = Act("secret.leaked", leak.record_id, caller.organization_id, after=told)
                features.audit.record(tx, AT_THE_MACHINE, act)
        except NotFound:
            fail("This server gave out no such secret.")
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):<16}{'-' if text in (None, '') else text}")
    say("Ended: " + ", ".join(leak.ended) if leak.ended else "It had ended already.")


def _description(leak: Leak) -> dict[str, object]:
    return {
        "id": to_text(leak.record_id),
        "kind": leak.kind,
        "application": leak.application.client_id,
        "organization": to_text(leak.organization_id),
        "state": leak.state,
        "made_at": moment(leak.made_at),
        "expires_at": moment(leak.expires_at),
        "last_used_at": moment(leak.last_used_at),
        "last_used_from": leak.last_used_from,
        "scopes": sorted(leak.scopes),
        "ended": list(leak.ended),
        "must_act": [f"{one.name} ({', '.join(one.addresses) or 'no addresses'})" for one in leak.must_act],
    }
