"""What a stored artifact or grant stands on, as conditions: each statement that uses one carries them.

A session that was ended takes along what it gave in the very commit that ends it. Nothing is swept:
whoever reads an artifact or a grant reads the end of its session in the same statement.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, not_, or_

from grantway.storage.sql import rows
from grantway.storage.sql.tables.protocol import artifacts, grants
from grantway.storage.sql.tables.sessions import ended_sessions
from grantway.storage.sql.types import constant

_EMPTY: ColumnElement[str] = literal_column("''")
_OFFLINE: ColumnElement[str] = literal_column("'\"offline_access\"'")
"""The scope as it stands in a JSON list: no scope contains the quotes."""

_artifact_is_orphaned = exists().where(ended_sessions.c.id == artifacts.c.session_id)
ARTIFACT_STANDS: ColumnElement[bool] = not_(_artifact_is_orphaned)
"""The session that an artifact was made in, if there is one, was not ended."""

_outlives = func.replace(grants.c.scopes, _OFFLINE, _EMPTY) != grants.c.scopes
_grant_is_orphaned = exists().where(
    ended_sessions.c.id == grants.c.session_id,
    or_(ended_sessions.c.ends_offline == constant(1), not_(_outlives)),
)
GRANT_IS_LIVE: ColumnElement[bool] = and_(grants.c.state == constant("live"), not_(_grant_is_orphaned))
"""A grant was not revoked, and the session it was made in was not ended, if it ends with one."""

_state = case(
    (and_(grants.c.state == constant("live"), _grant_is_orphaned), constant("revoked")),
    else_=grants.c.state,
)
GRANT: rows.Columns = tuple(_state if column is grants.c.state else column for column in rows.GRANT)
"""The columns of a grant as it is: one whose session was ended reads as revoked."""
