"""The transcript: what a stranger gets, and nothing that names anybody."""

from typing import Any

import pytest

from drawing import transcript
from drawing.desk import opening
from drawing.desk.station import LiveDraw
from drawing.steps import Step
from drawing.transcript import (
    audit_bytes,
    committee_value,
    sign_transcript,
    simulation_size,
    transcript_bytes,
    witnessed,
)
from tests.drawing.desk.station import Answers, SmallStation, experts, go_on
from tests.drawing.said import steps_of
from vault.dsse import Envelope, verify_envelope
from vault.jsontext import loads
from vault.merkle import leaf_hash, verify_consistency, verify_inclusion
from vault.note import Checkpoint, Note
from vault.suite import commitment, sha256

FIELDS = {
    *("v", "suite", "draw", "serial", "sample", "people", "entries", "checkpoint", "inclusion", "consistency"),
    *("table", "results", "openings", "committee", "fairness", "made_at"),
}


@pytest.fixture
def live(station: SmallStation, monkeypatch: pytest.MonkeyPatch) -> LiveDraw:
    monkeypatch.setattr(transcript, "LARGEST_SIMULATED", 20)
    station.drawn_to(Step.FILLING, lot="LZ-0")
    return station.drawn_to(Step.OPENED, Answers({"1": ["declined"], "5": ["no_answer"]}))


def written(station: SmallStation, live: LiveDraw) -> tuple[bytes, dict[str, Any]]:
    proof = witnessed(station.desk.journal, live.draw, live.record)
    statements = [one.statement for one in (station.cast.station, station.cast.operator, station.cast.supervisor)]
    payload = transcript_bytes(live.record, live.open_list(), proof, statements, "2026-12-01T00:00:00Z")
    value = loads(payload)
    assert isinstance(value, dict)
    return payload, value


def test_the_public_form_names_nobody(station: SmallStation, live: LiveDraw) -> None:
    payload, value = written(station, live)
    text = payload.decode()
    for expert in experts():
        assert expert.name not in text
        assert expert.phone not in text
        assert f'"{expert.id}"' not in text
        assert expert.employer not in text
    secret = live.open_list().secret
    for hidden in (secret.salt.hex(), "凤栖路桥", secret.bank_root.hex(), secret.nonce("sealed").hex()):
        assert hidden not in text
    assert set(value) == FIELDS


def test_every_entry_is_proven_and_the_head_of_the_freeze_is_continued(station: SmallStation, live: LiveDraw) -> None:
    proof = witnessed(station.desk.journal, live.draw, live.record)
    head = Checkpoint.parse(Note.parse(proof.checkpoint.encode()).text)
    own = [entry.index for entry in steps_of(station, subject=live.draw)]
    assert [index for index, _ in proof.entries] == own
    for (index, payload), path in zip(proof.entries, proof.inclusion, strict=True):
        verify_inclusion(leaf_hash(payload), index, head.size, list(path), head.root)
    ((size, root, path),) = proof.consistency
    frozen = live.record.frozen().head
    assert (size, root) == (frozen.size, frozen.root)
    verify_consistency(size, root, head.size, head.root, list(path))


def test_results_committee_and_openings_are_those_of_the_draw(station: SmallStation, live: LiveDraw) -> None:
    _, value = written(station, live)
    sealed = live.open_list()
    assert [result.encode() for result in value["results"]] == list(sealed.results)
    assert value["committee"] == [{"slot": m.slot, "label": m.label} for m in sealed.members]
    opened = value["openings"]["project"]
    assert live.record.frozen().commitment("project") == commitment(
        "project", bytes.fromhex(opened["nonce"]), opened["value"].encode()
    )
    assert value["fairness"]["size"] == 20
    assert (value["sample"], value["serial"]) == (False, live.record.serial)


def test_after_a_conflict_the_committee_is_the_new_one(station: SmallStation, live: LiveDraw) -> None:
    before = committee_value(live.record, live.open_list())
    opening.vacate_after_opening(live, live.open_list(), {"2": "conflict"}, "某")
    go_on(live, station.cast, until=Step.OPENED)
    after = committee_value(live.record, live.open_list())
    assert [seat["slot"] for seat in after] == ["1", "2", "3", "4", "5"]  # type: ignore[index,call-overload]
    assert after[1]["label"] == before[-1]["label"]  # type: ignore[index,call-overload]


def test_it_is_signed_by_those_given(station: SmallStation, live: LiveDraw) -> None:
    payload, _ = written(station, live)
    cast = station.cast
    signers = [cast.station, cast.supervisor, cast.operator]
    envelope = Envelope.parse(sign_transcript(payload, signers).to_bytes())
    keys = {one.keyid: one.public_key for one in signers}
    assert verify_envelope(envelope, "transcript", keys) == set(keys)
    assert envelope.payload == payload


def test_the_auditor_s_form_opens_every_commitment(station: SmallStation, live: LiveDraw) -> None:
    sealed, frozen = live.open_list(), live.record.frozen()
    value = loads(audit_bytes(sealed, b"file"))
    assert isinstance(value, dict)
    found: dict[str, Any] = dict(value)
    assert found["transcript"] == sha256(b"file").hex()
    values = {
        "bank": bytes.fromhex(found["bank_root"]),
        "sealed": found["sealed"].encode(),
        "narrowing": found["narrowing"].encode(),
    }
    for name, opened in values.items():
        assert frozen.commitment(name) == commitment(name, bytes.fromhex(found["nonces"][name]), opened)
    assert len(found["ids"].split("\n")) == 52
    assert [member["id"] for member in found["committee"]] == [member.id for member in sealed.members]
    assert all("phone" not in member for member in found["committee"])


@pytest.mark.parametrize(
    ("eligible", "size"), [(0, 2000), (1, 2000), (1000, 2000), (10_000, 200), (99_999, 20), (1_000_000, 20)]
)
def test_large_pools_are_simulated_less_often(eligible: int, size: int) -> None:
    assert simulation_size(eligible) == size
