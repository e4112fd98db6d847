"""A lost source or chain at the desk: who must agree, what becomes new, what stays, and a crash at any point of it."""

import pytest

from drawing.desk import filling, opening, replacing, seeding
from drawing.desk.replacing import ReplacementApprovalError
from drawing.desk.seeding import LostChainError
from drawing.desk.station import LiveDraw
from drawing.order import CHAIN_LENGTH, CodeMismatchError, chain, code_of
from drawing.replacement import ReplacementRefusedError, ReplacementWordsError
from drawing.steps import CONFIRMED, Step, StepRefusedError
from drawing.verify import verify_transcript
from tests.auditor.script import verdict
from tests.drawing.desk.cuts import Cut, Fuse, armed
from tests.drawing.desk.station import CODES, DICE, SmallStation, codes_of, fix, go_on, seed
from tests.drawing.desk.test_verified import transcribed
from vault.errors import VaultError

KNOWN, REASON = "拾到信封的人", "信封遗失在出租车上"


def lose(live: LiveDraw, station: SmallStation, *lost: str) -> int:
    return replacing.replace(live, station.cast.second, lost, KNOWN, REASON)


def one_round(station: SmallStation) -> LiveDraw:
    """Level B, one round opened, its first person confirmed."""
    live = station.drawn_to(Step.SEEDED, level="B")
    filling.open_round(live, code_of(CODES, 1))
    first = filling.callees(live)[0]
    filling.note_call(live, first.slot, by_hand=False)
    filling.note_answer(live, first.slot, CONFIRMED, {"keys": "11"})
    return live


class TestReplace:
    def test_lost_dice_make_everything_new(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        before, value = live.record.ceremony_payload, live.secret.station_value
        seeding.enter_dice(live, "owner", DICE["owner"])
        assert lose(live, station, "witness:owner") == 2
        assert live.record.step is Step.FROZEN
        assert (live.record.dice, live.folder.every_dice()) == ({}, [])
        assert live.secret.station_value != value
        fix(live)
        assert live.record.ceremony_payload != before
        assert live.record.fixed().generation == 2
        seed(live)
        assert go_on(live, station.cast).record.step is Step.SEALED

    def test_a_lost_chain_keeps_who_was_accepted(self, station: SmallStation) -> None:
        live = one_round(station)
        seated = {slot.name: (slot.state, slot.occupant) for slot in live.record.committee()}
        assert lose(live, station, "chain") == 2
        assert {slot.name: (slot.state, slot.occupant) for slot in live.record.committee()} == seated
        fix(live)
        seed(live)
        assert live.record.step is Step.FILLING
        assert filling.next_code(live) == 1
        with pytest.raises(CodeMismatchError):
            decline_and_open(live, code_of(CODES, 2))
        filling.open_round(live, code_of(codes_of(2), 1))
        assert [(one.number, one.generation, one.code_number) for one in live.record.rounds] == [(1, 1, 1), (2, 2, 1)]
        assert station.load(live.draw).record.rounds == live.record.rounds

    def test_the_lost_chain_can_t_come_back(self, station: SmallStation) -> None:
        live = one_round(station)
        lose(live, station, "chain")
        with pytest.raises(LostChainError):
            seeding.fix(live, chain(CODES, CHAIN_LENGTH))
        assert station.load(live.draw).record.step is Step.FROZEN

    def test_a_chain_that_was_not_lost_may_stay(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED, level="B")
        lose(live, station, "witness:owner")
        seeding.fix(live, chain(CODES, CHAIN_LENGTH))
        assert live.record.fixed().generation == 2

    @pytest.mark.parametrize(
        ("step", "level", "possible"),
        [
            (Step.FIXED, "C", ("witness:supervisor", "witness:owner")),
            (Step.FIXED, "B", ("chain", "witness:supervisor", "witness:owner")),
            (Step.SEEDED, "B", ("chain",)),
            (Step.SEEDED, "C", ()),
        ],
    )
    def test_only_what_can_be_lost(
        self, station: SmallStation, step: Step, level: str, possible: tuple[str, ...]
    ) -> None:
        live = station.drawn_to(step, level=level)
        assert replacing.can_replace(live) == possible
        impossible = {"chain", "witness:supervisor", "witness:owner", "station", ""} - set(possible)
        for lost in [[], *([one] for one in impossible), *([one, one] for one in possible)]:
            with pytest.raises(ReplacementRefusedError):
                lose(live, station, *lost)
        assert station.load(live.draw).record.step is step

    @pytest.mark.parametrize("words", [("", REASON), (KNOWN, " "), (KNOWN, "字" * 501)])
    def test_it_must_be_explained(self, station: SmallStation, words: tuple[str, str]) -> None:
        live = station.drawn_to(Step.FIXED)
        with pytest.raises(ReplacementWordsError):
            replacing.replace(live, station.cast.second, ["witness:owner"], *words)

    def test_a_second_supervisor_must_agree(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        for wrong, error in (
            (station.cast.supervisor, ReplacementApprovalError),
            (station.cast.inside, VaultError),
            (station.cast.other_operator, VaultError),
            (station.cast.keeper, VaultError),
        ):
            with pytest.raises(error):
                replacing.replace(live, wrong, ["witness:owner"], KNOWN, REASON)
        assert station.load(live.draw).record.step is Step.FIXED

    @pytest.mark.parametrize("step", [Step.FROZEN, Step.COMPLETE, Step.SEALED, Step.OPENED])
    def test_nothing_is_replaced_at_another_step(self, station: SmallStation, step: Step) -> None:
        live = station.drawn_to(step)
        with pytest.raises(StepRefusedError):
            lose(live, station, "chain")


def test_a_chain_lost_after_the_opening_leaves_a_draw_that_both_verifiers_accept(station: SmallStation) -> None:
    live = station.drawn_to(Step.OPENED, level="B")
    slots = {slot.name: "conflict" for slot in live.record.committee()}
    opening.vacate_after_opening(live, live.open_list(), slots, "签到时发现")
    lose(live, station, "chain")
    live = station.load(live.draw)
    go_on(live, station.cast, until=Step.OPENED)
    assert live.record.rounds[-1].generation == 2
    file = transcribed(station, live)
    assert verify_transcript(file).exit_code == 3
    assert verdict(file, station.desk.folder)[0] == 3


def decline_and_open(live: LiveDraw, code: bytes) -> None:
    for callee in filling.callees(live):
        filling.note_call(live, callee.slot, by_hand=False)
        filling.note_answer(live, callee.slot, "declined", {"keys": "22"})
    filling.open_round(live, code)


def test_cut_off_anywhere_it_is_done_once_or_not_at_all(station: SmallStation) -> None:
    live = one_round(station)
    left, done = 0, False
    while not done:
        generation = live.record.next_generation()
        fuse = Fuse(left)
        try:
            with armed(fuse):
                lose(live, station, "chain")
            done = True
        except Cut:
            left += 1
        live = station.load(live.draw)
        assert not live.folder.next_pool.exists()
        if live.record.step is Step.FROZEN:
            fix(live)
            seed(live)
            assert live.record.fixed().generation == generation
            assert live.record.step is Step.FILLING
    assert left > 4
    decline_and_open(live, code_of(codes_of(live.record.fixed().generation), 1))
    assert go_on(live, station.cast).record.step is Step.SEALED
