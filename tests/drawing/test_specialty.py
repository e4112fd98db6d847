"""Specialties as a tree of codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing.specialty import CODE_PATTERN, SpecialtyTree, covers, is_code, parents, range_of
from vault.errors import MalformedRecordError

CODES = st.from_regex(CODE_PATTERN, fullmatch=True)
NAMES = {"A": "工程", "A08": "房建", "A0803": "结构", "A0804": "装饰", "B": "货物"}


@pytest.mark.parametrize("code", ["A", "A08", "A0803", "Z99999999"])
def test_codes(code: str) -> None:
    assert is_code(code)


@pytest.mark.parametrize("code", ["", "a", "A0", "A080", "AA08", "0803", "А0803", "A０８", "A08030405060", "A08\n"])
def test_not_codes(code: str) -> None:
    assert not is_code(code)


def test_a_code_covers_itself_and_what_lies_below() -> None:
    assert covers("A0803", "A")
    assert covers("A0803", "A08")
    assert covers("A0803", "A0803")
    assert not covers("A08", "A0803")
    assert not covers("A0803", "A0")
    assert not covers("A0803", "")
    assert parents("A0803") == ("A", "A08")


@given(CODES, CODES)
def test_a_range_holds_exactly_what_a_code_covers(code: str, prefix: str) -> None:
    for one, above in ((code, prefix), *((code, parent) for parent in (*parents(code), code))):
        low, high = range_of(above)
        assert (low <= one < high) == covers(one, above)


def test_a_range_reaches_to_the_last_code() -> None:
    low, high = range_of("A")
    assert low <= "A99999999" < high <= "B"


def test_tree() -> None:
    tree = SpecialtyTree.of(NAMES)
    assert len(tree) == 5
    assert "A08" in tree
    assert tree.name("A0803") == "结构"
    assert tree.name("C") == "C"
    assert tree.path("A0803") == ("工程", "房建", "结构")
    assert tree.below("A08") == ("A08", "A0803", "A0804")
    assert tree.unknown(["C01", "A", "B01", "C01"]) == ("B01", "C01")


@pytest.mark.parametrize("value", [[], {"a": "x"}, {"A": 1}, {"A": ""}, {"A08": "x"}])
def test_trees_that_are_not(value: object) -> None:
    with pytest.raises(MalformedRecordError):
        SpecialtyTree.of(value)  # type: ignore[arg-type]
