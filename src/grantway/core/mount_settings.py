"""What settings may say differently at each mount, and the one way to what is in force there.

`settings` hold the values of the standard mount. A dialect's own mount may be given others, and only there:
what a system's wire makes up for (sign-in without PKCE, codes of ten minutes, tokens under one shared key)
is in force where that wire is spoken and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

TokenFormat: TypeAlias = Literal["jwt", "opaque", "opaque_hex", "bare_jwt", "tenant_jwt"]
Algorithm: TypeAlias = Literal["ES256", "RS256", "PS256", "EdDSA", "HS256"]
Pkce: TypeAlias = Literal["required", "optional", "none"]
RefreshPolicy: TypeAlias = Literal["rotate", "stable"]

STANDARD_DIALECT = "standard"


@dataclass(frozen=True, slots=True)
class MountSettings:
    """The settings that are in force at one mount. Lifetimes are in seconds."""

    token_format: TokenFormat = "jwt"
    access_token_algorithm: Algorithm = "ES256"
    id_token_algorithm: Algorithm = "RS256"
    access_token_lifetime: int = 900
    refresh_token_lifetime: int = 30 * 86_400
    refresh_token_idle_lifetime: int = 14 * 86_400
    refresh_policy: RefreshPolicy = "rotate"
    code_lifetime: int = 60
    client_may_choose_lifetime: bool = False
    chosen_lifetime_cap: int = 86_400
    pkce: Pkce = "required"
    several_audiences: bool = False
    id_tokens: bool = True
    secretless: frozenset[str] = frozenset()
    """Grant types that an application with a secret uses by its client id alone."""


@dataclass(frozen=True, slots=True)
class DialectSettings:
    """What a dialect's own mount has in another way. None: as at the standard mount."""

    token_format: TokenFormat | None = None
    access_token_algorithm: Algorithm | None = None
    id_token_algorithm: Algorithm | None = None
    access_token_lifetime: int | None = None
    refresh_token_lifetime: int | None = None
    refresh_token_idle_lifetime: int | None = None
    refresh_policy: RefreshPolicy | None = None
    code_lifetime: int | None = None
    client_may_choose_lifetime: bool | None = None
    chosen_lifetime_cap: int | None = None
    pkce: Pkce | None = None
    several_audiences: bool | None = None
    id_tokens: bool | None = None
    secretless: frozenset[str] | None = None

    def over(self, standard: MountSettings) -> MountSettings:
        """The settings in force where these are laid over those of the standard mount."""
        return MountSettings(**{**values_of(standard), **values_of(self)})


OF_MOUNTS: tuple[str, ...] = tuple(field.name for field in fields(MountSettings))
"""The names of what may differ by mount."""


def values_of(settings: MountSettings | DialectSettings) -> dict[str, Any]:
    """What settings say, by name. What is left as it is elsewhere is not among them."""
    said = ((name, getattr(settings, name)) for name in OF_MOUNTS)
    return {name: value for name, value in said if value is not None}


class InForce:
    """Settings that can be asked what is in force at a mount: computed once, looked up on each request."""

    __slots__ = ("_in_force", "_otherwise")
    _in_force: Mapping[str, MountSettings]
    _otherwise: MountSettings

    def _settle(self, standard: MountSettings, dialects: Mapping[str, DialectSettings]) -> None:
        object.__setattr__(self, "_otherwise", standard)
        object.__setattr__(
            self, "_in_force", {name: given.over(standard) for name, given in dialects.items()}
        )

    def at(self, dialect: str) -> MountSettings:
        """The settings in force at the mounts of a dialect: what its requests, codes and tokens follow."""
        return self._in_force.get(dialect, self._otherwise)
