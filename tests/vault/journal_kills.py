"""Writes journals in children of its own and has each killed at a point: `journal_kills.py FOLDER POINT…`.

A point is `commit:N`, `sync:N` (before and after each of them) or `step:N` (inside the database's own machine).  Each
child works in FOLDER/POINT and notes every entry there, in `acknowledged`, as soon as `append` has returned.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from tests.fakes.clock import SteadyClock
from tests.vault.old_databases import KEY, ORIGIN, SIGNER, STATION
from vault import database, files
from vault.database import migrate, open_engine, writing
from vault.journal import Journal


class Fuse:
    """Kills the process when it has been passed `left` times."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self) -> int:
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0


def work(folder: Path, kind: str, count: int) -> None:
    """Append, export and commit rows beside entries until the fuse burns down."""
    folder.mkdir()
    engine = open_engine(folder / "station.db", KEY)
    with writing(engine) as connection:
        migrate(connection)
        connection.exec_driver_sql("CREATE TABLE room_row (entry INTEGER PRIMARY KEY)")
    arm(kind, Fuse(count), engine)
    journal = Journal(engine, ORIGIN, STATION, SteadyClock(), SIGNER)
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT)
    for number in range(24):
        with writing(engine) as connection:
            entry = journal.append("draw.noted", f"d{number % 3}", {"text": "x" * 400}, connection=connection)
            connection.exec_driver_sql("INSERT INTO room_row VALUES (?)", (entry.index,))
        os.write(acknowledged, b"+")
        if number % 4 == 0:
            journal.export(folder / "journal.txt")
            files.write_atomic(folder / "head", journal.checkpoint())
    os._exit(3)


def arm(kind: str, fuse: Fuse, engine: Engine) -> None:
    """Lay the fuse at its kind of points."""
    real_commit, real_sync = database.commit, files.sync

    def commit(connection: Connection) -> None:
        fuse()
        real_commit(connection)
        fuse()

    def sync(descriptor: int) -> None:
        fuse()
        real_sync(descriptor)
        fuse()

    if kind == "commit":
        database.commit = commit
    elif kind == "sync":
        files.sync = sync
    else:
        event.listen(engine, "connect", lambda driver, _record: driver.set_progress_handler(fuse, 1))
        engine.dispose()


def main(folder: Path, points: list[str]) -> int:
    """Run a child for each point, one after the other; say how many weren't killed."""
    alive = 0
    for point in points:
        kind, _, count = point.partition(":")
        child = os.fork()
        if child == 0:
            work(folder / point, kind, int(count))
        _, status = os.waitpid(child, 0)
        alive += not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL)
    return alive


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
