"""The range that is told while people are called: from this station's own calls, never from none."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.estimate import LEAST, estimate

NOTHING = timedelta(0)


def seconds(*lengths: int) -> list[timedelta]:
    return [timedelta(seconds=length) for length in lengths]


def test_too_few_calls_say_nothing() -> None:
    assert estimate(6, 2, seconds(*range(10, 10 + LEAST - 1)), NOTHING) is None
    assert estimate(0, 2, seconds(*range(10, 60)), NOTHING) is None


def test_a_range_by_waves() -> None:
    found = estimate(6, 2, seconds(40, 50, 60, 70, 80, 90), NOTHING)
    assert found is not None
    assert (found.low, found.high, found.basis) == (3, 6, 6)


def test_a_call_that_is_made_later_is_waited_for() -> None:
    found = estimate(1, 2, seconds(10, 10, 10, 10, 10), timedelta(minutes=20))
    assert found is not None
    assert (found.low, found.high) == (20, 21)


@given(
    st.integers(1, 200),
    st.integers(0, 64),
    st.lists(st.integers(0, 1800), min_size=LEAST, max_size=20),
    st.integers(0, 3600),
)
def test_it_is_always_a_range(waiting: int, capacity: int, lengths: list[int], later: int) -> None:
    found = estimate(waiting, capacity, seconds(*lengths), timedelta(seconds=later))
    assert found is not None
    assert 1 <= found.low < found.high
    fewer = estimate(max(waiting - 1, 1), capacity, seconds(*lengths), timedelta(seconds=later))
    assert fewer is not None
    assert (fewer.low, fewer.high) <= (found.low, found.high)
