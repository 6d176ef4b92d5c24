"""`grantway migrate`."""

from __future__ import annotations

import click

from grantway.cli.opening import settings_of_process, telling_troubles
from grantway.cli.output import json_option, print_json, progress
from grantway.settings import Settings


@click.command()
@json_option
def migrate(*, as_json: bool) -> None:
    """Bring the database to the schema of this version.

    `grantway serve` does this by itself at its start. Several may do it at the same time.
    """
    from grantway.storage import condition_of

    settings = settings_of_process()
    migrate_database(settings)
    if as_json:
        print_json({"revision": condition_of(settings.database_url).revision})


def migrate_database(settings: Settings) -> None:
    """Migrate, or end the command with a sentence."""
    from grantway.storage import migrate as upgrade

    with progress("Bringing the database up to date"), telling_troubles(settings):
        upgrade(settings.database_url)
