"""A bank: its experts in the order of their ids, and the root that commits to every one of them.

`check_rows` reads a table to its end in this order: columns found; each chunk checked column by column and written as
canonical rows; then what concerns several lines (ids twice, twins, shared telephones, spellings of one employer); then
the root.  One bad row refuses the bank: the report says all of them, and `BankCheck.bank` raises.

The root is that of RFC 6962 over the canonical rows, ascending by id (docs/formats/bank.md).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from drawing.bank_columns import check_ids, check_phones, check_present, check_texts, skeleton
from drawing.bank_order import Arranged, ascending, is_ascending
from drawing.bank_report import BankReport, Findings, make_report
from drawing.bank_words import Memo, SpecialtyColumn, parse_date, parse_former, parse_language, parse_standing
from drawing.banktable import Chunk, NoRowsError, Table
from drawing.employer import spellings_of_one
from drawing.errors import DrawingError
from drawing.expert import BETWEEN_TEXTS, ROW_LABEL, Expert, experts_of, row_bytes
from drawing.mapping import ColumnMapping, map_columns
from drawing.specialty import SpecialtyTree
from vault.merkle import leaf_hashes, root_of

_READ_AT_ONCE = 1000
_ROW_START = f'["{ROW_LABEL}","'
_ROW_END = '"]'
_BETWEEN_ROWS = f"{_ROW_END}\n{_ROW_START}"


class BankRefusedError(DrawingError):
    """A bank has rows that can't be taken."""

    code = "drawing.bank.refused"
    what = "{bad} of {rows} rows of {file} can't be taken; the first is line {line}."
    todo = "Correct the rows that the report names, then check the file again."


class BankOrderError(DrawingError):
    """Two experts of a bank have one id."""

    code = "drawing.bank.order"
    what = "Two experts of the bank have one id."
    todo = "Check the bank file again."


@dataclass(frozen=True, slots=True, repr=False)
class Bank:
    """Canonical rows ascending by id, with each one's id and its specialty codes (a comma between)."""

    ids: Sequence[str]
    rows: Sequence[bytes]
    specialties: Sequence[str]
    root: bytes

    @classmethod
    def of(cls, experts: Iterable[Expert]) -> "Bank":
        """Make a bank of experts.

        Raises:
            BankOrderError: where two have one id.
        """
        ordered = sorted(experts, key=lambda expert: expert.id)
        if any(one.id == next_one.id for one, next_one in pairwise(ordered)):
            raise BankOrderError()
        rows = [row_bytes(expert) for expert in ordered]
        ids = [expert.id for expert in ordered]
        return cls(ids, rows, [",".join(expert.specialties) for expert in ordered], _root(rows))

    def __len__(self) -> int:
        return len(self.ids)

    def experts(self) -> Iterator[Expert]:
        """Give every expert, ascending by id."""
        for start in range(0, len(self.rows), _READ_AT_ONCE):
            yield from experts_of(self.rows[start : start + _READ_AT_ONCE])


def bank_root(experts: Iterable[Expert]) -> bytes:
    """Return the 32-byte root of the bank that these experts are.

    Raises:
        BankOrderError: where two have one id.
    """
    return Bank.of(experts).root


def _root(rows: Sequence[bytes]) -> bytes:
    return root_of(leaf_hashes(rows))


@dataclass(frozen=True, slots=True)
class BankCheck:
    """A finished check: its report, and the bank if that is clean."""

    report: BankReport
    found: Bank

    @property
    def bank(self) -> Bank:
        """Return the bank.

        Raises:
            BankRefusedError: where the report has a problem.
        """
        if not self.report.is_clean:
            raise BankRefusedError(
                bad=self.report.bad_rows,
                rows=self.report.rows,
                file=self.report.source.name,
                line=self.report.problems[0].line,
            )
        return self.found


