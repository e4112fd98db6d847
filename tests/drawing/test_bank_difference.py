"""Differences between two versions of a bank."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.bank import Bank
from drawing.bank_difference import LISTED, difference_lines, differences
from drawing.expert import Expert
from tests.drawing.test_bank import EXPERTS


def test_added_removed_and_changed_fields() -> None:
    new = [replace(EXPERTS[0], phone="13900000001", region="西区"), EXPERTS[2], Expert("ZJ0009", "赵", "13800000009")]
    found = differences(Bank.of(EXPERTS), Bank.of(new))
    assert (found.added, found.removed) == (("ZJ0009",), ("ZJ0002",))
    assert [(change.id, change.fields) for change in found.changed] == [("ZJ0001", ("phone", "region"))]
    assert found.changed_fields == {"phone": 1, "region": 1}
    lines = list(difference_lines(found, str))
    assert lines == [
        "1 experts added, 1 removed, 1 changed.",
        "  phone: 1",
        "  region: 1",
        "Added: 1",
        "  ZJ0009",
        "Removed: 1",
        "  ZJ0002",
        "Changed: 1",
        "  ZJ0001: phone, region",
    ]


def test_the_first_bank_is_all_added_and_long_lists_are_cut_with_their_count() -> None:
    many = Bank.of(Expert(f"{number:05d}", "x", "13800000001") for number in range(LISTED + 3))
    found = differences(Bank.of(()), many)
    assert len(found.added) == LISTED + 3
    assert list(difference_lines(found, str))[-1] == "  … and 3 more"


def test_the_digest_covers_who_and_what_but_shows_neither() -> None:
    old = Bank.of(EXPERTS)
    one = differences(old, Bank.of([replace(EXPERTS[0], phone="13900000001"), *EXPERTS[1:]]))
    other = differences(old, Bank.of([EXPERTS[0], replace(EXPERTS[1], phone="13900000001"), EXPERTS[2]]))
    assert one.digest != other.digest
    assert "ZJ0001" not in str(one.to_json()) + repr(one) + repr(one.changed)


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_differences_lead_from_one_to_the_other(old: set[int], new: set[int], moved: set[int]) -> None:
    def bank(numbers: set[int], region: str) -> Bank:
        return Bank.of(Expert(str(n), "x", "1", region=region if n in moved else "") for n in numbers)

    found = differences(bank(old, "东"), bank(new, "西"))
    assert set(found.added) == {str(n) for n in new - old}
    assert set(found.removed) == {str(n) for n in old - new}
    assert {change.id for change in found.changed} == {str(n) for n in old & new & moved}
