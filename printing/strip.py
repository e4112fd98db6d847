"""Code strips for level B: the code of one round on a third of an A4 page, to be cut, folded and sealed.

A strip has three panels of 70 mm.  The right one folds over the middle one, printed face inside; the left one folds
behind, so that its face is the outside.  Printed on one side, the code is then covered on both sides.  The middle panel
carries the 52 base32 characters in 13 numbered groups of four, the right one the QR code.  A strip is a secret until
its round: paper is protected by custody.
"""

import re
from dataclasses import dataclass
from typing import Final

from printing.errors import UnprintableValueError
from printing.fonts import house_fonts
from printing.lines import Style, elided, wrapped
from printing.phrases import Language, Wording, Words
from printing.qr import code_text
from printing.sheet import A4, CAPTION, INK, INK_3, LINE, MM, SMALL, Sheet

STRIPS_A_PAGE: Final = 3
_CODE: Final = re.compile("[A-Z2-7]{52}")
_HEIGHT: Final = 99 * MM
_PANEL: Final = 70 * MM
_EDGE: Final = 9 * MM
_GROUP: Final = Style("mono", 15.5, 18, bold=True)
_ROUND: Final = Style("serif", 19, 26, bold=True)


@dataclass(frozen=True, slots=True)
class CodeStrip:
    """The code of one round, as 52 base32 characters."""

    round_number: int
    code: str

    def __repr__(self) -> str:
        return f"CodeStrip(round_number={self.round_number}, code=…)"


@dataclass(frozen=True, slots=True)
class StripsData:
    """Strips to print, and whose they are: `ceremony` is the draw's number, `made_on` names the other machine."""

    centre: str
    ceremony: str
    made_on: str
    strips: tuple[CodeStrip, ...]


def make_strips(data: StripsData, wording: Wording, language: Language = "zh") -> bytes:
    """Return the strips as PDF, three on an A4 page.

    Raises:
        UnprintableValueError: where a code isn't 52 base32 characters.
        MissingGlyphError: where no face has a character.
    """
    words = Words(wording, language)
    if not all(_CODE.fullmatch(strip.code) for strip in data.strips):
        raise UnprintableValueError(field="code", form="52 characters of base32")
    title = words.say("Code strip")
    sheet = Sheet(house_fonts(), A4, language=language)
    sheet.describe(title, data.centre, data.ceremony)
    for index, strip in enumerate(data.strips):
        place = index % STRIPS_A_PAGE
        if index and place == 0:
            sheet.next_page()
        _strip(sheet, place * _HEIGHT, strip, data, words)
    return sheet.finish()


def _strip(sheet: Sheet, top: float, strip: CodeStrip, data: StripsData, words: Words) -> None:
    for fold in (_PANEL, 2 * _PANEL):
        for start, end in ((top, top + 3 * MM), (top + _HEIGHT - 3 * MM, top + _HEIGHT)):
            sheet.line((fold, start), (fold, end), 0.5, INK_3)
    if top:
        sheet.line((0, top), (sheet.width, top), 0.5, LINE, (3, 3))
    _outside(sheet, top, strip, data, words)
    _groups(sheet, top, strip, words)
    _symbol(sheet, top, strip, words)


def _outside(sheet: Sheet, top: float, strip: CodeStrip, data: StripsData, words: Words) -> None:
    band = 9 * MM
    sheet.strip(_PANEL - band - 4 * MM, top + 4 * MM, band, _HEIGHT - 8 * MM)
    reach = _PANEL - band - 4 * MM - _EDGE - 4 * MM
    y = top + 17 * MM
    for text, style in (
        (words.say("Code strip"), SMALL),
        (words.say("Round {number}", number=strip.round_number), _ROUND),
    ):
        sheet.text(_EDGE, y, text, style)
        y += 24
    y += 4
    for label, value in (
        (words.say("Draw serial"), data.ceremony),
        (words.say("Centre"), data.centre),
        (words.say("Made on"), data.made_on),
    ):
        sheet.text(_EDGE, y, label, CAPTION)
        for line in elided(value, SMALL, reach, sheet.fonts, most=2):
            y += 12.5
            sheet.text(_EDGE, y, line, SMALL.in_colour(INK))
        y += 19
    note = words.say("Break the seal only when this round opens.")
    lines = wrapped(note, CAPTION, reach, sheet.fonts)
    for number, line in enumerate(lines):
        sheet.text(_EDGE, top + _HEIGHT - 9 * MM - (len(lines) - 1 - number) * CAPTION.leading, line, CAPTION)


def _groups(sheet: Sheet, top: float, strip: CodeStrip, words: Words) -> None:
    left, columns = _PANEL + _EDGE, 3
    pitch, room = 10.0, _PANEL - 2 * _EDGE
    sheet.text(left, top + 17 * MM, words.say("Code of round {number}", number=strip.round_number), SMALL)
    for index in range(13):
        row, column = divmod(index, columns)
        x = left + column * (room - 4 * pitch) / (columns - 1)
        y = top + 29 * MM + row * 33
        sheet.spread(x, y, strip.code[4 * index : 4 * index + 4], _GROUP, pitch)
        sheet.rule(x, x + 4 * pitch, y + 4.5)
        sheet.text(x + 2 * pitch, y + 13.5, str(index + 1), CAPTION, "centre")


def _symbol(sheet: Sheet, top: float, strip: CodeStrip, words: Words) -> None:
    size = 50 * MM
    x = 2 * _PANEL + (_PANEL - size) / 2
    sheet.qr(x, top + 20 * MM, size, code_text(strip.round_number, strip.code))
    caption = words.say("Round {number}", number=strip.round_number)
    sheet.text(2 * _PANEL + _PANEL / 2, top + 77 * MM, caption, SMALL, "centre")
