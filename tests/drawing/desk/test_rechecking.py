"""A recheck against bidders known only after the draw: who falls free, what stays sealed, and that nothing is shown."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from drawing.bidders import read_bidders
from drawing.custody import Confirmed, SealedList
from drawing.desk import filling, opening, preparing, rechecking, sealing
from drawing.desk.filling import Due
from drawing.desk.rechecking import HolderMissingError
from drawing.desk.station import BoxDiffersError, LiveDraw, Present
from drawing.steps import Step, StepRefusedError
from tests.drawing.desk.cuts import Cut, Fuse, armed
from tests.drawing.desk.station import Answers, SmallStation, experts, go_on, open_early, request_value, seats
from tests.drawing.said import steps_of
from tests.fakes.clock import SteadyClock
from vault import roles
from vault.box import Box
from vault.boxerrors import BoxError
from vault.files import FileMissingError
from vault.journalentry import Entry
from vault.roles import NotAllowedError
from vault.suite import commitment

NOBODY = "无此单位工程局"


def recheck(live: LiveDraw, station: SmallStation, *names: str, confirmed: Sequence[Confirmed] = ()) -> tuple[str, ...]:
    cast = station.cast
    known = [one.identity for one in (cast.operator, cast.supervisor, cast.second, cast.other_operator)]
    sealed = rechecking.open_unseen(live)
    return rechecking.recheck(live, sealed, read_bidders("\n".join(names).encode()), confirmed, known)


def entries(station: SmallStation, live: LiveDraw) -> list[Entry]:
    return steps_of(station, subject=live.draw)


def kinds(station: SmallStation, live: LiveDraw) -> list[str]:
    return [entry.kind for entry in entries(station, live)]


def employer(sealed: SealedList, slot: str) -> str:
    return next(member.employer for member in sealed.members if member.slot == slot)


def peek(live: LiveDraw) -> SealedList:
    """Look into the list as the test alone may."""
    return live.open_list()


class TestNobody:
    def test_the_list_stays_sealed_as_it_is_and_the_journal_says_so(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        box = live.folder.list(1).read_bytes()
        assert recheck(live, station, NOBODY, "另一公司") == ()
        assert (live.record.step, live.folder.list(1).read_bytes()) == (Step.SEALED, box)
        *_, entry = entries(station, live)
        assert (entry.kind, entry.by) == ("draw.rechecked", live.present.keyids)
        assert (entry.body["recheck"], entry.body["names"], entry.body["box"]) == (1, 2, None)
        assert station.files() == ["bidders-1.box", "list-1.box"]
        again = station.load(live.draw)
        sealed = open_early(again, station.cast)
        (made,) = sealed.secret.rechecks
        assert commitment("bidders", made.nonce, made.committed()).hex() == entry.body["bidders"]

    def test_it_may_happen_more_than_once_before_the_time_and_needs_no_reason(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        for number in (1, 2, 3):
            recheck(live, station, f"{NOBODY}{number}")
        assert [made.number for made in live.record.untaken()] == [1, 2, 3]
        rechecks = open_early(station.load(live.draw), station.cast).secret.rechecks
        assert [made.bidders for made in rechecks] == [(f"{NOBODY}{number}",) for number in (1, 2, 3)]

    def test_the_same_names_give_another_commitment(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        for _ in range(2):
            recheck(live, station, NOBODY)
        assert len({made.bidders for made in live.record.rechecks}) == 2

    def test_who_conflicts_after_the_opening_is_replaced_by_nobody_of_an_earlier_bidder(
        self, station: SmallStation
    ) -> None:
        """A recheck that freed nobody counts in the rounds that follow a conflict at sign-in."""
        live = station.drawn_to(Step.SEALED)
        held = {member.employer for member in peek(live).members}
        others = sorted({expert.employer for expert in experts()} - held)
        assert recheck(live, station, *others[:-4]) == ()
        sealed = open_early(live, station.cast)
        opening.vacate_after_opening(live, sealed, {"4": "absent", "R1": "absent"}, "某")
        assert station.files() == ["list-1.box", "pool.box"]
        go_on(station.load(live.draw), station.cast)
        after = open_early(station.load(live.draw), station.cast)
        assert len(after.secret.rechecks) == 1
        assert not {member.employer for member in after.members} & set(others[:-4])


class TestConflict:
    def test_a_reserve_takes_the_seat_and_the_list_gets_a_new_serial(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        first = peek(live)
        before = seats(first)
        assert recheck(live, station, employer(first, "2") + "有限公司", NOBODY) == ("2",)
        *_, rechecked, vacated = entries(station, live)
        assert (rechecked.body["kept"], rechecked.body["names"]) == (None, 2)
        assert (vacated.kind, dict(vacated.body)) == ("draw.vacated", {"slot": "2", "reason": "conflict"})
        assert station.files() == ["list-1.box", "pool.box"]
        assert filling.due(live) is Due.PROMOTION
        go_on(live, station.cast)
        assert live.record.sealings[-1].serial == f"{live.record.serial}-2"
        assert station.files() == ["list-1.box", "list-2.box"]
        after = open_early(station.load(live.draw), station.cast)
        assert seats(after) == {**{s: p for s, p in before.items() if s != "R1"}, "2": before["R1"]}
        assert len(after.secret.rechecks) == 1

    def test_the_old_list_can_t_be_opened_any_more(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        recheck(live, station, employer(peek(live), "1"))
        for one in (live, station.load(live.draw)):
            with pytest.raises(StepRefusedError):
                open_early(one, station.cast)
            with pytest.raises(StepRefusedError):
                rechecking.open_unseen(one)

    def test_a_reserve_alone_falls_free_and_the_draw_is_complete_again(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        assert recheck(live, station, employer(peek(live), "R1")) == ("R1",)
        assert filling.due(live) is Due.END
        go_on(live, station.cast)
        assert "R1" not in seats(peek(live))
        assert live.record.sealings[-1].number == 2

    def test_whoever_a_later_round_brings_of_a_bidder_falls_free_before_any_call(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        first = peek(live)
        held = {member.employer for member in first.members}
        others = sorted({expert.employer for expert in experts()} - held)
        barred = {*others[:-4], employer(first, "4"), employer(first, "R1")}
        assert recheck(live, station, *barred) == ("4", "R1")
        answers = Answers()
        go_on(live, station.cast, answers)
        people = {expert.id: expert for expert in experts()}
        assert not {people[person].employer for _, person in answers.called} & barred
        said = kinds(station, live)
        behind = [one for one, other in pairwise(said[said.index("draw.rechecked") :]) if other == "draw.vacated"]
        assert set(behind) == {"draw.rechecked", "draw.vacated", "draw.round_opened"}
        assert not {member.employer for member in peek(live).members} & barred
        assert len(live.record.rounds) > 2

    def test_a_pool_of_bidders_people_ends_short(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        everyone = sorted({expert.employer for expert in experts()})
        assert recheck(live, station, *everyone) == ("1", "2", "3", "4", "5", "R1")
        answers = Answers()
        go_on(live, station.cast, answers)
        assert (answers.called, peek(live).members) == ([], ())
        assert "draw.short" in kinds(station, live)

    def test_a_former_employer_counts_like_the_present_one(self, station: SmallStation) -> None:
        bank = [replace(expert, former_employers=(f"旧院{expert.id}",)) for expert in experts()]
        station.import_bank(bank, "bank-2")
        live = station.drawn_to(Step.SEALED)
        person = seats(peek(live))["3"]
        assert recheck(live, station, f"旧院{person}") == ("3",)

    def test_the_bank_is_the_frozen_one(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        mine = employer(peek(live), "3")
        station.import_bank([replace(expert, employer="迁走了的院") for expert in experts()], "bank-2")
        assert recheck(live, station, "迁走了的院") == ()
        assert recheck(live, station, mine) == ("3",)

    def test_only_confirmed_look_alikes_count_and_they_are_the_whole_pool_s(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        mine = employer(peek(live), "2")
        bidder = mine[:2] + mine[3:]
        shown = rechecking.look_alikes(live, rechecking.open_unseen(live), (bidder,))
        held = {member.employer for member in peek(live).members}
        alike = {match.employer for match in shown}
        assert mine in alike
        assert alike - held, "what is shown must not be the list's employers"
        assert recheck(live, station, bidder) == ()
        assert recheck(live, station, bidder, confirmed=[Confirmed(bidder, mine)]) == ("2",)

    def test_a_second_recheck_keeps_the_first_in_force(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        first = peek(live)
        one, two = employer(first, "4"), employer(first, "5")
        assert recheck(live, station, NOBODY) == ()
        assert recheck(live, station, one) == ("4",)
        go_on(live, station.cast)
        assert recheck(live, station, two) == ("5",)
        go_on(live, station.cast)
        assert [sealing_.number for sealing_ in live.record.sealings] == [1, 2, 3]
        assert live.record.pools == 3
        last = open_early(station.load(live.draw), station.cast)
        assert [made.bidders for made in last.secret.rechecks] == [(NOBODY,), (one,), (two,)]
        assert not {member.employer for member in last.members} & {one, two}
        opening.vacate_after_opening(live := station.load(live.draw), live.open_list(), {"1": "conflict"}, "某")
        assert station.load(live.draw).record.pools == 4


class TestPeople:
    def test_those_who_hold_the_list_recheck_it_and_the_others_open_it(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.COMPLETE), station.cast
        sealing.seal_list(live, [cast.other_operator.identity, cast.second.identity])
        deputies = station.load(live.draw, Present(cast.other_operator, cast.second))
        assert recheck(deputies, station, NOBODY) == ()
        sealed = opening.open_list(station.load(live.draw), cast.second, "提前")
        assert sealed.secret.rechecks[0].bidders == (NOBODY,)

    def test_who_holds_no_share_can_t(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.SEALED), station.cast
        before = kinds(station, live)
        for present in (Present(cast.other_operator, cast.supervisor), Present(cast.operator, cast.second)):
            with pytest.raises(BoxError):
                recheck(station.load(live.draw, present), station, NOBODY)
        assert (kinds(station, live), station.files()) == (before, ["list-1.box"])

    def test_a_holder_nobody_knows_stops_it(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.COMPLETE), station.cast
        sealing.seal_list(live, [cast.second.identity])
        known = [cast.operator.identity, cast.supervisor.identity]
        with pytest.raises(HolderMissingError):
            rechecking.recheck(live, rechecking.open_unseen(live), (NOBODY,), (), known)
        assert station.files() == ["list-1.box"]
        assert live.record.rechecks == []

    @pytest.mark.parametrize("step", [Step.FILLING, Step.COMPLETE, Step.OPENED, Step.CLOSED])
    def test_only_a_sealed_list_is_rechecked(self, station: SmallStation, step: Step) -> None:
        live = station.drawn_to(step)
        with pytest.raises(StepRefusedError):
            rechecking.open_unseen(live)

    def test_each_side_must_be_allowed_its_act(self, station: SmallStation, monkeypatch: pytest.MonkeyPatch) -> None:
        live = station.drawn_to(Step.SEALED)
        for act in (roles.Act.RECHECK_LIST, roles.Act.APPROVE_RECHECK):
            with monkeypatch.context() as patch:
                patch.setattr(roles, "ACTS", {**roles.ACTS, act: frozenset()})
                with pytest.raises(NotAllowedError):
                    rechecking.open_unseen(live)


class TestBoxes:
    def test_a_bidders_box_changed_missing_or_of_another_recheck_is_refused(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        recheck(live, station, NOBODY)
        first = live.folder.bidders(1).read_bytes()
        recheck(live, station, "另一公司")
        second = live.folder.bidders(2).read_bytes()
        for path, content in ((1, second), (2, first)):
            live.folder.bidders(path).write_bytes(content)
            with pytest.raises(BoxDiffersError):
                open_early(station.load(live.draw), station.cast)
            live.folder.bidders(1).write_bytes(first)
            live.folder.bidders(2).write_bytes(second)
        live.folder.bidders(2).unlink()
        with pytest.raises(FileMissingError):
            open_early(station.load(live.draw), station.cast)
        assert station.load(live.draw).record.step is Step.SEALED

    def test_each_pool_box_has_a_context_of_its_own(self, station: SmallStation) -> None:
        """A pool's box of before a recheck can't stand in for the one after it, whatever the journal says."""
        live = station.drawn_to(Step.COMPLETE)
        contexts = [Box.parse(live.folder.pool.read_bytes()).header.context]
        go_on(live, station.cast)
        for slot in ("1", "2"):
            recheck(live, station, employer(peek(live), slot))
            contexts.append(Box.parse(live.folder.pool.read_bytes()).header.context)
            go_on(live, station.cast)
        opening.vacate_after_opening(live, open_early(live, station.cast), {"3": "conflict"}, "某")
        contexts.append(Box.parse(live.folder.pool.read_bytes()).header.context)
        assert [context.version for context in contexts] == [1, 2, 3, 4]

    def test_no_name_stands_in_the_journal_or_in_a_file(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        first = peek(live)
        bidder = employer(first, "4")
        recheck(live, station, NOBODY)
        recheck(live, station, bidder)
        words = {bidder, NOBODY, *(text for m in first.members for text in (m.name, m.phone, m.id, m.label))}
        stored = b"".join(path.read_bytes() for path in (station.folder / "draws").rglob("*") if path.is_file())
        journal = b"".join(entry.payload for entry in station.desk.journal.entries())
        assert not [word for word in words if word.encode() in stored + journal]


QUOTAS = request_value()["quotas"]


def rechecked_draw(station: SmallStation) -> tuple[dict[str, str], list[str]]:
    """Recheck twice, from wherever the journal stands, go on to the second list; return who sits and the rounds."""
    live = station.load(preparing.draws(station.desk)[0][0])
    go_on(live, station.cast)
    if not live.record.rechecks:
        recheck(live, station, NOBODY)
    if len(live.record.rechecks) < 2:
        recheck(live, station, *{employer(peek(live), slot) for slot in ("4", "R1")})
    go_on(live, station.cast)
    return seats(peek(live)), [opened.result.hex() for opened in live.record.rounds]


def test_a_recheck_cut_off_anywhere_goes_on_to_the_same_committee(home: Path) -> None:
    station = SmallStation.make(home / "whole")
    live = station.drawn_to(Step.SEALED)
    fuse, sealed_at = Fuse(-1), station.clock.moment
    template = station.copy_to(home / "template")
    template.close()
    with armed(fuse):
        expected = rechecked_draw(station)
    assert station.load(live.draw).record.sealings[-1].number == 2
    station.close()
    for point in range(fuse.passed):
        template = SmallStation.open(home / "template", clock=SteadyClock(sealed_at))
        cut = template.copy_to(home / str(point))
        template.close()
        with armed(Fuse(point)), pytest.raises(Cut):
            rechecked_draw(cut)
        cut.close()
        again = SmallStation.open(home / str(point), seed="started anew", clock=cut.clock)
        assert rechecked_draw(again) == expected, f"cut at point {point} of {fuse.passed}"
        assert again.files() == ["list-1.box", "list-2.box"]
        again.desk.journal.verify()
        again.close()
