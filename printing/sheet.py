"""One sheet of paper under the pen: text, hairlines, squares, the seal, QR codes.

Measures are points from the sheet's top left corner; y grows downward, and text stands on its baseline.  Ink on paper:
the colours are those of the house, and vermilion is the seal's alone.  Bold is the regular outline with a thin stroke
of its own colour, because the faces bring one weight.
"""

import io
from collections.abc import Sequence
from typing import Any, Final, Literal

from reportlab.pdfgen.canvas import Canvas

from printing.fonts import Fonts
from printing.lines import Style, tidy
from printing.qr import QUIET_ZONE, dark_runs, modules

MM: Final = 72 / 25.4
A4: Final = (210 * MM, 297 * MM)

INK: Final = "#1D1C19"
INK_2: Final = "#4F4C45"
INK_3: Final = "#6A665C"
LINE: Final = "#BDB6A6"
SEAL: Final = "#B5342A"
WHITE: Final = "#FFFFFF"
WATERMARK: Final = "#EBEBEA"  # ink at 9 % on white

HAIRLINE: Final = 0.5
_STROKE_OF_BOLD: Final = {"sans": 0.027, "serif": 0.026, "mono": 0.030}

TITLE: Final = Style("serif", 24, 32, bold=True)
SECTION: Final = Style("serif", 13, 20, bold=True)
BODY: Final = Style("sans", 10.5, 17)
SMALL: Final = Style("sans", 9, 14, colour=INK_2)
LABEL: Final = Style("sans", 9, 17, colour=INK_3)
CELL: Final = Style("sans", 9.5, 14)
MONO: Final = Style("mono", 10.5, 17)
CAPTION: Final = Style("sans", 8, 12, colour=INK_3)

Align = Literal["left", "centre", "right"]


class Sheet:
    """A canvas of one or more pages of one size."""

    def __init__(self, fonts: Fonts, size: tuple[float, float], *, language: str) -> None:
        self.fonts = fonts
        self.width, self.height = size
        self._stream = io.BytesIO()
        self._canvas: Any = Canvas(
            self._stream,
            pagesize=size,
            invariant=1,
            pageCompression=1,
            initialFontName="FengqianSans",  # type: ignore[arg-type]  # the stubs call a name a float
            lang="zh-CN" if language == "zh" else "en",
        )

    def describe(self, title: str, author: str, subject: str) -> None:
        """Name the document in its properties; no person's name belongs there."""
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("Fengqian")

    def next_page(self) -> None:
        """End the page and begin another."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """End the last page and return the PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._stream.getvalue()

    def text_width(self, text: str, style: Style) -> float:
        """Return the width in points of `text` in `style`."""
        return self.fonts.width(tidy(text), style.face, style.size)

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """Set one line on the baseline `y`; `x` is its left end, its middle or its right end.

        Raises:
            MissingGlyphError: where no face has a character.
        """
        line = tidy(text)
        if align != "left":
            x -= self.text_width(line, style) * (1 if align == "right" else 0.5)
        pen = self._canvas.beginText(x, self.height - y)
        self._canvas.saveState()
        self._canvas.setFillColor(style.colour)
        if style.bold:
            self._canvas.setStrokeColor(style.colour)
            self._canvas.setLineWidth(style.size * _STROKE_OF_BOLD[style.face])
            self._canvas.setLineJoin(1)
            pen.setTextRenderMode(2)
        for font, run in self.fonts.runs(line, style.face):
            pen.setFont(font, style.size)
            pen.textOut(run)
        self._canvas.drawText(pen)
        self._canvas.restoreState()

    def spread(self, x: float, y: float, text: str, style: Style, pitch: float) -> None:
        """Set each character in the middle of a cell `pitch` points wide, as figures to be copied by hand."""
        for index, char in enumerate(text):
            self.text(x + (index + 0.5) * pitch, y, char, style, "centre")

    def turned(self, x: float, y: float, text: str, style: Style, degrees: float) -> None:
        """Set one line turned about its middle at (x, y)."""
        self._canvas.saveState()
        self._canvas.translate(x, self.height - y)
        self._canvas.rotate(degrees)
        self._canvas.translate(0, -self.height)
        self.text(0, style.size * 0.36, text, style, "centre")
        self._canvas.restoreState()

    def rule(self, x0: float, x1: float, y: float, weight: float = HAIRLINE, colour: str = LINE) -> None:
        """Draw a level line."""
        self.line((x0, y), (x1, y), weight, colour)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        weight: float = HAIRLINE,
        colour: str = LINE,
        dashes: Sequence[float] = (),
    ) -> None:
        """Draw a straight line."""
        self._canvas.saveState()
        self._canvas.setStrokeColor(colour)
        self._canvas.setLineWidth(weight)
        self._canvas.setDash(list(dashes))
        self._canvas.line(start[0], self.height - start[1], end[0], self.height - end[1])
        self._canvas.restoreState()

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = "", edge: str = "") -> None:
        """Draw a rectangle whose top left corner is (x, y)."""
        self._canvas.saveState()
        self._canvas.setLineWidth(HAIRLINE + 0.25)
        self._canvas.setFillColor(fill or WHITE)
        self._canvas.setStrokeColor(edge or INK)
        self._canvas.rect(x, self.height - y - height, width, height, stroke=int(bool(edge)), fill=int(bool(fill)))
        self._canvas.restoreState()

    def seal(self, x: float, y: float, size: float, *, opened: bool = False) -> None:
        """Draw the seal mark; an opened seal is cut through."""
        self._canvas.saveState()
        self._canvas.setFillColor(SEAL)
        self._canvas.roundRect(x, self.height - y - size, size, size, size / 12, stroke=0, fill=1)
        self._canvas.restoreState()
        style = Style("serif", size * 0.68, size, bold=True, colour=WHITE)
        self.text(x + size / 2, y + size * 0.745, "封", style, "centre")
        if opened:
            self.line((x - 1, y + size * 0.80), (x + size + 1, y + size * 0.30), size * 0.09, WHITE)

    def strip(self, x: float, y: float, width: float, height: float) -> None:
        """Draw the paper strip over the envelope: vermilion, 密 above 封."""
        self.box(x, y, width, height, fill=SEAL)
        style = Style("serif", width * 0.56, width, bold=True, colour=WHITE)
        middle = y + height / 2
        self.text(x + width / 2, middle - width * 0.55, "密", style, "centre")
        self.text(x + width / 2, middle + width * 0.97, "封", style, "centre")

    def qr(self, x: float, y: float, size: float, text: str) -> None:
        """Draw a QR code in a square of `size` points, its quiet zone of four modules within."""
        rows = modules(text)
        unit = size / (len(rows) + 2 * QUIET_ZONE)
        self.box(x, y, size, size, fill=WHITE)
        self._canvas.saveState()
        self._canvas.setFillColor(INK)
        path = self._canvas.beginPath()
        for row, column, length in dark_runs(rows):
            left, top = x + (QUIET_ZONE + column) * unit, y + (QUIET_ZONE + row) * unit
            path.rect(left, self.height - top - unit, length * unit, unit)
        self._canvas.drawPath(path, stroke=0, fill=1)
        self._canvas.restoreState()
