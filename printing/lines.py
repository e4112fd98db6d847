"""Text into lines: styles, and where a line of Chinese, figures and Latin may break.

Chinese breaks between any two characters, except that closing marks never begin a line and opening marks never end one.
Held together, unless longer than a whole line: a Latin word, a number with its unit (11 月), the parts of a name with a
middle dot, and words that read badly in two (有限公司).  Of all ways to break into as few lines as the text needs, that
one is taken whose lines are filled most evenly and whose last line isn't an orphan of one or two characters.  Every
kind of white space in a value becomes one space; an ideographic space stays, because it separates peers, and a line
likes best to end there.  No line is wider than its measure.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from printing.fonts import Face, Fonts

_CLOSING: Final = frozenset("，。、；：！？）》」』】〉〕〗”’％%‰℃°)]},.;:!?…—～·")
_OPENING: Final = frozenset("（《「『【〈〔〖“‘([{")
_WHITE: Final = re.compile(r"[^\S\u3000]+")
_HAN: Final = r"[\u3400-\u9fff\U00020000-\U0003ffff]"
_DOTTED_NAME: Final = re.compile(rf"(?<!{_HAN})({_HAN}{{1,12}}·)+{_HAN}{{1,12}}(?!{_HAN})")
_WHOLE: Final = re.compile(
    r"第 ?\d+ ?[\u4e00-\u9fff]|第[一二三四五六七八九十百]{1,6}(?:条|款|项|章|节|分公司|分院)|（[^（）]{1,5}）"
    r"|\d[\d.,:]* ?(?:评标室|会议室|年|月|日|时|分|秒|楼|层|室|号|级|人|名|位|条|份|页|组|轮|项|次|个|版|万|元|倍)"
    r"|有限责任公司|股份有限公司|集团有限公司|有限公司|责任公司|集团公司|分公司|子公司"
    r"|研究院|研究所|设计院|委员会|管理局|建设局|管理中心|交易中心|分中心|评标室|会议室|身份证|核验|项目|摘要|签字|抽取|评标|投标|招标"
)
_ORPHAN: Final = 2.2
"""The width in characters up to which a last line is an orphan: two characters; marks behind them don't count."""
_ORPHAN_COST: Final = 400.0
_PEERS_COST: Final = -0.01


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
    pieces = list(_pieces(tidy(text), style, width, fonts))
    ends = _breaks(pieces, style, width, fonts)
    return ["".join(pieces[first:last]).strip() for first, last in zip([0, *ends], [*ends, len(pieces)], strict=True)]


def _breaks(pieces: Sequence[str], style: Style, width: float, fonts: Fonts) -> list[int]:
    """Return the pieces before which a new line begins: the fewest lines, then the least cost of their white space."""
    full = [fonts.width(piece, style.face, style.size) for piece in pieces]
    bare = [fonts.width(piece.rstrip(), style.face, style.size) for piece in pieces]
    marks = sum(fonts.width(mark, style.face, style.size) for mark in _marks_behind(pieces))
    best: list[tuple[int, float, int]] = [(0, 0.0, 0)]
    for last in range(1, len(pieces) + 1):
        found: list[tuple[int, float, int]] = []
        used = 0.0
        for first in range(last - 1, -1, -1):
            line = used + bare[last - 1] if first == last - 1 else used + full[first]
            used = line
            if line > width and first < last - 1:
                break
            if last < len(pieces):
                cost = _PEERS_COST if _parts_peers(pieces, last) else ((width - line) / style.size) ** 2
            else:
                cost = _ORPHAN_COST if first and line - marks <= _ORPHAN * style.size else 0.0
            found.append((best[first][0] + 1, best[first][1] + cost, -first))
        best.append(min(found))
    ends, place = [], len(pieces)
    while place and (place := -best[place][2]):
        ends.append(place)
    return ends[::-1]


def _parts_peers(pieces: Sequence[str], place: int) -> bool:
    """Say whether peers are parted before a piece: by their space, or by a comma before something Chinese."""
    before, after = pieces[place - 1], pieces[place]
    return before.endswith("\u3000") or (before.endswith(", ") and _is_wide(after[0]))


def _marks_behind(pieces: Sequence[str]) -> str:
    text = "".join(pieces[-4:]).rstrip()
    return text[len(text.rstrip("".join(_CLOSING))) :]


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
            continue
        for part in re.findall(r"[^-_/]+[-_/]*\s*|[-_/]+\s*", piece):
            if fonts.width(part.rstrip(), style.face, style.size) <= width:
                yield part
            else:
                yield from part


def _unbroken(text: str) -> Iterator[str]:
    held, piece = _held(text), ""
    for place, char in enumerate(text):
        if piece and place not in held and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _held(text: str) -> set[int]:
    """Return the places before which no line may begin, because a word or a part of a name goes on there."""
    held: set[int] = set()
    for found in _WHOLE.finditer(text):
        held.update(range(found.start() + 1, found.end()))
    for found in _DOTTED_NAME.finditer(text):
        held.update(place for place in range(found.start() + 1, found.end()) if text[place - 1] != "·")
    return held


def _may_break(before: str, after: str) -> bool:
    if after.isspace() or after in _CLOSING or before in _OPENING:
        return False
    if before.isspace():
        return True
    return _is_wide(before) or _is_wide(after)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF" or char in _CLOSING - frozenset("%)]},.;:!?—…")
