"""Seats of closed draws: counted within the days, once they are closed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from drawing.seats import closed_draws, note_closed
from tests.drawing.desk.station import SmallStation
from vault.database import writing

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_draws_within_the_days_are_counted_by_expert(tmp_path: Path) -> None:
    station = SmallStation.make(tmp_path / "home")
    with writing(station.engine) as connection:
        note_closed(connection, "a", ["E2", "E1"], NOON)
        note_closed(connection, "b", ["E2"], NOON + timedelta(days=3))
        note_closed(connection, "c", [], NOON)

    def count(days: int, at: datetime) -> list[tuple[str, int]]:
        return closed_draws(station.engine, days, at)

    assert count(30, NOON + timedelta(days=4)) == [("E1", 1), ("E2", 2)]
    assert count(30, NOON + timedelta(days=30)) == [("E1", 1), ("E2", 2)]
    assert count(30, NOON + timedelta(days=30, seconds=1)) == [("E2", 1)]
    assert count(1, NOON + timedelta(days=33)) == []
    station.close()


def test_a_draw_is_counted_once(tmp_path: Path) -> None:
    station = SmallStation.make(tmp_path / "home")
    with writing(station.engine) as connection:
        note_closed(connection, "a", ["E1"], NOON)
    with pytest.raises(IntegrityError), writing(station.engine) as connection:
        note_closed(connection, "a", ["E1"], NOON)
    assert closed_draws(station.engine, 30, NOON) == [("E1", 1)]
    station.close()
