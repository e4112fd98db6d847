"""What was done can be read, proved and verified in windows: the journal, and a transcript before everybody's eyes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.journalviews import KINDS
from app.desktop.page import Page
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.journal import JournalPage
from app.desktop.pages.opening import EndedPage
from app.desktop.pages.verify import VerifyPage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.shell import Shell
from tests.desktop.test_draw import Desk, by_mouse
from tests.fakes.window import press, shown_text

LONG = 20_000


@pytest.fixture
def page_of(program: Program, qtbot: QtBot) -> Callable[[str], Page]:
    """Open a section, once it shows what it read."""

    def open_section(key: str) -> Page:
        press(qtbot, program.window, key)
        shell = program.window.content
        assert isinstance(shell, Shell)
        page = shell.page
        assert isinstance(page, Page)
        return page

    return open_section


def read_journal(page_of: Callable[[str], Page], qtbot: QtBot) -> JournalPage:
    page = page_of("journal")
    assert isinstance(page, JournalPage)
    qtbot.waitUntil(lambda: bool(page._rows), timeout=LONG)
    return page


def test_the_journal_is_read_filtered_and_proved(page_of: Callable[[str], Page], qtbot: QtBot) -> None:
    page = read_journal(page_of, qtbot)
    assert page.table.model().rowCount() == len(page._rows) > 5
    page.search.setText("专家库导入")
    assert page.table.model().rowCount() == 1
    page.table.selectRow(0)
    assert "experts" in shown_text(page)
    qtbot.waitUntil(lambda: page.findChild(QPushButton, "prove") is not None, timeout=LONG)
    qtbot.wait(20)
    press(qtbot, page, "prove")
    qtbot.waitUntil(lambda: "日志头之下" in page.state.accessibleName(), timeout=LONG)
    press(qtbot, page, "act")
    qtbot.waitUntil(lambda: "日志完整" in page.state.accessibleName(), timeout=LONG)
    assert {one.kind for one in page._rows} <= set(KINDS)


def test_a_chosen_row_is_copied_as_a_sheet_takes_it(page_of: Callable[[str], Page], qtbot: QtBot) -> None:
    page = read_journal(page_of, qtbot)
    page.search.setText("站点建立")
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\t")[:1] == ["0"]


def test_a_head_is_taken_home_and_compared(page_of: Callable[[str], Page], qtbot: QtBot, tmp_path: Path) -> None:
    page = read_journal(page_of, qtbot)
    page.taken_home.emit(tmp_path / "checkpoint.txt")
    qtbot.waitUntil(lambda: "checkpoint.txt" in page.state.accessibleName(), timeout=LONG)
    page.checked.emit(tmp_path / "checkpoint.txt")
    qtbot.waitUntil(lambda: "日志完整" in page.state.accessibleName(), timeout=LONG)


def test_a_foreign_head_is_refused_and_the_page_says_so(
    program: Program, page_of: Callable[[str], Page], qtbot: QtBot, tmp_path: Path
) -> None:
    page = read_journal(page_of, qtbot)
    (tmp_path / "head.txt").write_text("no head\n")
    page.checked.emit(tmp_path / "head.txt")
    qtbot.waitUntil(lambda: bool(program.window.findChildren(RefusalDialog)), timeout=LONG)
    assert "不能继续" in page.state.accessibleName()


def verified(page: VerifyPage, qtbot: QtBot) -> str:
    """Press the act, and wait until the walk through the checks has ended."""
    page._report = None
    press(qtbot, page, "act")
    qtbot.waitUntil(lambda: page._report is not None and not page._ticks.isActive(), timeout=LONG)
    return page.state.accessibleName()


def own(page: VerifyPage) -> list[str]:
    """Return the names of what stands for the station's own transcripts."""
    return [one.objectName() for one in page.findChildren(QPushButton) if one.objectName().startswith("own-")]


def test_a_transcript_is_verified_check_by_check(
    program: Program, page_of: Callable[[str], Page], qtbot: QtBot, tmp_path: Path
) -> None:
    """Consistent by itself, authentic against a receipt's characters, wrong after one byte was changed."""
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_sealed()
    desk.open_early()
    desk.act(EndedPage)
    page = page_of("verify")
    assert isinstance(page, VerifyPage)
    qtbot.waitUntil(lambda: bool(own(page)), timeout=LONG)
    qtbot.wait(20)
    press(qtbot, page, own(page)[0])
    assert "真实性" in verified(page, qtbot)
    assert page._report is not None
    assert {one.state for one in page._report.checks} == {"ok"}
    assert all(one.said in shown_text(page) for one in page._report.checks)
    transcript = Path(page.transcript.text()).read_bytes()
    changed = transcript.replace(b'"', b"'", 1)
    (tmp_path / "changed.json").write_bytes(changed)
    page.transcript.setText(str(tmp_path / "changed.json"))
    assert "有误" in verified(page, qtbot)
    assert "未核验" in shown_text(page)
    assert "每一轮、每次答复" not in shown_text(page)
    page.transcript.setText(str(tmp_path / "none.json"))
    press(qtbot, page, "act")
    qtbot.waitUntil(lambda: bool(program.window.findChildren(RefusalDialog)), timeout=LONG)


def test_nothing_of_a_sealed_list_is_in_the_records(
    program: Program, page_of: Callable[[str], Page], qtbot: QtBot, tmp_path: Path
) -> None:
    desk = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    desk.sign_in("operator", "supervisor")
    desk.to_sealed()
    desk.press("back")
    page = read_journal(page_of, qtbot)
    seen = [shown_text(page)]
    for row in range(page.table.model().rowCount()):
        page.table.selectRow(row)
        qtbot.wait(1)
        seen.append(shown_text(page.side.parentWidget()))  # type: ignore[union-attr]
    seen.append(shown_text(page_of("verify")))
    page_of("draws")
    shown = desk.wait(DrawsPage)
    assert isinstance(shown, DrawsPage)
    qtbot.waitUntil(lambda: shown.table.model().rowCount() == 1, timeout=LONG)
    shown.table.setCurrentIndex(shown.table.model().index(0, 0))
    shown.table.activated.emit(shown.table.currentIndex())
    opened = desk.open_early()
    drawn = {word for member in opened._members for word in (member.name, member.phone)}
    assert len(drawn) > 10
    assert not [word for word in drawn for text in seen if word in text]
