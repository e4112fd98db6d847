"""Taking a bank file over, on the desk's thread: read, checked row by row, compared, accepted by two, or not at all.

A check keeps what it found until the next one; nothing is written before keeper and supervisor have given their PINs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from app.banking import accept, current_version
from app.composition import Station
from app.desktop.importviews import ImportView, Who
from app.desktop.work import Going
from app.folders import read_file
from app.wording import Wording
from drawing.bank import BankCheck, check_rows
from drawing.bank_difference import BankDifference, difference_lines, differences
from drawing.bank_report import report_lines
from drawing.bankfile import table_of
from drawing.bankstore import BankUnchangedError
from drawing.banktable import BankFileError, Chunk, Table
from drawing.mapping import ColumnMapping, guessed_columns
from vault.ids import PersonId
from vault.roles import Role


class ImportRoom:
    """One file at a time."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._found: BankCheck | None = None
        self._difference: BankDifference | None = None
        self._header: tuple[str, ...] = ()
        self._stated: ColumnMapping | None = None

    def check(self, path: Path, columns: Mapping[str, str], wording: Wording, going: Going) -> ImportView:
        """Read a file and check it with these columns, or those that were stated for such a file before.

        Raises:
            FengqianError: where it can't be read as a table at all.
        """
        self._found = self._difference = None
        table = table_of(path.name, read_file(path))
        self._header = tuple(table.header)
        self._stated = ColumnMapping.of(columns) if columns else None
        stated = self._stated or self._station.bank.mapping_for(table.header)
        try:
            found = check_rows(replace(table, chunks=_counted(table, going)), stated)
        except BankFileError as error:
            known = {**guessed_columns(self._header), **stated.to_json()}
            return ImportView(path.name, self._header, tuple(known.items()), problem=error)
        made = ImportView(
            path.name,
            self._header,
            tuple(found.report.columns),
            report=tuple(report_lines(found.report, wording)),
            rows=found.report.rows,
            bad=found.report.bad_rows,
        )
        if not found.report.is_clean:
            return made
        current = current_version(self._station)
        if current is not None:
            self._difference = differences(self._station.bank.bank(current.id), found.bank)
            if self._difference.old_root == self._difference.new_root:
                return replace(made, problem=BankUnchangedError())
            lines = tuple(difference_lines(self._difference, wording))
        else:
            lines = (wording("This is the first bank: {count} experts are added.").format(count=len(found.bank)),)
        self._found = found
        keepers, supervisors = self._of(Role.KEEPER), self._of(Role.SUPERVISOR)
        return replace(made, differences=lines, may_accept=True, keepers=keepers, supervisors=supervisors)

    def _of(self, role: Role) -> tuple[Who, ...]:
        return tuple((one.person, one.name) for one in self._station.people.active() if one.role is role)

    def accept(self, keeper: tuple[PersonId, str], supervisor: tuple[PersonId, str]) -> int:
        """Take over what was checked last; return the version's number.

        Raises:
            WrongSecretError, LockedOutError: where a PIN isn't theirs; nothing is changed, and it can be tried again.
            BankMovedError: where another version came between.
        """
        assert self._found is not None
        people, keys = self._station.people, []
        try:
            for person, pin in (keeper, supervisor):
                people.require_active(person)
                keys.append(people.unlock(person, pin))
            version = accept(self._station, self._found, self._difference, *keys)
        finally:
            for key in keys:
                key.forget()
        if self._stated is not None:
            self._station.bank.remember_mapping(self._header, self._stated)
        self._found = self._difference = None
        return version.number


def _counted(table: Table, going: Going) -> Iterator[Chunk]:
    """Give the table's chunks, and tell how many rows there were; a safe point to stop at is before each."""
    done = 0
    for chunk in table.chunks:
        going.at(done, 0)
        yield chunk
        done += len(chunk.lines)
