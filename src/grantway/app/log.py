"""The log: one line per event, from the first on, without anything that would let a reader in.

A line is one JSON object in ASCII: no newline and no escape sequence of a terminal can be in it, whatever was
sent. Of an exception it says the kind and the places in the code, and not its message, which often repeats
what was being worked on.
"""

from __future__ import annotations

import io
import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from joserfc.errors import SecurityWarning

from grantway.core.ports import Unavailable
from grantway.settings import LogSettings
from grantway.system.lines import GATHER_SECONDS, LONGEST_LINE, LineWriter, LogFile, StandardError

# Our own credentials begin with these; a JWT begins with an encoded brace and quote.
_CREDENTIAL = re.compile(
    r"\bgw[srco]_[A-Za-z0-9._~-]{8,}|\bwhsec_[A-Za-z0-9+/=]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"
)
_HIDDEN = "***"
_MOST_FRAMES = 24
_MOST_CAUSES = 4
_CUT = "..."

Event = MutableMapping[str, Any]
_encoded = json.JSONEncoder(default=str).encode
_log = structlog.get_logger("grantway.process")


class Log:
    """Where the lines of this process go, and how they are written."""

    def __init__(self, settings: LogSettings, *, gather: float = GATHER_SECONDS) -> None:
        self.is_json = settings.format == "json"
        self._render: Any = _json if self.is_json else _text
        destination = StandardError() if settings.file is None else LogFile(settings.file)
        self._writer = LineWriter(destination, self._lost, gather=gather)
        self.write = self._writer.write
        """Takes a rendered line; it is written a moment later."""
        self.flush = self._writer.flush
        """Waits until it is."""

    def lost(self) -> int:
        """How many lines were not taken since the start."""
        return self._writer.lost

    def msg(self, line: str) -> None:
        """Take what structlog rendered, without its end."""
        self.write(line + "\n")

    debug = info = warning = error = exception = critical = fatal = log = msg

    def rendered(self, logger: Any, method: str, event: Event) -> str:
        """An event as one line; what makes it too long is cut."""
        event = dict(event)
        line: str = self._render(event)
        while len(line) >= LONGEST_LINE:
            name = max(event, key=lambda key: len(str(event[key])))
            text = str(event[name])
            event[name] = text[: len(text) // 2].removesuffix(_CUT) + _CUT
            line = self._render(event)
        return line

    def _lost(self, count: int) -> str:
        event: Event = {"event": "log_lines_lost", "lost": count, "level": "warning"}
        structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", event)
        return self.rendered(None, "", event) + "\n"


def configure(settings: LogSettings, *, worker: int = 0) -> Log:
    """Send what structlog, the standard library, warnings and uncaught exceptions say the same way.

    `worker` is the number of this process, from 1; 0 is the one that starts the others.
    """
    # RFC 9864 gives the algorithm another name, which the clients of today do not know yet.
    warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)
    # Who starts a server reads line by line, and nothing there is in a hurry.
    log = Log(settings, gather=GATHER_SECONDS if worker else 0.0)
    number = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        lambda _logger, _method, event: {**event, "worker": worker},
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        describe_exception,
        hide_credentials,
    ]
    structlog.configure(
        processors=[*shared, log.rendered],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: log,
        cache_logger_on_first_use=False,
    )
    handler = _Handler(log)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, log.rendered],
        )
    )
    # Libraries tell of trouble only: what they say besides may repeat the values of a statement.
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)
    for own in ("grantway", "alembic.runtime.migration"):
        logging.getLogger(own).setLevel(number)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    if log.is_json and settings.file is None:
        # Whatever else is printed becomes an event, line by line.
        sys.stdout = cast("TextIO", _Printed("stdout"))
        sys.stderr = cast("TextIO", _Printed("stderr"))
    return log


class _Handler(logging.Handler):
    """What the standard library's loggers say."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self._log_to = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one event. A message that cannot be formed must not stop who says it."""
        try:
            self._log_to.msg(self.format(record))
        except Exception:  # noqa: BLE001 - a logger's fault is never that of its caller
            self._log_to.msg(self._log_to.rendered(None, "", {"event": "log_message_unreadable"}))


class _Printed(io.TextIOBase):
    """A standard stream of a process whose lines are all events."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._begun = threading.local()

    def write(self, text: str) -> int:
        """Make an event of each whole line."""
        lines = (getattr(self._begun, "text", "") + text).split("\n")
        self._begun.text = lines.pop()
        for line in lines:
            if line.strip():
                _log.info("printed", stream=self._name, message=line.rstrip())
        return len(text)

    def writable(self) -> bool:
        """It is."""
        return True


def describe_exception(logger: Any, method: str, event: Event) -> Event:
    """Say of an exception what it is, where in the code it came from and what caused it."""
    told = event.pop("exc_info", None)
    if told and not isinstance(told, BaseException):
        told = (sys.exc_info() if told is True else told)[1]
    if told:
        event["exception"] = "\n".join(_described(told))
    return event


def _described(error: BaseException) -> list[str]:
    lines: list[str] = []
    cause: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if cause is None:
            break
        lines.append(("caused by " if lines else "") + _name_of(cause))
        frames = traceback.extract_tb(cause.__traceback__, limit=-_MOST_FRAMES)
        lines += [f"  {_place_of(one.filename)}:{one.lineno} {one.name}" for one in reversed(frames)]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines


def _name_of(error: BaseException) -> str:
    """Its kind, and what it says where that cannot be anybody's data."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, Unavailable):
        return f"{name}: {str(error).partition(chr(10))[0]}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return name


def _place_of(filename: str) -> str:
    """A file of the code, from its package on."""
    for folder in ("/site-packages/", "/src/", "/lib/python3"):
        _, found, rest = filename.rpartition(folder)
        if found:
            return rest
    return filename.rpartition("/")[2]


def hide_credentials(logger: Any, method: str, event: Event) -> Event:
    """Take out of every text what looks like a token or a secret, whatever brought it here."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _CREDENTIAL.sub(_HIDDEN, value)
    return event


def _json(event: object) -> str:
    # The one control character that JSON need not escape.
    return _encoded(event).replace("\x7f", "\\u007f")


def _text(event: Event) -> str:
    """An event for people. Nothing in it can move a cursor or begin a line."""
    facts = {name: value for name, value in event.items() if name not in {"timestamp", "level", "event"}}
    exception = str(facts.pop("exception", ""))
    said = " ".join(f"{name}={_plain(value)}" for name, value in facts.items())
    what = _plain(event["event"], quoted=False)
    head = f"{event.get('timestamp', '')} [{event.get('level', 'info'):<8}] {what}"
    trace = " | ".join(line.strip() for line in exception.split("\n")) if exception else ""
    return " ".join(part for part in (head, said, _plain(trace, quoted=False)) if part)


def _plain(value: object, *, quoted: bool = True) -> str:
    text = str(value)
    is_word = bool(text) and not set(text) & set(' "=')
    if text.isascii() and text.isprintable() and (is_word or not quoted):
        return text
    shown = _json(text)
    return shown if quoted else shown[1:-1]


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None:
        _log.error("uncaught_exception", exception=kind.__name__)
    elif not isinstance(error, KeyboardInterrupt | SystemExit):
        _log.error("uncaught_exception", exc_info=error.with_traceback(trace))
