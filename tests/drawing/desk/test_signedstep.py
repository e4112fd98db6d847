"""A draw whose journal holds an entry that isn't its next signed step isn't taken up."""

from collections.abc import Mapping, Sequence

import pytest

from drawing.signedstep import digest_of, signed_body
from drawing.steps import RecordBrokenError, Step
from tests.drawing.desk.station import SmallStation
from vault.ids import DrawId
from vault.jsontext import JsonValue

PRINTED: Mapping[str, JsonValue] = {"document": "namelist", "copy": 1, "reason": None}


def refused(station: SmallStation, draw: DrawId, body: Mapping[str, JsonValue], by: Sequence[str]) -> str:
    """Append an entry past the desk, as whoever has the station alone could, and say why the draw isn't taken up."""
    station.desk.journal.append("draw.printed", draw, body, by)
    with pytest.raises(RecordBrokenError) as refusal:
        station.load(draw)
    return str(refusal.value.details["problem"])


def test_a_step_that_names_another_entry_before_it(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    keys = live.present.keys
    body = signed_body(live.draw, "draw.printed", "0" * 64, PRINTED, keys)
    assert "names another entry" in refused(station, live.draw, body, live.present.keyids)


def test_a_step_of_another_kind_than_its_entry(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    last = digest_of(list(station.desk.journal.entries(subject=live.draw))[-1])
    body = signed_body(live.draw, "draw.closed", last, PRINTED, live.present.keys)
    assert "isn't a signed step" in refused(station, live.draw, body, live.present.keyids)


def test_a_step_that_others_signed_than_stand_behind_it(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    last = digest_of(list(station.desk.journal.entries(subject=live.draw))[-1])
    body = signed_body(live.draw, "draw.printed", last, PRINTED, live.present.keys[:1])
    assert "isn't a signed step" in refused(station, live.draw, body, live.present.keyids)


def test_a_bare_body_without_signatures(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    assert "isn't a signed step" in refused(station, live.draw, PRINTED, live.present.keyids)


def test_the_next_step_is_taken_up(station: SmallStation) -> None:
    live = station.drawn_to(Step.FROZEN)
    last = digest_of(list(station.desk.journal.entries(subject=live.draw))[-1])
    body = signed_body(live.draw, "draw.printed", last, PRINTED, live.present.keys)
    station.desk.journal.append("draw.printed", live.draw, body, live.present.keyids)
    assert station.load(live.draw).record.step is Step.FROZEN
