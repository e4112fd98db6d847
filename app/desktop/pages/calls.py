"""Rounds and calls: a tile a slot with its state, the round and the calls so far; never a name or a number."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.desktop.drawviews import DrawView, SlotView
from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import State, button, column, label, row, set_ready
from app.desktop.shapes import Shape
from drawing.due import Due
from drawing.steps import CONFIRMED, OPEN, PENDING

_SHAPES: Final = {CONFIRMED: Shape.DONE, PENDING: Shape.WAITING, OPEN: Shape.WAITING}
WORDS: Final = {CONFIRMED: "Confirmed", PENDING: "Waits for the call", OPEN: "Vacant"}
ACROSS: Final = 3


class Tile(QWidget):
    """One slot."""

    asked = Signal()

    def __init__(self, look: Look, slot: SlotView, specialty: str, *, by_hand: bool) -> None:
        super().__init__()
        self.setProperty("region", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        calling = slot.state == PENDING and slot.attempts > 0
        word = look.say("Being called") if calling else look.say(WORDS[slot.state])
        name = look.say("Reserve {slot}", slot=slot.name) if slot.reserve else look.say("Slot {slot}", slot=slot.name)
        head = row(label(look, name, "body-bold"), None)
        if slot.round > 1:
            head.addWidget(label(look, look.say("round {round}", round=slot.round), "caption", "second"))
        whole = column()
        whole.addLayout(head)
        whole.addWidget(label(look, specialty, "caption", "hint"))
        whole.addSpacing(look.px(8))
        whole.addWidget(State(look, Shape.CALLING if calling else _SHAPES[slot.state], word))
        said = look.say("{count} calls so far", count=slot.attempts) if slot.attempts else ""
        whole.addWidget(label(look, said, "caption", "second"))
        if by_hand and slot.state == PENDING:
            notify = button(look, look.say("Notify by hand"), "link")
            notify.setObjectName(f"notify-{slot.name}")
            notify.setAccessibleName(f"{notify.text()} {name}")
            notify.clicked.connect(self.asked)
            whole.addLayout(row(notify, None))
        edge = look.px(16)
        whole.setContentsMargins(edge, look.px(12), edge, look.px(12))
        self.setLayout(whole)
        self.setAccessibleName(f"{name} {word}")


class CallsPage(Page):
    """The tiles in the order of the slots; they never move."""

    opened = Signal(str)
    started = Signal()
    notice_asked = Signal(str, int)

    def __init__(self, look: Look, view: DrawView, *, line: bool, calling: bool = False) -> None:
        super().__init__(
            look, look.say("Rounds and calls"), f"{view.project}　{view.lot}", step=3 if view.rounds else 2
        )
        self.view = view
        confirmed = sum(slot.state == CONFIRMED for slot in view.slots)
        whole = len(view.slots)
        self.main.addWidget(label(look, f"{confirmed} / {whole}", "count"))
        self.main.addWidget(label(look, look.say("slots confirmed"), "caption", "second"))
        self.main.addSpacing(look.px(20))
        grid = QGridLayout()
        grid.setSpacing(look.px(12))
        for place, slot in enumerate(view.slots):
            tile = Tile(look, slot, view.quotas[slot.quota].specialty, by_hand=not line)
            tile.asked.connect(lambda name=slot.name, number=slot.round: self.notice_asked.emit(name, number))
            grid.addWidget(tile, place // ACROSS, place % ACROSS)
        self.main.addLayout(grid)
        self.main.addSpacing(look.px(20))
        self.strip = QLineEdit()
        self.strip.setObjectName("strip")
        needs = view.due is Due.ROUND and view.needs_code
        if needs:
            self.strip.setAccessibleName(look.say("Code number {number}, 52 characters", number=view.code))
            self.main.addWidget(label(look, self.strip.accessibleName(), "caption", "second"))
            self.main.addWidget(self.strip)
            self.strip.returnPressed.connect(self._go_on)
        self.main.addStretch(1)
        round_due = view.due in (Due.ROUND, Due.PROMOTION)
        self.act = self.add_act(button(look, look.say("Open the round") if round_due else look.say("Call"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._go_on)
        self._round_due, self._needs, self._calling = round_due, needs, calling
        set_ready(self.act, not needs)
        self.act.setVisible(not calling and (round_due or line))
        self._show_state(line)

    def _show_state(self, line: bool) -> None:
        look, waiting = self.look, sum(slot.state == PENDING for slot in self.view.slots)
        if self._calling:
            told = look.say("{count} answers are awaited", count=waiting)
            self.state.show_state(Shape.CALLING, look.say("Being called"), told)
        elif self._round_due:
            told = look.say("the order is played from the randomness and this round's code")
            self.state.show_state(Shape.PARTLY, look.say("Round {round}", round=self.view.rounds + 1), told)
        elif not line:
            told = look.say("the supervisor dials; {count} answers are awaited", count=waiting)
            self.state.show_state(Shape.PARTLY, look.say("Notices by hand"), told)
        else:
            told = look.say("{count} people are called at once", count=waiting)
            self.state.show_state(Shape.MET, look.say("Ready to call"), told)

    def _go_on(self) -> None:
        if not self._round_due:
            self.started.emit()
        elif self._needs and not self.strip.text().strip():
            self.strip.setFocus()
        else:
            self.opened.emit(self.strip.text())
