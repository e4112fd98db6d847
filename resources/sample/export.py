"""Writes the sample's experts as a province exports them: a workbook, or text in GB18030 or UTF-8."""

import csv
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from resources.sample.experts import HEADERS, Row

ENCODINGS = ("gb18030", "utf-8", "utf-8-sig")


def write_xlsx(path: Path, rows: Iterable[Row]) -> int:
    """Write rows under the headers to a workbook of one sheet, as text cells; return how many.

    The sheet is written row by row to a temporary file, so memory stays small; at most 1,048,575 rows fit.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("专家库")
    sheet.append(HEADERS)
    count = 0
    for row in rows:
        sheet.append(row)
        count += 1
    book.save(path)
    book.close()
    return count


def write_csv(path: Path, rows: Iterable[Row], encoding: str = "gb18030") -> int:
    """Write rows under the headers as CSV with CRLF; return how many.

    Raises:
        ValueError: for an encoding other than GB18030 or UTF-8, with or without a byte order mark.
    """
    if encoding not in ENCODINGS:
        raise ValueError("an encoding that no province sends")
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count
