"""Who sat in closed draws, for the frequency cap."""

import sqlalchemy as sa
from alembic import op

revision = "drawing_0002"
down_revision = "drawing_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drawing_closed_seat",
        sa.Column("draw", sa.Text(), nullable=False),
        sa.Column("expert", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("draw", "expert", name=op.f("pk_drawing_closed_seat")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_drawing_closed_seat_closed_at"), "drawing_closed_seat", ["closed_at"])


def downgrade() -> None:
    raise NotImplementedError("records are never migrated back")
