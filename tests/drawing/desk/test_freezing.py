"""The certificate at the desk: what it commits to, who signs, which other ceremonies it lists."""

from datetime import timedelta
from typing import Any

import pytest

from drawing.bank import bank_root
from drawing.certificate import parse_certificate
from drawing.desk import opening
from drawing.pool import parse_table, split_table, table_root
from drawing.steps import Step, StepRefusedError
from tests.drawing.desk.station import SmallStation, experts, freeze, go_on, request_value
from vault.dsse import Envelope, verify_envelope
from vault.errors import FengqianError
from vault.suite import commitment


def test_the_certificate_commits_to_what_lies_in_the_box_and_three_sign_it(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    (entry,) = station.desk.journal.entries(subject=live.draw, kind="draw.frozen")
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
        quotas = [request_value()["quotas"][0] | {"specialty": "A08"}, request_value()["quotas"][1]]
        meeting = request_value()["meeting"] | {"start": "2026-12-01T06:00:00Z"}
        others: dict[str, Any] = {"name": "另一工程", "meeting": meeting, "quotas": quotas}
        station.drawn_to(Step.FROZEN)
        changes = {key: value for key, value in others.items() if key != kept}
        expected = [] if relation is None else [(relation, "frozen")]
        assert self.relations(station, lot="LZ-2", **changes) == expected

    def test_a_draw_that_was_only_registered_is_listed_by_lot_but_not_by_a_pool_it_has_not(
        self, station: SmallStation
    ) -> None:
        station.prepare(lot="LZ-2", name="另一工程", meeting=self.later())
        assert self.relations(station) == []

    def later(self) -> dict[str, Any]:
        value: dict[str, Any] = request_value()["meeting"] | {"start": "2026-12-01T06:00:00Z"}
        return value


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
