"""The family of the room that sets paper: every refusal of printing is one of these."""

from vault.errors import FengqianError


class PrintingError(FengqianError):
    """The family of printing."""

    code = "printing"


class MissingGlyphError(PrintingError):
    """No face of the house has this character, and a box in its place would be a silent fault in a name."""

    code = "printing.glyph.missing"
    what = "No typeface here has the character {character}."
    kept = "Nothing was printed, and no copy was numbered."
    todo = "Write down the character's code and ask IT for a typeface that has it; the record itself stays as it is."


class UnprintableValueError(PrintingError):
    """A value doesn't have the form that its document gives it."""

    code = "printing.value.unprintable"
    what = "The document can't be set: {field} is not {form}."
    kept = "Nothing was printed, and no copy was numbered."
    todo = "Ask IT: the program handed a wrong value to the printer's desk."
