"""Working days in China, with the shifted ones around public holidays, as `chinesecalendar` publishes them.

The calendar of a year is known only once the State Council has announced it.  For a year that isn't known a week runs
from Monday to Friday, and the answer says so: whoever shows a result has to pass that on.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar


@dataclass(frozen=True, slots=True)
class Workday:
    """A day, and whether the calendars of all the years it was counted through are known."""

    day: date
    known: bool


def is_known(day: date) -> bool:
    """Say whether the holidays of the year of `day` have been published."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Say whether `day` is a working day; Monday to Friday where its year isn't known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def workdays_before(day: date, count: int) -> Workday:
    """Return the `count`-th working day before `day` (`count` 0 is `day` itself, whatever day it is)."""
    known = is_known(day)
    while count > 0:
        day -= timedelta(days=1)
        known = known and is_known(day)
        count -= is_workday(day)
    return Workday(day, known)
