"""The lock-out that grows: how often a PIN was wrong in a row, and until when nobody may try.

Order: the try is counted and made durable, then the PIN is looked at, then a success sets the count back.  So a program
killed in between has used up a try.  After the third wrong one in a row come 30 seconds, doubling with each up to an
hour.  The present is the later of the clock and the latest time in the record, so a clock turned back shortens nothing.
A record that is missing or unreadable counts as the worst: an hour from now.

Left out: who may write the folder can put back an older record.  Against them stands the pepper in the system's vault,
and against those who have that too, nothing but the length of the PIN.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vault.clock import Clock
from vault.errors import MalformedRecordError, VaultError
from vault.files import FileMissingError, FileTooLongError, read_limited, write_atomic
from vault.jsontext import Reader, dumps
from vault.times import to_text

FREE_TRIES: Final = 3
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=1)
_MOST: Final = 1_000_000
_LONGEST_RECORD: Final = 4096
_one_at_a_time = threading.Lock()


class LockedOutError(VaultError):
    """Too many wrong tries in a row; nobody may try before a time."""

    code = "vault.lockout.waiting"
    what = "Too many wrong tries in a row. The next try is possible at {until}, in {seconds} seconds."
    todo = "Wait until then. If it wasn't you who tried, tell the supervisor."


def wait_after(failures: int) -> timedelta:
    """Return how long nobody may try after `failures` wrong tries in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures - FREE_TRIES, 12)))


@dataclass(frozen=True, slots=True)
class _Record:
    failures: int
    seen: datetime
    until: datetime

    @classmethod
    def parse(cls, data: bytes) -> "_Record":
        reader = Reader.of(data, limit=_LONGEST_RECORD)
        reader.integer("v", 1, 1)
        record = cls(reader.integer("failures", 0, _MOST), reader.time("seen"), reader.time("until"))
        reader.end()
        if record.until - record.seen != wait_after(record.failures):
            raise MalformedRecordError(where="$.until", problem="not what follows from the rest")
        return record

    def to_bytes(self) -> bytes:
        return dumps({"v": 1, "failures": self.failures, "seen": to_text(self.seen), "until": to_text(self.until)})


class Lockout:
    """The record of wrong tries of one person, in one small file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def start(self) -> None:
        """Begin with no wrong try.

        Raises:
            DiskFullError, FileUnwritableError, ClockTurnedError: as the file and the clock have it.
        """
        with _one_at_a_time:
            now = self._clock.now()
            self._write(_Record(0, now, now))

    def count_try(self) -> None:
        """Count one more try, durably, before anybody looks at the PIN.

        Raises:
            LockedOutError: where the wait isn't over; this doesn't count.
            DiskFullError, FileUnwritableError, FileUnreadableError, ClockTurnedError: by file and clock.
        """
        with _one_at_a_time:
            record = self._read()
            now = max(self._clock.now(), record.seen)
            if now < record.until:
                left = record.until - now
                raise LockedOutError(until=to_text(record.until), seconds=-(-left // timedelta(seconds=1)))
            failures = min(record.failures + 1, _MOST)
            self._write(_Record(failures, now, now + wait_after(failures)))

    def succeed(self) -> None:
        """Set the count back after a right PIN; the latest time seen stays.

        Raises:
            DiskFullError, FileUnwritableError, FileUnreadableError, ClockTurnedError: by file and clock.
        """
        with _one_at_a_time:
            now = max(self._clock.now(), self._read().seen)
            self._write(_Record(0, now, now))

    def _read(self) -> _Record:
        try:
            return _Record.parse(read_limited(self._path, _LONGEST_RECORD))
        except (MalformedRecordError, FileMissingError, FileTooLongError):
            now = self._clock.now()
            worst = _Record(_MOST, now, now + LONGEST_WAIT)
            self._write(worst)
            return worst

    def _write(self, record: _Record) -> None:
        write_atomic(self._path, record.to_bytes())
