"""What most commands begin with: settings in order, and a product over the real database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grantway.cli.output import WRONG_SETTINGS, fail, say
from grantway.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from grantway.app import Product


def settings_of_process() -> Settings:
    """The settings, or the end of the command with every problem they have."""
    try:
        return read_settings()
    except SettingsError as wrong:
        for problem in wrong.problems:
            say(problem)
        count = len(wrong.problems)
        fail(
            f"{count} problem{'' if count == 1 else 's'} with the settings. docs/settings.md lists them all.",
            WRONG_SETTINGS,
        )


@contextmanager
def opened(settings: Settings) -> Iterator[Product]:
    """A product over the real database; the command ends with a sentence where that cannot be used."""
    from grantway.app import MountingError, build, open_ports
    from grantway.core.ports import Unavailable
    from grantway.features.keys.sealing import SealBroken
    from grantway.features.memory.keyring import KeyMissing

    try:
        product = build(settings, open_ports(settings))
    except MountingError as wrong:
        fail(str(wrong), WRONG_SETTINGS)
    try:
        yield product
    except Unavailable:
        fail("The database does not answer. Check GRANTWAY_DATABASE_URL, and run `grantway migrate` once.")
    except SealBroken:
        fail("GRANTWAY_ROOT_KEYS lacks the key under which this database was sealed.", WRONG_SETTINGS)
    except KeyMissing:
        fail("This database was not set up yet. Start `grantway serve` once.")
    finally:
        product.close()
