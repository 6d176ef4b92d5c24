"""`grantway migrate`."""

from __future__ import annotations

import click

from grantway.cli.opening import settings_of_process, telling_troubles
from grantway.cli.output import progress
from grantway.settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version.

    `grantway serve` does this by itself at its start. Several may do it at the same time.
    """
    migrate_database(settings_of_process())


def migrate_database(settings: Settings) -> None:
    """Migrate, or end the command with a sentence."""
    from grantway.storage import migrate as upgrade

    with progress("Bringing the database up to date"), telling_troubles(settings):
        upgrade(settings.database_url)
