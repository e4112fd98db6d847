"""The program in windows: one window, one desk thread, and what the window shows at this moment.

States: no station (start page), a locked station (passphrase page), an open one (the shell).  Look and language may
change in any of them: what stands there is built anew from the same models.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.desktop.asking import AskDialog
from app.desktop.idle import IdleWatch
from app.desktop.keys import KeysDialog
from app.desktop.look import Look, keep_look
from app.desktop.page import Page
from app.desktop.pages.draws import DrawsPage
from app.desktop.pages.settings import SettingsPage
from app.desktop.pages.start import Front, MadePage, PassphrasePage, StartPage
from app.desktop.refusal import RefusalDialog
from app.desktop.rubbish import RubbishRound
from app.desktop.section import Desk, Entry
from app.desktop.sections import BETWEEN, LAST, OWN
from app.desktop.shell import Seat, Section, Shell
from app.desktop.signin import SignInDialog
from app.desktop.theme import LARGEST_SCALE, SMALLEST_SCALE
from app.desktop.views import AT_THE_DESK, PersonView, StationView
from app.desktop.window import Window
from app.desktop.work import Asked, DeskThread, Going
from app.settings import is_set_up, needs_passphrase
from vault.errors import FengqianError
from vault.ids import PersonId
from vault.roles import Role

if TYPE_CHECKING:
    from app.desktop.flow import DrawFlow
    from app.desktop.room import DeskRoom

IDLE_MINUTES: Final = 10


@dataclass
class _Known:
    """What the desk said last, from which the window can be built anew."""

    station: StationView | None = None
    seated: tuple[PersonView, ...] = ()
    people: tuple[PersonView, ...] = ()
    section: str = "draws"


class Program(QObject):
    """Holds the window, the look, and the desk; nothing here decides what a draw may do."""

    _locked = Signal(object)

    def __init__(
        self,
        application: QApplication,
        home: Path,
        look: Look,
        settings: QSettings,
        make_room: "Callable[[], DeskRoom]",
    ) -> None:
        super().__init__()
        self._application, self.home, self.look, self.settings = application, home, look, settings
        self.thread_of_desk, self._known = DeskThread(self), _Known()
        self._make_room = make_room
        self._made_room: DeskRoom | None = None
        self.flow: DrawFlow | None = None
        self._may_close = False
        self._front: Front | None = None
        self._front_of: Callable[[], Front] | None = None
        self.window = Window(settings)
        self.window.setWindowTitle(look.say("Fengqian"))
        self.window.asks_before_closing = self._ask_before_closing
        look.wear(application)
        self._keys = [
            self._key(QKeySequence.StandardKey.ZoomIn, lambda: self.set_scale(self.look.theme.scale + 0.25)),
            self._key(QKeySequence.StandardKey.ZoomOut, lambda: self.set_scale(self.look.theme.scale - 0.25)),
            self._key(QKeySequence("Ctrl+0"), lambda: self.set_scale(1.0)),
            self._key(QKeySequence("F1"), self.show_keys),
            self._key(QKeySequence("Ctrl+L"), self.lock_all),
        ]
        self._rubbish = RubbishRound(self)
        self.idle = IdleWatch(self, IDLE_MINUTES, self.lock_idle)
        self._locked.connect(self._show_seated, Qt.ConnectionType.QueuedConnection)
        application.installEventFilter(self.idle)
        self.show_front()
        self.thread_of_desk.ask(lambda _going: self.room)  # its libraries load while somebody reads the first page

    @property
    def room(self) -> "DeskRoom":
        """Return the desk; the first call makes it, and belongs to the desk's thread."""
        if self._made_room is None:
            self._made_room = self._make_room()
            self._made_room.join(self.thread_of_desk.do, self._locked.emit)
        return self._made_room

    @property
    def seated(self) -> tuple[PersonView, ...]:
        """Return who is signed in at the two places."""
        return self._known.seated

    @property
    def people(self) -> tuple[PersonView, ...]:
        """Return who works at the open station."""
        return self._known.people

    def _key(self, keys: QKeySequence | QKeySequence.StandardKey, act: Callable[[], None]) -> QShortcut:
        made = QShortcut(QKeySequence(keys), self.window)
        made.activated.connect(act)
        return made

    def set_look(self, look: Look) -> None:
        """Wear another look or language; what stands in the window is built anew."""
        if self.flow is not None:
            self.flow.keep_typed()
        typed = self._front.typed() if self._front is not None else {}
        self.look = look
        look.wear(self._application)
        self.window.setWindowTitle(look.say("Fengqian"))
        keep_look(look, self.settings)
        if self._known.station is not None:
            self.show_shell()
        elif self._front_of is not None:
            self._show(self._front_of)
            if self._front is not None:
                self._front.type_again(typed)

    def set_scale(self, scale: float) -> None:
        """Make everything larger or smaller, 100 to 200 %."""
        theme = replace(self.look.theme, scale=min(max(scale, SMALLEST_SCALE), LARGEST_SCALE))
        self.set_look(replace(self.look, theme=theme))

    def show_front(self) -> None:
        """Show what stands before the desk."""
        try:
            first, asks = not is_set_up(self.home), is_set_up(self.home) and needs_passphrase(self.home)
        except FengqianError as error:
            self._show(self._start_page)
            self.refuse(error)
            return
        self._show(self._start_page if first else self._passphrase_page)
        if not first and not asks:
            self.open_station("")

    def _show(self, build: Callable[[], Front]) -> None:
        """Show a page before the desk, and remember how to build it for another look."""
        self._front_of, self._front = build, build()
        self.window.show_only(self._front)

    def _start_page(self) -> StartPage:
        page = StartPage(self.look)
        page.set_up_asked.connect(self.set_up)
        page.sample_asked.connect(self.open_sample)
        return page

    def _passphrase_page(self) -> PassphrasePage:
        page = PassphrasePage(self.look)
        page.opened.connect(self.open_station)
        return page

    def _wait(self) -> None:
        """Let nobody press the same act twice while the desk is at it."""
        if self._front is not None:
            self._front.setEnabled(False)

    def set_up(self, centre: str, prefix: str) -> None:
        """Make a station of this home, then show its passphrase once, where one was made."""
        language = self.look.language
        self._wait()
        asked = self.thread_of_desk.ask(lambda _going: self.room.set_up(self.home, centre, prefix, language))
        asked.then(self._made, self.refuse)

    def _made(self, passphrase: str) -> None:
        if not passphrase:
            self.open_station("")
            return

        def build() -> MadePage:
            page = MadePage(self.look, passphrase)
            page.noted.connect(lambda: self.open_station(passphrase))
            return page

        self._show(build)

    def open_sample(self) -> None:
        """Make the sample centre beside this home, unless it is there, and open it."""
        home, language = self.home.with_name(f"{self.home.name}-sample"), self.look.language

        def enter(passphrase: str) -> None:
            self.home = home
            self.open_station(passphrase)

        asked = self.thread_of_desk.ask(lambda going: self.room.make_sample(home, language, going.at))
        if isinstance(self._front, StartPage):
            asked.progressed.connect(self._front.show_progress)
        self._wait()
        asked.then(enter, self.refuse)

    def open_station(self, passphrase: str) -> None:
        """Open the station on the desk's thread, then show the shell."""
        self._wait()
        asked = self.thread_of_desk.ask(lambda _going: (self.room.open(self.home, passphrase), self.room.people()))
        asked.then(self._opened, self.refuse)

    def _opened(self, opened: tuple[StationView, tuple[PersonView, ...]]) -> None:
        self._known.station, self._known.people = opened
        self._front = self._front_of = None  # the passphrase that it may hold goes with it
        self.show_shell()

    def show_shell(self) -> None:
        """Show navigation and the section that was open."""
        known = self._known
        assert known.station is not None
        typed = self._typed_on_page()
        sections = self._sections()
        names = {one.role: one.name for one in known.seated}
        seats = [Seat(role, names.get(role, ""), role in names) for role in AT_THE_DESK]
        shell = Shell(self.look, known.station.centre, sections, seats)
        shell.open(known.section)
        shell.opened.connect(self._note_section)
        shell.pressed_again.connect(self._press_again)
        shell.seat_asked.connect(self.change_seat)
        self.window.show_only(shell)
        page = shell.page
        if isinstance(page, Page):
            page.type_again(typed)

    def _typed_on_page(self) -> dict[str, str]:
        """Return what was typed on the page that is about to be built anew."""
        shell = self.window.content
        page = shell.page if isinstance(shell, Shell) else None
        return page.typed() if isinstance(page, Page) else {}

    def _sections(self) -> list[Section]:
        """Return the navigation's entries."""
        return [
            Section("draws", OWN["draws"], self._draws),
            *map(self._section, BETWEEN),
            Section("settings", OWN["settings"], self._made_settings),
            *map(self._section, LAST),
        ]

    def _section(self, entry: Entry) -> Section:
        def build(look: Look) -> QWidget:
            return entry.build(Desk(look, self.thread_of_desk, lambda: self.room, self.refuse, self.go_to))

        return Section(entry.key, entry.word, build)

    def go_to(self, key: str) -> None:
        """Open a section."""
        shell = self.window.content
        if isinstance(shell, Shell):
            shell.open(key)

    def _press_again(self, key: str) -> None:
        """Go back to the list of draws where its entry is pressed while a draw is shown."""
        if key == "draws" and self.flow is not None:
            self.leave_draw()

    def _note_section(self, key: str) -> None:
        self._known.section = key

    def _draws(self, look: Look) -> QWidget:
        if self.flow is not None:
            return self.flow.page(look)
        page = DrawsPage(look)
        page.new_asked.connect(lambda: self._flowing().begin())
        page.opened.connect(lambda draw: self._flowing().take_up(draw))
        self.thread_of_desk.ask(lambda _going: self.room.draws()).then(page.show_rows, self.refuse)
        return page

    def _ask_before_closing(self) -> bool:
        """Ask where a draw is on the way; say whether the window is to wait for the answer."""
        if self.flow is None or self.flow.is_over or self._may_close:
            return False
        text = self.look.say("The draw on the way stays at this step, and goes on from the list of draws. Close?")
        dialog = AskDialog(self.look, text, self.look.say("Close the program"), self.window)
        dialog.accepted.connect(self._close)
        dialog.open()
        return True

    def _close(self) -> None:
        self._may_close = True
        self.window.close()

    def _flowing(self) -> "DrawFlow":
        """Begin with a draw, which then takes the place of the list of draws."""
        from app.desktop.flow import DrawFlow  # its pages take their time to load, and the first window shows none

        flow = DrawFlow(self.thread_of_desk, self.room.drawing, lambda: self.look, self)
        flow.refused.connect(self.refuse)
        flow.left.connect(self.leave_draw)
        flow.turned.connect(lambda: self._show_flow(flow))
        return flow

    def _show_flow(self, flow: "DrawFlow") -> None:
        self.flow = flow
        self._rebuild_draws()

    def leave_draw(self) -> None:
        """Show the list of draws again; the draw stays as it is."""
        self._end_flow()
        self._rebuild_draws()

    def _end_flow(self) -> None:
        if self.flow is not None:
            self.flow.end()
            self.flow = None

    def _rebuild_draws(self) -> None:
        shell = self.window.content
        if isinstance(shell, Shell):
            page = shell.rebuild("draws")
            if isinstance(page, Page):
                page.take_focus()

    def _made_settings(self, look: Look) -> QWidget:
        page = SettingsPage(look)
        page.chosen.connect(self.set_look)
        return page

    def change_seat(self, role: Role) -> None:
        """Lock a place at the desk whose key is unlocked, or ask who sits down there."""
        if any(one.role is role for one in self._known.seated):
            self._seat_job(lambda: self.room.lock(role))
            return
        title = self.look.say("Sign in: {role}", role=self.look.say(role.value))
        here = [one for one in self._known.people if one.role is role and one.active]
        dialog = SignInDialog(self.look, title, here, self.window)

        # a dialog that was left meanwhile hears nothing; the key is unlocked all the same, and shown
        dialog.given.connect(lambda person, pin: self.unlock(person, pin).then(dialog.leave, dialog.refuse))
        dialog.open()

    def unlock(self, person: PersonId, pin: str) -> Asked[tuple[PersonView, ...]]:
        """Let somebody unlock their key at the place of their role."""

        def job(_going: Going) -> tuple[PersonView, ...]:
            self.room.unlock(person, pin)
            return self.room.seated()

        return self.thread_of_desk.ask(job).then(self._show_seated)

    def lock_all(self) -> None:
        """Lock both places."""
        if self._known.seated:
            self._seat_job(self.room.lock_all)

    def lock_idle(self) -> None:
        """Lock both places where nobody touched the desk; while people are called, they are there and watch."""

        def look(locked: bool) -> None:
            if locked:
                self.lock_all()
            else:
                self.idle.timer.start()

        if self._known.seated:
            self.thread_of_desk.ask(lambda _going: not self.room.drawing.notices.is_calling).then(look, self.refuse)

    def _seat_job(self, change: Callable[[], None]) -> None:
        def job(_going: Going) -> tuple[PersonView, ...]:
            change()
            return self.room.seated()

        self.thread_of_desk.ask(job).then(self._show_seated, self.refuse)

    def _show_seated(self, seated: object) -> None:
        assert isinstance(seated, tuple)
        if len(seated) < len(self._known.seated):
            self._end_flow()  # a key was locked: no open box, no opened list and no number stays in sight
            for dialog in self.window.findChildren(QDialog):
                dialog.reject()
        self._known.seated = seated
        self.show_shell()

    def show_keys(self) -> None:
        """Show which keys do what."""
        KeysDialog(self.look, self.window).open()

    def refuse(self, error: FengqianError) -> None:
        """Show a refusal over the window; on the start page what was typed stays."""
        if self._front is not None:
            self._front.setEnabled(True)
            if isinstance(self._front, StartPage):
                self._front.show_missing()
        RefusalDialog(self.look, error, self.window).open()

    def end(self) -> None:
        """Close the station, with every key forgotten, and the desk's thread behind it."""
        self._application.removeEventFilter(self.idle)
        self.thread_of_desk.end(lambda _going: None if self._made_room is None else self._made_room.close())
        self._rubbish.end()
