"""The clock refuses a time before its floor and jumps while it runs; it never goes back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import START, SteadyClock
from vault.clock import ClockTurnedError, SystemClock, steady_seconds, wall_time
from vault.times import from_text, to_text


class Bench:
    """A wall clock and a steady one that a test moves apart."""

    def __init__(self) -> None:
        self.wall = START
        self.steady = 1000.0

    def pass_time(self, seconds: float, turned: float = 0.0) -> None:
        self.wall += timedelta(seconds=seconds + turned)
        self.steady += seconds

    def clock(self, floor: datetime = START) -> SystemClock:
        return SystemClock(floor, wall=lambda: self.wall, steady=lambda: self.steady)


def test_real_clock_reads_now_in_whole_milliseconds() -> None:
    clock = SystemClock(datetime(2020, 1, 1, tzinfo=UTC))
    moment = clock.now()
    assert abs(wall_time() - moment) < timedelta(seconds=5)
    assert from_text(to_text(moment)) == moment
    assert steady_seconds() <= steady_seconds()


def test_time_before_the_floor_is_refused() -> None:
    bench = Bench()
    clock = bench.clock(START + timedelta(seconds=1))
    with pytest.raises(ClockTurnedError) as caught:
        clock.now()
    assert caught.value.details == {"wall": "2026-11-23T08:30:00Z", "expected": "2026-11-23T08:30:01Z"}
    bench.pass_time(1)
    assert clock.now() == START + timedelta(seconds=1)


def test_floor_rises_and_never_sinks() -> None:
    bench = Bench()
    clock = bench.clock()
    clock.set_floor(START + timedelta(hours=1))
    clock.set_floor(START - timedelta(hours=1))
    with pytest.raises(ClockTurnedError):
        clock.now()


@pytest.mark.parametrize("turned", [-5.001, 5.001, -3600.0, 86400.0])
def test_jump_is_refused(turned: float) -> None:
    bench = Bench()
    clock = bench.clock(START - timedelta(days=3))
    clock.now()
    bench.pass_time(0, turned)
    with pytest.raises(ClockTurnedError):
        clock.now()
    bench.pass_time(0, -turned)
    assert clock.now() == START


def test_small_jumps_add_up_to_a_refusal() -> None:
    bench = Bench()
    clock = bench.clock()
    clock.now()
    bench.pass_time(1, 4)
    clock.now()
    bench.pass_time(1, 4)
    with pytest.raises(ClockTurnedError):
        clock.now()


def test_slewing_over_a_day_is_lawful() -> None:
    bench = Bench()
    clock = bench.clock()
    bench.pass_time(86400, 40)
    assert clock.now() == START + timedelta(seconds=86440)
    bench.pass_time(0, 10)
    with pytest.raises(ClockTurnedError):
        clock.now()


def test_small_correction_back_stands_still() -> None:
    bench = Bench()
    clock = bench.clock()
    bench.pass_time(10)
    moment = clock.now()
    clock.set_floor(moment)
    bench.pass_time(0, -3)
    assert clock.now() == moment
    bench.pass_time(4)
    assert clock.now() == moment + timedelta(seconds=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-0.5, 0.5)), max_size=9))
def test_never_goes_back(steps: list[tuple[float, float]]) -> None:
    bench = Bench()
    clock = bench.clock()
    last = clock.now()
    for seconds, turned in steps:
        bench.pass_time(seconds, turned)
        moment = clock.now()
        assert moment >= last
        last = moment


def test_fake_clock_goes_by_steps() -> None:
    clock = SteadyClock(step=timedelta(seconds=2))
    assert [clock.now(), clock.now()] == [START, START + timedelta(seconds=2)]
    clock.advance(timedelta(hours=-1))
    assert clock.now() == START + timedelta(seconds=4, hours=-1)
