"""What goes wrong at a window, and what stays: bad input, changes at the worst moment, answers that come too late."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from app.desktop.flow import DrawFlow
from app.desktop.look import kept_look
from app.desktop.pages.calls import CallsPage
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.form import FormPage
from app.desktop.pages.stage import QrCode, StagePage
from app.desktop.pages.start import MadePage, PassphrasePage, StartPage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.shell import Shell
from app.errors import NobodyError
from app.papers import Papers
from app.sample import centre as sample_centre
from app.settings import NAME
from drawing.ceremony import fingerprint_digest
from printing.qr import ceremony_text, modules
from tests.desktop.test_draw import LONG, Desk, by_mouse
from tests.fakes.window import press, shown_text

Begin = Callable[[Path], Program]


def refusals(program: Program) -> list[RefusalDialog]:
    return [one for one in program.window.findChildren(RefusalDialog) if one.isVisible()]


@pytest.fixture
def desk(qtbot: QtBot, program: Program, tmp_path: Path) -> Desk:
    made = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    made.sign_in("operator", "supervisor")
    return made


def test_a_passphrase_shown_once_stays_at_another_size(
    begin: Begin, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.composition.os_vault_available", lambda: False)
    program = begin(tmp_path / "home")
    program.set_up("Linzhou", "LZ")
    qtbot.waitUntil(lambda: isinstance(program.window.content, MadePage), timeout=LONG)
    page = program.window.content
    assert isinstance(page, MadePage)
    passphrase = page.shown.text()
    program.set_scale(1.5)
    again = program.window.content
    assert isinstance(again, MadePage)
    assert again is not page
    assert passphrase in shown_text(again)
    again.noted.emit()
    qtbot.waitUntil(lambda: isinstance(program.window.content, Shell), timeout=LONG)
    assert passphrase not in shown_text(program.window.content)


def test_what_was_typed_before_the_set_up_stays_at_another_size(begin: Begin, tmp_path: Path, qtbot: QtBot) -> None:
    program = begin(tmp_path / "home")
    page = program.window.content
    assert isinstance(page, StartPage)
    qtbot.keyClicks(page.centre, "Linzhou")
    program.set_look(replace(program.look, language="en"))
    again = program.window.content
    assert isinstance(again, StartPage)
    assert (again.centre.text(), again.prefix.text()) == ("Linzhou", "")


@pytest.mark.parametrize("name", ["临州\u200f中心\n二", "   ", "一" * 200, "LZ/../../etc"], ids=ascii)
def test_a_name_that_is_none_is_refused_and_stays(begin: Begin, tmp_path: Path, qtbot: QtBot, name: str) -> None:
    program = begin(tmp_path / "home")
    page = program.window.content
    assert isinstance(page, StartPage)
    page.centre.setText("Linzhou" if "/" in name else name)
    page.prefix.setText("L/Z" if "/" in name else "LZ")
    typed = page.centre.text()
    program.set_up(page.centre.text().strip(), page.prefix.text().strip())
    qtbot.waitUntil(lambda: bool(refusals(program)), timeout=LONG)
    assert not (tmp_path / "home" / NAME).exists()
    assert page.isEnabled()
    assert page.centre.text() == typed


def test_broken_settings_are_said_and_nothing_crashes(begin: Begin, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / NAME).write_text("{not json")
    program = begin(tmp_path / "home")
    assert "app.settings" in shown_text(refusals(program)[0])


def test_a_sample_centre_that_fails_leaves_the_home_as_it_was(
    begin: Begin, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise NobodyError(role="keeper")

    monkeypatch.setattr("app.desktop.room.make_centre", fail)
    program = begin(tmp_path / "home")
    program.open_sample()
    assert isinstance(program.window.content, StartPage)
    assert not program.window.content.isEnabled()
    qtbot.waitUntil(lambda: bool(refusals(program)), timeout=LONG)
    assert program.home == tmp_path / "home"
    assert program.window.content.isEnabled()


def test_enter_twice_opens_a_station_once(begin: Begin, centre: Path, qtbot: QtBot) -> None:
    program = begin(centre)
    page = program.window.content
    assert isinstance(page, PassphrasePage)
    page.passphrase.setText(sample_centre.PASSPHRASE)
    page.act.click()
    assert not page.isEnabled()
    qtbot.waitUntil(lambda: isinstance(program.window.content, Shell), timeout=LONG)
    assert not refusals(program)


@pytest.mark.parametrize("scale", ["nan", "inf", "-3", "big", ""])
def test_a_size_that_is_none_falls_back(tmp_path: Path, scale: str) -> None:
    settings = QSettings(str(tmp_path / "x.ini"), QSettings.Format.IniFormat)
    settings.setValue("look/scale", scale)
    assert 1.0 <= kept_look(settings, "zh").theme.scale <= 2.0


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b'{"v": 1}', b'{"a": 1, "a": 2}', b"{" * 5000], ids=range(6)
)
def test_a_file_that_is_no_request_is_refused_and_the_page_stays(desk: Desk, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "request.json"
    file.write_bytes(content)
    desk.wait(DrawsPage)
    desk.press("new")
    page = desk.wait(FormPage)
    assert isinstance(page, FormPage)
    page.file_chosen.emit(str(file))
    desk.qtbot.waitUntil(lambda: bool(refusals(desk.program)), timeout=LONG)
    assert desk.page is page
    assert page.isEnabled()


def test_the_qr_code_holds_the_whole_fingerprint(desk: Desk) -> None:
    desk.to_dice()
    live = next(iter(desk.program.room.drawing._live.values()))
    text = ceremony_text(fingerprint_digest(live.record.ceremony_payload))
    code = desk.page.findChild(QrCode)
    assert isinstance(code, QrCode)
    assert code._rows == modules(text)


def test_receipts_that_a_crash_left_out_are_written_when_the_draw_is_taken_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Papers.receipts
    monkeypatch.setattr(Papers, "receipts", lambda _self: (_ for _ in ()).throw(NobodyError(role="keeper")))
    desk.to_fixing()
    desk.act(StagePage)
    desk.qtbot.wait(500)
    assert len(refusals(desk.program)) == 1
    assert desk.page.findChild(QrCode) is not None
    folder = next(desk.papers.iterdir())
    assert not list(folder.glob("receipt-*"))
    monkeypatch.setattr(Papers, "receipts", written)
    desk.press("back")
    page = desk.wait(DrawsPage)
    assert isinstance(page, DrawsPage)
    desk.qtbot.waitUntil(lambda: page.table.model().rowCount() == 1, timeout=LONG)
    page.opened.emit(page._model.rows[0].draw)
    desk.wait(StagePage)
    assert len(list(folder.glob("receipt-*"))) == 2


def test_a_draw_that_was_left_while_the_desk_works_doesn_t_come_back(desk: Desk) -> None:
    desk.to_round()
    flow = desk.program.flow
    assert isinstance(flow, DrawFlow)
    desk.press("act")
    press(desk.qtbot, desk.program.window, "draws")
    desk.wait(DrawsPage)
    desk.qtbot.wait(1500)
    assert isinstance(desk.page, DrawsPage)
    assert desk.program.flow is None


def test_a_refusal_that_stays_is_said_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.to_round()

    def fail(*_given: object) -> None:
        raise NobodyError(role="keeper")

    monkeypatch.setattr(desk.program.room.drawing.notices, "call", fail)
    monkeypatch.setattr(desk.program.room.drawing, "take_up", fail)
    desk.press("act")
    desk.qtbot.waitUntil(lambda: bool(refusals(desk.program)), timeout=LONG)
    desk.qtbot.wait(500)
    assert len(refusals(desk.program)) == 1
    assert isinstance(desk.page, CallsPage)
    assert desk.page.isEnabled()
