"""Ends of sessions, what stands on a session, how often a consent was withdrawn."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# In which artifacts it is written which session they were made in, and under which name.
STANDING = {"session": "id", "code": "session_id"}


def upgrade() -> None:
    op.create_table(
        "ended_sessions",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("ended_at", Number, nullable=False),
        sa.Column("ends_offline", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_sessions")),
    )
    op.create_index(op.f("ix_ended_sessions_ended_at"), "ended_sessions", ["ended_at"])
    op.add_column("artifacts", sa.Column("session_id", Number, nullable=True))
    op.create_index(
        "ix_artifacts_session_id",
        "artifacts",
        ["session_id"],
        sqlite_where=sa.text("session_id IS NOT NULL"),
        postgresql_where=sa.text("session_id IS NOT NULL"),
    )
    # Null says the same as no row at all: it was never withdrawn.
    op.add_column("consents", sa.Column("epoch", Number, nullable=True))
    # Null says yes, which is the default.
    op.add_column("platform_policy", sa.Column("password_ends_offline", sa.Integer(), nullable=True))
    _note_sessions()


def _note_sessions() -> None:
    """Sessions and codes that are there end with their session from now on."""
    artifacts = sa.table(
        "artifacts",
        sa.column("kind", sa.Text()),
        sa.column("key", sa.LargeBinary()),
        sa.column("payload", sa.LargeBinary()),
        sa.column("session_id", Number),
    )
    connection = op.get_bind()
    found = connection.execute(
        sa.select(artifacts.c.kind, artifacts.c.key, artifacts.c.payload).where(
            artifacts.c.kind.in_(tuple(STANDING))
        )
    ).all()
    noted = [
        {"kind_": kind, "key_": key, "session": json.loads(payload).get(STANDING[kind])}
        for kind, key, payload in found
    ]
    if noted:
        is_it = sa.and_(artifacts.c.kind == sa.bindparam("kind_"), artifacts.c.key == sa.bindparam("key_"))
        connection.execute(
            sa.update(artifacts).where(is_it).values(session_id=sa.bindparam("session")), noted
        )
