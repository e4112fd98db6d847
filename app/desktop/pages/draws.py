"""The draws of this station: newest first, searched as one types, opened by Enter."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QStackedWidget, QTableView, QWidget

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import button, centred, column, label, set_ready
from app.desktop.room import DrawRow
from app.desktop.shapes import Shape
from app.wording import shown_time

COLUMNS: Final = ("Draw", "Project", "Lot", "State", "Begun")
Index = QModelIndex | QPersistentModelIndex


class DrawsModel(QAbstractTableModel):
    """The rows of the table."""

    def __init__(self, look: Look, rows: Sequence[DrawRow] = ()) -> None:
        super().__init__()
        self._look, self.rows = look, tuple(rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many draws there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's word."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._look.say(COLUMNS[section])
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return what stands in a cell."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        one = self.rows[index.row()]
        state = self._look.say(one.step.value) if one.step is not None else self._look.say("unreadable")
        return (one.serial, one.project, one.lot, state, shown_time(one.begun_at))[index.column()]


class DrawsPage(Page):
    """The table, a search over all its columns, and the act that begins a draw."""

    opened = Signal(str)
    new_asked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("Draws"), look.say("Every draw of this station, the newest first"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(look.say("Serial, project, lot or state"))
        self.search.setAccessibleName(look.say("Search"))
        self.search.setClearButtonEnabled(True)
        self.table = QTableView()
        self.table.setAccessibleName(look.say("Draws"))
        self._model = DrawsModel(look)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setFilterKeyColumn(-1)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._shown.setSourceModel(self._model)
        self._dress()
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

    def _dress(self) -> None:
        look, table = self.look, self.table
        table.setModel(self._shown)
        table.setSortingEnabled(True)
        table.sortByColumn(len(COLUMNS) - 1, Qt.SortOrder.DescendingOrder)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(look.px(48))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFont(look.font("caption"))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _empty(self) -> QWidget:
        look, made = self.look, QWidget()
        first = label(look, look.say("No draw has been made on this station yet."), "section")
        hint = look.say("A new draw begins with a request: a project, its quotas and the bidders to recuse.")
        made.setLayout(column(None, centred(first), look.px(8), centred(label(look, hint, "body", "second")), None))
        return made

    def show_rows(self, rows: Sequence[DrawRow]) -> None:
        """Show these draws."""
        self._model.beginResetModel()
        self._model.rows = tuple(rows)
        self._model.endResetModel()
        self._stack.setCurrentIndex(1 if rows else 0)
        self.search.setEnabled(bool(rows))
        self.state.show_state(Shape.MET, self.look.say("{count} draws", count=len(rows)))

    def _row(self, index: QModelIndex) -> DrawRow:
        return self._model.rows[self._shown.mapToSource(index).row()]
