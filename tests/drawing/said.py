"""What a draw's journal entries say, out of their signed steps."""

from typing import Any

from drawing.signedstep import step_of
from tests.drawing.desk.station import SmallStation
from vault.journalentry import Entry


def steps_of(station: SmallStation, **filters: Any) -> list[Entry]:
    """Return the draw entries of a station's journal, each with its step's own body."""
    return [step_of(entry)[0] for entry in station.desk.journal.entries(**filters) if entry.kind.startswith("draw.")]
