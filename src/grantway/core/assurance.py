"""How sure it is that the person is the one who signed in: the classes (OpenID Connect Core §2, `acr`).

One list, the weakest first. A second factor is one line more in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple


class AuthenticationClass(NamedTuple):
    """A class by its name, and the methods (RFC 8176) that reach it together."""

    name: str
    methods: frozenset[str]


PASSWORD = AuthenticationClass("urn:grantway:acr:password", frozenset({"pwd"}))
CLASSES: tuple[AuthenticationClass, ...] = (PASSWORD,)
NAMES: tuple[str, ...] = tuple(one.name for one in CLASSES)
"""What the metadata lists as `acr_values_supported`."""


def class_of(methods: Iterable[str]) -> str | None:
    """The strongest class that was reached; None: none of ours."""
    used = frozenset(methods)
    return next((one.name for one in reversed(CLASSES) if one.methods <= used), None)


def signed_in_by(methods: Collection[str]) -> dict[str, Any]:
    """The claims that tell how somebody signed in: `amr`, and `acr` where that reaches a class."""
    used, reached = list(methods), class_of(methods)
    return {"amr": used} if reached is None else {"acr": reached, "amr": used}


def can_meet(wanted: Iterable[str]) -> bool:
    """Whether anybody here could sign in in one of these ways. No wish can always be met."""
    named = tuple(wanted)
    return not named or any(name in NAMES for name in named)


def meets(methods: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether a sign-in was one of those that are wanted, or a stronger one."""
    ranks = [NAMES.index(name) for name in wanted if name in NAMES]
    reached = class_of(methods)
    return not ranks or (reached is not None and NAMES.index(reached) >= min(ranks))
