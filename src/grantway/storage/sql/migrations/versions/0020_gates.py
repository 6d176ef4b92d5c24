"""The gates of organizations, what admins see of consents, and a person's own sign-ins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FAR = 2**53


def upgrade() -> None:
    _gates()
    _consents()
    _create_sign_ins()
    _harmless_scopes()
    _mark()


def _gates() -> None:
    """Organizations from before go on as they did. What the platform says is the default policy: null."""
    op.add_column("organizations", sa.Column("gate", sa.Text(), nullable=True))
    op.add_column("platform_policy", sa.Column("gates", sa.Text(), nullable=True))
    organizations = sa.table("organizations", sa.column("gate", sa.Text()))
    op.execute(organizations.update().values(gate="any"))


def _consents() -> None:
    """Each gets a name for the admins of its organization: no secret, and drawn by the database."""
    op.add_column("consents", sa.Column("id", Number, nullable=True))
    op.add_column("consents", sa.Column("last_used_at", Number, nullable=True))
    op.add_column("consents", sa.Column("revoked_by", Number, nullable=True))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    drawn = "abs(random() % 9007199254740990) + 1" if is_sqlite else "floor(random() * 9007199254740990) + 1"
    op.execute(sa.text(f"UPDATE consents SET id = {drawn}"))  # noqa: S608 - one of two constants
    op.drop_index("ix_consents_organization_id", "consents")
    op.create_index("ix_consents_organization_id_id", "consents", ["organization_id", "id"])


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("user_id", Number, autoincrement=False, nullable=False),
        sa.Column("at", Number, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("count", Number, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sign_ins_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
    )
    op.create_index("ix_sign_ins_user_id_outcome_at", "sign_ins", ["user_id", "outcome", "at"])
    op.create_index(op.f("ix_sign_ins_at"), "sign_ins", ["at"])


def _harmless_scopes() -> None:
    """Who somebody is can be told without a review. Later servers are born with it."""
    op.execute(
        sa.text(
            "UPDATE scopes SET risk = 'low' WHERE value IN ('openid', 'profile', 'email')"
            " AND api_id IN (SELECT id FROM apis WHERE builtin = 'identity')"
        )
    )


def _mark() -> None:
    """The first start tells those whom it concerns, if there is anybody: this is what it spends."""
    op.execute(
        sa.text(
            "INSERT INTO artifacts (kind, key, payload, created_at, expires_at)"
            " SELECT 'told', :key, :payload, 0, :far FROM organizations WHERE kind = 'platform'"
        ).bindparams(
            sa.bindparam("key", b"gates", sa.LargeBinary()),
            sa.bindparam("payload", b"", sa.LargeBinary()),
            sa.bindparam("far", FAR, Number),
        )
    )
