"""What a stored artifact or grant stands on, as conditions: each statement that uses one carries them.

A session that was ended, or an access key that was switched off or deleted, takes along what it gave in the
very commit that ends it. Nothing is swept: whoever reads an artifact or a grant reads that end in the same
statement.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, not_, or_

from grantway.storage.sql import rows
from grantway.storage.sql.tables.access_keys import access_keys
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
_session_is_over = exists().where(
    ended_sessions.c.id == grants.c.session_id,
    or_(ended_sessions.c.ends_offline == constant(1), not_(_outlives)),
)
_key_stands = exists().where(
    access_keys.c.id == grants.c.access_key_id, access_keys.c.epoch == grants.c.access_key_epoch
)
_grant_is_orphaned = or_(_session_is_over, and_(grants.c.access_key_id.is_not(None), not_(_key_stands)))
GRANT_IS_LIVE: ColumnElement[bool] = and_(grants.c.state == constant("live"), not_(_grant_is_orphaned))
"""A grant was not revoked, and neither its session, if it ends with one, nor its access key was ended."""

_state = case(
    (and_(grants.c.state == constant("live"), _grant_is_orphaned), constant("revoked")),
    else_=grants.c.state,
)
GRANT: rows.Columns = tuple(_state if column is grants.c.state else column for column in rows.GRANT)
"""The columns of a grant as it is: one whose session or access key was ended reads as revoked."""
