"""The bank in the station's database: versions that people accepted, and the experts of a specialty by index.

A version is taken over in one transaction: all of it or nothing.  It must follow the very version that its difference
was shown against.  Reading the experts of some specialties costs by how many they are, not by the bank's size.  What a
version held is read from the stored rows, whose root `verify` computes again.

Left out: who may accept (`vault.roles`), the journal's entry (the caller writes it in the same transaction), and any
word of a draw: nothing here marks who was called or drawn.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, RowMapping, select
from sqlalchemy.dialects.sqlite import insert

from drawing.bank import Bank
from drawing.bank_laying import end_rows, lay_down, parts, plan_of, stored_rows
from drawing.bank_tables import bank_id, bank_mapping, bank_row, bank_version
from drawing.errors import DrawingError
from drawing.expert import BETWEEN_CODES, Expert, expert_of, experts_of
from drawing.mapping import ColumnMapping, header_key, parse_mapping
from drawing.specialty import is_code, range_of
from vault import jsontext
from vault.database import writing
from vault.ids import BankId
from vault.merkle import leaf_hash, root_of
from vault.times import from_text, to_text

READ_AT_ONCE: Final = 1000
MIGRATIONS: Final = Path(__file__).parent / "migrations" / "versions"

_IN_VERSION: Final = "since <= ? AND (until IS NULL OR until > ?)"


class NoBankError(DrawingError):
    """No bank was ever accepted, or none of this id."""

    code = "drawing.bank.none"
    what = "There is no such bank on this station."
    todo = "Import a bank first."


class BankMovedError(DrawingError):
    """The difference was shown against another version than the newest."""

    code = "drawing.bank.moved"
    what = "Another version of the bank was accepted since the differences were shown."
    todo = "Check the file again and look at the differences anew."


class BankUnchangedError(DrawingError):
    """The new version is the newest one."""

    code = "drawing.bank.unchanged"
    what = "The file holds exactly the bank that is already there."
    todo = "There is nothing to do. If changes were expected, ask for the right file."


class BankChangedError(DrawingError):
    """The stored rows don't have the stored root."""

    code = "drawing.bank.changed"
    what = "The stored bank isn't the one that was accepted: its root differs."
    kept = "The database stays as it is."
    todo = "Keep the database for the auditor and restore the last backup."


class UnknownExpertError(DrawingError):
    """The version has no expert of this id."""

    code = "drawing.bank.unknown_expert"
    what = "The bank has no expert of this id."
    todo = "Check the id."


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Two people's acceptance: when, digests of report and difference combined (32 bytes), and the key ids of both."""

    at: datetime
    digest: bytes
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BankVersion:
    """One accepted version: its number from 1, id, root, size, what changed from the one before, and who accepted."""

    number: int
    id: BankId
    root: bytes
    experts: int
    added: int
    removed: int
    changed: int
    acceptance: Acceptance


@dataclass(frozen=True, slots=True)
class BankChanges:
    """Changes summed over versions: an expert changed and changed back counts twice, so that neither hides."""

    versions: int
    added: int
    removed: int
    changed: int


