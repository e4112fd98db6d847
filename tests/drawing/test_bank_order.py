import random
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from drawing.bank import Bank, check_rows
from drawing.bank_order import Arranged, ascending, is_ascending
from drawing.bankcsv import read_csv

HEAD = "专家编号,姓名,手机号码,工作单位,评审专业"


@given(st.lists(st.text("0AZé𠮷", max_size=9)))
def test_places_ascend_by_code_points(texts: list[str]) -> None:
    assert [texts[place] for place in ascending(texts)] == sorted(texts)


@given(st.lists(st.text("AB", max_size=3)))
def test_a_text_that_stands_twice_does_not_ascend(texts: list[str]) -> None:
    assert is_ascending(texts) == (texts == sorted(set(texts)))


@given(st.permutations("abcdef"), st.slices(6))
def test_arranged_values_are_those_of_a_list(values: list[str], part: slice) -> None:
    order = ascending(values)
    arranged = Arranged(values, order)
    assert arranged == sorted(values)
    assert arranged != values[::-1] or values[::-1] == sorted(values)
    assert (len(arranged), list(arranged), arranged[2], arranged[-1]) == (6, list("abcdef"), "c", "f")
    assert arranged[part] == list("abcdef")[part]


def checked(change: Callable[[list[str]], object]) -> Bank:
    lines = [f"E{number * 7919 % 5000},甲,138{number:08d},某院,A01" for number in range(3000)]
    change(lines)
    return check_rows(read_csv("bank.csv", "\r\n".join([HEAD, *lines]).encode())).bank


def test_the_order_of_a_file_changes_no_bank() -> None:
    ascending_file, shuffled = checked(list.sort), checked(random.Random(7).shuffle)
    assert isinstance(shuffled.rows, Arranged)
    assert not isinstance(ascending_file.rows, Arranged)
    assert shuffled == ascending_file == Bank.of(shuffled.experts())
