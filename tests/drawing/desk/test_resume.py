"""A draw cut off anywhere goes on; once its sources are fixed, to the one outcome that they and the dice give."""

from pathlib import Path

import pytest

from tests.drawing.desk.cuts import cut_and_resume, points, reference

SAMPLE = 14


def check(home: Path, chosen: slice) -> None:
    expected = reference(home / "whole")
    assert len(expected.rounds) >= 3
    tried = range(points())[chosen]
    for point in tried:
        record, found = cut_and_resume(home / str(point), point)
        where = f"cut at point {point} of {points()}"
        assert found.rounds[: len(record.rounds)] == tuple(record.rounds), where
        if record.certificate_payload:
            assert found.certificate == expected.certificate, where
        if record.ceremony_payload:
            assert found == expected, where
        assert len(found.seats) == len(expected.seats)


def test_a_cut_anywhere_leads_to_the_same_committee(home: Path) -> None:
    reference(home / "count")
    check(home, slice(3, None, max(1, points() // SAMPLE)))


@pytest.mark.soak
def test_a_cut_at_every_single_point_leads_to_the_same_committee(home: Path) -> None:
    check(home, slice(None))
