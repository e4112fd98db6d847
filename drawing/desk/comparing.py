"""The dice compared: each witness says, before anything is revealed, whether the row shown is what they threw.

Order: all dice are in; their rows are shown; each witness answers, durably; once every last answer is yes the sources
are revealed (`drawing.desk.seeding.seed`).  A no stops there: its row is looked at again, or its dice are replaced.
Each answer is a step of the draw, and stands in its transcript (`docs/formats/ceremony.md`, *Compared*).
"""

from drawing.desk.awaiting import WitnessNotAwaitedError, require_all_dice
from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError
from drawing.steps import Step
from vault.jsontext import JsonValue
from vault.roles import Act


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


def note_comparison(live: LiveDraw, witness: str, *, agrees: bool) -> None:
    """Journal a witness's answer before it has its effect.

    Raises:
        StepRefusedError: unless the sources are fixed and none is revealed.
        WitnessNotAwaitedError: for somebody who isn't a witness of this draw.
        DiceMissingError: before all dice are in.
        DiceDisputedError: for a no, once it is journaled.
    """
    live.record.require("Comparing the dice", Step.FIXED)
    if witness not in live.record.frozen().witnesses:
        raise WitnessNotAwaitedError(witness=witness)
    require_all_dice(live)
    live.present.allow(Act.RUN_CEREMONY, Act.APPROVE_SOURCE)
    answer: dict[str, JsonValue] = {"generation": live.record.fixed().generation, "witness": witness, "agrees": agrees}
    live.write("draw.compared", answer)
    if not agrees:
        raise DiceDisputedError(witness=witness)


def require_compared(live: LiveDraw) -> None:
    """Refuse to go on while a witness hasn't confirmed their row.

    Raises:
        NotComparedError: naming them.
    """
    missing = live.record.not_confirmed()
    if missing:
        raise NotComparedError(witnesses=missing)
