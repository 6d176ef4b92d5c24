"""The sessions that were ended: by signing out, from the list, or with a new password.

Only an end is written down, so that what is absent was never ended: a session that merely expired
leaves no row, whoever swept it away, and what it gave lives on. A row stays as long as anything that
the session gave is there.
"""

from __future__ import annotations

from sqlalchemy import Column, Table

from grantway.storage.sql.tables.metadata import METADATA, id_column
from grantway.storage.sql.types import Flag, Moment

ended_sessions = Table(
    "ended_sessions",
    METADATA,
    id_column(),
    Column("ended_at", Moment, nullable=False, index=True),
    # Whether families that were allowed to go on without the person ended too.
    Column("ends_offline", Flag, nullable=False),
)
