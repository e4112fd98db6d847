from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.notice.keypad import (
    Effect,
    HangUp,
    Key,
    Keypad,
    KeypadPolicy,
    Outcome,
    Prompt,
    Silence,
    TimeUp,
    step,
)

START = datetime.fromisoformat("2026-11-23T08:00:00Z")
SILENCE, GONE, TIME_UP = "silence", "gone", "time up"


def walk(*happenings, policy=KeypadPolicy(), gap=1.0):  # noqa: B008
    """Every state of a call in which these keys and happenings come `gap` seconds apart."""
    pads = [Keypad(policy=policy)]
    for count, happening in enumerate(happenings, start=1):
        at = START + timedelta(seconds=count * gap)
        event = {SILENCE: Silence(at), GONE: HangUp(at), TIME_UP: TimeUp(at)}.get(happening, Key(happening, at))
        pads.append(step(pads[-1], event))
    return pads


def plays(pads):
    return [list(pad.play) for pad in pads]


CALLS = {
    "attends": (("1", "1"), Outcome.ATTENDS),
    "declines": (("2", "2"), Outcome.DECLINES),
    "changes mind": (("1", "2", "2", "2"), Outcome.DECLINES),
    "takes back and gives up": (("1", "2", "2", GONE), Outcome.HUNG_UP),
    "replays, then attends": (("*", "1", "1"), Outcome.ATTENDS),
    "a replay takes the choice back": (("1", "*", "1", GONE), Outcome.HUNG_UP),
    "a wrong key takes the choice back": (("1", "9", "1", GONE), Outcome.HUNG_UP),
    "wrong key, then declines": (("5", "#", "2", "2"), Outcome.DECLINES),
    "late": ((SILENCE, SILENCE, "1", SILENCE, SILENCE, "1"), Outcome.ATTENDS),
    "silent": ((SILENCE, SILENCE, SILENCE), Outcome.NO_ANSWER),
    "chooses, then silent": (("1", SILENCE, SILENCE, SILENCE), Outcome.NO_ANSWER),
    "hangs up at once": ((GONE,), Outcome.HUNG_UP),
    "hangs up unconfirmed": (("1", GONE), Outcome.HUNG_UP),
    "hangs up after confirming": (("1", "1", GONE), Outcome.ATTENDS),
    "keys after confirming": (("2", "2", "1", "1"), Outcome.DECLINES),
    "too long": (("1", TIME_UP), Outcome.NO_ANSWER),
    "four wrong keys": (("3", "4", "A", "0"), Outcome.NO_ANSWER),
    "six replays": (("*",) * 6, Outcome.NO_ANSWER),
    "a line's nonsense": (("", "11", "签"), None),
    "nothing yet": ((), None),
}


@pytest.mark.parametrize("name", CALLS)
def test_calls(name):
    happenings, outcome = CALLS[name]
    assert walk(*happenings)[-1].outcome is outcome


def test_what_is_played():
    assert plays(walk("1", "2", "2", "2")) == [
        [Prompt.MESSAGE],
        [Prompt.CONFIRM_ATTENDS],
        [Prompt.CHOICE],
        [Prompt.CONFIRM_DECLINES],
        [Prompt.DECLINES],
    ]
    assert plays(walk("7", "*", "1", SILENCE, "1", "1")) == [
        [Prompt.MESSAGE],
        [Prompt.WRONG_KEY],
        [Prompt.MESSAGE],
        [Prompt.CONFIRM_ATTENDS],
        [Prompt.CONFIRM_ATTENDS],
        [Prompt.ATTENDS],
        [],
    ]
    assert plays(walk(SILENCE, SILENCE, SILENCE)) == [[Prompt.MESSAGE]] * 3 + [[Prompt.NO_ANSWER]]
    assert plays(walk("1", "2", SILENCE))[-1] == [Prompt.CHOICE]


def test_each_press_is_kept_with_its_time_and_effect():
    pads = walk("*", "9", "1", "2", "1", "1")
    assert [(press.key, press.effect) for press in pads[-1].presses] == [
        ("*", Effect.REPLAYED),
        ("9", Effect.WRONG),
        ("1", Effect.CHOSE),
        ("2", Effect.TAKEN_BACK),
        ("1", Effect.CHOSE),
        ("1", Effect.CONFIRMED),
    ]
    assert pads[-1].presses[0].at == START + timedelta(seconds=1)


def test_one_press_reported_twice_confirms_nothing():
    pad = walk("1", "1", "1", gap=0.1)[-1]
    assert pad.outcome is None
    assert [press.effect for press in pad.presses] == [Effect.CHOSE, Effect.BOUNCE, Effect.BOUNCE]
    assert pad.play == ()


def test_a_bounce_is_no_sign_of_life():
    policy = KeypadPolicy(silences=1)
    pad = walk("1", SILENCE, policy=policy)[-1]
    bounced = step(pad, Key("1", pad.presses[-1].at))
    assert bounced.silences == 1


def test_different_keys_fast_are_two_presses():
    assert walk("1", "2", gap=0.1)[-1].presses[-1].effect is Effect.TAKEN_BACK


def test_a_flood_of_keys_ends_the_call():
    pad = walk(*("12" * 5000), gap=0.0001)[-1]
    assert pad.outcome is Outcome.NO_ANSWER
    assert len(pad.presses) == pad.policy.keys
    assert len(walk(*("1" * 5000), gap=0.0001)[-1].presses) == pad.policy.keys


def test_the_last_press_allowed_may_still_confirm():
    assert walk("1", "1", policy=KeypadPolicy(keys=2))[-1].outcome is Outcome.ATTENDS


HAPPENINGS = st.lists(
    st.sampled_from(["1", "2", "*", "0", "9", "#", "A", "", "11", SILENCE, GONE, TIME_UP]) | st.text(max_size=2),
    max_size=60,
)


@settings(max_examples=500, deadline=None)
@given(HAPPENINGS, st.floats(0, 2))
def test_an_answer_is_always_the_same_key_twice(happenings, gap):
    pads = walk(*happenings, gap=gap)
    last = pads[-1]
    effective = [press for press in last.presses if press.effect is not Effect.BOUNCE]
    if last.outcome is not None and last.outcome.is_answer:
        key = {Outcome.ATTENDS: "1", Outcome.DECLINES: "2"}[last.outcome]
        assert [(press.key, press.effect) for press in effective[-2:]] == [(key, Effect.CHOSE), (key, Effect.CONFIRMED)]
    else:
        assert Effect.CONFIRMED not in [press.effect for press in last.presses]


@settings(max_examples=300, deadline=None)
@given(HAPPENINGS)
def test_a_decided_call_never_changes_and_each_call_ends(happenings):
    pads = walk(*happenings, gap=0.5)
    decided = [pad for pad in pads if pad.is_over]
    assert all(replace(pad, play=()) == replace(decided[0], play=()) for pad in decided)
    assert all(pad.play == () for pad in decided[1:])
    policy = pads[-1].policy
    ended = pads[-1]
    for _ in range(policy.silences + 1):
        ended = step(ended, Silence(START))
    assert ended.is_over
    assert len(ended.presses) <= policy.keys
    assert ended.wrong_keys <= policy.wrong_keys + 1
    assert ended.replays <= policy.replays + 1


def test_only_attending_and_declining_are_answers():
    assert [outcome for outcome in Outcome if outcome.is_answer] == [Outcome.ATTENDS, Outcome.DECLINES]
