"""A bank is taken over in the window: by keeper and supervisor, whole or not at all."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.pages.bank import BankPage
from app.desktop.pages.bankimport import ImportDialog
from app.desktop.program import Program
from app.desktop.shell import Shell
from app.sample.centre import PINS
from resources import sample
from tests.desktop.test_draw import LONG
from tests.fakes.window import commit, press, shown_text

Change = Callable[[list[list[str]]], None]


@pytest.fixture
def page(program: Program, qtbot: QtBot) -> BankPage:
    program.go_to("bank")
    shell = program.window.content
    assert isinstance(shell, Shell)
    made = shell.page
    assert isinstance(made, BankPage)
    qtbot.waitUntil(lambda: bool(made.model.rowCount()), timeout=LONG)
    return made


def bank_file(folder: Path, change: Change = lambda _rows: None, size: int = 620) -> Path:
    file = folder / "bank.csv"
    sample.write_csv(file, sample.generate(size=size))
    with file.open(encoding="gb18030", newline="") as stream:
        rows = list(csv.reader(stream))
    change(rows)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file


def begun(qtbot: QtBot, page: BankPage, file: Path) -> ImportDialog:
    page.import_asked.emit(str(file))
    dialog = page.window().findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    read(qtbot, dialog)
    return dialog


def read(qtbot: QtBot, dialog: ImportDialog) -> None:
    qtbot.waitUntil(lambda: not dialog.bar.isVisible(), timeout=LONG)


def versions(program: Program) -> int:
    return len(program.thread_of_desk.do(lambda: program.room.station.bank.versions()))


def give_pins(dialog: ImportDialog, **pins: str) -> None:
    for key, pin in pins.items():
        commit(dialog.pins[key], pin)


def test_a_bank_is_taken_over_by_two(page: BankPage, program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = begun(qtbot, page, bank_file(tmp_path))
    assert "新增" in shown_text(dialog), shown_text(dialog)
    assert dialog.act.property("ready") == "false"
    give_pins(dialog, keeper="999999", supervisor=PINS["supervisor"])
    press(qtbot, dialog, "accept")
    qtbot.waitUntil(lambda: "PIN" in dialog.state.accessibleName() and not dialog.bar.isVisible(), timeout=LONG)
    assert versions(program) == 1, "a wrong PIN changes nothing"
    assert not any(pin.text() for pin in dialog.pins.values())
    give_pins(dialog, keeper=PINS["keeper"], supervisor=PINS["supervisor"])
    press(qtbot, dialog, "accept")
    qtbot.waitUntil(lambda: page.window().findChild(ImportDialog) is None, timeout=LONG)
    assert versions(program) == 2
    qtbot.waitUntil(lambda: page.model.rowCount() == 620, timeout=LONG)
    again = begun(qtbot, page, bank_file(tmp_path))
    assert not again.act.isVisible(), "the same bank isn't taken over twice"


def test_a_bad_row_is_named_and_nothing_is_imported(
    page: BankPage, program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    def spoil(rows: list[list[str]]) -> None:
        rows[7] = ["" for _ in rows[7]]
        rows[7][0] = "=1+1"

    dialog = begun(qtbot, page, bank_file(tmp_path, spoil))
    assert "没有导入" in dialog.state.accessibleName()
    assert "8" in shown_text(dialog)
    assert not dialog.act.isVisible()
    assert versions(program) == 1


def test_columns_with_names_of_their_own_are_chosen_once(
    page: BankPage, program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    def rename(rows: list[list[str]]) -> None:
        rows[0] = [f"列{number}" for number in range(len(rows[0]))]

    plain = bank_file(tmp_path)
    with plain.open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    dialog = begun(qtbot, page, bank_file(tmp_path, rename))
    assert not dialog.act.isVisible()
    assert "请在下面选择各列" in shown_text(dialog)
    known = {"id": "编号", "name": "姓名", "phone": "手机", "employer": "单位", "specialties": "专业"}
    for field, part in known.items():
        place = next(at for at, name in enumerate(header) if part in name)
        box = dialog.columns[field]
        box.setCurrentIndex(box.findData(f"列{place}"))
    press(qtbot, dialog, "again")
    read(qtbot, dialog)
    assert dialog.act.isVisible(), shown_text(dialog)
    give_pins(dialog, keeper=PINS["keeper"], supervisor=PINS["supervisor"])
    press(qtbot, dialog, "accept")
    qtbot.waitUntil(lambda: page.window().findChild(ImportDialog) is None, timeout=LONG)
    assert versions(program) == 2
    later = begun(qtbot, page, bank_file(tmp_path, lambda rows: (rename(rows), rows.pop())[0]))
    assert later.act.isVisible(), "what was chosen once is known"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04broken", "编号,姓名\n".encode()], ids=range(4))
def test_a_file_that_is_no_bank_is_refused(
    page: BankPage, program: Program, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "bank.csv"
    file.write_bytes(content)
    dialog = begun(qtbot, page, file)
    assert "没有导入" in dialog.state.accessibleName()
    assert versions(program) == 1
    press(qtbot, dialog, "leave")
    qtbot.waitUntil(lambda: page.window().findChild(ImportDialog) is None, timeout=LONG)
