"""Cuts a whole draw off at a point and goes on from what lies on the disk.

A point is before or after a commit of the database, or at an fsync of a file.  Whatever the point, the program that is
started anew must reach the outcome that the uncut draw has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from drawing.desk import filling, opening, preparing
from drawing.desk.station import LiveDraw
from drawing.record import DrawRecord
from drawing.steps import CONFIRMED, OpenedRound, Step
from tests.drawing.desk.station import SmallStation, go_on, seats
from vault import database, files


class Cut(BaseException):
    """The program is gone."""


@dataclass
class Fuse:
    """Lets so many points pass, then cuts."""

    left: int
    passed: int = 0

    def __call__(self) -> None:
        if self.passed == self.left:
            raise Cut
        self.passed += 1


@contextmanager
def armed(fuse: Fuse) -> Iterator[None]:
    """Lay the fuse at every commit and every fsync."""
    commit, sync = database.commit, files.sync

    def cut_commit(connection: Connection) -> None:
        fuse()
        commit(connection)
        fuse()

    def cut_sync(descriptor: int) -> None:
        fuse()
        sync(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "commit", cut_commit)
        patch.setattr(files, "sync", cut_sync)
        yield


def answer(callee: filling.Callee) -> str:
    """Two decline in round 1, one of their successors too; everybody else comes."""
    declines = {("1", 1): "declined", ("5", 1): "no_answer", ("5", 2): "declined"}
    return declines.get((callee.slot, callee.round), CONFIRMED)


@dataclass(frozen=True)
class Outcome:
    """What the world sees of a draw: its certificate, its ceremony, its rounds, who sat at last."""

    certificate: bytes
    ceremony: bytes
    rounds: tuple[OpenedRound, ...]
    seats: dict[str, str]


def whole_draw(station: SmallStation) -> Outcome:
    """Do a draw from wherever it stands: declines, sealing, opening, a conflict at sign-in, sealing anew, closing."""
    known = preparing.draws(station.desk)
    live = station.load(known[0][0] if known else station.prepare())
    while live.record.step is not Step.CLOSED:
        if live.record.step is Step.OPENED and live.record.openings == 1:
            opening.vacate_after_opening(live, live.open_list(), {"2": "conflict"}, "签到时发现")
        go_on(live, station.cast, answer, until=Step.OPENED)
        if live.record.step is Step.OPENED and live.record.openings == 2:
            go_on(live, station.cast, until=Step.CLOSED)
    return outcome_of(live)


def outcome_of(live: LiveDraw) -> Outcome:
    record = live.record
    return Outcome(record.certificate_payload, record.ceremony_payload, tuple(record.rounds), seats(live.open_list()))


def cut_and_resume(home: Path, point: int) -> tuple[DrawRecord, Outcome]:
    """Cut a draw at a point, start anew; return the record as it was at the cut, and the outcome."""
    station = SmallStation.make(home)
    fuse = Fuse(point)
    with armed(fuse):
        try:
            whole_draw(station)
            raise AssertionError("there is no such point")
        except Cut:
            pass
    station.close()
    again = SmallStation.open(home, seed="started anew", clock=station.clock)
    again.desk.journal.verify()
    known = preparing.draws(again.desk)
    record = known[0][1] if known else DrawRecord()
    outcome = whole_draw(again)
    again.desk.journal.verify()
    assert len(preparing.draws(again.desk)) == 1
    assert again.files() == ["list-1.box", "list-2.box"]
    again.close()
    return record, outcome


def points() -> int:
    """How many points the uncut draw passes; set by `reference`."""
    return _COUNTED[0]


_COUNTED = [0]


def reference(home: Path) -> Outcome:
    """Do the same draw without a cut."""
    station, fuse = SmallStation.make(home), Fuse(-1)
    with armed(fuse):
        found = whole_draw(station)
    _COUNTED[0] = fuse.passed
    station.close()
    return found
