"""Checking rows: what is taken and how it is written, every problem and warning by line, and the root."""

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import bank as bank_module
from drawing import bankcsv
from drawing.bank import Bank, BankOrderError, BankRefusedError, bank_root, check_rows
from drawing.bank_columns import has_lookalike, skeleton
from drawing.bank_report import LISTED_A_KIND, PROBLEMS, WARNINGS, Findings, report_lines, show_value
from drawing.bank_words import Memo
from drawing.bankfile import table_of
from drawing.banktable import NoRowsError
from drawing.expert import Expert, Language, Standing, expert_of, experts_of, row_bytes
from drawing.mapping import ColumnMapping
from drawing.specialty import SpecialtyTree
from tests.drawing.broken_banks import HEADER, ROWS, csv_bytes, csv_text, with_cell, workbook
from vault.errors import MalformedRecordError
from vault.merkle import EMPTY_ROOT, leaf_hash, root_of

EXPERTS = [
    Expert("ZJ0001", "张喆", "13800000001", "临州建设有限公司", (), ("A0101", "A0803"), "东区"),
    Expert(
        "ZJ0002",
        "王堃",
        "13800000002",
        "临州水利设计院",
        ("临州水利局",),
        ("B01",),
        "西区",
        Standing.SUSPENDED,
        date(2026, 12, 31),
    ),
    Expert("ZJ0003", "李㛃", "057188888888", "", (), ("A08", "C0101"), language=Language.ENGLISH),
]


def checked(rows: Any = ROWS, tree: SpecialtyTree | None = None) -> bank_module.BankCheck:
    return check_rows(table_of("bank.csv", csv_bytes(rows)), tree=tree)


def problems(rows: Any) -> list[tuple[int, str, str]]:
    return [(found.line, found.field, found.code) for found in checked(rows).report.problems]


def warnings(rows: Any, tree: SpecialtyTree | None = None) -> list[tuple[int, str, str]]:
    check = checked(rows, tree)
    assert check.report.is_clean
    return [(found.line, found.field, found.code) for found in check.report.warnings]


def test_a_clean_bank_is_read_as_it_stands() -> None:
    check = checked()
    assert list(check.bank.experts()) == EXPERTS
    assert check.report.is_clean
    assert (check.report.rows, check.report.bad_rows, check.report.warnings) == (3, 0, ())
    assert check.report.root == check.bank.root == bank_root(EXPERTS)
    assert check.bank.specialties == ["A0101,A0803", "B01", "A08,C0101"]


def test_a_workbook_gives_the_same_root() -> None:
    assert check_rows(table_of("bank.xlsx", workbook())).bank.root == checked().bank.root
    gb18030 = check_rows(table_of("bank.csv", csv_bytes(encoding="gb18030")))
    assert gb18030.bank.root == checked().bank.root


def test_the_root_is_that_of_the_rows_by_id() -> None:
    leaves = [leaf_hash(row_bytes(expert)) for expert in EXPERTS]
    assert bank_root(EXPERTS) == bank_root(reversed(EXPERTS)) == root_of(leaves)
    assert bank_root([]) == EMPTY_ROOT
    shuffled = list(ROWS)
    random.Random(1).shuffle(shuffled)
    assert checked([ROWS[2], ROWS[0], ROWS[1]]).bank == checked().bank


def test_vectors() -> None:
    vectors = json.loads((Path(__file__).parents[1] / "vectors" / "bank.json").read_bytes())
    experts = [expert_of(row.encode()) for row in vectors["rows"]]
    assert [row_bytes(expert).decode() for expert in experts] == vectors["rows"]
    for vector in vectors["roots"]:
        assert bank_root(experts[: vector["size"]]).hex() == vector["root"]


