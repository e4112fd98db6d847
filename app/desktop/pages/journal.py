"""The journal to read: searched by any word, filtered by what happened, each entry proved, its head taken home."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit

from app.desktop.journalviews import HeadView, JournalRow, ProofView
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.parts import button, clear, label, row, rule, set_ready
from app.desktop.section import Desk, while_there
from app.desktop.shapes import Shape
from app.desktop.tables import ROW, Rows, Table
from app.wording import shown_time
from vault.errors import FengqianError

COLUMNS: Final = ("No.", "Time", "What happened", "Draw", "By")
_ROWS_IN_SIGHT: Final = 6


class JournalPage(Page):
    """Entries in a table, the chosen one at the side; what can be done with the whole in the footer."""

    checked = Signal(object)
    proof_asked = Signal(int)
    taken_home = Signal(object)
    exported = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(
            look, look.say("Journal"), look.say("Every step at this station, signed, none left out"), side=SIDE
        )
        self._model = Rows([look.say(one) for one in COLUMNS], self._cells, _keys)
        self.table = Table(look, look.say("Journal"), 2)
        self._shown = self.table.show_sorted(self._model, 0, Qt.SortOrder.DescendingOrder)
        self.search, self.kinds = QLineEdit(), QComboBox()
        self.search.setObjectName("journal-search")
        self.search.setPlaceholderText(look.say("Serial, person, time or what happened"))
        self.search.setAccessibleName(look.say("Search"))
        self.search.setClearButtonEnabled(True)
        self.kinds.setAccessibleName(look.say("What happened"))
        self.kinds.addItem(look.say("Everything"))
        self._rows: tuple[JournalRow, ...] = ()
        self.main.addLayout(row(self.search, look.px(12), self.kinds))
        self.main.addSpacing(look.px(16))
        self.table.setMinimumHeight(look.px(_ROWS_IN_SIGHT * ROW))
        self.main.addWidget(self.table, 1)
        self.search.textChanged.connect(self._shown.setFilterFixedString)
        self.kinds.currentIndexChanged.connect(self._filter)
        self.table.selectionModel().currentRowChanged.connect(self._choose)
        self._show_nothing()
        self.act = self.add_act(button(look, look.say("Check the journal"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(lambda: self.checked.emit(None))
        set_ready(self.act, True)
        self.state.show_state(Shape.WAITING, look.say("Reading the journal"))

    def _cells(self, one: JournalRow) -> Sequence[str]:
        who = self.look.say(", ").join(one.who)
        return (str(one.index), shown_time(one.at, seconds=True), self.look.say(one.word), one.about, who)

    def show_rows(self, rows: tuple[JournalRow, ...]) -> None:
        """Show these entries, and what happened among them as a filter."""
        self._rows = rows
        for word in sorted({one.word for one in rows}):
            self.kinds.addItem(self.look.say(word), word)
        self._filter()
        self.state.show_state(
            Shape.WAITING, self.look.say("{count} entries", count=len(rows)), self.look.say("not checked")
        )

    def show_progress(self, done: int, total: int) -> None:
        """Say how far the reading is."""
        said = self.look.say("{done} of {total}", done=done, total=total)
        self.state.show_state(Shape.WAITING, self.look.say("Reading the journal"), said)

    def _filter(self) -> None:
        word = self.kinds.currentData()
        self._model.show_rows([one for one in self._rows if word is None or one.word == word])
        self._show_nothing()

    def _show_nothing(self) -> None:
        assert self.side is not None
        clear(self.side)
        hint = self.look.say("Choose an entry to read it whole and to prove that it stands in the journal.")
        self.side.addWidget(label(self.look, hint, "body", "hint", wrap=True))
        self._show_whole()

    def _show_whole(self) -> None:
        """Offer at the foot of the side what can be done with the journal as a whole."""
        look, side = self.look, self.side
        assert side is not None
        side.addStretch(1)
        side.addSpacing(look.px(24))
        side.addWidget(label(look, look.say("The whole journal"), "section"))
        for word, act in (
            (look.say("Take the head home"), self._take_home),
            (look.say("Compare with a head taken home"), self._compare),
            (look.say("Export"), self._export),
        ):
            one = button(look, word)
            one.clicked.connect(act)
            side.addSpacing(look.px(8))
            side.addWidget(one)

    def _choose(self, at: QModelIndex) -> None:
        if at.isValid():
            self._show_entry(self._model.rows[self._shown.mapToSource(at).row()])

    def _show_entry(self, one: JournalRow) -> None:
        look, side = self.look, self.side
        assert side is not None
        clear(side)
        side.addWidget(label(look, look.say(one.word), "section", wrap=True))
        line = look.say("Entry {number}, {time}", number=one.index, time=shown_time(one.at, seconds=True))
        side.addWidget(label(look, line, "caption", "second", wrap=True))
        side.addSpacing(look.px(12))
        for name, value in one.facts:
            side.addWidget(rule())
            side.addSpacing(look.px(6))
            side.addWidget(label(look, name, "caption", "hint"))
            shown = label(look, breakable(value), "body", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            side.addWidget(shown)
            side.addSpacing(look.px(6))
        prove = button(look, look.say("Prove that it stands there"))
        prove.setObjectName("prove")
        prove.clicked.connect(lambda: self.proof_asked.emit(one.index))
        side.addSpacing(look.px(12))
        side.addWidget(prove)
        self._show_whole()

    def show_proof(self, proof: ProofView) -> None:
        """Say that an entry stands in the journal, and by what."""
        look = self.look
        told = look.say(
            "Entry {number} stands under the head of {size} entries", number=proof.index, size=proof.head.size
        )
        by = look.say("{steps} hashes lead from it to the root {root}", steps=proof.steps, root=proof.head.root[:16])
        self.state.show_state(Shape.MET, told, by)

    def show_head(self, head: HeadView) -> None:
        """Say that the journal holds."""
        root = self.look.say("root {root}", root=head.root[:16])
        self.state.show_state(Shape.MET, self.look.say("The journal holds: {size} entries", size=head.size), root)

    def show_written(self, head: HeadView, file: Path) -> None:
        """Say what was written."""
        told = self.look.say("Written: {name}", name=file.name)
        self.state.show_state(Shape.MET, told, self.look.say("{count} entries", count=head.size))

    def _compare(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.look.say("Choose the head that was taken home"))
        if name:
            self.checked.emit(Path(name))

    def _take_home(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.look.say("Take the head home"), "checkpoint.txt")
        if name:
            self.taken_home.emit(Path(name))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.look.say("Export"), "journal.txt")
        if name:
            self.exported.emit(Path(name))


def breakable(text: str) -> str:
    """Return a text without spaces, as a digest is, so that a line may end inside it."""
    return "\u200b".join(text[at : at + 8] for at in range(0, len(text), 8)) if " " not in text else text


def _keys(one: JournalRow) -> Sequence[object]:
    return (one.index, one.at.isoformat(), one.word, one.about, "".join(one.who))


def journal_section(desk: Desk) -> JournalPage:
    """Build the page, and say what its acts are."""
    page = JournalPage(desk.look)
    asked = desk.ask(lambda room, going: room.journal.rows(going))
    asked.progressed.connect(page.show_progress)
    asked.then(page.show_rows, desk.refuse)

    def check(anchor: Path | None) -> None:
        page.state.show_state(Shape.WAITING, desk.look.say("Checking the journal"))
        desk.ask(lambda room, _going: room.journal.check(anchor)).then(page.show_head, refused)

    def refused(error: FengqianError) -> None:
        while_there(page, lambda _error: page.show_refused())(error)
        desk.refuse(error)

    def write(file: Path, *, whole: bool) -> None:
        asked = desk.ask(lambda room, _: room.journal.export(file) if whole else room.journal.take_home(file))
        asked.then(while_there(page, lambda head: page.show_written(head, file)), refused)

    page.checked.connect(check)
    page.proof_asked.connect(
        lambda index: desk.ask(lambda room, _: room.journal.prove(index)).then(page.show_proof, refused)
    )
    page.taken_home.connect(lambda file: write(file, whole=False))
    page.exported.connect(lambda file: write(file, whole=True))
    return page
