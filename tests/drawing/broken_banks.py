"""Banks that must be refused, one function a refusal, each broken in one way; and the whole ones they come from."""

import io
import struct
import warnings
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ["专家编号", "姓名", "手机号码", "工作单位", "曾用单位", "评审专业", "所在地区", "状态", "暂停至", "通话语言"]
ROWS: list[list[object]] = [
    ["ZJ0001", "张喆", "13800000001", "临州建设有限公司", "", "A0803、A0101", "东区", "正常", "", "中文"],
    ["ZJ0002", "王堃", "13800000002", "临州水利设计院", "临州水利局", "B01", "西区", "暂停", "2026-12-31", "中文"],
    ["ZJ0003", "李㛃", "057188888888", "", "", "C0101;A08", "", "", "", "英文"],
]


def with_cell(row: int, column: str, value: object) -> list[list[object]]:
    """The whole rows with one cell changed; `row` counts from 1 below the header."""
    rows = [list(cells) for cells in ROWS]
    rows[row - 1][HEADER.index(column)] = value
    return rows


def csv_text(rows: Sequence[Sequence[object]] = ROWS, header: Sequence[str] = HEADER) -> str:
    return "".join(",".join(map(str, cells)) + "\r\n" for cells in [header, *rows])


def csv_bytes(rows: Sequence[Sequence[object]] = ROWS, encoding: str = "utf-8") -> bytes:
    return csv_text(rows).encode(encoding)


def workbook(
    rows: Sequence[Sequence[object]] = ROWS, change: Callable[[Workbook], object] = lambda book: None
) -> bytes:
    """An .xlsx of these rows, changed by `change` before it is saved."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [HEADER, *rows]:
        sheet.append(list(cells))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def merged_cells() -> bytes:
    def merge(book: Any) -> None:
        book.active.merge_cells("D2:D3")

    return workbook(change=merge)


def three_lines_above(book: Any) -> None:
    book.active.insert_rows(1, 3)


def formula_cell() -> bytes:
    return workbook(with_cell(2, "姓名", "=CONCATENATE(B2)"))


def error_cell() -> bytes:
    return workbook(with_cell(2, "工作单位", "#N/A"))


def two_banks() -> bytes:
    def add(book: Any) -> None:
        second = book.create_sheet("第二页")
        second.append(HEADER)

    return workbook(change=add)


def header_only() -> bytes:
    return workbook([])


def empty_workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def truncated_workbook() -> bytes:
    whole = workbook()
    return whole[: len(whole) // 2]


def changed_workbook() -> bytes:
    """One byte of a compressed sheet changed, so that its checksum fails."""
    whole = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(whole))) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    start = member.header_offset + 30 + len(member.filename)
    whole[start + member.compress_size // 2] ^= 0x55
    return bytes(whole)


def renamed_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    return out.getvalue()


def broken_sheet() -> bytes:
    """A whole archive whose sheet isn't XML."""
    return _replaced("xl/workbook.xml", b"<workbook><sheets>")


def zip_bomb() -> bytes:
    """A workbook whose sheet unpacks to 40 MB from some 40 kB."""
    return _replaced("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 40_000_000)


def doubled_member() -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    return out.getvalue()


def lying_size() -> bytes:
    """A member that declares a smaller size than it unpacks to."""
    whole = workbook()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        member = archive.getinfo("xl/worksheets/sheet1.xml")
    return whole.replace(struct.pack("<I", member.file_size), struct.pack("<I", member.file_size // 2))


def encrypted_member() -> bytes:
    """A workbook whose central directory says that its members are under a password."""
    whole = bytearray(workbook())
    place = whole.find(b"PK\x01\x02")
    while place >= 0:
        whole[place + 8] |= 1
        place = whole.find(b"PK\x01\x02", place + 4)
    return bytes(whole)


def many_members() -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(2001):
            archive.writestr(f"x/{number}", b"")
    return out.getvalue()


def _replaced(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member.filename, content if member.filename == name else old.read(member))
    return out.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def locked_workbook() -> bytes:
    """An OLE container with the stream in which Office keeps an encrypted workbook."""
    return OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)


def old_workbook() -> bytes:
    return OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(496)


def mixed_encodings() -> bytes:
    """Four lines in GB18030 and the third in UTF-8."""
    lines = csv_text().splitlines(keepends=True)
    return b"".join(line.encode("utf-8" if number == 2 else "gb18030") for number, line in enumerate(lines))


def mixed_encodings_mostly_utf8() -> bytes:
    lines = csv_text().splitlines(keepends=True)
    return b"".join(line.encode("gb18030" if number == 3 else "utf-8") for number, line in enumerate(lines))


def no_encoding() -> bytes:
    lines = csv_text().encode("gb18030").splitlines(keepends=True)
    return lines[0] + lines[1] + b"ZJ0002,\xff\xfe\xff,x\r\n" + lines[3]


def null_byte() -> bytes:
    return csv_bytes().replace("王堃".encode(), "王\0堃".encode())


def open_quote() -> bytes:
    return csv_bytes().replace("王堃".encode(), '"王堃'.encode())


def stray_quote() -> bytes:
    return csv_bytes().replace("王堃".encode(), '"王"堃'.encode())


def endless_cell() -> bytes:
    return csv_bytes().replace("王堃".encode(), "王".encode() * 140_000)


def many_columns() -> bytes:
    return ",".join(f"c{number}" for number in range(201)).encode() + b"\r\n"


def missing_columns() -> bytes:
    return csv_bytes().replace("手机号码".encode(), "传真".encode())


def doubled_columns() -> bytes:
    return csv_bytes().replace("曾用单位".encode(), "联系电话".encode())
