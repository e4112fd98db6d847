"""Somebody unlocks their key at one of the two places: who, and their PIN as one field of dots."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QWidget

from app.desktop.look import Look
from app.desktop.parts import State, button, column, label, row, set_ready
from app.desktop.shapes import Shape
from app.desktop.views import PersonView
from app.wording import sentence
from vault.errors import FengqianError


class SignInDialog(QDialog):
    """Asks who sits down and their PIN; a wrong one is said here, and what was chosen stays."""

    given = Signal(str, str)

    def __init__(self, look: Look, title: str, people: Sequence[PersonView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self._people = look, tuple(people)
        self.setWindowTitle(title)
        self.setMinimumWidth(look.px(480))
        self.who = QComboBox()
        self.who.setAccessibleName(look.say("Who"))
        for one in self._people:
            self.who.addItem(look.say("{name}, {organisation}", name=one.name, organisation=one.organisation))
        self.pin = QLineEdit()
        self.pin.setProperty("role", "pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.pin.setAccessibleName("PIN")
        self.state = State(look, Shape.WAITING, "")
        self.act, leave = button(look, look.say("Unlock"), "primary"), button(look, look.say("Leave it"))
        self.pin.textChanged.connect(lambda text: set_ready(self.act, bool(text)))
        self.pin.returnPressed.connect(self._give)
        self.act.clicked.connect(self._give)
        leave.clicked.connect(self.reject)
        whole = column(
            label(look, title, "section"),
            look.px(16),
            label(look, look.say("Who"), "caption", "second"),
            look.px(4),
            self.who,
            look.px(12),
            label(look, "PIN", "caption", "second"),
            look.px(4),
            self.pin,
            look.px(16),
            self.state,
            look.px(16),
        )
        whole.addLayout(row(None, leave, look.px(12), self.act))
        edge = look.px(24)
        whole.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(whole)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self._people:
            self.state.show_state(Shape.STOP, look.say("Nobody of this role works here yet"))
        self.pin.setFocus()

    def _give(self) -> None:
        if not self.pin.text() or not self._people:
            self.pin.setFocus()
            return
        person, pin = self._people[self.who.currentIndex()].person, self.pin.text()
        self.pin.clear()
        self.pin.setEnabled(False)
        self.state.show_state(Shape.PARTLY, self.look.say("The key is being unlocked"))
        self.given.emit(person, pin)

    def leave(self, _answer: object) -> None:
        """Close: the key is unlocked."""
        self.accept()

    def refuse(self, error: FengqianError) -> None:
        """Say why it wasn't unlocked, and let the PIN be typed again."""
        self.pin.setEnabled(True)
        self.pin.setFocus()
        self.state.show_state(Shape.STOP, sentence(error.what, error, self.look.wording))
