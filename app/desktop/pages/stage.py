"""The ceremony for the wall: the fingerprint to copy, dice hidden until all are in, rows compared, sources revealed."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.desktop.drawviews import DrawView, WitnessView
from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import Beside, Mark, State, button, column, label, row, rule, set_ready, top_mark
from app.desktop.shapes import Shape
from app.typed import typed_row
from drawing.dice import LENGTH
from drawing.steps import Step
from printing.qr import QUIET_ZONE, dark_runs, modules
from vault import base32

LEVELS: Mapping[str, str] = {
    "A": "Level A: codes and time share lie at the server, the supervisor's key on their own station.",
    "B": "Level B: the codes were made on another machine and come one at a time.",
    "C": "Level C: everything lies on one machine; its software could foresee rounds and open early.",
}


class QrCode(QWidget):
    """A QR code on white in both themes, with a quiet zone of four modules."""

    def __init__(self, look: Look, text: str, size: int) -> None:
        super().__init__()
        self._look = look
        self._rows = modules(text)
        self.setFixedSize(look.px(size), look.px(size))
        self.setAccessibleName(look.say("QR code of the fingerprint"))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint the modules on whole pixels."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.colour("qr"))
        module = self.width() // (len(self._rows) + 2 * QUIET_ZONE)
        edge = (self.width() - module * len(self._rows)) // 2
        ink = self._look.theme.colour("page-ink")
        for y, x, length in dark_runs(self._rows):
            painter.fillRect(edge + x * module, edge + y * module, length * module, module, ink)
        painter.end()


class Fingerprint(QWidget):
    """Numbered groups of four, large enough to copy by hand; read group by group."""

    def __init__(self, look: Look, fingerprint: str) -> None:
        super().__init__()
        groups = base32.groups(fingerprint).split(" ")
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.px(28))
        grid.setVerticalSpacing(look.px(4))
        for place, group in enumerate(groups):
            number = label(look, str(place + 1), "caption", "hint")
            shown = label(look, group, "copying")
            line = 2 * (place // 4)
            grid.addWidget(number, line, place % 4)
            grid.addWidget(shown, line + 1, place % 4)
        grid.setColumnStretch(4, 1)
        grid.setContentsMargins(0, 0, 0, 0)
        self.setLayout(grid)
        self.setAccessibleName(look.say("Ceremony fingerprint"))
        self.setAccessibleDescription(", ".join(groups))


class DiceCount(QWidget):
    """How many dice are in, never which: a square a die."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._count = look, 0
        self.setFixedSize(look.px(LENGTH * 22 + 12), look.px(20))

    def show_count(self, count: int) -> None:
        """Show another count."""
        self._count = count
        self.setAccessibleName(self._look.say("{count} of {all}", count=count, all=LENGTH))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint a filled square for each that is in, an outline for each that is missing; in fives."""
        painter, px, theme = QPainter(self), self._look.px, self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for die in range(LENGTH):
            area = QRectF(px(22 * die + 4 * (die // 5)) + 0.5, 1.5, px(17), px(17))
            painter.setPen(QPen(theme.colour("ink-2" if die < self._count else "edge"), 1))
            painter.setBrush(theme.colour("ink-2") if die < self._count else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, px(3), px(3))
        painter.end()


class StagePage(Page):
    """One page for three acts: fix the sources; receipts, then dice; rows compared, then everything revealed."""

    fixed = Signal(str)
    receipts_taken = Signal()
    thrown = Signal(object)
    compared = Signal(str, bool)
    revealed = Signal()

    def __init__(self, look: Look, view: DrawView, *, taken: bool) -> None:
        super().__init__(look, look.say("Ceremony"), f"{view.project}　{view.lot}", step=2)
        self.view, self._taken = view, taken
        self.fields: dict[str, QLineEdit] = {}
        self.strip = QLineEdit()
        self.strip.setObjectName("strip")
        level = label(look, look.say(LEVELS[view.level]), "body", wrap=True)
        if view.step is Step.FROZEN:
            self._show_fixing()
        else:
            self._show_fingerprint()
            self._show_witnesses()
        self.main.addStretch(1)
        self.main.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), level))
        self.act = self.add_act(button(look, self._word(), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._go_on)
        self._show_state()

    def _show_fixing(self) -> None:
        look = self.look
        text = look.say("Sources, their order and every commitment are fixed, before anybody enters dice.")
        self.main.addWidget(label(look, look.say("Fix the sources"), "section"))
        self.main.addWidget(label(look, text, "body", wrap=True))
        self.main.addSpacing(look.px(16))
        if self.view.needs_code:
            self.strip.setAccessibleName(look.say("The end of the code chain, 52 characters"))
            self.main.addWidget(label(look, self.strip.accessibleName(), "caption", "second"))
            self.main.addWidget(self.strip)
            self.strip.textChanged.connect(self._show_state)

    def _show_fingerprint(self) -> None:
        look = self.look
        head = label(look, look.say("Ceremony fingerprint"), "section")
        words = QWidget()
        words.setLayout(column(head, look.px(8), Fingerprint(look, self.view.fingerprint), None))
        self.main.addWidget(Beside(look, words, QrCode(look, self.view.qr, 176)))
        self.main.addSpacing(look.px(20))

    def _show_witnesses(self) -> None:
        look = self.look
        self.main.addWidget(label(look, look.say("Dice of the witnesses"), "section"))
        self.main.addSpacing(look.px(8))
        for witness in self.view.witnesses:
            self.main.addWidget(rule())
            self.main.addLayout(self._witness(witness))

    def _witness(self, witness: WitnessView) -> QVBoxLayout:
        look, name = self.look, self.look.say(witness.name)
        made = column()
        made.setContentsMargins(0, look.px(10), 0, look.px(10))
        who = label(look, name, "body-bold")
        who.setMinimumWidth(look.px(160))
        if witness.row:
            line = row(who, look.px(16), label(look, base32.groups(witness.row, 5), "kept"), None)
            if witness.agrees:
                line.addWidget(State(look, Shape.DONE, look.say("agrees with the slip")))
            else:
                line.addLayout(self._answers(witness.name, name))
        elif witness.entered:
            line = row(who, look.px(16), State(look, Shape.DONE, look.say("entered and hidden")), None)
        elif self._taken:
            squares = DiceCount(look)
            field = self._field(witness.name, name)
            field.textChanged.connect(lambda text: squares.show_count(min(len(typed_row(text)), LENGTH)))
            line = row(who, look.px(16))
            line.addLayout(column(field, look.px(6), squares), 1)
        else:
            line = row(who, look.px(16), State(look, Shape.WAITING, look.say("waits for the receipts")), None)
        made.addLayout(line)
        return made

    def _field(self, key: str, name: str) -> QLineEdit:
        look, field = self.look, QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(look.say("20 dice of {witness}", witness=name))
        field.setPlaceholderText(field.accessibleName())
        field.setObjectName(f"dice-{key}")
        field.textChanged.connect(self._show_state)
        field.returnPressed.connect(self._go_on)
        self.fields[key] = field
        return field

    def _answers(self, key: str, name: str) -> QHBoxLayout:
        look = self.look
        made = row(gap=look.px(8))
        for word, agrees in ((look.say("Agrees"), True), (look.say("Differs"), False)):
            one = button(look, word)
            one.setObjectName(f"row-{key}-{'yes' if agrees else 'no'}")
            one.setAccessibleName(look.say("{witness}: {word}", witness=name, word=word))
            one.clicked.connect(lambda _=False, agrees=agrees: self.compared.emit(key, agrees))
            made.addWidget(one)
        return made

    def _word(self) -> str:
        look, view = self.look, self.view
        if view.step is Step.FROZEN:
            return look.say("Fix the sources")
        if all(witness.row for witness in view.witnesses):
            return look.say("Reveal the sources")
        return look.say("Enter the dice") if self._taken else look.say("Receipts are taken")

    def _missing(self) -> str:
        look, view = self.look, self.view
        if view.step is Step.FROZEN:
            lacks = view.needs_code and not self.strip.text().strip()
            return self.strip.accessibleName() if lacks else ""
        if all(witness.row for witness in view.witnesses):
            open_ = [look.say(witness.name) for witness in view.witnesses if not witness.agrees]
            return look.say("{witnesses} compare their rows", witnesses=look.say(", ").join(open_)) if open_ else ""
        if not self._taken:
            return ""
        typed = [
            look.say(
                "{witness}: {count} of {all} dice",
                witness=look.say(key),
                count=len(typed_row(field.text())),
                all=LENGTH,
            )
            for key, field in self.fields.items()
            if len(typed_row(field.text())) != LENGTH
        ]
        return look.say(", ").join(typed)

    def _show_state(self) -> None:
        missing = self._missing()
        set_ready(self.act, not missing)
        if missing:
            self.state.show_state(Shape.PARTLY, self.look.say("Still missing"), missing)
        elif self.view.step is Step.FIXED and not self._taken:
            told = self.look.say("each witness has a receipt, or copied the fingerprint")
            self.state.show_state(Shape.PARTLY, self.look.say("Before anybody enters dice"), told)
        else:
            self.state.show_state(Shape.MET, self.look.say("Everything is there"))

    def _go_on(self) -> None:
        view = self.view
        if view.step is Step.FROZEN:
            self.strip.setFocus() if self._missing() else self.fixed.emit(self.strip.text())
        elif all(witness.row for witness in view.witnesses):
            if not self._missing():
                self.revealed.emit()
        elif not self._taken:
            self.receipts_taken.emit()
        else:
            self._enter()

    def _enter(self) -> None:
        rows = {key: typed_row(field.text()) for key, field in self.fields.items()}
        short = [key for key, digits in rows.items() if len(digits) != LENGTH]
        if short:
            self.fields[short[0]].setFocus()
            return
        for field in self.fields.values():
            field.clear()
            field.setEnabled(False)
        self.thrown.emit(rows)
