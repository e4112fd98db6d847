"""Before witnesses sit down: line, voice, clock, bank, keys and disk looked at on one page, one after another."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.parts import Mark, button, clear, column, label, row, rule, set_ready, top_mark
from app.desktop.preflightviews import FitnessView
from app.desktop.section import Desk, while_there
from app.desktop.shapes import Shape

SHAPES: Final = {"ok": Shape.MET, "advisable": Shape.WARNING, "wrong": Shape.STOP}


class PreflightPage(Page):
    """A line for each thing; what isn't in order says what to do."""

    again = Signal()
    begun = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.say("Preflight"), look.say("Everything a draw needs, before witnesses sit down"))
        self.found: dict[int, FitnessView] = {}
        self._names: tuple[str, ...] = ()
        self._lines: list[QVBoxLayout] = []
        self.add_act(button(look, look.say("Look again"), key="F5")).clicked.connect(self.again)
        self.act = self.add_act(button(look, look.say("To the draws"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self.begun)
        set_ready(self.act, False)
        self.state.show_state(Shape.WAITING, look.say("Looking"))

    def show_names(self, names: tuple[str, ...]) -> None:
        """Show what will be looked at."""
        clear(self.main)
        self._names, self.found, self._lines = names, {}, []
        for name in names:
            line = column(rule())
            line.addLayout(self._line(name, Shape.WAITING, self.look.say("not yet"), ""))
            self.main.addLayout(line)
            self._lines.append(line)
        self.main.addStretch(1)
        self._show_state()

    def _line(self, name: str, shape: Shape, found: str, remedy: str) -> QVBoxLayout:
        look = self.look
        first = label(look, name, "body-bold")
        first.setMinimumWidth(look.px(264))
        words = label(look, found, "body", "hint" if shape is Shape.WAITING else "", wrap=True)
        words.setAccessibleName(f"{name} {found}")
        line = row()
        line.addLayout(column(look.px(4), first, None))
        line.addSpacing(look.px(16))
        told = column()
        told.addLayout(top_mark(look, Mark(look, shape), words))
        if remedy:
            told.addLayout(row(look.px(28), label(look, remedy, "caption", "second"), None))
        line.addLayout(told, 1)
        made = column()
        made.addLayout(line)
        made.setContentsMargins(0, look.px(4), 0, look.px(4))
        return made

    def show_found(self, view: FitnessView) -> None:
        """Show what was found of one thing."""
        self.found[view.place] = view
        line = self._lines[view.place]
        held = line.takeAt(1)
        old = held.layout() if held is not None else None
        assert old is not None
        clear(old)
        old.deleteLater()
        line.addLayout(self._line(view.name, SHAPES[view.state], view.found, view.remedy))
        self._show_state()

    def _show_state(self) -> None:
        look, whole = self.look, len(self._names)
        wrong = [one.name for one in self.found.values() if one.state == "wrong"]
        weak = [one.name for one in self.found.values() if one.state == "advisable"]
        set_ready(self.act, len(self.found) == whole and not wrong)
        if len(self.found) < whole:
            told = look.say("{done} of {total}", done=len(self.found), total=whole)
            self.state.show_state(Shape.WAITING, look.say("Looking"), told)
        elif wrong:
            self.state.show_state(Shape.STOP, look.say("Can't go on"), look.say(", ").join(wrong))
        elif weak:
            self.state.show_state(Shape.WARNING, look.say("A draw is possible"), look.say(", ").join(weak))
        else:
            self.state.show_state(Shape.DONE, look.say("All {count} are in order", count=whole))


def preflight_section(desk: Desk) -> PreflightPage:
    """Build the page, and look at one thing after another."""
    page, wording = PreflightPage(desk.look), desk.look.wording

    def look_at_all(names: tuple[str, ...]) -> None:
        page.show_names(names)
        for place in range(len(names)):
            asked = desk.ask(lambda room, _going, place=place: room.preflight.look(place, wording))  # type: ignore[misc]
            asked.then(while_there(page, page.show_found), desk.refuse)

    def begin() -> None:
        asked = desk.ask(lambda room, _going: room.preflight.names(wording))
        asked.then(while_there(page, look_at_all), desk.refuse)

    page.again.connect(begin)
    page.begun.connect(lambda: desk.go_to("draws"))
    begin()
    return page
