"""Rounds at the desk: codes, declines, reserves, caps over rounds, the end, and what isn't due."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from drawing.desk import filling
from drawing.desk.filling import Callee, CodeMissingError, Due, NotDueError
from drawing.desk.station import LiveDraw
from drawing.order import CodeMismatchError, code_of
from drawing.rounds import parse_result
from drawing.steps import CONFIRMED, Step
from tests.drawing.desk.station import (
    CODES,
    Answers,
    SmallStation,
    experts,
    fill,
    go_on,
    request_value,
    until_promotion,
)
from tests.drawing.said import steps_of
from tests.fakes.randomness import SeededRandomness

EMPLOYERS = {expert.id: expert.employer for expert in experts()}


def accepted(live: LiveDraw) -> list[str]:
    """Every id that any round accepted, in order."""
    return [live.person(label) for result in live.rounds.results for label in result.labels()]


def sitting(live: LiveDraw) -> dict[str, str]:
    return {slot.name: filling.expert_in(live, slot).id for slot in live.record.committee()}


class TestRounds:
    def test_a_round_fills_every_slot_with_people_who_may_sit_there(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        opened = live.record.rounds[0]
        assert sorted(opened.slots) == [("1", 0), ("2", 0), ("3", 0), ("4", 1), ("5", 1), ("R1", 0)]
        assert [slot for slot, quota in opened.slots if quota == 0] == ["1", "2", "3", "R1"], "lowest number first"
        by_id = {expert.id: expert for expert in experts()}
        for callee in filling.callees(live):
            prefix = request_value()["quotas"][callee.quota]["specialty"]
            assert any(code.startswith(prefix) for code in by_id[callee.expert.id].specialties)
            assert (callee.site, callee.round, callee.attempts) == ("main", 1, 0)
            assert callee.expert.name not in repr(callee)
        employers = [EMPLOYERS[person] for person in sitting(live).values()]
        assert len(set(employers)) == 6
        assert "E003" not in accepted(live)

    def test_a_decline_opens_the_next_round_at_once_with_its_own_code(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        before = sitting(live)
        filling.note_call(live, "2", by_hand=True)
        assert filling.note_answer(live, "2", "declined", {"keys": "22"}) is False
        assert filling.due(live) is Due.ROUND
        assert filling.open_round(live) == 2
        first, second = live.record.rounds
        assert (second.code_number, second.slots) == (2, (("2", 0),))
        assert second.code != first.code
        assert live.record.disclosures == 1
        after = sitting(live)
        assert after.pop("2") not in before.values()
        assert after == {slot: person for slot, person in before.items() if slot != "2"}

    def test_declines_that_came_before_it_share_a_round(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        for slot in ("1", "4", "R1"):
            filling.note_answer(live, slot, "declined", {})
        filling.open_round(live)
        assert sorted(live.record.rounds[1].slots) == [("1", 0), ("4", 1), ("R1", 0)]

    def test_whoever_declined_never_comes_back_and_the_cap_holds_over_rounds(self, home: Path) -> None:
        station = SmallStation.make(home / "few", employers=8)
        live = station.drawn_to(Step.FILLING)
        chance = SeededRandomness("answers")

        def answer(_callee: Callee) -> str:
            return "declined" if chance.take(1)[0] < 128 else CONFIRMED

        employers = {expert.id: expert.employer for expert in experts(employers=8)}
        while live.record.step is Step.FILLING:
            fill(live, answer)
            seated = Counter(employers[person] for person in sitting(live).values())
            assert max(seated.values()) == 1
        assert len(live.record.rounds) > 3
        assert len(set(accepted(live))) == len(accepted(live))
        station.close()

    def test_the_same_randomness_and_answers_give_the_same_committee_on_every_load(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.COMPLETE, Answers({"1": ["declined"], "5": ["declined", "no_answer"]}))
        again = station.load(live.draw)
        assert sitting(again) == sitting(live)
        assert again.rounds.contents == live.rounds.contents
        assert len(live.record.rounds) >= 3

    def test_attempts_are_counted_and_answers_name_their_round(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        assert [filling.note_call(live, "1", by_hand=False) for _ in range(3)] == [1, 2, 3]
        assert station.load(live.draw).record.slots["1"].attempts == 3
        assert filling.note_answer(live, "1", CONFIRMED, {"slot": "5", "round": 9})
        *_, entry = steps_of(station, subject=live.draw, kind="draw.answered")
        assert (entry.body["slot"], entry.body["round"], entry.body["attempts"]) == ("1", 1, 3)
        assert entry.by == live.present.keyids


class TestNotDue:
    def unchanged(self, station: SmallStation, act: Callable[[], object]) -> None:
        size = station.desk.journal.size
        with pytest.raises(NotDueError):
            act()
        assert station.desk.journal.size == size

    def test_nothing_but_answers_while_everybody_is_asked(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        assert filling.due(live) is Due.ANSWERS
        for act in (filling.open_round, filling.promote, filling.finish):
            self.unchanged(station, lambda act=act: act(live))  # type: ignore[misc]

    def test_nobody_answers_for_a_slot_that_is_not_asked(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FILLING)
        filling.note_answer(live, "1", CONFIRMED, {})
        filling.note_answer(live, "2", "declined", {})
        for slot in ("1", "2", "99", ""):
            self.unchanged(station, lambda slot=slot: filling.note_answer(live, slot, "declined", {}))  # type: ignore[misc]
            self.unchanged(station, lambda slot=slot: filling.note_call(live, slot, by_hand=False))  # type: ignore[misc]
        assert station.load(live.draw).record.slots["1"].state == CONFIRMED

    def test_no_round_while_a_vacancy_cannot_be_filled_and_none_after_the_end(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.COMPLETE)
        assert filling.due(live) is Due.NOTHING
        for act in (filling.open_round, filling.promote, filling.finish):
            self.unchanged(station, lambda act=act: act(live))  # type: ignore[misc]


class TestCodes:
    """Level B: each round takes the chain's next code, and no other."""

    def test_codes_of_another_machine(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEEDED, level="B")
        with pytest.raises(CodeMissingError):
            filling.open_round(live)
        wrong = [
            bytes(32),
            code_of(CODES, 2),
            code_of(CODES, 255),
            code_of(b"another chain", 1),
            code_of(CODES, 1)[:-1],
            live.record.fixed().chain_end,
        ]
        for code in wrong:
            with pytest.raises(CodeMismatchError):
                filling.open_round(live, code)
        assert station.load(live.draw).record.rounds == []
        filling.open_round(live, code_of(CODES, 1))
        filling.note_answer(live, "1", "declined", {})
        for number in (1, 3):
            with pytest.raises(CodeMismatchError):
                filling.open_round(live, code_of(CODES, number))
        assert filling.open_round(live, code_of(CODES, 2)) == 2

    def test_at_level_c_the_station_s_own_code_is_taken_whatever_is_given(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEEDED)
        filling.open_round(live, bytes(32))
        assert live.record.rounds[0].code == code_of(live.secret.chain_secret or b"", 1)


