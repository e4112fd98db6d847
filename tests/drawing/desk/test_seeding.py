"""The ceremony at the desk: the chain's end by level, hidden dice, and sources that nobody exchanges."""

from datetime import timedelta

import pytest

from drawing.desk import seeding
from drawing.desk.awaiting import DiceMissingError, WitnessNotAwaitedError
from drawing.desk.seeding import ChainEndError, DiceDiffersError
from drawing.desk.station import BoxDiffersError, Present
from drawing.dice import DiceRefusedError
from drawing.order import CHAIN_LENGTH, chain
from drawing.steps import Step, StepRefusedError
from tests.drawing.desk.station import CODES, DICE, SmallStation, compare, fix, go_on, seed
from tests.drawing.said import steps_of
from vault.boxerrors import BoxError
from vault.errors import FengqianError
from vault.identity import NotSeparateError

END = chain(CODES, CHAIN_LENGTH)


class TestFix:
    def test_level_c_makes_its_chain_and_takes_none(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FROZEN)
        with pytest.raises(ChainEndError):
            seeding.fix(live, END)
        fingerprint = seeding.fix(live)
        ceremony = live.record.fixed()
        assert (ceremony.chain_made, ceremony.generation, len(fingerprint)) == ("station", 1, 26)
        assert ceremony.chain_end == chain(live.secret.chain_secret or b"", CHAIN_LENGTH)

    @pytest.mark.parametrize("given", [None, b"", END[:31], END + b"\0"])
    def test_level_b_needs_the_other_machine_s_end(self, station: SmallStation, given: bytes | None) -> None:
        live = station.drawn_to(Step.FROZEN, level="B")
        with pytest.raises(ChainEndError):
            seeding.fix(live, given)
        assert station.load(live.draw).record.step is Step.FROZEN
        seeding.fix(live, END)
        assert (live.record.fixed().chain_made, live.record.fixed().chain_end) == ("elsewhere", END)
        assert live.secret.chain_secret is None

    def test_a_statement_is_fixed_once(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        before = live.record.ceremony_payload
        with pytest.raises(StepRefusedError):
            seeding.fix(live)
        assert station.load(live.draw).record.ceremony_payload == before

    def test_an_expired_identity_fixes_nothing(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FROZEN)
        station.clock.advance(timedelta(days=5 * 365))
        with pytest.raises(FengqianError, match="expired"):
            seeding.fix(live)


class TestDice:
    def test_entries_stay_hidden_until_all_are_in(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        seeding.enter_dice(live, "owner", DICE["owner"])
        digits = "".join(DICE["owner"].split())
        assert live.record.missing_dice() == ("supervisor",)
        entries = b"".join(entry.payload for entry in steps_of(station, subject=live.draw))
        stored = b"".join(path.read_bytes() for path in live.folder.root.iterdir())
        assert digits.encode() not in entries + stored
        with pytest.raises(DiceMissingError, match="The dice of supervisor are not in yet"):
            seeding.seed(live)
        seeding.enter_dice(live, "supervisor", DICE["supervisor"])
        compare(live)
        randomness = seeding.seed(live)
        assert randomness.endswith(f"20:{digits},"), "in the certificate's order, however they came"
        assert station.files() == ["pool.box"]

    def test_a_witness_enters_once_and_a_stranger_never(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        seeding.enter_dice(live, "owner", DICE["owner"])
        for witness in ("owner", "operator", ""):
            with pytest.raises(WitnessNotAwaitedError):
                seeding.enter_dice(live, witness, DICE["supervisor"])
        assert list(live.record.dice) == ["owner"]

    def test_refused_entries_leave_nothing_and_can_be_given_again(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FIXED)
        seeding.enter_dice(live, "supervisor", DICE["supervisor"])
        for text in ("1" * 20, DICE["supervisor"], DICE["owner"][:-1]):
            with pytest.raises(DiceRefusedError):
                seeding.enter_dice(live, "owner", text)
        assert live.record.missing_dice() == ("owner",)
        seed(live)
        assert live.record.step is Step.SEEDED

    def test_nobody_enters_before_the_statement_or_after_the_seed(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FROZEN)
        with pytest.raises(StepRefusedError):
            seeding.enter_dice(live, "owner", DICE["owner"])
        fix(live)
        seed(live)
        with pytest.raises(StepRefusedError):
            seeding.enter_dice(live, "owner", DICE["owner"])
        with pytest.raises(StepRefusedError):
            seeding.seed(live)

    def test_an_entry_exchanged_for_another_of_the_same_witness_is_found(self, station: SmallStation) -> None:
        """Entered again with other dice after a crash that lost the entry's file, but not its journal."""
        live = station.drawn_to(Step.FIXED)
        twin = station.copy_to(station.folder.parent / "twin", seed="twin")
        other = twin.load(live.draw)
        seeding.enter_dice(other, "owner", "44253 16243 51426 31524")
        for witness, text in DICE.items():
            seeding.enter_dice(live, witness, text)
        live.folder.dice("owner").write_bytes(other.folder.dice("owner").read_bytes())
        with pytest.raises(DiceDiffersError):
            seeding.seed(live)
        assert live.record.step is Step.FIXED
        twin.close()

    def test_entries_of_another_draw_another_witness_or_with_a_byte_changed_are_refused(
        self, station: SmallStation
    ) -> None:
        live, other = station.drawn_to(Step.FIXED), station.drawn_to(Step.FIXED, lot="LZ-2")
        for one in (live, other):
            for witness, text in DICE.items():
                seeding.enter_dice(one, witness, text)
        path, right = live.folder.dice("owner"), live.folder.dice("owner").read_bytes()
        wrong = [
            other.folder.dice("owner").read_bytes(),
            live.folder.dice("supervisor").read_bytes(),
            *(right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :] for at in range(0, len(right), len(right) // 40)),
            right[:-1],
            b"",
        ]
        for content in wrong:
            path.write_bytes(content)
            with pytest.raises(BoxError):
                seeding.seed(live)
        path.write_bytes(right)
        compare(live)
        assert seeding.seed(live)


class TestPresent:
    def test_two_of_one_organisation_are_not_two(self, station: SmallStation) -> None:
        cast = station.cast
        with pytest.raises(NotSeparateError):
            Present(cast.operator, cast.inside)
        for pair in (
            (cast.operator, cast.other_operator),
            (cast.supervisor, cast.second),
            (cast.supervisor, cast.operator),
        ):
            with pytest.raises(FengqianError):
                Present(*pair)

    def test_others_than_those_who_froze_open_no_pool(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.FROZEN)
        with pytest.raises(BoxError):
            station.load(live.draw, Present(station.cast.operator, station.cast.second))
        with pytest.raises(BoxError):
            station.load(live.draw, Present(station.cast.other_operator, station.cast.supervisor))

    def test_a_pool_box_of_another_draw_or_with_a_byte_changed_is_refused(self, station: SmallStation) -> None:
        live, other = station.drawn_to(Step.SEEDED), station.drawn_to(Step.SEEDED, lot="LZ-2")
        right = live.folder.pool.read_bytes()
        live.folder.pool.write_bytes(other.folder.pool.read_bytes())
        with pytest.raises(BoxDiffersError):
            station.load(live.draw)
        for at in range(0, len(right), len(right) // 25):
            live.folder.pool.write_bytes(right[:at] + bytes([right[at] ^ 1]) + right[at + 1 :])
            with pytest.raises((BoxError, BoxDiffersError)):
                station.load(live.draw)
        live.folder.pool.write_bytes(right)
        assert go_on(station.load(live.draw), station.cast).record.step is Step.SEALED

    def test_the_secret_is_there_only_while_its_box_is_open(self, station: SmallStation) -> None:
        live = station.load(station.prepare())
        for look in (lambda: live.secret, lambda: live.rounds, live.record.frozen, live.record.fixed):
            with pytest.raises(StepRefusedError):
                look()
        go_on(live, station.cast, until=Step.FILLING)
        assert live.request().recusals[0].value == "E003"
        live.drop_secret()
        for look in (lambda: live.secret, lambda: live.rounds):
            with pytest.raises(BoxDiffersError):
                look()
