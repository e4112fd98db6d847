"""Text into lines: styles, and where a line of Chinese, figures and Latin may break.

Chinese breaks between any two characters, except that closing marks never begin a line and opening marks never end one;
a Latin word or a number holds together unless it is longer than a whole line.  Every kind of white space in a value
becomes one space; an ideographic space stays, because it separates peers.  No line is wider than its measure.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from printing.fonts import Face, Fonts

_CLOSING: Final = frozenset("，。、；：！？）》」』】〉〕”’％%)]},.;:!?…—·")
_OPENING: Final = frozenset("（《「『【〈〔“‘([{")
_WHITE: Final = re.compile(r"[^\S\u3000]+")


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set: face, size and line height in points, weight, colour (`#RRGGBB`)."""

    face: Face
    size: float
    leading: float
    bold: bool = False
    colour: str = "#1D1C19"

    def in_colour(self, colour: str) -> "Style":
        """Return the same style in another colour."""
        return replace(self, colour=colour)

    def in_bold(self) -> "Style":
        """Return the same style in bold."""
        return replace(self, bold=True)


def tidy(text: str) -> str:
    """Return `text` in NFC, its white space made single spaces."""
    return _WHITE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def wrapped(text: str, style: Style, width: float, fonts: Fonts) -> list[str]:
    """Break `text` into lines of at most `width` points; an empty text is one empty line.

    Raises:
        MissingGlyphError: where no face has a character.
    """
    lines, line, used = [], "", 0.0
    for piece in _pieces(tidy(text), style, width, fonts):
        advance = fonts.width(piece, style.face, style.size)
        bare = fonts.width(piece.rstrip(), style.face, style.size)
        if line and used + bare > width:
            lines.append(line.rstrip())
            line, used = "", 0.0
            piece = piece.lstrip()
            advance = fonts.width(piece, style.face, style.size)
        line += piece
        used += advance
    return [*lines, line.rstrip()]


def elided(text: str, style: Style, width: float, fonts: Fonts, *, most: int) -> list[str]:
    """Break `text` into at most `most` lines; where that leaves something out, the last line ends with `…`."""
    lines = wrapped(text, style, width, fonts)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and fonts.width(last + "…", style.face, style.size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last + "…"]


def _pieces(text: str, style: Style, width: float, fonts: Fonts) -> Iterator[str]:
    """Yield the parts of `text` that hold together, none wider than `width` unless it is one character."""
    for piece in _unbroken(text):
        if fonts.width(piece.rstrip(), style.face, style.size) <= width:
            yield piece
        else:
            yield from piece


def _unbroken(text: str) -> Iterator[str]:
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _CLOSING or before in _OPENING:
        return False
    if before.isspace():
        return True
    return _is_wide(before) or _is_wide(after) or before == "-"


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" or char in _CLOSING - frozenset("%)]},.;:!?—·…")
