"""`grantway backup` and `grantway restore`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grantway.cli.database import migrate_database
from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import (
    answer,
    fail,
    json_option,
    moment,
    print_json,
    print_table,
    progress,
    say,
    yes_option,
)
from grantway.core.identifiers import to_text

if TYPE_CHECKING:
    from grantway.core.audit import AuditEntry
    from grantway.features.upkeep.restoring import Restored
    from grantway.settings import Settings

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@json_option
def backup(file: Path, *, as_json: bool) -> None:
    """Copy the database into a new FILE, which only you can read, while servers work on it.

    The copy is of one moment, and is checked. Whoever has it and the root key can sign tokens: keep the two
    apart. Of PostgreSQL pg_dump makes it; where that is not here, the command to run elsewhere is printed.
    """
    from grantway.storage import kind_of
    from grantway.storage.sql import copies

    settings = settings_of_process()
    try:
        with progress("Copying the database"):
            copies.back_up(settings.database_url, file)
    except copies.CopyError as wrong:
        fail(str(wrong))
    kind, size = kind_of(settings.database_url), file.stat().st_size
    answer({"file": str(file), "kind": kind, "bytes": size}, str(file), as_json=as_json)


@click.command()
@click.argument("file", type=_FILE)
@click.option(
    "--replace", "is_replacing", is_flag=True, help="Put it in the place of the database that is there."
)
@yes_option
@json_option
def restore(file: Path, *, is_replacing: bool, yes: bool, as_json: bool) -> None:
    """Make the database of GRANTWAY_DATABASE_URL out of a copy. Stop the servers first.

    Nothing that was issued before works afterwards, revoked or not: the keys are withdrawn, everybody signs
    in again, and receivers of HS256 tokens need the new key. Client secrets, passwords, members and consents
    are as they were in the copy. What was done since is listed, as far as the replaced database tells it.
    """
    from grantway.core.ports import Unavailable
    from grantway.storage import kind_of
    from grantway.storage.sql import copies

    settings = settings_of_process()
    url = settings.database_url
    try:
        revision = copies.check(file, kind_of(url))
        is_empty = copies.is_empty(url)
        if not is_empty and not is_replacing:
            fail("There is a database already. `--replace` puts the copy in its place.")
        if not is_empty and copies.is_in_use(url):
            fail("Somebody works on this database. Stop the servers and whatever else reads it first.")
        if not yes:
            click.confirm(
                "Everybody signs in again, and what was done since the copy is undone. Restore it?",
                abort=True,
                err=True,
            )
        replaced = () if is_empty else _acts(settings)
        with copies.staged(file, url) as staged:
            restored = _finished(replace(settings, database_url=staged), replaced or ())
    except copies.CopyError as wrong:
        fail(str(wrong))
    except Unavailable:
        fail("The database of GRANTWAY_DATABASE_URL cannot be reached.")
    _report(
        restored,
        revision=revision,
        undone=None if is_empty or replaced is None else restored.undone,
        as_json=as_json,
    )


def _acts(settings: Settings) -> tuple[AuditEntry, ...] | None:
    """The newest acts of the database that is there; None where this version cannot read them."""
    from grantway.features.upkeep.restoring import Restoring
    from grantway.storage.sql import copies

    if not copies.is_current(settings.database_url):
        return None
    with opened(settings) as product:
        return Restoring(product.services).acts()


def _finished(settings: Settings, replaced: tuple[AuditEntry, ...]) -> Restored:
    """A copy that was brought up to date and issues anew. The command ends where its keys do not open."""
    from grantway.features.upkeep.restoring import Restoring

    migrate_database(settings)
    with opened(settings) as product, progress("Withdrawing what was issued, and making new keys"):
        # The peppers stay: whoever has another root key is told so before anything counts.
        product.services.directory.keys()
        restored = Restoring(product.services).finish(replaced)
        product.prepare()
    return restored


def _report(
    restored: Restored, *, revision: str, undone: tuple[AuditEntry, ...] | None, as_json: bool
) -> None:
    rows = [
        {
            "at": moment(one.at),
            "action": one.action,
            "target": one.target_id,
            "organization": None if one.organization_id is None else to_text(one.organization_id),
        }
        for one in undone or ()
    ]
    until = moment(restored.told_until)
    if as_json:
        print_json(
            {
                "revision": revision,
                "told_until": until,
                "keys_withdrawn": sorted(restored.withdrawn),
                "undone": None if undone is None else rows,
            }
        )
    elif rows:
        print_table(rows, "")
    say(f"Restored. It tells of what was done until {until or 'nothing was done'}; all keys are new.")
    if undone is None:
        say(
            "What was revoked, rotated, disabled or removed after that is back: do it again where it must be."
        )
    elif rows:
        say(f"{len(rows)} acts are undone, the newest first. Whatever ended by one of them is back.")
    say("Client secrets and passwords are those of the copy. Give HS256 receivers the new key.")
