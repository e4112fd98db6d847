"""What stands for slots while people are called: tiles in the order of the slots, and a bar of a segment a slot.

Shape, then word, then colour.  What a tile says is worked out by `words_of` from values alone; nothing in it is a name,
a number, or why somebody declined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.desktop.callviews import Moment
from app.desktop.drawviews import SlotView
from app.desktop.look import Look
from app.desktop.parts import Elided, Mark, State, button, column, label, row, rule
from app.desktop.shapes import Shape
from app.wording import CHINA_TIME
from drawing.desk.callstory import PROMOTED, VACATED, PastSeat
from drawing.notice.line import CallState
from drawing.steps import CONFIRMED, PENDING

TALL, LOW, WIDE, MOST_ACROSS = 170, 80, 300, 3
DOING: Final = {
    CallState.DIALLING: "Dialling",
    CallState.RINGING: "It rings",
    CallState.ANSWERED: "The message plays",
    CallState.CHOSEN: "A key was pressed and is asked for again",
}
LEFT: Final = {
    VACATED: "fell free",
    PROMOTED: "moved up",
    "no_answer": "not answered",
    "hung_up": "hung up",
    "wrong_number": "wrong number",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a tile says: the state, a second line, its past in one line, and whether somebody works on it."""

    shape: Shape
    word: str
    detail: str = ""
    past: str = ""
    past_shape: Shape | None = None
    is_at_work: bool = False

    @property
    def is_settled(self) -> bool:
        """Say whether the tile steps back."""
        return self.shape is Shape.DONE


def words_of(look: Look, slot: SlotView, moment: Moment | None) -> Words:
    """Return what a slot's tile says."""
    story = slot.story
    if slot.state == CONFIRMED:
        past = look.say("answered at {time}", time=_clock(story.answered)) if story.answered else ""
        before = _past(look, story.past)
        if past and before:
            past = look.say("{first}; {second}", first=past, second=before)
        return Words(Shape.DONE, look.say("Confirmed"), _answer(look, slot), past or before)
    if slot.state != PENDING:
        if story.past:
            return Words(
                Shape.REFUSED, _state(_ended(look, story.past[-1])), look.say("waits for the next round"),
                _past(look, story.past), _shape_of(story.past),
            )  # fmt: skip
        return Words(Shape.WAITING, look.say("Vacant"))
    before, shape = _past(look, story.past), _shape_of(story.past)
    if moment is not None and moment.is_talking:
        doing = look.say("{doing}, call {number}", doing=look.say(DOING[moment.state]), number=moment.number)
        return Words(Shape.CALLING, look.say("Being called"), doing, before, shape, is_at_work=True)
    if moment is not None and moment.outcome is not None and not moment.outcome.is_answer:
        again = look.say("again at {time}", time=_clock(moment.again_at)) if moment.again_at else ""
        so_far = look.say("{count} calls so far", count=len(story.calls))
        calls = look.say("{first}; {second}", first=again, second=so_far) if again else so_far
        times = look.say(", ").join(_clock(at) for at in story.calls)
        told = look.say("called at {times}", times=times)
        word = _state(look.say(LEFT.get(moment.outcome.value, moment.outcome.value)))
        return Words(Shape.UNREACHED, word, calls, told, Shape.UNREACHED)
    if story.calls:
        told = look.say("{count} calls so far", count=slot.attempts)
        return Words(Shape.UNREACHED, look.say("Not reached yet"), told, before, shape)
    if moment is not None:
        return Words(Shape.WAITING, look.say("Waits"), look.say("for a free line"), before, shape)
    return Words(Shape.WAITING, look.say("Waits for the call"), "", before, shape)


def _answer(look: Look, slot: SlotView) -> str:
    story = slot.story
    if story.by_hand:
        return look.say("notified by hand; two people keyed the answer")
    if story.answered is None or not story.calls:
        return ""
    seconds = round((story.answered - story.calls[-1]).total_seconds())
    if not story.keys:
        return look.say("{seconds} s from dialling to the answer", seconds=seconds)
    return look.say("keys {keys}, {seconds} s from dialling to the answer", keys=" ".join(story.keys), seconds=seconds)


def _past(look: Look, past: Sequence[PastSeat]) -> str:
    if not past:
        return ""
    said = [look.say("round {round} {ended}", round=one.round, ended=_ended(look, one)) for one in past[:-1]]
    last = past[-1]
    at = look.say("round {round} {ended} at {time}", round=last.round, ended=_ended(look, last), time=_clock(last.at))
    return look.say(", ").join([*said, at])


