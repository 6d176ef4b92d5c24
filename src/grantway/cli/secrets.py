"""`grantway secrets`: what to do with a secret that was found. The other commands are derived."""

from __future__ import annotations

from typing import IO

import click

from grantway.cli.deriving import group_of
from grantway.cli.output import fail, json_option, print_json, say
from grantway.cli.performing import at_the_machine
from grantway.cli.registry_table import SECRETS

_LONGEST = 20_000

secrets = group_of("secrets", "Look after client secrets and tokens.", SECRETS)


@secrets.command()
@click.option(
    "--file", "source", type=click.File("r"), default="-", help="The file it is in; else standard input."
)
@click.option("--found-at", default="", help="Where it was found: an address or a few words.")
@json_option
def leaked(source: IO[str], found_at: str, *, as_json: bool) -> None:
    """End a secret that was found, and say what it was and who must act.

    It is read from a file or from standard input, never from the command line: other users of the machine
    see that, and shells remember it.
    """
    from grantway.core.errors import NotFound

    try:
        found = source.read(_LONGEST)
    except UnicodeDecodeError:
        fail("This is no text.")
    with at_the_machine() as machine:
        try:
            leak = machine.do("reportLeakedSecret", body={"secret": found, "found_at": found_at})
        except NotFound:
            fail("This server gave out no such secret.")
    if as_json:
        print_json(leak)
        return
    for name, value in leak.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):<16}{'-' if text in (None, '') else text}")
    say("Ended: " + ", ".join(leak["ended"]) if leak["ended"] else "It had ended already.")
