"""Lists of an organization's members and applications are read in the order of an index."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_memberships_organization_id", table_name="memberships")
    op.create_index("ix_memberships_organization_id_user_id", "memberships", ["organization_id", "user_id"])
    op.drop_index("ix_applications_organization_id", table_name="applications")
    op.create_index("ix_applications_organization_id_id", "applications", ["organization_id", "id"])
