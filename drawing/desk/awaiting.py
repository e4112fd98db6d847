"""Of whom something is awaited while the sources are fixed: dice, and then a word on the row that is shown."""

from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError


class WitnessNotAwaitedError(DrawingError):
    """Dice of somebody who isn't a witness of this draw, or whose dice are in; or the answer of no witness of it."""

    code = "drawing.dice.not_awaited"
    what = "No dice and no answer of {witness} are awaited now."
    kept = "The entries that are in are kept."
    todo = "Enter the dice of a witness of this draw whose entry is still missing, or let its witnesses compare."


class DiceMissingError(DrawingError):
    """The rows were to be compared, or the sources revealed, before every witness's dice are in."""

    code = "drawing.dice.missing"
    what = "The dice of {witnesses} are not in yet."
    kept = "Nothing was revealed; the entries that are in are kept."
    todo = "Let each of them throw and enter their dice first."


def require_all_dice(live: LiveDraw) -> None:
    """Refuse to go on while a witness's dice are missing.

    Raises:
        DiceMissingError: naming them.
    """
    missing = live.record.missing_dice()
    if missing:
        raise DiceMissingError(witnesses=", ".join(missing))
