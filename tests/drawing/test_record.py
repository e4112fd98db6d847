"""A draw's record: what its entries say, and nothing that they can't say."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.record import DrawRecord
from drawing.steps import ALIVE, RecordBrokenError, Step, StepRefusedError
from tests.drawing.desk.cuts import whole_draw
from tests.drawing.desk.station import SmallStation
from tests.drawing.said import steps_of
from vault.jsontext import JsonValue

SILENT = {"draw.previewed", "draw.printed", "draw.transcribed"}


@dataclass(frozen=True)
class Said:
    """An entry as the record sees it."""

    index: int
    kind: str
    at: datetime
    body: Mapping[str, JsonValue]


@cache
def two_draws() -> tuple[list[Said], list[Said]]:
    """The entries of two whole draws of one request: declines, sealing, a conflict, sealing anew, closing."""
    found = []
    for seed in ("first", "second"):
        with tempfile.TemporaryDirectory() as folder:
            station = SmallStation.make(Path(folder) / "home", seed=seed)
            whole_draw(station)
            entries = steps_of(station)
            found.append([Said(e.index, e.kind, e.at, dict(e.body)) for e in entries])
            station.close()
    return found[0], found[1]


def entries() -> list[Said]:
    return two_draws()[0]


def state(said: Sequence[Said]) -> DrawRecord | None:
    """The record of entries, or None where they are refused."""
    try:
        return DrawRecord.of(said)
    except RecordBrokenError:
        return None


def test_every_beginning_of_a_draw_is_a_state() -> None:
    record, said = DrawRecord(), entries()
    seen = [record.step]
    for end, entry in enumerate(said, 1):
        record.apply(entry)
        assert record == DrawRecord.of(said[:end])
        if record.step is not seen[-1]:
            seen.append(record.step)
    assert seen == [
        Step.NEW,
        Step.PREPARED,
        Step.NARROWED,
        Step.FROZEN,
        Step.FIXED,
        Step.SEEDED,
        Step.FILLING,
        Step.COMPLETE,
        Step.SEALED,
        Step.OPENED,
        Step.FILLING,
        Step.COMPLETE,
        Step.SEALED,
        Step.OPENED,
        Step.CLOSED,
    ]


def test_a_missing_entry_is_found() -> None:
    said = entries()
    for place, entry in enumerate(said[:-1]):
        left = said[:place] + said[place + 1 :]
        assert (state(left) is None) is (entry.kind not in SILENT), entry.kind


def test_a_doubled_entry_is_found() -> None:
    said = entries()
    for place, entry in enumerate(said):
        twice = state(said[: place + 1] + said[place:])
        if entry.kind in SILENT | {"draw.narrowed", "draw.compared"}:
            assert twice == state(said)
        else:
            assert twice is None, entry.kind


def test_two_entries_out_of_order_are_found_or_say_the_same() -> None:
    """Calls and answers of two people may come in either order, or beside a round that fills other slots."""
    said = entries()
    for place, (one, other) in enumerate(pairwise(said)):
        swapped = state([*said[:place], other, one, *said[place + 2 :]])
        if swapped is not None:
            free = {"draw.previewed", "draw.called", "draw.answered", "draw.dice_entered", "draw.round_opened"}
            assert {one.kind, other.kind} <= free | {"draw.narrowed", "draw.compared"}
            assert swapped == state(said)


def test_an_entry_of_another_draw_of_the_same_request_is_found() -> None:
    """Both draws were registered under one serial at the same moment; only their secrets differ."""
    said, others = two_draws()
    bound = {"draw.fixed", "draw.dice_entered", "draw.seeded", "draw.round_opened", "draw.opened"}
    for place, entry in enumerate(said):
        other = next(one for one in others if one.kind == entry.kind)
        if entry.kind in bound:
            assert state([*said[:place], other, *said[place + 1 :]]) is None, entry.kind


def changed(place: int, **fields: Any) -> list[Said]:
    said = list(entries())
    said[place] = replace(said[place], body={**said[place].body, **fields})
    return said


def places(kind: str) -> Iterator[int]:
    return (place for place, entry in enumerate(entries()) if entry.kind == kind)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("draw.frozen", {"certificate": {}}),
        ("draw.frozen", {"box": None}),
        ("draw.dice_entered", {"witness": "operator"}),
        ("draw.dice_entered", {"commitment": "00" * 32}),
        ("draw.compared", {"witness": "operator"}),
        ("draw.compared", {"generation": 2}),
        ("draw.compared", {"agrees": "yes"}),
        ("draw.compared", {"agrees": False}),
        ("draw.seeded", {"randomness": "1:a,"}),
        ("draw.seeded", {"values": []}),
        ("draw.seeded", {"values": ["a", "b", "c"]}),
        ("draw.seeded", {"generation": 2}),
        ("draw.seeded", {"nonces": {"owner": "00" * 32, "supervisor": "00" * 32}}),
        ("draw.round_opened", {"round": 9}),
        ("draw.round_opened", {"generation": 2}),
        ("draw.round_opened", {"code_number": 9}),
        ("draw.round_opened", {"code": "00" * 32}),
        ("draw.round_opened", {"slots": [{"slot": "9", "quota": 0}]}),
        ("draw.round_opened", {"slots": [{"slot": "1", "quota": 1}]}),
        ("draw.round_opened", {"slots": [{"slot": "1", "quota": 0}, {"slot": "1", "quota": 0}]}),
        ("draw.called", {"slot": "9"}),
        ("draw.called", {"round": 9}),
        ("draw.called", {"attempt": 7}),
        ("draw.answered", {"round": 9}),
        ("draw.answered", {"attempts": 7}),
        ("draw.promoted", {"from": "1"}),
        ("draw.promoted", {"to": "1"}),
        ("draw.promoted", {"to": "R1"}),
        ("draw.promoted", {"from": "R9"}),
        ("draw.vacated", {"slot": "9"}),
        ("draw.sealed", {"sealing": 3}),
        ("draw.opened", {"box": "00" * 32}),
        ("draw.reentered", {"box": 1}),
    ],
)
def test_a_forged_field_is_found(kind: str, fields: dict[str, Any]) -> None:
    assert list(places(kind))
    for place in places(kind):
        assert state(changed(place, **fields)) is None
        with pytest.raises(RecordBrokenError) as refusal:
            DrawRecord.of(changed(place, **fields))
        assert isinstance(refusal.value.details["index"], int)


def test_a_certificate_of_another_serial_and_a_fingerprint_of_another_ceremony_are_found() -> None:
    assert state(changed(0, serial="临抽 2026-0099")) is None
    (seeded,) = places("draw.seeded")
    values = entries()[seeded].body["values"]
    assert isinstance(values, list)
    assert state(changed(seeded, values=["A" * 26, *values[1:]])) is None


_JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["1", "R1", "confirmed"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_hostile_bodies_are_refused_and_never_crash(data: st.DataObject) -> None:
    said = entries()
    place = data.draw(st.integers(0, len(said) - 1))
    field = data.draw(st.sampled_from(sorted(said[place].body)))
    body = dict(said[place].body)
    if data.draw(st.booleans()):
        del body[field]
    else:
        body[field] = data.draw(_JUNK)
    state([*said[:place], replace(said[place], body=body), *said[place + 1 :]])


def test_an_unknown_kind_and_anything_after_the_end_are_refused() -> None:
    said = entries()
    with pytest.raises(RecordBrokenError):
        DrawRecord.of([replace(said[0], kind="draw.redrawn")])
    aborted = Said(99, "draw.aborted", said[-1].at, {"reason": "某"})
    assert state([*said, aborted]) is None
    for end in range(1, len(said)):
        ended = state([*said[:end], aborted])
        assert ended is not None
        assert ended.step is Step.ABORTED
        assert state([*said[:end], aborted, said[end]]) is None or said[end].kind in SILENT
    assert set(ALIVE).isdisjoint({Step.NEW, Step.CLOSED, Step.ABORTED})


def test_complete_and_short_say_what_is() -> None:
    said = entries()
    for place in places("draw.completed"):
        short = replace(said[place], kind="draw.short")
        assert state([*said[:place], short]) is None
        for earlier in range(place):
            if said[earlier].kind == "draw.round_opened":
                for kind in ("draw.completed", "draw.short"):
                    assert state([*said[: earlier + 1], replace(said[place], kind=kind)]) is None


def test_nobody_falls_free_without_a_cause() -> None:
    said = entries()
    end = next(places("draw.completed")) + 1
    vacated = next(entry for entry in said if entry.kind == "draw.vacated")
    assert state([*said[:end], vacated]) is None


def test_looking_ahead_leaves_a_record_as_it_was() -> None:
    said = entries()
    half = len(said) // 2
    record = DrawRecord.of(said[:half])
    assert record.after(said[half:]) == DrawRecord.of(said)
    assert record == DrawRecord.of(said[:half])
    with pytest.raises(RecordBrokenError):
        record.after([said[half], said[0]])
    assert record == DrawRecord.of(said[:half])


def test_a_new_record_has_neither_certificate_nor_ceremony() -> None:
    for look in (DrawRecord().frozen, DrawRecord().fixed):
        with pytest.raises(StepRefusedError):
            look()
    assert DrawRecord().next_code_number() == 1
    assert DrawRecord().reserve_for(0) is None
