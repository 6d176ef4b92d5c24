"""What makers want of a reviewed application waits beside it. What was approved counts as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from grantway.storage.sql.types import Identifier, Moment

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_versions",
        sa.Column("application_id", Identifier, autoincrement=False, nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.Column("user_id", Identifier, nullable=True),
        sa.Column("through_id", Identifier, nullable=True),
        sa.PrimaryKeyConstraint("application_id", name="pk_pending_versions"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name="fk_pending_versions_application_id",
            ondelete="CASCADE",
        ),
    )
