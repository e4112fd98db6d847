"""The port through which time comes in, and the clock that refuses to be turned.

`SystemClock` refuses a time before its floor (the journal's last entry) and, while it runs, a wall clock that leaves
the steady clock by over five seconds; the steady clock counts sleep too.  Small corrections are taken: while the wall
is behind what was already given out, time stands still, so it never goes back.

Left out: a forward change made while the program is off can't be seen, and we say so.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from vault.errors import VaultError
from vault.times import to_text

JUMP: Final = timedelta(seconds=5)
_SLEW: Final = 500e-6
_BOOT_CLOCK: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class ClockTurnedError(VaultError):
    """The computer's clock was turned, or stands before what is already written."""

    code = "vault.clock.turned"
    what = "The computer's clock can't be right: it reads {wall}, but {expected} has already been."
    todo = "Set the clock to the right time and start the program again; tell the supervisor."


class Clock(Protocol):
    """A source of the present time."""

    def now(self) -> datetime:
        """Return the time now: aware, UTC, whole milliseconds."""
        ...


def steady_seconds() -> float:
    """Return seconds since some fixed moment, sleep included; nobody can set this clock."""
    if _BOOT_CLOCK is not None:
        return time.clock_gettime(_BOOT_CLOCK)
    return time.monotonic()  # pragma: no cover


def wall_time() -> datetime:
    """Return the computer's own idea of the time."""
    return datetime.now(UTC)


class SystemClock:
    """The computer's clock, watched against the steady clock and a floor."""

    def __init__(
        self,
        floor: datetime,
        *,
        wall: Callable[[], datetime] = wall_time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._floor = floor
        self._first_wall = wall()
        self._first_steady = steady()
        self._last = datetime.min.replace(tzinfo=UTC)

    def set_floor(self, floor: datetime) -> None:
        """Raise the floor to `floor`; it never sinks."""
        self._floor = max(self._floor, floor)

    def now(self) -> datetime:
        """Return the time now: aware, UTC, whole milliseconds, never before what it returned last.

        Raises:
            ClockTurnedError: where the wall clock is before the floor, or jumped by over five seconds while this ran
                (and 500 parts in a million more, by which a clock may lawfully be slewed).
        """
        wall = self._wall()
        elapsed = timedelta(seconds=self._steady() - self._first_steady)
        expected = self._first_wall + elapsed
        if abs(wall - expected) > JUMP + elapsed * _SLEW:
            raise ClockTurnedError(wall=to_text(wall), expected=to_text(expected))
        if wall < self._floor and self._last < self._floor:
            raise ClockTurnedError(wall=to_text(wall), expected=to_text(self._floor))
        self._last = max(self._last, wall.replace(microsecond=wall.microsecond // 1000 * 1000))
        return self._last
