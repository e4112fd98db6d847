"""Bytes from anywhere: a report comes out, never a traceback, and no change goes through."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.verify import State, verifier, verify_transcript
from drawing.verify.verifier import CHECKS
from tests.drawing.verify.build import other_draw, rich_draw
from tests.drawing.verify.test_verify import wrong
from vault.jsontext import dumps

PARTS = (
    *("checkpoint", "committee", "consistency", "draw", "entries", "fairness", "inclusion", "made_at", "openings"),
    *("people", "results", "sample", "serial", "suite", "table", "v"),
)
FEW = settings(max_examples=40, deadline=None)


@FEW
@given(st.data())
def test_any_byte_changed_is_wrong(data: st.DataObject) -> None:
    file = rich_draw().file
    place = data.draw(st.integers(0, len(file) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != file[place]))
    wrong(verify_transcript(file[:place] + bytes([byte]) + file[place + 1 :]))


@FEW
@given(st.data())
def test_cut_or_lengthened_it_is_wrong(data: st.DataObject) -> None:
    file = rich_draw().file
    start, end = sorted(data.draw(st.tuples(st.integers(0, len(file)), st.integers(0, len(file)))))
    if start < end:
        wrong(verify_transcript(file[:start] + file[end:]))
    wrong(verify_transcript(file + data.draw(st.binary(min_size=1, max_size=20))))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_wrong(file: bytes) -> None:
    assert wrong(verify_transcript(file)) == "file"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 300) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_value_at_any_place_of_a_signed_payload_gives_a_report(data: st.DataObject) -> None:
    drawn = rich_draw()
    payload = drawn.payload()
    inside: Any = payload
    key: Any = None
    holder: Any = None
    while isinstance(inside, (dict, list)) and inside and (holder is None or data.draw(st.integers(0, 3))):
        holder = inside
        key = data.draw(st.sampled_from(sorted(inside) if isinstance(inside, dict) else list(range(len(inside)))))
        inside = inside[key]
    holder[key] = data.draw(JSON)
    report = verify_transcript(drawn.signed(payload))
    assert report.exit_code in (1, 3)
    if report.exit_code == 3:
        # only what nothing hangs on may differ: when it was made
        assert {**payload, "made_at": ""} == {**drawn.payload(), "made_at": ""}


@settings(max_examples=15, deadline=None)
@given(JSON, JSON)
def test_any_entry_body_and_any_form_give_a_report(body: object, form: object) -> None:
    drawn = rich_draw()
    assert verify_transcript(drawn.file, audit=json.dumps(form).encode()).exit_code == 1
    assert verify_transcript(drawn.file, keys=json.dumps(body).encode()).exit_code == 1
    assert verify_transcript(drawn.file, anchor=json.dumps(body).encode()).exit_code == 1
    assert verify_transcript(drawn.file, fingerprint=str(body)).exit_code == 1


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_entries_in_another_order_are_wrong(data: st.DataObject) -> None:
    drawn = rich_draw()
    payload = drawn.payload()
    order = data.draw(st.permutations(range(len(payload["entries"]))))
    if list(order) == sorted(order):
        return
    payload["entries"] = [payload["entries"][place] for place in order]
    payload["inclusion"] = [payload["inclusion"][place] for place in order]
    assert wrong(verify_transcript(drawn.signed(payload))) == "journal"


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(PARTS), min_size=1))
def test_parts_of_another_draw_are_wrong(parts: set[str]) -> None:
    payload, other = rich_draw().payload(), other_draw().payload()
    payload.update({part: other[part] for part in parts})
    if payload not in (other, {**rich_draw().payload(), "made_at": payload["made_at"]}) and dumps(payload) != dumps(
        rich_draw().payload()
    ):
        report = verify_transcript(rich_draw().signed(payload))
        assert report.exit_code == 1


def test_what_nobody_foresaw_is_a_wrong_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise KeyError("never thought of")

    monkeypatch.setattr(verifier, "check_openings", fail)
    report = verify_transcript(rich_draw().file)
    assert wrong(report) == "openings"
    assert any("(KeyError)" in text for text in report.texts())
    assert [line.check for line in report.lines if line.state is State.UNCHECKED] == ["fairness", "custody"]


def test_the_parts_exchanged_are_all_there_are() -> None:
    assert sorted(PARTS) == sorted(rich_draw().payload())


def test_every_check_has_a_sentence() -> None:
    named = {line.check for line in verify_transcript(b"").lines}
    assert named <= set(CHECKS)