class BankStore:
    """The versions of the bank in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def import_version(
        self,
        bank: Bank,
        id_: BankId,
        acceptance: Acceptance,
        *,
        over: BankId | None,
        connection: Connection | None = None,
    ) -> BankVersion:
        """Take `bank` over as the newest version, which follows `over` (None: it is the first).

        On a given connection the caller commits.

        Raises:
            BankMovedError: where the newest version isn't `over`.
            BankUnchangedError: where the newest version has the same root.
        """
        place: AbstractContextManager[Connection] = nullcontext(connection) if connection else writing(self._engine)
        with place as inside:
            last = _newest(inside)
            if (last.id if last else None) != over:
                raise BankMovedError()
            if last and last.root == bank.root:
                raise BankUnchangedError()
            number = last.number + 1 if last else 1
            plan = plan_of(stored_rows(inside) if last else {}, bank)
            end_rows(inside, plan.ended, number)
            lay_down(inside, bank, plan.new, number)
            version = BankVersion(number, id_, bank.root, len(bank), plan.added, plan.removed, plan.changed, acceptance)
            _write_version(inside, version)
        return version

    def versions(self) -> tuple[BankVersion, ...]:
        """Return every version, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(bank_version).order_by(bank_version.c.number)).mappings()
            return tuple(_version(row) for row in rows)

    def current(self) -> BankVersion:
        """Return the newest version.

        Raises:
            NoBankError: where there is none.
        """
        with self._engine.connect() as connection:
            version = _newest(connection)
        if version is None:
            raise NoBankError()
        return version

    def version(self, id_: BankId) -> BankVersion:
        """Return the version of this id.

        Raises:
            NoBankError: where there is none.
        """
        with self._engine.connect() as connection:
            return _version_of(connection, id_)

    def bank(self, id_: BankId) -> Bank:
        """Return a whole version, as it was imported.

        Raises:
            NoBankError: where there is none.
            BankChangedError: where the stored rows don't have its root.
        """
        version = self.version(id_)
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(
                f"SELECT i.id, r.row FROM drawing_bank_id i JOIN drawing_bank_row r ON r.key = i.key "  # noqa: S608
                f"WHERE {_IN_VERSION} ORDER BY i.id",
                (version.number, version.number),
            )
            pairs = [(str(row[0]), bytes(row[1])) for row in found]
        rows = [row for _id, row in pairs]
        if root_of(list(map(leaf_hash, rows))) != version.root:
            raise BankChangedError()
        codes = [
            BETWEEN_CODES.join(expert.specialties) for part in parts(rows, READ_AT_ONCE) for expert in experts_of(part)
        ]
        return Bank([found_id for found_id, _row in pairs], rows, codes, version.root)

    def verify(self, id_: BankId) -> None:
        """Compute a version's root again from its rows, and compare the specialties' index with them.

        Raises:
            BankChangedError: where either differs from what was accepted.
        """
        bank, number = self.bank(id_), self.version(id_).number
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT i.id, s.code FROM drawing_bank_specialty s JOIN drawing_bank_row r ON r.key = s.key "  # noqa: S608
                f"JOIN drawing_bank_id i ON i.key = s.key WHERE {_IN_VERSION}",
                (number, number),
            )
            indexed = sorted((str(row[0]), str(row[1])) for row in found)
        codes = zip(bank.ids, bank.specialties, strict=True)
        if indexed != [(id_, code) for id_, listed in codes for code in listed.split(BETWEEN_CODES) if code]:
            raise BankChangedError()

    def experts_for(self, id_: BankId, prefixes: Sequence[str]) -> Iterator[Expert]:
        """Give each expert of a version who has a specialty under one of `prefixes`, once, in no promised order.

        Raises:
            NoBankError: where there is no such version.
            ValueError: where a prefix isn't a specialty code.
        """
        with self._engine.connect() as connection:
            number = _version_of(connection, id_).number
            keys, values = _keys_under(prefixes)
            result = connection.exec_driver_sql(
                f"SELECT row FROM drawing_bank_row WHERE key IN ({keys}) AND {_IN_VERSION}",  # noqa: S608
                (*values, number, number),
            )
            for part in result.partitions(READ_AT_ONCE):
                yield from experts_of([row[0] for row in part])

    def expert(self, id_: BankId, expert_id: str) -> Expert:
        """Return one expert of a version.

        Raises:
            NoBankError: where there is no such version.
            UnknownExpertError: where it has no such expert.
        """
        with self._engine.connect() as connection:
            number = _version_of(connection, id_).number
            statement = (
                select(bank_row.c.row)
                .join(bank_id, bank_id.c.key == bank_row.c.key)
                .where(bank_id.c.id == expert_id, bank_row.c.since <= number)
                .where((bank_row.c.until.is_(None)) | (bank_row.c.until > number))
            )
            row = connection.execute(statement).scalar()
        if row is None:
            raise UnknownExpertError()
        return expert_of(row)

    def changes_since(self, moment: datetime) -> BankChanges:
        """Sum what the versions accepted at or after `moment` changed; a first import counts as added."""
        recent = [version for version in self.versions() if version.acceptance.at >= moment]
        return BankChanges(
            len(recent),
            sum(version.added for version in recent),
            sum(version.removed for version in recent),
            sum(version.changed for version in recent),
        )

    def remember_mapping(self, header: Sequence[str], mapping: ColumnMapping) -> None:
        """Keep a mapping that people stated, for the next file with this set of headers."""
        columns = jsontext.dumps(mapping.to_json()).decode("utf-8")
        statement = insert(bank_mapping).values(header_key=header_key(header), columns=columns)
        with writing(self._engine) as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["header_key"], set_={"columns": columns})
            )

    def mapping_for(self, header: Sequence[str]) -> ColumnMapping:
        """Return the mapping kept for this set of headers; one without columns where none was."""
        with self._engine.connect() as connection:
            statement = select(bank_mapping.c.columns).where(bank_mapping.c.header_key == header_key(header))
            columns = connection.execute(statement).scalar()
        return parse_mapping(columns.encode("utf-8")) if columns else ColumnMapping(())


def _keys_under(prefixes: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the subquery for the rows under any of `prefixes`, and its values."""
    if not all(map(is_code, prefixes)):
        raise ValueError("a prefix that isn't a specialty code")
    one = "SELECT key FROM drawing_bank_specialty WHERE code >= ? AND code < ?"
    ranges = sorted({range_of(prefix) for prefix in prefixes})
    keys = " UNION ".join([one] * len(ranges)) or "SELECT NULL"
    return keys, tuple(end for pair in ranges for end in pair)


def _write_version(connection: Connection, version: BankVersion) -> None:
    connection.execute(
        insert(bank_version).values(
            number=version.number,
            id=version.id,
            root=version.root,
            experts=version.experts,
            added=version.added,
            removed=version.removed,
            changed=version.changed,
            report_digest=version.acceptance.digest,
            accepted_at=to_text(version.acceptance.at),
            accepted_by=jsontext.dumps(list(version.acceptance.by)).decode("utf-8"),
        )
    )


def _newest(connection: Connection) -> BankVersion | None:
    statement = select(bank_version).order_by(bank_version.c.number.desc()).limit(1)
    row = connection.execute(statement).mappings().first()
    return _version(row) if row else None


def _version_of(connection: Connection, id_: BankId) -> BankVersion:
    row = connection.execute(select(bank_version).where(bank_version.c.id == id_)).mappings().first()
    if row is None:
        raise NoBankError()
    return _version(row)


def _version(row: RowMapping) -> BankVersion:
    by = jsontext.loads(row["accepted_by"].encode("utf-8"))
    acceptance = Acceptance(
        from_text(row["accepted_at"]), row["report_digest"], tuple(map(str, by)) if isinstance(by, list) else ()
    )
    return BankVersion(
        row["number"],
        BankId(row["id"]),
        row["root"],
        row["experts"],
        row["added"],
        row["removed"],
        row["changed"],
        acceptance,
    )
