"""The one schema, for SQLite and PostgreSQL: tables, keys and indexes, and nothing that runs.

A table belongs here when a statement reads it. No server defaults, no enums, no triggers: what a row
holds is decided by the program, and both databases hold it alike. `migrations` leads a database here.
"""

from __future__ import annotations

from grantway.storage.sql.tables import (
    access_keys,
    activity,
    budgets,
    decisions,
    devices,
    invitations,
    notices,
    oversight,
    people,
    protocol,
    registry,
    reviewing,
    service_accounts,
    sessions,
    vouchers,
)
from grantway.storage.sql.tables.metadata import METADATA

__all__ = [
    "METADATA",
    "access_keys",
    "activity",
    "budgets",
    "decisions",
    "devices",
    "invitations",
    "notices",
    "oversight",
    "people",
    "protocol",
    "registry",
    "reviewing",
    "service_accounts",
    "sessions",
    "vouchers",
]
