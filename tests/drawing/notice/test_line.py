from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notice.errors import LineDownError, RetryPolicyError
from drawing.notice.keypad import Outcome, Prompt
from drawing.notice.line import (
    CallAt,
    CallAttempt,
    CallOrder,
    CallResult,
    Line,
    RetryPolicy,
    Settled,
    next_attempt,
)
from drawing.notice.spoken import Language
from tests.fakes.line import FakeLine

START = datetime.fromisoformat("2026-11-23T08:00:00Z")
MINUTE = timedelta(minutes=1)


def attempt(minute, outcome=Outcome.NO_ANSWER):
    return CallAttempt(START + minute * MINUTE, START + (minute + 1) * MINUTE, outcome)


def order(slot, **more):
    return CallOrder(slot, 1, 0, "13800000000", Language.ZH, {Prompt.MESSAGE: Path("message.wav")}, **more)


def test_a_number_is_never_in_a_repr():
    assert "138" not in repr(order("1"))
    assert "message.wav" not in repr(order("1"))


def test_the_first_attempt_is_at_once():
    assert next_attempt([], RetryPolicy()) == CallAt(None)


@pytest.mark.parametrize("outcome", [Outcome.ATTENDS, Outcome.DECLINES, Outcome.WRONG_NUMBER])
def test_an_answer_and_a_wrong_number_settle_at_once(outcome):
    assert next_attempt([attempt(0, outcome)], RetryPolicy()) == Settled(outcome)


def test_each_outcome_has_its_own_pause():
    assert next_attempt([attempt(0)], RetryPolicy()) == CallAt(START + 4 * MINUTE)
    assert next_attempt([attempt(0, Outcome.BUSY)], RetryPolicy()) == CallAt(START + 2 * MINUTE)


def test_no_answer_needs_n_attempts_over_t():
    policy = RetryPolicy(attempts=3, over=10 * MINUTE)
    assert next_attempt([attempt(0), attempt(4)], policy) == CallAt(START + 10 * MINUTE)
    assert next_attempt([attempt(0), attempt(4), attempt(8)], policy) == CallAt(START + 12 * MINUTE)
    assert next_attempt([attempt(0), attempt(4), attempt(10)], policy) == Settled(Outcome.NO_ANSWER)
    assert next_attempt([attempt(0), attempt(4), attempt(10, Outcome.BUSY)], policy) == Settled(Outcome.BUSY)


@pytest.mark.parametrize("ours", [Outcome.CONGESTED, Outcome.STOPPED])
def test_attempts_that_never_left_do_not_count(ours):
    policy = RetryPolicy(attempts=1, over=timedelta(0))
    assert isinstance(next_attempt([attempt(0, ours)], policy), CallAt)
    assert next_attempt([attempt(0, ours), attempt(1)], policy) == Settled(Outcome.NO_ANSWER)
    policy = RetryPolicy(attempts=2, over=timedelta(0))
    assert isinstance(next_attempt([attempt(0), attempt(5), attempt(9, ours)], policy), CallAt)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome.is_answer])
def test_an_answer_settles_a_call_whatever_attempts_are_left(outcome):
    policy = RetryPolicy(attempts=3, over=timedelta(0))
    assert next_attempt([attempt(0, outcome)], policy) == Settled(outcome)


@pytest.mark.parametrize(
    "policy",
    [
        {"attempts": 0},
        {"attempts": 1},
        {"over": -MINUTE},
        {"wait": {Outcome.BUSY: -MINUTE}},
        {"wait": {Outcome.DECLINES: MINUTE}},
    ],
)
def test_policies_that_contradict_themselves_are_refused(policy):
    with pytest.raises(RetryPolicyError):
        RetryPolicy(**policy)


UNANSWERED = [Outcome.NO_ANSWER, Outcome.HUNG_UP, Outcome.BUSY, Outcome.REJECTED, Outcome.UNREACHABLE]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(list(Outcome)), min_size=60, max_size=60),
    st.integers(2, 5),
    st.integers(0, 30),
    st.integers(0, 300),
)
def test_a_person_not_reached_was_called_n_times_over_t(outcomes, attempts, over, length):
    policy = RetryPolicy(attempts=attempts, over=over * MINUTE)
    history, now = [], START
    for outcome in outcomes:
        following = next_attempt(history, policy)
        if isinstance(following, Settled):
            break
        now = max(now, following.at or now)
        assert not history or now >= history[-1].ended
        history.append(CallAttempt(now, now + timedelta(seconds=length), outcome))
    else:
        following = next_attempt(history, policy)
    counted = [one for one in history if one.outcome in UNANSWERED]
    if isinstance(following, Settled):
        assert following.outcome is history[-1].outcome
        if following.outcome in UNANSWERED:
            assert len(counted) >= attempts
            assert counted[-1].started - counted[0].started >= over * MINUTE
    assert len(counted) <= attempts + 1


def test_the_fake_is_a_line_and_goes_down():
    line: Line = FakeLine({"2": Outcome.DECLINES}, down_after=2)
    events, results = [], []
    calls = line.notify([order("1"), order("2"), order("3")], on_event=events.append, stop=lambda: False)
    with pytest.raises(LineDownError):
        results.extend(calls)
    assert [(result.slot, result.outcome) for result in results] == [("1", Outcome.ATTENDS), ("2", Outcome.DECLINES)]
    assert len(events) == 4
    assert line.capacity == 60


def test_the_fake_asks_for_more_and_stops():
    line = FakeLine()
    further = [[order("2")], []]
    results = line.notify([order("1")], on_event=lambda event: None, stop=lambda: False, more=lambda: further.pop(0))
    assert [result.slot for result in results] == ["1", "2"]
    assert list(line.notify([order("1")], on_event=lambda event: None, stop=lambda: True)) == []


def test_the_keys_of_a_result_are_those_of_its_last_attempt():
    assert CallResult("1", 1, Outcome.BUSY, ()).keys == ()
    assert CallResult("1", 1, Outcome.BUSY, (attempt(0),)).keys == ()


def test_a_policy_cannot_be_changed_afterwards():
    assert isinstance(RetryPolicy().wait, MappingProxyType)
