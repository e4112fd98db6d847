"""Rows that people type or paste: cells as in a spreadsheet, with an empty row at the end to go on in.

Enter or a letter begins a cell, Tab inside a cell goes to the next, Ctrl+V takes a block from a spreadsheet,
Ctrl+Delete takes rows away, Ctrl+Z takes the last change back.  Outside a cell Tab leaves the sheet.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractItemModel, QAbstractTableModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.desktop.look import Look
from app.desktop.tables import ROW, Index
from app.drafting import Rows, clean

_UNDONE: Final = 100
_LEAST, _MOST_IN_SIGHT = 2, 8


@dataclass(frozen=True)
class SheetColumn:
    """A column: its word, its width (0: takes what is left; −1: hidden), and what a cell may hold.

    `choices` gives (value, word) pairs; `offers` what is proposed while typing, the value first, then a wide space.
    """

    word: str
    width: int = 0
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    offers: Sequence[str] = ()
    right: bool = False


class SheetModel(QAbstractTableModel):
    """The rows; the last one is empty, and the extra column at the end is shown, never typed."""

    changed = Signal()

    def __init__(self, columns: Sequence[SheetColumn], most: int, shown: str) -> None:
        super().__init__()
        self.columns, self._most, self._shown = tuple(columns), most, shown
        self._rows: list[list[str]] = []
        self._notes: tuple[str, ...] = ()
        self._before: list[Rows] = []

    def rows(self) -> Rows:
        """Return the rows in which anything stands."""
        return tuple(tuple(row) for row in self._rows)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = [list(row) for row in rows]
        self.endResetModel()

    def note(self, notes: Sequence[str]) -> None:
        """Show a text beside each row, from the first on."""
        self._notes = tuple(notes)
        if self._shown and self._rows:
            at = len(self.columns)
            self.dataChanged.emit(self.index(0, at), self.index(len(self._rows) - 1, at))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many rows there are, with the empty one."""
        return 0 if parent.isValid() else len(self._rows) + (len(self._rows) < self._most)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.columns) + bool(self._shown)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's word."""
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.columns[section].word if section < len(self.columns) else self._shown

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say that every cell but those at the end may be typed in."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() < len(self.columns) else flags

    def data(self, index: Index, role: int = 0) -> Any:
        """Return a cell's text, its choice's word where it has one."""
        row, at = index.row(), index.column()
        right = at >= len(self.columns) or self.columns[at].right
        if role == Qt.ItemDataRole.TextAlignmentRole and right:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if at >= len(self.columns):
            return self._notes[row] if row < len(self._notes) else ""
        text = self._rows[row][at] if row < len(self._rows) else ""
        if role == Qt.ItemDataRole.EditRole:
            return text
        column = self.columns[at]
        if column.choices is not None:
            return dict(column.choices()).get(text, text)
        return next((one for one in column.offers if text and one.split("　")[0] == text), text)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed."""
        text = clean(str(value))
        if role != Qt.ItemDataRole.EditRole or text == self.data(index, role):
            return False
        rows = self._filled(index.row() + 1)
        rows[index.row()][index.column()] = text
        self.change(rows)
        return True

    def _filled(self, least: int) -> list[list[str]]:
        rows = [list(row) for row in self._rows]
        return rows + [[""] * len(self.columns) for _ in range(least - len(rows))]

    def paste(self, at: Index, block: Sequence[Sequence[str]]) -> bool:
        """Take a block of cells from a cell on; False, and nothing changes, where there would be too many rows."""
        first, left = (at.row(), at.column()) if at.isValid() else (len(self._rows), 0)
        if first + len(block) > self._most:
            return False
        rows = self._filled(first + len(block))
        for row, cells in zip(rows[first:], block, strict=True):
            for place, (column, cell) in enumerate(zip(self.columns[left:], cells, strict=False), left):
                text = clean(cell)
                if column.choices is not None:
                    text = next((value for value, word in column.choices() if text in (value, word)), text)
                row[place] = text
        self.change(rows)
        return True

    def remove(self, which: Sequence[int]) -> None:
        """Take rows away."""
        self.change([list(row) for number, row in enumerate(self._rows) if number not in set(which)])

    def change(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows, of which empty ones are left out; what stood before can be had back."""
        self._before = [*self._before, self.rows()][-_UNDONE:]
        self.show_rows([row for row in rows if any(row)])
        self.changed.emit()

    def undo(self) -> None:
        """Take the last change back."""
        if self._before:
            self.show_rows(self._before.pop())
            self.changed.emit()


