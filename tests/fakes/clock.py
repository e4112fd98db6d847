"""A clock that tests turn themselves."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


class SteadyClock:
    """Begins at `start` and goes on by `step` with each reading."""

    def __init__(self, start: datetime = START, step: timedelta = timedelta(seconds=1)) -> None:
        self.moment = start
        self.step = step

    def now(self) -> datetime:
        """Return the time, then go on by one step."""
        moment = self.moment
        self.moment += self.step
        return moment

    def advance(self, span: timedelta) -> None:
        """Go on by `span` (back, where it is negative)."""
        self.moment += span
