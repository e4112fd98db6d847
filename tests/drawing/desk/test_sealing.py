"""The sealed list: nothing else keeps a copy, deputies are chosen among those who may hold a share."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drawing.desk import sealing
from drawing.desk.filling import expert_in
from drawing.desk.sealing import DeputyRefusedError, NotAcknowledgedError, seal_list
from drawing.desk.station import BoxDiffersError, LiveDraw, PackDiffersError, Present
from drawing.rulepack import HeldPack
from drawing.steps import CONFIRMED, Step, StepRefusedError
from tests.drawing.desk.station import (
    Answers,
    SmallStation,
    freeze,
    go_on,
    open_early,
    pack,
    request_value,
    seats,
)
from tests.drawing.said import steps_of
from vault.box import Box, open_box, release_share
from vault.boxerrors import BoxError, MissingShareError, NotHolderError
from vault.jsontext import dumps
from vault.times import from_text, to_text


def test_after_the_sealing_only_the_list_s_box_is_left(station: SmallStation) -> None:
    live = station.drawn_to(Step.COMPLETE)
    drawn = {slot.name: expert_in(live, slot) for slot in live.record.committee()}
    salt, station_value = live.secret.salt, live.secret.station_value
    sealed = seal_list(live)
    assert (sealed.number, sealed.serial) == (1, live.record.serial)
    assert station.files() == ["list-1.box"]
    with pytest.raises(StepRefusedError):
        _ = live.secret
    stored = live.folder.list(1).read_bytes()
    journal = b"".join(entry.payload for entry in station.desk.journal.entries())
    journal += b"".join(dumps(entry.body) for entry in steps_of(station))
    for expert in drawn.values():
        for text in (expert.id, expert.name, expert.phone):
            assert text.encode() not in stored + journal
    assert salt.hex().encode() not in stored + journal
    assert station_value.encode() in journal, "published when the sources were revealed"
    opened = open_early(live, station.cast)
    assert seats(opened) == {slot: expert.id for slot, expert in drawn.items()}
    assert {member.phone for member in opened.members} == {expert.phone for expert in drawn.values()}
    assert opened.secret.salt == salt
    assert "专家" not in repr(opened)


def test_the_journal_names_box_holders_and_time(station: SmallStation) -> None:
    live, cast = station.drawn_to(Step.COMPLETE), station.cast
    later = from_text("2026-12-01T00:45:00Z")
    seal_list(live, [cast.second.identity, cast.second.identity, cast.operator.identity], later)
    *_, entry = steps_of(station, subject=live.draw)
    assert entry.body["holders"] == [
        {"role": one.identity.role.value, "name": one.identity.name, "keyid": one.keyid}
        for one in (cast.operator, cast.supervisor, cast.second)
    ]
    assert entry.body["opening"] == to_text(later)
    assert entry.body["box"] == Box.parse(live.folder.list(1).read_bytes()).digest


def test_the_certificate_s_time_can_be_put_off_but_never_brought_forward(station: SmallStation) -> None:
    live = station.drawn_to(Step.COMPLETE)
    sealed = seal_list(live, opening=from_text("2026-11-23T09:00:00Z"))
    assert sealed.opening == live.record.frozen().opening


class TestDeputies:
    def test_a_deputy_of_each_role_opens_alone_with_the_other(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.COMPLETE), station.cast
        seal_list(live, [cast.second.identity, cast.other_operator.identity])
        expected = seats(live.open_list())
        for operator in (cast.operator, cast.other_operator):
            for supervisor in (cast.supervisor, cast.second):
                there = station.load(live.draw, Present(operator, supervisor))
                assert seats(there.open_list()) == expected

    def test_one_person_opens_nothing(self, station: SmallStation) -> None:
        live, cast = station.drawn_to(Step.COMPLETE), station.cast
        seal_list(live, [cast.second.identity, cast.other_operator.identity])
        box = Box.parse(live.folder.list(1).read_bytes())
        for alone in ((cast.supervisor,), (cast.supervisor, cast.second), (cast.operator, cast.other_operator)):
            with pytest.raises(MissingShareError):
                open_box(box, [share for one in alone for share in release_share(box, one)])
        twice = [*release_share(box, cast.operator), *release_share(box, cast.operator)]
        with pytest.raises(BoxError):
            open_box(box, twice)

    def test_somebody_who_was_not_on_the_roster_opens_nothing(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.SEALED)
        with pytest.raises(NotHolderError):
            station.load(live.draw, Present(station.cast.operator, station.cast.second)).open_list()

    @pytest.mark.parametrize("who", ["keeper", "auditor", "station", "inside"])
    def test_nobody_else_holds_a_share_nor_a_supervisor_of_the_operator_s_house(
        self, station: SmallStation, who: str
    ) -> None:
        live = station.drawn_to(Step.COMPLETE)
        with pytest.raises(DeputyRefusedError):
            seal_list(live, [getattr(station.cast, who).identity])
        assert station.load(live.draw).record.step is Step.COMPLETE
        assert station.files() == ["pool.box"]


def test_nothing_is_destroyed_before_the_box_was_read_back(
    station: SmallStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that keeps other bytes than were written costs nothing: the pool's box stays in force."""
    live = station.drawn_to(Step.COMPLETE)

    def spoil(change: Callable[[bytes], bytes]) -> Callable[[Path, bytes], None]:
        def write(path: Path, data: bytes) -> None:
            path.write_bytes(change(data))

        return write

    for change in (lambda d: d[:-1] + bytes([d[-1] ^ 1]), lambda d: d[: len(d) // 2], lambda _d: b""):
        with monkeypatch.context() as patch:
            patch.setattr(sealing, "write_atomic", spoil(change))
            with pytest.raises((BoxError, BoxDiffersError)):
                seal_list(live)
    again = station.load(live.draw)
    assert again.record.step is Step.COMPLETE
    assert station.files() == ["pool.box"]
    assert go_on(again, station.cast).record.step is Step.SEALED


def test_only_an_ended_draw_is_sealed_and_once(station: SmallStation) -> None:
    live = station.drawn_to(Step.FILLING)
    with pytest.raises(StepRefusedError):
        seal_list(live)
    go_on(live, station.cast)
    with pytest.raises(StepRefusedError):
        seal_list(live)


def test_the_list_s_file_is_as_long_for_one_committee_as_for_another(home: Path) -> None:
    """Draws that differ in who was drawn alone have boxes of one length."""
    lengths = set()
    for seed in ("a", "b", "c", "d"):
        station = SmallStation.make(home / seed, seed=seed)
        live = station.drawn_to(Step.SEALED, Answers({"2": ["declined"]}))
        lengths.add(live.folder.list(1).stat().st_size)
        station.close()
    assert len(lengths) == 1


class TestRulesAskedAgain:
    """The committee that really sits is reviewed by the rule pack of its certificate."""

    def short(self, station: SmallStation) -> LiveDraw:
        return station.drawn_to(Step.SHORT, lambda callee: "declined" if callee.quota == 1 else CONFIRMED)

    def test_a_committee_that_a_rule_forbids_is_sealed_once_that_is_acknowledged(self, station: SmallStation) -> None:
        live = self.short(station)
        before = {slot.name for slot in live.record.committee()}
        assert [(one.rule, one.article) for one in sealing.review(live).forbidding] == [
            ("committee.least", "《招标投标法》第三十七条")
        ], "three of five, an odd number; the reserve doesn't count"
        with pytest.raises(NotAcknowledgedError, match="第三十七条"):
            seal_list(live)
        assert live.record.step is Step.SHORT
        sealed = seal_list(live, acknowledged=True)
        *_, entry = steps_of(station, subject=live.draw)
        assert entry.body["findings"] == ["committee.least"] == list(sealed.findings)
        assert {member.slot for member in open_early(live, station.cast).members} == before

    def test_a_promoted_reserve_counts(self, home: Path) -> None:
        station = SmallStation.make(home / "few", size=12, employers=12)
        live = station.drawn_to(
            Step.SHORT, lambda c: "declined" if c.quota == 0 and c.slot != "R1" else CONFIRMED, recusals=[]
        )
        sitting = [slot for slot in live.record.committee() if not slot.reserve]
        broken = [one.rule for one in sealing.review(live).broken]
        assert "R1" not in {slot.name for slot in live.record.committee()}
        assert (len(sitting), broken) == (3, ["committee.least"])
        station.close()

    def test_a_whole_committee_breaks_nothing(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.COMPLETE)
        seal_list(live)
        *_, entry = steps_of(station, subject=live.draw)
        assert entry.body["findings"] == []

    def test_what_a_second_supervisor_lifted_is_found_and_forbids_no_more(self, station: SmallStation) -> None:
        owners = [{"name": f"章{n}", "authority": "书", "employer": "建设中心"} for n in range(3)]
        quotas = [request_value()["quotas"][0] | {"count": 4}, request_value()["quotas"][1]]
        live = station.drawn_to(Step.COMPLETE, owner_members=owners, quotas=quotas)
        assert [one.rule for one in sealing.review(live).broken] == ["owner.most"]
        assert seal_list(live).findings == ("owner.most",)

    def test_another_pack_than_the_certificate_s_seals_nothing(self, station: SmallStation) -> None:
        live = station.drawn_to(Step.NARROWED)
        freeze(live, HeldPack(pack(), "0" * 64))
        go_on(live, station.cast, until=Step.COMPLETE)
        with pytest.raises(PackDiffersError, match="works"):
            seal_list(live)
        assert station.load(live.draw).record.step is Step.COMPLETE
