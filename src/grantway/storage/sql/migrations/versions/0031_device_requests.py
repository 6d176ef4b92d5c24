"""Requests of devices without a browser (RFC 8628); whether refresh tokens rotate is said for each mount."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_BATCH = 500
# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "device_requests",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("user_key", sa.LargeBinary(), nullable=False),
        sa.Column("application_id", Number, nullable=False),
        sa.Column("mount", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("resources", sa.Text(), nullable=False),
        sa.Column("created_at", Number, nullable=False),
        sa.Column("expires_at", Number, nullable=False),
        sa.Column("interval", Number, nullable=False),
        sa.Column("next_poll_at", Number, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_device_requests")),
        sa.UniqueConstraint("user_key", name=op.f("uq_device_requests_user_key")),
    )
    op.create_index(op.f("ix_device_requests_expires_at"), "device_requests", ["expires_at"])
    _note_rotation()


def _note_rotation() -> None:
    """What held everywhere holds at the standard mount, and at every other that says nothing else."""
    applications = sa.table("applications", sa.column("id", sa.BigInteger), sa.column("settings", sa.Text))
    connection = op.get_bind()
    write = (
        applications.update()
        .where(applications.c.id == sa.bindparam("of_id"))
        .values(settings=sa.bindparam("wanted"))
    )
    last = 0
    while True:
        page = sa.select(applications.c.id, applications.c.settings).where(applications.c.id > last)
        rows = connection.execute(page.order_by(applications.c.id).limit(_BATCH)).all()
        if not rows:
            return
        connection.execute(write, [{"of_id": row[0], "wanted": _moved(row[1])} for row in rows])
        last = rows[-1][0]


def _moved(text: str) -> str:
    settings = json.loads(text)
    policy = settings.pop("refresh_policy", None)
    if policy is not None:
        settings["standard"] = {**settings.get("standard", {}), "refresh_policy": policy}
    return json.dumps(settings, separators=(",", ":"), sort_keys=True)
