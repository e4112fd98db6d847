"""Bank files: what is read as it stands, and every refusal by its own broken file with its line."""

import contextlib
import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from drawing import bankcsv, banktable, bankworkbook
from drawing.bank import check_rows
from drawing.bankfile import read_table, table_of
from drawing.banktable import (
    BankFileError,
    BrokenCellError,
    BrokenQuotesError,
    CellTooLongError,
    DamagedFileError,
    FormulaCellError,
    InflatingFileError,
    LockedWorkbookError,
    MergedCellsError,
    MixedEncodingsError,
    NoRowsError,
    NotAWorkbookError,
    NullByteError,
    OldWorkbookError,
    SheetChoiceError,
    Table,
    TooManyColumnsError,
    TooManyRowsError,
    UnknownEncodingError,
    UnknownFileKindError,
)
from drawing.mapping import DoubledColumnsError, MissingColumnsError
from tests.drawing import broken_banks as broken
from vault.files import FileMissingError


def rows_of(table: Table) -> list[list[str]]:
    return [list(row) for chunk in table.chunks for row in chunk.rows]


def lines_of(table: Table) -> list[int]:
    return [line for chunk in table.chunks for line in chunk.lines]


WHOLE = [[str(cell) for cell in row] for row in broken.ROWS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_its_encoding(encoding: str) -> None:
    table = table_of("bank.csv", broken.csv_bytes(encoding=encoding))
    assert table.header == tuple(broken.HEADER)
    assert table.source.encoding == encoding.removesuffix("-sig")
    assert rows_of(table) == WHOLE


def test_workbook_gives_the_same_rows_as_csv(tmp_path: Path) -> None:
    (tmp_path / "bank.xlsx").write_bytes(broken.workbook())
    table = read_table(tmp_path / "bank.xlsx")
    assert table.header == tuple(broken.HEADER)
    assert rows_of(table) == WHOLE


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError):
        read_table(tmp_path / "none.csv")


REFUSALS: list[tuple[str, Callable[[], bytes], type[BankFileError], dict[str, Any]]] = [
    ("bank.xlsx", broken.merged_cells, MergedCellsError, {"line": 2, "cells": "D2:D3", "count": 1}),
    ("bank.xlsx", broken.formula_cell, FormulaCellError, {"line": 3, "cell": "B3", "count": 1}),
    ("bank.xlsx", broken.error_cell, BrokenCellError, {"line": 3, "cell": "D3", "count": 1}),
    ("bank.xlsx", broken.two_banks, SheetChoiceError, {"sheets": ("Sheet", "第二页")}),
    ("bank.xlsx", broken.header_only, NoRowsError, {"name": "bank.xlsx"}),
    ("bank.xlsx", broken.empty_workbook, NoRowsError, {}),
    ("bank.xlsx", broken.truncated_workbook, DamagedFileError, {}),
    ("bank.xlsx", broken.changed_workbook, DamagedFileError, {}),
    ("bank.xlsx", broken.broken_sheet, DamagedFileError, {}),
    ("bank.xlsx", broken.doubled_member, DamagedFileError, {}),
    ("bank.xlsx", broken.lying_size, DamagedFileError, {}),
    ("bank.xlsx", broken.renamed_zip, NotAWorkbookError, {}),
    ("bank.xlsx", broken.csv_bytes, NotAWorkbookError, {}),
    ("bank.xlsx", broken.zip_bomb, InflatingFileError, {}),
    ("bank.xlsx", broken.many_members, InflatingFileError, {}),
    ("bank.xlsx", broken.locked_workbook, LockedWorkbookError, {}),
    ("bank.xlsx", broken.encrypted_member, LockedWorkbookError, {}),
    ("bank.xls", broken.old_workbook, OldWorkbookError, {}),
    ("bank.xlsx", broken.old_workbook, OldWorkbookError, {}),
    ("bank.xls", broken.csv_bytes, OldWorkbookError, {}),
    ("bank.pdf", broken.csv_bytes, UnknownFileKindError, {}),
    ("bank.csv", lambda: b"", NoRowsError, {}),
    ("bank.csv", lambda: b"\r\n , \r\n", NoRowsError, {}),
    ("bank.csv", lambda: broken.csv_bytes([]), NoRowsError, {}),
    ("bank.csv", broken.mixed_encodings, MixedEncodingsError, {"line": 3, "found": "UTF-8", "count": 1}),
    ("bank.csv", broken.mixed_encodings_mostly_utf8, MixedEncodingsError, {"line": 4, "found": "GB18030", "count": 1}),
    ("bank.csv", broken.no_encoding, UnknownEncodingError, {"line": 3}),
    ("bank.csv", lambda: broken.csv_text().encode("utf-16"), UnknownEncodingError, {"line": 1}),
    ("bank.csv", broken.null_byte, NullByteError, {"line": 3}),
    ("bank.csv", broken.open_quote, BrokenQuotesError, {"line": 3}),
    ("bank.csv", broken.stray_quote, BrokenQuotesError, {"line": 3}),
    ("bank.csv", broken.endless_cell, CellTooLongError, {"line": 3}),
    ("bank.csv", broken.many_columns, TooManyColumnsError, {"line": 1, "found": 201}),
    ("bank.csv", broken.missing_columns, MissingColumnsError, {"line": 1, "fields": ("phone (手机号码)",)}),
    ("bank.csv", broken.doubled_columns, DoubledColumnsError, {"field": "phone", "headers": ("手机号码", "联系电话")}),
]