def test_row_bytes_of_one_expert() -> None:
    assert row_bytes(EXPERTS[1]).decode() == (
        '["fengqian/expert/v1","ZJ0002","王堃","13800000002","临州水利设计院","临州水利局","B01","西区","suspended",'
        '"2026-12-31","zh"]'
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="、"), max_size=12)
EXPERT = st.builds(
    Expert,
    TEXT.filter(bool),
    TEXT,
    TEXT,
    TEXT,
    st.lists(TEXT.filter(bool), max_size=2).map(tuple),
    st.lists(st.sampled_from(["A", "A08", "B0101"]), max_size=3, unique=True).map(lambda codes: tuple(sorted(codes))),
    TEXT,
    st.sampled_from(Standing),
    st.none() | st.dates(),
    st.sampled_from(Language),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(EXPERT, min_size=1, max_size=4))
def test_rows_round_trip(experts: list[Expert]) -> None:
    rows = [row_bytes(expert) for expert in experts]
    assert list(experts_of(rows)) == experts
    assert [expert_of(row) for row in rows] == experts
    assert {repr(expert) for expert in experts} == {"Expert(…)"}


@pytest.mark.parametrize(
    "row",
    [
        b"",
        b"[]",
        b"{}",
        b'["x"]',
        row_bytes(EXPERTS[0]) + b" ",
        row_bytes(EXPERTS[0]).replace(b"v1", b"v2"),
        row_bytes(EXPERTS[0]).replace(b"normal", b"odd"),
        row_bytes(EXPERTS[0]).replace("张".encode(), b"\\u5f20"),
        row_bytes(EXPERTS[0]).replace(b"expert/v1", b"expert\\/v2"),
        row_bytes(EXPERTS[1]).replace(b"2026-12-31", b"2026-13-31"),
        row_bytes(EXPERTS[0]).replace(b'"zh"', b"1"),
        row_bytes(EXPERTS[0])[:-1] + b"\xff",
        row_bytes(EXPERTS[0]) + b"\n" + row_bytes(EXPERTS[0]),
    ],
)
def test_bytes_that_are_no_row(row: bytes) -> None:
    with pytest.raises(MalformedRecordError):
        expert_of(row)


def test_a_name_with_the_sign_between_names_has_no_row() -> None:
    with pytest.raises(ValueError, match="former"):
        row_bytes(Expert("1", "a", "1", former_employers=("甲、乙",)))


def test_the_order_is_that_of_the_ids_not_of_the_rows() -> None:
    rows = [["A!", *ROWS[0][1:]], ["A", *ROWS[1][1:]], ["A#", *ROWS[2][1:]]]
    assert checked(rows).bank.ids == ["A", "A!", "A#"]
    assert checked(rows).bank.root == bank_root(checked(rows).bank.experts())


def test_a_wrong_mobile_among_right_ones() -> None:
    phones = ("13800000001", "12800000002", "19900000003")
    rows = [[*cells[:2], phone, *cells[3:]] for cells, phone in zip(ROWS, phones, strict=True)]
    assert problems(rows) == [(3, "phone", "phone_form")]
    assert problems([[*cells[:2], f"1380000000{n}", *cells[3:]] for n, cells in enumerate(ROWS)]) == []


def test_two_experts_of_one_id_are_no_bank() -> None:
    with pytest.raises(BankOrderError):
        Bank.of([EXPERTS[0], EXPERTS[0]])


