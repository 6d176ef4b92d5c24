"""`grantway migrate`."""

from __future__ import annotations

import click

from grantway.cli.opening import settings_of_process
from grantway.cli.output import fail, json_option, print_json, progress
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
    from sqlalchemy.exc import SQLAlchemyError

    from grantway.core.ports import Unavailable
    from grantway.storage import migrate as upgrade

    with progress("Bringing the database up to date"):
        try:
            upgrade(settings.database_url)
        except (Unavailable, SQLAlchemyError, OSError):
            fail("The database of GRANTWAY_DATABASE_URL cannot be reached or written to.")
