"""Routes of APIs, what they take as proof, limits of requests, and what was counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # Null says the same as the default policy: APIs from before the column was there have it.
    op.add_column("apis", sa.Column("policy", sa.Text(), nullable=True))
    _create_routes()
    _create_limits()
    _create_counts()


def _create_routes() -> None:
    op.create_table(
        "api_routes",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("api_id", Number, autoincrement=False, nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("version", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_id"], ["apis.id"], name=op.f("fk_api_routes_api_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_routes")),
        sa.UniqueConstraint("api_id", "method", "shape", name=op.f("uq_api_routes_api_id_method_shape")),
    )


def _create_limits() -> None:
    def key(column: str, table: str) -> sa.ForeignKeyConstraint:
        name = op.f(f"fk_request_limits_{column}")
        return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete="CASCADE")

    op.create_table(
        "request_limits",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("api_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=True),
        sa.Column("organization_id", Number, autoincrement=False, nullable=True),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("per_minute", Number, nullable=False),
        sa.Column("version", Number, nullable=False),
        key("api_id", "apis"),
        key("application_id", "applications"),
        key("organization_id", "organizations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_limits")),
        sa.UniqueConstraint("api_id", "pair", name=op.f("uq_request_limits_api_id_pair")),
    )
    for column in ("application_id", "organization_id"):
        op.create_index(op.f(f"ix_request_limits_{column}"), "request_limits", [column])


def _create_counts() -> None:
    op.create_table(
        "request_counts",
        sa.Column("api_id", Number, autoincrement=False, nullable=False),
        sa.Column("application_id", Number, autoincrement=False, nullable=False),
        sa.Column("organization_id", Number, autoincrement=False, nullable=False),
        sa.Column("window_start", Number, autoincrement=False, nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.PrimaryKeyConstraint(
            "api_id", "application_id", "organization_id", "window_start", name=op.f("pk_request_counts")
        ),
    )
    op.create_index("ix_request_counts_window_start", "request_counts", ["window_start"])
    op.create_index(
        "ix_request_counts_application_id_window_start",
        "request_counts",
        ["application_id", "window_start"],
    )
