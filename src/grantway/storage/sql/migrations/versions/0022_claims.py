"""What is told of people beside their names, who has which name for ever, and claims asked for by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# On SQLite an id is the row number itself, which needs the type's name to be INTEGER.
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Sentences of that time: a migration does not change when the program does.
_BEFORE = ("See your name", "Your names and your language.")
_NOW = (
    "See your profile",
    "Your names, and what you tell of yourself: pictures, pages, gender, date of birth, language.",
)


def upgrade() -> None:
    op.add_column("users", sa.Column("claims", sa.Text(), nullable=True))
    op.add_column("grants", sa.Column("claims", sa.Text(), nullable=True))
    op.create_table(
        "usernames",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Number, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_usernames")),
    )
    _say_what_profile_gives()


def _say_what_profile_gives() -> None:
    """The scope gives more than names from now on. Where operators wrote another sentence, theirs stays."""
    scopes = sa.table(
        "scopes",
        sa.column("api_id", Number),
        sa.column("value", sa.Text()),
        sa.column("text", sa.Text()),
        sa.column("detail", sa.Text()),
    )
    apis = sa.table("apis", sa.column("id", Number), sa.column("builtin", sa.Text()))
    identity = sa.select(apis.c.id).where(apis.c.builtin == "identity")
    is_it = sa.and_(scopes.c.value == "profile", scopes.c.api_id.in_(identity))
    op.execute(
        scopes.update()
        .where(is_it, scopes.c.text == _BEFORE[0], scopes.c.detail == _BEFORE[1])
        .values(text=_NOW[0], detail=_NOW[1])
    )
