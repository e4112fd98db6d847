"""Nobody is given up as not reached before as many calls, over as long a time, as the rule pack asks for."""

from datetime import timedelta

import pytest

from drawing.desk import filling
from drawing.desk.attempts import NotYetError, calls_of
from drawing.desk.filling import Due
from drawing.desk.station import LiveDraw, PackDiffersError
from drawing.rulepack import HeldPack
from drawing.steps import CONFIRMED, Step
from resources.rulepacks import rule_pack
from tests.drawing.desk.station import SmallStation, freeze, go_on, until_promotion

TEN = timedelta(minutes=10)


def works_draw(station: SmallStation) -> LiveDraw:
    """A draw with people called, by the pack of works as it is: three calls over twenty minutes."""
    live = station.drawn_to(Step.NARROWED)
    freeze(live, HeldPack.of(rule_pack("works")))
    go_on(live, station.cast, until=Step.FILLING)
    return live


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "hung_up", "rejected", "unreachable", "anything else"])
def test_a_call_without_an_answer_takes_three_over_twenty_minutes(station: SmallStation, outcome: str) -> None:
    live = works_draw(station)
    for attempt in range(3):
        size = station.desk.journal.size
        with pytest.raises(NotYetError) as refused:
            filling.note_answer(live, "1", outcome, {})
        assert (station.desk.journal.size, refused.value.details["attempts"]) == (size, attempt)
        filling.note_call(live, "1", by_hand=True)
        if attempt < 2:
            station.clock.advance(TEN)
    assert filling.note_answer(live, "1", outcome, {}) is False
    assert filling.due(live) is Due.ROUND


def test_calls_that_follow_at_once_are_many_and_not_long_enough(station: SmallStation) -> None:
    live = works_draw(station)
    for _ in range(5):
        filling.note_call(live, "1", by_hand=True)
    first = calls_of(live, "1")[0]
    station.clock.advance(timedelta(hours=1))
    with pytest.raises(NotYetError, match="called 5 time") as refused:
        filling.note_answer(live, "1", "no_answer", {})
    assert first + 2 * TEN < station.clock.moment, "the time is long past, but nobody called since"
    assert (refused.value.details["needed"], refused.value.details["minutes"]) == (3, 20)
    filling.note_call(live, "1", by_hand=True)
    filling.note_answer(live, "1", "no_answer", {})


def test_an_answer_and_a_wrong_number_need_one_call(station: SmallStation) -> None:
    live = works_draw(station)
    for slot, outcome in (("1", CONFIRMED), ("2", "declined"), ("3", "wrong_number")):
        filling.note_call(live, slot, by_hand=True)
        assert filling.note_answer(live, slot, outcome, {}) is (outcome == CONFIRMED)


def test_while_one_is_not_reached_a_decline_opens_its_round_and_calls_are_counted_anew(station: SmallStation) -> None:
    live = works_draw(station)
    for slot in ("1", "2"):
        filling.note_call(live, slot, by_hand=True)
    filling.note_answer(live, "2", "declined", {})
    filling.open_round(live)
    assert (len(calls_of(live, "1")), calls_of(live, "2")) == (1, ())
    assert station.load(live.draw).record.slots["1"].attempts == 1


def test_calls_go_along_with_a_promotion(home: object, station: SmallStation) -> None:
    live = works_draw(station)
    filling.note_call(live, "R1", by_hand=True)
    called = calls_of(live, "R1")
    until_promotion(live)
    moved = filling.promote(live)
    assert (calls_of(live, moved.principal), calls_of(live, "R1")) == (called, ())


def test_without_the_pack_of_the_certificate_nobody_is_given_up(station: SmallStation) -> None:
    live = station.drawn_to(Step.NARROWED)
    other = HeldPack(HeldPack.of(rule_pack("works")).rules, "0" * 64)
    freeze(live, other)
    go_on(live, station.cast, until=Step.FILLING)
    filling.note_call(live, "1", by_hand=True)
    with pytest.raises(PackDiffersError):
        filling.note_answer(live, "1", "no_answer", {})
