"""The bank: versions, rows shared between versions, ids and specialties in their own order, remembered mappings."""

import sqlalchemy as sa
from alembic import op

revision = "drawing_0001"
down_revision = None
branch_labels = ("drawing",)
depends_on = ("vault_0001",)


def upgrade() -> None:
    op.create_table(
        "drawing_bank_version",
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("experts", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("report_digest", sa.LargeBinary(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_drawing_bank_version_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_drawing_bank_version")),
        sa.UniqueConstraint("id", name=op.f("uq_drawing_bank_version_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "drawing_bank_row",
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("row", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_drawing_bank_row")),
        sqlite_strict=True,
    )
    op.create_table(
        "drawing_bank_id",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("id", "key", name=op.f("pk_drawing_bank_id")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drawing_bank_specialty",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("code", "key", name=op.f("pk_drawing_bank_specialty")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drawing_bank_mapping",
        sa.Column("header_key", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("header_key", name=op.f("pk_drawing_bank_mapping")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("records are never migrated back")
