"""Reads finished pages back: their text, and where each character stands."""

import ctypes
from dataclasses import dataclass, replace

import pypdfium2
from pypdfium2 import raw

WATERMARK_SIZE = 40.0


@dataclass(frozen=True)
class Char:
    """A character and its box, in points from the lower left corner."""

    text: str
    size: float
    left: float
    bottom: float
    right: float
    top: float


def texts(document: bytes) -> list[str]:
    """Return the text of each page, line breaks taken out."""
    with pypdfium2.PdfDocument(document) as pdf:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in pdf]


def text(document: bytes) -> str:
    """Return the whole text without white space."""
    return "".join(texts(document))


def chars(document: bytes) -> list[list[Char]]:
    """Return the visible characters of each page with their ink's boxes."""
    with pypdfium2.PdfDocument(document) as pdf:
        return [_chars(page.get_textpage()) for page in pdf]


def _chars(page: pypdfium2.PdfTextPage) -> list[Char]:
    found: list[Char] = []
    for index in range(page.count_chars()):
        code = raw.FPDFText_GetUnicode(page, index)
        if raw.FPDFText_IsGenerated(page, index) or code in (0, 32, 0x3000):
            continue
        size = raw.FPDFText_GetFontSize(page, index)
        if 0xDC00 <= code < 0xE000:  # the second half of a character beyond U+FFFF
            found[-1] = replace(
                found[-1], text=(found[-1].text + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16")
            )
        else:
            found.append(Char(chr(code), size, *_box(page, index)))
    return found


def _box(page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(page, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def overlaps(page: list[Char]) -> list[tuple[Char, Char]]:
    """Return pairs of characters whose ink overlaps by a twentieth of their size, the watermark left out."""
    ink = sorted((c for c in page if c.size < WATERMARK_SIZE), key=lambda c: c.left)
    pairs = []
    for index, one in enumerate(ink):
        slack = max(0.7, one.size / 20)
        for other in ink[index + 1 :]:
            if other.left >= one.right - slack:
                break
            if min(one.top, other.top) - max(one.bottom, other.bottom) > slack:
                pairs.append((one, other))
    return pairs
