"""The draws of this station: newest first, searched as one types, opened by Enter."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import button, centred, column, label, set_ready
from app.desktop.shapes import Shape
from app.desktop.tables import Rows, Table
from app.desktop.views import DrawRow
from app.wording import shown_time

COLUMNS: Final = ("Draw", "Project", "Lot", "State", "Begun")


class DrawsPage(Page):
    """The table, a search over all its columns, and the act that begins a draw."""

    opened = Signal(str)
    new_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("Draws"), look.say("Every draw of this station, the newest first"))
        self.is_read = False
        self.search = QLineEdit()
        self.search.setPlaceholderText(look.say("Serial, project, lot or state"))
        self.search.setAccessibleName(look.say("Search"))
        self.search.setClearButtonEnabled(True)
        self.table = Table(look, look.say("Draws"), 1)
        self._model = Rows([look.say(one) for one in COLUMNS], self._cells)
        self._shown = self.table.show_sorted(self._model, len(COLUMNS) - 1, Qt.SortOrder.DescendingOrder)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self.table)
        self.main.addWidget(self.search)
        self.main.addSpacing(look.px(16))
        self.main.addWidget(self._stack, 1)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.table.activated.connect(lambda index: self.opened.emit(self._row(index).draw))
        self.act = self.add_act(button(look, look.say("New draw"), "primary", "Ctrl+N"))
        self.act.setObjectName("new")
        set_ready(self.act, True)
        self.act.clicked.connect(self.new_asked)
        self.state.show_state(Shape.WAITING, look.say("Reading the journal"))

    def _cells(self, one: DrawRow) -> Sequence[str]:
        state = self.look.say(one.step.value) if one.step is not None else self.look.say("unreadable")
        return (one.serial, one.project, one.lot, state, shown_time(one.begun_at))

    def _empty(self) -> QWidget:
        look, made = self.look, QWidget()
        first = label(look, look.say("No draw has been made on this station yet."), "section")
        hint = look.say("A new draw begins with a request: a project, its quotas and the bidders to recuse.")
        made.setLayout(column(None, centred(first), look.px(8), centred(label(look, hint, "body", "second")), None))
        return made

    @property
    def rows(self) -> tuple[DrawRow, ...]:
        """Return the draws that are shown, in the order in which they were read."""
        return self._model.rows

    def show_rows(self, rows: Sequence[DrawRow]) -> None:
        """Show these draws."""
        self.is_read = True
        self._model.show_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        self.search.setEnabled(bool(rows))
        self.state.show_state(Shape.MET, self.look.say("{count} draws", count=len(rows)))

    def _row(self, index: QModelIndex) -> DrawRow:
        found: DrawRow = self._model.rows[self._shown.mapToSource(index).row()]
        return found