LONG = "长" * 300
CELLS: list[tuple[str, object, str, str]] = [
    ("专家编号", "", "id", "id_missing"),
    ("专家编号", "ZJ 2", "id", "id_form"),
    ("专家编号", "ZJ\u200b2", "id", "id_form"),
    ("专家编号", "=ZJ2", "id", "id_form"),
    ("专家编号", "Z" * 65, "id", "too_long"),
    ("专家编号", "1.23E+05", "id", "id_number"),
    ("专家编号", "12.0", "id", "id_number"),
    ("专家编号", "А0803", "id", "id_lookalike"),
    ("专家编号", "ZJ０００２", "id", "id_lookalike"),
    ("专家编号", "e\u0301", "id", "id_normal_form"),
    ("姓名", "", "name", "name_missing"),
    ("姓名", " ", "name", "name_missing"),
    ("姓名", LONG, "name", "too_long"),
    ("姓名", "王\u200b堃", "name", "control"),
    ("姓名", "王\x07堃", "name", "control"),
    ("姓名", "=堃", "name", "formula"),
    ("工作单位", LONG, "employer", "too_long"),
    ("工作单位", "甲\u202e公司", "employer", "control"),
    ("曾用单位", "甲、乙\x01", "former_employers", "control"),
    ("所在地区", LONG, "region", "too_long"),
    ("手机号码", "", "phone", "phone_missing"),
    ("手机号码", "1.38E+10", "phone", "phone_number"),
    ("手机号码", "13800000002.0", "phone", "phone_number"),
    ("手机号码", "12345678901", "phone", "phone_form"),
    ("手机号码", "1380000000", "phone", "phone_form"),
    ("手机号码", "88888888", "phone", "phone_form"),
    ("手机号码", "057188888888转12", "phone", "phone_form"),
    ("手机号码", "١٣٨00000002", "phone", "phone_form"),
    ("评审专业", "", "specialties", "specialties_missing"),
    ("评审专业", "、、", "specialties", "specialties_missing"),
    ("评审专业", "A080", "specialties", "specialty_form"),
    ("评审专业", "A08\x1fB01", "specialties", "specialty_form"),
    ("评审专业", "A0803、房建", "specialties", "specialty_form"),
    ("评审专业", "А0803", "specialties", "specialty_lookalike"),
    ("评审专业", "、".join(f"A{n:02d}" for n in range(65)), "specialties", "specialties_many"),
    ("状态", "休假", "standing", "standing_unknown"),
    ("暂停至", "2026-02-30", "suspended_until", "date_form"),
    ("暂停至", "明年", "suspended_until", "date_form"),
    ("暂停至", "31/12/2026", "suspended_until", "date_form"),
    ("通话语言", "法语", "language", "language_unknown"),
]


@pytest.mark.parametrize(("column", "value", "field", "code"), CELLS)
def test_a_bad_cell_is_named_with_its_line(column: str, value: object, field: str, code: str) -> None:
    rows = with_cell(2, column, value)
    assert problems(rows) == [(3, field, code)]
    with pytest.raises(BankRefusedError) as refusal:
        _ = checked(rows).bank
    assert (refusal.value.details["line"], refusal.value.details["bad"]) == (3, 1)
    text = "\n".join(report_lines(checked(rows).report, lambda message: message))
    assert "line 3" in text
    assert "{" not in text


def test_every_bad_row_is_reported_not_only_the_first() -> None:
    rows = [[f"ZJ{n}", "", "", "", "", "", "", "", "", ""] for n in range(1000)]
    report = checked(rows).report
    assert report.bad_rows == report.rows == 1000
    assert dict(report.problem_counts) == {"name_missing": 1000, "phone_missing": 1000, "specialties_missing": 1000}
    assert len(report.problems) == 3 * LISTED_A_KIND
    assert [line.strip() for line in report_lines(report, str) if "…" in line] == ["… and 800 more like these"] * 3
    assert report.root == EMPTY_ROOT


TAKEN: list[tuple[str, str, str, Any]] = [
    ("手机号码", "1３800000009", "phone", "13800000009"),
    ("手机号码", "+86 138-0000-0009", "phone", "13800000009"),
    ("手机号码", "0086 13800000009", "phone", "13800000009"),
    ("手机号码", "(010)88888888", "phone", "01088888888"),
    ("手机号码", "0571-88888889", "phone", "057188888889"),
    ("手机号码", "８６057188888889", "phone", "057188888889"),
    ("姓名", " 欧阳 堃 ", "name", "欧阳 堃"),
    ("姓名", "买买提·艾力", "name", "买买提·艾力"),
    ("姓名", "O'Brien \\ Co", "name", "O'Brien \\ Co"),
    ("姓名", "e\u0301", "name", "\u00e9"),
    ("姓名", "王\u3000堃", "name", "王\u3000堃"),
    ("姓名", "王\ue000", "name", "王\ue000"),
    ("姓名", "𬀩\U00031350", "name", "𬀩\U00031350"),
    ("评审专业", "A0803；B01;C01 D01/A0803|a02", "specialties", ("A02", "A0803", "B01", "C01", "D01")),
    ("评审专业", "Ａ０８０３", "specialties", ("A0803",)),
    ("曾用单位", "甲公司；乙（集团）、甲公司", "former_employers", ("甲公司", "乙（集团）")),
    ("状态", "黑名单", "standing", Standing.BLACKLISTED),
    ("状态", "关注", "standing", Standing.WATCHED),
    ("状态", "清退", "standing", Standing.REMOVED),
    ("状态", " Suspended ", "standing", Standing.SUSPENDED),
    ("暂停至", "2027/3/1", "suspended_until", date(2027, 3, 1)),
    ("暂停至", "2027年3月1日", "suspended_until", date(2027, 3, 1)),
    ("暂停至", "20270301", "suspended_until", date(2027, 3, 1)),
    ("暂停至", "2027-03-01 00:00:00", "suspended_until", date(2027, 3, 1)),
    ("通话语言", "English", "language", Language.ENGLISH),
]


