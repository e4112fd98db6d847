"""A second supervisor's approval: who, their PIN, and the reason that will be published."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.desktop.look import Look
from app.desktop.parts import column, label
from vault.ids import PersonId

Second = tuple[PersonId, str]


class SecondFields(QWidget):
    """Three fields under each other; `changed` whenever one is."""

    changed = Signal()

    def __init__(self, look: Look, people: Sequence[tuple[PersonId, str]], *, reason: bool = True) -> None:
        super().__init__()
        self._people, self._needs_reason = tuple(people), reason
        self.who, self.pin, self.reason = QComboBox(), QLineEdit(), QLineEdit()
        for _, name in self._people:
            self.who.addItem(name)
        self.reason.setObjectName("reason")
        self.pin.setProperty("role", "pin")
        self.pin.setEchoMode(QLineEdit.EchoMode.Password)
        self.who.setAccessibleName(look.say("Second supervisor"))
        self.pin.setAccessibleName(look.say("PIN of the second supervisor"))
        self.reason.setAccessibleName(look.say("The reason that will be published"))
        whole = column(gap=look.px(4))
        for field in (self.who, self.pin, self.reason):
            if field is not self.reason or reason:
                whole.addWidget(label(look, field.accessibleName(), "caption", "second"))
                whole.addWidget(field)
                whole.addSpacing(look.px(8))
        if not reason:
            self.reason.hide()
        self.setLayout(whole)
        for field in (self.pin, self.reason):
            field.textChanged.connect(self.changed)

    def missing(self) -> QLineEdit | None:
        """Return the first field that is still empty."""
        wanted = (self.pin, self.reason) if self._needs_reason else (self.pin,)
        return next((field for field in wanted if not field.text().strip()), None)

    def taken(self) -> tuple[Second | None, str]:
        """Return who approves and why, and empty the PIN."""
        pin = self.pin.text()
        self.pin.clear()
        if not self._people:
            return None, self.reason.text().strip()
        return (self._people[self.who.currentIndex()][0], pin), self.reason.text().strip()
