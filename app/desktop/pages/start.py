"""Before there is a desk: set up this station or open the sample centre; or type the station's passphrase."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.desktop.look import Look
from app.desktop.page import type_into, typed_in
from app.desktop.parts import Seal, State, button, centred, column, label, row, rule, set_ready
from app.desktop.shapes import Shape

WIDTH = 560


class Front(QWidget):
    """A sheet in the middle of an empty window, under the seal and the program's name."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setProperty("region", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = column(None, label(look, look.say("Fengqian"), "title"), None)
        head = row(Seal(look, 48), look.px(16))
        head.addLayout(name)
        head.addStretch(1)
        self.content = QVBoxLayout()
        self.content.setSpacing(look.px(12))
        inner = QWidget()
        inner.setFixedWidth(look.px(WIDTH))
        whole = column()
        whole.addLayout(head)
        whole.addSpacing(look.px(24))
        whole.addLayout(self.content)
        inner.setLayout(whole)
        self.setLayout(column(None, centred(inner), None))

    def typed(self) -> dict[str, str]:
        """Return what was typed into fields that are no secret."""
        return typed_in(self)

    def type_again(self, typed: Mapping[str, str]) -> None:
        """Put it back into the fields of the same names."""
        type_into(self, typed)

    def field(self, caption: str, *, secret: bool = False) -> QLineEdit:
        """Add a field with its caption above; secrets are dots."""
        made = QLineEdit()
        made.setFont(self.look.font("body"))
        made.setAccessibleName(caption)
        made.setObjectName("" if secret else f"field-{self.content.count()}")
        if secret:
            made.setProperty("role", "pin")
            made.setEchoMode(QLineEdit.EchoMode.Password)
        self.content.addWidget(label(self.look, caption, "caption", "second"))
        self.content.addWidget(made)
        return made


class StartPage(Front):
    """The first start: a station of one's own, or the sample centre."""

    set_up_asked = Signal(str, str)
    sample_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.content.addWidget(label(look, look.say("Set up this station"), "section"))
        self.centre = self.field(look.say("Name of the centre"))
        self.prefix = self.field(look.say("What draw serials begin with"))
        self.prefix.setMaxLength(16)
        self.state = State(look, Shape.PARTLY, "")
        self.act = button(look, look.say("Set up"), "primary")
        self.act.clicked.connect(self._ask)
        self.content.addWidget(self.state)
        self.content.addLayout(row(None, self.act))
        self.content.addWidget(rule())
        sample = button(look, look.say("Open the sample centre"))
        sample.clicked.connect(self.sample_asked)
        text = look.say("Made-up people and a made-up bank, to try everything with. Nothing in it is a real draw.")
        self.content.addWidget(label(look, text, "caption", "second", wrap=True))
        self.content.addLayout(row(sample, None))
        for typed in (self.centre, self.prefix):
            typed.textChanged.connect(self.show_missing)
        self.show_missing()

    def _missing(self) -> list[QLineEdit]:
        return [typed for typed in (self.centre, self.prefix) if not typed.text().strip()]

    def show_missing(self) -> None:
        """Say what is missing before it can be set up."""
        names = self.look.wording(", ").join(typed.accessibleName() for typed in self._missing())
        set_ready(self.act, not names)
        if names:
            self.state.show_state(Shape.PARTLY, self.look.say("Still missing"), names)
        else:
            self.state.show_state(Shape.MET, self.look.say("Everything is there"))

    def show_progress(self, done: int, of: int) -> None:
        """Say how far the sample centre is."""
        self.state.show_state(Shape.PARTLY, self.look.say("The sample centre is being made"), f"{done} / {of}")

    def _ask(self) -> None:
        missing = self._missing()
        if missing:
            missing[0].setFocus()
            return
        self.set_up_asked.emit(self.centre.text().strip(), self.prefix.text().strip())


class PassphrasePage(Front):
    """A station whose secrets lie in a file asks its passphrase, once a start."""

    opened = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.content.addWidget(label(look, look.say("Open this station"), "section"))
        self.passphrase = self.field(look.say("The station's passphrase"), secret=True)
        self.act = button(look, look.say("Unlock"), "primary")
        self.passphrase.textChanged.connect(lambda text: set_ready(self.act, bool(text)))
        self.passphrase.returnPressed.connect(self._open)
        self.act.clicked.connect(self._open)
        self.content.addLayout(row(None, self.act))
        self.passphrase.setFocus()

    def _open(self) -> None:
        if not self.passphrase.text():
            self.passphrase.setFocus()
            return
        self.opened.emit(self.passphrase.text())
        self.passphrase.clear()


class MadePage(Front):
    """A station was set up, and its passphrase is shown once."""

    noted = Signal()

    def __init__(self, look: Look, passphrase: str) -> None:
        super().__init__(look)
        self.content.addWidget(label(look, look.say("The station's passphrase, shown once"), "section"))
        self.shown = label(look, passphrase, "fingerprint", wrap=True)
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.content.addWidget(self.shown)
        text = look.say(
            "This machine has no vault of its own for secrets. Write the passphrase down and keep it locked away: "
            "without it nobody opens this station."
        )
        self.content.addWidget(label(look, text, "caption", "second", wrap=True))
        self.act = button(look, look.say("It is written down"), "primary")
        set_ready(self.act, True)
        self.act.clicked.connect(self.noted)
        self.content.addLayout(row(None, self.act))
