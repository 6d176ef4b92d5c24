"""Attempts to sign in, as they are remembered: for the person, and in the platform's log.

A person sees the last of their own, a bounded number of each outcome. The log is never cleared, so what
anybody can cause there is counted, and after the first ones only each doubling is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from grantway.core.model import DAY, Id, Instant

Outcome: TypeAlias = Literal["succeeded", "failed"]

KEPT_OF_EACH = 20
"""Sign-ins of each outcome that a person's page can tell of."""
KEPT_FOR: Instant = 90 * DAY
TOLD_SINGLY = 8
"""How many of a kind in one window are told one by one."""

_LONGEST_AGENT = 400
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    (re.compile(r"\b(?:Edg|EdgA|EdgiOS)/"), "Edge"),
    (re.compile(r"\b(?:OPR|Opera)/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Headless)?(?:Chrome|CriOS|Chromium)/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+.*\bSafari/"), "Safari"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One attempt on somebody's account. `network` is the range it came from, `browser` words of ours.

    `count` is how many of the window it stands for: a flood is told by a few lines.
    """

    id: Id
    user_id: Id
    at: Instant
    outcome: Outcome
    network: str
    browser: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """Something that is counted in windows, without any limit."""

    bucket: str
    window: Instant


class SignInKeeper(Protocol):
    """Where attempts are counted and remembered."""

    def tally(self, *counted: Tally, now: Instant) -> tuple[int, ...]:
        """Count one more of each, and say the how many-th of its window it is. One round trip."""

    def remember_sign_in(self, sign_in: SignIn, *, keep: int) -> None:
        """Queue it, and forget all but the newest of its outcome; nothing for a user there is not."""

    def sign_ins_of(self, user_id: Id) -> tuple[SignIn, ...]:
        """What is remembered of a person's attempts, the newest first."""


class SignInDesk(Protocol):
    """The end of old ones."""

    def delete_sign_ins(self, *, before: Instant, limit: int) -> int:
        """Forget attempts of before, a limited number; how many there were."""


def is_told(count: int, *, singly: int = TOLD_SINGLY) -> bool:
    """Whether the how many-th of a window is told: the first ones, and then each doubling."""
    return count <= singly or count & (count - 1) == 0


def browser_named(agent: str | None) -> str:
    """A browser and a system in words of ours, out of what a request says of itself; nothing else of it."""
    text = (agent or "")[:_LONGEST_AGENT]
    browser = next((name for pattern, name in _BROWSERS if pattern.search(text)), "")
    system = next((name for mark, name in _SYSTEMS if mark in text), "")
    return ", ".join(name for name in (browser, system) if name)
