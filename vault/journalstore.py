"""The journal's two tables: the entries, and one row that says where the journal stands.

`position` counts from 0 and is the entry's index; `kind` and `subject` repeat what the payload says, so that the
database can find entries.  Rows are read without SQLAlchemy's types, so that a value of another type is seen as such
and not turned into bytes on the way.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from sqlalchemy import CheckConstraint, Column, Connection, Integer, LargeBinary, Table, Text, insert, text

from vault.database import metadata
from vault.journalentry import Entry, JournalBrokenError

PAGE: Final = 500

entry_table = Table(
    "vault_journal_entry",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False, index=True),
    Column("subject", Text, nullable=False, index=True),
    Column("payload", LargeBinary, nullable=False),
    sqlite_strict=True,
)

state_table = Table(
    "vault_journal_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("head", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one"),
    sqlite_strict=True,
)


class Row(NamedTuple):
    """One stored entry, not yet parsed."""

    position: int
    kind: str
    subject: str
    payload: bytes


class State(NamedTuple):
    """Where the journal stands: the tree's frontier and the signed head over it."""

    frontier: bytes
    head: bytes


def add(connection: Connection, entry: Entry, state: State) -> None:
    """Write an entry and the state after it."""
    row = {"position": entry.index, "kind": entry.kind, "subject": entry.subject, "payload": entry.payload}
    connection.execute(insert(entry_table), row)
    connection.execute(
        text("INSERT OR REPLACE INTO vault_journal_state (id, frontier, head) VALUES (1, :frontier, :head)"),
        {"frontier": state.frontier, "head": state.head},
    )


def read_state(connection: Connection) -> State | None:
    """Return where the journal stands, or None before its first entry.

    Raises:
        JournalBrokenError: where there are two such rows, or values of other types.
    """
    found = connection.execute(text("SELECT id, frontier, head FROM vault_journal_state")).all()
    if not found:
        return None
    number, frontier, head = found[0]
    if len(found) > 1 or number != 1 or not isinstance(frontier, bytes) or not isinstance(head, bytes):
        raise JournalBrokenError(where="state", problem="not one row of the types it should have")
    return State(frontier, head)


def last_row(connection: Connection) -> Row | None:
    """Return the entry with the highest position, or None where there is none."""
    found = connection.execute(
        text("SELECT position, kind, subject, payload FROM vault_journal_entry ORDER BY position DESC LIMIT 1")
    ).all()
    return _row(tuple(found[0])) if found else None


def page(
    connection: Connection, start: int = 0, *, subject: str | None = None, kind: str | None = None, count: int = PAGE
) -> list[Row]:
    """Return up to `count` entries from position `start` on, of one subject or kind where given, in their order."""
    where, values = ["position >= :start"], dict[str, str | int](start=start, count=count)
    if subject is not None:
        where.append("subject = :subject")
        values["subject"] = subject
    if kind is not None:
        where.append("kind = :kind")
        values["kind"] = kind
    columns = "SELECT position, kind, subject, payload FROM vault_journal_entry WHERE "
    ordered = " ORDER BY position LIMIT :count"
    return [_row(tuple(found)) for found in connection.execute(text(columns + " AND ".join(where) + ordered), values)]


def every_row(connection: Connection) -> Iterator[Row]:
    """Yield every stored entry in the order of positions."""
    statement = text("SELECT position, kind, subject, payload FROM vault_journal_entry ORDER BY position")
    for found in connection.execute(statement):
        yield _row(tuple(found))


def payloads(connection: Connection, size: int) -> list[bytes]:
    """Return the payloads of the first `size` entries, in their order."""
    statement = text("SELECT position, kind, subject, payload FROM vault_journal_entry ORDER BY position LIMIT :size")
    return [_row(tuple(found)).payload for found in connection.execute(statement, {"size": size})]


def _row(found: tuple[object, ...]) -> Row:
    position, kind, subject, payload = found
    if not isinstance(position, int):
        raise JournalBrokenError(where="entries", problem="a position isn't a number")
    if not isinstance(kind, str) or not isinstance(subject, str) or not isinstance(payload, bytes):
        raise JournalBrokenError(where=f"entry {position}", problem="a value of another type")
    return Row(position, kind, subject, payload)
