"""How many draws a station has begun: those in its journal, and those that a restore lost and a medium remembered.

Each begun draw has used up a ceremony number and a serial, whether the journal still knows of it or not.
"""

from collections.abc import Iterator
from datetime import datetime

from vault.journal import Journal
from vault.journalentry import INCARNATION_STARTED
from vault.jsontext import Reader


def begun(journal: Journal) -> Iterator[datetime]:
    """Return a time for each draw: when it was registered, or, of a lost one, when the station began anew after it."""
    drawn = [(entry.index, entry.at) for entry in journal.entries(kind="draw.prepared")]
    number = 0
    for entry in journal.entries(kind=INCARNATION_STARTED):
        before = [at for index, at in drawn if index < entry.index]
        drawn = drawn[len(before) :]
        yield from before
        number += len(before)
        reader = Reader(entry.body)
        remembered = reader.integer("ceremony") if reader.has("ceremony") else 0
        yield from [entry.at] * (remembered - number)
        number = max(number, remembered)
    yield from (at for _, at in drawn)


def ceremonies_of(journal: Journal) -> int:
    """Return how many draws the station has begun."""
    return sum(1 for _ in begun(journal))