@pytest.mark.parametrize(("name", "make", "error", "details"), REFUSALS)
def test_broken_file_is_refused(
    name: str, make: Callable[[], bytes], error: type[BankFileError], details: dict[str, Any]
) -> None:
    with pytest.raises(error) as refusal:
        check_rows(table_of(name, make()))
    assert type(refusal.value) is error
    assert {key: refusal.value.details[key] for key in details} == details


def test_cells_over_several_lines_keep_the_count_of_lines() -> None:
    text = broken.csv_text().replace("A0803、A0101", '"A0803\r\nA0101"')
    table = table_of("bank.csv", text.encode())
    assert lines_of(table) == [2, 4, 5]


def test_broken_quote_after_a_long_cell_names_its_line() -> None:
    text = broken.csv_text().replace("A0803、A0101", '"A0803\nA0101"').replace("李㛃", '"李"㛃')
    with pytest.raises(BrokenQuotesError) as refusal:
        lines_of(table_of("bank.csv", text.encode()))
    assert refusal.value.details["line"] == 5


def test_title_lines_and_blank_lines_are_passed_over() -> None:
    data = b"\r\n,,,\r\n" + broken.csv_text().replace("\r\n", "\r\n\r\n", 2).encode() + b",,,,,,,,,,,,\r\n"
    table = table_of("bank.csv", data)
    assert table.header_line == 3
    assert lines_of(table) == [5, 7, 8]


def test_short_and_long_rows_are_set_aside_and_empty_cells_beyond_are_not() -> None:
    text = broken.csv_text() + "ZJ0004,x\r\n" + ",".join(["y"] * 11) + "\r\n" + ",".join(["z"] * 10) + ",,\r\n"
    chunks = list(table_of("bank.csv", text.encode()).chunks)
    assert [odd for chunk in chunks for odd in chunk.odd] == [(5, 2), (6, 11)]
    assert [line for chunk in chunks for line in chunk.lines] == [2, 3, 4, 7]


def test_rows_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bankcsv, "MOST_ROWS", 2)
    monkeypatch.setattr(bankworkbook, "MOST_ROWS", 2)
    for name, data in (("bank.csv", broken.csv_bytes()), ("bank.xlsx", broken.workbook())):
        with pytest.raises(TooManyRowsError):
            rows_of(table_of(name, data))


