"""Small parts of every page: labels by role, states, the seal, the six steps, rules, buttons by role."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.desktop import faces
from app.desktop.drawviews import QuotaView
from app.desktop.look import Look
from app.desktop.shapes import Shape, paint

STEPS: Final = ("Register", "Freeze", "Draw", "Notify", "Seal", "Open")


def label(look: Look, text: str, role: str = "body", tone: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label in a role and a tone (`second`, `hint`, `warning`, `met`, `sealed`)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(look.font(role))
    made.setProperty("tone", tone)
    made.setWordWrap(wrap)
    if not wrap:
        made.setFixedHeight(max(look.px(faces.ROLES[role].line), QFontMetrics(made.font()).height()))
    return made


def rule(strength: str = "line") -> QFrame:
    """Return a horizontal hairline, `line` or `strong`."""
    made = QFrame()
    made.setProperty("rule", strength)
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return made


def button(look: Look, text: str, role: str = "plain", key: str = "") -> QPushButton:
    """Return a button: `plain`, `primary` (the act of the page), `heavy`, `link`, `nav`; its verb is its name."""
    made = QPushButton(text)
    made.setFont(look.font({"primary": "primary"}.get(role, "body")))
    made.setProperty("role", role)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.setAutoDefault(False)
    made.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)  # a verb is never cut
    if key:
        made.setShortcut(key)
    return made


def set_ready(act: QPushButton, ready: bool) -> None:
    """Fill the page's act, or outline it; both can be pressed."""
    act.setProperty("ready", "true" if ready else "false")
    act.style().unpolish(act)
    act.style().polish(act)


def row(*things: QWidget | int | None, gap: int = 0) -> QHBoxLayout:
    """Lay things out in a row: a number is space of that many pixels, None takes what is left."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    _fill(made, things)
    return made


def column(*things: QWidget | int | None, gap: int = 0) -> QVBoxLayout:
    """Lay things out in a column: a number is space of that many pixels, None takes what is left."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    _fill(made, things)
    return made


def _fill(layout: QHBoxLayout | QVBoxLayout, things: Sequence[QWidget | int | None]) -> None:
    for thing in things:
        if thing is None:
            layout.addStretch(1)
        elif isinstance(thing, int):
            layout.addSpacing(thing)
        else:
            layout.addWidget(thing)


