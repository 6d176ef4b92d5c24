"""How a server begins: its log from the first line on, where it listens, and what an operator should know."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from grantway import __version__
from grantway.cli.output import fail, say, speak_through
from grantway.settings import LogSettings, Settings

if TYPE_CHECKING:
    from grantway.serving import Listening
    from grantway.system.board import Board

_log = structlog.get_logger("grantway.start")
_PRIVILEGED = 1_024


def begin_log(log: LogSettings) -> None:
    """Have every line of this command be an event, if the log is for programs."""
    from grantway.app.log import configure

    configure(log)
    if log.format == "json":
        speak_through(partial(_told, is_in_file=log.file is not None))


def _told(
    message: str, *, is_in_file: bool, level: str = "info", event: str = "told", **facts: object
) -> None:
    """One sentence as an event; on standard error, too, where the log is in a file."""
    getattr(_log, level)(event, message=message, **facts)
    if is_in_file:
        import json

        import click

        click.echo(json.dumps({"level": level, "event": event, "message": message, **facts}), err=True)


def listen(
    settings: Settings, factory: Callable[[Board], Any], ready: Callable[[], None], *, log: LogSettings
) -> None:
    """Run worker processes; ends the command with a sentence where the address cannot be listened on."""
    from grantway.app.log import configure
    from grantway.serving import serve as run
    from grantway.system.board import Board

    configure(log)
    try:
        run(partial(factory, Board(settings.workers)), listening_of(settings), ready=ready)
    except OSError as failure:
        reason = reason_not_listening(failure, settings)
        fail(f"Cannot listen on {settings.host} port {settings.port}: {reason}")


def say_serving(settings: Settings) -> None:
    """The line of a server that is ready: where and what it is, and what it does not do."""
    kind = settings.database_url.partition(":")[0]
    mail = "off" if settings.smtp_url is None else settings.smtp_url.kind
    workers = f"{settings.workers} process{'' if settings.workers == 1 else 'es'}"
    warnings = warnings_of(settings)
    for warning in warnings:
        say(f"Warning: {warning}", event="warning", level="warning")
    say(
        f"Serving {settings.issuer} on {settings.host} port {settings.port}: Grantway {__version__}, {kind}, "
        f"{workers}, mail {mail}.",
        event="serving",
        issuer=settings.issuer,
        host=settings.host,
        port=settings.port,
        version=__version__,
        database=kind,
        workers=settings.workers,
        mail=mail,
        warnings=warnings,
    )


def warnings_of(settings: Settings) -> list[str]:
    """What an operator may not have meant, in sentences that say what to do."""
    found = []
    if settings.smtp_url is None:
        found.append("No mail is sent. Set GRANTWAY_SMTP_URL and GRANTWAY_MAIL_FROM to send letters.")
    elif settings.smtp_url.kind in {"file", "console"}:
        found.append("Letters are put aside and not sent: GRANTWAY_SMTP_URL names no mail server.")
    has_tls = settings.tls_certificate is not None or bool(settings.trusted_proxies)
    if settings.issuer.startswith("https:") and not has_tls:
        found.append(
            "Nothing here ends TLS and no proxy is named: set GRANTWAY_TRUSTED_PROXIES, or a certificate."
        )
    if any(network.prefixlen == 0 for network in settings.metrics):
        found.append("Everybody may read /metrics. Name in GRANTWAY_METRICS who collects them.")
    if settings.interface == "wsgi":
        found.append("GRANTWAY_INTERFACE=wsgi needs a proxy in front that buffers whole requests.")
    return found


def reason_not_listening(failure: OSError, settings: Settings) -> str:
    """Why an address cannot be had, and what to do."""
    if failure.errno == errno.EADDRINUSE:
        return "another program listens there. Stop it, or choose another GRANTWAY_PORT."
    if failure.errno == errno.EADDRNOTAVAIL:
        return "this machine does not have the address. Set GRANTWAY_HOST to one it has, or to 0.0.0.0."
    if isinstance(failure, OSError) and type(failure).__name__ == "gaierror":
        return "the name does not resolve. Set GRANTWAY_HOST to an address of this machine."
    if failure.errno in {errno.EACCES, errno.EPERM} and settings.port < _PRIVILEGED:
        return (
            f"ports below {_PRIVILEGED} are for root. Choose a higher GRANTWAY_PORT behind a proxy, or give "
            "the service CAP_NET_BIND_SERVICE."
        )
    if failure.errno in {errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT}:
        return "this machine does not speak that kind of address. Set GRANTWAY_HOST to one it has."
    return f"{(failure.strerror or 'refused').rstrip('.').lower()}. See GRANTWAY_HOST and GRANTWAY_PORT."


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
