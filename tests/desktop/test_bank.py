"""The bank in a window: found as one types, masked for the operator, and nothing of fewer than ten."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QTreeWidgetItem, QTreeWidgetItemIterator
from pytestqt.qtbot import QtBot

from app.composition import create_station
from app.desktop.bankviews import AT_ONCE
from app.desktop.pages.bank import BankPage
from app.desktop.program import Program
from app.desktop.shell import Shell
from app.sample.centre import PASSPHRASE
from app.settings import parse_choices
from tests.desktop.test_draw import Desk, by_mouse
from tests.fakes.window import commit, press, shown_text

LONG = 20_000
SIZE = 600
SETTINGS = (
    b'{"v":1,"centre":"Centre","serial_prefix":"C","language":"zh","secrets":"file",'
    b'"kdf":{"memory_kib":1024,"iterations":1,"lanes":1}}'
)
Open = Callable[..., BankPage]


@pytest.fixture
def bank(program: Program, qtbot: QtBot, tmp_path: object) -> Open:
    """Open the page as those who are signed in see it."""

    def open_bank(*people: str) -> BankPage:
        Desk(qtbot, program, by_mouse, tmp_path).sign_in(*people)  # type: ignore[arg-type]
        press(qtbot, program.window, "bank")
        shell = program.window.content
        assert isinstance(shell, Shell)
        page = shell.page
        assert isinstance(page, BankPage)
        settled(page, qtbot, f"{SIZE}")
        qtbot.waitUntil(lambda: page.tree.topLevelItemCount() > 1, timeout=LONG)
        return page

    return open_bank


def settled(page: BankPage, qtbot: QtBot, said: str) -> None:
    qtbot.waitUntil(lambda: said in page.state.accessibleName(), timeout=LONG)


def cell(page: BankPage, row: int, column: int, qtbot: QtBot) -> str:
    """Return what stands in a cell once it came."""
    at = page.model.index(row, column)
    qtbot.waitUntil(lambda: at.data() != "…", timeout=LONG)
    return str(at.data())


def items(page: BankPage) -> dict[str, QTreeWidgetItem]:
    found, every = {}, QTreeWidgetItemIterator(page.tree)
    while (item := every.value()) is not None:
        found[item.text(0).split("　")[0]] = item
        every += 1
    return found


def test_every_row_can_be_reached_and_only_what_is_in_sight_is_fetched(bank: Open, qtbot: QtBot) -> None:
    page = bank("operator", "supervisor")
    assert page.model.rowCount() == SIZE
    page.table.scrollToBottom()
    ids = {cell(page, row, 0, qtbot) for row in range(SIZE)}
    assert len(ids) == SIZE
    assert len(page.model._screens) <= SIZE // AT_ONCE + 1


def test_an_operator_sees_no_name_and_no_number(bank: Open, qtbot: QtBot) -> None:
    page = bank("operator", "supervisor")
    name, phone = cell(page, 0, 1, qtbot), cell(page, 0, 6, qtbot)
    assert name[1:] == "＊" * (len(name) - 1)
    assert phone == ""
    assert page.table.isColumnHidden(6)


def test_a_supervisor_alone_sees_people_whole_and_finds_them(bank: Open, qtbot: QtBot) -> None:
    page = bank("supervisor")
    name, phone = cell(page, 0, 1, qtbot), cell(page, 0, 6, qtbot)
    assert phone.isdigit()
    commit(page.search, phone)
    settled(page, qtbot, "1 人")
    assert cell(page, 0, 1, qtbot) == name


def test_an_operator_finds_nobody_by_a_name_or_a_number(bank: Open, program: Program, qtbot: QtBot) -> None:
    page = bank("supervisor")
    known = [cell(page, 0, 1, qtbot), cell(page, 0, 6, qtbot)]
    page = bank("operator")
    for word in known:
        page.search.clear()
        commit(page.search, word)
        settled(page, qtbot, "没有符合的专家")


def test_a_specialty_is_chosen_and_searched_in(bank: Open, qtbot: QtBot) -> None:
    page = bank("operator", "supervisor")
    tree = items(page)
    assert tree["A"].child(0) is not None
    page.tree.setCurrentItem(tree["A"])
    count = int(tree["A"].text(1).replace(",", ""))
    settled(page, qtbot, f"{count} 人")
    assert 10 <= count < SIZE
    employer = cell(page, 0, 2, qtbot)
    commit(page.search, employer)
    qtbot.waitUntil(lambda: page.model.rowCount() < count, timeout=LONG)


def test_fewer_than_ten_are_neither_counted_nor_shown(bank: Open, qtbot: QtBot) -> None:
    page = bank("operator", "supervisor")
    few = [one for one in items(page).values() if one.text(1) == "少于 10 人"]
    assert few
    page.tree.setCurrentItem(few[0])
    settled(page, qtbot, "少于 10 人")
    assert page.model.rowCount() == 0
    assert "不向操作员显示" in shown_text(page)


def test_what_is_typed_fast_is_sought_once_at_the_end(bank: Open, qtbot: QtBot) -> None:
    page = bank("operator", "supervisor")
    sought: list[tuple[int, str, str]] = []
    page.sought.connect(lambda *given: sought.append(given))
    for word in ("大", "学", "不", "在"):
        commit(page.search, word)
    settled(page, qtbot, "没有符合的专家")
    assert [text for _, _, text in sought] == ["大学不在"]


@pytest.mark.parametrize("typed", ["\u202e", "'); DROP TABLE", "😀", "%"])
def test_odd_words_find_nobody_and_break_nothing(bank: Open, qtbot: QtBot, typed: str) -> None:
    page = bank("operator", "supervisor")
    commit(page.search, typed)
    settled(page, qtbot, "没有符合的专家")
    page.search.clear()
    settled(page, qtbot, f"{SIZE} 人")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station without people and without a bank."""
    home = tmp_path_factory.mktemp("bare") / "home"
    create_station(home, parse_choices(SETTINGS), lambda: PASSPHRASE)
    return home


def test_a_station_without_a_bank_says_who_brings_one(bare: Path, begin: Callable[..., Program], qtbot: QtBot) -> None:
    """What is typed there finds nobody, and nothing takes the hint away."""
    program = begin(bare)
    program.open_station(PASSPHRASE)
    qtbot.waitUntil(lambda: isinstance(program.window.content, Shell), timeout=LONG)
    press(qtbot, program.window, "bank")
    shell = program.window.content
    assert isinstance(shell, Shell)
    page = shell.page
    assert isinstance(page, BankPage)
    settled(page, qtbot, "还差")
    assert not page.search.isEnabled()
    assert page.tree.topLevelItemCount() == 0
    assert "由专家库管理员和监督员从省库文件导入" in shown_text(page)
