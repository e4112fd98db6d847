"""The tour: the sample centre's draw through the real windows by a pair who press what each page asks, with pictures.

`python -m app.desktop.tour --out DIR` makes a sample centre in a folder that goes away, walks it once in each language,
and writes `DIR/zh/*.png` and `DIR/en/*.png`, named by page, so that documents can show them.  The pair know the
sample's PINs, and those of nobody else: on an ordinary station they come no further than the sign-in.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEventLoop, QObject, QSettings, QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from shiboken6 import isValid

from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.pages.calls import CallsPage
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.form import FormPage
from app.desktop.pages.narrowing import FreezePage, MatchesPage, ReportPage
from app.desktop.pages.opening import EndedPage, ListPage, SealedPage
from app.desktop.pages.sealing import SealPage
from app.desktop.pages.second import SecondFields
from app.desktop.pages.sorting import SortingPage
from app.desktop.pages.stage import StagePage
from app.desktop.program import Program
from app.desktop.refusal import RefusalDialog
from app.desktop.room import DeskRoom
from app.desktop.shell import Shell
from app.sample.centre import PASSPHRASE, PEOPLE, PINS, make_centre
from app.settings import LANGUAGES
from vault.kdf import KdfCost

EVERY: Final = 10  # milliseconds between two looks at the window
LONGEST: Final = 120_000
HASTE: Final = 4
SETTLED: Final = 400  # milliseconds until a page stands as it will be seen
SIZE: Final = (1366, 700)
EXPERTS: Final = 5000
DICE: Final = {"supervisor": "31462554136621435216", "owner": "62135441366251423345"}
AT_THE_DESK: Final = ("operator", "supervisor")
SHOWN: Final = frozenset(
    {
        *("request-2", "matches", "report", "freeze", "stage-2", "stage-3", "stage-4"),
        *("sorting", "seal", "sealed", "list"),
    }
)
SECTIONS: Final = ("preflight", "bank", "verify", "journal", "settings", "about")


class Pair(QObject):
    """Operator and supervisor of the sample centre: each page gets one act, until the draw has ended.

    Args:
        program: the window, whose station is opened elsewhere.
        seen: is told each page once, before anything is done on it.
        ended: is called on the page of a draw that has ended.
        stuck: is told why it can't go on: a refusal's text, or the page at which it stands too long.
    """

    def __init__(
        self,
        program: Program,
        seen: Callable[[Page], None],
        ended: Callable[[], None],
        stuck: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._program, self._seen, self._ended, self._stuck = program, seen, ended, stuck
        self._acted_on: Page | None = None
        self._signed_in = False
        self._acts: dict[type[Page], Callable[[Page], None]] = {
            DrawsPage: self._begin,
            FormPage: self._request,
            MatchesPage: self._match,
            ReportPage: self._approve,
            FreezePage: self._act,
            StagePage: self._stage,
            SortingPage: self._act,
            CallsPage: self._call,
            SealPage: self._seal,
            SealedPage: self._approve,
            ListPage: self._list,
            EndedPage: self._end,
        }
        self._looks = QTimer(self)
        self._looks.timeout.connect(self._look)
        self._looks.start(EVERY)
        QTimer.singleShot(LONGEST, self, lambda: self._stuck(f"stands at {type(self._acted_on).__name__}"))

    def _look(self) -> None:
        for dialog in self._program.window.findChildren(RefusalDialog):
            if dialog.isVisible():
                self._looks.stop()
                self._stuck("\n".join(one.text() for one in dialog.findChildren(QLabel)))
                return
        shell = self._program.window.content
        if not isinstance(shell, Shell):
            return
        if not self._signed_in:
            self._sign_in()
        page = shell.page
        seats = shell.findChildren(QAbstractButton, "seat-supervisor")
        if not isinstance(page, Page) or len(self._program.seated) < len(AT_THE_DESK) or not seats:
            return
        if page is self._acted_on or not page.isEnabled() or not page.isVisible():
            return
        if (isinstance(page, DrawsPage) and not page.is_read) or (isinstance(page, FormPage) and not page.is_counted):
            return
        self._looks.stop()
        self._seen(page)
        self._looks.start(EVERY)
        if not isValid(page) or not isValid(shell) or shell.page is not page:
            return  # the draw went on meanwhile, as calls do
        self._acted_on = page
        self._acts[type(page)](page)

    def _sign_in(self) -> None:
        self._signed_in = True
        people = {one.name: one.person for one in self._program.people}
        for key, name, _, _ in PEOPLE:
            if key in AT_THE_DESK:
                self._program.unlock(people[name], PINS[key])

    @staticmethod
    def _press(page: Page, name: str) -> bool:
        for one in page.findChildren(QAbstractButton):
            if one.objectName() == name and one.isVisible():
                one.click()
                return True
        return False

    def _act(self, page: Page) -> None:
        self._press(page, "act")

    def _begin(self, page: Page) -> None:
        assert isinstance(page, DrawsPage)
        if page.rows:
            page.opened.emit(page.rows[0].draw)
        else:
            self._press(page, "new")

    def _request(self, page: Page) -> None:
        if not self._press(page, "use-sample" if page.act.property("ready") != "true" else "act"):  # type: ignore[attr-defined]
            self._stuck("no sample here")

    def _match(self, page: Page) -> None:
        assert isinstance(page, MatchesPage)
        for number in range(1, len(page.groups) + 1):
            self._press(page, f"match-{number}-same")
        self._act(page)

    def _approve(self, page: Page) -> None:
        for one in page.findChildren(SecondFields):
            if one.isVisible():
                one.pin.setText(PINS["second"])
                one.reason.setText(page.look.say("the sample's demonstration"))
        self._act(page)

    def _stage(self, page: Page) -> None:
        assert isinstance(page, StagePage)
        for key, field in page.fields.items():
            field.setText(DICE[key])
        if not any(self._press(page, f"row-{key}-yes") for key in DICE):
            self._act(page)

    def _call(self, page: Page) -> None:
        """While calls are made, there is nothing to press."""
        assert isinstance(page, CallsPage)
        if not page.is_running:
            self._act(page)

    def _seal(self, page: Page) -> None:
        """Say that a short committee was seen, where the dice made one."""
        assert isinstance(page, SealPage)
        if page.acknowledge.isVisible():
            page.acknowledge.setChecked(True)
        self._act(page)

    def _list(self, page: Page) -> None:
        """The first sign-in has one who can't sit."""
        assert isinstance(page, ListPage)
        if page.second is None:
            page.choices["1"].setCurrentIndex(page.choices["1"].findData("conflict"))
        self._act(page)

    def _end(self, _page: Page) -> None:
        self._looks.stop()
        self._ended()


