"""A bank as an .xlsx workbook (ECMA-376): checked as an archive first, then read as values.

Order: the archive's own list (names, declared sizes, ratio), each member unpacked in blocks to its declared size and
checksum, and while it passes the sheets are searched for formulas and error cells; only then does the reader of
values see the file.  Merged cells are refused.  Numbers become text as they stand: whole ones in digits, long or
rounded ones as `1.38E+10`, so that a check downstream sees that digits were lost.
"""

import datetime
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from drawing.banktable import (
    MOST_ROWS,
    ROWS_A_CHUNK,
    BrokenCellError,
    CellKinds,
    Chunk,
    DamagedFileError,
    FormulaCellError,
    InflatingFileError,
    LockedWorkbookError,
    MergedCellsError,
    NoRowsError,
    NotAWorkbookError,
    OldWorkbookError,
    SheetChoiceError,
    Source,
    Table,
    TooManyRowsError,
    clean_header,
    regular,
)
from drawing.mapping import known_headers
from vault.suite import sha256

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

OLE_MAGIC: Final = bytes.fromhex("d0cf11e0a1b11ae1")
ZIP_MAGIC: Final = b"PK"
_MOST_UNPACKED: Final = 2 << 30
_MOST_MEMBERS: Final = 2000
_HIGHEST_RATIO: Final = 400
_RATIO_COUNTS_FROM: Final = 16 << 20
_BLOCK: Final = 1 << 20
_OVERLAP: Final = 1 << 12
_WORKBOOK: Final = "xl/workbook.xml"
_CELL_START: Final = re.compile(rb"<(?:\w{1,8}:)?c\s")
_FORMULA_CELL: Final = re.compile(rb"<(?:\w{1,8}:)?c\s[^<>]*>\s*<(?:\w{1,8}:)?f[\s/>]")
_ERROR_CELL: Final = re.compile(rb"<(?:\w{1,8}:)?c\s(?:[^<>]*\s)?t=[\"']e[\"'][^<>]*>")
_PLACE: Final = re.compile(rb"\sr=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_EXACT_BELOW: Final = 10**15
_ROUNDED_FROM: Final = 10**10
_ROUNDED: Final = 10**6
_LISTED_LINES: Final = 1000


def refuse_ole(name: str, data: bytes) -> None:
    """Refuse an OLE container: a workbook under a password, or an old .xls.

    Raises:
        LockedWorkbookError: where the container holds an encrypted package.
        OldWorkbookError: otherwise.
    """
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LockedWorkbookError(name=name)
    raise OldWorkbookError(name=name)


def read_workbook(name: str, data: bytes) -> Table:
    """Read the bytes of an .xlsx file as a table.

    Raises:
        BankFileError: one of its kinds, with the line and cell where there is one.
    """
    _check_archive(name, data)
    sheet = _choose_sheet(name, data)
    _refuse_merged(sheet)
    rows = sheet.iter_rows()
    line, cells = _first_filled(rows)
    if not cells:
        raise NoRowsError(name=name)
    header = clean_header(cells, line)
    kinds: dict[int, CellKinds] = {column: CellKinds() for column in range(len(header))}
    source = Source(name, "xlsx", "utf-8", sha256(data))
    return Table(source, header, line, _chunks(rows, line + 1, len(header), kinds), kinds)


def _first_filled(rows: Iterator[list[Value]]) -> tuple[int, list[str]]:
    """Return line and cells of the first row that holds anything; no cells where none does."""
    for line, values in enumerate(rows, 1):
        cells = [_text(value) for value in values]
        if any(cell.strip() for cell in cells):
            return line, cells
    return 1, []


def _check_archive(name: str, data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_inflating(name, members)
            if _WORKBOOK not in {member.filename for member in members}:
                raise NotAWorkbookError(name=name)
            for member in members:
                _check_member(name, archive, member)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise DamagedFileError(name=name, problem="its archive doesn't unpack") from error


def _refuse_inflating(name: str, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse by declared sizes; `zipfile` then never unpacks a member further than it declared."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > _MOST_MEMBERS or unpacked > _MOST_UNPACKED:
        raise InflatingFileError(name=name)
    if unpacked > _RATIO_COUNTS_FROM and unpacked > _HIGHEST_RATIO * max(packed, 1):
        raise InflatingFileError(name=name)
    if len({member.filename for member in members}) != len(members):
        raise DamagedFileError(name=name, problem="two members of its archive have one name")


def _check_member(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack one member to its end, checking its length and checksum, and search it if it is a sheet."""
    if member.flag_bits & 0x1:
        raise LockedWorkbookError(name=name)
    finds = _CellSearch() if member.filename.startswith("xl/worksheets/") else None
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            if finds:
                finds.search(block)
    if finds:
        finds.refuse()


class _CellSearch:
    """Looks for cells with formulas or errors in a sheet's XML, block by block."""

    def __init__(self) -> None:
        self._tail = b""
        self._found: dict[re.Pattern[bytes], tuple[int, str, int]] = {}

    def search(self, block: bytes) -> None:
        """Count the cells in this block; one that the block's end may cut is left to the next."""
        text = self._tail + block
        end = _last_cell(text)
        self._count(text[:end])
        self._tail = text[end:]

    def _count(self, text: bytes) -> None:
        for pattern in (_FORMULA_CELL, _ERROR_CELL):
            for found in pattern.finditer(text):
                place = _PLACE.search(found.group())
                column, line = (place.group(1).decode("ascii"), int(place.group(2))) if place else ("?", 0)
                count, cell, first = self._found.get(pattern, (0, f"{column}{line}", line))
                self._found[pattern] = count + 1, cell, first

    def refuse(self) -> None:
        """Refuse the sheet where anything was found."""
        self._count(self._tail)
        if _FORMULA_CELL in self._found:
            count, cell, line = self._found[_FORMULA_CELL]
            raise FormulaCellError(cell=cell, line=line, count=count)
        if _ERROR_CELL in self._found:
            count, cell, line = self._found[_ERROR_CELL]
            raise BrokenCellError(cell=cell, line=line, count=count)


def _last_cell(text: bytes) -> int:
    """Return where the last cell begins near the end of `text`, or any last tag that the end may cut."""
    starts = [found.start() for found in _CELL_START.finditer(text, max(len(text) - _OVERLAP, 0))]
    if starts:
        return starts[-1]
    tag = text.rfind(b"<", max(len(text) - 64, 0))
    return tag if tag >= 0 else len(text)


def _choose_sheet(name: str, data: bytes) -> CalamineSheet:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=False)
        sheets = [
            workbook.get_sheet_by_name(sheet.name)
            for sheet in workbook.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise DamagedFileError(name=name, problem="its sheets can't be read") from error
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise NoRowsError(name=name)
    if len(filled) == 1:
        return filled[0]
    known = [known_headers([_text(value) for value in next(sheet.iter_rows(), [])]) for sheet in filled]
    best = [sheet for sheet, count in zip(filled, known, strict=True) if count == max(known)]
    if len(best) > 1:
        raise SheetChoiceError(sheets=tuple(sheet.name for sheet in best[:16]))
    return best[0]


def _refuse_merged(sheet: CalamineSheet) -> None:
    merged = sheet.merged_cell_ranges or []
    if merged:
        (top, left), (bottom, right) = min(merged)
        cells = f"{_column_name(left)}{top + 1}:{_column_name(right)}{bottom + 1}"
        raise MergedCellsError(line=top + 1, cells=cells, count=len(merged))


def _column_name(index: int) -> str:
    name, left = "", index + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def _chunks(rows: Iterator[list[Value]], first: int, width: int, kinds: dict[int, CellKinds]) -> Iterator[Chunk]:
    texts: list[list[str]] = []
    line = first - 1
    for line, values in enumerate(rows, first):
        if line - first >= MOST_ROWS:
            raise TooManyRowsError(limit=MOST_ROWS)
        texts.append(_row_texts(values, line, kinds))
        if len(texts) == ROWS_A_CHUNK:
            yield regular(texts, range(line + 1 - len(texts), line + 1), width)
            texts = []
    if texts:
        yield regular(texts, range(line + 1 - len(texts), line + 1), width)


def _row_texts(values: Sequence[Value], line: int, kinds: dict[int, CellKinds]) -> list[str]:
    texts = []
    for column, value in enumerate(values):
        if value == "" and isinstance(value, str):
            texts.append("")
            continue
        texts.append(value if isinstance(value, str) else _text(value))
        kind = kinds.get(column)
        if kind:
            _count_kind(kind, value, line)
    return texts


def _count_kind(kind: CellKinds, value: Value, line: int) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        kind.numbers += 1
        lines = kind.number_lines
    else:
        kind.texts += 1
        lines = kind.text_lines
    if len(lines) < _LISTED_LINES:
        lines.append(line)


def _text(value: Value) -> str:
    """Write a cell's value as text, with an exponent where a number may have lost digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, int | float):
        return _number_text(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _number_text(value: float) -> str:
    if value != int(value):
        return repr(value)
    whole = int(value)
    if abs(whole) >= _EXACT_BELOW or (abs(whole) >= _ROUNDED_FROM and whole % _ROUNDED == 0):
        return f"{value:.2E}"
    return str(whole)
