"""Rounds and calls: how far it is, a tile a slot with its state and its seconds; never a name or a number."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.desktop.callviews import CallingView
from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import Beside, State, button, column, label, row, rule, set_ready
from app.desktop.shapes import Shape
from app.desktop.tiles import SegmentBar, Tile, TileGrid, words_of
from drawing.due import Due
from drawing.steps import CONFIRMED, PENDING
from vault.clock import steady_seconds

COUNTED: Final = (
    (Shape.DONE, "confirmed {count}"),
    (Shape.CALLING, "being called {count}"),
    (Shape.UNREACHED, "not reached, called again {count}"),
    (Shape.REFUSED, "to be filled again {count}"),
    (Shape.WAITING, "waiting {count}"),
)


class CallsPage(Page):
    """The tiles in the order of the slots; they never move, and what they show changes in place."""

    opened = Signal(str)
    started = Signal()
    stopped = Signal()
    example_asked = Signal()
    order_asked = Signal()
    notice_asked = Signal(str, int)

    def __init__(self, look: Look, calling: CallingView, *, line: bool) -> None:
        view = calling.draw
        begun = any(slot.story.calls or slot.story.past for slot in view.slots)
        step = 3 if view.rounds else 2
        super().__init__(look, look.say("Rounds and calls"), f"{view.serial}　{view.project}　{view.lot}", step=step)
        self._line, self._kind = line, _kind(calling)
        self._round_due = view.due in (Due.ROUND, Due.PROMOTION)
        self._add_progress(calling)
        by_hand = not line or begun
        self.tiles = {
            slot.name: Tile(look, slot, view.quotas[slot.quota].said, may_notify=by_hand) for slot in view.slots
        }
        for name, tile in self.tiles.items():
            tile.asked.connect(lambda name=name: self.notice_asked.emit(name, self.tiles[name].slot.round))
        self.main.addWidget(TileGrid(look, list(self.tiles.values())))
        self.strip = QLineEdit()
        self._needs = view.due is Due.ROUND and view.needs_code
        if self._needs:
            self._ask_strip()
        self.main.addStretch(1)
        self._add_acts(calling)
        self._seconds = QTimer(self)
        self._seconds.timeout.connect(self._tick)
        self.show_calling(calling)

    @property
    def is_running(self) -> bool:
        """Say whether calls are made."""
        return self.calling.running

    @property
    def confirmed(self) -> int:
        """Return how many principal slots are confirmed."""
        return sum(slot.state == CONFIRMED for slot in self.view.slots if not slot.reserve)

    def can_show(self, calling: CallingView) -> bool:
        """Say whether this page can show it: the same acts are due, and the same slots are there."""
        return _kind(calling) == self._kind and tuple(self.tiles) == tuple(slot.name for slot in calling.draw.slots)

    def _add_progress(self, calling: CallingView) -> None:
        look, view = self.look, calling.draw
        self._count, self._of = label(look, "", "count"), label(look, "", "title", "second")
        counted = column(label(look, look.say("Confirmed"), "caption", "second"))
        counted.addLayout(row(self._count, look.px(6), self._of, None))
        self.bar = SegmentBar(look, [slot.name for slot in view.slots if not slot.reserve])
        self._counts = row(None, gap=look.px(16))
        self._counted = {shape: State(look, shape, "", role="caption") for shape, _ in COUNTED}
        for place, one in enumerate(self._counted.values()):
            self._counts.insertWidget(place, one)
        middle = QWidget()
        inside = column(look.px(6), self.bar, look.px(2))
        inside.addLayout(self._counts)
        middle.setLayout(inside)
        self._range, self._basis = label(look, "", "state"), label(look, "", "caption", "second")
        self._estimate = QWidget()
        expected = label(look, look.say("Still to be expected"), "caption", "second")
        for shown in (expected, self._range, self._basis):
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._estimate.setLayout(column(expected, self._range, self._basis))
        self._estimate.setMinimumWidth(look.px(180))
        left = row()
        left.addLayout(counted)
        left.addSpacing(look.px(32))
        left.addWidget(middle, 1)
        held = QWidget()
        held.setLayout(left)
        self.main.addWidget(Beside(look, held, self._estimate))
        self.main.addSpacing(look.px(12))
        self.main.addWidget(rule())
        self.main.addSpacing(look.px(16))

    def _ask_strip(self) -> None:
        look = self.look
        self.strip.setObjectName("strip")
        self.strip.setAccessibleName(look.say("Code number {number}, 52 characters", number=self.view.code))
        asked: QVBoxLayout = column(
            look.px(16), label(look, self.strip.accessibleName(), "caption", "second"), look.px(4), self.strip
        )
        self.main.addLayout(asked)
        self.strip.returnPressed.connect(self._go_on)

    def _add_acts(self, calling: CallingView) -> None:
        look, round_due = self.look, self._round_due
        example = self.add_act(button(look, look.say("Listen to the example")))
        example.setObjectName("example")
        example.clicked.connect(self.example_asked)
        example.setVisible(not round_due)
        order = self.add_act(button(look, look.say("The round's order")))
        order.setObjectName("order")
        order.clicked.connect(self.order_asked)
        order.setVisible(bool(calling.draw.rounds) and not round_due and not calling.running)
        self.pause = self.add_act(button(look, look.say("Stop calling"), key="Ctrl+P"))
        self.pause.setObjectName("pause")
        self.pause.clicked.connect(self.stopped)
        begun = any(slot.story.calls or slot.story.answered for slot in calling.draw.slots)
        word = look.say("Go on calling") if begun else look.say("Call")
        self.act = self.add_act(button(look, look.say("Open the round") if round_due else word, "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._go_on)
        set_ready(self.act, not self._needs)
        self.act.setVisible(not calling.running and (round_due or self._line))

    def show_calling(self, calling: CallingView) -> None:
        """Show how it stands now."""
        self.calling, self.view, self._read_at = calling, calling.draw, steady_seconds()
        look, moments = self.look, dict(calling.moments)
        shapes = {}
        for slot in calling.draw.slots:
            self.tiles[slot.name].show_slot(slot, moments.get(slot.name), running=calling.running)
            shapes[slot.name] = words_of(look, slot, moments.get(slot.name)).shape
        principal = [slot for slot in calling.draw.slots if not slot.reserve]
        self._count.setText(str(self.confirmed))
        self._of.setText(f"/ {len(principal)}")
        counts = Counter(shapes[slot.name] for slot in principal)
        said = []
        for shape, words in COUNTED:
            text = look.say(words, count=counts[shape])
            self._counted[shape].show_state(shape, text)
            self._counted[shape].setVisible(bool(counts[shape]))
            said += [text] if counts[shape] else []
        self.bar.show_shapes(shapes, look.say(", ").join(said))
        self._show_estimate(calling)
        self.pause.setVisible(calling.running and not calling.stopping)
        self._show_state()
        if calling.running and calling.talking:
            self._seconds.start(1000)
        else:
            self._seconds.stop()
        self._tick()

    def _show_estimate(self, calling: CallingView) -> None:
        look, found = self.look, calling.estimate
        self._estimate.setVisible(found is not None)
        if found is not None:
            self._range.setText(look.say("{low} to {high} minutes", low=found.low, high=found.high))
            self._basis.setText(look.say("by the last {count} calls of this station", count=found.basis))

    def _now(self) -> datetime:
        return self.calling.now + timedelta(seconds=steady_seconds() - self._read_at)

    def _tick(self) -> None:
        now = self._now()
        for tile in self.tiles.values():
            tile.tick(now)

    def _show_state(self) -> None:
        look, calling = self.look, self.calling
        waiting = sum(slot.state == PENDING for slot in self.view.slots)
        if calling.stopping:
            told = look.say("{count} calls end by themselves; their answers are kept", count=calling.talking)
            self.state.show_state(Shape.PARTLY, look.say("Nothing new is dialled"), told)
        elif calling.running and not calling.moments:
            told = look.say("{count} people are called as soon as they are there", count=waiting)
            self.state.show_state(Shape.CALLING, look.say("The recordings are made"), told)
        elif calling.running:
            told = look.say(
                "{used} of {all} lines; no name and no number stands here",
                used=calling.talking,
                all=calling.capacity,
            )
            self.state.show_state(Shape.CALLING, look.say("Being called"), told)
        elif self._round_due:
            told = look.say("the order is played from the randomness and this round's code")
            self.state.show_state(Shape.PARTLY, look.say("Round {round}", round=self.view.rounds + 1), told)
        elif not self._line:
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


def _kind(calling: CallingView) -> tuple[object, ...]:
    """Return what decides which acts there are."""
    view = calling.draw
    # while calls are made, a round opens by itself
    return (True,) if calling.running else (False, view.due, view.needs_code, view.code, bool(view.rounds))
