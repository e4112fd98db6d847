"""How a round is shown: the real order, held at any moment, nothing in it that says who anybody is."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desktop.pages.sorting import SortingPage
from app.desktop.program import Program
from drawing.desk.filling import expert_in
from tests.desktop.test_draw import DICE, LONG, Desk, by_mouse
from tests.fakes.window import shown_text
from vault import base32


@pytest.fixture
def desk(qtbot: QtBot, program: Program, tmp_path: Path) -> Desk:
    made = Desk(qtbot, program, by_mouse, tmp_path / "papers")
    made.sign_in("operator", "supervisor")
    made.to_dice()
    page = made.page
    for key, field in page.fields.items():  # type: ignore[attr-defined]
        made.type(field, DICE[key])
    made.press("act")
    for key in DICE:
        qtbot.waitUntil(lambda key=key: _button(made, f"row-{key}-yes"), timeout=LONG)  # type: ignore[misc]
        before = made.page
        made.press(f"row-{key}-yes")
        made.wait(type(before), without=before)
    made.press("act")
    qtbot.waitUntil(lambda: type(made.page).__name__ == "CallsPage" and made.page.isEnabled(), timeout=LONG)
    return made


def _button(desk: Desk, name: str) -> bool:
    return desk.page.isEnabled() and any(one.objectName() == name for one in desk.page.findChildren(object))


def opened(desk: Desk) -> SortingPage:
    page = desk.act(SortingPage)
    assert isinstance(page, SortingPage)
    return page


def test_the_order_is_held_and_goes_on(desk: Desk) -> None:
    page = opened(desk)
    assert not page.is_whole
    desk.qtbot.waitUntil(lambda: page._shown >= 1, timeout=LONG)
    desk.press("hold")
    held = page._shown
    desk.qtbot.wait(700)
    assert page._shown == held, "nothing goes on while somebody asks a question"
    desk.press("hold")
    desk.qtbot.waitUntil(lambda: page.is_whole, timeout=LONG)


def test_what_is_shown_is_the_round_and_names_nobody(desk: Desk) -> None:
    page = opened(desk)
    desk.press("act")
    assert page.is_whole
    (live,) = desk.program.room.drawing._live.values()
    secrets: set[str] = set()

    def read() -> None:
        for slot in live.record.pending():
            expert = expert_in(live, slot)
            assert slot.occupant is not None
            label = live.rounds.label_of(slot.occupant)
            secrets.update((expert.name, expert.phone, expert.id, label, label[:12]))

    desk.program.thread_of_desk.do(read)
    shown = shown_text(desk.program.window)
    assert not [word for word in secrets if word in shown]
    places = page.sorting.places
    assert [one.position for one in places] == sorted(one.position for one in places)
    assert {one.slot for one in places if one.slot} == {slot.name for slot in live.record.pending()}
    assert all(base32.groups(digits, 5) in shown for digits in DICE.values()), "the dice stay in sight"
    assert sum(state.accessibleName() == "已入选" for state in page._states.values()) == len(live.record.pending())


def test_another_look_shows_the_same_round(desk: Desk) -> None:
    page = opened(desk)
    desk.press("act")
    desk.program.set_look(replace(desk.program.look, language="en", still=True))
    turned = desk.wait(SortingPage, without=page)
    assert isinstance(turned, SortingPage)
    assert turned.is_whole
    assert turned.sorting == page.sorting
    assert "To the calls" in shown_text(turned)
