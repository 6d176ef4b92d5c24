"""What may differ by mount, judged for each mount: what can be served there, and who may relax it there.

A dialect's own mount may be given what its preset gives and what is offered everywhere, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grantway.core import errors
from grantway.core.errors import Reason
from grantway.core.mount_settings import OF_MOUNTS, STANDARD_DIALECT, MountSettings
from grantway.core.policy import LONGEST_ACCESS_TOKEN, Preset
from grantway.features import fields
from grantway.features.fields import Findings
from grantway.features.registry.drafts import ApplicationDraft

TOKEN_FORMATS = ("jwt", "opaque")
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
PKCE = ("required", "optional")
REFRESH_POLICIES = ("rotate", "stable")
SHORTEST_ACCESS_TOKEN = 60
SHORTEST_REFRESH_TOKEN = 300
LONGEST_REFRESH_TOKEN = 366 * 86_400
SHORTEST_CODE, LONGEST_CODE = 10, 60

_RANGES = {
    "access_token_lifetime": (SHORTEST_ACCESS_TOKEN, LONGEST_ACCESS_TOKEN),
    "chosen_lifetime_cap": (SHORTEST_ACCESS_TOKEN, LONGEST_ACCESS_TOKEN),
    "refresh_token_lifetime": (SHORTEST_REFRESH_TOKEN, LONGEST_REFRESH_TOKEN),
    "refresh_token_idle_lifetime": (SHORTEST_REFRESH_TOKEN, LONGEST_REFRESH_TOKEN),
    "code_lifetime": (SHORTEST_CODE, LONGEST_CODE),
}
_PRESETS_ALONE = ("id_tokens", "secretless")
"""What belongs to the wire and is edited nowhere."""
EDITED_AT_DIALECTS = tuple(name for name in OF_MOUNTS if name not in _PRESETS_ALONE)


@dataclass(frozen=True, slots=True)
class _Mount:
    """One mount to judge: its dialect, what the preset gives there, and what can be signed there."""

    dialect: str
    given: MountSettings
    is_public: bool
    algorithms: tuple[str, ...]

    @property
    def is_standard(self) -> bool:
        return self.dialect == STANDARD_DIALECT


def judge_mounts(
    draft: ApplicationDraft, preset: Preset, findings: Findings, *, signs: Mapping[str, frozenset[str]] | None
) -> None:
    """Note every problem of what may differ by mount.

    `signs` are the algorithms that the mounts of a dialect have keys of; None: those that are offered.
    """
    own = {name: getattr(draft, name, getattr(preset.settings.standard, name)) for name in OF_MOUNTS}
    problems = _problems(own, _mount(STANDARD_DIALECT, draft, preset, signs))
    for name, reason in problems.items():
        findings.add(name, reason)
    for dialect, given in (draft.dialect_settings or {}).items():
        if dialect not in preset.settings.dialects:
            # Only a preset's own mount has looser rules. What was asked for is not repeated.
            has_own = bool(preset.settings.dialects)
            none = errors.FIELD_UNKNOWN_VALUE.saying("This preset has no mount of its own.")
            findings.add(
                "dialect_settings", fields.unknown_value(preset.settings.dialects) if has_own else none
            )
            continue
        there = _problems({**own, **given}, _mount(dialect, draft, preset, signs))
        for name, reason in there.items():
            if name in given or name not in problems:
                findings.add(f"dialect_settings.{dialect}.{name}", reason)


def _mount(
    dialect: str, draft: ApplicationDraft, preset: Preset, signs: Mapping[str, frozenset[str]] | None
) -> _Mount:
    keys = None if signs is None else signs.get(dialect)
    algorithms = tuple(name for name in ALGORITHMS if keys is None or name in keys)
    return _Mount(dialect, preset.settings.at(dialect), draft.type == "public", algorithms)


def _problems(values: Mapping[str, Any], mount: _Mount) -> dict[str, Reason]:
    """What is wrong with the values in force at one mount, by name."""
    given = mount.given
    formats = TOKEN_FORMATS if mount.is_standard else (given.token_format,)
    # The one shared key of a mount signs bare tokens, and nothing else is checked with it.
    is_bare = values["token_format"] == "bare_jwt" and "bare_jwt" in formats
    signs = ("HS256",) if is_bare else mount.algorithms
    # A public client cannot keep a secret: the proof key and rotation stand for it (RFC 9700 §2.2.2). So does
    # rotation where a mount asks for none at a refresh, but where its wire has none (D89).
    is_open = "refresh_token" in given.secretless and given.refresh_policy == "rotate"
    refresh = REFRESH_POLICIES[:1] if mount.is_public or is_open else REFRESH_POLICIES
    pkce = ("required",) if mount.is_public else PKCE if mount.is_standard else (*PKCE, given.pkce)
    found = {
        "token_format": fields.one_of(values["token_format"], formats),
        "access_token_algorithm": fields.one_of(values["access_token_algorithm"], signs),
        "id_token_algorithm": fields.one_of(values["id_token_algorithm"], mount.algorithms),
        "pkce": fields.one_of(values["pkce"], pkce),
        "refresh_policy": fields.one_of(values["refresh_policy"], refresh),
    }
    for name, (low, high) in _RANGES.items():
        longest = high if mount.is_standard else max(high, getattr(given, name))
        found[name] = fields.within(values[name], low, longest)
    if values["several_audiences"] and not given.several_audiences:
        found["several_audiences"] = errors.FIELD_FORBIDDEN
    return {name: reason for name, reason in found.items() if reason is not None}
