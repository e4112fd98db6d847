"""The sample centre's draw through the real windows, from wherever it stands: `desktop FOLDER [POINT#N]`.

Two people press whatever the page before them asks, until the draw has ended or the fuse kills the program.  Which page
stood first after the draw was taken up is noted.  A refusal ends it with what it said.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.pages.calls import CallsPage
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.narrowing import FreezePage, MatchesPage, ReportPage
from app.desktop.pages.opening import EndedPage, ListPage, SealedPage
from app.desktop.pages.request import RequestPage
from app.desktop.pages.sealing import SealPage
from app.desktop.pages.second import SecondFields
from app.desktop.pages.stage import StagePage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.room import DeskRoom
from app.desktop.shell import Shell
from app.sample.centre import PASSPHRASE, PEOPLE, PINS
from tests.fakes.voice import FakeVoice
from tests.fakes.window import commit, shown_text
from tests.kills.fuse import Fuse

EVERY: Final = 10  # milliseconds between two looks at the window
LONGEST: Final = 90_000
DICE: Final = {"supervisor": "31462554136621435216", "owner": "62135441366251423345"}
AT_THE_DESK: Final = {"operator", "supervisor"}


class Pair(QObject):
    """The two at the desk; each page gets one act."""

    def __init__(self, program: Program, fuse: Fuse) -> None:
        super().__init__()
        self._program, self._fuse = program, fuse
        self._acted_on: Page | None = None
        self._signed_in = self._taken_up = False
        self._acts: dict[type[Page], Callable[[Page], None]] = {
            DrawsPage: self._begin,
            RequestPage: self._request,
            MatchesPage: self._match,
            ReportPage: self._approve,
            FreezePage: self._act,
            StagePage: self._stage,
            CallsPage: self._act,
            SealPage: self._act,
            SealedPage: self._approve,
            ListPage: self._list,
            EndedPage: self._end,
        }
        self._looks = QTimer(self)
        self._looks.timeout.connect(self._look)
        self._looks.start(EVERY)
        QTimer.singleShot(LONGEST, self, lambda: self._give_up(f"stands at {type(self._acted_on).__name__}"))

    def _give_up(self, why: str) -> None:
        print(why, flush=True)
        os._exit(4)

    def _look(self) -> None:
        for dialog in self._program.window.findChildren(RefusalDialog):
            if dialog.isVisible():
                self._give_up(shown_text(dialog))
        shell = self._program.window.content
        if not isinstance(shell, Shell):
            return
        if not self._signed_in:
            self._sign_in()
        page = shell.page
        if len(self._program._known.seated) < len(AT_THE_DESK) or not isinstance(page, Page):
            return
        if page is self._acted_on or not page.isEnabled() or not page.isVisible():
            return
        if self._taken_up and not isinstance(page, DrawsPage):
            self._fuse.note("page", type(page).__name__)
            self._taken_up = False
        self._acts[type(page)](page)

    def _sign_in(self) -> None:
        self._signed_in = True
        people = {one.name: one.person for one in self._program._known.people}
        for key, name, _, _ in PEOPLE:
            if key in AT_THE_DESK:
                self._program.unlock(people[name], PINS[key])

    def _press(self, page: Page, name: str) -> bool:
        for one in page.findChildren(QAbstractButton):
            if one.objectName() == name and one.isVisible():
                self._acted_on = page
                one.click()
                return True
        return False

    def _act(self, page: Page) -> None:
        self._press(page, "act")

    def _begin(self, page: Page) -> None:
        assert isinstance(page, DrawsPage)
        if "正在" in page.state.accessibleName():
            return
        if not page._model.rows:
            self._press(page, "new")
            return
        self._acted_on, self._taken_up = page, True
        page.opened.emit(page._model.rows[0].draw)

    def _request(self, page: Page) -> None:
        assert isinstance(page, RequestPage)
        self._press(page, "act" if page._ready else "use-sample")

    def _match(self, page: Page) -> None:
        assert isinstance(page, MatchesPage)
        for number in range(1, len(page.groups) + 1):
            self._press(page, f"match-{number}-same")
        self._act(page)

    def _approve(self, page: Page) -> None:
        for one in page.findChildren(SecondFields):
            if one.isVisible():
                commit(one.pin, PINS["second"])
                one.reason.setText("示例：当场核对")
        self._act(page)

    def _stage(self, page: Page) -> None:
        assert isinstance(page, StagePage)
        for key, field in page.fields.items():
            field.setText(DICE[key])
        if not any(self._press(page, f"row-{key}-yes") for key in DICE):
            self._act(page)

    def _list(self, page: Page) -> None:
        """The first sign-in has one who can't sit."""
        assert isinstance(page, ListPage)
        if page.second is None:
            page.choices["1"].setCurrentIndex(page.choices["1"].findData("conflict"))
        self._act(page)

    def _end(self, page: Page) -> None:
        self._acted_on = page
        self._looks.stop()
        self._fuse.note("done", type(page).__name__)
        self._program.end()
        os._exit(0)


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
    fuse.command, fuse.armed = "window", True
    made.window.show()
    made.open_station(PASSPHRASE)
    pair = Pair(made, fuse)
    application.exec()
    del pair


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
