"""A round as everybody may see it: all positions as ticks, who was considered in the real order, slots that fill.

Positions and slots alone are here, no label in full, no name, no number.  What appears bit by bit can be held at any
moment, and is there at once where nothing is to move; the round itself stands in the journal before this page does.
"""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.desktop.drawviews import PlaceView, SlotView, SortingView
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.pages.stage import QrCode
from app.desktop.parts import Mark, State, button, column, label, row, rule, set_ready
from app.desktop.shapes import Shape
from drawing.steps import CONFIRMED, OPEN
from vault import base32

EVERY: Final = 60  # milliseconds a tick, as the look has it
REASONS: Final = {
    "employer_full": "skipped: enough people of the same employer are in",
    "no_open_slot": "skipped: no slot is open for this specialty",
    "blocks_other_slot": "skipped: another slot could not be filled any more",
}


class Ticks(QWidget):
    """Above all positions, below the first stretch enlarged: tall for whoever was taken, short for the skipped."""

    def __init__(self, look: Look, sorting: SortingView) -> None:
        super().__init__()
        self._look, self._sorting, self._shown = look, sorting, 0
        last = max((one.at for one in sorting.places), default=1.0)
        self._end = min(max(last * 1.08, 0.02), 1.0)
        self.setFixedHeight(look.px(104))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        name = look.say("{count} positions, of which {considered} were considered",
                        count=sorting.total, considered=len(sorting.places) + sorting.left)  # fmt: skip
        self.setAccessibleName(name)

    def show_first(self, count: int) -> None:
        """Show so many of those considered; the last of them stands out."""
        self._shown = count
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint both strips, and the lines that tie them."""
        painter, look, px = QPainter(self), self._look, self._look.px
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        width, top, low, high = self.width() - 1, px(24), px(44), self.height() - 1
        colour = look.theme.colour
        painter.setPen(QPen(colour("line-strong"), 1))
        for at in self._sorting.ticks:
            painter.drawLine(QPointF(at * width, 0), QPointF(at * width, top))
        painter.fillRect(QRectF(0, low, width, high - low), colour("field"))
        painter.setPen(QPen(colour("edge"), 1))
        painter.drawLine(QPointF(0, top), QPointF(self._end * width, top))
        painter.drawLine(QPointF(self._end * width, top), QPointF(width, low))
        painter.drawRect(QRectF(0, low, width, high - low))
        for number, place in enumerate(self._sorting.places[: self._shown], 1):
            self._paint_place(painter, place, number == self._shown < len(self._sorting.places))
        painter.end()

    def _paint_place(self, painter: QPainter, place: PlaceView, considered: bool) -> None:
        px, colour = self._look.px, self._look.theme.colour
        width, low, high = self.width() - 1, px(44), self.height() - 1
        token = "amber" if considered else "ink" if place.slot else "ink-3"
        painter.setPen(QPen(colour("ink" if place.slot else "edge"), px(2) if place.slot else 1))
        painter.drawLine(QPointF(place.at * width, 0), QPointF(place.at * width, px(24)))
        thick = px(4) if considered or place.slot else px(2)
        painter.setPen(QPen(colour(token), thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        x = place.at / self._end * width
        tall = low + px(6) if place.slot else (low + high) / 2
        painter.drawLine(QPointF(x, tall), QPointF(x, high - 1))


class SortingPage(Page):
    """The order, the slots, and the way on to the calls."""

    went_on = Signal()

    def __init__(self, look: Look, sorting: SortingView) -> None:
        view = sorting.draw
        super().__init__(look, look.say("Ceremony"), f"{view.serial}　{view.project}　{view.lot}", step=2, side=SIDE)
        self.sorting, self._shown = sorting, 0
        self._add_sources()
        head = look.say("Round {round}, by position from the lowest", round=sorting.number)
        total = look.say("{count} labels: numbers alone, no names", count=f"{sorting.total:,}")
        self.main.addLayout(row(label(look, head, "section"), None, label(look, total, "caption", "second")))
        self.main.addSpacing(look.px(8))
        self._ticks = Ticks(look, sorting)
        self.main.addWidget(self._ticks)
        scale = look.say("above: all {count}; below: the first stretch, enlarged", count=f"{sorting.total:,}")
        lowest = label(look, look.say("lowest position"), "caption", "hint")
        self.main.addLayout(row(lowest, None, label(look, scale, "caption", "hint")))
        self.main.addSpacing(look.px(8))
        self._lines = [self._line(number, place) for number, place in enumerate(sorting.places, 1)]
        for one in self._lines:
            self.main.addWidget(one)
        if sorting.left:
            more = look.say("and {count} more, all of them in the transcript", count=sorting.left)
            self.main.addWidget(label(look, more, "caption", "second"))
        self.main.addStretch(1)
        self._states: dict[str, State] = {}
        self._add_slots()
        self.hold = self.add_act(button(look, look.say("Hold"), key="Ctrl+P"))
        self.hold.setObjectName("hold")
        self.hold.clicked.connect(self._hold_or_go_on)
        self.act = self.add_act(button(look, look.say("To the calls"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._leave)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self._show(self._shown + 1))
        self._show(len(sorting.places) if look.still else 0)
        if not self.is_whole:
            self._timer.start(EVERY * 4)

    @property
    def is_whole(self) -> bool:
        """Say whether everybody who was considered is shown."""
        return self._shown >= len(self.sorting.places)

    def _add_sources(self) -> None:
        look, view = self.look, self.sorting.draw
        print_ = column(
            None,
            label(look, look.say("Ceremony fingerprint"), "caption", "second"),
            label(look, base32.groups(view.fingerprint), "kept"),
            None,
        )
        line = row(QrCode(look, view.qr, 88), look.px(16))
        line.addLayout(print_)
        line.addStretch(1)
        self.main.addLayout(line)
        self.main.addSpacing(look.px(8))
        dice = row(gap=look.px(24))
        said = [(look.say("Terminal"), look.say("revealed; it is what was committed to"), "caption")]
        said += [
            (look.say("Dice: {witness}", witness=look.say(name)), base32.groups(digits, 5), "fingerprint")
            for name, digits in self.sorting.dice
        ]
        for name, value, role in said:
            one = column()
            one.addLayout(row(Mark(look, Shape.DONE, 16), look.px(6), label(look, name, "caption", "second"), None))
            one.addWidget(label(look, value, role))
            dice.addLayout(one)
        dice.addStretch(1)
        self.main.addLayout(dice)
        self.main.addSpacing(look.px(12))
        self.main.addWidget(rule("strong"))
        self.main.addSpacing(look.px(12))

    def _line(self, number: int, place: PlaceView) -> QWidget:
        look, slots = self.look, {slot.name: slot for slot in self.sorting.draw.slots}
        made = QWidget()
        count = label(look, str(number), "body", "hint")
        count.setFixedWidth(look.px(36))
        groups = " ".join(place.position[at : at + 4] for at in range(0, len(place.position), 4))
        code = label(look, f"{groups} …", "fingerprint", "" if place.slot else "hint")
        if place.slot:
            taken = slots[place.slot]
            word = self.sorting.draw.quotas[taken.quota].said if self.sorting.by_quota else look.say("taken")
            text, tone, shape = word, "", Shape.MET
        else:
            text, tone, shape = look.say(REASONS[place.reason]), "second", Shape.REFUSED
        line = row(count, code, look.px(24), Mark(look, shape, 16), look.px(8), label(look, text, "body", tone), None)
        line.setContentsMargins(0, look.px(4), 0, look.px(4))
        whole = column(rule())
        whole.addLayout(line)
        made.setLayout(whole)
        made.setAccessibleName(look.say("{number}: {word}", number=number, word=text))
        return made

    def _add_slots(self) -> None:
        look, side = self.look, self.side
        assert side is not None
        self._count = label(look, "", "caption-bold", "second")
        side.addLayout(row(label(look, look.say("Slots"), "section"), None, self._count))
        side.addSpacing(look.px(8))
        reserve = False
        for slot in self.sorting.draw.slots:
            side.addWidget(rule("strong" if slot.reserve and not reserve else "line"))
            reserve = slot.reserve
            side.addLayout(self._slot(slot))
        side.addStretch(1)

    def _slot(self, slot: SlotView) -> QVBoxLayout:
        look = self.look
        name = look.say("R{slot}", slot=slot.name.removeprefix("R")) if slot.reserve else slot.name
        number = label(look, name, "body-bold")
        number.setFixedWidth(look.px(44))
        self._states[slot.name] = State(look, Shape.WAITING, "", role="body")
        said = label(look, self.sorting.draw.quotas[slot.quota].said, "body", "second" if slot.reserve else "")
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = row(number, said, look.px(8), self._states[slot.name])
        line.setStretch(1, 1)
        line.setContentsMargins(0, look.px(6), 0, look.px(6))
        made = column()
        made.addLayout(line)
        return made

    def _show(self, count: int) -> None:
        """Show so many of those who were considered, and the slots that they took."""
        look, places = self.look, self.sorting.places
        self._shown = min(count, len(places))
        self._ticks.show_first(self._shown)
        for number, one in enumerate(self._lines, 1):
            one.setVisible(number <= self._shown)
        if self.is_whole:
            self._timer.stop()
        told = places[: self._shown] if self.sorting.by_quota or self.is_whole else ()
        taken = {one.slot for one in told if one.slot}
        coming = {one.slot for one in places if one.slot}
        sealed = 0
        for slot in self.sorting.draw.slots:
            is_in = slot.name in taken or (slot.name not in coming and slot.state != OPEN)
            sealed += is_in and not slot.reserve
            word = look.say("confirmed") if slot.state == CONFIRMED else look.say("taken")
            self._states[slot.name].show_state(
                Shape.SEALED if is_in else Shape.WAITING, word if is_in else look.say("vacant")
            )
        whole = sum(not slot.reserve for slot in self.sorting.draw.slots)
        self._count.setText(look.say("taken {count} / {whole}", count=sealed, whole=whole))
        self._show_footer()

    def _show_footer(self) -> None:
        look = self.look
        self.hold.setVisible(not self.is_whole)
        set_ready(self.act, self.is_whole)
        told = look.say("worked out from everybody's values and this round's code; anybody can work it out again")
        if self.is_whole:
            self.state.show_state(Shape.MET, look.say("The round stands"), told)
        elif self._timer.isActive() or not self._shown:
            told = look.say("the round stands in the journal already; here it is shown step by step")
            self.state.show_state(Shape.CALLING, look.say("In the order of the positions"), told)
        else:
            self.state.show_state(Shape.PARTLY, look.say("Held"), look.say("nothing goes on until somebody says so"))

    def _hold_or_go_on(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.hold.setText(self.look.say("Go on"))
        else:
            self._timer.start(EVERY * 4)
            self.hold.setText(self.look.say("Hold"))
        self._show_footer()

    def _leave(self) -> None:
        """Show the rest at once where it isn't all there yet; then go on to the calls."""
        if self.is_whole:
            self.went_on.emit()
        else:
            self._timer.stop()
            self._show(len(self.sorting.places))
