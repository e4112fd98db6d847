from datetime import timedelta

import pytest

from app.sample.line import SAMPLE_RETRIES, Behaviour, ScriptedLine, parse_answers
from drawing.notice.keypad import Outcome
from drawing.notice.line import CallOrder, CallState, Line, RetryPolicy
from drawing.notice.spoken import Language
from tests.fakes.clock import SteadyClock
from vault.errors import MalformedRecordError

NUMBER = "13812345678"


def order(ordinal, **more):
    return CallOrder(f"S{ordinal}", 1, ordinal, NUMBER, Language.ZH, {}, **more)


def line(*script, **more):
    return ScriptedLine([words if isinstance(words, list) else [words] for words in script], SteadyClock(), **more)


def call(scripted: Line, *orders, events=None, stop=lambda: False, **more):
    seen = [] if events is None else events
    return list(scripted.notify(orders, on_event=seen.append, stop=stop, **more))


ENDS = {
    Behaviour.ATTENDS: (Outcome.ATTENDS, "11"),
    Behaviour.DECLINES: (Outcome.DECLINES, "22"),
    Behaviour.SILENT: (Outcome.NO_ANSWER, ""),
    Behaviour.WRONG_KEY: (Outcome.ATTENDS, "711"),
    Behaviour.REPLAYS: (Outcome.ATTENDS, "*11"),
    Behaviour.CHANGES_MIND: (Outcome.DECLINES, "1222"),
    Behaviour.LATE: (Outcome.ATTENDS, "11"),
    Behaviour.HANGS_UP: (Outcome.HUNG_UP, ""),
    Behaviour.HANGS_UP_UNCONFIRMED: (Outcome.HUNG_UP, "1"),
    Behaviour.NO_ANSWER: (Outcome.NO_ANSWER, ""),
    Behaviour.BUSY: (Outcome.BUSY, ""),
    Behaviour.UNREACHABLE: (Outcome.UNREACHABLE, ""),
}


@pytest.mark.parametrize("behaviour", Behaviour)
def test_each_behaviour_comes_out_of_the_keypad(behaviour):
    (result,) = call(line(behaviour), order(0))
    assert (result.outcome, "".join(press.key for press in result.keys)) == ENDS[behaviour]
    assert result.attempts[-1].started <= result.attempts[-1].ended


def test_answers_go_by_the_ordinal_not_by_who_is_called_first():
    scripted = line(Behaviour.ATTENDS, Behaviour.DECLINES)
    assert [result.outcome for result in call(scripted, order(1), order(0))] == [Outcome.DECLINES, Outcome.ATTENDS]
    assert [result.outcome for result in call(scripted, order(1))] == [Outcome.DECLINES], "after a restart too"


def test_calls_past_the_script_attend():
    assert [result.outcome for result in call(line(), order(0), order(99))] == [Outcome.ATTENDS] * 2


def test_retries_hold_nobody_up_and_settle():
    results = call(
        line([Behaviour.BUSY, Behaviour.ATTENDS], Behaviour.DECLINES, Behaviour.NO_ANSWER), *map(order, range(3))
    )
    assert [(result.slot, result.outcome, len(result.attempts)) for result in results] == [
        ("S1", Outcome.DECLINES, 1),
        ("S2", Outcome.NO_ANSWER, 3),
        ("S0", Outcome.ATTENDS, 2),
    ]


def test_attempts_of_before_a_restart_count():
    scripted = line([Behaviour.NO_ANSWER, Behaviour.NO_ANSWER, Behaviour.ATTENDS])
    (first,) = call(scripted, order(0))
    (settled,) = call(scripted, order(0, history=first.attempts))
    assert settled.attempts == first.attempts
    (resumed,) = call(scripted, order(0, history=first.attempts[:1]))
    assert (len(resumed.attempts), resumed.outcome) == (3, Outcome.ATTENDS)


def test_more_calls_are_taken_between_results():
    further = [[order(1)], [], [order(2)]]
    results = call(line(), order(0), more=lambda: further.pop(0))
    assert [result.slot for result in results] == ["S0", "S1"]


def test_nothing_is_dialled_once_stopped():
    events = []
    assert call(line(), order(0), order(1), events=events, stop=lambda: True) == []
    assert [event.state for event in events] == [CallState.WAITING] * 2


def test_the_tiles_see_each_step_and_no_number():
    events = []
    results = call(line([Behaviour.BUSY, Behaviour.WRONG_KEY]), order(0), events=events)
    assert [(event.number_of_attempt, event.state) for event in events] == [
        (1, CallState.WAITING),
        (1, CallState.DIALLING),
        (1, CallState.RINGING),
        (1, CallState.ENDED),
        (2, CallState.DIALLING),
        (2, CallState.RINGING),
        (2, CallState.ANSWERED),
        (2, CallState.CHOSEN),
        (2, CallState.ENDED),
    ]
    assert (events[3].attempt.outcome, events[3].again_at) == (Outcome.BUSY, events[3].attempt.ended)
    assert (events[-1].attempt, events[-1].again_at) == (results[0].attempts[-1], None)
    assert NUMBER not in repr((events, results))


def test_it_waits_only_as_it_is_told():
    waits = []
    policy = RetryPolicy(attempts=2)
    call(line([Behaviour.BUSY, Behaviour.ATTENDS], policy=policy, pause=waits.append), order(0))
    assert max(waits) > 300, "the pause before the last attempt of a policy over ten minutes"
    assert (SAMPLE_RETRIES.attempts, SAMPLE_RETRIES.over) == (3, timedelta(0))


def test_as_many_ring_at_once_as_there_are_lines():
    events = []
    call(line(capacity=2), *map(order, range(3)), events=events)
    dialled = [event.slot for event in events if event.state in (CallState.DIALLING, CallState.ENDED)]
    assert dialled == ["S0", "S1", "S0", "S1", "S2", "S2"], "the third once a line is free"


def test_calls_that_ring_end_by_themselves_once_stopped():
    stops = iter([False, False, True, True, True, True])
    results = call(line(capacity=2), *map(order, range(4)), stop=lambda: next(stops))
    assert [result.slot for result in results] == ["S0", "S1"]


def test_capacity():
    assert line(capacity=3).capacity == 3


def test_a_script_is_read():
    assert parse_answers(b'["attends",["busy","declines"]]') == (
        (Behaviour.ATTENDS,),
        (Behaviour.BUSY, Behaviour.DECLINES),
    )


@pytest.mark.parametrize("text", [b"{}", b"[", b'["maybe"]', b"[[]]", b"[1]", b'[["attends",[]]]', b"[null]"])
def test_a_script_that_is_none_is_refused(text):
    with pytest.raises(MalformedRecordError):
        parse_answers(text)