@pytest.mark.parametrize(("column", "value", "field", "taken"), TAKEN)
def test_a_cell_is_taken_as_it_is_meant(column: str, value: str, field: str, taken: Any) -> None:
    expert = list(checked(with_cell(2, column, value)).bank.experts())[1]
    assert getattr(expert, field) == taken


def test_cells_with_quotes_commas_and_line_ends() -> None:
    text = csv_text().replace("张喆", '"张""喆"').replace("A0803、A0101", '"A0803\nA0101,B"')
    expert = next(check_rows(table_of("bank.csv", text.encode())).bank.experts())
    assert (expert.name, expert.specialties) == ('张"喆', ("A0101", "A0803", "B"))


WARNED: list[tuple[str, str, str, str]] = [
    ("手机号码", "1３800000009", "phone", "phone_rewritten"),
    ("姓名", "e\u0301", "name", "text_rewritten"),
    ("姓名", "王\ue000", "name", "private_character"),
    ("评审专业", "a0803", "specialties", "specialty_rewritten"),
    ("手机号码", "13800000001", "phone", "same_phone"),
    ("状态", "正常", "suspended_until", "until_alone"),
    ("工作单位", "临州建设有限责任公司", "employer", "employer_spellings"),
]


@pytest.mark.parametrize(("column", "value", "field", "code"), WARNED)
def test_a_warning_does_not_refuse(column: str, value: str, field: str, code: str) -> None:
    assert warnings(with_cell(2, column, value)) == [(3, field, code)]


def test_the_same_person_under_two_ids() -> None:
    rows = [*ROWS, ["ZJ0009", *ROWS[0][1:]]]
    assert warnings(rows) == [(5, "phone", "same_person")]
    assert checked(rows).report.warnings[0].text(str) == "name and telephone number are those of line 2"


def test_unknown_specialties_are_named_once() -> None:
    tree = SpecialtyTree({"A": "工程", "A08": "房建", "A0803": "结构", "A0101": "勘察", "C0101": "咨询"})
    assert warnings([*ROWS, ["ZJ0009", "x", "13800000009", "", "", "B01", "", "", "", ""]], tree) == [
        (3, "specialties", "specialty_unknown")
    ]


def test_duplicate_and_twin_ids_name_both_lines() -> None:
    assert problems(with_cell(2, "专家编号", "ZJ0001")) == [(3, "id", "id_duplicate")]
    rows = with_cell(2, "专家编号", "ZJ000１")
    found = checked(rows).report.problems
    assert [(one.line, one.code, one.details) for one in found] == [
        (3, "id_lookalike", (("value", "ZJ000１[U+FF11]"),)),
        (3, "id_twin", (("other", "2"),)),
    ]


def test_nfc_and_nfd_twins() -> None:
    rows = [["caf\u00e9", *ROWS[0][1:]], ["cafe\u0301", *ROWS[1][1:]]]
    assert problems(rows) == [(3, "id", "id_normal_form"), (3, "id", "id_twin")]


def test_chinese_ids_are_taken() -> None:
    assert problems(with_cell(1, "专家编号", "临专0001")) == []


