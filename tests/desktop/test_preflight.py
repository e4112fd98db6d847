"""Before witnesses sit down: what is in order, what can be done without, and what forbids a draw."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app import fitness
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.preflight import PreflightPage
from app.desktop.program import Program
from app.desktop.shell import Shell
from tests.fakes.window import press, shown_text

LONG = 30_000
Open = Callable[[], PreflightPage]


@pytest.fixture
def preflight(program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page and let it look at everything; the voice is another test's."""
    monkeypatch.setattr(fitness, "_voice", lambda: "in order")

    def open_page() -> PreflightPage:
        press(qtbot, program.window, "preflight")
        shell = program.window.content
        assert isinstance(shell, Shell)
        page = shell.page
        assert isinstance(page, PreflightPage)
        qtbot.waitUntil(lambda: bool(page._names) and len(page.found) == len(page._names), timeout=LONG)
        return page

    return open_page


def test_everything_is_looked_at_and_the_way_leads_to_the_draws(
    preflight: Open, program: Program, qtbot: QtBot
) -> None:
    page = preflight()
    assert {one.state for one in page.found.values()} == {"ok"}
    assert "600 人，已有 0 天" in shown_text(page)
    assert page.act.property("ready") == "true"
    press(qtbot, page, "act")
    shell = program.window.content
    assert isinstance(shell, Shell)
    assert isinstance(shell.page, DrawsPage)


def test_what_can_be_done_without_is_said_and_stops_nobody(
    preflight: Open, program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(program.room.drawing.notices), "has_line", False)
    page = preflight()
    assert "人工通知" in shown_text(page)
    assert "可以抽取" in page.state.accessibleName()
    assert page.act.property("ready") == "true"


def test_what_is_wrong_is_named_and_looked_at_again(
    preflight: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "LEAST_FREE", 1 << 62)
    page = preflight()
    assert "不能继续" in page.state.accessibleName()
    assert page.act.property("ready") == "false"
    monkeypatch.setattr(fitness, "LEAST_FREE", 1)
    again = next(one for one in page.findChildren(QPushButton) if one.text() == "重新查看")
    again.click()
    qtbot.waitUntil(lambda: page.act.property("ready") == "true", timeout=LONG)
