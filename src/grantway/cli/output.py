"""How commands speak: results on standard output, progress and problems on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeAlias

import click

from grantway.core.errors import DomainError, Invalid
from grantway.core.model import SECOND, Instant

Voice: TypeAlias = Callable[..., None]
"""Takes a sentence as an event of the log, with facts that belong to it."""
_VOICE = "grantway.voice"
FAILED = 1
WRONG_SETTINGS = 2

json_option = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
"""Every command has it."""
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
"""What cannot be undone asks first."""


def speak_through(voice: Voice) -> None:
    """From now on this command tells its sentences to the log: of a server every line is an event."""
    click.get_current_context().meta[_VOICE] = voice


def _voice() -> Voice | None:
    context = click.get_current_context(silent=True)
    found: Voice | None = context.meta.get(_VOICE) if context is not None else None
    return found


def fail(sentence: str, code: int = FAILED) -> NoReturn:
    """End the command with a sentence."""
    voice = _voice()
    if voice is None:
        click.echo(f"grantway: {sentence}", err=True)
    else:
        voice(sentence, level="error", event="ended", exit_code=code)
    raise SystemExit(code)


def say(sentence: str, **facts: object) -> None:
    """Tell how it is going. `facts` say the same to programs, where the log is for them."""
    voice = _voice()
    if voice is None:
        click.echo(sentence, err=True)
    else:
        voice(sentence, **facts)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say what takes a while, and how long it took."""
    started = time.perf_counter()
    if (voice := _voice()) is not None:
        voice(f"{what}.")
        yield
        voice(f"{what}: done.", seconds=round(time.perf_counter() - started, 3))
        return
    click.echo(f"{what} ..", err=True, nl=False)
    try:
        yield
    except BaseException:
        click.echo("", err=True)
        raise
    click.echo(f" done in {time.perf_counter() - started:.1f} s", err=True)


@contextmanager
def refusals() -> Iterator[None]:
    """End the command with the sentence of a refusal, and one line per field."""
    try:
        yield
    except Invalid as invalid:
        for error in invalid.errors:
            click.echo(f"{error.field}: {error.reason.sentence} ({error.reason.id})", err=True)
        fail(f"{invalid.reason.sentence} ({invalid.reason.id})")
    except DomainError as refused:
        fail(f"{refused.reason.sentence} ({refused.reason.id})")


def print_json(value: Any) -> None:
    """One JSON document."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def answer(record: Any, lines: str, *, as_json: bool) -> None:
    """The outcome of a command: the record for programs, or lines for people."""
    if as_json:
        print_json(record)
    elif lines:
        click.echo(lines)


def print_table(rows: Sequence[Mapping[str, object]], empty: str) -> None:
    """Columns for people, under the names of the first row."""
    if not rows:
        click.echo(empty, err=True)
        return
    names = list(rows[0])
    cells = [names, *([("" if row[name] is None else str(row[name])) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    for line in cells:
        texts = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(texts).rstrip())


def moment(instant: Instant | None) -> str | None:
    """A point in time as people and programs read it."""
    if instant is None:
        return None
    return datetime.fromtimestamp(instant // SECOND, UTC).isoformat().replace("+00:00", "Z")
