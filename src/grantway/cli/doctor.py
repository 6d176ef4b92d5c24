"""`grantway doctor` and `grantway purge`: what a server needs, and what is due."""

from __future__ import annotations

import smtplib
import socket
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grantway.cli.database_troubles import ADVICE, ROOT_KEY_ADVICE, SENTENCES
from grantway.cli.opening import mounts_in, opened, settings_of_process
from grantway.cli.output import FAILED, print_json, print_table, refusals, say
from grantway.core.model import MINUTE, SECOND
from grantway.features.memory.following import VALIDITY

if TYPE_CHECKING:
    from grantway.app import Product
    from grantway.settings import Settings

_MOST_NAMED = 20
GRACE = 10 * MINUTE
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
    mounts_in(settings)
    findings = _database(settings)
    if all(bool(one["ok"]) for one in findings):
        with opened(settings) as product:
            findings += [*_keys(product), *_surroundings(product), *_mounts(product)]
    findings += [_mail(settings), _files(settings)]
    if as_json:
        print_json(findings)
    else:
        print_table([{**one, "ok": "yes" if one["ok"] else "NO"} for one in findings], "")
    if not all(bool(one["ok"]) for one in findings):
        raise SystemExit(FAILED)


def _finding(
    check: str, *, ok: bool, found: object, advice: str = "", is_due: bool = False
) -> dict[str, object]:
    """One line. What is due and no fault shows its advice, too: an alarm is only for what is wrong."""
    return {"check": check, "ok": ok, "found": str(found), "advice": advice if is_due or not ok else ""}


