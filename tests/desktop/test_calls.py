"""Calls that go on while the desk is free: tiles that change in place, stopping, locking, a line that breaks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.desktop.pages.calls import CallsPage
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.example import ExampleDialog
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.shell import Shell
from app.desktop.sound import Player
from app.sample.centre import PASSPHRASE
from drawing.notice.keypad import Outcome
from tests.desktop.test_draw import LONG, Desk, by_mouse
from tests.fakes.line import HeldLine
from tests.fakes.window import press, shown_text


@pytest.fixture
def line() -> HeldLine:
    return HeldLine()


@pytest.fixture
def desk(qtbot: QtBot, program: Program, tmp_path: Path, line: HeldLine) -> Desk:
    program.room.drawing.notices.line = line
    made = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    made.sign_in("operator", "supervisor")
    made.to_round()
    return made


def calling(desk: Desk) -> CallsPage:
    desk.press("act")
    desk.qtbot.waitUntil(lambda: isinstance(desk.page, CallsPage) and desk.page.is_running, timeout=LONG)
    page = desk.page
    assert isinstance(page, CallsPage)
    desk.qtbot.waitUntil(lambda: bool(page.calling.moments), timeout=LONG)
    return page


def says(desk: Desk, page: CallsPage, slot: str, word: str) -> None:
    desk.qtbot.waitUntil(lambda: word in page.tiles[slot].accessibleName(), timeout=LONG)


def people(desk: Desk) -> set[str]:
    """Return names and numbers of those who were drawn."""
    from drawing.desk.filling import expert_in

    (live,) = desk.program.room.drawing._live.values()
    found: set[str] = set()

    def read() -> None:
        for slot in live.record.pending():
            expert = expert_in(live, slot)
            found.update((expert.name, expert.phone, expert.id))

    desk.program.thread_of_desk.do(read)
    return found


def test_tiles_change_in_place_and_name_nobody(desk: Desk, line: HeldLine) -> None:
    drawn = people(desk)
    page = calling(desk)
    line.dial("1")
    line.dial("2")
    says(desk, page, "1", "呼叫中")
    says(desk, page, "2", "呼叫中")
    assert page.calling.talking == 2
    desk.qtbot.waitUntil(lambda: "1 秒" in shown_text(page.tiles["1"]), timeout=LONG)
    line.end("1", Outcome.ATTENDS)
    says(desk, page, "1", "已确认")
    line.end("2", Outcome.DECLINES)
    desk.qtbot.waitUntil(lambda: page.tiles["2"].slot.story.round == 2, timeout=LONG)
    assert "第 1 轮" in page.tiles["2"].accessibleDescription(), "its past stays in sight"
    line.dial("3")
    line.end("3", Outcome.NO_ANSWER, again=True)
    says(desk, page, "3", "无人接听")
    assert desk.page is page, "the page was never built anew"
    assert not [word for word in drawn if word in shown_text(desk.program.window)]


def test_the_desk_is_free_while_people_are_called(desk: Desk, line: HeldLine) -> None:
    page = calling(desk)
    line.dial("1")
    says(desk, page, "1", "呼叫中")
    press(desk.qtbot, desk.program.window, "draws")
    rows = desk.wait(DrawsPage)
    assert isinstance(rows, DrawsPage)
    desk.qtbot.waitUntil(lambda: bool(rows.rows), timeout=LONG)
    line.end("1", Outcome.ATTENDS)
    rows.opened.emit(rows.rows[0].draw)
    again = desk.wait(CallsPage)
    assert isinstance(again, CallsPage)
    assert again.is_running, "what was left is followed again"
    says(desk, again, "1", "已确认")
    line.dial("2")
    says(desk, again, "2", "呼叫中")


def test_once_stopped_nothing_new_is_dialled_and_who_talks_is_heard(desk: Desk, line: HeldLine) -> None:
    page = calling(desk)
    line.dial("1")
    says(desk, page, "1", "呼叫中")
    desk.press("pause")
    desk.qtbot.waitUntil(lambda: page.calling.stopping, timeout=LONG)
    line.dial("2")
    line.end("1", Outcome.ATTENDS)
    turned = desk.wait(CallsPage, without=page)
    assert isinstance(turned, CallsPage)
    assert not turned.is_running
    states = {slot.name: (slot.state, slot.attempts) for slot in turned.view.slots}
    assert states["1"][0] == "confirmed"
    assert states["2"] == ("pending", 0)
    further = calling(desk)
    line.dial("2")
    says(desk, further, "2", "呼叫中")


def test_a_place_is_locked_behind_the_last_call(desk: Desk, line: HeldLine) -> None:
    page = calling(desk)
    line.dial("1")
    says(desk, page, "1", "呼叫中")
    desk.program.lock_idle()
    desk.qtbot.wait(100)
    assert len(desk.seated()) == 2, "whoever calls is there"
    desk.program.lock_all()
    desk.qtbot.waitUntil(lambda: desk.program.window.findChild(RefusalDialog) is not None, timeout=LONG)
    assert "app.calls.run" in shown_text(desk.program.window)
    assert len(desk.seated()) == 2
    line.end("1", Outcome.ATTENDS)
    desk.qtbot.waitUntil(lambda: not desk.seated(), timeout=LONG)
    desk.sign_in("operator", "supervisor")
    rows = desk.wait(DrawsPage)
    assert isinstance(rows, DrawsPage)
    desk.qtbot.waitUntil(lambda: bool(rows.rows), timeout=LONG)
    rows.opened.emit(rows.rows[0].draw)
    again = desk.wait(CallsPage)
    assert isinstance(again, CallsPage)
    assert again.tiles["1"].slot.state == "confirmed", "whoever talked was heard"


def test_a_line_that_breaks_is_said_and_the_others_are_called_again(desk: Desk, line: HeldLine) -> None:
    page = calling(desk)
    line.dial("1")
    line.end("1", Outcome.ATTENDS)
    says(desk, page, "1", "已确认")
    line.down = True
    desk.qtbot.waitUntil(lambda: desk.program.window.findChild(RefusalDialog) is not None, timeout=LONG)
    turned = desk.wait(CallsPage, without=page)
    assert isinstance(turned, CallsPage)
    assert not turned.is_running
    assert turned.tiles["1"].slot.state == "confirmed"
    by_hand = [one for one in turned.findChildren(QPushButton) if one.objectName().startswith("notify-")]
    assert any(one.isVisible() for one in by_hand), "people can be told by hand"
    line.down = False
    again = calling(desk)
    line.dial("2")
    says(desk, again, "2", "呼叫中")


def test_the_program_ends_while_somebody_talks(desk: Desk, line: HeldLine, begin: Callable[[Path], Program]) -> None:
    page = calling(desk)
    line.dial("1")
    says(desk, page, "1", "呼叫中")
    (stretch,) = desk.program.room.drawing.notices._stretches.values()
    desk.program.end()
    line.end("1", Outcome.ATTENDS)
    stretch.join(5)
    assert not stretch._thread.is_alive(), "nobody hears the answer, and nothing waits for it"
    later = Desk(desk.qtbot, begin(desk.program.home), by_mouse, desk.papers)
    later.program.open_station(PASSPHRASE)
    desk.qtbot.waitUntil(lambda: isinstance(later.program.window.content, Shell), timeout=LONG)
    later.sign_in("operator", "supervisor")
    rows = later.wait(DrawsPage)
    assert isinstance(rows, DrawsPage)
    desk.qtbot.waitUntil(lambda: bool(rows.rows), timeout=LONG)
    rows.opened.emit(rows.rows[0].draw)
    again = later.wait(CallsPage)
    assert isinstance(again, CallsPage)
    assert (again.tiles["1"].slot.state, again.tiles["1"].slot.attempts) == ("pending", 1), "called again, not lost"


def test_the_example_says_no_more_than_any_expert_hears(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = people(desk)
    monkeypatch.setattr(Player, "command", staticmethod(lambda _recording: []))
    desk.press("example")
    desk.qtbot.waitUntil(lambda: desk.program.window.findChild(ExampleDialog) is not None, timeout=LONG)
    dialog = desk.program.window.findChild(ExampleDialog)
    assert isinstance(dialog, ExampleDialog)
    assert not [word for word in drawn if word in shown_text(dialog)]
    press(desk.qtbot, dialog, "play")
    assert "未听到" in shown_text(dialog), "no sound: it is said, and nothing else happens"
    monkeypatch.setattr(Player, "command", staticmethod(lambda _recording: ["true"]))
    press(desk.qtbot, dialog, "play")
    desk.qtbot.waitUntil(lambda: "已播完" in shown_text(dialog), timeout=LONG)
    monkeypatch.setattr(Player, "command", staticmethod(lambda _recording: ["false"]))
    press(desk.qtbot, dialog, "play")
    desk.qtbot.waitUntil(lambda: "未听到" in shown_text(dialog), timeout=LONG)