def check_rows(table: Table, stated: ColumnMapping | None = None, tree: SpecialtyTree | None = None) -> BankCheck:
    """Check every row of a table, with the columns as `stated` and otherwise as their headers say.

    Raises:
        BankFileError: where the file as a whole can't be read, columns are missing or no row is there.
    """
    mapping = map_columns(table.header, table.header_line, stated)
    check = _Check(mapping, table.header, tree)
    for chunk in table.chunks:
        check.take(chunk)
    check.finish(table)
    bank = check.sorted_bank()
    report = make_report(table.source, mapping.columns, check.row_count, check.findings, bank.root)
    return BankCheck(report, bank)


class _Check:
    """The state of a check between chunks."""

    def __init__(self, mapping: ColumnMapping, header: Sequence[str], tree: SpecialtyTree | None) -> None:
        self._places = mapping.positions(header)
        self._width = len(header)
        self._tree = tree
        self._specialties = SpecialtyColumn()
        self._former = Memo(parse_former)
        self._standing = Memo(parse_standing)
        self._until = Memo(parse_date)
        self._language = Memo(parse_language)
        self.findings = Findings()
        self.row_count = 0
        self._blank = 0
        self._ids: list[str] = []
        self._lines: list[int] = []
        self._phones: list[str] = []
        self._codes: list[str] = []
        self._rows: list[bytes] = []
        self._leaves: list[bytes] = []
        self._employers: dict[str, int] = {}

    def take(self, chunk: Chunk) -> None:
        """Check one chunk and keep its rows."""
        for line, cells in chunk.odd:
            self.findings.problem(line, "row", "cells", found=cells, expected=self._width)
        self._blank += chunk.blank
        self.row_count += len(chunk.rows) + len(chunk.odd)
        if chunk.rows:
            self._keep(list(zip(*chunk.rows, strict=True)), chunk.lines)

    def _keep(self, columns: list[tuple[str, ...]], lines: Sequence[int]) -> None:
        found, places = self.findings, self._places
        ids = check_ids(columns[places["id"]], lines, found)
        names = check_texts(columns[places["name"]], lines, "name", found)
        check_present(names, lines, "name", found)
        phones = check_phones(columns[places["phone"]], lines, found)
        employers = check_texts(columns[places["employer"]], lines, "employer", found)
        codes = self._specialties.check(columns[places["specialties"]], lines, found)
        former = self._optional(columns, "former_employers", self._former, lines, "")
        regions = check_texts(columns[places["region"]], lines, "region", found) if "region" in places else ()
        standings = self._optional(columns, "standing", self._standing, lines, "normal")
        untils = self._optional(columns, "suspended_until", self._until, lines, "")
        languages = self._optional(columns, "language", self._language, lines, "zh")
        self._compare_dates(standings, untils, lines)
        self._ids += ids
        self._lines += lines
        self._phones += phones
        self._codes += codes
        if not self._employers.keys() >= set(employers):
            for employer, line in zip(employers, lines, strict=True):
                self._employers.setdefault(employer, line)
        if not found.bad_lines:
            regions = regions or [""] * len(ids)
            texts = (ids, names, phones, employers, former, codes, regions, standings, untils, languages)
            rows = _rows(zip(*map(_quoted, texts), strict=True))
            self._rows += rows
            self._leaves += leaf_hashes(rows)

    def _optional(
        self, columns: list[tuple[str, ...]], field: str, memo: Memo, lines: Sequence[int], default: str
    ) -> Sequence[str]:
        if field not in self._places:
            return [default] * len(lines)
        return memo.check(columns[self._places[field]], lines, self.findings)

    def _compare_dates(self, standings: Sequence[str], untils: Sequence[str], lines: Sequence[int]) -> None:
        if not any(untils):
            return
        for standing, until, line in zip(standings, untils, lines, strict=True):
            if until and standing != "suspended":
                self.findings.warning(line, "suspended_until", "until_alone", value=standing)

    def finish(self, table: Table) -> None:
        """Check what concerns several lines."""
        if not self.row_count:
            raise NoRowsError(name=table.source.name)
        if self._blank:
            self.findings.warning(0, "row", "blank_lines", count=self._blank)
        self._check_kinds(table)
        self._check_twins()
        self._check_phones()
        self._check_spellings()
        self._check_specialties()

    def _check_kinds(self, table: Table) -> None:
        """In a workbook, refuse ids of which some are numbers and some text: the rarer ones are named."""
        kind = table.kinds.get(self._places["id"])
        if kind is None or not kind.numbers:
            return
        if not kind.texts:
            self.findings.warning(0, "id", "ids_are_numbers")
        for line in (kind.number_lines if kind.numbers <= kind.texts else kind.text_lines) if kind.texts else ():
            self.findings.problem(line, "id", "id_kind")

    def _check_twins(self) -> None:
        if len(set(self._ids)) == len(self._ids) and all(map(str.isascii, self._ids)):
            return
        first: dict[str, int] = {}
        for id_, line in zip(self._ids, self._lines, strict=True):
            if id_ and first.setdefault(id_, line) != line:
                self.findings.problem(line, "id", "id_duplicate", other=first[id_])
        looks: dict[str, str] = {}
        for id_, line in first.items():
            twin = looks.setdefault(id_ if id_.isascii() else skeleton(id_), id_)
            if twin != id_:
                self.findings.problem(max(line, first[twin]), "id", "id_twin", other=min(line, first[twin]))

    def _check_phones(self) -> None:
        if len(set(self._phones)) == len(self._phones) or self.findings.bad_lines:
            return
        first: dict[str, int] = {}
        for place, phone in enumerate(self._phones):
            before = first.setdefault(phone, place)
            if before != place:
                same = _name(self._rows[before]) == _name(self._rows[place])
                code = "same_person" if same else "same_phone"
                self.findings.warning(self._lines[place], "phone", code, other=self._lines[before])

    def _check_spellings(self) -> None:
        for group in spellings_of_one(self._employers):
            lines = sorted(self._employers[spelling] for spelling in group)
            self.findings.warning(lines[-1], "employer", "employer_spellings", count=len(group), other=lines[0])

    def _check_specialties(self) -> None:
        for code in self._tree.unknown(self._specialties.codes) if self._tree else ():
            having = (line for codes, line in zip(self._codes, self._lines, strict=True) if code in codes.split(","))
            self.findings.warning(next(having), "specialties", "specialty_unknown", value=code)

    def sorted_bank(self) -> Bank:
        """Return the rows as a bank; an empty one where a row is bad."""
        if self.findings.bad_lines:
            return Bank.of(())
        columns: tuple[Sequence[str], Sequence[bytes], Sequence[str]] = self._ids, self._rows, self._codes
        leaves: Sequence[bytes] = self._leaves
        if not is_ascending(self._ids):
            order = ascending(self._ids)
            columns = Arranged(self._ids, order), Arranged(self._rows, order), Arranged(self._codes, order)
            leaves = Arranged(leaves, order)
        return Bank(*columns, root_of(leaves))


def _rows(fields: Iterable[tuple[str, ...]]) -> list[bytes]:
    """Return the canonical rows of a chunk, as `row_bytes` would write them one by one."""
    return (_ROW_START + _BETWEEN_ROWS.join(map(BETWEEN_TEXTS.join, fields)) + _ROW_END).encode("utf-8").split(b"\n")


def _quoted(cells: Sequence[str]) -> Sequence[str]:
    """Return cells as the inside of JSON strings; most need nothing."""
    joined = "".join(cells)
    if '"' not in joined and "\\" not in joined:
        return cells
    return [json.dumps(cell, ensure_ascii=False)[1:-1] for cell in cells]


def _name(row: bytes) -> object:
    return json.loads(row)[2]
