"""The log: one line per event on standard error, without anything that would let a reader in."""

from __future__ import annotations

import logging
import re
import sys
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog
from joserfc.errors import SecurityWarning

# Our own credentials begin with these; a JWT begins with an encoded brace and quote.
_CREDENTIAL = re.compile(
    r"\bgw[srco]_[A-Za-z0-9._~-]{8,}|\bwhsec_[A-Za-z0-9+/=]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
)
_HIDDEN = "***"

Event = MutableMapping[str, Any]


def configure(level: str, form: str) -> None:
    """Send structlog's and the standard library's events the same way."""
    # RFC 9864 gives the algorithm another name, which the clients of today do not know yet.
    warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_credentials,
    ]
    renderer: Any = structlog.processors.JSONRenderer()
    if form == "text":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)


def hide_credentials(logger: Any, method: str, event: Event) -> Event:
    """Take out of every text what looks like a token or a secret, whatever brought it here."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _CREDENTIAL.sub(_HIDDEN, value)
    return event
