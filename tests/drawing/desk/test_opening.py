"""Opening: two people, the time, what follows a conflict at sign-in, closing and ending a draw."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from drawing.custody import list_context, pool_context
from drawing.desk import filling, opening, sealing
from drawing.desk.filling import Due
from drawing.desk.opening import SecondSupervisorError, TooEarlyError, VacancyError
from drawing.desk.station import BoxDiffersError, LiveDraw, Present
from drawing.seats import closed_draws
from drawing.steps import CONFIRMED, Occupant, Step, StepRefusedError
from tests.drawing.desk.station import Answers, SmallStation, go_on, open_early, request_value, seats
from tests.drawing.said import steps_of
from vault import roles
from vault.box import Box
from vault.boxerrors import BoxError, OtherBoxError
from vault.clock import ClockTurnedError
from vault.errors import FengqianError, VaultError
from vault.identity import NotSeparateError, WrongPartError
from vault.roles import Act, NotAllowedError, Role
from vault.times import from_text


def entries(station: SmallStation, live: LiveDraw) -> list[str]:
    return [entry.kind for entry in steps_of(station, subject=live.draw)]


class TestTime:
    def test_the_list_opens_for_two_people_at_its_time_and_not_a_second_before(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        station.clock.moment = from_text("2026-12-01T00:29:59Z")
        with pytest.raises(TooEarlyError) as refusal:
            opening.open_list(live)
        assert refusal.value.details["opening"] == "2026-12-01T00:30:00Z"
        sealed = opening.open_list(live)
        *_, entry = steps_of(station, subject=live.draw)
        assert (entry.body["early"], entry.body["reason"], entry.body["approved_by"]) == (False, None, None)
        assert entry.by == (station.cast.operator.keyid, station.cast.supervisor.keyid)
        assert len(sealed.members) == 6

    def test_an_early_opening_needs_another_supervisor_and_a_reason(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.SEALED), station.cast
        size = station.desk.journal.size
        for second, reason in ((None, "某"), (cast.second, ""), (cast.second, "  "), (cast.supervisor, "某")):
            with pytest.raises(SecondSupervisorError):
                opening.open_list(live, second, reason)
        with pytest.raises(NotSeparateError):
            opening.open_list(live, cast.inside, "某")
        for nobody in (cast.operator, cast.other_operator, cast.keeper, cast.auditor):
            with pytest.raises(WrongPartError):
                opening.open_list(live, nobody, "某")
        assert (station.desk.journal.size, station.load(live.draw).record.step) == (size, Step.SEALED)
        opening.open_list(live, cast.second, " 会议提前 ")
        *_, entry = steps_of(station, subject=live.draw)
        assert (entry.body["early"], entry.body["reason"]) == (True, "会议提前")
        assert entry.by == (cast.operator.keyid, cast.supervisor.keyid, cast.second.keyid)

    def test_after_the_time_a_reason_and_a_second_are_not_recorded(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        station.clock.advance(timedelta(days=9))
        opening.open_list(live, station.cast.second, "某")
        *_, entry = steps_of(station, subject=live.draw)
        assert (entry.body["early"], entry.body["reason"], entry.body["approved_by"]) == (False, None, None)

    def test_a_clock_turned_back_writes_nothing(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        station.clock.advance(-timedelta(days=1))
        with pytest.raises(ClockTurnedError):
            open_early(live, station.cast)
        assert station.load(live.draw).record.step is Step.SEALED

    def test_an_open_list_opens_again_for_printing_without_another_entry(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        before = entries(station, live)
        first = opening.open_list(live)
        go_on(live, station.cast, until=Step.CLOSED)
        assert seats(opening.open_list(station.load(live.draw))) == seats(first)
        assert entries(station, live) == [*before, "draw.closed"]

    def test_nothing_is_opened_before_it_is_sealed(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.COMPLETE)
        with pytest.raises(StepRefusedError):
            open_early(live, station.cast)


class TestBox:
    def test_a_box_with_a_byte_changed_or_of_another_draw_is_refused(self, station: SmallStation) -> None:
        live, other = station.drawn_to(Step.SEALED), station.drawn_to(Step.SEALED, lot="LZ-2")
        path, right = live.folder.list(1), live.folder.list(1).read_bytes()
        wrong = [right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :] for at in range(0, len(right), len(right) // 40)]
        for content in (*wrong, right[:-1], right + b"\0", b"", other.folder.list(1).read_bytes()):
            path.write_bytes(content)
            with pytest.raises((BoxError, BoxDiffersError)):
                open_early(live, station.cast)
        path.unlink()
        with pytest.raises(FengqianError):
            open_early(live, station.cast)
        assert station.load(live.draw).record.step is Step.SEALED
        path.write_bytes(right)
        assert len(open_early(live, station.cast).members) == 6

    def test_the_older_list_in_place_of_the_newer_is_refused(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        opening.vacate_after_opening(live, live.open_list(), {"1": "conflict"}, "签到时发现")
        go_on(live, station.cast)
        newer = live.folder.list(2).read_bytes()
        live.folder.list(2).write_bytes(live.folder.list(1).read_bytes())
        with pytest.raises(BoxDiffersError):
            open_early(live, station.cast)
        live.folder.list(2).write_bytes(newer)
        assert "R1" not in seats(open_early(live, station.cast))

    def test_a_box_of_another_stage_is_refused_even_under_its_own_digest(self, station: SmallStation) -> None:
        live, other = station.drawn_to(Step.SEALED), station.drawn_to(Step.SEALED, lot="LZ-2")
        path = other.folder.list(1)
        digest = Box.parse(path.read_bytes()).digest
        for context in (list_context(live.draw, 1), list_context(other.draw, 2), pool_context(other.draw, 0)):
            with pytest.raises(OtherBoxError):
                live.open_box(path, digest, context)
        assert live.open_box(path, digest, list_context(other.draw, 1))


class TestConflict:
    def test_a_reserve_takes_the_vacancy_and_the_list_gets_a_new_serial(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        first = live.open_list()
        before = seats(first)
        opening.vacate_after_opening(live, first, {"2": "conflict"}, "签到时发现与投标人有利害关系")
        assert station.files() == ["list-1.box", "pool.box"]
        assert filling.due(live) is Due.PROMOTION
        with pytest.raises(filling.NotDueError):
            filling.open_round(live)
        go_on(live, station.cast)
        sealing_ = live.record.sealings[-1]
        assert (sealing_.number, sealing_.serial) == (2, f"{live.record.serial}-2")
        assert station.files() == ["list-1.box", "list-2.box"]
        after = seats(open_early(live, station.cast))
        assert after == {**{s: p for s, p in before.items() if s != "R1"}, "2": before["R1"]}
        assert len(live.record.rounds) == 1

    def test_the_reserve_who_was_accepted_earliest_moves_up_whatever_the_slot_is_called(
        self, station: SmallStation
    ) -> None:
        quotas = request_value()["quotas"]
        live = station.drawn_to(
            Step.OPENED, Answers({"R1": ["declined"]}), quotas=[quotas[0] | {"reserves": 2}, quotas[1]]
        )
        assert [live.record.slots[name].occupant for name in ("R1", "R2")] == [Occupant(2, 0), Occupant(1, 6)]
        before = seats(live.open_list())
        opening.vacate_after_opening(live, live.open_list(), {"3": "absent"}, "缺席")
        assert filling.promote(live).reserve == "R2"
        go_on(live, station.cast)
        after = seats(open_early(live, station.cast))
        assert (after["3"], after["R1"]) == (before["R2"], before["R1"])

    def test_without_a_reserve_a_round_for_principals_alone_is_opened(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        before = seats(live.open_list())
        opening.vacate_after_opening(live, live.open_list(), {"4": "absent", "R1": "withdrawn"}, "缺席")
        assert filling.due(live) is Due.ROUND
        filling.open_round(live)
        assert live.record.rounds[-1].slots == (("4", 1),)
        assert live.record.rounds[-1].code_number == 2
        go_on(live, station.cast)
        after = seats(open_early(live, station.cast))
        assert "R1" not in after
        assert after["4"] not in before.values()

    def test_several_vacancies_and_declines_after_the_opening(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        before = seats(live.open_list())
        opening.vacate_after_opening(live, live.open_list(), {"1": "conflict", "2": "absent"}, "某")
        answers = Answers({"2": ["declined", "no_answer"]})
        go_on(live, station.cast, answers)
        after = seats(open_early(live, station.cast))
        assert after["1"] == before["R1"]
        assert len(live.record.rounds) == 4
        assert {*after.values()} & {before["1"], before["2"]} == set()
        assert len({person for _, person in answers.called}) == len(answers.called) == 3

    def test_a_second_conflict_gets_a_third_serial(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        for number in (2, 3):
            opening.vacate_after_opening(live, live.open_list(), {"3": "conflict"}, "某", station.cast.second)
            go_on(live, station.cast, until=Step.OPENED)
            assert live.record.sealings[-1].serial == f"{live.record.serial}-{number}"
        assert station.load(live.draw).record.openings == 3

    def test_an_empty_pool_after_the_opening_ends_short(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        opening.vacate_after_opening(live, live.open_list(), {"5": "conflict"}, "某")
        go_on(live, station.cast, lambda callee: "declined")
        assert "draw.short" in entries(station, live)
        assert sorted(seats(open_early(live, station.cast))) == ["1", "2", "3", "4", "R1"]
        live = station.load(live.draw)
        opening.vacate_after_opening(live, live.open_list(), {"1": "conflict"}, "某", station.cast.second)
        assert filling.due(live) is Due.PROMOTION

    @pytest.mark.parametrize(
        ("slots", "reason"),
        [
            ({}, "某"),
            ({"9": "conflict"}, "某"),
            ({"1": "conflict", "9": "conflict"}, "某"),
            ({"1": "because"}, "某"),
            ({"1": "conflict"}, " "),
        ],
    )
    def test_a_replacement_names_seats_and_reasons(
        self, station: SmallStation, slots: dict[str, str], reason: str
    ) -> None:
        live = station.drawn_to(Step.OPENED)
        before = entries(station, live)
        with pytest.raises(VacancyError):
            opening.vacate_after_opening(live, live.open_list(), slots, reason)
        assert entries(station, live) == before
        assert station.files() == ["list-1.box"]

    def test_a_second_time_needs_another_supervisor(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        opening.vacate_after_opening(live, live.open_list(), {"1": "absent"}, "缺席")
        go_on(live, station.cast, until=Step.OPENED)
        before = entries(station, live)
        for second in (None, station.cast.supervisor):
            with pytest.raises(opening.VacancyApprovalError):
                opening.vacate_after_opening(live, live.open_list(), {"2": "absent"}, "缺席", second)
        with pytest.raises(VaultError):
            opening.vacate_after_opening(live, live.open_list(), {"2": "absent"}, "缺席", station.cast.operator)
        assert entries(station, live) == before
        opening.vacate_after_opening(live, live.open_list(), {"2": "absent"}, "缺席", station.cast.second)
        said = steps_of(station, subject=live.draw)
        reentered = [entry for entry in said if entry.kind == "draw.reentered"]
        assert [entry.body["approved_by"] for entry in reentered] == [None, station.cast.second.keyid]
        assert [len(entry.by) for entry in said if entry.kind == "draw.vacated"] == [2, 2]

    def test_a_seat_that_was_never_filled_is_not_vacated(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED, lambda c: "declined" if c.quota == 1 else CONFIRMED)
        with pytest.raises(VacancyError):
            opening.vacate_after_opening(live, live.open_list(), {"5": "absent"}, "某")
        assert station.load(live.draw).record.step is Step.OPENED

    def test_a_replacement_cut_off_in_the_middle_is_whole_or_not_there(
        self, station: SmallStation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between putting the draw back and vacating the last slot nothing can be lost."""
        live = station.drawn_to(Step.OPENED)
        append, calls = station.desk.journal.append, 0

        def cut(*args: object, **more: object) -> object:
            nonlocal calls
            calls += 1
            if calls == 3:
                raise KeyboardInterrupt
            return append(*args, **more)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(station.desk.journal, "append", cut)
            with pytest.raises(KeyboardInterrupt):
                opening.vacate_after_opening(live, live.open_list(), {"1": "conflict", "4": "absent"}, "某")
        again = station.load(live.draw)
        assert again.record.step is Step.OPENED
        assert station.files() == ["list-1.box"]
        opening.vacate_after_opening(again, again.open_list(), {"1": "conflict", "4": "absent"}, "某")
        assert [slot.name for slot in again.record.open_slots(reserve=False)] == ["1", "4"]


