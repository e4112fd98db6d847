"""The window from its first start to two people at the desk, by what is seen and pressed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from app.cli.main import main
from app.desktop import start
from app.desktop.pages.start import PassphrasePage, StartPage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.shell import Shell
from app.desktop.signin import SignInDialog
from app.sample.centre import PASSPHRASE, PINS
from tests.fakes.window import commit, press, shown_text
from vault.roles import Role

Begin = Callable[..., Program]


def seats(program: Program) -> str:
    assert program.window.content is not None
    return shown_text(program.window.content)


def seat(program: Program, qtbot: QtBot, role: Role, pin: str) -> SignInDialog:
    press(qtbot, program.window, f"seat-{role.value}")
    dialog = next(one for one in program.window.findChildren(SignInDialog) if one.isVisible())
    commit(dialog.pin, pin)
    qtbot.keyClick(dialog.pin, Qt.Key.Key_Return)
    return dialog


def test_a_first_start_says_what_is_missing(begin: Begin, tmp_path: Path, qtbot: QtBot) -> None:
    page = begin(tmp_path / "none").window.content
    assert isinstance(page, StartPage)
    assert "还差" in shown_text(page)
    qtbot.mouseClick(page.act, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(page.centre, "Linzhou Centre")
    assert "编号" in shown_text(page)
    qtbot.keyClicks(page.prefix, "LZ")
    assert "已齐全" in shown_text(page)
    assert page.act.property("ready") == "true"


def test_the_sample_centre_opens_from_the_first_start(begin: Begin, tmp_path: Path, qtbot: QtBot) -> None:
    program = begin(tmp_path / "none")
    page = program.window.content
    assert isinstance(page, StartPage)
    button = next(one for one in page.findChildren(QPushButton) if one.text() == "打开示例中心")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(program.window.content, Shell), timeout=60_000)
    assert "临州市公共资源交易中心（示例）" in shown_text(program.window)
    assert not (tmp_path / "none").exists()


def test_a_wrong_passphrase_is_refused_and_asked_again(
    begin: Begin, centre: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    program = begin(centre)
    page = program.window.content
    assert isinstance(page, PassphrasePage)
    qtbot.keyClicks(page.passphrase, "mistyped")
    qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: program.window.findChild(RefusalDialog) is not None, timeout=20_000)
    dialog = program.window.findChild(RefusalDialog)
    assert isinstance(dialog, RefusalDialog)
    assert "mistyped" not in shown_text(dialog)
    dialog.accept()
    qtbot.keyClicks(page.passphrase, PASSPHRASE)
    qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(program.window.content, Shell), timeout=20_000)


def test_two_people_sit_down_each_with_their_own_lock(program: Program, qtbot: QtBot) -> None:
    seat(program, qtbot, Role.OPERATOR, PINS["operator"])
    qtbot.waitUntil(lambda: "周敏" in seats(program), timeout=20_000)
    # a PIN typed in a Chinese input mode is the same PIN
    seat(program, qtbot, Role.SUPERVISOR, "".join(chr(ord(digit) - 48 + 0xFF10) for digit in PINS["supervisor"]))
    qtbot.waitUntil(lambda: "何立群" in seats(program), timeout=20_000)
    press(qtbot, program.window, "seat-operator")
    qtbot.waitUntil(lambda: "周敏" not in seats(program), timeout=20_000)
    assert "何立群" in seats(program)
    assert [one.role for one in program.room.seated()] == [Role.SUPERVISOR]


def test_a_wrong_pin_is_said_where_it_was_typed(program: Program, qtbot: QtBot) -> None:
    dialog = seat(program, qtbot, Role.OPERATOR, "123456")
    qtbot.waitUntil(dialog.pin.isEnabled, timeout=20_000)
    assert "PIN" in shown_text(dialog)
    assert "123456" not in shown_text(dialog)
    assert program.room.seated() == ()
    dialog.reject()


def test_everything_locks_when_nobody_touches_the_desk(program: Program, qtbot: QtBot) -> None:
    seat(program, qtbot, Role.OPERATOR, PINS["operator"])
    qtbot.waitUntil(lambda: "周敏" in seats(program), timeout=20_000)
    program.idle.timer.setInterval(1)
    program.idle.timer.start()
    qtbot.waitUntil(lambda: "周敏" not in seats(program), timeout=20_000)
    assert program.room.seated() == ()


def test_language_and_size_change_at_once_and_are_remembered(
    program: Program, begin: Begin, qtbot: QtBot, tmp_path: Path
) -> None:
    press(qtbot, program.window, "settings")
    english = next(one for one in program.window.findChildren(QPushButton) if one.text() == "English")
    qtbot.mouseClick(english, Qt.MouseButton.LeftButton)
    assert "Settings" in shown_text(program.window)
    left = shown_text(program.window.content).replace(CENTRE, "").replace("简体中文", "")
    assert not [sign for sign in left if "\u4e00" <= sign <= "\u9fff"]
    program.set_scale(1.5)
    assert program.look.px(100) == 150
    kept = start.kept_look(program.settings, "zh")
    assert (kept.language, kept.theme.scale) == ("en", 1.5)


def test_a_second_program_is_refused_at_the_same_home(program: Program, begin: Begin, qtbot: QtBot) -> None:
    second = begin(program.home)
    second.open_station(PASSPHRASE)
    qtbot.waitUntil(lambda: second.window.findChild(RefusalDialog) is not None, timeout=20_000)
    assert isinstance(second.window.content, PassphrasePage)


def test_about_shows_the_fingerprints(program: Program, qtbot: QtBot) -> None:
    press(qtbot, program.window, "about")
    qtbot.waitUntil(lambda: "罗致远" in shown_text(program.window), timeout=20_000)
    person = next(one for one in program.room.people() if one.name == "罗致远")
    assert person.fingerprint in shown_text(program.window).replace(" ", "")


def test_without_a_display_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert main(["--home", str(tmp_path / "home")]) == 1
    assert "app.display.none" in capsys.readouterr().err


def test_every_control_has_a_name(program: Program) -> None:
    for kind in (QPushButton, QComboBox):
        for one in program.window.findChildren(kind):
            assert one.accessibleName() or getattr(one, "text", str)(), one


CENTRE = "临州市公共资源交易中心（示例）"


HEAVY = ("alembic", "babel", "cn2an", "fontTools", "openpyxl", "reportlab", "sqlalchemy", "typer")


def test_the_first_window_waits_for_no_database_and_no_paper(tmp_path: Path) -> None:
    """A window that is there at once: what takes long to load is loaded behind it, on the desk's thread."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtCore import QSettings\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import app.cli.main\n"
        "from app.desktop.start import Program, kept_look\n"
        "settings = QSettings(sys.argv[1] + '/d.ini', QSettings.Format.IniFormat)\n"
        "application = QApplication([])\n"
        "program = Program(application, Path(sys.argv[1]), kept_look(settings, 'zh'), settings, object)\n"
        "program.window.show()\n"
        "print(*sorted(sys.modules))\n"
        "program.thread_of_desk.end()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert not set(HEAVY) & set(done.stdout.split())
    assert "app.desktop.pages.start" in done.stdout.split()
