"""A whole draw in the real windows, by what is seen and pressed; and the same by the keyboard alone."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.asking import AskDialog
from app.desktop.page import Page
from app.desktop.pages.calls import CallsPage
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.form import FormPage
from app.desktop.pages.narrowing import FreezePage, MatchesPage, ReportPage
from app.desktop.pages.notice import NoticeDialog
from app.desktop.pages.opening import EndedPage, ListPage, SealedPage
from app.desktop.pages.sealing import SealPage
from app.desktop.pages.sorting import SortingPage
from app.desktop.pages.stage import StagePage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.shell import Shell
from app.sample.centre import PEOPLE, PINS
from drawing.notice.keypad import Outcome
from drawing.notice.manual import Stage
from drawing.verify import verify_transcript
from tests.fakes.window import commit, press, shown_text
from vault.roles import Role

DICE = {"supervisor": "31462554136621435216", "owner": "62135441366251423345"}
LONG = 20_000
Press = Callable[[QtBot, QWidget], None]


def by_mouse(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def by_keys(qtbot: QtBot, widget: QWidget) -> None:
    """Go on with Tab until the focus is there, then press the space bar."""
    window = widget.window()
    for _ in range(200):
        focus = QApplication.focusWidget()
        if focus is widget:
            qtbot.keyClick(widget, Qt.Key.Key_Space)
            return
        qtbot.keyClick(focus or window, Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never reaches {widget}")


class Desk:
    """Two people before one window."""

    def __init__(self, qtbot: QtBot, program: Program, press: Press, papers: Path) -> None:
        self.qtbot, self.program, self._press, self.papers = qtbot, program, press, papers
        self.seen: list[str] = []

    @property
    def page(self) -> Page:
        shell = self.program.window.content
        assert isinstance(shell, Shell)
        page = shell._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def wait(self, kind: type[Page], *, without: Page | None = None) -> Page:
        self.qtbot.waitUntil(
            lambda: isinstance(self.page, kind) and self.page is not without and self.page.isEnabled(), timeout=LONG
        )
        self.qtbot.wait(20)
        self.seen.append(shown_text(self.program.window))
        return self.page

    def press(self, name: str) -> None:
        found = [one for one in self.page.findChildren(QAbstractButton) if one.objectName() == name and one.isVisible()]
        assert found, f"no {name} on {type(self.page).__name__}: {shown_text(self.page)}"
        self._press(self.qtbot, found[0])

    def act(self, kind: type[Page]) -> Page:
        before = self.page
        self.press("act")
        return self.wait(kind, without=before)

    def sign_in(self, *roles: str) -> None:
        people = {one.name: one.person for one in self.program.room.people()}
        for key, name, role, _ in PEOPLE:
            if key in roles:
                self.program.unlock(people[name], PINS[key])
                self.qtbot.waitUntil(lambda role=role: role in self.seated(), timeout=LONG)  # type: ignore[misc]

    def seated(self) -> set[Role]:
        return {one.role for one in self.program.seated}

    def type(self, field: QWidget, text: str) -> None:
        field.setFocus()
        commit(field, text)

    def to_fixing(self) -> None:
        self.wait(DrawsPage)
        self.press("new")
        self.wait(FormPage)
        before = self.page
        self.press("use-sample")
        self.wait(FormPage, without=before)
        page = self.act(Page)
        self.qtbot.waitUntil(lambda: isinstance(self.page, MatchesPage | ReportPage), timeout=LONG)
        page = self.page
        if isinstance(page, MatchesPage):
            for number in range(1, len(page.groups) + 1):
                self.press(f"match-{number}-same")
            page = self.act(ReportPage)
        assert isinstance(page, ReportPage)
        if page.second is not None:
            self.type(page.second.pin, PINS["second"])
            self.type(page.second.reason, "示例：专业人数有限")
        self.act(FreezePage)
        self.act(StagePage)

    def to_dice(self) -> None:
        self.to_fixing()
        self.act(StagePage)
        self.act(StagePage)

    def to_round(self) -> None:
        self.to_dice()
        page = self.page
        assert isinstance(page, StagePage)
        for key, field in page.fields.items():
            self.type(field, DICE[key])
        assert not any(digits in shown_text(page) for digits in DICE.values())
        page = self.act(StagePage)
        for key in DICE:
            before = self.page
            self.press(f"row-{key}-yes")
            self.wait(StagePage, without=before)
        self.act(CallsPage)
        self.open_round()

    def open_round(self) -> None:
        """Open a round; who doesn't want to wait for its order sees it whole at once, and goes on."""
        page = self.act(SortingPage)
        assert isinstance(page, SortingPage)
        if not page.is_whole:
            self.press("act")
        assert page.is_whole
        self.act(CallsPage)

    def to_sealed(self) -> None:
        self.to_round()
        before = self.page
        self.press("act")
        self.wait(SealPage, without=before)
        self.act(SealedPage)

    def open_early(self) -> ListPage:
        page = self.wait(SealedPage)
        assert isinstance(page, SealedPage)
        self.type(page.second.pin, PINS["second"])
        self.type(page.second.reason, "示例演示：当场拆封核对")
        opened = self.act(ListPage)
        assert isinstance(opened, ListPage)
        return opened


@pytest.fixture(params=[by_mouse, by_keys], ids=["mouse", "keyboard"])
def desk(request: pytest.FixtureRequest, qtbot: QtBot, program: Program, tmp_path: Path) -> Desk:
    made = Desk(qtbot, program, request.param, tmp_path / "papers")
    with qtbot.waitExposed(program.window):
        program.window.activateWindow()
    made.sign_in("operator", "supervisor")
    return made


