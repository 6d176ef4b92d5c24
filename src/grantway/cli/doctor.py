"""`grantway doctor` and `grantway purge`: what a server needs, and what is due."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import FAILED, print_json, print_table, refusals, say
from grantway.core.model import SECOND

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.settings import Settings

_MOST_NAMED = 20
MOST_DRIFT = 2.0
"""Seconds between this clock and the database's: more spoils the life of tokens."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def purge(as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Remove for good the applications whose time has come.

    The server does this by itself every minute; this is for a database without a server.
    """
    with opened(settings_of_process()) as product, refusals():
        product.prepare()
        count, done = 0, product.features.api.life_cycle.purge_due()
        while done:
            count += done
            done = product.features.api.life_cycle.purge_due()
    if as_json:
        print_json({"purged": count})
    else:
        say(f"{count} application{'' if count == 1 else 's'} removed for good.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:  # noqa: FBT001 - click passes by name
    """Look whether a server could work with these settings and this database, and change nothing.

    Exit codes: 0 everything is well, 1 something is not, 2 the settings are wrong.
    """
    settings = settings_of_process()
    findings = [*_database(settings), _files(settings)]
    if all(bool(one["ok"]) for one in findings):
        with opened(settings) as product:
            findings += _keys(product) + _surroundings(product)
    if as_json:
        print_json(findings)
    else:
        print_table([{**one, "ok": "yes" if one["ok"] else "NO"} for one in findings], "")
    if not all(bool(one["ok"]) for one in findings):
        raise SystemExit(FAILED)


def _finding(check: str, *, ok: bool, found: object, advice: str) -> dict[str, object]:
    return {"check": check, "ok": ok, "found": str(found), "advice": "" if ok else advice}


def _database(settings: Settings) -> list[dict[str, object]]:
    """Whether it answers, has the schema of this version, and agrees on the time."""
    from grantway.core.ports import Unavailable
    from grantway.storage import condition_of
    from grantway.system import SystemClock

    try:
        condition = condition_of(settings.database_url)
    except Unavailable:
        advice = "Check GRANTWAY_DATABASE_URL, and whether the database runs."
        return [_finding("database", ok=False, found="no answer", advice=advice)]
    here = SystemClock().now() / SECOND
    drift = 0.0 if condition.now is None else abs(condition.now - here)
    return [
        _finding("database", ok=True, found=condition.kind, advice=""),
        _finding(
            "schema",
            ok=condition.revision == condition.newest,
            found=f"{condition.revision or 'none'} of {condition.newest}",
            advice="Run `grantway migrate`.",
        ),
        _finding(
            "clock",
            ok=drift <= MOST_DRIFT,
            found=f"{drift:.1f} s apart",
            advice="Set the clocks of this machine and of the database by the same time service.",
        ),
    ]


def _files(settings: Settings) -> dict[str, object]:
    """Whether files with hashes, keys or letters are for the server's account alone."""
    from shlex import quote

    from grantway.settings.loading import file_of_process
    from grantway.storage import files_of
    from grantway.system.files import open_to_others

    paths = [Path(one) for one in files_of(settings.database_url)]
    if settings.smtp_url is not None and settings.smtp_url.folder is not None:
        paths.append(settings.smtp_url.folder)
        paths += sorted(settings.smtp_url.folder.glob("*"))
    # An administrator's own file may be lent to the group that the server runs as.
    own = file_of_process()
    found = [*open_to_others(paths), *open_to_others([own] if own else [], group=False)]
    return _finding(
        "files",
        ok=not found,
        found=f"{len(found)} that others may read" if found else "for this account alone",
        advice="Run `chmod go= " + " ".join(quote(str(one)) for one in found[:_MOST_NAMED]) + "`.",
    )


def _keys(product: Product) -> list[dict[str, object]]:
    """Whether the root keys open what is sealed, and which of them still have work."""
    from grantway.features.keys.sealing import SealBroken

    now, keys = product.ports.clock.now(), product.rotation.listed()
    signing = [one for one in keys if one.withdrawn_at is None and one.use_from <= now]
    usable = [one for one in signing if one.retire_at is None or one.retire_at > now]
    waiting = sum(not product.services.sealer.is_current(one.sealed) for one in keys)
    try:
        product.poll()
        opens = bool(product.services.directory.keys().signing)
    except SealBroken:
        opens = False
    start = "Start `grantway serve` once: it makes what is missing."
    return [
        _finding("signing keys", ok=bool(usable), found=f"{len(usable)} in use", advice=start),
        _finding(
            "root keys",
            ok=opens,
            found="open what is sealed" if opens else "one is missing",
            advice="Put back into GRANTWAY_ROOT_KEYS the key under which this database was sealed.",
        ),
        _finding(
            "resealing",
            ok=waiting == 0,
            found=f"{waiting} signing keys under another root key than the first",
            advice="Keep every root key until the server has resealed all under the first one.",
        ),
    ]


def _surroundings(product: Product) -> list[dict[str, object]]:
    """The change feed, what is overdue, and whether anybody runs the platform."""
    from grantway.core.listing import OrganizationFilter
    from grantway.core.ports import Page

    now = product.ports.clock.now()
    with product.services.store.read() as tx:
        position = tx.gate.feed_position()
        due = len(tx.platform.due_applications(now=now, limit=1_000))
        platform = tx.platform.platform_organization()
        owners = tx.organization(platform.id).owners() if platform is not None else 0
        open_ = len(tx.platform.organizations(Page(limit=1_000), OrganizationFilter(gate="any")))
    serve = "A server does this every minute: see whether one runs, or run `grantway purge`."
    return [
        _finding("change feed", ok=position >= 0, found=f"at {position}", advice=""),
        _finding("purge", ok=due == 0, found=f"{due} due", advice=serve),
        _finding(
            "operators",
            ok=owners > 0,
            found=f"{owners} owner{'' if owners == 1 else 's'}",
            advice="Run `grantway admin create-operator`.",
        ),
        # An organization may choose so: it is told, and no fault.
        _finding("gates", ok=True, found=f"{open_} let in anything (orgs list --gate any)", advice=""),
    ]
