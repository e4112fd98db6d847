"""A question before something that can't be taken back, or that somebody may not have meant."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.desktop.look import Look
from app.desktop.parts import Mark, button, column, label, row, top_mark
from app.desktop.shapes import Shape


class AskDialog(QDialog):
    """A sentence and two full verbs; Escape is the harmless one, which also has the focus."""

    def __init__(self, look: Look, text: str, verb: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(look.say("Fengqian"))
        self.setMinimumWidth(look.px(520))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        stay, do = button(look, look.say("Leave it"), "heavy"), button(look, verb)
        stay.clicked.connect(self.reject)
        do.clicked.connect(self.accept)
        do.setObjectName("do")
        whole = column()
        whole.addLayout(top_mark(look, Mark(look, Shape.WARNING, 20), label(look, text, wrap=True)))
        whole.addSpacing(look.px(20))
        whole.addLayout(row(None, do, stay, gap=look.px(12)))
        edge = look.px(24)
        whole.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(whole)
        stay.setFocus()
