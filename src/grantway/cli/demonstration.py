"""`grantway demo`."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from grantway.cli.opening import opened
from grantway.cli.output import fail, progress
from grantway.settings import data_home


@click.command()
@click.option(
    "--port", default=8400, show_default=True, type=click.IntRange(1, 65_535), help="Where to listen."
)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its database and passwords are kept.  [default: grantway-demo in your data folder]",
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 16), help="Processes.")
@click.option(
    "--json", "as_json", is_flag=True, help="When it is ready, print all it knows as one line of JSON."
)
def demo(port: int, data: Path | None, workers: int, as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Show a whole server on this machine, with people, applications and an API in it.

    Everything secret is drawn at the first start and kept in the data folder, so the next start has the
    same accounts. It is for looking and trying: it listens on this machine only, without encryption.
    """
    from grantway.cli.database import migrate_database
    from grantway.cli.listening import listen
    from grantway.demo import DemoFolder, demo_settings, demo_worker, prepare

    folder = DemoFolder(data or data_home() / "grantway-demo")
    try:
        settings = demo_settings(folder, port=port, workers=workers)
        folder.set_aside_unfinished()
        folder.begin_log()
    except OSError:
        fail(f"The folder {folder.path} cannot be written to. Name another with --data.")
    migrate_database(settings)
    with opened(settings) as product, progress("Preparing people, applications and keys"):
        facts = prepare(product, folder)
    ready = partial(click.echo, json.dumps(facts)) if as_json else partial(_welcome, facts, folder.path)
    listen(settings, partial(demo_worker, settings, folder), ready, log=settings.log)


def _welcome(facts: dict[str, Any], place: Path) -> None:
    issuer, northwind = facts["issuer"], facts["organizations"][0]
    machine = next(one for one in facts["applications"] if one["type"] == "backend")
    people = [("operator", facts["operator"])] + [
        (f"{part} of {one['name']}", one[part])
        for one in facts["organizations"]
        for part in ("admin", "developer", "user")
    ]
    width = max(len(who) for who, _ in people)
    longest = max(len(account["email"]) for _, account in people)
    lines = [
        "",
        f"Grantway is running at {issuer}",
        "",
        "Look around",
        f"  {issuer}/playground   a sign-in, step by step, with every request shown",
        f"  {issuer}/             your account, after signing in",
        f"  {issuer}/reference    the management API",
        "",
        f"Sign in, for instance as {northwind['user']['email']}",
        *(f"  {who:<{width}}  {one['email']:<{longest}}  {one['password']}" for who, one in people),
        "",
        "Or as a program",
        f"  curl -u {machine['client_id']}:{machine['client_secret']} \\",
        f"       -d grant_type=client_credentials {facts['management']['token_endpoint']}",
        f"  curl {issuer}/.well-known/openid-configuration",
        "",
        "The guides of other systems, request by request",
        *(
            f"  {issuer}/playground/guides/{one['name']}"
            for one in facts["dialects"]
            if one["name"] != "standard"
        ),
        "",
        f"Mail is not sent: it is put into {facts['mail']}.",
        f"Its log is {place / 'log.jsonl'}: the request id of a page that went wrong is found there.",
        f"Everything, with client ids and secrets, is in {place / 'demo.json'}.",
        "Stop it with Ctrl-C. The next start has the same data.",
        "",
    ]
    click.echo("\n".join(lines))