def test_rows_of_another_length_and_blank_lines() -> None:
    text = csv_text() + "\r\nZJ0004,x\r\n"
    report = check_rows(table_of("bank.csv", text.encode())).report
    assert [(one.line, one.code) for one in report.problems] == [(6, "cells")]
    assert [(one.line, one.code) for one in report.warnings] == [(0, "blank_lines")]
    assert "the file: 1 blank lines" in "\n".join(report_lines(report, str))


def test_ids_as_numbers_and_text_in_a_workbook() -> None:
    mixed = check_rows(table_of("bank.xlsx", workbook(with_cell(2, "专家编号", 17)))).report
    assert [(one.line, one.code) for one in mixed.problems] == [(3, "id_kind")]
    rows = [[number, *cells[1:]] for number, cells in enumerate(ROWS[:2], 1)]
    mostly = check_rows(table_of("bank.xlsx", workbook([*rows, ROWS[2]]))).report
    assert [(one.line, one.code) for one in mostly.problems] == [(4, "id_kind")]
    numbers = check_rows(table_of("bank.xlsx", workbook(rows))).report
    assert numbers.is_clean
    assert [one.code for one in numbers.warnings] == ["ids_are_numbers"]


def test_a_phone_that_was_a_rounded_number_in_a_workbook() -> None:
    report = check_rows(table_of("bank.xlsx", workbook(with_cell(2, "手机号码", 13800000000)))).report
    assert [(one.line, one.code) for one in report.problems] == [(3, "phone_number")]


def test_only_required_columns() -> None:
    header, rows = ["编号", "姓名", "手机", "单位", "专业"], [["1", "a", "13800000001", "", "A"]]
    check = check_rows(table_of("bank.csv", csv_text(rows, header).encode()))
    assert list(check.bank.experts()) == [Expert("1", "a", "13800000001", specialties=("A",))]


def test_stated_columns() -> None:
    header = ["甲", *HEADER[1:]]
    table = table_of("bank.csv", csv_text(ROWS, header).encode())
    assert len(check_rows(table, ColumnMapping.of({"id": "甲"})).bank) == 3


def test_chunks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = checked()
    monkeypatch.setattr(bankcsv, "ROWS_A_CHUNK", 1)
    assert checked().bank == whole.bank
    assert checked().report == whole.report


def test_no_rows_between_header_and_end() -> None:
    with pytest.raises(NoRowsError):
        checked([])


def test_the_report_digest_changes_with_what_was_found() -> None:
    digests = {checked(rows).report.digest for rows in (ROWS, ROWS[:2], with_cell(2, "姓名", "x"))}
    assert len(digests) == 3
    assert checked().report.digest == checked().report.digest


def test_a_memo_forgets_and_never_keeps_findings() -> None:
    seen: list[str] = []

    def parse(cell: str, line: int, findings: Findings) -> str:
        seen.append(cell)
        if cell == "bad":
            findings.problem(line, "name", "name_missing")
        return cell.upper()

    memo, findings = Memo(parse, most=1), Findings()
    assert memo.check(["a", "b", "bad"], [1, 2, 3], findings) == ["A", "B", "BAD"]
    assert memo.check(["bad"], [4], findings) == ["BAD"]
    assert [one.line for one in findings.problems] == [3, 4]
    assert memo.check(["c"], [5], findings) == ["C"]
    assert memo.check(["c"], [6], findings) == ["C"]
    assert seen.count("c") == 1


def test_findings_need_a_sentence() -> None:
    with pytest.raises(ValueError, match="sentence"):
        Findings().problem(1, "id", "nonsense")
    assert not PROBLEMS.keys() & WARNINGS.keys()


def test_values_are_shown_safely() -> None:
    assert show_value("ok") == "ok"
    assert show_value("\x1b[2J") == "[U+001B][2J"
    assert show_value("А") == "А[U+0410]"
    assert show_value("x" * 41) == "x" * 40 + "…"


def test_lookalikes() -> None:
    assert skeleton("А０") == "A0"
    assert has_lookalike("ΑB")
    assert not has_lookalike("专AB")
    assert not has_lookalike("O0")
