"""The lock-out: growth, counted first, a killed program, a turned clock, a record that is gone."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes.clock import START, SteadyClock
from vault.files import DiskFullError
from vault.lockout import LockedOutError, Lockout, wait_after

STILL = timedelta(0)


@pytest.fixture
def clock():
    return SteadyClock(step=STILL)


@pytest.fixture
def lockout(tmp_path, clock):
    made = Lockout(tmp_path / "tries.json", clock)
    made.start()
    return made


def test_waits_double_to_an_hour():
    waits = [wait_after(failures).total_seconds() for failures in range(13)]
    assert waits == [0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert wait_after(10**6) == timedelta(hours=1)


def test_three_tries_are_free_and_the_fourth_waits(lockout, clock):
    for _ in range(3):
        lockout.count_try()
    with pytest.raises(LockedOutError) as caught:
        lockout.count_try()
    assert caught.value.details == {"until": "2026-11-23T08:30:30Z", "seconds": 30}
    clock.advance(timedelta(seconds=29, milliseconds=999))
    with pytest.raises(LockedOutError, match="in 1 seconds"):
        lockout.count_try()
    clock.advance(timedelta(milliseconds=1))
    lockout.count_try()
    with pytest.raises(LockedOutError, match="in 60 seconds"):
        lockout.count_try()


def test_a_try_while_waiting_doesnt_count(lockout, clock):
    for _ in range(3):
        lockout.count_try()
    for _ in range(10):
        with pytest.raises(LockedOutError):
            lockout.count_try()
    clock.advance(timedelta(seconds=30))
    lockout.count_try()
    with pytest.raises(LockedOutError, match="in 60 seconds"):
        lockout.count_try()


def test_success_sets_the_count_back(lockout):
    for _ in range(2):
        lockout.count_try()
    lockout.succeed()
    for _ in range(3):
        lockout.count_try()
    with pytest.raises(LockedOutError):
        lockout.count_try()


@given(back=st.integers(1, 10**7), tries=st.integers(3, 14))
@settings(max_examples=40, deadline=None)
def test_a_clock_turned_back_shortens_nothing(tmp_path_factory, back, tries):
    clock = SteadyClock(step=STILL)
    lockout = Lockout(tmp_path_factory.mktemp("lockout") / "tries.json", clock)
    lockout.start()
    for failures in range(1, tries + 1):
        lockout.count_try()
        if failures < tries:
            clock.advance(wait_after(failures))
    left = wait_after(tries)
    clock.advance(-timedelta(seconds=back))
    for _ in range(2):
        with pytest.raises(LockedOutError) as caught:
            lockout.count_try()
        assert caught.value.details["seconds"] == left.total_seconds()
    clock.advance(timedelta(seconds=back) + left)
    lockout.count_try()


def test_success_under_a_clock_turned_back_keeps_the_latest_time(lockout, clock, tmp_path):
    clock.advance(timedelta(hours=-1))
    lockout.count_try()
    lockout.succeed()
    assert json.loads((tmp_path / "tries.json").read_bytes())["seen"] == "2026-11-23T08:30:00Z"


BROKEN = {
    "missing": None,
    "empty": b"",
    "not-json": b"{",
    "oversize": b" " * 5000,
    "no-wait": b'{"failures":9,"seen":"2026-11-23T08:30:00Z","until":"2026-11-23T08:30:00Z","v":1}',
    "forever": b'{"failures":3,"seen":"2026-11-23T08:30:00Z","until":"9999-11-23T08:30:00Z","v":1}',
    "negative": b'{"failures":-1,"seen":"2026-11-23T08:30:00Z","until":"2026-11-23T08:30:00Z","v":1}',
    "other-version": b'{"failures":0,"seen":"2026-11-23T08:30:00Z","until":"2026-11-23T08:30:00Z","v":2}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_record_gone_or_broken_costs_an_hour_and_no_more(lockout, clock, tmp_path, content):
    path = tmp_path / "tries.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(LockedOutError, match="in 3600 seconds"):
        lockout.count_try()
    clock.advance(timedelta(hours=1))
    lockout.count_try()
    lockout.succeed()
    lockout.count_try()


def test_no_try_without_a_durable_count(lockout, monkeypatch):
    def full(path, data, mode=0o600):
        raise DiskFullError(name=path.name)

    monkeypatch.setattr("vault.lockout.write_atomic", full)
    with pytest.raises(DiskFullError):
        lockout.count_try()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.fakes.clock import SteadyClock
from vault.lockout import Lockout
Lockout(Path(sys.argv[1]), SteadyClock()).count_try()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_program_killed_before_the_pin_is_looked_at_has_used_a_try(tmp_path):
    path = tmp_path / "tries.json"
    Lockout(path, SteadyClock()).start()
    root = Path(__file__).parents[2]
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(path)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
    assert json.loads(path.read_bytes())["failures"] == 3
    with pytest.raises(LockedOutError):
        Lockout(path, SteadyClock(START)).count_try()
