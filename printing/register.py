"""The register of copies: which paper left this station, numbered, never forgotten.

A number is reserved and on the disk before the printer is asked; the outcome is marked afterwards.  A program that dies
in between leaves the copy `reserved`, which reads as unknown and counts as printed.  A number is never given twice,
not even for a copy that certainly failed, so there is no second original: whatever comes next is a reprint with the
next number across it.  Rows are never removed, and an outcome is marked once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from printing.errors import PrintingError
from printing.printers import PrintOutcome
from vault.clock import Clock
from vault.database import metadata, writing
from vault.times import from_text, to_text

MIGRATIONS: Final = Path(__file__).parent / "migrations" / "versions"

printing_copy: Final = sa.Table(
    "printing_copy",
    metadata,
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("subject", sa.Text(), nullable=False),
    sa.Column("document", sa.Text(), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.Column("printer", sa.Text(), nullable=False),
    sa.Column("asked_by", sa.Text(), nullable=False),
    sa.Column("reason", sa.Text(), nullable=False),
    sa.Column("reserved_at", sa.Text(), nullable=False),
    sa.Column("marked_at", sa.Text(), nullable=True),
    sa.UniqueConstraint("subject", "document", "number"),
    sa.CheckConstraint("number >= 1", name="number"),
    sa.CheckConstraint("state IN ('reserved', 'done', 'unknown', 'failed')", name="state"),
    sqlite_strict=True,
)


class CopyState(StrEnum):
    """Where a copy stands; `reserved` is unknown until it is marked."""

    RESERVED = "reserved"
    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


class CopyMarkedError(PrintingError):
    """An outcome is marked once."""

    code = "printing.copy.marked"
    what = "Copy {number} is already marked, or was never reserved."
    kept = "The register stays as it is."
    todo = "Look at the register of copies; a further print takes the next number."


class ReasonMissingError(PrintingError):
    """A reprint needs a reason."""

    code = "printing.copy.no_reason"
    what = "Copy {number} is a reprint, and no reason was given."
    kept = "Nothing was printed, and no copy was numbered."
    todo = "Say why it is printed again; the reason stays in the register."


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of one document; `asked_by` are key ids or person ids, times are aware UTC."""

    subject: str
    document: str
    number: int
    state: CopyState
    printer: str
    asked_by: tuple[str, ...]
    reason: str
    reserved_at: datetime
    marked_at: datetime | None = None


class CopyRegister:
    """The register in the station's database; `clock` dates its rows."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def reserve(self, subject: str, document: str, *, printer: str, asked_by: Sequence[str], reason: str = "") -> Copy:
        """Give out the next number of a document, and have it on the disk before returning.

        Raises:
            ReasonMissingError: for number 2 and on without a reason.
        """
        at = self._clock.now()
        with writing(self._engine) as connection:
            number = _last_number(connection, subject, document) + 1
            if number > 1 and not reason.strip():
                raise ReasonMissingError(number=number)
            copy = Copy(subject, document, number, CopyState.RESERVED, printer, tuple(asked_by), reason, at)
            connection.execute(sa.insert(printing_copy).values(_row(copy)))
        return copy

    def mark(self, copy: Copy, outcome: PrintOutcome) -> Copy:
        """Write down what became of a reserved copy, once.

        Raises:
            CopyMarkedError: where the copy isn't reserved any more, or never was.
        """
        table = printing_copy.c
        chosen = sa.and_(
            table.subject == copy.subject,
            table.document == copy.document,
            table.number == copy.number,
            table.state == CopyState.RESERVED,
        )
        change = (
            sa.update(printing_copy).where(chosen).values(state=outcome.value, marked_at=to_text(self._clock.now()))
        )
        with writing(self._engine) as connection:
            if connection.execute(change).rowcount != 1:
                raise CopyMarkedError(number=copy.number)
        return self.copies(copy.subject, copy.document)[copy.number - 1]

    def copies(self, subject: str, document: str | None = None) -> list[Copy]:
        """Return the copies of a draw, or of one of its documents, in the order in which numbers were given."""
        query = sa.select(printing_copy).where(printing_copy.c.subject == subject).order_by(printing_copy.c.id)
        if document is not None:
            query = query.where(printing_copy.c.document == document)
        with self._engine.connect() as connection:
            return [_copy(row) for row in connection.execute(query).mappings()]

    def settle(self) -> list[Copy]:
        """Mark as unknown whatever a program that ended left reserved; return those copies."""
        left = sa.select(printing_copy).where(printing_copy.c.state == CopyState.RESERVED).order_by(printing_copy.c.id)
        with self._engine.connect() as connection:
            found = [_copy(row) for row in connection.execute(left).mappings()]
        return [self.mark(copy, PrintOutcome.UNKNOWN) for copy in found]


def _last_number(connection: Connection, subject: str, document: str) -> int:
    table = printing_copy.c
    query = sa.select(sa.func.max(table.number)).where(table.subject == subject, table.document == document)
    return connection.execute(query).scalar() or 0


def _row(copy: Copy) -> dict[str, Any]:
    return {
        "subject": copy.subject,
        "document": copy.document,
        "number": copy.number,
        "state": copy.state.value,
        "printer": copy.printer,
        "asked_by": json.dumps(copy.asked_by, ensure_ascii=False),
        "reason": copy.reason,
        "reserved_at": to_text(copy.reserved_at),
    }


def _copy(row: Any) -> Copy:
    return Copy(
        row["subject"],
        row["document"],
        row["number"],
        CopyState(row["state"]),
        row["printer"],
        tuple(json.loads(row["asked_by"])),
        row["reason"],
        from_text(row["reserved_at"]),
        from_text(row["marked_at"]) if row["marked_at"] else None,
    )
