"""What a new version of the bank does to the stored rows: which end, which are laid down, and in what order.

Rows are laid down by their first specialty, so that those of one specialty lie together on the disk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from sqlalchemy import Connection, func, select

from drawing.bank import Bank
from drawing.bank_tables import bank_row
from drawing.expert import BETWEEN_CODES

WRITE_AT_ONCE: Final = 20_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Plan:
    """What a new version does to the stored rows: keys that end, places in the bank to lay down, and counts."""

    ended: list[int]
    new: Sequence[int]
    added: int
    removed: int
    changed: int


def plan_of(stored: dict[str, tuple[int, bytes]], bank: Bank) -> Plan:
    """Compare the stored rows (id to key and row) with a bank."""
    if not stored:
        return Plan([], range(len(bank)), len(bank), 0, 0)
    ended, new, changed = [], [], 0
    for place, (id_, row) in enumerate(zip(bank.ids, bank.rows, strict=True)):
        key, before = stored.pop(id_, (0, b""))
        if before != row:
            new.append(place)
            if before:
                ended.append(key)
                changed += 1
    ended += [key for key, _row in stored.values()]
    return Plan(ended, new, len(new) - changed, len(stored), changed)


def stored_rows(connection: Connection) -> dict[str, tuple[int, bytes]]:
    """Return the rows of the newest version: id to key and row."""
    found = connection.exec_driver_sql(
        "SELECT i.id, r.key, r.row FROM drawing_bank_id i JOIN drawing_bank_row r ON r.key = i.key "
        "WHERE r.until IS NULL"
    )
    return {row[0]: (row[1], row[2]) for row in found}


def end_rows(connection: Connection, keys: Sequence[int], number: int) -> None:
    """Let rows end with version `number`."""
    for part in parts(sorted(keys), WRITE_AT_ONCE):
        connection.exec_driver_sql(
            "UPDATE drawing_bank_row SET until = ? WHERE key = ?", [(number, key) for key in part]
        )


def lay_down(connection: Connection, bank: Bank, places: Sequence[int], number: int) -> None:
    """Insert new rows by their first specialty, then ids and specialties, each table in its own order."""
    first = int(connection.execute(select(func.coalesce(func.max(bank_row.c.key), 0))).scalar_one()) + 1
    ids, rows, specialties = list(bank.ids), list(bank.rows), list(bank.specialties)
    by_first_code: dict[str, list[int]] = {}
    for place in places:
        by_first_code.setdefault(specialties[place].partition(BETWEEN_CODES)[0], []).append(place)
    order = [place for code in sorted(by_first_code) for place in by_first_code[code]]
    keys = {place: key for key, place in enumerate(order, first)}
    by_code: dict[str, list[int]] = {}
    for place, key in keys.items():
        for code in specialties[place].split(BETWEEN_CODES):
            by_code.setdefault(code, []).append(key)
    _insert(connection, "drawing_bank_row (key, since, row)", 3, [(k, number, rows[p]) for p, k in keys.items()])
    _insert(connection, "drawing_bank_id (id, key)", 2, [(ids[place], keys[place]) for place in places])
    pairs = [(code, key) for code in sorted(by_code) if code for key in by_code[code]]
    _insert(connection, "drawing_bank_specialty (code, key)", 2, pairs)


def _insert(connection: Connection, into: str, columns: int, values: Sequence[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * columns)
    for part in parts(values, WRITE_AT_ONCE):
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", list(part))  # noqa: S608


def parts(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into parts of `size`."""
    return (values[start : start + size] for start in range(0, len(values), size))
