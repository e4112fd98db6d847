"""The program in windows: one window, one desk thread, and what the window shows at this moment.

States: no station (start page), a locked station (passphrase page), an open one (the shell).  Look and language may
change in any of them: what stands there is built anew from the same models.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSettings, Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from app.desktop.look import Look
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.start import PassphrasePage, StartPage
from app.desktop.refusal import RefusalDialog
from app.desktop.room import AT_THE_DESK, DeskRoom, StationView, is_set_up, needs_passphrase
from app.desktop.shell import Seat, Section, Shell
from app.desktop.work import DeskThread
from vault.errors import FengqianError

SMALLEST: Final = (1100, 690)


class Window(QWidget):
    """The one window; it keeps its size, and asks before it closes."""

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self._settings = settings
        self._holds = QStackedLayout(self)
        self.may_close: Callable[[], bool] = lambda: True
        self.setMinimumSize(*SMALLEST)
        self.setProperty("region", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        geometry = settings.value("window/geometry")
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(1366, 768)

    def show_only(self, content: QWidget) -> None:
        """Put something else into the window; what stood there is deleted."""
        self._holds.addWidget(content)
        self._holds.setCurrentWidget(content)
        while self._holds.count() > 1:
            old = self._holds.widget(0)
            assert old is not None
            self._holds.removeWidget(old)
            old.deleteLater()

    @property
    def content(self) -> QWidget | None:
        """Return what stands in the window."""
        return self._holds.currentWidget()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the size; stay where somebody says so."""
        if not self.may_close():
            event.ignore()
            return
        self._settings.setValue("window/geometry", self.saveGeometry())
        super().closeEvent(event)


@dataclass
class _Known:
    """What the desk said last, from which the window can be built anew."""

    station: StationView | None = None
    section: str = "draws"


class Program(QObject):
    """Holds the window, the look, and the desk; nothing here decides what a draw may do."""

    def __init__(self, application: QApplication, home: Path, look: Look, settings: QSettings) -> None:
        super().__init__()
        self._application, self._home, self.look = application, home, look
        self.thread_of_desk, self.room, self._known = DeskThread(self), DeskRoom(), _Known()
        self.window = Window(settings)
        self.window.setWindowTitle(look.say("Fengqian"))
        look.wear(application)
        self._keys = [
            self._key(QKeySequence.StandardKey.ZoomIn, lambda: self.set_scale(self.look.theme.scale + 0.25)),
            self._key(QKeySequence.StandardKey.ZoomOut, lambda: self.set_scale(self.look.theme.scale - 0.25)),
            self._key(QKeySequence("Ctrl+0"), lambda: self.set_scale(1.0)),
        ]
        self.show_front()

    def _key(self, keys: QKeySequence | QKeySequence.StandardKey, act: Callable[[], None]) -> QShortcut:
        made = QShortcut(QKeySequence(keys), self.window)
        made.activated.connect(act)
        return made

    def set_look(self, look: Look) -> None:
        """Wear another look or language; what stands in the window is built anew."""
        self.look = look
        look.wear(self._application)
        self.window.setWindowTitle(look.say("Fengqian"))
        self.show_front() if self._known.station is None else self.show_shell()

    def set_scale(self, scale: float) -> None:
        """Make everything larger or smaller, 100 to 200 %."""
        theme = replace(self.look.theme, scale=min(max(scale, 1.0), 2.0))
        self.set_look(replace(self.look, theme=theme))

    def show_front(self) -> None:
        """Show what stands before the desk."""
        if not is_set_up(self._home):
            self.window.show_only(StartPage(self.look))
        elif needs_passphrase(self._home):
            page = PassphrasePage(self.look)
            page.opened.connect(self.open_station)
            self.window.show_only(page)
        else:
            self.open_station("")

    def open_station(self, passphrase: str) -> None:
        """Open the station on the desk's thread, then show the shell."""
        asked = self.thread_of_desk.ask(lambda _going: self.room.open(self._home, passphrase))
        asked.then(self._opened, self.refuse)

    def _opened(self, station: StationView) -> None:
        self._known.station = station
        self.show_shell()

    def show_shell(self) -> None:
        """Show navigation and the section that was open."""
        assert self._known.station is not None
        sections = [Section("draws", "Draws", self._draws)]
        seats = [Seat(role.value) for role in AT_THE_DESK]
        self.window.show_only(Shell(self.look, self._known.station.centre, sections, seats))

    def _draws(self, look: Look) -> QWidget:
        page = DrawsPage(look)
        self.thread_of_desk.ask(lambda _going: self.room.draws()).then(page.show_rows, self.refuse)
        return page

    def refuse(self, error: FengqianError) -> None:
        """Show a refusal over the window."""
        RefusalDialog(self.look, error, self.window).open()

    def end(self) -> None:
        """Close the station, with every key forgotten, and the desk's thread behind it."""
        self.thread_of_desk.ask(lambda _going: self.room.close())
        self.thread_of_desk.end()
