"""The journal: its entries, and the one row that says where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "vault_0001"
down_revision = None
branch_labels = ("vault",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vault_journal_entry",
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_vault_journal_entry")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_vault_journal_entry_kind"), "vault_journal_entry", ["kind"])
    op.create_index(op.f("ix_vault_journal_entry_subject"), "vault_journal_entry", ["subject"])
    op.create_table(
        "vault_journal_state",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_vault_journal_state_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_journal_state")),
        sqlite_strict=True,
    )


def downgrade() -> None:
    raise NotImplementedError("records are never migrated back")
