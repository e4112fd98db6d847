"""Notices by hand at the terminal: whoever isn't reached comes again, behind the others and after a wait."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.calls import Calls
from app.cli.calling import HandLine
from app.cli.context import Context
from app.errors import DeclinedError
from drawing.desk import filling
from drawing.desk.attempts import calls_of
from drawing.desk.filling import Due
from drawing.desk.station import LiveDraw
from drawing.notice.line import CallOrder
from drawing.rulepack import HeldPack
from drawing.steps import Step
from resources.rulepacks import rule_pack
from tests.drawing.desk.station import SmallStation, freeze, go_on


@pytest.fixture
def station(tmp_path: Path) -> Iterator[SmallStation]:
    small = SmallStation.make(tmp_path / "home")
    yield small
    small.close()


class Two:
    """Operator and supervisor at the terminal; each says the same of each slot, one answer a call."""

    def __init__(
        self, answers: dict[str, list[str]], again: str = "y", think: Callable[[], None] = lambda: None
    ) -> None:
        self.answers, self.again, self.think = answers, again, think
        self.asked: list[str] = []
        self.told: list[str] = []

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Answer a question by its id."""
        self.asked.append(question)
        _, slot, kind = question.split(".")
        if kind in ("approve", "again"):
            if kind == "again":
                self.think()
            return "y" if kind == "approve" else self.again
        left = self.answers.get(slot, ["attends"])
        return left[0] if kind == "answer" or len(left) == 1 else left.pop(0)

    def tell(self, text: str) -> None:
        """Keep what was shown."""
        self.told.append(text)

    def dialled(self) -> list[str]:
        """Return the slots in the order in which they were dialled."""
        return [question.split(".")[1] for question in self.asked if question.endswith(".approve")]


class Table:
    """A draw by the pack of works, with its rounds open and two people at the telephone."""

    def __init__(self, station: SmallStation, two: Two, live: LiveDraw | None = None) -> None:
        self.station, self.two = station, two
        self.live = live or self._begun()

    def _begun(self) -> LiveDraw:
        live = self.station.drawn_to(Step.NARROWED)
        freeze(live, HeldPack.of(rule_pack("works")))
        return go_on(live, self.station.cast, until=Step.FILLING)

    def call(self) -> None:
        """Take the two through every notice."""
        context = Context(Path(), self.two, str, "en")
        line = HandLine(context, self.live, self.station.clock, _message)
        Calls(context, self.live, lambda _callee: {}, self._refill, by_hand=True).run(line)

    def _refill(self) -> None:
        if filling.due(self.live) is Due.ROUND:
            filling.open_round(self.live)
        else:
            filling.promote(self.live)


def _message(_order: CallOrder) -> str:
    return "on Tuesday at nine"


def test_who_is_not_reached_comes_behind_the_others_and_again_when_it_counts(station: SmallStation) -> None:
    answers = {"2": ["no_answer", "no_answer", "no_answer", "attends"], "4": ["declines", "attends"]}
    table = Table(station, Two(answers, think=lambda: station.clock.advance(timedelta(minutes=20))))
    first = [callee.slot for callee in filling.callees(table.live)]
    table.call()
    later = table.two.dialled()[len(first) :]
    assert table.two.dialled()[: len(first)] == first, "everybody once, before anybody twice"
    meanwhile = sorted(["2", "4"], key=first.index)
    assert later == [*meanwhile, "2", "2"], "the decline's successor and slot 2 again, and at last slot 2's successor"
    assert table.two.asked.count("notice.2.again") == 1
    assert "Slot 2 was called 1 time(s); without an answer it takes 3 over 20 min." in table.two.told
    answers = [entry.body for entry in table.live.entries() if entry.kind == "draw.answered"]
    assert [body["attempts"] for body in answers if body["outcome"] == "no_answer"] == [3]
    assert filling.due(table.live) is Due.END


def test_an_answer_at_the_second_call_settles_it(station: SmallStation) -> None:
    table = Table(station, Two({"2": ["busy", "attends"]}))
    table.call()
    assert table.two.dialled().count("2") == 2
    assert table.live.record.slots["2"].state == "confirmed"


def test_a_call_too_early_may_be_made_at_once_and_settles_what_is_answered(station: SmallStation) -> None:
    table = Table(station, Two({"2": ["no_answer", "no_answer", "no_answer", "no_answer", "attends"]}))
    table.call()
    assert table.two.dialled().count("2") == 5
    assert table.two.asked.count("notice.2.again") == 3
    assert table.live.record.slots["2"].state == "confirmed"


def test_who_is_left_for_later_is_called_on_with_the_calls_so_far(station: SmallStation) -> None:
    table = Table(station, Two({"2": ["no_answer"]}, again="n"))
    with pytest.raises(DeclinedError):
        table.call()
    assert [slot.name for slot in table.live.record.pending()] == ["2"], "nobody else waits, and nobody is lost"
    assert len(calls_of(table.live, "2")) == 2
    station.clock.advance(timedelta(minutes=20))
    again = Table(station, Two({"2": ["no_answer", "attends"]}), station.load(table.live.draw))
    again.call()
    assert again.two.dialled() == ["2", "2"]
    assert filling.due(again.live) is Due.END
