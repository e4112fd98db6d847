"""A bank file of any kind that provinces send: told apart by its content, read as one `Table`."""

from pathlib import Path

from drawing.bankcsv import read_csv
from drawing.banktable import MOST_BYTES, NoRowsError, NotAWorkbookError, OldWorkbookError, Table, UnknownFileKindError
from drawing.bankworkbook import OLE_MAGIC, ZIP_MAGIC, read_workbook, refuse_ole
from vault.files import read_limited

_TEXT_SUFFIXES = (".csv", ".txt")
_WORKBOOK_SUFFIXES = (".xlsx", ".xlsm")


def read_table(path: Path) -> Table:
    """Read a bank file: .xlsx, or .csv in UTF-8 or GB18030.

    Raises:
        FileMissingError, FileUnreadableError, FileTooLongError: from the disk.
        BankFileError: one of its kinds.
    """
    return table_of(path.name, read_limited(path, MOST_BYTES))


def table_of(name: str, data: bytes) -> Table:
    """Read the bytes of a bank file whose name is `name`.

    Raises:
        BankFileError: one of its kinds.
    """
    suffix = Path(name).suffix.lower()
    if not data:
        raise NoRowsError(name=name)
    if data.startswith(OLE_MAGIC):
        refuse_ole(name, data)
    if data.startswith(ZIP_MAGIC) and suffix not in _TEXT_SUFFIXES:
        return read_workbook(name, data)
    if suffix in _WORKBOOK_SUFFIXES:
        raise NotAWorkbookError(name=name)
    if suffix == ".xls":
        raise OldWorkbookError(name=name)
    if suffix not in _TEXT_SUFFIXES:
        raise UnknownFileKindError(name=name)
    return read_csv(name, data)
