"""The sample centre's draw through the real windows, from wherever it stands: `desktop FOLDER [POINT#N]`.

The tour's pair press whatever the page before them asks, until the draw has ended or the fuse kills the program.  Which
page stood first after the draw was taken up is noted.  A refusal ends it with what it said.
"""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.pages.draws import DrawsPage
from app.desktop.program import Program
from app.desktop.room import DeskRoom
from app.desktop.tour import Pair
from app.sample.centre import PASSPHRASE
from tests.fakes.voice import FakeVoice
from tests.kills.fuse import Fuse


def run(folder: Path, target: str | None) -> None:
    """Open the window on the centre in `folder/home`, and let the pair work."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    fuse = Fuse(folder / "notes", target)
    fuse.lay()
    application = QApplication([])
    settings = QSettings(str(folder / "desktop.ini"), QSettings.Format.IniFormat)
    made = Program(
        application, folder / "home", Look(still=True), settings, lambda: DeskRoom(folder / "papers", FakeVoice())
    )
    taken_up: list[bool] = []

    def seen(page: Page) -> None:
        if isinstance(page, DrawsPage):
            taken_up[:] = [bool(page.rows)]
        elif taken_up == [True]:
            fuse.note("page", type(page).__name__)
            taken_up.clear()

    def ended() -> None:
        made.end()
        fuse.note("done", "")
        os._exit(0)

    def stuck(why: str) -> None:
        print(why, flush=True)
        os._exit(4)

    fuse.command, fuse.armed = "window", True
    made.window.show()
    made.open_station(PASSPHRASE)
    pair = Pair(made, seen, ended, stuck)
    application.exec()
    del pair


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
