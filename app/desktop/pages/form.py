"""A new draw: the form on which its request is typed, with live counts and rules at the side.

What is typed is kept after a short rest; the rules and the counts are asked at the same time, once nothing that they
need is missing.  The sealed part, bidders and recusals, stands under a seal.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from app.desktop.formviews import CheckedView, FormView
from app.desktop.ladders import add_findings, add_report
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.parts import Seal, button, clear, column, label, row, rule, set_ready
from app.desktop.shapes import Shape
from app.desktop.sheet import Sheet, SheetColumn
from app.drafting import COLUMNS, FIELDS, Draft, Fault, clean, faults
from drawing.request import LEVELS, METHODS, TRADES
from drawing.request_form import MOST_BIDDERS, MOST_NAMED, MOST_QUOTAS, MOST_RECUSALS, MOST_SITES
from vault.ids import DrawId

REST: Final = 300  # milliseconds of rest after a change before it is kept
WORDS: Final = {
    "name": "Name of the project",
    "lot": "Lot",
    "trade": "Trade",
    "method": "Way of buying",
    "budget": "Budget in yuan",
    "technically_complex": "Technically complex",
    "high_social_impact": "Of high social impact",
    "start": "Meeting begins",
    "hours": "Hours",
    "opening": "List may be opened",
    "level": "Level",
    "employer_cap": "At most of one employer",
    "cap_draws": "Not with so many draws",
    "cap_days": "within so many days",
    "sites": "Sites",
    "quotas": "Quotas",
    "bidders": "Bidders",
    "recusals": "Recusals",
    "owner_members": "Members of the owner",
    "recommended": "Recommended experts",
}
HEADS: Final = {
    "sites": ("Place as it is spoken in the call", "Arrive by", "Region", "Key"),
    "quotas": ("Specialty", "Region", "Site", "Experts", "Reserves"),
    "bidders": ("Name", "Other names, with ; between"),
    "recusals": ("Kind", "Expert's id or employer", "Ground"),
    "owner_members": ("Name", "Authority", "Employer"),
    "recommended": ("Name", "Telephone", "Employer", "Article", "Reason"),
}
_WIDTHS: Final = {
    "sites": (0, 168, 110, -1),
    "quotas": (0, 96, 150, 68, 68),
    "bidders": (0, 300),
    "recusals": (120, 0, 280),
    "owner_members": (140, 0, 260),
    "recommended": (100, 140, 0, 140, 160),
}
_MOST: Final = {
    "sites": MOST_SITES,
    "quotas": MOST_QUOTAS,
    "bidders": MOST_BIDDERS,
    "recusals": MOST_RECUSALS,
    "owner_members": MOST_NAMED,
    "recommended": MOST_NAMED,
}
CHOICE_WORDS: Final[Mapping[str, str]] = {
    "works": "works",
    "procurement": "procurement",
    "others": "others",
    "tender": "Open tender",
    "negotiation": "Negotiation",
    "inquiry": "Price inquiry",
    **{level: level for level in LEVELS},
}
_CHOICES: Final = {"trade": TRADES, "method": METHODS, "level": LEVELS}
_NUMBERS: Final = ("count", "reserves")


class FormPage(Page):
    """The form; `draft` returns what stands in it at this moment."""

    file_chosen = Signal(str)
    sample_asked = Signal()
    earlier_asked = Signal(object)
    changed = Signal(object, int)
    registered = Signal(object)
    put_away_asked = Signal()
    left = Signal()

    def __init__(self, look: Look, form: FormView, draft: Draft, *, sample: bool) -> None:
        super().__init__(look, look.say("New draw"), look.say("What is typed is kept, sealed, at this station"), step=0,
                         side=SIDE)  # fmt: skip
        self.form, self._begun_with = form, draft
        self._checked, self._number = form.checked, 0
        self._names = dict(form.specialties)
        self.lines: dict[str, QLineEdit] = {}
        self.boxes: dict[str, QComboBox] = {}
        self.ticks: dict[str, QCheckBox] = {}
        self.sheets: dict[str, Sheet] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.timeout.connect(self.flush)
        self._show_ways(sample)
        self._show_project()
        self._show_open_sheets()
        self._show_sealed_sheets()
        self.main.addStretch(1)
        self.add_act(button(look, look.say("Leave it"))).clicked.connect(self._leave)
        self.act = self.add_act(button(look, look.say("Register"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._register)
        self.show_checked(form.checked)
        self.is_counted = False

    def _show_ways(self, sample: bool) -> None:
        look = self.look
        choose = button(look, look.say("Choose a request's file"), key="Ctrl+O")
        choose.clicked.connect(self._choose)
        ways = row(choose, gap=look.px(12))
        if sample:
            use = button(look, look.say("Use the sample's request"))
            use.setObjectName("use-sample")
            use.clicked.connect(self.sample_asked)
            ways.addWidget(use)
        if self.form.earlier:
            earlier = QComboBox()
            earlier.setAccessibleName(look.say("Terms of an earlier draw"))
            earlier.addItem(earlier.accessibleName(), None)
            for draw, name in self.form.earlier:
                earlier.addItem(name, draw)
            earlier.activated.connect(lambda _at: self._take_earlier(earlier.currentData()))
            earlier.setMaximumWidth(look.px(280))
            ways.addWidget(earlier, 1)
        ways.addStretch(1)
        empty = button(look, look.say("Empty the form"), "link")
        empty.clicked.connect(self.put_away_asked)
        ways.addWidget(empty)
        self.main.addLayout(ways)
        self.main.addSpacing(look.px(20))

    def _take_earlier(self, draw: DrawId | None) -> None:
        if draw is not None:
            self.earlier_asked.emit(draw)

    def _show_project(self) -> None:
        look, grid = self.look, QGridLayout()
        grid.setHorizontalSpacing(look.px(16))
        grid.setVerticalSpacing(look.px(12))
        places = (
            ("name", 0, 0, 4), ("lot", 0, 4, 2),
            ("trade", 1, 0, 2), ("method", 1, 2, 2), ("budget", 1, 4, 2),
            ("start", 2, 0, 2), ("opening", 2, 2, 2), ("hours", 2, 4, 1), ("level", 2, 5, 1),
            ("employer_cap", 3, 0, 2), ("cap_draws", 3, 2, 2), ("cap_days", 3, 4, 2),
        )  # fmt: skip
        for key, line, at, wide in places:
            grid.addLayout(self._field(key), line, at, 1, wide)
        for at in range(6):
            grid.setColumnStretch(at, 1)
        ticks = row(gap=look.px(24))
        for key in ("technically_complex", "high_social_impact"):
            tick = QCheckBox(look.say(WORDS[key]))
            tick.setChecked(bool(self._begun_with.said(key)))
            tick.toggled.connect(self._change)
            self.ticks[key] = tick
            ticks.addWidget(tick)
        ticks.addStretch(1)
        self.main.addLayout(grid)
        self.main.addSpacing(look.px(8))
        self.main.addLayout(ticks)
        self.lines["start"].setPlaceholderText("2026-11-26 09:00")
        self.lines["opening"].setPlaceholderText(look.say("as the meeting begins"))

    def _field(self, key: str) -> QVBoxLayout:
        look, word, said = self.look, self.look.say(WORDS[key]), self._begun_with.said(key)
        made = column(label(look, word, "caption", "hint"), gap=look.px(4))
        if key in _CHOICES:
            box = QComboBox()
            for value in _CHOICES[key]:
                box.addItem(look.say(CHOICE_WORDS.get(value, value)), value)
            box.setCurrentIndex(max(box.findData(said), 0))
            box.currentIndexChanged.connect(self._change)
            self.boxes[key] = box
            box.setAccessibleName(word)
            made.addWidget(box)
        else:
            line = QLineEdit(said)
            line.setAccessibleName(word)
            line.setCursorPosition(0)
            line.textChanged.connect(self._change)
            self.lines[key] = line
            made.addWidget(line)
        return made

    def _show_open_sheets(self) -> None:
        self._add_sheet("sites")
        self._add_sheet("quotas", shown=self.look.say("Eligible"))

    def _show_sealed_sheets(self) -> None:
        look = self.look
        self.main.addSpacing(look.px(24))
        self.main.addWidget(rule("strong"))
        self.main.addSpacing(look.px(16))
        hint = label(look, look.say("Never on the wall and never read aloud."), "caption", "hint")
        self.main.addLayout(
            row(Seal(look, 28), look.px(8), label(look, look.say("Sealed part"), "section"), look.px(16), hint, None)
        )
        for key in ("bidders", "recusals", "owner_members", "recommended"):
            self._add_sheet(key)

    def _add_sheet(self, key: str, shown: str = "") -> None:
        look = self.look
        columns = [
            SheetColumn(
                look.say(head),
                width,
                self._choices_of(key, one[0]),
                [f"{code}　{name}" for code, name in self.form.specialties] if one[0] == "specialty" else (),
                one[0] in _NUMBERS,
            )
            for head, width, one in zip(HEADS[key], _WIDTHS[key], COLUMNS[key], strict=True)
        ]
        sheet = Sheet(look, look.say(WORDS[key]), columns, _MOST[key], shown)
        sheet.sheet.show_rows(self._begun_with.sheet(key))
        sheet.changed.connect(self._change)
        sheet.too_many.connect(lambda count: self._show_too_many(key, count))
        self.sheets[key] = sheet
        self.main.addSpacing(look.px(20))
        hint = label(look, look.say("Ctrl+V from a spreadsheet, Ctrl+Delete removes rows"), "caption", "hint")
        self.main.addLayout(row(label(look, look.say(WORDS[key]), "section"), None, hint))
        self.main.addWidget(sheet)

    def _choices_of(self, sheet: str, key: str) -> Callable[[], Sequence[tuple[str, str]]] | None:
        look = self.look
        if (sheet, key) == ("recusals", "kind"):
            return lambda: (("employer", look.say("Employer")), ("person", look.say("Expert")))
        if (sheet, key) == ("quotas", "site"):
            return lambda: [("", ""), *((one[0], one[0]) for one in self.sheets["sites"].sheet.rows() if one[0])]
        return None

    def draft(self) -> Draft:
        """Return what stands on the form; what no field shows goes along."""
        fields = {key: self._begun_with.said(key) for key in FIELDS}
        fields.update({key: clean(one.text()) for key, one in self.lines.items()})
        fields.update({key: str(one.currentData()) for key, one in self.boxes.items()})
        fields.update({key: "yes" if one.isChecked() else "" for key, one in self.ticks.items()})
        return Draft(fields, {key: one.sheet.rows() for key, one in self.sheets.items()})

    def typed(self) -> dict[str, str]:
        """Return nothing: the draft is what was typed."""
        return {}

    def _change(self, *_given: object) -> None:
        self._number += 1
        self._rest.start()
        self._show_missing()

    def flush(self) -> None:
        """Hand on what was changed since the last rest."""
        self._rest.stop()
        self.changed.emit(self.draft(), self._number)

    @property
    def is_unkept(self) -> bool:
        """Say whether something was typed that wasn't handed on yet."""
        return self._rest.isActive()

    def show_checked(self, checked: CheckedView) -> None:
        """Show what the rules say and the counts, unless something was typed since."""
        if checked.number != self._number:
            return
        look, side, report = self.look, self.side, checked.report
        assert side is not None
        self._checked, self.is_counted = checked, True
        clear(side)
        side.addWidget(label(look, look.say("Narrowing report"), "section"))
        side.addSpacing(look.px(4))
        if report is None:
            told = look.say("Counts come once quotas and the time are there; each look is journaled.")
            side.addWidget(label(look, told, "caption", "hint", wrap=True))
            self.sheets["quotas"].sheet.note(())
        else:
            add_report(look, side, report, self._names)
            few = look.say("fewer than 10")
            ends = [one.ladder.end for one in report.quotas]
            self.sheets["quotas"].sheet.note([few if one is None else f"{one:,}" for one in ends])
        side.addSpacing(look.px(20))
        side.addWidget(label(look, look.say("Rules"), "section"))
        pool = () if report is None else tuple(one for one in report.findings if not one.met)
        if checked.findings or pool:
            add_findings(look, side, (*pool, *checked.findings))
        else:
            told = look.say("The rules are asked once everything is there.")
            side.addWidget(label(look, told, "caption", "hint", wrap=True))
        side.addStretch(1)
        self._show_missing()

    def _forbids(self) -> int:
        return sum(one.forbids and one.severity == "refuse" and not one.approval for one in self._checked.findings)

    def _show_missing(self) -> None:
        look, found, forbidden = self.look, faults(self.draft()), self._forbids()
        set_ready(self.act, not found and not forbidden)
        if found:
            said = look.say(", ").join(self._said(one) for one in found[:3])
            more = look.say("{said} and {count} more", said=said, count=len(found) - 3) if len(found) > 3 else said
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), more)
        elif forbidden:
            told = look.say("{count} rules forbid this request", count=forbidden)
            self.state.show_state(Shape.STOP, look.say("Can't go on"), told)
        else:
            self.state.show_state(Shape.MET, look.say("It can be registered"))

    def _said(self, fault: Fault) -> str:
        """Say where something is wrong, and what was expected."""
        look, place = self.look, self.look.say(WORDS[fault.place])
        if fault.place in COLUMNS and fault.row >= 0:
            head = look.say(HEADS[fault.place][fault.column])
            place = look.say("{sheet} row {row}: {column}", sheet=place, row=fault.row + 1, column=head)
        match fault.kind:
            case "time":
                return look.say("{place} (a time such as 2026-11-26 09:00)", place=place)
            case "amount":
                return look.say("{place} (an amount such as 8,640,000.00)", place=place)
            case "number" | "hours":
                return look.say("{place} (a number)", place=place)
            case "code":
                return look.say("{place} (a code such as A0803)", place=place)
            case "site":
                return look.say("{place} (one of the sites above)", place=place)
            case _:
                return place

    def _show_too_many(self, key: str, count: int) -> None:
        look = self.look
        told = look.say(
            "{count} rows were pasted into {sheet}, which takes {most}; nothing was changed",
            count=count,
            sheet=look.say(WORDS[key]),
            most=_MOST[key],
        )
        self.state.show_state(Shape.STOP, look.say("Can't go on"), told)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.look.say("Choose a request's file"), "", "JSON (*.json)")
        if name:
            self.file_chosen.emit(name)

    def _leave(self) -> None:
        if self.is_unkept:
            self.flush()
        self.left.emit()

    def _register(self) -> None:
        draft = self.draft()
        found = faults(draft)
        if found:
            self._point(found[0])
        elif not self._forbids():
            if self.is_unkept:
                self.flush()  # before it is registered: kept afterwards, it would lie there as if it weren't
            self.registered.emit(draft)

    def _point(self, fault: Fault) -> None:
        places: dict[str, QWidget] = {**self.lines, **self.boxes}
        if fault.place in self.sheets:
            self.sheets[fault.place].point(fault.row, fault.column)
        elif fault.place in places:
            places[fault.place].setFocus()

    def take_focus(self) -> None:
        """Give the focus to the act where everything is there, else to the first field that lacks something."""
        found = faults(self.draft())
        if found:
            self._point(found[0])
        else:
            self.act.setFocus()
