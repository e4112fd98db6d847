"""The register of copies."""

import sqlalchemy as sa
from alembic import op

revision = "printing_0001"
down_revision = None
branch_labels = ("printing",)
depends_on = ("vault_0001",)


def upgrade() -> None:
    op.create_table(
        "printing_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("printer", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reserved_at", sa.Text(), nullable=False),
        sa.Column("marked_at", sa.Text(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_printing_copy_number")),
        sa.CheckConstraint("state IN ('reserved', 'done', 'unknown', 'failed')", name=op.f("ck_printing_copy_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printing_copy")),
        sa.UniqueConstraint("subject", "document", "number", name=op.f("uq_printing_copy_subject_document_number")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("records are never migrated back")
