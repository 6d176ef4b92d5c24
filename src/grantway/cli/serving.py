"""`grantway serve` and `grantway check-config`."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from grantway.cli.database import migrate_database
from grantway.cli.listening import begin_log, listen, say_serving
from grantway.cli.opening import mounts_in, opened, settings_of_process
from grantway.cli.output import WRONG_SETTINGS, fail, print_json, print_table, progress, say
from grantway.core import hosts

if TYPE_CHECKING:
    from grantway.app import Placed

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
    settings = settings_of_process(begin_log)
    mounts_in(settings)
    if is_migrating:
        migrate_database(settings)
    with opened(settings) as product:
        with progress("Preparing keys and built-in records"):
            product.prepare()
            # Each process would find out by itself, one after the other, and after it has begun to listen.
            product.poll()
            product.services.directory.keys()
        with product.services.store.begin() as tx:
            link = product.features.sign_in.activation.setup_link(tx)
    if link is not None:
        address = f"{settings.issuer}{link}"
        say(
            f"There is no operator yet. Become the first one here: {address}",
            event="operator_missing",
            level="warning",
        )
    if not hosts.is_loopback(settings.host) and not settings.trusted_proxies:
        say(_PUBLIC, event="no_proxy", level="warning")
    from grantway.app import worker
    from grantway.app.tracing import TracingMissing, require

    try:
        require(settings)
    except TracingMissing as missing:
        fail(str(missing), WRONG_SETTINGS)
    context = click.get_current_context()

    def ready() -> None:
        # The thread that waits for the server to accept speaks for this command.
        with context.scope(cleanup=False):
            say_serving(settings)

    listen(settings, partial(worker, settings), ready, log=settings.log)


@click.command("check-config")
@click.option("--connect", is_flag=True, help="Also ask the database, and open the keys in it.")
@click.option("--json", "as_json", is_flag=True, help="Print the settings in effect as JSON.")
def check_config(connect: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes options by name
    """Read the settings, tell every problem, and print what is in effect. Secrets are not printed."""
    settings = settings_of_process()
    mounts = [_mount(one) for one in mounts_in(settings)]
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


def _mount(placed: Placed) -> dict[str, Any]:
    mount = placed.mount
    return {
        "name": mount.name,
        "dialect": mount.dialect,
        "base_url": mount.base_url,
        "also": list(mount.also),
    }


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