def test_chunks_join_without_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bankcsv, "ROWS_A_CHUNK", 2)
    monkeypatch.setattr(bankworkbook, "ROWS_A_CHUNK", 2)
    for name, data in (("bank.csv", broken.csv_bytes()), ("bank.xlsx", broken.workbook())):
        table = table_of(name, data)
        chunks = list(table.chunks)
        assert [list(chunk.lines) for chunk in chunks] == [[2, 3], [4]]


def test_numbers_dates_and_truth_become_text_as_they_stand() -> None:
    cells: list[object] = [13800000001, 13800000000, 1.5, True, datetime.date(2026, 3, 1), 12345678901234567890]
    moment, time = datetime.datetime(2026, 3, 1, 8, 30), datetime.time(8, 30)
    span = datetime.timedelta(hours=30)
    row = [*cells, moment, time, span, 0]
    assert rows_of(table_of("bank.xlsx", broken.workbook([row]))) == [
        [
            "13800000001",
            "1.38E+10",
            "1.5",
            "TRUE",
            "2026-03-01",
            "1.23E+19",
            moment.isoformat(),
            "08:30:00",
            str(span),
            "0",
        ]
    ]


def test_sheet_with_known_headers_is_chosen_and_hidden_ones_are_not_seen() -> None:
    def change(book: Any) -> None:
        book.create_sheet("说明", 0).append(["本表由省库导出"])
        hidden = book.create_sheet("旧")
        hidden.append(broken.HEADER)
        hidden.sheet_state = "hidden"

    assert rows_of(table_of("bank.xlsx", broken.workbook(change=change))) == WHOLE


def test_workbook_below_empty_rows_keeps_its_line_numbers() -> None:
    table = table_of("bank.xlsx", broken.workbook(change=broken.three_lines_above))
    assert table.header_line == 4
    assert lines_of(table) == [5, 6, 7]


def test_workbook_of_white_space_has_no_rows() -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = " "
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(NoRowsError):
        table_of("bank.xlsx", out.getvalue())


@pytest.mark.parametrize("block", [1, 7, 64, 5000])
def test_formulas_are_found_wherever_a_block_ends(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    search = bankworkbook._CellSearch()
    sheet = b'<row r="2"><c r="A2"><v>1</v></c><x:c s="1" r="B2"><x:f>A2</x:f></x:c><c r="C2" t="e"><v>#N/A</v></c>' * 3
    for start in range(0, len(sheet), block):
        search.search(sheet[start : start + block])
    with pytest.raises(FormulaCellError) as refusal:
        search.refuse()
    assert refusal.value.details == {"cell": "B2", "line": 2, "count": 3}


def test_formula_without_a_place_is_refused_too() -> None:
    search = bankworkbook._CellSearch()
    search.search(b"<c ><f>1+1</f></c>")
    with pytest.raises(FormulaCellError):
        search.refuse()


def test_far_columns_have_their_names() -> None:
    assert [bankworkbook._column_name(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_chinese_lines_in_gb18030_never_pass_for_utf8() -> None:
    names = ["联通", "模", "模模模", "王堃", "李㛃", "临州市第一建筑设计研究院有限公司"]
    assert not any(bankcsv._is_plainly_utf8(name.encode("gb18030")) for name in names)
    assert all(bankcsv._is_plainly_utf8(name.encode()) for name in [*names, "买买提·艾力", "𬀩（集团）"])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["bank.csv", "bank.xlsx"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    with contextlib.suppress(BankFileError):
        check_rows(table_of(name, data))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_workbook_is_read_or_refused(place: int, value: int) -> None:
    data = bytearray(broken.workbook())
    data[place % len(data)] = value
    with contextlib.suppress(BankFileError):
        check_rows(table_of("bank.xlsx", bytes(data)))


def test_every_refusal_has_a_code_of_its_own() -> None:
    families: list[type[BankFileError]] = [BankFileError, *BankFileError.__subclasses__()]
    assert len({family.code for family in families}) == len(families)
    assert all(family.what and family.todo for family in families)
    assert banktable.ROWS_A_CHUNK > 0
