"""State shapes, drawn on a grid of 20 units: shape, then word, then colour; in grey print they still differ."""

from collections.abc import Callable
from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from app.desktop.faces import font
from app.desktop.theme import Theme

GRID: Final = 20.0
_WHOLE: Final = QRectF(2, 2, 16, 16)


class Shape(Enum):
    """What a shape says."""

    DONE = auto()
    CALLING = auto()
    PARTLY = auto()
    REFUSED = auto()
    UNREACHED = auto()
    WAITING = auto()
    WARNING = auto()
    STOP = auto()
    SEALED = auto()
    MET = auto()
    LOCKED = auto()
    UNLOCKED = auto()

    @property
    def token(self) -> str:
        """Return the token of the colour in which the shape, and mostly its word, stands."""
        return _TOKENS.get(self, "ink-2")


_TOKENS: Final = {
    Shape.DONE: "jade",
    Shape.MET: "jade",
    Shape.CALLING: "amber",
    Shape.PARTLY: "amber",
    Shape.WARNING: "amber",
    Shape.WAITING: "ink-3",
    Shape.STOP: "ink",
    Shape.SEALED: "seal",
}


def paint(painter: QPainter, shape: Shape, area: QRectF, theme: Theme) -> None:
    """Paint a shape into a square area; the painter is left as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / GRID, area.height() / GRID)
    colour = theme.colour(shape.token)
    painter.setPen(QPen(colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _DRAWN[shape](painter, colour, theme)
    painter.restore()


def _done(painter: QPainter, colour: QColor, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    painter.drawEllipse(_WHOLE)
    _tick(painter, theme.colour("on-jade"), 2.0)


def _met(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    path = QPainterPath(QPointF(3.5, 10.5))
    path.lineTo(8, 15)
    path.lineTo(16.5, 5.5)
    painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
    painter.drawPath(path)


def _tick(painter: QPainter, colour: QColor, width: float) -> None:
    path = QPainterPath(QPointF(6.2, 10.3))
    path.lineTo(9, 13)
    path.lineTo(13.8, 7.6)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(path)


def _calling(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    painter.drawEllipse(_WHOLE.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.setBrush(QBrush(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(10, 10), 3.6, 3.6)


def _partly(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    ring = _WHOLE.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawEllipse(ring)
    painter.setBrush(QBrush(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawPie(ring, 90 * 16, 180 * 16)


def _refused(painter: QPainter, _colour: QColor, _theme: Theme) -> None:
    painter.drawEllipse(_WHOLE.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.drawLine(QPointF(4.9, 15.1), QPointF(15.1, 4.9))


def _unreached(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    pen = QPen(colour, 1.8, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([2.0, 1.6])
    painter.setPen(pen)
    painter.drawEllipse(_WHOLE.adjusted(0.5, 0.5, -0.5, -0.5))


def _waiting(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    painter.setPen(QPen(colour, 1.2))
    painter.drawEllipse(_WHOLE.adjusted(0.5, 0.5, -0.5, -0.5))


def _warning(painter: QPainter, colour: QColor, _theme: Theme) -> None:
    painter.drawPolygon(QPolygonF([QPointF(10, 2.6), QPointF(18.2, 17), QPointF(1.8, 17)]))
    painter.drawLine(QPointF(10, 7.8), QPointF(10, 11.8))
    painter.setBrush(QBrush(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(10, 14.3), 1.1, 1.1)


def _stop(painter: QPainter, colour: QColor, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.fillRect(_WHOLE, colour)
    painter.fillRect(QRectF(5, 8.6, 10, 2.8), theme.colour("paper"))


def _sealed(painter: QPainter, colour: QColor, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(colour))
    painter.drawRoundedRect(QRectF(0, 0, GRID, GRID), GRID / 12, GRID / 12)
    glyph = QPainterPath()
    face = font("title", Theme())
    face.setPixelSize(int(GRID * 10))
    glyph.addText(0, 0, face, "封")
    found = glyph.boundingRect()
    painter.translate(GRID / 2, GRID / 2)
    painter.scale(0.066, 0.066)
    painter.translate(-found.center())
    painter.fillPath(glyph, theme.colour("on-seal"))


def _lock(shackle: Callable[[QPainterPath], None]) -> Callable[[QPainter, QColor, Theme], None]:
    def draw(painter: QPainter, colour: QColor, _theme: Theme) -> None:
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawRoundedRect(QRectF(4, 9, 12, 8.5), 1.2, 1.2)
        path = QPainterPath()
        shackle(path)
        painter.drawPath(path)

    return draw


def _closed(path: QPainterPath) -> None:
    path.moveTo(6.5, 9)
    path.lineTo(6.5, 6.5)
    path.arcTo(QRectF(6.5, 3, 7, 7), 180, -180)
    path.lineTo(13.5, 9)


def _open(path: QPainterPath) -> None:
    path.moveTo(6.5, 9)
    path.lineTo(6.5, 6)
    path.arcTo(QRectF(6.5, 2.5, 7, 7), 180, -160)


_DRAWN: Final[dict[Shape, Callable[[QPainter, QColor, Theme], None]]] = {
    Shape.DONE: _done,
    Shape.CALLING: _calling,
    Shape.PARTLY: _partly,
    Shape.REFUSED: _refused,
    Shape.UNREACHED: _unreached,
    Shape.WAITING: _waiting,
    Shape.WARNING: _warning,
    Shape.STOP: _stop,
    Shape.SEALED: _sealed,
    Shape.MET: _met,
    Shape.LOCKED: _lock(_closed),
    Shape.UNLOCKED: _lock(_open),
}
