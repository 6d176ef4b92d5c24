"""What installations wait for and were of use for, and secrets that can be read again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("installations", sa.Column("scopes_pending", sa.Text(), nullable=True))
    op.add_column("installations", sa.Column("requested_by", Number, nullable=True))
    op.add_column("installations", sa.Column("requested_at", Number, nullable=True))
    op.add_column("installations", sa.Column("granted_at", Number, nullable=True))
    # What was never a request was granted when it was made.
    installations = sa.table(
        "installations", sa.column("granted_at"), sa.column("created_at"), sa.column("state")
    )
    op.execute(
        sa.update(installations)
        .where(installations.c.state != "requested")
        .values(granted_at=installations.c.created_at)
    )
    op.add_column("credentials", sa.Column("sealed", sa.LargeBinary(), nullable=True))
    op.add_column("credentials", sa.Column("seal_key_id", sa.Text(), nullable=True))
    op.add_column("credentials", sa.Column("revealed_at", Number, nullable=True))
    op.add_column("credentials", sa.Column("revealed_by", Number, nullable=True))
    op.create_index(
        "ix_credentials_seal_key_id",
        "credentials",
        ["seal_key_id"],
        sqlite_where=sa.text("seal_key_id IS NOT NULL"),
        postgresql_where=sa.text("seal_key_id IS NOT NULL"),
    )
    _create_installation_uses()


def _create_installation_uses() -> None:
    op.create_table(
        "installation_uses",
        sa.Column("installation_id", Number, autoincrement=False, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("last_used_at", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["installation_id"],
            ["installations.id"],
            name=op.f("fk_installation_uses_installation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("installation_id", "scope", name=op.f("pk_installation_uses")),
    )
