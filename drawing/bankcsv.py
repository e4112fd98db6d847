"""A bank as comma-separated text (RFC 4180), in UTF-8 with or without a mark, or in GB18030.

The bytes are read once.  Order: null bytes; encoding, where a file that isn't UTF-8 as a whole is looked at line by
line, so that one that was pasted together from two encodings is refused by its line and never read as garbled names;
then the records, strictly: quotation marks must match.  Lines are numbered as an editor shows them.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from drawing.banktable import (
    MOST_ROWS,
    ROWS_A_CHUNK,
    BrokenQuotesError,
    CellTooLongError,
    Chunk,
    MixedEncodingsError,
    NoRowsError,
    NullByteError,
    Source,
    Table,
    TooManyRowsError,
    UnknownEncodingError,
    clean_header,
    regular,
)
from vault.suite import sha256

_BLOCK = 1 << 20
_LINE_END = re.compile(r"\r\n|\r|\n")
_MIDDLE_DOT = "·"


def read_csv(name: str, data: bytes) -> Table:
    """Read the bytes of a CSV file as a table.

    Raises:
        BankFileError: one of its kinds, with the line.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnknownEncodingError(line=1)
    zero = data.find(b"\x00")
    if zero >= 0:
        raise NullByteError(line=_line_at(data, zero))
    encoding = find_encoding(data)
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    records = _Records(text)
    header_line, cells = records.header(name)
    header = clean_header(cells, header_line)
    source = Source(name, "csv", encoding.removesuffix("-sig"), sha256(data))
    return Table(source, header, header_line, records.chunks(len(header)))


def find_encoding(data: bytes) -> str:
    """Return `utf-8-sig`, `utf-8` or `gb18030`, whichever the whole of `data` is written in.

    Raises:
        MixedEncodingsError: where some lines are UTF-8 and others GB18030.
        UnknownEncodingError: where a line is neither.
    """
    if _decodes(data, "utf-8"):
        return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
    _refuse_mixture(data)
    return "gb18030"


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_mixture(data: bytes) -> None:
    """Refuse a file, not UTF-8 as a whole, of which any line is plainly UTF-8 or isn't GB18030."""
    utf8: list[int] = []
    others: list[int] = []
    whole = _decodes(data, "gb18030")
    for number, line in enumerate(data.splitlines(), 1):
        if line.isascii():
            continue
        if _is_plainly_utf8(line):
            utf8.append(number)
        elif whole or _decodes(line, "gb18030"):
            others.append(number)
        else:
            raise UnknownEncodingError(line=number)
    if utf8 and len(utf8) <= len(others):
        raise MixedEncodingsError(line=utf8[0], found="UTF-8", expected="GB18030", count=len(utf8))
    if utf8:
        raise MixedEncodingsError(line=others[0], found="GB18030", expected="UTF-8", count=len(others))


def _is_plainly_utf8(line: bytes) -> bool:
    """Say whether a line with Chinese in it decodes as UTF-8 into what Chinese text is made of.

    A line of GB18030 passes only where every pair of its bytes happens to fall into three-byte sequences: with the
    several characters that a bank's line has, never.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return all(char.isascii() or char >= "\u2000" or char == _MIDDLE_DOT for char in text)


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


class _Records:
    """Walks the records of a text, keeping count of the lines they begin in."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._reader = csv.reader(text, strict=True)
        self._rows = 0

    def header(self, name: str) -> tuple[int, list[str]]:
        """Return the line and the cells of the first record that holds anything."""
        while True:
            line = self._reader.line_num + 1
            rows = self._take(1)
            if not rows:
                raise NoRowsError(name=name)
            if any(cell.strip() for cell in rows[0]):
                return line, rows[0]

    def chunks(self, width: int) -> Iterator[Chunk]:
        """Give the records below the header."""
        while True:
            before = self._reader.line_num
            rows = self._take(ROWS_A_CHUNK)
            if not rows:
                return
            self._rows += len(rows)
            if self._rows > MOST_ROWS:
                raise TooManyRowsError(limit=MOST_ROWS)
            yield regular(rows, self._lines(rows, before), width)

    def _take(self, count: int) -> list[list[str]]:
        rows: list[list[str]] = []
        before = self._reader.line_num
        try:
            rows.extend(islice(self._reader, count))
        except csv.Error as error:
            line = before + sum(map(_lines_in, rows)) + 1
            if "larger than field limit" in str(error):
                raise CellTooLongError(line=line, limit=csv.field_size_limit()) from error
            raise BrokenQuotesError(line=line) from error
        return rows

    def _lines(self, rows: Sequence[Sequence[str]], before: int) -> Sequence[int]:
        """Number the lines in which the records begin; most files have one line a record."""
        if self._reader.line_num - before == len(rows):
            return range(before + 1, before + 1 + len(rows))
        lines, line = [], before + 1
        for row in rows:
            lines.append(line)
            line += _lines_in(row)
        return lines


def _lines_in(row: Sequence[str]) -> int:
    return 1 + sum(len(_LINE_END.findall(cell)) for cell in row)
