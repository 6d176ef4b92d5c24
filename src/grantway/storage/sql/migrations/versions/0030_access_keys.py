"""Access keys, and the grants that stand on one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What was granted until now stands on no key."""
    op.create_table(
        "access_keys",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("user_id", Number, nullable=True),
        sa.Column("service_account_id", Number, autoincrement=False, nullable=True),
        sa.Column("application_id", Number, autoincrement=False, nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("pepper_id", Number, nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("epoch", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.Column("consent_epoch", Number, nullable=False),
        sa.Column("powers", sa.Text(), nullable=False),
        sa.Column("created_by", Number, nullable=True),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires_at", Number, nullable=False),
        sa.Column("last_used_at", Number, nullable=True),
        sa.Column("last_used_from", sa.Text(), nullable=True),
        sa.Column("stopped_by_rank", sa.Text(), nullable=True),
        *_references(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_keys")),
    )
    for name in ("organization_id", "service_account_id", "application_id", "expires_at"):
        op.create_index(op.f(f"ix_access_keys_{name}"), "access_keys", [name])
    op.create_index("ix_access_keys_user_id_organization_id", "access_keys", ["user_id", "organization_id"])
    op.add_column("grants", sa.Column("access_key_id", Number, nullable=True))
    op.add_column("grants", sa.Column("access_key_epoch", Number, nullable=True))


def _references() -> tuple[sa.ForeignKeyConstraint, ...]:
    single = (
        ("organization_id", "organizations.id"),
        ("service_account_id", "service_accounts.id"),
        ("application_id", "applications.id"),
    )
    return (
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_access_keys_{name}"), ondelete="CASCADE")
            for name, target in single
        ),
        sa.ForeignKeyConstraint(
            ["user_id", "organization_id"],
            ["memberships.user_id", "memberships.organization_id"],
            name=op.f("fk_access_keys_user_id_organization_id"),
            ondelete="CASCADE",
        ),
    )
