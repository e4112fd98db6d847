from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.workdays import Workday, is_known, is_workday, workdays_before


@pytest.mark.parametrize(
    ("day", "count", "before"),
    [
        (date(2026, 11, 26), 2, date(2026, 11, 24)),
        (date(2026, 11, 30), 1, date(2026, 11, 27)),
        (date(2026, 11, 30), 2, date(2026, 11, 26)),
        (date(2026, 11, 29), 1, date(2026, 11, 27)),
        (date(2026, 11, 26), 0, date(2026, 11, 26)),
    ],
)
def test_weekends_are_passed_over(day: date, count: int, before: date) -> None:
    assert workdays_before(day, count) == Workday(before, True)


def test_public_holidays_and_shifted_days() -> None:
    # National Day 2025: off from 1 to 8 October; Sunday 28 September and Saturday 11 October are worked.
    assert not is_workday(date(2025, 10, 8))
    assert is_workday(date(2025, 9, 28))
    assert workdays_before(date(2025, 10, 9), 2).day == date(2025, 9, 29)
    assert workdays_before(date(2025, 10, 13), 1).day == date(2025, 10, 11)


def test_a_year_that_is_not_known_counts_monday_to_friday_and_says_so() -> None:
    assert not is_known(date(2199, 1, 2))
    assert workdays_before(date(2199, 1, 7), 2) == Workday(date(2199, 1, 3), False)
    assert is_workday(date(2199, 1, 7))
    assert not is_workday(date(2199, 1, 5))


def test_a_count_that_reaches_back_out_of_the_known_years_is_not_known() -> None:
    assert is_known(date(2004, 1, 5))
    assert not workdays_before(date(2004, 1, 5), 3).known


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2005, 1, 1), date(2025, 12, 31)), st.integers(1, 12))
def test_exactly_so_many_working_days_lie_between(day: date, count: int) -> None:
    before = workdays_before(day, count)
    days = [before.day + timedelta(days=n) for n in range((day - before.day).days)]
    assert sum(map(is_workday, days)) == count
    assert is_workday(before.day)
    assert before.known
