"""Default applications: those that an organization can have one of each, under the name of a preset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grantway.core.model import Application
from grantway.core.policy import DefaultApplication, Preset


@dataclass(frozen=True, slots=True)
class Offered:
    """What a preset offers, and the organization's own, where it was made."""

    preset: Preset
    default: DefaultApplication
    application: Application | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The organization's default application, and whether this very call made it."""

    application: Application
    created: bool


class DefaultsDoor(Protocol):
    """The default applications of one organization."""

    def default_applications(self) -> tuple[Application, ...]:
        """Those that were made: at most one of each preset and name, whatever its state is."""
