"""What Alembic runs to lead a database along the history; the connection is given to it."""

from __future__ import annotations

from alembic import context

from grantway.storage.sql.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
