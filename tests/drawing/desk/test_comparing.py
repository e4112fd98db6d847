"""The dice compared at the desk: nothing is revealed before every witness's last answer is yes."""

import pytest

from drawing.desk import comparing, seeding
from drawing.desk.awaiting import DiceMissingError, WitnessNotAwaitedError
from drawing.desk.comparing import DiceDisputedError, NotComparedError
from drawing.desk.station import LiveDraw
from drawing.steps import Step
from tests.drawing.desk.station import DICE, SmallStation, compare


def entered(station: SmallStation) -> LiveDraw:
    """A draw whose dice are all in."""
    live = station.drawn_to(Step.FIXED)
    for witness in live.record.missing_dice():
        seeding.enter_dice(live, witness, DICE[witness])
    return live


def test_a_no_stands_and_nothing_is_revealed_until_it_is_yes(station: SmallStation) -> None:
    live = entered(station)
    comparing.note_comparison(live, "supervisor", agrees=True)
    with pytest.raises(DiceDisputedError):
        comparing.note_comparison(live, "owner", agrees=False)
    live = station.load(live.draw)
    assert live.record.not_confirmed() == ("owner",)
    with pytest.raises(NotComparedError):
        seeding.seed(live)
    assert station.load(live.draw).record.step is Step.FIXED
    comparing.note_comparison(live, "owner", agrees=True)
    assert seeding.seed(live)


def test_a_yes_may_be_taken_back_before_the_reveal(station: SmallStation) -> None:
    live = entered(station)
    compare(live)
    with pytest.raises(DiceDisputedError):
        comparing.note_comparison(live, "supervisor", agrees=False)
    with pytest.raises(NotComparedError):
        seeding.seed(live)


def test_every_row_is_shown_once_all_are_in(station: SmallStation) -> None:
    live = station.drawn_to(Step.FIXED)
    seeding.enter_dice(live, "owner", DICE["owner"])
    with pytest.raises(DiceMissingError):
        seeding.dice_shown(live)
    with pytest.raises(DiceMissingError):
        comparing.note_comparison(live, "supervisor", agrees=True)
    seeding.enter_dice(live, "supervisor", DICE["supervisor"])
    assert seeding.dice_shown(live) == {name: "".join(text.split()) for name, text in DICE.items()}
    with pytest.raises(WitnessNotAwaitedError):
        comparing.note_comparison(live, "stranger", agrees=True)


def test_another_draw_s_answers_count_nothing(station: SmallStation) -> None:
    compare(entered(station))
    other = station.drawn_to(Step.FIXED, lot="LZ-2")
    assert other.record.not_confirmed() == other.record.frozen().witnesses
