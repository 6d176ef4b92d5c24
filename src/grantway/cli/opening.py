"""What most commands begin with: settings in order, and a product over the real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from grantway.cli.database_troubles import ADVICE, ROOT_KEY_ADVICE, ROOT_KEY_MISSING, SENTENCES
from grantway.cli.output import WRONG_SETTINGS, fail, say
from grantway.settings import LogSettings, Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from grantway.app import Placed, Product


def settings_of_process(begin_log: Callable[[LogSettings], None] | None = None) -> Settings:
    """The settings, or the end of the command with every problem they have.

    `begin_log` is called before anything is said, for a command whose sentences are events of the log.
    """
    try:
        settings = read_settings()
    except SettingsError as wrong:
        if begin_log is not None:
            begin_log(wrong.log)
        _end_with(wrong.problems)
    if begin_log is not None:
        begin_log(settings.log)
    return settings


def mounts_in(settings: Settings) -> tuple[Placed, ...]:
    """Where each dialect is served, or the end of the command with everything that stands in the way."""
    from grantway.app import MountingError, placed_mounts

    try:
        return placed_mounts(settings)
    except MountingError as wrong:
        _end_with(wrong.problems)


def _end_with(problems: tuple[str, ...]) -> NoReturn:
    for problem in problems:
        say(problem)
    count = len(problems)
    fail(
        f"{count} problem{'' if count == 1 else 's'} with the settings. docs/settings.md lists them all.",
        WRONG_SETTINGS,
    )


@contextmanager
def telling_troubles(settings: Settings) -> Iterator[None]:
    """End the command with a sentence where the database cannot be used, or is sealed with another key."""
    from grantway.features.keys.sealing import SealBroken
    from grantway.features.memory.keyring import KeyMissing
    from grantway.storage import trouble_with

    try:
        yield
    except SealBroken:
        fail(f"{ROOT_KEY_MISSING} {ROOT_KEY_ADVICE}", WRONG_SETTINGS)
    except KeyMissing:
        fail("This database was not set up yet. Start `grantway serve` once.")
    except Exception as failure:
        trouble = trouble_with(settings.database_url, failure)
        if trouble is None:
            raise
        fail(f"{SENTENCES[trouble]} {ADVICE[trouble]}")


@contextmanager
def opened(settings: Settings) -> Iterator[Product]:
    """A product over the real database; the command ends with a sentence where that cannot be used."""
    from grantway.app import build, open_ports
    from grantway.storage import check_schema

    mounts_in(settings)
    product = build(settings, open_ports(settings))
    try:
        with telling_troubles(settings):
            check_schema(settings.database_url)
            yield product
    finally:
        product.close()
