"""What the page of the calls shows while they go on: each slot's moment, never a name or a number."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from drawing.notice.keypad import Outcome
from drawing.notice.line import CallState

if TYPE_CHECKING:
    from app.desktop.drawviews import DrawView
    from app.estimate import Estimate

TALKING: Final = (CallState.DIALLING, CallState.RINGING, CallState.ANSWERED, CallState.CHOSEN)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a slot's call stands: since when it is dialled, the how-manieth it is, and how it ended, if it has."""

    state: CallState
    dialled: datetime
    number: int
    outcome: Outcome | None = None
    again_at: datetime | None = None

    @property
    def is_talking(self) -> bool:
        """Say whether a line is in use."""
        return self.state in TALKING


@dataclass(frozen=True, slots=True)
class CallingView:
    """A draw that is being filled, at the station's time `now`; `running` while calls may be made."""

    draw: "DrawView"
    now: datetime
    moments: tuple[tuple[str, Moment], ...] = ()
    capacity: int = 0
    running: bool = False
    stopping: bool = False
    estimate: "Estimate | None" = None

    @property
    def talking(self) -> int:
        """Return how many lines are in use."""
        return sum(moment.is_talking for _, moment in self.moments)

    def longest_wait(self) -> timedelta:
        """Return how long the earliest of the calls that are made again waits, nothing where none does."""
        waits = [moment.again_at - self.now for _, moment in self.moments if moment.again_at is not None]
        return max(min(waits, default=timedelta(0)), timedelta(0))
