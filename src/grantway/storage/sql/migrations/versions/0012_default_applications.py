"""The name under which a preset offers an application: one of each in an organization."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("applications", sa.Column("default_name", sa.Text(), nullable=True))
    op.create_index(
        "uq_applications_default",
        "applications",
        ["organization_id", "preset", "default_name"],
        unique=True,
        sqlite_where=sa.text("default_name IS NOT NULL"),
        postgresql_where=sa.text("default_name IS NOT NULL"),
    )