def refuse(*quotas: int) -> Callable[[Callee], str]:
    """Everybody asked for one of these quotas declines, reserves excepted."""
    return lambda c: "declined" if c.quota in quotas and not c.slot.startswith("R") else CONFIRMED


class TestReserves:
    def test_before_the_end_a_reserve_moves_up_only_when_no_round_can_fill_the_slot(self, home: Path) -> None:
        station = SmallStation.make(home / "few", size=12, employers=12)
        live = station.drawn_to(Step.FILLING, recusals=[])
        filling.note_answer(live, "R1", CONFIRMED, {})
        reserve = sitting(live)["R1"]
        kinds = []
        while live.record.step is Step.FILLING:
            kinds.append(filling.due(live))
            fill(live, refuse(0))
        assert Due.PROMOTION in kinds
        assert Due.ROUND not in kinds[kinds.index(Due.PROMOTION) :]
        assert next(slot for slot, person in sitting(live).items() if person == reserve) in ("1", "2", "3")
        assert live.record.step is Step.SHORT
        station.close()

    def test_a_pending_reserve_keeps_calls_and_round_when_it_moves_up(self, home: Path) -> None:
        station = SmallStation.make(home / "few", size=12, employers=12)
        live = station.drawn_to(Step.FILLING, recusals=[])
        filling.note_call(live, "R1", by_hand=False)
        occupant = live.record.slots["R1"].occupant
        until_promotion(live)
        moved = filling.promote(live)
        slot = live.record.slots[moved.principal]
        assert (slot.occupant, slot.state, slot.attempts) == (occupant, "pending", 1)
        assert filling.note_call(live, moved.principal, by_hand=False) == 2
        assert station.load(live.draw).record.slots == live.record.slots
        station.close()

    def test_a_short_pool_ends_short_says_what_lacks_and_keeps_who_is_confirmed(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SHORT, refuse(1))
        *_, entry = steps_of(station, subject=live.draw)
        assert entry.kind == "draw.short"
        assert entry.body["lacks"] == [{"quota": 1, "lacks": 2, "reserve": False}]
        assert sorted(sitting(live)) == ["1", "2", "3", "R1"]
        assert filling.due(live) is Due.NOTHING
        assert go_on(live, station.cast).record.step is Step.SEALED

    def test_a_committee_without_its_reserves_is_complete_and_says_so(self, home: Path) -> None:
        station = SmallStation.make(home / "few", size=16, employers=16)
        live = station.drawn_to(Step.COMPLETE, lambda c: "declined" if c.slot.startswith("R") else CONFIRMED)
        *_, entry = steps_of(station, subject=live.draw)
        assert entry.kind == "draw.completed"
        assert entry.body["lacks"] == [{"quota": 0, "lacks": 1, "reserve": True}]
        station.close()


def test_results_in_the_list_are_those_that_the_journal_names(station: SmallStation) -> None:
    live = station.drawn_to(Step.COMPLETE, Answers({"3": ["declined"]}))
    for content, opened in zip(live.rounds.contents, live.record.rounds, strict=True):
        result = parse_result(content)
        assert result.number == opened.number
        assert len(list(result.labels())) == len(opened.slots)
