"""The frame round every page: the program's name and the centre, navigation in words, who is at the desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.desktop.look import Look
from app.desktop.parts import Mark, button, column, label, row, rule
from app.desktop.shapes import Shape
from vault.roles import Role

NAV = 176


@dataclass(frozen=True)
class Seat:
    """One of the two places at the desk: the role, who sits there, and whether their key is unlocked."""

    role: Role
    name: str = ""
    unlocked: bool = False


@dataclass(frozen=True)
class Section:
    """An entry of the navigation: its key, its English word, and what builds its page."""

    key: str
    word: str
    build: Callable[[Look], QWidget]


class Shell(QWidget):
    """Navigation at the left, the page of the section at the right; built anew for another look."""

    seat_asked = Signal(object)
    opened = Signal(str)
    pressed_again = Signal(str)

    def __init__(self, look: Look, centre: str, sections: Sequence[Section], seats: Sequence[Seat]) -> None:
        super().__init__()
        self.look = look
        self._sections = tuple(sections)
        self._group = QButtonGroup(self)
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        line = row(self._made_nav(centre, seats), self._stack)
        line.setStretch(1, 1)
        self.setLayout(line)

    @property
    def section(self) -> str:
        """Return the key of the section that is open."""
        return next((key for key, page in self._pages.items() if page is self._stack.currentWidget()), "")

    @property
    def page(self) -> QWidget | None:
        """Return the page that is open."""
        return self._stack.currentWidget()

    def open(self, key: str) -> QWidget:
        """Open a section; its page is built when it is first opened."""
        if key not in self._pages:
            section = next(one for one in self._sections if one.key == key)
            self._pages[key] = section.build(self.look)
            self._stack.addWidget(self._pages[key])
        self._stack.setCurrentWidget(self._pages[key])
        self.opened.emit(key)
        for entry in self._group.buttons():
            entry.setChecked(entry.objectName() == key)
            if entry.isChecked():
                self._entries.ensureWidgetVisible(entry)
        return self._pages[key]

    def _press(self, key: str) -> None:
        if key == self.section:
            self.open(key)
            self.pressed_again.emit(key)
        else:
            self.open(key)

    def rebuild(self, key: str) -> QWidget:
        """Build the page of a section anew, and show it where the section is open."""
        here = key == self.section
        old = self._pages.pop(key, None)
        if here:
            self.open(key)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()
        return self._stack.currentWidget() or self

    def _made_nav(self, centre: str, seats: Sequence[Seat]) -> QWidget:
        look, nav = self.look, QWidget()
        nav.setProperty("region", "nav")
        nav.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        nav.setFixedWidth(look.px(NAV))
        name, place = label(look, look.say("Fengqian"), "title"), label(look, centre, "caption", "second", wrap=True)
        top = column(name, place, gap=look.px(4))
        top.setContentsMargins(look.px(20), look.px(20), look.px(16), look.px(16))
        entries, held = column(), QWidget()
        entries.addLayout(top)
        for section in self._sections:
            entries.addWidget(self._made_entry(section))
        entries.addStretch(1)
        held.setLayout(entries)
        area = QScrollArea()  # on a low screen at a large size the entries scroll, and the two places stay
        area.setWidget(held)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for one in (held, area.viewport()):
            one.setProperty("region", "nav-inside")
        self._entries = area
        whole = column()
        whole.addWidget(area, 1)
        for seat in seats:
            whole.addLayout(self._made_seat(seat))
        whole.addSpacing(look.px(12))
        nav.setLayout(whole)
        return nav

    def _made_entry(self, section: Section) -> QPushButton:
        entry = button(self.look, self.look.say(section.word), "nav")
        entry.setObjectName(section.key)
        entry.setCheckable(True)
        entry.clicked.connect(lambda: self._press(section.key))
        self._group.addButton(entry)
        return entry

    def _made_seat(self, seat: Seat) -> QVBoxLayout:
        look = self.look
        word = look.say("unlocked") if seat.unlocked else look.say("locked")
        name = label(look, seat.name or look.say("nobody"), "caption-bold" if seat.name else "caption")
        mark = Mark(look, Shape.UNLOCKED if seat.unlocked else Shape.LOCKED, 16)
        act = button(look, look.say("Lock") if seat.unlocked else look.say("Sign in"), "link")
        act.setFont(look.font("caption"))
        act.setObjectName(f"seat-{seat.role.value}")
        act.setAccessibleName(f"{act.text()} {look.say(seat.role.value)}")
        act.clicked.connect(lambda: self.seat_asked.emit(seat.role))
        made = column(rule(), look.px(10))
        made.addLayout(row(label(look, look.say(seat.role.value), "caption", "second"), None, act))
        made.addLayout(row(name, None, mark, look.px(4), label(look, word, "caption", "second")))
        made.setContentsMargins(look.px(20), 0, look.px(16), look.px(10))
        return made