class TestClose:
    def test_seats_count_only_once_a_draw_is_closed(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        assert closed_draws(station.engine, 30, station.clock.now()) == []
        sealed = live.open_list()
        opening.close(live, "全部签到", sealed)
        sat = sorted(person for slot, person in seats(sealed).items() if not slot.startswith("R"))
        assert closed_draws(station.engine, 30, station.clock.now()) == [(person, 1) for person in sat]
        with pytest.raises(StepRefusedError):
            opening.close(live, "全部签到", sealed)

    @pytest.mark.parametrize("act", [Act.CLOSE_DRAW, Act.APPROVE_CLOSE])
    def test_both_need_the_right_to_close(
        self, station: SmallStation, monkeypatch: pytest.MonkeyPatch, act: Act
    ) -> None:
        live = station.drawn_to(Step.OPENED)
        sealed = live.open_list()
        monkeypatch.setattr(roles, "ACTS", {**roles.ACTS, act: frozenset({Role.ADMIN})})
        with pytest.raises(NotAllowedError, match=act.value):
            opening.close(live, "全部签到", sealed)
        assert station.load(live.draw).record.step is Step.OPENED
        assert closed_draws(station.engine, 30, station.clock.now()) == []

    def test_a_replaced_member_s_seat_does_not_count(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.OPENED)
        gone = seats(live.open_list())["1"]
        opening.vacate_after_opening(live, live.open_list(), {"1": "conflict"}, "某")
        go_on(live, station.cast, until=Step.CLOSED)
        counted = [person for person, _ in closed_draws(station.engine, 30, station.clock.now())]
        assert gone not in counted
        assert len(counted) == 5

    def test_a_close_that_fails_counts_nothing(self, station: SmallStation, monkeypatch: pytest.MonkeyPatch) -> None:
        live = station.drawn_to(Step.OPENED)

        def fail(*_args: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(opening, "note_closed", fail)
            with pytest.raises(KeyboardInterrupt):
                opening.close(live, "全部签到", live.open_list())
        assert station.load(live.draw).record.step is Step.OPENED
        assert closed_draws(station.engine, 30, station.clock.now()) == []


class TestAbort:
    @pytest.mark.parametrize(
        ("step", "left"),
        [
            (Step.PREPARED, []),
            (Step.NARROWED, []),
            (Step.FROZEN, []),
            (Step.FIXED, []),
            (Step.SEEDED, []),
            (Step.FILLING, []),
            (Step.COMPLETE, []),
            (Step.SEALED, ["list-1.box"]),
            (Step.OPENED, ["list-1.box"]),
        ],
    )
    def test_a_draw_ends_at_any_step_and_stays_ended(self, station: SmallStation, step: Step, left: list[str]) -> None:
        live = station.drawn_to(step)
        opening.abort(live, "项目取消")
        assert station.files() == left
        before = entries(station, live)
        acts: list[Callable[[LiveDraw], object]] = [
            lambda draw: opening.abort(draw, "再次"),
            lambda draw: open_early(draw, station.cast),
            lambda draw: sealing.seal_list(draw),
            lambda draw: filling.open_round(draw),
            lambda draw: draw.secret,
        ]
        for one in (live, station.load(live.draw)):
            assert one.record.step is Step.ABORTED
            for act in acts:
                with pytest.raises(FengqianError):
                    act(one)
        assert entries(station, live) == before

    def test_hidden_dice_go_with_an_ended_draw(self, station: SmallStation) -> None:
        from drawing.desk import seeding
        from tests.drawing.desk.station import DICE

        live = station.drawn_to(Step.FIXED)
        seeding.enter_dice(live, "owner", DICE["owner"])
        opening.abort(live, "某")
        assert station.files() == []

    def test_a_closed_draw_does_not_end_again(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.CLOSED)
        with pytest.raises(StepRefusedError):
            opening.abort(live, "某")
        assert station.load(live.draw).record.step is Step.CLOSED

    def test_a_deputy_may_end_a_sealed_draw(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        there = station.load(live.draw, Present(station.cast.other_operator, station.cast.second))
        opening.abort(there, "某")
        assert station.load(live.draw).record.step is Step.ABORTED