def _database(settings: Settings) -> list[dict[str, object]]:
    """Whether it answers, has the schema of this version, and agrees on the time."""
    from grantway.core.ports import Unavailable
    from grantway.storage import condition_of, trouble_with
    from grantway.system import SystemClock

    clock = SystemClock()
    before = clock.now() / SECOND
    try:
        condition = condition_of(settings.database_url)
    except Unavailable as failure:
        trouble = trouble_with(settings.database_url, failure) or "unreachable"
        return [_finding("database", ok=False, found=SENTENCES[trouble], advice=ADVICE[trouble])]
    # Its clock was read at some moment in between: a slow answer is no wrong clock.
    after, there = clock.now() / SECOND, condition.now
    drift = 0.0 if there is None else max(0.0, before - there, there - after)
    return [
        _finding("database", ok=True, found=condition.kind),
        _finding(
            "schema",
            ok=condition.revision == condition.newest,
            found=f"{condition.revision or 'none'} of {condition.newest}",
            advice=ADVICE["newer" if condition.is_newer else "not_set_up"],
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
    paths += [one for one in (settings.tls_key, settings.log_file) if one is not None]
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
    live = [
        one for one in keys if one.withdrawn_at is None and (one.retire_at is None or one.retire_at > now)
    ]
    usable = [one for one in live if one.use_from <= now]
    rings = {(one.mount, one.algorithm) for one in keys}
    silent = rings - {(one.mount, one.algorithm) for one in usable}
    waiting = sum(not product.services.sealer.is_current(one.sealed) for one in keys)
    try:
        product.poll()
        product.services.directory.keys()
        opens = True
    except SealBroken:
        opens = False
    # A database that was only migrated has none, and nothing is wrong with it.
    in_use = f"{len(usable)} in use, {len(live) - len(usable)} announced" if keys else "none yet"
    return [
        _finding(
            "signing keys",
            ok=not silent,
            found=in_use,
            advice="Start `grantway serve` once: it makes what is missing.",
            is_due=not keys,
        ),
        _finding(
            "root keys",
            ok=opens,
            found="open what is sealed" if opens else "one is missing",
            advice=ROOT_KEY_ADVICE,
        ),
        _finding(
            "resealing",
            ok=opens or waiting == 0,
            found=f"{waiting} signing keys under another root key than the first",
            advice="Keep every root key until the server has resealed all under the first one.",
            is_due=waiting > 0,
        ),
    ]


def _surroundings(product: Product) -> list[dict[str, object]]:
    """The change feed, what is overdue, and whether anybody runs the platform."""
    from grantway.core.listing import OrganizationFilter
    from grantway.core.ports import Page

    now = product.ports.clock.now()
    with product.services.store.read() as tx:
        before = product.ports.clock.monotonic()
        position = tx.gate.feed_position()
        lag = product.ports.clock.monotonic() - before
        # Who is due just now is removed within a minute.
        due = len(tx.platform.due_applications(now=now - GRACE, limit=1_000))
        platform = tx.platform.platform_organization()
        owners = tx.organization(platform.id).owners() if platform is not None else 0
        open_ = len(tx.platform.organizations(Page(limit=1_000), OrganizationFilter(gate="any")))
    serve = "A server does this every minute: see whether one runs, or run `grantway purge`."
    return [
        _finding(
            "change feed",
            ok=True,
            found=f"at {position}, read in {lag * 1000:.0f} ms",
            advice=f"Where it takes more than {VALIDITY * 1000:.0f} ms, every request asks the database.",
            is_due=lag > VALIDITY,
        ),
        _finding("purge", ok=due == 0, found=f"{due} due", advice=serve),
        _finding(
            "operators",
            ok=owners > 0,
            found=f"{owners} owner{'' if owners == 1 else 's'}",
            advice="Run `grantway admin create-operator`.",
        ),
        # An organization may choose so: it is told, and no fault.
        _finding("gates", ok=True, found=f"{open_} let in anything (orgs list --gate any)"),
    ]


def _mounts(product: Product) -> list[dict[str, object]]:
    """What is served where, and whether enabled applications speak only what is mounted nowhere."""
    from grantway.core.listing import ApplicationFilter
    from grantway.core.ports import Page
    from grantway.edges.dialects import PRESETS

    spoken = frozenset(one.dialect.name for one in product.placed)
    silent: dict[str, int] = {}
    with product.services.store.read() as tx:
        for name in sorted({preset.name for preset in PRESETS} - spoken):
            only = ApplicationFilter(dialect=name, state="enabled", is_archived=False)
            found = tx.platform.applications(Page(limit=1_000), only)
            lost = sum(one.dialects.isdisjoint(spoken) for one in found)
            if lost:
                silent[name] = lost
    told = ", ".join(f"{count} of {name}" for name, count in silent.items())
    return [
        _finding(
            "mounts",
            ok=not silent,
            found=f"applications without one: {told}" if silent else ", ".join(sorted(spoken)),
            advice="Their addresses answer 404 and their tokens are good nowhere; nothing of them is lost. "
            "Mount the dialect again (GRANTWAY_MOUNTS), move them (docs/dialects), or disable them.",
        )
    ]


def _mail(settings: Settings) -> dict[str, object]:
    """Whether letters could leave: the server takes us in, or the folder can be written to."""
    from grantway.app.running import mailer_of

    mailer = mailer_of(settings)
    if mailer is None or settings.smtp_url is None:
        advice = "Set GRANTWAY_SMTP_URL and GRANTWAY_MAIL_FROM to send letters."
        return _finding("mail", ok=True, found="off", advice=advice, is_due=True)
    try:
        mailer.check()
    except (OSError, smtplib.SMTPException, ValueError) as failure:
        found, advice = _mail_trouble(failure)
        return _finding("mail", ok=False, found=found, advice=advice)
    return _finding("mail", ok=True, found=settings.smtp_url.kind)


def _mail_trouble(failure: Exception) -> tuple[str, str]:
    """Why the mail server cannot be used, and what to do."""
    for kind, found, advice in _MAIL_TROUBLES:
        if isinstance(failure, kind):
            return found, advice
    return "the mail server does not answer as it should", "Check GRANTWAY_SMTP_URL."


_MAIL_TROUBLES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        smtplib.SMTPAuthenticationError,
        "the mail server refuses user or password",
        "Correct them in GRANTWAY_SMTP_URL; signs such as @ are written as %40 there.",
    ),
    (
        (smtplib.SMTPNotSupportedError, ssl.SSLError),
        "the connection could not be encrypted as asked",
        "Choose smtps://, ?starttls or smtp:// in GRANTWAY_SMTP_URL, and check the certificate.",
    ),
    (
        socket.gaierror,
        "the name of the mail server does not resolve",
        "Correct the host in GRANTWAY_SMTP_URL.",
    ),
    (
        ConnectionRefusedError,
        "nobody listens at the address of the mail server",
        "Correct host and port in GRANTWAY_SMTP_URL, or start it.",
    ),
    (
        (TimeoutError, smtplib.SMTPServerDisconnected),
        "the mail server did not answer in time",
        "See whether a firewall stands between, and whether the port is the one for that encryption.",
    ),
    (
        (PermissionError, FileExistsError, NotADirectoryError),
        "the folder for letters cannot be written to",
        "Give it to the user that runs Grantway, or choose another in GRANTWAY_SMTP_URL.",
    ),
)
