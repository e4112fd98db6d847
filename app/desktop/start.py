"""The program begins here in windows: one application, its settings, its one window."""

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.desktop.look import kept_look
from app.desktop.program import Program
from app.errors import NoDisplayError, refusal_of

if TYPE_CHECKING:
    from app.desktop.room import DeskRoom


def has_display() -> bool:
    """Say whether there is anything to show a window on."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in names)


def settings_file() -> Path:
    """Return where size, theme and language of the window are kept; nothing of a draw is."""
    return Path(platformdirs.user_config_path("fengqian", appauthor=False)) / "desktop.ini"


def _made_room() -> "DeskRoom":
    """Make the desk, on its own thread; database, cryptography and papers are loaded here, behind the first window."""
    from app.desktop.room import DeskRoom  # see above

    # the sample's line takes its time, as people at a telephone do
    return DeskRoom(Path(platformdirs.user_documents_path()) / "Fengqian", pause=time.sleep)


def run_desktop(home: Path, language: str) -> int:
    """Show the window until it is closed; return the exit code.

    Raises:
        NoDisplayError: where there is no display.
    """
    if not has_display():
        raise NoDisplayError
    application = QApplication(["fengqian"])
    settings = QSettings(str(settings_file()), QSettings.Format.IniFormat)
    program = Program(application, home, kept_look(settings, language), settings, _made_room)
    # what nobody foresaw is said in the window too, by its kind and place alone
    sys.excepthook = lambda _kind, error, _trace: program.refuse(refusal_of(error))
    program.window.show()
    try:
        return application.exec()
    finally:
        program.end()
