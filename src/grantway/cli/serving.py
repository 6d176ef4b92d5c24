"""`grantway serve` and `grantway check-config`."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.database import migrate_database
from grantway.cli.opening import opened, settings_of_process
from grantway.cli.output import WRONG_SETTINGS, fail, print_json, print_table, progress, say
from grantway.core import hosts
from grantway.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from grantway.serving import Listening

_PUBLIC = (
    "Listening for other machines, and no proxy is named: one address could hold every connection. Put a "
    "proxy in front and name it in GRANTWAY_TRUSTED_PROXIES (docs/operating.md, In front of it)."
)
_SECRET = {"database_url", "root_keys", "smtp_url"}


@click.command()
@click.option(
    "--migrate/--no-migrate", "is_migrating", default=True, help="Bring the database up to date first."
)
def serve(is_migrating: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Serve until told to stop.

    The first start makes what a server needs and prints a link, good for a day, with which somebody
    becomes the first operator. Each later start without an operator prints a new one.
    """
    settings = settings_of_process()
    if is_migrating:
        migrate_database(settings)
    with opened(settings) as product:
        with progress("Preparing keys and built-in records"):
            product.prepare()
        with product.services.store.begin() as tx:
            link = product.features.sign_in.activation.setup_link(tx)
    if link is not None:
        say(f"There is no operator yet. Become the first one here: {settings.issuer}{link}")
    if not hosts.is_loopback(settings.host) and not settings.trusted_proxies:
        say(_PUBLIC)
    from grantway.app import worker

    listen(settings, partial(worker, settings), lambda: say(f"Serving {settings.issuer}"))


def listen(settings: Settings, factory: Callable[[], Any], ready: Callable[[], None]) -> None:
    """Run worker processes; ends the command with a sentence where the address is taken."""
    from grantway.app import log
    from grantway.serving import serve as run

    log.configure(settings.log_level, settings.log_format)
    try:
        run(factory, listening_of(settings), ready=ready)
    except OSError as failure:
        fail(f"Cannot listen on {settings.host} port {settings.port}: {failure.strerror or 'refused'}.")


def listening_of(settings: Settings) -> Listening:
    """Where and how the settings want to be served."""
    from grantway.serving import Listening

    tls = None
    if settings.tls_certificate is not None and settings.tls_key is not None:
        tls = (settings.tls_certificate, settings.tls_key)
    return Listening(
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        tls=tls,
        interface=settings.interface,
        connections=settings.connections,
        header_seconds=settings.header_timeout,
        send_seconds=settings.send_timeout,
        wsgi_threads=settings.threads,
        stop_seconds=settings.stop_timeout,
    )


@click.command("check-config")
@click.option("--connect", is_flag=True, help="Also ask the database, and open the keys in it.")
@click.option("--json", "as_json", is_flag=True, help="Print the settings in effect as JSON.")
def check_config(connect: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Read the settings, tell every problem, and print what is in effect. Secrets are not printed."""
    settings = settings_of_process()
    from grantway.app import MountingError, placed_mounts

    try:
        mounts = [{"name": one.mount.name, "base_url": one.mount.base_url} for one in placed_mounts(settings)]
    except MountingError as wrong:
        fail(str(wrong), WRONG_SETTINGS)
    if connect:
        with opened(settings) as product:
            product.poll()
            product.services.directory.keys()
    shown = {one.name: _shown(one.name, getattr(settings, one.name)) for one in fields(settings)}
    shown["mounts"] = mounts
    if as_json:
        print_json(shown)
        return
    print_table([{"setting": name, "value": _text(value)} for name, value in shown.items()], "")
    if settings.smtp_url is None:
        say("No mail is sent: GRANTWAY_SMTP_URL is not set. Webhooks are called.")
    say("The settings are in order." + (" The database answers and its keys open." if connect else ""))


def _shown(name: str, value: Any) -> Any:
    if name in _SECRET and value is not None:
        return "(set)"
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value if isinstance(value, int | float | str) or value is None else str(value)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if not isinstance(value, list):
        return str(value)
    items = [f"{one['name']} at {one['base_url']}" if isinstance(one, dict) else str(one) for one in value]
    return ", ".join(items) or "-"
