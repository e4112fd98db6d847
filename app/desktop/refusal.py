"""A refusal in a window: what happened, what was kept, what to do, its code, and details to copy without secrets."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from app.desktop.look import Look
from app.desktop.parts import State, button, column, label, row
from app.desktop.shapes import Shape
from app.wording import render_error, sentence
from vault.errors import FengqianError


class RefusalDialog(QDialog):
    """Says one refusal; Enter and Escape close it, and Ctrl+C copies it."""

    def __init__(self, look: Look, error: FengqianError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = render_error(error, look.wording)
        self.setWindowTitle(look.say("Can't go on"))
        self.setMinimumWidth(look.px(560))
        body = column(State(look, Shape.STOP, look.say("Can't go on"), role="body-bold"), gap=look.px(12))
        what = [sentence(text, error, look.wording) for text in (error.what, error.kept, error.todo)]
        for text, tone in zip(what, ("", "second", ""), strict=True):
            if text:
                body.addWidget(label(look, text, "body", tone, wrap=True))
        body.addWidget(label(look, error.code, "caption", "hint"))
        body.addSpacing(look.px(8))
        copy, close = button(look, look.say("Copy details"), key="Ctrl+C"), button(look, look.say("Close"), "heavy")
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.accept)
        close.setDefault(True)
        body.addLayout(row(None, copy, close, gap=look.px(12)))
        edge = look.px(24)
        body.setContentsMargins(edge, edge, edge, edge)
        self.setLayout(body)
        self.setAccessibleName(look.say("Can't go on"))
        self.setAccessibleDescription(self._text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close.setFocus()

    def copy(self) -> None:
        """Put the refusal's own sentences and its code on the clipboard."""
        QGuiApplication.clipboard().setText(self._text)
