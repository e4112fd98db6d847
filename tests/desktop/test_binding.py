"""Python and Qt together: what a call gives back is counted right, or the program dies after enough of them."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 2000


def test_a_call_that_returns_nothing_costs_nothing(qtbot: QtBot) -> None:
    """A binding that gives None away uncounted ends the program: PySide6 6.12 on Python 3.11 does."""
    shown = QLabel()
    qtbot.addWidget(shown)
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        shown.setText("")
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
