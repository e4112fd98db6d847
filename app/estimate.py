"""How long the calling may still take: a range, from how long this station's last calls took; never a promise."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from drawing.signedstep import step_of
from vault.journal import Journal
from vault.jsontext import Reader

BASIS, LEAST = 20, 5  # as many of the last calls as are looked at, and as few as say nothing yet
_LOOKED_AT: Final = 2000
_LONGEST: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Estimate:
    """From `low` to `high` minutes, by the last `basis` calls."""

    low: int
    high: int
    basis: int


def recent_calls(journal: Journal) -> tuple[timedelta, ...]:
    """Return how long the last calls that were answered took, from dialling to the answer, the oldest first.

    Only the journal's last entries are looked at, so that a long journal costs no more than a short one.
    """
    start = max(journal.size - _LOOKED_AT, 0)
    dialled: dict[tuple[str, str], datetime] = {}
    found: list[tuple[datetime, timedelta]] = []
    entries = [*journal.entries(kind="draw.called", start=start), *journal.entries(kind="draw.answered", start=start)]
    for entry in sorted(entries, key=lambda one: one.index):
        body = Reader(step_of(entry)[0].body)
        key = (entry.subject, body.text("slot"))
        if entry.kind == "draw.called":
            dialled[key] = entry.at
        elif key in dialled:
            took = (body.time("answered_at") if body.has("answered_at") else entry.at) - dialled.pop(key)
            if timedelta(0) <= took <= _LONGEST:
                found.append((entry.at, took))
    return tuple(took for _, took in found[-BASIS:])


def estimate(waiting: int, capacity: int, calls: Sequence[timedelta], not_before: timedelta) -> Estimate | None:
    """Return the range for so many people still to be told on so many lines, or None where too few calls are known.

    The low end takes a quick call a wave, the high end a slow one and a wave more, for somebody who declines.
    `not_before` is how long the earliest call that is made again still waits at most.
    """
    if len(calls) < LEAST or not waiting:
        return None
    took = sorted(calls)
    quick, slow = took[len(took) // 4], took[(3 * len(took)) // 4]
    waves = ceil(waiting / max(capacity, 1))
    low, high = max(waves * quick, not_before), max((waves + 1) * slow, not_before + slow)
    minute = timedelta(minutes=1)
    least = max(ceil(low / minute), 1)
    return Estimate(least, max(ceil(high / minute), least + 1), len(calls))
