"""A document that flows down its pages: head, fields, paragraphs, tables, lines for signatures, foot with page x of y.

A document is a function over a `Flow`.  `compose` runs it twice, first to count the pages, then to set them, so that
every foot can say how many there are.  Nothing is cut off and nothing overlaps: what doesn't fit goes to the next
page, a table repeats its head there, and a row taller than a page is divided between lines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from printing.fonts import Fonts, house_fonts
from printing.lines import Style, elided, wrapped
from printing.phrases import Words
from printing.sheet import (
    A4,
    BODY,
    CAPTION,
    CELL,
    INK,
    INK_2,
    LABEL,
    MM,
    SECTION,
    SMALL,
    TITLE,
    WATERMARK,
    Align,
    Sheet,
)

LEFT: Final = 24 * MM
RIGHT: Final = 20 * MM
TOP: Final = 20 * MM
BOTTOM: Final = 22 * MM
_FOOT: Final = 15 * MM
_LABEL_WIDTH: Final = 31 * MM
_PAD: Final = 5.0
_SIGNATURE_GUTTER: Final = 8 * MM


@dataclass(frozen=True, slots=True)
class Paper:
    """What all pages of a document share."""

    title: str
    centre: str
    serial: str
    words: Words
    right: float = RIGHT
    watermark: str = ""
    watermark_note: str = ""
    seal: str = ""  # "", "whole" or "opened"


@dataclass(frozen=True, slots=True)
class Field:
    """A label with its value: one paragraph or several, each beginning on a line of its own."""

    label: str
    paragraphs: tuple[str, ...]
    style: Style = BODY


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column: its head, its share of the width, how its cells are set."""

    title: str
    share: float
    align: Align = "left"
    style: Style = CELL


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with a second, smaller paragraph, or with a weight of its own."""

    text: str
    note: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[tuple[tuple[str, Style], ...], ...]
    smallest: float = 0.0

    def height(self) -> float:
        tallest = max(sum(style.leading for _, style in lines) for lines in self.cells)
        return max(tallest + 2 * _PAD, self.smallest)


@dataclass(slots=True)
class Flow:
    """The place on the page where the next thing goes."""

    paper: Paper
    sheet: Sheet
    total: int
    page: int = 1
    y: float = 0.0
    heads: list[Callable[[], None]] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Return the left edge of the text, in points."""
        return LEFT

    @property
    def right(self) -> float:
        """Return the right edge of the text, in points."""
        return self.sheet.width - self.paper.right

    @property
    def width(self) -> float:
        """Return the width of the text, in points."""
        return self.right - self.left

    @property
    def end(self) -> float:
        """Return the lowest y that text may reach."""
        return self.sheet.height - BOTTOM

    def begin(self) -> None:
        """Set the whole head, with the document's title."""
        self._ground()
        paper, sheet = self.paper, self.sheet
        mark = 13 * MM
        reach = self.width - (mark + 6 * MM if paper.seal else 0)
        self.y = TOP
        for line in wrapped(paper.centre, SMALL, reach, sheet.fonts):
            sheet.text(self.left, self.y + 8, line, SMALL)
            self.y += SMALL.leading
        self.y += 5
        for line in wrapped(paper.title, TITLE, reach, sheet.fonts):
            sheet.text(self.left, self.y + 24, line, TITLE)
            self.y += TITLE.leading
        if paper.seal:
            sheet.seal(self.right - mark, TOP, mark, opened=paper.seal == "opened")
        self.y += 7
        sheet.rule(self.left, self.right, self.y, 1.0, INK)
        self.y += 12

    def _ground(self) -> None:
        """Set what lies under and at the foot of every page."""
        paper, sheet, words = self.paper, self.sheet, self.paper.words
        if paper.watermark:
            middle = (sheet.width / 2, sheet.height / 2)
            size = min(96.0, 0.8 * sheet.width / max(sheet.text_width(paper.watermark, Style("serif", 1, 1)), 1))
            sheet.turned(*middle, paper.watermark, Style("serif", size, size, colour=WATERMARK), 32)
        foot = sheet.height - _FOOT
        sheet.rule(self.left, self.right, foot)
        count = words.say("Page {page} of {total}", page=self.page, total=self.total or self.page)
        sheet.text(self.right, foot + 13, count, CAPTION, "right")
        reach = self.width - sheet.text_width(count, CAPTION) - 12
        said = words.joined(paper.title, paper.watermark_note, paper.serial)
        for number, line in enumerate(elided(said, CAPTION, reach, sheet.fonts, most=2)):
            sheet.text(self.left, foot + 13 + number * 10, line, CAPTION)

    def next_page(self) -> None:
        """Go to the top of a new page, and set there the heads that repeat."""
        self.sheet.next_page()
        self.page += 1
        self._ground()
        self.y = TOP
        for head in self.heads:
            head()

    def next_part(self) -> None:
        """Go to the top of a new page that stands by itself elsewhere: with the whole head again."""
        self.sheet.next_page()
        self.page += 1
        self.begin()

    def need(self, height: float) -> None:
        """Go to a new page where less than `height` points are left on this one."""
        if self.y + height > self.end and self.y > TOP + 60:
            self.next_page()

    def gap(self, height: float) -> None:
        """Leave white space."""
        self.y += height

    def paragraph(self, text: str, style: Style = BODY, *, indent: float = 0.0, width: float = 0.0) -> None:
        """Set running text, `indent` points in, at most `width` points wide."""
        for line in wrapped(text, style, width or self.width - indent, self.sheet.fonts):
            self.need(style.leading)
            self.sheet.text(self.left + indent, self.y + style.leading * 0.72, line, style)
            self.y += style.leading

    def section(self, title: str, aside: str = "", *, keep: float = 50.0) -> None:
        """Set a section's head, with a remark at the right, and keep it with the next `keep` points."""
        self.gap(18)
        self.need(SECTION.leading + keep)
        lines = wrapped(title, SECTION, self.width, self.sheet.fonts)
        for line in lines:
            self.sheet.text(self.left, self.y + 14, line, SECTION)
            self.y += SECTION.leading
        if aside:
            room = self.width - self.sheet.text_width(lines[-1], SECTION) - 16
            if self.sheet.text_width(aside, CAPTION) <= room:
                self.sheet.text(self.right, self.y - SECTION.leading + 14, aside, CAPTION, "right")
            else:
                self.paragraph(aside, CAPTION)
        self.gap(4)

    def fields(self, fields: Sequence[Field | tuple[str, str]]) -> None:
        """Set labels and their values in two columns; a long value goes on below itself."""
        fonts, reach = self.sheet.fonts, self.width - _LABEL_WIDTH
        for given in fields:
            one = given if isinstance(given, Field) else Field(given[0], (given[1],))
            labels = wrapped(one.label, LABEL, _LABEL_WIDTH - 8, fonts)
            values = [line for paragraph in one.paragraphs for line in wrapped(paragraph, one.style, reach, fonts)]
            for number in range(max(len(labels), len(values))):
                self.need(one.style.leading)
                base = self.y + one.style.leading * 0.72
                if number < len(labels):
                    self.sheet.text(self.left, base, labels[number], LABEL)
                if number < len(values):
                    self.sheet.text(self.left + _LABEL_WIDTH, base, values[number], one.style)
                self.y += one.style.leading
            self.y += 3

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str | Cell]],
        *,
        row_height: float = 0.0,
        behind: float = 0.0,
    ) -> None:
        """Set a table without a grid: head, then rows parted by hairlines; the head repeats on each page.

        Its last two rows stay with each other and with the `behind` points that follow the table.
        """
        edges = self._edges(columns)

        def head() -> None:
            titles = tuple(
                tuple((line, CAPTION) for line in wrapped(column.title, CAPTION, edges[n][1] - edges[n][0], fonts))
                for n, column in enumerate(columns)
            )
            row = _Row(titles)
            self._draw_row(columns, edges, row, 0, 99)
            self.y += row.height()
            self.sheet.rule(self.left, self.right, self.y, 0.75, INK_2)

        fonts = self.sheet.fonts
        self.need(60)
        head()
        self.heads.append(head)
        built = [self._row(columns, edges, cells, row_height) for cells in rows]
        for number, row in enumerate(built):
            if number == max(0, len(built) - 2):
                self._keep_end(built[number:], behind)
            self._set_row(columns, edges, row)
        self.heads.remove(head)

    def _keep_end(self, rows: Sequence[_Row], behind: float) -> None:
        height = sum(row.height() for row in rows) + behind
        if height <= (self.end - TOP) / 2:
            self.need(height)

    def _edges(self, columns: Sequence[Column]) -> list[tuple[float, float]]:
        whole, gutter = sum(column.share for column in columns), 8.0
        usable = self.width - gutter * (len(columns) - 1)
        edges, x = [], self.left
        for column in columns:
            edges.append((x, x + usable * column.share / whole))
            x = edges[-1][1] + gutter
        return edges

    def _row(
        self,
        columns: Sequence[Column],
        edges: Sequence[tuple[float, float]],
        cells: Sequence[str | Cell],
        smallest: float,
    ) -> _Row:
        fonts, built = self.sheet.fonts, []
        for column, (x0, x1), given in zip(columns, edges, cells, strict=True):
            cell = given if isinstance(given, Cell) else Cell(given)
            style = column.style.in_bold() if cell.bold else column.style
            lines = [(line, style) for line in wrapped(cell.text, style, x1 - x0, fonts)]
            if cell.note:
                lines += [(line, CAPTION) for line in wrapped(cell.note, CAPTION, x1 - x0, fonts)]
            built.append(tuple(lines))
        return _Row(tuple(built), smallest)

    def _set_row(self, columns: Sequence[Column], edges: Sequence[tuple[float, float]], row: _Row) -> None:
        if self.y + row.height() > self.end:
            if self.y > TOP + 80 and row.height() <= self.end - TOP - 40:
                self.next_page()
            while self.y + row.height() > self.end:
                row = self._set_part(columns, edges, row)
        self._draw_row(columns, edges, row, 0, len(max(row.cells, key=len)))
        self.y += row.height()
        self.sheet.rule(self.left, self.right, self.y)

    def _set_part(self, columns: Sequence[Column], edges: Sequence[tuple[float, float]], row: _Row) -> _Row:
        """Set as many lines of a too tall row as the page takes; return the rest of it for the next page."""
        fit = max(1, int((self.end - self.y - 2 * _PAD) / max(column.style.leading for column in columns)))
        self._draw_row(columns, edges, row, 0, fit)
        self.next_page()
        return _Row(tuple(lines[fit:] for lines in row.cells))

    def _draw_row(
        self, columns: Sequence[Column], edges: Sequence[tuple[float, float]], row: _Row, first: int, last: int
    ) -> None:
        for column, (x0, x1), lines in zip(columns, edges, row.cells, strict=True):
            x = {"left": x0, "centre": (x0 + x1) / 2, "right": x1}[column.align]
            y = self.y + _PAD
            if row.smallest:
                y = self.y + max(_PAD, (row.height() - sum(style.leading for _, style in lines)) / 2)
            for line, style in lines[first:last]:
                self.sheet.text(x, y + style.leading * 0.74, line, style, column.align)
                y += style.leading

    def signatures_height(self, signers: Sequence[str], *, height: float = 15 * MM) -> float:
        """Return how many points `signatures` takes."""
        return sum(self._signature_room(row, self._signature_width(signers), height) for row in _abreast(signers))

    def _signature_width(self, signers: Sequence[str]) -> float:
        most = max((len(row) for row in _abreast(signers)), default=1)
        return (self.width - _SIGNATURE_GUTTER * (max(most, 2) - 1)) / max(most, 2)

    def _signature_room(self, row: Sequence[str], width: float, height: float) -> float:
        lines = max(len(wrapped(signer, SMALL, width, self.sheet.fonts)) for signer in row)
        return lines * SMALL.leading + height

    def signatures(self, signers: Sequence[str], *, height: float = 15 * MM) -> None:
        """Draw a line for each signer's signature and its date, two beside each other, or just three."""
        width, date = self._signature_width(signers), self.paper.words.say("Date")
        written = max(width * 0.36, 62.0)
        for row in _abreast(signers):
            room = self._signature_room(row, width, height)
            self.need(room)
            foot = self.y + room - 12
            for number, signer in enumerate(row):
                x = self.left + number * (width + _SIGNATURE_GUTTER)
                for index, line in enumerate(wrapped(signer, SMALL, width, self.sheet.fonts)):
                    self.sheet.text(x, self.y + 10 + index * SMALL.leading, line, SMALL)
                self.sheet.rule(x, x + width, foot, 0.75, INK)
                self.sheet.text(x + width - written, foot - 4, date, CAPTION)
            self.y += room


def _abreast(signers: Sequence[str]) -> list[Sequence[str]]:
    across = 3 if len(signers) == 3 else 2
    return [signers[start : start + across] for start in range(0, len(signers), across)]


def compose(paper: Paper, draw: Callable[[Flow], None], *, fonts: Fonts | None = None) -> bytes:
    """Set a document on A4 and return its PDF: the same bytes for the same values.

    Raises:
        MissingGlyphError: where no face has a character of it.
    """
    faces = fonts or house_fonts()
    counted = _run(paper, draw, faces, 0)
    flow = _run(paper, draw, faces, counted.page)
    return flow.sheet.finish()


def _run(paper: Paper, draw: Callable[[Flow], None], fonts: Fonts, total: int) -> Flow:
    sheet = Sheet(fonts, A4, language=paper.words.language)
    sheet.describe(paper.title, paper.centre, paper.serial)
    flow = Flow(paper, sheet, total)
    flow.begin()
    draw(flow)
    return flow
