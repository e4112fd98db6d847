"""The certificate at the desk: what it commits to, who signs, which other ceremonies it lists."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drawing.bank import bank_root
from drawing.certificate import EarlierCeremony, parse_certificate
from drawing.desk import opening, preparing
from drawing.pool import parse_table, split_table, table_root
from drawing.signedstep import signed_body
from drawing.steps import RecordBrokenError, Step, StepRefusedError
from tests.drawing.desk.station import SmallStation, experts, freeze, go_on, request_value
from tests.drawing.said import steps_of
from vault.dsse import Envelope, verify_envelope
from vault.errors import FengqianError
from vault.ids import DrawId
from vault.suite import commitment


def test_the_certificate_commits_to_what_lies_in_the_box_and_three_sign_it(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    (entry,) = steps_of(station, subject=live.draw, kind="draw.frozen")
    envelope, cast = Envelope.of(entry.body["certificate"]), station.cast
    keys = {one.keyid: one.public_key for one in (cast.operator, cast.supervisor, cast.station)}
    assert verify_envelope(envelope, "certificate", keys) == set(keys)
    certificate, secret = parse_certificate(envelope.payload), live.secret
    assert certificate.table_root == table_root(split_table(secret.table))
    values = {
        "bank": bank_root(experts()),
        "narrowing": secret.narrowing,
        "project": secret.project,
        "sealed": secret.sealed,
    }
    for name, value in values.items():
        assert certificate.commitment(name) == commitment(name, secret.nonce(name), value)
    assert (certificate.head.size, certificate.head.root) == (
        entry.index,
        station_root_at(station, entry.index),
    )
    assert len(parse_table(secret.table)) == len(secret.ids) == 52
    assert certificate.level == "C"
    assert certificate.bank_changes == (7, 0)
    assert certificate.ceremonies == ()


def station_root_at(station: SmallStation, size: int) -> bytes:
    from vault.merkle import leaf_hash, root_of

    return root_of([leaf_hash(entry.payload) for entry in station.desk.journal.entries(limit=size)])


def test_two_draws_of_one_request_share_no_label_no_pseudonym_and_no_commitment(station: SmallStation) -> None:
    first, second = station.drawn_to(Step.FROZEN), station.drawn_to(Step.FROZEN)

    def words(text: str) -> set[str]:
        return {word for line in text.split("\n") for word in line.split() if len(word) >= 32}

    assert not words(first.secret.table) & words(second.secret.table)
    assert not {value for _, value in first.record.frozen().commitments} & {
        value for _, value in second.record.frozen().commitments
    }


def test_changes_of_the_bank_in_seven_days_are_counted(station: SmallStation) -> None:
    station.import_bank(experts()[:-2], "bank-2")
    station.clock.advance(timedelta(days=1))
    station.import_bank(experts(), "bank-3")
    assert station.drawn_to(Step.FROZEN).record.frozen().bank_changes == (7, 4)


def test_an_older_change_of_the_bank_is_not_counted(station: SmallStation) -> None:
    station.import_bank(experts()[:-2], "bank-2")
    station.clock.advance(timedelta(days=7, seconds=2))
    assert station.drawn_to(Step.FROZEN).record.frozen().bank_changes == (7, 0)


class TestRelatedCeremonies:
    def relations(self, station: SmallStation, **changes: Any) -> list[tuple[str, str]]:
        certificate = station.drawn_to(Step.FROZEN, **changes).record.frozen()
        return [(earlier.relation, earlier.state) for earlier in certificate.ceremonies]

    def test_the_same_lot_whatever_became_of_it(self, station: SmallStation) -> None:
        opening.abort(station.drawn_to(Step.FILLING), "某")
        opening.abort(station.load(station.prepare()), "某")
        station.drawn_to(Step.SEALED)
        assert self.relations(station) == [("lot", "aborted"), ("lot", "aborted"), ("lot", "sealed")]

    @pytest.mark.parametrize(
        ("relation", "kept"), [("project", "name"), ("time", "meeting"), ("pool", "quotas"), (None, None)]
    )
    def test_another_lot_of_the_same_project_time_or_pool(
        self, station: SmallStation, relation: str | None, kept: str | None
    ) -> None:
        quotas = [quota("A0803", 2, 1), quota("A06", 3, 0)]
        meeting = request_value()["meeting"] | {"start": "2026-12-01T06:00:00Z"}
        others: dict[str, Any] = {"name": "另一工程", "meeting": meeting, "quotas": quotas}
        station.drawn_to(Step.FROZEN, quotas=[quota("A0803", 5, 0)])
        changes = {key: value for key, value in others.items() if key != kept}
        expected = [] if relation is None else [(relation, "frozen")]
        assert self.relations(station, lot="LZ-2", **changes) == expected

    @pytest.mark.parametrize(
        ("changes", "relation"),
        [
            ({"lot": "ＬＺ－１"}, "lot"),
            ({"lot": "lz 1"}, "lot"),
            ({"lot": "LZ-11", "name": "另"}, None),
            ({"lot": "LZ-2", "name": "滨江路　（改造）"}, "project"),
            ({"lot": "LZ-2", "name": "滨江路改造二"}, None),
            ({"lot": "LZ-2", "name": "另", "start": "2026-12-01T03:59:00Z"}, "time"),
            ({"lot": "LZ-2", "name": "另", "start": "2026-12-01T04:00:00Z"}, None),
            ({"lot": "LZ-2", "name": "另", "start": "2026-12-02T01:00:00Z"}, None),
        ],
    )
    def test_another_spelling_or_hour_hides_no_earlier_draw(
        self, station: SmallStation, changes: dict[str, Any], relation: str | None
    ) -> None:
        station.prepare()
        start = changes.get("start", "2026-12-02T06:00:00Z")
        others = {**changes, "meeting": request_value()["meeting"] | {"start": start}}
        others.pop("start", None)
        expected = [] if relation is None else [(relation, "prepared")]
        assert self.relations(station, **others) == expected

    def test_a_draw_that_was_only_registered_is_listed_by_lot_but_not_by_a_pool_it_has_not(
        self, station: SmallStation
    ) -> None:
        station.prepare(lot="LZ-2", name="另一工程", meeting=self.later())
        assert self.relations(station) == []

    @pytest.mark.parametrize(
        ("theirs", "ours", "is_related"),
        [
            ([("A0803", None)], [("A0803", 3, 0), ("A06", 2, 0)], True),
            ([("A0803", None)], [("A0803", 2, 1), ("A06", 3, 0)], False),
            ([("A0803", None)], [("A0803", 2, 2), ("A06", 3, 0)], True),
            ([("A08", None)], [("A0803", 5, 0)], True),
            ([("A0803", None)], [("A08", 5, 0)], True),
            ([("A0601", None)], [("A0602", 5, 0)], False),
            ([("A0803", "临州市")], [("A0803", 5, 0)], True),
        ],
    )
    def test_most_of_a_pool_is_more_than_half_of_the_seats(
        self,
        station: SmallStation,
        theirs: list[tuple[str, str | None]],
        ours: list[tuple[str, int, int]],
        is_related: bool,
    ) -> None:
        station.drawn_to(Step.FROZEN, quotas=[quota(code, 5, 0, region) for code, region in theirs])
        quotas = [quota(code, count, reserves) for code, count, reserves in ours]
        found = self.relations(station, lot="LZ-2", name="另一工程", meeting=self.later(), quotas=quotas)
        assert found == ([("pool", "frozen")] if is_related else [])

    def test_another_region_is_another_pool(self, station: SmallStation) -> None:
        bank = [replace(one, region="澜江市" if n % 2 else one.region) for n, one in enumerate(experts(208, 104))]
        station.import_bank(bank, "bank-2")
        station.drawn_to(Step.FROZEN, quotas=[quota("A", 5, 0, "临州市")])
        others = {"name": "另一工程", "meeting": self.later(), "quotas": [quota("A", 5, 0, "澜江市")]}
        assert self.relations(station, lot="LZ-2", **others) == []

    @pytest.mark.parametrize(
        ("body", "relation"),
        [
            ({"serial": "临抽 2026-0001", "lot": "LZ-1"}, ("临抽 2026-0001", "lot")),
            ({"serial": "临抽 2026-0001", "name": "滨江路改造"}, ("临抽 2026-0001", "project")),
            ({"serial": "临抽 2026-0001", "start": "2026-12-01T01:00:00Z"}, ("临抽 2026-0001", "time")),
            ({"serial": 7, "start": "tomorrow"}, ("broken", "unknown")),
            ({}, ("broken", "unknown")),
        ],
    )
    def test_an_unreadable_draw_stops_no_other_and_is_named(
        self, station: SmallStation, body: dict[str, Any], relation: tuple[str, str]
    ) -> None:
        draw, operator = DrawId("broken"), station.cast.operator
        step = signed_body(draw, "draw.prepared", None, body, [operator])
        station.desk.journal.append("draw.prepared", draw, step, [operator.keyid])
        live = station.drawn_to(Step.FROZEN)
        assert live.record.frozen().ceremonies == (EarlierCeremony(relation[0], "unreadable", relation[1]),)
        assert [draw for draw, _ in preparing.draws(station.desk)] == [live.draw]
        (unread,) = preparing.unreadable_draws(station.desk)
        assert (unread.draw, unread.serial) == ("broken", relation[0])
        assert isinstance(unread.problem, RecordBrokenError)
        assert go_on(station.load(live.draw), station.cast).record.step is Step.SEALED

    def later(self) -> dict[str, Any]:
        value: dict[str, Any] = request_value()["meeting"] | {"start": "2026-12-01T06:00:00Z"}
        return value


def quota(specialty: str, count: int, reserves: int, region: str | None = None) -> dict[str, Any]:
    return {"specialty": specialty, "region": region, "site": "main", "count": count, "reserves": reserves}


def test_a_draw_is_frozen_once(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    with pytest.raises(StepRefusedError):
        freeze(live)
    payload = live.record.certificate_payload
    assert station.load(live.draw).record.certificate_payload == payload


def test_an_expired_identity_freezes_nothing(station: SmallStation) -> None:
    live = station.drawn_to(Step.NARROWED)
    station.clock.advance(timedelta(days=5 * 365))
    with pytest.raises(FengqianError):
        freeze(live)
    assert station.load(live.draw).record.step is Step.NARROWED
    assert not live.folder.pool.exists()


def test_a_freeze_that_was_cut_off_takes_fresh_secrets(station: SmallStation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box is written, the journal isn't: the salt in that box is never used."""
    live = station.drawn_to(Step.NARROWED)

    def cut(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(live, "write", cut)
        with pytest.raises(KeyboardInterrupt):
            freeze(live)
    left = live.folder.pool.read_bytes()
    again = station.load(live.draw)
    assert not again.folder.pool.exists()
    go_on(again, station.cast, until=Step.FROZEN)
    assert again.folder.pool.read_bytes() != left
