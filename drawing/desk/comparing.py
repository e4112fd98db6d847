"""The dice compared: each witness says, before anything is revealed, whether the row shown is what they threw.

Order: all dice are in; their rows are shown; each witness answers, durably; once every last answer is yes the sources
are revealed (`drawing.desk.seeding.seed`).  A no stops there: its row is looked at again, or its dice are replaced.
The answers stand in the station's journal beside the draw's own entries (`docs/formats/ceremony.md`, *Compared*).
"""

from typing import Final

from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError
from drawing.steps import Step
from vault.jsontext import JsonValue, Reader
from vault.roles import Act

COMPARED: Final = "dice.compared"


class DiceDisputedError(DrawingError):
    """A witness says that a row isn't what they threw."""

    code = "drawing.dice.disputed"
    what = "The witness {witness} says that the row shown is not that of the slip."
    kept = "This answer stands in the journal. Nothing is revealed, and no round can be opened."
    todo = (
        "Take the slip and compare once more, with: fengqian resume. "
        "If the row is wrong, replace the dice of this witness, with: fengqian replace; or end the draw: fengqian abort"
    )


class NotComparedError(DrawingError):
    """The sources would be revealed before every witness has confirmed their row."""

    code = "drawing.dice.not_compared"
    what = "Not every witness has confirmed the row of dice: {witnesses}."
    kept = "Nothing is revealed, and no round can be opened."
    todo = "Show the rows and ask each witness, with: fengqian resume"


def not_confirmed(live: LiveDraw) -> tuple[str, ...]:
    """Return the witnesses whose last answer in this generation isn't yes, in their order."""
    generation, agreed = live.record.fixed().generation, dict[str, bool]()
    for entry in live.station.journal.entries(subject=_subject(live)):
        body = Reader(entry.body)
        if body.integer("generation", 1) == generation:
            agreed[body.text("witness")] = body.boolean("agrees")
    return tuple(name for name in live.record.frozen().witnesses if not agreed.get(name, False))


def note_comparison(live: LiveDraw, witness: str, *, agrees: bool) -> None:
    """Journal a witness's answer before it has its effect.

    Raises:
        StepRefusedError: unless all dice are in and none is revealed.
        DiceDisputedError: for a no, once it is journaled.
    """
    live.record.require("Comparing the dice", Step.FIXED)
    if witness not in live.record.frozen().witnesses or witness not in live.record.dice:
        live.record.require(f"The comparison of {witness}", Step.NEW)
    live.present.allow(Act.RUN_CEREMONY, Act.APPROVE_SOURCE)
    body: dict[str, JsonValue] = {"generation": live.record.fixed().generation, "witness": witness, "agrees": agrees}
    live.station.journal.append(COMPARED, _subject(live), body, live.present.keyids)
    if not agrees:
        raise DiceDisputedError(witness=witness)


def require_compared(live: LiveDraw) -> None:
    """Refuse to go on while a witness hasn't confirmed their row.

    Raises:
        NotComparedError: naming them.
    """
    missing = not_confirmed(live)
    if missing:
        raise NotComparedError(witnesses=missing)


def _subject(live: LiveDraw) -> str:
    return f"{live.draw}/dice"