class Tour(QObject):
    """One walk in one language, a picture of each page that documents show."""

    def __init__(self, program: Program, out: Path) -> None:
        super().__init__()
        self._program, self._out = program, out
        self._kinds: Counter[str] = Counter()
        self.problem = ""
        out.mkdir(parents=True, exist_ok=True)
        self._pair = Pair(program, self._seen, self._sections, self._stuck)
        self._calls = QTimer(self)
        self._calls.timeout.connect(self._look_at_calls)
        self._calls.start(EVERY)

    def _look_at_calls(self) -> None:
        """Take the picture of the calls while somebody is called and somebody has answered."""
        shell = self._program.window.content
        page = shell.page if isinstance(shell, Shell) else None
        if isinstance(page, CallsPage) and page.calling.talking >= 2 and page.confirmed >= 2:
            self._calls.stop()
            self._program.window.grab().save(str(self._out / "calls.png"))

    def _seen(self, page: Page) -> None:
        kind = type(page).__name__.removesuffix("Page").lower()
        self._kinds[kind] += 1
        name = f"{kind}-{self._kinds[kind]}" if self._kinds[kind] > 1 else kind
        if name in SHOWN:
            self._picture(name)

    def _picture(self, name: str) -> None:
        rest = QEventLoop()
        QTimer.singleShot(SETTLED, rest.quit)
        rest.exec()
        self._program.window.grab().save(str(self._out / f"{name}.png"))

    def _sections(self) -> None:
        for key in SECTIONS:
            self._program.go_to(key)
            rest = QEventLoop()
            QTimer.singleShot(5 * SETTLED, rest.quit)
            rest.exec()
            self._picture(key)
        QApplication.exit(0)

    def _stuck(self, why: str) -> None:
        self.problem = why
        QApplication.exit(0)


def _wait(seconds: float) -> None:
    """Let the sample's people take a part of the time that they would, for the picture of the calls."""
    time.sleep(seconds / HASTE)


def walk(out: Path, language: str) -> int:
    """Walk once in this process; return 0, or 1 where it could not go on."""
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        make_centre(home, language, lambda _done, _of: None, KdfCost(1024, 1, 1), EXPERTS)
        application = QApplication([])
        settings = QSettings(str(Path(place) / "desktop.ini"), QSettings.Format.IniFormat)
        look = Look(language=language, still=True)
        program = Program(application, home, look, settings, lambda: DeskRoom(Path(place) / "papers", pause=_wait))
        program.window.resize(*SIZE)
        program.window.show()
        program.open_station(PASSPHRASE)
        tour = Tour(program, out / language)
        application.exec()
        program.end()
    if tour.problem:
        print(tour.problem, file=sys.stderr)
    return 1 if tour.problem else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk in each language, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="tour", description="Pictures of the real windows, from the sample centre.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", choices=LANGUAGES)
    given = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if given.language:
        return walk(given.out, given.language)
    for language in LANGUAGES:
        words = [sys.executable, "-m", "app.desktop.tour", "--out", str(given.out), "--language", language]
        if subprocess.run(words, check=False).returncode != 0:
            return 1
        print(f"{given.out / language}: {len(list((given.out / language).glob('*.png')))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