def _ended(look: Look, past: PastSeat) -> str:
    return look.say(LEFT.get(past.ended, past.ended))


def _state(word: str) -> str:
    """Return a word as it stands by itself."""
    return word[:1].upper() + word[1:]


def _shape_of(past: Sequence[PastSeat]) -> Shape | None:
    if not past:
        return None
    return Shape.REFUSED if past[-1].ended in ("declined", VACATED, PROMOTED) else Shape.UNREACHED


def _clock(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(CHINA_TIME).strftime("%H:%M:%S")


class Tile(QWidget):
    """One slot; a reserve's is low.  What it shows changes in place, so that nothing moves and no focus is lost."""

    asked = Signal()

    def __init__(self, look: Look, slot: SlotView, specialty: str, *, may_notify: bool) -> None:
        super().__init__()
        self.look, self.slot = look, slot
        self._may_notify = may_notify
        self._began: datetime | None = None
        self.setProperty("region", "tile")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(look.px(LOW if slot.reserve else TALL))
        reserve = look.say("Reserve {slot}", slot=slot.name.removeprefix("R"))
        self._name = reserve if slot.reserve else look.say("Slot {slot}", slot=slot.name)
        self._specialty = label(look, specialty, "caption", "second")
        self._round = label(look, "", "caption")
        self._state = State(look, Shape.WAITING, "", role="body-bold" if slot.reserve else "state")
        self._seconds = label(look, "", "body-bold" if slot.reserve else "seconds")
        self._detail, self._past = Elided(look, "caption", "second"), Elided(look, "caption", "second")
        self._past_mark = Mark(look, Shape.REFUSED, 16)
        self._notify = button(look, look.say("Notify by hand"), "link")
        self._notify.setObjectName(f"notify-{slot.name}")
        self._notify.setAccessibleName(f"{self._notify.text()} {self._name}")
        self._notify.clicked.connect(self.asked)
        self.setLayout(self._low() if slot.reserve else self._tall())

    def _tall(self) -> QVBoxLayout:
        look = self.look
        head = row(label(look, self._name, "body-bold"), look.px(12), self._specialty, None, self._round)
        middle = row(self._state, None, self._seconds)
        foot = row(self._past_mark, self._past, self._notify, gap=look.px(8))
        foot.setStretch(1, 1)
        self._line = rule()
        whole = column()
        whole.addLayout(head)
        whole.addSpacing(look.px(8))
        whole.addLayout(middle)
        whole.addSpacing(look.px(2))
        whole.addWidget(self._detail)
        whole.addStretch(1)
        whole.addWidget(self._line)
        whole.addSpacing(look.px(6))
        whole.addLayout(foot)
        edge = look.px(18)
        whole.setContentsMargins(edge, look.px(12), edge, look.px(10))
        return whole

    def _low(self) -> QVBoxLayout:
        look = self.look
        names = column(None, label(look, self._name, "body-bold"), self._specialty, None)
        states = row(self._seconds, look.px(8), self._state)
        told = row(None, self._round, look.px(8), self._notify)
        right = column(None)
        right.addLayout(states)
        right.addLayout(told)
        right.addStretch(1)
        line = row()
        line.addLayout(names)
        line.addStretch(1)
        line.addLayout(right)
        whole = column()
        whole.addLayout(line)
        edge = look.px(18)
        whole.setContentsMargins(edge, look.px(8), edge, look.px(8))
        self._detail.setParent(self)
        self._past.setParent(self)
        self._past_mark.setParent(self)
        for one in (self._detail, self._past, self._past_mark):
            one.hide()
        return whole

    def show_slot(self, slot: SlotView, moment: Moment | None, *, running: bool) -> None:
        """Show another state."""
        look, words = self.look, words_of(self.look, slot, moment)
        self.slot = slot
        self._began = moment.dialled if moment is not None and words.is_at_work else None
        self._state.show_state(words.shape, words.word)
        if slot.reserve:
            self.setToolTip(words.detail)
        else:
            self._detail.show_text(words.detail)
            self._past.show_text(words.past)
            self._past_mark.setVisible(words.past_shape is not None and bool(words.past))
            if words.past_shape is not None:
                self._past_mark.show_shape(words.past_shape)
        number = slot.story.round or slot.round
        self._show_round(number)
        self._set(self, "at", "work" if words.is_at_work else "rest" if words.is_settled else "wait")
        self._notify.setVisible(self._may_notify and slot.state == PENDING and not running)
        if not slot.reserve:
            self._line.setVisible(bool(words.past) or self._notify.isVisibleTo(self))
        self.setAccessibleName(f"{self._name} {words.word}")
        self.setAccessibleDescription(look.say(", ").join(part for part in (words.detail, words.past) if part))

    def _show_round(self, number: int) -> None:
        """Show the round; from the second on it stands in a frame."""
        look, framed = self.look, number > 1
        text = look.say("round {round}", round=number) if number else ""
        self._round.setText(text)
        self._round.setAlignment(Qt.AlignmentFlag.AlignCenter)
        width = QFontMetrics(look.font("caption-bold" if framed else "caption")).horizontalAdvance(text)
        self._round.setFixedWidth(width + look.px(20 if framed else 2))
        self._set(self._round, "tag", "frame" if framed else "")

    @staticmethod
    def _set(widget: QWidget, name: str, value: str) -> None:
        if widget.property(name) != value:
            widget.setProperty(name, value)
            widget.style().unpolish(widget)
            widget.style().polish(widget)
            widget.updateGeometry()

    def tick(self, now: datetime) -> None:
        """Show how long the call has been going on."""
        began = self._began
        passed = 0 if began is None else max(int((now - began).total_seconds()), 0)
        self._seconds.setText("" if began is None else self.look.say("{seconds} s", seconds=passed))


class TileGrid(QWidget):
    """Tiles in their order, as many across as there is room for."""

    def __init__(self, look: Look, tiles: Sequence[Tile]) -> None:
        super().__init__()
        self._look, self._tiles, self._across = look, tuple(tiles), 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(16))
        self._lay(MOST_ACROSS)

    def minimumSizeHint(self) -> QSize:
        """Return the size of one column; it needs no more width than that."""
        return QSize(self._look.px(WIDE), super().minimumSizeHint().height())

    def _lay(self, across: int) -> None:
        if across == self._across:
            return
        self._across = across
        for place, tile in enumerate(self._tiles):
            self._grid.addWidget(tile, place // across, place % across)
        for at in range(MOST_ACROSS):
            self._grid.setColumnStretch(at, 1 if at < across else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay them out anew where another number fits."""
        super().resizeEvent(event)
        fits = (self.width() + self._look.px(16)) // (self._look.px(WIDE) + self._look.px(16))
        self._lay(max(1, min(MOST_ACROSS, fits)))


class SegmentBar(QWidget):
    """A segment a principal slot, in the order of the slots, with its number under it."""

    def __init__(self, look: Look, names: Sequence[str]) -> None:
        super().__init__()
        self._look, self._names = look, tuple(names)
        self._shapes: Mapping[str, Shape] = {}
        self.setFixedHeight(look.px(34))
        self.setMinimumWidth(look.px(160))

    def show_shapes(self, shapes: Mapping[str, Shape], said: str) -> None:
        """Show each slot's state."""
        self._shapes = shapes
        self.setAccessibleName(said)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint the segments."""
        painter, look, count = QPainter(self), self._look, max(len(self._names), 1)
        gap = look.px(4)
        width, high = (self.width() - gap * (count - 1)) / count, look.px(10)
        painter.setFont(look.font("caption"))
        for place, name in enumerate(self._names):
            area = QRectF(place * (width + gap), 0, width, high)
            self._paint_segment(painter, self._shapes.get(name, Shape.WAITING), area)
            painter.setPen(look.theme.colour("ink-3"))
            under = QRectF(area.left(), high + look.px(2), width, self.height() - high - look.px(2))
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, name)
        painter.end()

    def _paint_segment(self, painter: QPainter, shape: Shape, area: QRectF) -> None:
        colour, thick = QColor(self._look.theme.colour(shape.token)), self._look.px(2)
        if shape is Shape.DONE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(area, 2, 2)
            return
        line = Qt.PenStyle.DashLine if shape in (Shape.UNREACHED, Shape.REFUSED) else Qt.PenStyle.SolidLine
        pen = QPen(colour, thick if shape is Shape.CALLING else 1, line)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = pen.widthF() / 2
        painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), 2, 2)
