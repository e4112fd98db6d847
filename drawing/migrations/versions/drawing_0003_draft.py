"""The request on the way, as it was typed."""

import sqlalchemy as sa
from alembic import op

revision = "drawing_0003"
down_revision = "drawing_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drawing_draft",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kept_at", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("number = 1", name=op.f("ck_drawing_draft_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_drawing_draft")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("records are never migrated back")
