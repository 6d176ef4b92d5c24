"""What may differ by mount stands apart: the standard mount's values, and those of a dialect's own mount."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_BATCH = 500

# Values of that time: a migration does not change when the program does.
_STANDARD: dict[str, Any] = {
    "token_format": "jwt",
    "access_token_algorithm": "ES256",
    "id_token_algorithm": "RS256",
    "access_token_lifetime": 900,
    "refresh_token_lifetime": 2_592_000,
    "refresh_token_idle_lifetime": 1_209_600,
    "code_lifetime": 60,
    "client_may_choose_lifetime": False,
    "chosen_lifetime_cap": 86_400,
    "pkce": "required",
    "several_audiences": False,
    "id_tokens": True,
}
_OF_PRESETS: dict[str, dict[str, Any]] = {
    "deeplynx": {
        "token_format": "bare_jwt",
        "access_token_algorithm": "HS256",
        "access_token_lifetime": 28_800,
        "client_may_choose_lifetime": True,
        "chosen_lifetime_cap": 604_800,
        "code_lifetime": 600,
        "pkce": "none",
        "several_audiences": True,
        "id_tokens": False,
    },
    "nexus211": {
        "token_format": "opaque",
        "access_token_lifetime": 3_600,
        "pkce": "none",
        "several_audiences": True,
        "id_tokens": False,
    },
}
_LONGEST_CODE = 60
_OFFERED = {
    "token_format": ("jwt", "opaque"),
    "access_token_algorithm": ("ES256", "RS256", "PS256", "EdDSA"),
    "id_token_algorithm": ("ES256", "RS256", "PS256", "EdDSA"),
    "pkce": ("required", "optional"),
    "several_audiences": (False,),
    "id_tokens": (True,),
}
"""What the standard mount offers to everybody."""


def upgrade() -> None:
    connection = op.get_bind()
    applications = sa.table(
        "applications",
        sa.column("id", sa.BigInteger),
        sa.column("type", sa.Text),
        sa.column("preset", sa.Text),
        sa.column("dialects", sa.Text),
        sa.column("settings", sa.Text),
    )
    columns = (
        applications.c.id,
        applications.c.type,
        applications.c.preset,
        applications.c.dialects,
        applications.c.settings,
    )
    write = (
        applications.update()
        .where(applications.c.id == sa.bindparam("of_id"))
        .values(settings=sa.bindparam("wanted"))
    )
    last = 0
    while True:
        page = sa.select(*columns).where(columns[0] > last).order_by(columns[0]).limit(_BATCH)
        rows = connection.execute(page).all()
        if not rows:
            return
        connection.execute(write, [_moved(row) for row in rows])
        last = rows[-1][0]


def _moved(row: Any) -> dict[str, Any]:
    identifier, kind, preset, dialects, text = row
    settings = _apart(json.loads(text), kind, preset, json.loads(dialects))
    return {"of_id": identifier, "wanted": json.dumps(settings, separators=(",", ":"), sort_keys=True)}


def _apart(settings: dict[str, Any], kind: str, preset: str, dialects: list[str]) -> dict[str, Any]:
    """The same settings in their new form."""
    held = {name: settings.pop(name, value) for name, value in _STANDARD.items()}
    given = _OF_PRESETS.get(preset)
    if given is None:
        return {**settings, "standard": held, "dialects": {}}
    if preset not in dialects:
        own = {name: value for name, value in given.items() if not (kind == "public" and name == "pkce")}
        return {**settings, "standard": held, "dialects": {preset: own}}
    standard = {name: _strict(name, value, given) for name, value in held.items()}
    own = {name: value for name, value in held.items() if value != standard[name]}
    return {**settings, "standard": standard, "dialects": {preset: own}}


def _strict(name: str, value: Any, given: dict[str, Any]) -> Any:
    """A value as the standard mount has it: neither what the preset gave nor what is not offered there."""
    is_inherited = name in given and value == given[name]
    if is_inherited or value not in _OFFERED.get(name, (value,)):
        return _STANDARD[name]
    return min(value, _LONGEST_CODE) if name == "code_lifetime" else value
