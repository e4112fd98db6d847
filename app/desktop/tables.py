"""A table of the house: rows under hairlines, searched and sorted, one row chosen, copied by Ctrl+C."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.desktop.look import Look

Index = QModelIndex | QPersistentModelIndex
ROW: Final = 48
_SHOWN: Final = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
SORTED: Final = Qt.ItemDataRole.UserRole


class Rows(QAbstractTableModel):
    """Rows that are all there: `cells` gives the texts of one, `keys` what its columns are sorted by."""

    def __init__(
        self,
        columns: Sequence[str],
        cells: Callable[[Any], Sequence[str]],
        keys: Callable[[Any], Sequence[Any]] | None = None,
    ) -> None:
        super().__init__()
        self._columns, self._cells, self._keys = tuple(columns), cells, keys or cells
        self.rows: tuple[Any, ...] = ()

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's word."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return what stands in a cell, or what it is sorted by."""
        if role in _SHOWN:
            return self._cells(self.rows[index.row()])[index.column()]
        if role == SORTED:
            return self._keys(self.rows[index.row()])[index.column()]
        return None


class Table(QTableView):
    """A view of rows; `stretch` is the column that takes what room is left."""

    def __init__(self, look: Look, name: str, stretch: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setFont(look.font("caption"))
        header.setHighlightSections(False)
        self._stretch = stretch

    def show_sorted(self, model: Rows, column: int, order: Qt.SortOrder) -> QSortFilterProxyModel:
        """Show rows sorted by a column; return what filters them by the text of any column."""
        shown = QSortFilterProxyModel(self)
        shown.setFilterKeyColumn(-1)
        shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        shown.setSortRole(SORTED)
        shown.setSourceModel(model)
        self.setModel(shown)
        self.setSortingEnabled(True)
        self.sortByColumn(column, order)
        self.fit()
        return shown

    def fit(self) -> None:
        """Give each column the width of what is in sight, and the stretching one the rest."""
        header = self.horizontalHeader()
        header.setResizeContentsPrecision(64)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(self._stretch, QHeaderView.ResizeMode.Stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen row, its cells with tabs between, as a sheet takes them."""
        at = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy) and at.isValid():
            cells = [str(at.siblingAtColumn(column).data() or "") for column in range(self.model().columnCount())]
            QGuiApplication.clipboard().setText("\t".join(cells))
            return
        super().keyPressEvent(event)
