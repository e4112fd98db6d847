"""The form of a new draw: typed by hand, pasted, counted, kept over a crash."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.form import FormPage
from app.desktop.pages.narrowing import MatchesPage, ReportPage
from app.desktop.program import Program
from app.sample.centre import PASSPHRASE
from drawing.desk import preparing
from tests.desktop.test_draw import LONG, Desk, by_mouse
from tests.desktop.test_edges import refusals
from tests.fakes.window import shown_text

TYPED = {
    "name": "临州市\u200f河道整治工程🙂",
    "lot": "LZ-1",
    "budget": "8640万元",
    "start": "2030年1月8日 9:00",
    "hours": "６",
}


@pytest.fixture
def desk(qtbot: QtBot, program: Program, tmp_path: Path) -> Desk:
    made = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    made.sign_in("operator", "supervisor")
    return made


def form(desk: Desk) -> FormPage:
    desk.wait(DrawsPage)
    desk.press("new")
    page = desk.wait(FormPage)
    assert isinstance(page, FormPage)
    return page


def fill(page: FormPage, code: str = "A0803") -> None:
    for key, text in TYPED.items():
        page.lines[key].setText(text)
    page.sheets["sites"].point(0, 0)
    page.sheets["sites"].paste_text("交易中心 302 室\t2030-01-08 08:30\n")
    page.sheets["quotas"].point(0, 0)
    page.sheets["quotas"].paste_text(f"{code}\t\t\t3\t1\nA06\t\t\t2\t0\n")


def previews(program: Program) -> list[dict[str, object]]:
    """Read the journal beside the window's thread, on which nothing may."""
    with ThreadPoolExecutor(1) as other:
        entries = other.submit(lambda: list(program.room.station.journal.entries(kind="request.previewed"))).result()
    return [dict(one.body) for one in entries]


def counted(desk: Desk, page: FormPage) -> None:
    desk.qtbot.waitUntil(lambda: page._checked.report is not None, timeout=LONG)


def test_a_draw_that_was_typed_by_hand_is_registered(desk: Desk) -> None:
    page = form(desk)
    fill(page)
    page.sheets["bidders"].point(0, 0)
    page.sheets["bidders"].paste_text("甲建设有限公司\t甲建；甲建设\n乙市政有限公司\t\n")
    page.sheets["owner_members"].point(0, 0)
    page.sheets["owner_members"].paste_text("章若霖\t授权书 1 号\t建设中心\n柯以宁\t授权书 2 号\t建设中心")
    counted(desk, page)
    assert page.act.property("ready") == "true", shown_text(page)
    page.lines["lot"].setText("LZ-9")  # pressed before it was kept
    desk.press("act")
    desk.qtbot.waitUntil(lambda: isinstance(desk.page, MatchesPage | ReportPage), timeout=LONG)
    live = next(iter(desk.program.room.drawing._live.values()))
    request = preparing.stored_request(live)
    assert request.project.name == "临州市河道整治工程🙂"
    assert [one.needed for one in request.quotas] == [4, 2]
    assert request.bidders[0].aliases == ("甲建", "甲建设")
    desk.press("back")
    again = form(desk)
    assert not again.lines["name"].text(), "what was registered is kept no longer"


def test_counts_are_shown_as_one_types_and_each_look_is_journaled(desk: Desk) -> None:
    page = form(desk)
    fill(page)
    counted(desk, page)
    report = page._checked.report
    assert report is not None
    shown = "fewer than 10" if report.quotas[0].is_few else str(report.quotas[0].ladder.end)
    assert previews(desk.program)[-1]["eligible"] == [
        "fewer than 10" if one.is_few else str(one.ladder.end) for one in report.quotas
    ]
    assert shown in shown_text(page) or report.quotas[0].is_few
    before = len(previews(desk.program))
    page.lines["name"].setText("另一个名称")
    desk.qtbot.wait(900)
    page.sheets["recusals"].point(0, 0)
    page.sheets["recusals"].paste_text(
        "单位\t沐岚市政建设有限公司\t前期咨询\n工作单位\t岱宗交通建设股份有限公司\t前期咨询"
    )
    desk.qtbot.wait(900)
    assert len(previews(desk.program)) <= before + 2
    assert "沐岚" not in str(previews(desk.program)), "what is sealed stays out of the journal"


def test_a_row_that_lacks_something_is_named_and_gets_the_focus(desk: Desk) -> None:
    page = form(desk)
    fill(page, code="桥梁")
    assert page.act.property("ready") == "false"
    assert "A0803" in shown_text(page), "the footer says what a code looks like"
    desk.press("act")
    assert QApplication.focusWidget() is page.sheets["quotas"]
    assert page.sheets["quotas"].currentIndex().row() == 0
    assert desk.page is page


def test_a_paste_of_too_many_rows_changes_nothing_and_says_so(desk: Desk) -> None:
    page = form(desk)
    sheet = page.sheets["recusals"]
    sheet.point(0, 0)
    sheet.paste_text("employer\t甲公司\t控股关系\n")
    sheet.point(1, 0)
    sheet.paste_text("".join(f"employer\t单位 {number}\t控股关系\n" for number in range(10_000)))
    assert sheet.sheet.rows() == (("employer", "甲公司", "控股关系"),)
    assert "10000" in shown_text(page)


def test_what_was_pasted_can_be_taken_back_and_rows_removed(desk: Desk) -> None:
    page = form(desk)
    sheet = page.sheets["bidders"]
    sheet.point(0, 0)
    sheet.paste_text('"甲\n公司"\t\n乙公司\t\n丙公司\t\n')
    assert [row[0] for row in sheet.sheet.rows()] == ["甲 公司", "乙公司", "丙公司"]
    sheet.sheet.remove([1])
    assert [row[0] for row in sheet.sheet.rows()] == ["甲 公司", "丙公司"]
    sheet.sheet.undo()
    assert len(sheet.sheet.rows()) == 3
    sheet.sheet.undo()
    assert sheet.sheet.rows() == ()


def test_what_was_typed_is_there_after_a_lock_a_language_and_a_new_start(
    desk: Desk, begin: Callable[[Path], Program], tmp_path: Path
) -> None:
    page = form(desk)
    fill(page)
    desk.program.set_look(desk.program.look)
    page = desk.wait(FormPage)  # type: ignore[assignment]
    assert page.lines["lot"].text() == "LZ-1"
    page.lines["lot"].setText("LZ-2")
    desk.program.lock_all()
    desk.qtbot.waitUntil(lambda: not desk.program.seated, timeout=LONG)
    assert "LZ-2" not in shown_text(desk.program.window)
    desk.wait(DrawsPage)
    desk.press("new")
    desk.qtbot.waitUntil(lambda: bool(refusals(desk.program)), timeout=LONG)
    assert isinstance(desk.page, DrawsPage), "nobody but an operator sees what is being typed"
    desk.program.end()
    again = Desk(desk.qtbot, begin(tmp_path / "home"), by_mouse, tmp_path / "papers")
    again.program.open_station(PASSPHRASE)
    again.qtbot.waitUntil(lambda: bool(again.program.people), timeout=LONG)
    again.sign_in("operator")
    assert form(again).lines["lot"].text() == "LZ-2"
    assert form_rows(again) == (("A0803", "", "", "3", "1"), ("A06", "", "", "2", "0"))


def form_rows(desk: Desk) -> object:
    page = desk.page
    assert isinstance(page, FormPage)
    return page.sheets["quotas"].sheet.rows()