class Mark(QWidget):
    """A state's shape, of a size on the drawing board (16, 20, 28, 30); the word beside it says the same."""

    def __init__(self, look: Look, shape: Shape, size: int = 20) -> None:
        super().__init__()
        self._look, self._shape = look, shape
        self.setFixedSize(look.px(size), look.px(size))

    def show_shape(self, shape: Shape) -> None:
        """Show another state."""
        self._shape = shape
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint the shape."""
        painter = QPainter(self)
        paint(painter, self._shape, QRectF(self.rect()), self._look.theme)
        painter.end()


class Elided(QLabel):
    """A line that gives way: cut in its middle where there is no room; its whole text is its description."""

    def __init__(self, look: Look, role: str, tone: str) -> None:
        super().__init__()
        self.setFont(look.font(role))
        self.setProperty("tone", tone)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        self.setText(metrics.elidedText(self._whole, Qt.TextElideMode.ElideMiddle, max(self.width(), 1)))


class Beside(QWidget):
    """Two things beside each other where there is room, else one under the other."""

    def __init__(self, look: Look, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._left, self._right, self._gap = left, right, look.px(24)
        self._box = row(left, right, gap=self._gap)
        self._box.setStretch(0, 1)
        self.setLayout(self._box)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the wider one: the other may stand below."""
        left, right = self._left.minimumSizeHint(), self._right.minimumSize()
        return QSize(max(left.width(), right.width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand beside or below."""
        wide = self._left.minimumSizeHint().width() + self._gap + self._right.minimumWidth()
        fits = self.width() >= wide
        self._box.setDirection(QHBoxLayout.Direction.LeftToRight if fits else QHBoxLayout.Direction.TopToBottom)
        super().resizeEvent(event)


class State(QWidget):
    """A shape and its word in the shape's colour, and a second sentence behind it."""

    def __init__(
        self, look: Look, shape: Shape, word: str, rest: str = "", role: str = "body-bold", *, stacked: bool = False
    ) -> None:
        super().__init__()
        self._look, self._role = look, role
        self._mark = Mark(look, shape, 30 if role == "state" else 20)
        self._word, self._rest = label(look, word, role), Elided(look, "caption", "second")
        if stacked:
            line = row(self._mark, look.px(8))
            line.addLayout(column(None, self._word, self._rest, None), 1)
        else:
            line = row(self._mark, look.px(8), self._word, look.px(12), self._rest)
            line.setStretch(4, 1)
        self.setLayout(line)
        self.show_state(shape, word, rest)

    def show_state(self, shape: Shape, word: str, rest: str = "") -> None:
        """Show another state."""
        self._mark.show_shape(shape)
        self._mark.setVisible(bool(word))
        self._word.setText(word)
        self._word.setStyleSheet(f"color: {self._look.theme.hex(_word_token(shape))}")
        self._rest.show_text(rest)
        self._rest.setVisible(bool(rest))
        self.setAccessibleName(" ".join(part for part in (word, rest) if part))


def _word_token(shape: Shape) -> str:
    return "seal-ink" if shape is Shape.SEALED else shape.token


class Seal(Mark):
    """The seal; appears in one frame, as a stamp does."""

    def __init__(self, look: Look, size: int = 48) -> None:
        super().__init__(look, Shape.SEALED, size)
        self.setAccessibleName(look.say("Sealed"))


class Steps(QWidget):
    """The six steps of a draw, of which one is at hand; they can't be clicked."""

    def __init__(self, look: Look, at: int, *, sealed: bool = False) -> None:
        super().__init__()
        self._look, self._at, self._sealed = look, at, sealed
        self._words = [look.say(step) for step in STEPS]
        plain, bold = look.font("caption"), look.font("caption-bold")
        widths = [QFontMetrics(bold if n == at else plain).horizontalAdvance(w) for n, w in enumerate(self._words)]
        self._widths = widths
        self._dot, self._gap, self._line = look.px(12), look.px(6), look.px(20)
        self._folded = False
        self.setFixedSize(self._width(), look.px(24))
        here = self._words[at] if 0 <= at < len(self._words) else ""
        self.setAccessibleName(look.say("Step {number} of 6: {step}", number=at + 1, step=here))

    def _shown(self, number: int) -> int:
        """Return how wide a step's word is as it is shown; folded, only the one at hand has its word."""
        return self._gap + self._widths[number] if number == self._at or not self._folded else 0

    def _width(self) -> int:
        words = sum(self._dot + self._shown(number) for number in range(len(self._widths)))
        return words + (len(self._widths) - 1) * (self._line + 2 * self._look.px(8)) + self._look.px(2)

    def whole_width(self) -> int:
        """Return the width with every word."""
        gaps = (len(self._widths) - 1) * (self._line + 2 * self._look.px(8)) + self._look.px(2)
        return sum(self._widths) + len(self._widths) * (self._dot + self._gap) + gaps

    def fold(self, folded: bool) -> None:
        """Show the word of the step at hand alone, where there is no room for all."""
        if folded is not self._folded:
            self._folded = folded
            self.setFixedWidth(self._width())
            self.update()

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint dots, words and the lines between."""
        painter, x, middle = QPainter(self), 0.0, self.height() / 2
        for number, word in enumerate(self._words):
            x = self._paint_step(painter, number, word, x, middle)
            if number + 1 < len(self._words):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setPen(QPen(self._look.theme.colour("line-strong"), 1))
                start = x + self._look.px(8)
                painter.drawLine(QPointF(start, middle), QPointF(start + self._line, middle))
                x = start + self._line + self._look.px(8)
        painter.end()

    def _paint_step(self, painter: QPainter, number: int, word: str, x: float, middle: float) -> float:
        theme = self._look.theme
        here, done = number == self._at, number < self._at
        is_seal = self._sealed and number == STEPS.index("Seal")
        token = "seal-ink" if is_seal else "ink" if here else "ink-2" if done else "ink-3"
        colour = theme.colour(token)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot = QRectF(x, middle - self._dot / 2, self._dot, self._dot).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(colour, self._look.px(3) if here else 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_seal:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("seal"))
            painter.drawRoundedRect(dot, 2, 2)
        elif done:
            painter.setBrush(colour)
            painter.drawEllipse(dot)
        else:
            inset = self._look.px(1.5) if here else 0.5
            painter.drawEllipse(dot.adjusted(inset, inset, -inset, -inset))
        if not self._shown(number):
            return x + self._dot
        painter.setFont(self._font(here or is_seal))
        painter.setPen(colour)
        text = QRectF(x + self._dot + self._gap, 0, self._widths[number] + 8, self.height())
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, word)
        return x + self._dot + self._gap + self._widths[number]

    def _font(self, bold: bool) -> QFont:
        return self._look.font("caption-bold" if bold else "caption")


def top_mark(look: Look, mark: Mark, words: QLabel) -> QHBoxLayout:
    """Return a sentence that may wrap, with its shape beside the first line."""
    held = QWidget()
    held.setLayout(column(look.px(2), mark, None))
    made = row(held, look.px(8), words)
    made.setStretch(2, 1)
    made.setContentsMargins(0, look.px(4), 0, look.px(4))
    return made


def quota_line(look: Look, quota: QuotaView) -> QVBoxLayout:
    """Return one quota as a row under a hairline."""
    words = look.say("{count} experts, {reserves} in reserve", count=quota.count, reserves=quota.reserves)
    code = label(look, quota.specialty, "body-bold")
    code.setMinimumWidth(look.px((quota.name and 72) or 140))
    number = label(look, str(quota.number), "body", "hint")
    line = row(number, look.px(16), code, look.px(16))
    if quota.name:
        name = label(look, quota.name, "body-bold")
        name.setMinimumWidth(look.px(220))
        line.addWidget(name)
        line.addSpacing(look.px(16))
    line.addWidget(label(look, words))
    line.addStretch(1)
    line.addWidget(label(look, quota.site, "body", "second"))
    line.setContentsMargins(0, look.px(10), 0, look.px(10))
    made = column(rule())
    made.addLayout(line)
    return made


def centred(widget: QWidget) -> QWidget:
    """Return a widget that holds another in its middle."""
    made = QWidget()
    made.setLayout(row(None, widget, None))
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, layouts in it too."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
            inner.deleteLater()
