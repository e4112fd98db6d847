"""The bank's tables in the station's database.

A row of an expert stands once for all the versions in which it is the same: from version `since` up to but not with
version `until`.  Rows are laid down by specialty, so that the experts of one specialty lie together on the disk; ids
and specialties have tables of their own, in their own order.  No table knows of any draw.
"""

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, Table, Text, UniqueConstraint

from vault.database import metadata

bank_version = Table(
    "drawing_bank_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("experts", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("report_digest", LargeBinary, nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("accepted_by", Text, nullable=False),
    UniqueConstraint("id"),
    CheckConstraint("number >= 1", name="number"),
    sqlite_strict=True,
)

bank_row = Table(
    "drawing_bank_row",
    metadata,
    Column("key", Integer, primary_key=True, autoincrement=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("row", LargeBinary, nullable=False),
    sqlite_strict=True,
)

bank_id = Table(
    "drawing_bank_id",
    metadata,
    Column("id", Text, primary_key=True),
    Column("key", Integer, primary_key=True, autoincrement=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

bank_specialty = Table(
    "drawing_bank_specialty",
    metadata,
    Column("code", Text, primary_key=True),
    Column("key", Integer, primary_key=True, autoincrement=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

bank_mapping = Table(
    "drawing_bank_mapping",
    metadata,
    Column("header_key", Text, primary_key=True),
    Column("columns", Text, nullable=False),
    sqlite_strict=True,
)
