"""Which column is which: known headers, statements, remembered sets."""

import pytest

from drawing.mapping import (
    FIELDS,
    SYNONYMS,
    ColumnMapping,
    DoubledColumnsError,
    MappingError,
    MissingColumnsError,
    header_key,
    known_headers,
    map_columns,
    parse_mapping,
)
from tests.drawing.broken_banks import HEADER
from vault.errors import MalformedRecordError


def test_a_province_header_is_known() -> None:
    mapping = map_columns(HEADER, 1)
    assert mapping.to_json() == dict(zip(FIELDS, HEADER, strict=True))
    assert mapping.positions(HEADER) == {field: place for place, field in enumerate(FIELDS)}


def test_width_case_and_white_space_do_not_matter() -> None:
    header = ["ＩＤ", "Name", "PHONE", "工 作 单 位", "专业"]
    assert map_columns(["".join(cell.split()) for cell in header], 1).header("id") == "ＩＤ"


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in SYNONYMS.items() for name in names])
def test_each_known_header_means_one_field(field: str, name: str) -> None:
    others = [other for other in FIELDS if other != field]
    header = [name, *(SYNONYMS[other][0] for other in others)]
    assert map_columns(header, 1).header(field) == name


def test_a_statement_wins_and_the_rest_is_guessed() -> None:
    header = ["A", "姓名", "手机号", "联系电话", "单位", "专业"]
    mapping = map_columns(header, 1, ColumnMapping.of({"id": "a", "phone": "联系电话"}))
    assert (mapping.header("id"), mapping.header("phone"), mapping.header("name")) == ("A", "联系电话", "姓名")
    assert "region" not in mapping
    assert "id" in mapping


def test_missing_columns_are_named_all() -> None:
    with pytest.raises(MissingColumnsError) as refusal:
        map_columns(["姓名", "备注"], 3)
    assert refusal.value.details["line"] == 3
    assert [word.split()[0] for word in refusal.value.details["fields"]] == [
        "id",
        "phone",
        "employer",
        "specialties",
    ]


@pytest.mark.parametrize(
    ("header", "stated"),
    [(["A", "B"], {"id": "C"}), (["A", "B"], {"id": "A", "name": "A"})],
)
def test_a_statement_that_does_not_fit(header: list[str], stated: dict[str, str]) -> None:
    with pytest.raises(MappingError):
        map_columns(header, 1, ColumnMapping.of(stated))


def test_a_header_that_stands_twice() -> None:
    with pytest.raises(DoubledColumnsError):
        map_columns([*HEADER, "姓名"], 1)
    with pytest.raises(DoubledColumnsError):
        map_columns([*HEADER, "姓名"], 1, ColumnMapping.of({"name": "姓名"}))


def test_mapping_files() -> None:
    assert parse_mapping('{"id":"专家编号","phone":"电话"}'.encode()).to_json() == {"id": "专家编号", "phone": "电话"}
    for text in (b"[]", b'{"shoe":"x"}', b'{"id":1}', b"{", b'{"id":"a","id":"b"}'):
        with pytest.raises(MalformedRecordError):
            parse_mapping(text)
    with pytest.raises(ValueError, match="field"):
        ColumnMapping.of({"shoe": "x"})


def test_a_set_of_headers_has_one_key() -> None:
    assert header_key(["a", "b"]) == header_key(["B", " a"]) != header_key(["a", "c"])
    assert header_key(["ab", "c"]) != header_key(["a", "bc"])
    assert len(header_key(HEADER)) == 64


def test_known_headers_are_counted() -> None:
    assert known_headers(HEADER) == len(HEADER)
    assert known_headers(["x", ""]) == 0
