"""The expert bank: a table that fetches what is in sight, filtered as one types and by specialty; its versions."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QStackedWidget, QTreeWidget, QTreeWidgetItem, QWidget

from app.desktop.bankviews import AT_ONCE, BankView, ExpertView, FoundView, RowsView, SpecialtyView
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.pages.bankimport import import_bank
from app.desktop.parts import button, centred, clear, column, label, row, rule
from app.desktop.section import Desk, while_there
from app.desktop.shapes import Shape
from app.desktop.tables import ROW, Index, Table
from app.desktop.work import Asked
from app.wording import shown_time
from vault.errors import FengqianError

COLUMNS: Final = ("Id", "Name", "Employer", "Specialties", "Region", "Standing", "Telephone")
TYPING: Final = 150  # milliseconds of rest after a key before the search begins
_KEPT: Final = 64  # screens of rows in memory
_VERSIONS: Final = 5
_ROWS_IN_SIGHT: Final = 6


class BankModel(QAbstractTableModel):
    """The rows of a filter; those that aren't there yet are asked for as they come into sight."""

    def __init__(self, look: Look, ask: Callable[[int, int], None]) -> None:
        super().__init__()
        self._look, self._ask = look, ask
        self._words = [look.say(one) for one in COLUMNS]
        self.number, self._count = 0, 0
        self._screens: dict[int, tuple[ExpertView, ...] | None] = {}

    def show_found(self, found: FoundView) -> None:
        """Show what a filter found."""
        self.beginResetModel()
        self.number, self._count = found.number, found.rows or 0
        self._screens.clear()
        self.endResetModel()

    def take_rows(self, view: RowsView) -> None:
        """Take rows that were asked for; those of an earlier filter are dropped."""
        if view.number != self.number or not view.rows:
            return
        while len(self._screens) > _KEPT:
            self._screens.pop(next(iter(self._screens)))
        self._screens[view.start // AT_ONCE] = view.rows
        self.dataChanged.emit(self.index(view.start, 0), self.index(view.start + len(view.rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many rows there are."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Return a column's word."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._words[section]
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        """Return what stands in a cell, and ask for it where it isn't there yet."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        screen, place = divmod(index.row(), AT_ONCE)
        if screen not in self._screens:
            self._screens[screen] = None
            self._ask(self.number, screen * AT_ONCE)
        rows = self._screens[screen]
        if rows is None:
            return "…"
        found = rows[place]
        standing = self._look.say(found.standing)
        return (found.id, found.name, found.employer, found.specialties, found.region, standing, found.phone)[
            index.column()
        ]


class BankPage(Page):
    """Search and table in the middle; specialties with their counts at the side, versions below."""

    import_asked = Signal(str)
    sought = Signal(int, str, str)
    rows_asked = Signal(int, int)

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("Expert bank"), look.say("The version in force, as it was accepted"), side=SIDE)
        self._number, self._prefix = 0, ""
        self.search = QLineEdit()
        self.search.setObjectName("bank-search")
        self.search.setAccessibleName(look.say("Search"))
        self.search.setClearButtonEnabled(True)
        self.table = Table(look, look.say("Expert bank"), 2)
        self.model = BankModel(look, self.rows_asked.emit)
        self.table.setModel(self.model)
        self.tree = QTreeWidget()
        self._dress()
        self._stack = QStackedWidget()
        self._said, self._hint = label(look, "", "section"), label(look, "", "body", "second")
        self._stack.setMinimumHeight(look.px(_ROWS_IN_SIGHT * ROW))
        self._stack.addWidget(self._empty())
        self._stack.addWidget(self.table)
        self.main.addWidget(self.search)
        self.main.addSpacing(look.px(16))
        self.main.addWidget(self._stack, 1)
        self._rest = QTimer(self, singleShot=True, interval=TYPING)
        self._rest.timeout.connect(self.seek)
        self.search.textChanged.connect(lambda: self._rest.start())
        self.search.setEnabled(False)
        self.tree.currentItemChanged.connect(self._choose)
        imports = self.add_act(button(look, look.say("Import a file")))
        imports.setObjectName("import")
        imports.clicked.connect(self._choose_file)
        self.state.show_state(Shape.WAITING, look.say("Reading the bank"))

    def _choose_file(self) -> None:
        look = self.look
        kinds = look.say("Bank files (*.xlsx *.csv)")
        name, _ = QFileDialog.getOpenFileName(self, look.say("Import a file"), "", kinds)
        if name:
            self.import_asked.emit(name)

    def _dress(self) -> None:
        look, tree, header = self.look, self.tree, self.table.horizontalHeader()
        for column_, width in enumerate((120, 88, 0, 152, 92, 76, 132)):
            if width:
                self.table.setColumnWidth(column_, look.px(width))
        header.setMinimumSectionSize(look.px(76))
        header.setSectionResizeMode(2, header.ResizeMode.Stretch)
        tree.setHeaderHidden(True)
        tree.setColumnCount(2)
        tree.setAccessibleName(look.say("Specialties"))
        tree.setRootIsDecorated(True)
        tree.setIndentation(look.px(16))
        tree.header().setStretchLastSection(False)
        tree.header().setSectionResizeMode(0, header.ResizeMode.Stretch)
        tree.header().setSectionResizeMode(1, header.ResizeMode.ResizeToContents)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setMinimumHeight(look.px(240))

    def _empty(self) -> QWidget:
        made = QWidget()
        made.setLayout(column(None, centred(self._said), self.look.px(8), centred(self._hint), None))
        return made

    def show_about(self, view: BankView) -> None:
        """Show the versions, and begin with everybody; the specialties come when they are counted."""
        look, side = self.look, self.side
        assert side is not None
        self.tree.setParent(None)
        self.tree.clear()
        clear(side)
        if view.masked:
            self.search.setPlaceholderText(look.say("Id, employer, region or specialty"))
            self.table.setColumnHidden(len(COLUMNS) - 1, True)
        else:
            self.search.setPlaceholderText(look.say("Id, name, employer, telephone, region or specialty"))
        side.addWidget(label(look, look.say("Specialties"), "section"))
        side.addSpacing(look.px(8))
        if view.versions:
            waiting = QTreeWidgetItem(self.tree, [look.say("Counting the specialties"), ""])
            waiting.setFlags(Qt.ItemFlag.NoItemFlags)
        side.addWidget(self.tree, 1)
        side.addSpacing(look.px(16))
        side.addWidget(label(look, look.say("Versions"), "section"))
        for one in view.versions[:_VERSIONS]:
            side.addSpacing(look.px(8))
            side.addWidget(rule())
            side.addSpacing(look.px(6))
            first = look.say("Version {number}, {count} experts", number=one.number, count=one.experts)
            changes = f"+{one.added}　−{one.removed}　~{one.changed}"
            side.addLayout(row(label(look, first, "body-bold"), None))
            side.addWidget(label(look, f"{shown_time(one.at)}　{changes}", "caption", "second"))
        if not view.versions:
            side.addWidget(label(look, look.say("none"), "body", "second"))
            self._show_nothing(
                look.say("There is no bank yet."),
                look.say("Keeper and supervisor import one from the province's file."),
            )
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), look.say("a bank"))
            return
        self.search.setEnabled(True)
        self.seek()

    def show_specialties(self, specialties: tuple[SpecialtyView, ...]) -> None:
        """Show the specialties with their counts."""
        look, items = self.look, dict[str, QTreeWidgetItem]()
        self.tree.clear()
        every = QTreeWidgetItem(self.tree, [look.say("All specialties"), ""])
        every.setData(0, Qt.ItemDataRole.UserRole, "")
        for one in specialties:
            above = next(
                (items[one.code[:end]] for end in range(len(one.code) - 1, 0, -1) if one.code[:end] in items), None
            )
            count = look.say("fewer than 10") if one.experts is None else f"{one.experts:,}"
            item = QTreeWidgetItem(above or self.tree.invisibleRootItem(), [f"{one.code}　{one.name}", count])
            item.setData(0, Qt.ItemDataRole.UserRole, one.code)
            item.setToolTip(0, f"{one.code} {one.name}")
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            items[one.code] = item

    def _choose(self, item: QTreeWidgetItem | None, _before: object = None) -> None:
        if item is not None:
            self._prefix = str(item.data(0, Qt.ItemDataRole.UserRole))
            self.seek()

    def seek(self) -> None:
        """Ask for what the filter of this moment finds."""
        self._number += 1
        self.state.show_state(Shape.WAITING, self.look.say("Searching"))
        self.sought.emit(self._number, self._prefix, self.search.text().strip())

    def show_progress(self, done: int, total: int) -> None:
        """Say how far the search is."""
        said = self.look.say("{done} of {total}", done=f"{done:,}", total=f"{total:,}")
        self.state.show_state(Shape.WAITING, self.look.say("Searching"), said)

    def show_found(self, found: FoundView) -> None:
        """Show what was found, unless another search began since."""
        look = self.look
        if found.number != self._number:
            return
        self.model.show_found(found)
        if found.rows:
            self._stack.setCurrentIndex(1)
            self.state.show_state(Shape.MET, look.say("{count} experts", count=f"{found.rows:,}"))
            return
        if found.rows is None:
            hint = look.say("So few aren't shown to an operator: it would tell who can be drawn.")
            self._show_nothing(look.say("Fewer than 10 experts"), hint)
        else:
            self._show_nothing(look.say("Nobody found"), look.say("Take a word away, or choose all specialties."))
        self.state.show_state(Shape.WAITING, self._said.text())

    def _show_nothing(self, said: str, hint: str) -> None:
        self._said.setText(said)
        self._hint.setText(hint)
        self._stack.setCurrentIndex(0)


def bank_section(desk: Desk) -> BankPage:
    """Build the page; each search stops the one before it."""
    page = BankPage(desk.look)
    running: list[Asked[FoundView]] = []

    def refused(error: FengqianError) -> None:
        while_there(page, lambda _error: page.show_refused())(error)
        desk.refuse(error)

    def seek(number: int, prefix: str, text: str) -> None:
        for one in running:
            one.going.stop()
        running.clear()
        asked = desk.ask(lambda room, going: room.bank().find(number, prefix, text, going))
        asked.progressed.connect(page.show_progress)
        asked.then(page.show_found, refused)
        running.append(asked)

    def rows(number: int, start: int) -> None:
        desk.ask(lambda room, _going: room.bank().rows(number, start, AT_ONCE)).then(
            while_there(page, page.model.take_rows), refused
        )

    page.sought.connect(seek)
    page.rows_asked.connect(rows)

    def begin(view: BankView) -> None:
        page.show_about(view)
        if not view.versions:
            return
        asked = desk.ask(lambda room, going: room.bank().specialties(going))  # behind the first search
        asked.then(while_there(page, page.show_specialties), refused)

    def look_again() -> None:
        desk.ask(lambda room, _going: room.bank().about()).then(while_there(page, begin), refused)

    page.import_asked.connect(lambda name: import_bank(desk, Path(name), page.window(), look_again))
    look_again()
    return page
