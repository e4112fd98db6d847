"""Which keys do what: F1 from anywhere."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from app.desktop.look import Look
from app.desktop.parts import button, column, label, row

KEYS: Final = (
    ("F1", "This list"),
    ("Ctrl+N", "New draw"),
    ("Ctrl+L", "Lock both places"),
    ("Ctrl++", "Larger"),
    ("Ctrl+-", "Smaller"),
    ("Ctrl+0", "Size of 100 %"),
    ("Tab", "To the next field or button"),
    ("Space", "Press the button that has the focus"),
    ("Enter", "Open the chosen row; unlock; confirm what was typed"),
    ("Esc", "Close a dialog"),
)


class KeysDialog(QDialog):
    """Two columns: the key, and what it does."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = look.say("Keyboard")
        self.setWindowTitle(title)
        self.setMinimumWidth(look.px(480))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = QGridLayout()
        table.setVerticalSpacing(look.px(8))
        table.setHorizontalSpacing(look.px(24))
        for number, (key, words) in enumerate(KEYS):
            table.addWidget(label(look, key, "fingerprint"), number, 0)
            table.addWidget(label(look, look.say(words)), number, 1)
        table.setColumnStretch(1, 1)
        close = button(look, look.say("Close"), "heavy")
        close.clicked.connect(self.accept)
        whole = column(label(look, title, "section"), look.px(16))
        whole.addLayout(table)
        whole.addSpacing(look.px(24))
        whole.addLayout(row(None, close))
        edge = look.px(24)
        whole.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(whole)
        close.setFocus()
