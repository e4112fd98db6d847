"""The example of a call: what an expert hears, as words and aloud; it says nothing of any expert."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.desktop.drawviews import ExampleView
from app.desktop.look import Look
from app.desktop.parts import State, button, label, row
from app.desktop.shapes import Shape
from app.desktop.sound import Player

WIDTH, EDGE = 640, 24


class ExampleDialog(QDialog):
    """The words of the message, and a button that plays its recording."""

    def __init__(self, look: Look, example: ExampleView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self._example = look, example
        self.setWindowTitle(look.say("Example of a call"))
        self.setMinimumWidth(look.px(WIDTH))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.player = Player(self)
        self.player.ended.connect(self._ended)
        whole, edge = QVBoxLayout(self), look.px(EDGE)
        whole.setContentsMargins(edge, edge, edge, edge)
        whole.addWidget(label(look, look.say("What every expert of the first site hears"), "section"))
        whole.addSpacing(look.px(8))
        whole.addWidget(label(look, example.text, wrap=True))
        whole.addSpacing(look.px(16))
        self.state = State(look, Shape.WAITING, look.say("Not played yet"), stacked=True)
        whole.addWidget(self.state)
        whole.addSpacing(look.px(16))
        self.play = button(look, look.say("Play"))
        self.play.setObjectName("play")
        self.play.clicked.connect(self._play)
        leave = button(look, look.say("Close"))
        leave.clicked.connect(self.reject)
        whole.addLayout(row(None, leave, look.px(12), self.play))

    def _play(self) -> None:
        look = self.look
        if self.player.play(self._example.recording):
            self.state.show_state(Shape.CALLING, look.say("It is played"), self._example.recording.name)
        else:
            self._unheard()

    def _ended(self, heard: bool) -> None:
        if heard:
            self.state.show_state(Shape.MET, self.look.say("Played to its end"))
        else:
            self._unheard()

    def _unheard(self) -> None:
        """No sound comes out of this machine; the calls don't need it."""
        told = self.look.say("this machine plays no sound; calls go out all the same, and the words stand above")
        self.state.show_state(Shape.WARNING, self.look.say("Not heard"), told)

    def done(self, result: int) -> None:
        """Stop what is played, and close."""
        self.player.stop()
        super().done(result)