def test_a_whole_draw(desk: Desk) -> None:
    desk.to_sealed()
    opened = desk.open_early()
    drawn = {word for member in opened._members for word in (member.name, member.phone)}
    assert {member.name for member in opened._members} <= set(shown_text(opened).split("\n"))
    before = [shown for shown in desk.seen if shown is not desk.seen[-1]]
    assert len(before) > 15
    assert not [word for word in drawn for shown in before if word in shown]
    opened.choices["1"].setCurrentIndex(opened.choices["1"].findData("conflict"))
    desk.act(CallsPage)
    desk.open_round()
    before = desk.page
    desk.press("act")
    desk.wait(SealPage, without=before)
    desk.act(SealedPage)
    desk.open_early()
    desk.act(EndedPage)
    folder = next(desk.papers.iterdir())
    written = {one.name for one in folder.iterdir()}
    assert {"transcript.json", "auditor.box", "certificate.pdf", "minutes.pdf"} <= written
    assert verify_transcript((folder / "transcript.json").read_bytes()).exit_code == 3


def test_another_language_in_mid_ceremony_keeps_what_was_typed(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_dice()
    page = desk.page
    assert isinstance(page, StagePage)
    desk.type(page.fields["owner"], DICE["owner"])
    program.set_look(replace(program.look, language="en"))
    turned = desk.wait(StagePage, without=page)
    assert isinstance(turned, StagePage)
    assert turned.fields["owner"].text() == DICE["owner"]
    assert "Ceremony fingerprint" in shown_text(turned)


def test_a_draw_that_was_left_goes_on_where_it_was(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_dice()
    desk.press("back")
    page = desk.wait(DrawsPage)
    assert isinstance(page, DrawsPage)
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 1, timeout=LONG)
    page.table.setCurrentIndex(page.table.model().index(0, 0))
    page.table.activated.emit(page.table.currentIndex())
    assert isinstance(desk.wait(StagePage), StagePage)


def test_a_locked_place_takes_the_draw_off_the_screen(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_dice()
    program.lock_all()
    page = desk.wait(DrawsPage)
    assert isinstance(page, DrawsPage)
    qtbot.waitUntil(lambda: page.table.model().rowCount() == 1, timeout=LONG)
    page.opened.emit(page._model.rows[0].draw)
    qtbot.waitUntil(lambda: program.window.findChild(RefusalDialog) is not None, timeout=LONG)
    assert isinstance(desk.page, DrawsPage)


def test_dice_that_no_dice_throw_are_refused_and_the_other_row_is_kept(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_dice()
    page = desk.page
    assert isinstance(page, StagePage)
    desk.type(page.fields["supervisor"], DICE["supervisor"])
    desk.type(page.fields["owner"], "1" * 20)
    desk.press("act")
    qtbot.waitUntil(lambda: program.window.findChild(RefusalDialog) is not None, timeout=LONG)
    again = desk.wait(StagePage, without=page)
    assert isinstance(again, StagePage)
    assert list(again.fields) == ["owner"]


def test_closing_in_mid_ceremony_asks_first(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_dice()
    program.window.close()
    assert program.window.isVisible()
    dialog = program.window.findChild(AskDialog)
    assert isinstance(dialog, AskDialog)
    dialog.accept()
    qtbot.waitUntil(lambda: not program.window.isVisible(), timeout=LONG)


def notify(desk: Desk, slot: str, first: Outcome, second: Outcome) -> NoticeDialog:
    """Take the two through a notice by hand, to the operator's keying."""
    desk.press(f"notify-{slot}")
    dialog = next(one for one in desk.program.window.findChildren(NoticeDialog) if one.isVisible())
    press(desk.qtbot, dialog, "approve")
    desk.qtbot.waitUntil(lambda: dialog.notice.stage is Stage.DISCLOSED, timeout=LONG)
    assert dialog._view is not None
    number = dialog._view.number
    assert number in shown_text(dialog)
    for outcome in (first, second):
        dialog.answer.setCurrentIndex(dialog.answer.findData(outcome))
        press(desk.qtbot, dialog, "key")
        assert number not in shown_text(desk.program.window) or dialog.notice.stage is Stage.DISCLOSED
    return dialog


def test_notices_by_hand_where_there_is_no_line(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.room.drawing.notices.line = None
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_round()
    page = desk.page
    assert isinstance(page, CallsPage)
    dialog = notify(desk, "1", Outcome.ATTENDS, Outcome.DECLINES)
    assert dialog.notice.mismatches == 1
    for _ in range(2):
        dialog.answer.setCurrentIndex(dialog.answer.findData(Outcome.DECLINES))
        press(qtbot, dialog, "key")
    turned = desk.wait(CallsPage, without=page)
    assert isinstance(turned, CallsPage)
    assert turned.view.rounds == 2
    notify(desk, "2", Outcome.ATTENDS, Outcome.ATTENDS)
    turned = desk.wait(CallsPage, without=turned)
    assert isinstance(turned, CallsPage)
    assert [slot.state for slot in turned.view.slots if slot.name == "2"] == ["confirmed"]
    notify(desk, "3", Outcome.NO_ANSWER, Outcome.NO_ANSWER)
    qtbot.waitUntil(lambda: program.window.findChild(RefusalDialog) is not None, timeout=LONG)
    assert "drawing.call.not_yet" in shown_text(program.window)


def test_a_number_goes_with_the_lock(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    program.room.drawing.notices.line = None
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_round()
    desk.press("notify-1")
    dialog = next(one for one in program.window.findChildren(NoticeDialog) if one.isVisible())
    press(qtbot, dialog, "approve")
    qtbot.waitUntil(lambda: dialog.notice.stage is Stage.DISCLOSED, timeout=LONG)
    assert dialog._view is not None
    number = dialog._view.number
    program.lock_all()
    desk.wait(DrawsPage)
    assert number not in shown_text(program.window)
