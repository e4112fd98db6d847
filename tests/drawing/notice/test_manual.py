from datetime import datetime, timedelta

import pytest

from drawing.notice.errors import ManualNoticeError
from drawing.notice.keypad import Outcome
from drawing.notice.line import CallOrder
from drawing.notice.manual import (
    ManualNotice,
    Stage,
    approve,
    confirm_answer,
    disclose,
    key_answer,
    notify_by_hand,
    result_of,
)
from drawing.notice.spoken import Language
from tests.fakes.clock import SteadyClock

NOW = datetime.fromisoformat("2026-11-23T08:00:00Z")
ORDER = CallOrder("R1-3", 2, 5, "13812345678", Language.ZH, {})


def disclosed():
    return disclose(approve(ManualNotice("R1-3", 2), "supervisor"), NOW)


class Desk:
    """Two people who key what they were told to, in turn."""

    def __init__(self, keyed, confirmed, operator="operator"):
        self.keyed, self.confirmed, self.operator = list(keyed), list(confirmed), operator
        self.log = []

    def approve(self, slot):
        self.log.append(f"approve {slot}")
        return "supervisor"

    def show_number(self, slot, number):
        self.log.append(f"show {number}")

    def key_answer(self, slot, again):
        self.log.append("key again" if again else "key")
        return "supervisor", self.keyed.pop(0)

    def confirm_answer(self, slot):
        self.log.append("confirm")
        return self.operator, self.confirmed.pop(0)

    def hide_number(self, slot):
        self.log.append("hide")


def test_two_people_key_one_answer():
    desk, stages = Desk([Outcome.ATTENDS], [Outcome.ATTENDS]), []
    result, notice = notify_by_hand(
        ORDER, desk, now=SteadyClock().now, record=lambda one: stages.append((one.stage, list(desk.log)))
    )
    assert result.outcome is Outcome.ATTENDS
    assert (notice.supervisor, notice.operator) == ("supervisor", "operator")
    assert (result.slot, result.round, len(result.attempts)) == ("R1-3", 2, 1)
    assert result.attempts[0].ended - result.attempts[0].started == timedelta(seconds=1)
    assert notice.disclosures == 1
    assert desk.log == ["approve R1-3", "show 13812345678", "key", "confirm", "hide"]
    assert [stage for stage, _ in stages] == [Stage.APPROVED, Stage.DISCLOSED, Stage.DONE]
    assert stages[1][1] == ["approve R1-3"], "the disclosure is written before the number is shown"


def test_a_different_answer_is_asked_again():
    desk = Desk([Outcome.ATTENDS, Outcome.DECLINES], [Outcome.DECLINES, Outcome.DECLINES])
    result, notice = notify_by_hand(ORDER, desk, now=SteadyClock().now, record=lambda one: None)
    assert (result.outcome, notice.mismatches) == (Outcome.DECLINES, 1)
    assert desk.log[2:] == ["key", "confirm", "key again", "confirm", "hide"]


def test_the_number_is_hidden_when_somebody_leaves():
    desk = Desk([Outcome.ATTENDS], [])
    with pytest.raises(IndexError):
        notify_by_hand(ORDER, desk, now=SteadyClock().now, record=lambda one: None)
    assert desk.log[-1] == "hide"


def test_nothing_is_shown_when_the_record_fails():
    def record(notice):
        if notice.stage is Stage.DISCLOSED:
            raise OSError

    desk = Desk([Outcome.ATTENDS], [Outcome.ATTENDS])
    with pytest.raises(OSError):  # noqa: PT011
        notify_by_hand(ORDER, desk, now=SteadyClock().now, record=record)
    assert desk.log == ["approve R1-3"]


def test_one_person_is_not_two():
    desk = Desk([Outcome.ATTENDS], [Outcome.ATTENDS], operator="supervisor")
    with pytest.raises(ManualNoticeError):
        notify_by_hand(ORDER, desk, now=SteadyClock().now, record=lambda one: None)


OUT_OF_TURN = {
    "nobody approves": lambda: approve(ManualNotice("1", 1), ""),
    "approved twice": lambda: approve(approve(ManualNotice("1", 1), "s"), "s"),
    "shown without approval": lambda: disclose(ManualNotice("1", 1), NOW),
    "shown twice": lambda: disclose(disclosed(), NOW),
    "keyed before it was shown": lambda: key_answer(approve(ManualNotice("1", 1), "s"), "s", Outcome.ATTENDS),
    "keyed by another": lambda: key_answer(disclosed(), "other", Outcome.ATTENDS),
    "an answer nobody can give": lambda: key_answer(disclosed(), "supervisor", Outcome.STOPPED),
    "confirmed before it was keyed": lambda: confirm_answer(disclosed(), "operator", Outcome.ATTENDS, NOW),
    "confirmed by nobody": lambda: confirm_answer(
        key_answer(disclosed(), "supervisor", Outcome.ATTENDS), "", Outcome.ATTENDS, NOW
    ),
    "confirmed by the same": lambda: confirm_answer(
        key_answer(disclosed(), "supervisor", Outcome.ATTENDS), "supervisor", Outcome.ATTENDS, NOW
    ),
    "no result yet": lambda: result_of(key_answer(disclosed(), "supervisor", Outcome.ATTENDS)),
}


@pytest.mark.parametrize("name", OUT_OF_TURN)
def test_steps_out_of_turn_are_refused(name):
    with pytest.raises(ManualNoticeError):
        OUT_OF_TURN[name]()


def test_only_what_was_shown_is_a_disclosure():
    assert ManualNotice("1", 1).disclosures == 0
    assert approve(ManualNotice("1", 1), "s").disclosures == 0
    assert disclosed().disclosures == 1
