"""The real window without a display: one program a test, on a station that was made before.

While a program is there, no statement of the database and no cryptographic call may run on the window's thread; a test
in which one does fails.
"""

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Engine, event

from app.desktop.look import Look
from app.desktop.program import Program
from app.desktop.room import DeskRoom
from app.desktop.shell import Shell
from app.sample.centre import PASSPHRASE, make_centre
from drawing.desk.station import LiveDraw
from tests.fakes.voice import FakeVoice
from vault import lockedfile
from vault.identity import PrivateIdentity
from vault.journal import Journal
from vault.kdf import KdfCost

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
CHEAP = KdfCost(1024, 1, 1)
WATCHED: tuple[tuple[Any, str], ...] = (
    *((PrivateIdentity, name) for name in ("sign", "open_sealed")),
    (lockedfile, "stretch"),
    (Journal, "append"),
    (LiveDraw, "write_all"),
)


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample centre with its people and bank."""
    home = tmp_path_factory.mktemp("centre") / "home"
    make_centre(home, "zh", lambda _done, _of: None, CHEAP, 600)
    return home


class Watch:
    """Notes what ran on the window's thread that mustn't."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def note(self, what: str) -> None:
        if threading.current_thread() is threading.main_thread():
            self.seen.append(what)


@pytest.fixture(autouse=True)
def _no_rubbish_is_left() -> Iterator[None]:
    """Take away what a test's windows leave, on this thread, as the program does."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Watch the database and the cryptography from here on."""
    watching = Watch()

    def executed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        watching.note(statement)

    def wrapped(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            watching.note(name)
            return real(*given, **named)

        return call

    for owner, name in WATCHED:
        monkeypatch.setattr(owner, name, wrapped(getattr(owner, name), name))
    event.listen(Engine, "before_cursor_execute", executed)
    yield watching
    event.remove(Engine, "before_cursor_execute", executed)
    assert not watching.seen, f"on the window's thread: {watching.seen}"


@pytest.fixture
def begin(qtbot: QtBot, qapp: QApplication, tmp_path: Path, watch: Watch) -> Iterator[Callable[[Path], Program]]:
    """Start programs, and end each."""
    begun: list[Program] = []

    def start(home: Path, language: str = "zh") -> Program:
        def make_room() -> DeskRoom:
            return DeskRoom(tmp_path / "papers", FakeVoice())

        settings = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
        program = Program(qapp, home, Look(language=language), settings, make_room)
        begun.append(program)
        qtbot.addWidget(program.window)
        program.window.show()
        return program

    yield start
    for program in begun:
        program.end()


@pytest.fixture
def program(begin: Callable[[Path], Program], qtbot: QtBot, centre: Path, tmp_path: Path) -> Program:
    """A program at the sample centre, open, with nobody signed in."""
    shutil.copytree(centre, tmp_path / "home")
    made = begin(tmp_path / "home")
    made.open_station(PASSPHRASE)
    qtbot.waitUntil(lambda: isinstance(made.window.content, Shell), timeout=20_000)
    return made
