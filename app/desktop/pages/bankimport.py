"""A bank file is taken over: its columns, the report row by row, what changes, the PINs of keeper and supervisor."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.desktop.importviews import ImportView, Who
from app.desktop.look import Look
from app.desktop.parts import State, button, clear, column, label, row, set_ready
from app.desktop.section import Desk, while_there
from app.desktop.shapes import Shape
from app.desktop.work import Asked
from app.wording import sentence
from drawing.banktable import BankFileError
from drawing.mapping import FIELDS, REQUIRED
from vault.errors import FengqianError

WIDTH, HEIGHT, EDGE = 880, 600, 24
FIELD_WORDS: Final = {
    "id": "Id",
    "name": "Name",
    "phone": "Telephone",
    "employer": "Employer",
    "former_employers": "Former employers",
    "specialties": "Specialties",
    "region": "Region",
    "standing": "Standing",
    "suspended_until": "Suspended until",
    "language": "Language of calls",
}
_NONE = "—"


class ImportDialog(QDialog):
    """Shows one file; emits which columns it is to be read with, and who accepts it."""

    checked = Signal(object)
    accepted_by = Signal(object, object)

    def __init__(self, look: Look, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setWindowTitle(look.say("Import a bank: {file}", file=name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(look.px(WIDTH), look.px(HEIGHT))
        self.columns: dict[str, QComboBox] = {}
        self.pins: dict[str, QLineEdit] = {}
        self._who: dict[str, tuple[QComboBox, Sequence[Who]]] = {}
        self._inner = QVBoxLayout()
        self._inner.setSpacing(0)
        held = QWidget()
        held.setProperty("region", "window")
        held.setLayout(self._inner)
        area = QScrollArea()
        area.setWidget(held)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.state = State(look, Shape.WAITING, look.say("Reading the file"), stacked=True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.leave = button(look, look.say("Cancel"))
        self.leave.setObjectName("leave")
        self.leave.clicked.connect(self.reject)
        self.again = button(look, look.say("Check with these columns"))
        self.again.setObjectName("again")
        self.again.clicked.connect(self._check)
        self.act = button(look, look.say("Accept report and differences"), "primary")
        self.act.setObjectName("accept")
        self.act.clicked.connect(self._accept)
        whole, edge = QVBoxLayout(self), look.px(EDGE)
        whole.setContentsMargins(edge, edge, edge, edge)
        whole.addWidget(area, 1)
        whole.addSpacing(look.px(12))
        whole.addWidget(self.bar)
        whole.addSpacing(look.px(8))
        foot = row(self.state, self.leave, self.again, self.act, gap=look.px(12))
        foot.setStretch(0, 1)
        whole.addLayout(foot)
        self.wait(look.say("Reading the file"))

    def wait(self, word: str) -> None:
        """Show that the desk is at it."""
        self.bar.show()
        self.again.hide()
        self.act.hide()
        self.state.show_state(Shape.WAITING, word)

    def show_progress(self, done: int, _total: int) -> None:
        """Say how many rows were read."""
        word = self.look.say("{count} rows read", count=f"{done:,}")
        self.state.show_state(Shape.WAITING, self.look.say("Reading the file"), word)

    def show_view(self, view: ImportView) -> None:
        """Show what was found."""
        look = self.look
        self.bar.hide()
        clear(self._inner)
        self.columns.clear()
        self.pins.clear()
        if view.problem is not None:
            self._add_problem(view.problem)
        if view.report:
            self._add_text(look.say("Report"), view.report)
        if view.differences:
            self._add_text(look.say("What changes"), view.differences)
        if view.may_accept:
            self._add_people(view)
        self._add_columns(view)
        self._inner.addStretch(1)
        self.again.setVisible(True)
        self.act.setVisible(view.may_accept)
        if view.may_accept:
            self.show_missing()
        elif view.bad:
            told = look.say("{bad} of {rows} rows; mend the file and choose it again", bad=view.bad, rows=view.rows)
            self.state.show_state(Shape.STOP, look.say("Nothing is imported"), told)
        else:
            self.state.show_state(Shape.STOP, look.say("Nothing is imported"))

    def show_refused(self, error: FengqianError) -> None:
        """Say what was refused; the file and its report stay."""
        self.bar.hide()
        self.again.setVisible(bool(self.columns))
        self.act.setVisible(bool(self.pins))
        for pin in self.pins.values():
            pin.clear()
        words = " ".join(sentence(text, error, self.look.wording) for text in (error.what, error.todo) if text)
        self.state.show_state(Shape.STOP, self.look.say("Nothing is imported"), words)

    def _add_problem(self, error: FengqianError) -> None:
        look = self.look
        words = [sentence(text, error, look.wording) for text in (error.what, error.kept) if text]
        if isinstance(error, BankFileError):
            words.append(look.say("Choose below which column is which, or have the bank exported anew."))
        else:
            words.append(sentence(error.todo, error, look.wording))
        for text in words:
            self._inner.addWidget(label(look, text, wrap=True))
        self._inner.addSpacing(look.px(16))

    def _add_text(self, head: str, lines: Sequence[str]) -> None:
        look, shown = self.look, QPlainTextEdit()
        shown.setReadOnly(True)
        shown.setPlainText("\n".join(lines))
        shown.setAccessibleName(head)
        shown.setTabChangesFocus(True)
        shown.setMinimumHeight(look.px(min(56 + 24 * len(lines), 152)))
        self._inner.addWidget(label(look, head, "section"))
        self._inner.addSpacing(look.px(6))
        self._inner.addWidget(shown)
        self._inner.addSpacing(look.px(16))

    def _add_people(self, view: ImportView) -> None:
        look = self.look
        self._inner.addWidget(label(look, look.say("Accepted by"), "section"))
        self._inner.addSpacing(look.px(6))
        line = row(gap=look.px(24))
        for key, words, people in (
            ("keeper", look.say("PIN of the keeper"), view.keepers),
            ("supervisor", look.say("PIN of the supervisor"), view.supervisors),
        ):
            who, pin = QComboBox(), QLineEdit()
            for _, name in people:
                who.addItem(name)
            who.setAccessibleName(look.say(key))
            pin.setEchoMode(QLineEdit.EchoMode.Password)
            pin.setProperty("role", "pin")
            pin.setAccessibleName(words)
            pin.textChanged.connect(self.show_missing)
            pin.returnPressed.connect(self._accept)
            self.pins[key], self._who[key] = pin, (who, people)
            line.addLayout(column(label(look, words, "caption", "second"), who, look.px(6), pin), 1)
        self._inner.addLayout(line)
        self._inner.addSpacing(look.px(16))

    def _add_columns(self, view: ImportView) -> None:
        look, grid, known = self.look, QGridLayout(), dict(view.columns)
        grid.setHorizontalSpacing(look.px(16))
        grid.setVerticalSpacing(look.px(6))
        self._inner.addWidget(label(look, look.say("Columns"), "section"))
        self._inner.addSpacing(look.px(6))
        for place, field in enumerate(FIELDS):
            chosen = QComboBox()
            chosen.addItem(_NONE, "")
            for header in view.header:
                chosen.addItem(header or _NONE, header)
            chosen.setCurrentIndex(max(chosen.findData(known.get(field, "")), 0))
            word = look.say(FIELD_WORDS[field])
            chosen.setAccessibleName(word)
            chosen.setObjectName(f"column-{field}")
            self.columns[field] = chosen
            tone = "" if field in REQUIRED else "second"
            line, side = divmod(place, 2)
            grid.addWidget(label(look, word, "body", tone), line, 2 * side)
            grid.addWidget(chosen, line, 2 * side + 1)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._inner.addLayout(grid)

    def _check(self) -> None:
        self.wait(self.look.say("Reading the file"))
        self.checked.emit({field: one.currentData() for field, one in self.columns.items() if one.currentData()})

    def show_missing(self) -> None:
        """Say in the footer what is still to be given."""
        look = self.look
        missing = [pin.accessibleName() for pin in self.pins.values() if not pin.text()]
        set_ready(self.act, not missing)
        if missing:
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), look.say(", ").join(missing))
        else:
            self.state.show_state(Shape.MET, look.say("Everything is there"))

    def _accept(self) -> None:
        empty = [pin for pin in self.pins.values() if not pin.text()]
        if empty:
            empty[0].setFocus()
            return
        given = {
            key: (people[who.currentIndex()][0], self.pins[key].text())
            for key, (who, people) in self._who.items()
            if people
        }
        if len(given) == len(self.pins):
            self.wait(self.look.say("It is taken over"))
            self.accepted_by.emit(given["keeper"], given["supervisor"])


def import_bank(desk: Desk, file: Path, window: QWidget, done: Callable[[], None]) -> ImportDialog:
    """Take people through the import of a file; `done()` is called once it is taken over."""
    look, running = desk.look, list[Asked[ImportView]]()
    dialog = ImportDialog(look, file.name, window)

    def check(columns: dict[str, str]) -> None:
        asked = desk.ask(lambda room, going: room.imports.check(file, columns, look.wording, going))
        asked.progressed.connect(dialog.show_progress)
        asked.then(while_there(dialog, dialog.show_view), while_there(dialog, dialog.show_refused))
        running[:] = [asked]

    def accepted(_number: int) -> None:
        dialog.accept()
        done()

    def accept(keeper: Who, supervisor: Who) -> None:
        desk.ask(lambda room, _going: room.imports.accept(keeper, supervisor)).then(
            while_there(dialog, accepted), while_there(dialog, dialog.show_refused)
        )

    dialog.checked.connect(check)
    dialog.accepted_by.connect(accept)
    dialog.finished.connect(lambda _result: running[0].going.stop() if running else None)
    dialog.open()
    check({})
    return dialog