class _Cells(QStyledItemDelegate):
    """Cells that look like the fields they are."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, model = self._look, index.model()
        assert isinstance(model, SheetModel)
        area = QRectF(option.rect)
        inner = area.adjusted(look.px(2), look.px(5), -look.px(2), -look.px(5))
        view = self.parent()
        here = isinstance(view, Sheet) and view.hasFocus() and view.currentIndex() == index
        painter.save()
        painter.setFont(look.font("body"))
        if index.column() < len(model.columns):
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.theme.colour("focus" if here else "edge"), 2 if here else 1))
            painter.setBrush(look.theme.colour("field"))
            painter.drawRoundedRect(inner.adjusted(0.5, 0.5, -0.5, -0.5), look.px(4), look.px(4))
        text = inner.adjusted(look.px(10), 0, -look.px(10), 0)
        painter.setPen(look.theme.colour("ink"))
        aligned = index.data(Qt.ItemDataRole.TextAlignmentRole) or (
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        said = painter.fontMetrics().elidedText(
            str(index.data() or ""), Qt.TextElideMode.ElideMiddle, int(text.width())
        )
        painter.drawText(text, int(aligned), said)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: ARG002
        model = index.model()
        assert isinstance(model, SheetModel)
        column = model.columns[index.column()]
        if column.choices is not None:
            box = QComboBox(parent)
            for value, word in column.choices():
                box.addItem(word, value)
            return box
        made = QLineEdit(parent)
        if column.offers:
            completer = QCompleter(list(column.offers), made)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            made.setCompleter(completer)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(editor.findData(text), 0))
        elif isinstance(editor, QLineEdit):
            editor.setText(text)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())
        elif isinstance(editor, QLineEdit):
            text, sheet = editor.text(), index.model()
            assert isinstance(sheet, SheetModel)
            model.setData(index, text.split("　")[0] if sheet.columns[index.column()].offers else text)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        editor.setGeometry(option.rect)


class Sheet(QTableView):
    """The view of rows; it is as high as what stands in it, up to eight rows."""

    changed = Signal()
    too_many = Signal(int)

    def __init__(self, look: Look, name: str, columns: Sequence[SheetColumn], most: int, shown: str = "") -> None:
        super().__init__()
        self._look = look
        self.sheet = SheetModel(columns, most, shown)
        self.setModel(self.sheet)
        self.setItemDelegate(_Cells(look, self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        begins = QAbstractItemView.EditTrigger
        # not as the focus comes: Tab must be able to leave
        self.setEditTriggers(
            begins.DoubleClicked | begins.SelectedClicked | begins.AnyKeyPressed | begins.EditKeyPressed
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        header = self.horizontalHeader()
        header.setFont(look.font("caption"))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for at, column in enumerate(columns):
            if column.width > 0:
                header.resizeSection(at, look.px(column.width))
            elif column.width < 0:
                self.setColumnHidden(at, True)
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self.sheet.changed.connect(self.changed)
        self.sheet.modelReset.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        rows = min(max(self.sheet.rowCount(), _LEAST), _MOST_IN_SIGHT)
        self.setFixedHeight(self._look.px(38) + rows * self._look.px(ROW) + 6)

    def point(self, row: int, column: int) -> None:
        """Give the focus to a cell."""
        self.setFocus()
        self.setCurrentIndex(self.sheet.index(max(row, 0), column))

    def paste_text(self, text: str) -> None:
        """Take a block as a spreadsheet copies it."""
        block = [
            row for row in csv.reader(io.StringIO(text, newline=""), dialect="excel-tab") if any(map(str.strip, row))
        ]
        if block and not self.sheet.paste(self.currentIndex(), block):
            self.too_many.emit(len(block))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste, undo, clear cells, take rows away; anything else as a table does."""
        chosen = self.selectedIndexes()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.edit(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_text(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.sheet.undo()
        elif event.matches(QKeySequence.StandardKey.Copy):
            lines: dict[int, list[str]] = {}
            for one in chosen:
                lines.setdefault(one.row(), []).append(str(one.data() or ""))
            QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for _, cells in sorted(lines.items())))
        elif event.key() == Qt.Key.Key_Delete and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sheet.remove([one.row() for one in chosen])
        elif event.key() == Qt.Key.Key_Delete:
            rows = [list(row) for row in self.sheet.rows()]
            for one in chosen:
                if one.row() < len(rows) and one.column() < len(self.sheet.columns):
                    rows[one.row()][one.column()] = ""
            self.sheet.change(rows)
        else:
            super().keyPressEvent(event)
