"""The record of a draw that was rechecked: which boxes hold its bidders, and what no entry can say."""

import tempfile
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.record import DrawRecord
from drawing.steps import RecordBrokenError, Step
from tests.drawing.desk.station import SmallStation, go_on, open_early
from tests.drawing.desk.test_rechecking import NOBODY, employer, recheck
from tests.drawing.said import steps_of
from tests.drawing.test_record import _JUNK, Said, state


@cache
def entries() -> list[Said]:
    """Two rechecks free nobody, one frees two slots; sealed again, rechecked, and opened."""
    with tempfile.TemporaryDirectory() as folder:
        station = SmallStation.make(Path(folder) / "home")
        live = station.drawn_to(Step.SEALED)
        for names in ([NOBODY], [NOBODY], [employer(live.open_list(), slot) for slot in ("2", "5")]):
            recheck(live, station, *names)
        go_on(live, station.cast)
        recheck(live, station, NOBODY)
        open_early(live, station.cast)
        found = [Said(e.index, e.kind, e.at, dict(e.body)) for e in steps_of(station, subject=live.draw)]
        station.close()
    return found


def places() -> list[int]:
    return [place for place, entry in enumerate(entries()) if entry.kind == "draw.rechecked"]


def test_the_bidders_of_every_recheck_lie_in_one_place() -> None:
    """In a box of their own until a pool's box takes them up, and the pool's boxes are counted."""
    seen = []
    for end in range(1, len(entries()) + 1):
        record, said = DrawRecord.of(entries()[:end]), entries()[:end]
        made = [entry for entry in said if entry.kind in ("draw.frozen", "draw.rechecked") and entry.body["box"]]
        assert record.pools == len(made)
        assert [one.number for one in record.rechecks] == list(range(1, len(record.rechecks) + 1))
        assert all(one.kept for one in record.untaken())
        seen.append(len(record.untaken()))
    assert [new for old, new in pairwise(seen) if old != new] == [1, 2, 0, 1]


def test_a_recheck_leaves_the_list_sealed_or_puts_the_draw_back_to_filling() -> None:
    steps = [DrawRecord.of(entries()[: place + 1]).step for place in places()]
    assert steps == [Step.SEALED, Step.SEALED, Step.FILLING, Step.SEALED]


def test_a_missing_or_doubled_recheck_is_found_and_so_is_one_in_another_place() -> None:
    said = entries()
    *_, last = places()
    for place in places():
        assert state(said[: place + 1] + said[place:]) is None
        if place != last:
            assert state(said[:place] + said[place + 1 :]) is None
        for other in range(len(said)):
            if said[other - 1].kind not in ("draw.sealed", "draw.rechecked"):
                assert state([*said[:other], said[place], *said[other:]]) is None


def test_a_vacancy_left_out_is_found() -> None:
    said = entries()
    vacated = [place for place, entry in enumerate(said) if entry.kind == "draw.vacated"]
    assert len(vacated) == 2
    for place in vacated:
        assert state(said[:place] + said[place + 1 :]) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"recheck": 9},
        {"recheck": 0},
        {"names": 0},
        {"names": "1"},
        {"bidders": None},
        {"box": None, "kept": None},
        {"box": "ab" * 32, "kept": "ab" * 32},
        {"kept": 1, "box": None},
    ],
)
def test_a_forged_field_is_found(fields: dict[str, Any]) -> None:
    said = entries()
    for place in places():
        forged = Said(said[place].index, said[place].kind, said[place].at, {**said[place].body, **fields})
        with pytest.raises(RecordBrokenError):
            DrawRecord.of([*said[:place], forged])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([0, 1, 2, 3]), st.sampled_from(["recheck", "names", "bidders", "box", "kept"]), _JUNK)
def test_hostile_bodies_are_refused_and_never_crash(which: int, field: str, junk: Any) -> None:
    said, place = entries(), places()[which]
    forged = Said(said[place].index, said[place].kind, said[place].at, {**said[place].body, field: junk})
    state([*said[:place], forged, *said[place + 1 :]])
