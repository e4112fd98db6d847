"""A bank file as a table of texts, read in chunks, and the refusals of files that aren't one.

A `Table` gives its header at once and its lines once, in chunks of whole rows; every cell is text.  What is wrong with
the file as a whole raises a `BankFileError` with the line where there is one; what is wrong with one line is left to
`drawing.bank`, which reports every such line.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from drawing.errors import DrawingError

ROWS_A_CHUNK: Final = 512
MOST_COLUMNS: Final = 200
MOST_BYTES: Final = 1 << 30
MOST_ROWS: Final = 5_000_000


class BankFileError(DrawingError):
    """The family of files that can't be read as a bank at all."""

    code = "drawing.bank.file"
    what = "The bank file can't be read."
    todo = "Export the bank again as .xlsx or .csv."


class UnknownFileKindError(BankFileError):
    """Neither a workbook nor text by name and content."""

    code = "drawing.bank.file.kind"
    what = "The file {name} is neither an .xlsx workbook nor a .csv text."
    todo = "Open it in the program that made it and save it as .xlsx."


class OldWorkbookError(BankFileError):
    """A workbook of the old binary kind."""

    code = "drawing.bank.file.xls"
    what = "The file {name} is an old .xls workbook."
    todo = "Open it and save it as .xlsx, then take that file."


class LockedWorkbookError(BankFileError):
    """A workbook under a password."""

    code = "drawing.bank.file.password"
    what = "The workbook {name} is protected by a password."
    todo = "Open it, take the password off, save it and take that file."


class DamagedFileError(BankFileError):
    """A file that is cut off or was changed."""

    code = "drawing.bank.file.damaged"
    what = "The file {name} is cut off or damaged: {problem}."
    todo = "Copy the file again from where it came."


class NotAWorkbookError(BankFileError):
    """A zip archive that holds no workbook."""

    code = "drawing.bank.file.not_workbook"
    what = "The file {name} is a zip archive without a workbook in it."
    todo = "Unpack it and take the .xlsx in it, or export the bank again."


class InflatingFileError(BankFileError):
    """A file that would unpack to far more than a bank holds."""

    code = "drawing.bank.file.inflates"
    what = "The file {name} would unpack to far more than a bank can hold."
    todo = "Don't open it. Ask whoever sent it how it was made."


class SheetChoiceError(BankFileError):
    """Several sheets could be the bank."""

    code = "drawing.bank.file.sheets"
    what = "Several sheets of the workbook could be the bank: {sheets}."
    todo = "Keep the one sheet of the bank and save the workbook again."


class MergedCellsError(BankFileError):
    """Cells are merged, so a value has no one line."""

    code = "drawing.bank.file.merged"
    what = "Line {line} has merged cells ({cells}); {count} areas are merged in all."
    todo = "Undo the merging in the workbook, fill every cell and save it again."


class FormulaCellError(BankFileError):
    """A cell computes its value."""

    code = "drawing.bank.file.formula"
    what = "Line {line} has a formula in cell {cell}; {count} cells have one in all."
    todo = "Paste the values in place of the formulas and save the workbook again."


class BrokenCellError(BankFileError):
    """A cell holds an error of the workbook instead of a value."""

    code = "drawing.bank.file.error_cell"
    what = "Line {line} has an error instead of a value in cell {cell}; {count} cells have one in all."
    todo = "Correct the cells in the workbook and save it again."


class MixedEncodingsError(BankFileError):
    """Some lines are UTF-8 and others GB18030."""

    code = "drawing.bank.file.mixed_encodings"
    what = "Line {line} is written in {found}, most others in {expected}; {count} lines differ in all."
    todo = "Export the bank in one piece, or save it as .xlsx."


class UnknownEncodingError(BankFileError):
    """A line is in no encoding that banks come in."""

    code = "drawing.bank.file.encoding"
    what = "Line {line} is neither UTF-8 nor GB18030."
    todo = "Save the file as CSV UTF-8, or as .xlsx."


class NullByteError(BankFileError):
    """A byte of zero stands in a text."""

    code = "drawing.bank.file.null"
    what = "Line {line} has a null byte; a text has none."
    todo = "Save the file as CSV UTF-8, or as .xlsx."


class BrokenQuotesError(BankFileError):
    """A quotation mark isn't closed, or stands where none may."""

    code = "drawing.bank.file.quotes"
    what = "The quotation marks in the record that begins in line {line} don't match."
    todo = "Correct the line, or save the file as .xlsx."


class CellTooLongError(BankFileError):
    """A cell is longer than any that a bank has."""

    code = "drawing.bank.file.cell_too_long"
    what = "The record that begins in line {line} has a cell of over {limit} characters; a quotation mark may be open."
    todo = "Correct the line, or save the file as .xlsx."


class TooManyColumnsError(BankFileError):
    """More columns than any bank has."""

    code = "drawing.bank.file.columns"
    what = "The header in line {line} has {found} columns; {limit} is the most."
    todo = "Export only the columns that the bank needs."


class TooManyRowsError(BankFileError):
    """More rows than any bank has."""

    code = "drawing.bank.file.rows"
    what = "The file has over {limit} rows."
    todo = "Check that it is the right file."


class NoRowsError(BankFileError):
    """A header and nothing below, or nothing at all."""

    code = "drawing.bank.file.empty"
    what = "The file {name} has no experts in it."
    todo = "Check that it is the right file and the right sheet."


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table came from: file name, `xlsx` or `csv`, the text's encoding, SHA-256 of the file (32 bytes)."""

    name: str
    kind: str
    encoding: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows in file order with their line numbers; `odd` are lines with another number of cells: (line, cells)."""

    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    odd: Sequence[tuple[int, int]] = ()
    blank: int = 0


@dataclass(slots=True)
class CellKinds:
    """How many cells of one column were numbers and how many text, with the lines of the first of each."""

    numbers: int = 0
    texts: int = 0
    number_lines: list[int] = field(default_factory=list)
    text_lines: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; `chunks` can be walked once, and `kinds` (workbooks only) is whole after that."""

    source: Source
    header: tuple[str, ...]
    header_line: int
    chunks: Iterator[Chunk]
    kinds: dict[int, CellKinds] = field(default_factory=dict)


def clean_header(cells: Sequence[str], line: int) -> tuple[str, ...]:
    """Return the header's cells without white space, empty ones at the end left off.

    Raises:
        TooManyColumnsError: where there are more than 200.
    """
    header = ["".join(cell.split()) for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise TooManyColumnsError(line=line, found=len(header), limit=MOST_COLUMNS)
    return tuple(header)


def regular(rows: Sequence[Sequence[str]], lines: Sequence[int], width: int) -> Chunk:
    """Make a chunk of rows of `width` cells: cells beyond are cut where empty, blank rows left out, odd ones set aside.

    A row of another length that still holds something is odd.
    """
    if all(map(width.__eq__, map(len, rows))) and all(map(any, rows)):
        return Chunk(lines, rows)
    kept, kept_lines, odd, blank = [], [], [], 0
    for row, line in zip(rows, lines, strict=True):
        if not any(cell.strip() for cell in row):
            blank += 1
        elif len(row) < width or any(cell.strip() for cell in row[width:]):
            odd.append((line, len(row)))
        else:
            kept.append(row[:width])
            kept_lines.append(line)
    return Chunk(kept_lines, kept, odd, blank)
