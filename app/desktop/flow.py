"""One draw in the window: which page stands for its state, and what each act on a page asks of the desk.

A page shows; an act becomes a job on the desk's thread; its answer is the draw's next view, which chooses the next
page.  What stands in memory alone: the last view and what was read for it, so that another look builds the same page.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.desktop.callviews import CallingView
from app.desktop.drawroom import DrawRoom
from app.desktop.drawviews import (
    DrawView,
    ExampleView,
    FreezeView,
    MatchView,
    NarrowingView,
    OpenedView,
    ReviewView,
    SortingView,
    WaitingView,
)
from app.desktop.formviews import CheckedView, FormView
from app.desktop.look import Look
from app.desktop.page import Page
from app.desktop.pages.calls import CallsPage
from app.desktop.pages.example import ExampleDialog
from app.desktop.pages.form import FormPage
from app.desktop.pages.narrowing import FreezePage, MatchesPage, ReportPage
from app.desktop.pages.notice import NoticeDialog
from app.desktop.pages.opening import EndedPage, ListPage, SealedPage
from app.desktop.pages.sealing import SealPage
from app.desktop.pages.sorting import SortingPage
from app.desktop.pages.stage import StagePage
from app.desktop.parts import button
from app.desktop.section import while_there
from app.desktop.work import Asked, DeskThread
from app.drafting import Draft
from drawing.desk.preparing import ReportChangedError
from drawing.steps import Step
from vault.clock import steady_seconds
from vault.errors import FengqianError
from vault.ids import DrawId

Build = Callable[[Look], Page]


class DrawFlow(QObject):
    """A draw on the way; `page` builds what stands for it now."""

    turned = Signal()
    left = Signal()
    refused = Signal(object)
    _called = Signal(object)
    _calls_ended = Signal(object)

    def __init__(self, desk: DeskThread, room: DrawRoom, speech: Callable[[], Look], parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._room, self._speech = desk, room, speech
        self._build: Build | None = None
        self._page: Page | None = None
        self._taken = False
        self._typed: dict[str, str] = {}
        self._ended = False
        self._checking: Asked[CheckedView] | None = None
        self._calling: CallingView | None = None
        self._called.connect(self._show_calling, Qt.ConnectionType.QueuedConnection)
        self._calls_ended.connect(self._end_calls, Qt.ConnectionType.QueuedConnection)

    @property
    def draw(self) -> DrawId:
        """Return which draw it is."""
        return self._view.draw

    @property
    def is_over(self) -> bool:
        """Say whether the draw that is shown has ended, so that nothing is on the way."""
        return isinstance(self._page, EndedPage)

    def end(self) -> None:
        """Leave the draw: whatever comes back turns no page any more, and nothing of it is kept here."""
        page = self._page
        if isinstance(page, FormPage) and page.is_unkept:
            draft = page.draft()
            self._desk.ask(lambda _going: self._room.form.keep(draft))
        self._ended, self._build, self._page = True, None, None

    def page(self, look: Look) -> QWidget:
        """Build the page that stands now, for a look."""
        assert self._build is not None
        old, page = self._page, self._build(look)
        if old is not None and type(old) is type(page):
            page.type_again(self._typed)
        if not isinstance(page, FormPage):
            back = button(look, look.say("To the list of draws"))
            back.setObjectName("back")
            back.clicked.connect(self.left)
            page.add_leave(back)
        self._page = page
        return page

    def keep_typed(self) -> None:
        """Remember what stands in the fields of the page, before it is built for another look."""
        self._typed = self._page.typed() if self._page is not None else {}

    def begin(self) -> None:
        """Show the form of a new draw, with what was being typed."""
        self._ask(self._room.form.begin, self._show_form)

    def _show_form(self, form: FormView) -> None:
        room, typing = self._room, self._room.form

        def build(look: Look) -> Page:
            old = self._page if isinstance(self._page, FormPage) and self._page.form is form else None
            page = FormPage(look, form, old.draft() if old is not None else form.draft, sample=room.sample)
            page.file_chosen.connect(lambda name: self._ask(lambda: typing.read(Path(name)), self._show_form))
            page.sample_asked.connect(lambda: self._ask(typing.sample, self._show_form))
            page.put_away_asked.connect(lambda: self._ask(typing.put_away, self._show_form))
            page.earlier_asked.connect(
                lambda draw, page=page: self._ask(lambda: typing.earlier(draw, page.draft()), self._show_form)
            )
            page.changed.connect(lambda draft, number: self._check(page, draft, number))
            page.registered.connect(lambda draft: self._ask(lambda: room.register_draft(draft), self.take))
            page.left.connect(self.left)
            page.flush()
            return page

        self._turn(build)

    def _check(self, page: FormPage, draft: Draft, number: int) -> None:
        """Keep what was typed, and ask the rules and counts; what was asked before needs no answer any more."""
        if self._checking is not None:
            self._checking.going.stop()
        asked = self._desk.ask(lambda going: self._room.form.check(draft, number, going))
        asked.over.connect(lambda: self._forget_check(asked))
        self._checking = asked.then(while_there(page, page.show_checked), self.refused.emit)

    def _forget_check(self, asked: Asked[CheckedView]) -> None:
        if self._checking is asked:
            self._checking = None

    def take_up(self, draw: DrawId) -> None:
        """Take a draw up where it stands."""
        self._ask(lambda: self._room.take_up(draw), self.take)

    def take(self, view: DrawView) -> None:
        """Take the draw's next view, read what its page needs besides, and turn to it."""
        self._view, draw, room = view, view.draw, self._room
        match view.step:
            case Step.PREPARED:
                self._ask(lambda: room.matches(draw), self._show_matches)
            case Step.NARROWED:
                self._ask(lambda: room.before_freeze(draw), self._show_freeze)
            case Step.FIXED if not self._taken and not any(witness.entered for witness in view.witnesses):
                look = self._speech()
                self._write(lambda: room.receipts(draw, look), self._show_stage)
            case Step.FROZEN | Step.FIXED:
                self._show_stage()
            case Step.SEEDED | Step.FILLING:
                notices = room.notices
                self._ask(lambda: notices.calling(draw, self._called.emit, self._calls_ended.emit), self._show_calling)
            case Step.COMPLETE | Step.SHORT:
                self._ask(lambda: room.review(draw), self._show_seal)
            case Step.SEALED:
                look = self._speech()
                self._write(
                    lambda: room.after_sealing(draw, look),
                    lambda: self._ask(lambda: room.waiting(draw), self._show_sealed),
                )
            case Step.OPENED:
                self._ask(lambda: room.open(draw), lambda opened: self._show_list(*opened))
            case _:
                self._ask(lambda: str(room.folder(draw)), self._show_end)

    def _ask(self, job: Callable[[], Any], take: Callable[[Any], object]) -> None:
        if self._ended:
            return
        if self._page is not None:
            self._page.setEnabled(False)
        self._desk.ask(lambda _going: job()).then(take, self._refuse)

    def _write(self, job: Callable[[], None], then: Callable[[], object]) -> None:
        """Write papers; that they can't be written is said, and the draw, which stands in the journal, goes on."""

        def refused(error: FengqianError) -> None:
            self.refused.emit(error)
            then()

        self._desk.ask(lambda _going: job()).then(lambda _written: then(), refused)

    def _refuse(self, error: FengqianError) -> None:
        if self._page is not None:
            self._page.setEnabled(True)
        self.refused.emit(error)
        if isinstance(error, ReportChangedError):
            self._ask(lambda: self._room.matches(self.draw), self._show_matches)
        elif isinstance(self._page, StagePage | CallsPage):
            # part of what was asked may stand: look once, and where that is refused too the page stays
            draw = self.draw
            self._desk.ask(lambda _going: self._room.take_up(draw)).then(self.take)

    def _turn(self, build: Build) -> None:
        if self._ended:
            return
        self._build = build
        self.keep_typed()
        self.turned.emit()

    def _show_matches(self, matches: tuple[MatchView, ...]) -> None:
        view = self._view
        if not matches:
            self._narrow(())
            return

        def build(look: Look) -> Page:
            page = MatchesPage(look, view, matches)
            page.decided.connect(self._narrow)
            return page

        self._turn(build)

    def _narrow(self, same: tuple[MatchView, ...]) -> None:
        view, draw, room = self._view, self.draw, self._room

        def show(narrowing: NarrowingView) -> None:
            def build(look: Look) -> Page:
                page = ReportPage(look, view, narrowing)
                page.signed.connect(lambda second, why: self._ask(lambda: room.sign(draw, second, why), self.take))
                return page

            self._turn(build)

        self._ask(lambda: room.narrow(draw, same), show)

    def _show_freeze(self, freeze: FreezeView) -> None:
        view, draw = self._view, self.draw

        def build(look: Look) -> Page:
            page = FreezePage(look, view, freeze)
            page.frozen.connect(lambda: self._ask(lambda: self._room.freeze(draw), self.take))
            return page

        self._turn(build)

    def _show_stage(self) -> None:
        view, draw, room = self._view, self.draw, self._room
        taken = self._taken or any(witness.entered for witness in view.witnesses)

        def build(look: Look) -> Page:
            page = StagePage(look, view, taken=taken)
            page.fixed.connect(lambda strip: self._ask(lambda: room.fix(draw, strip), self.take))
            page.receipts_taken.connect(self._note_receipts)
            page.thrown.connect(lambda rows: self._ask(lambda: room.enter_dice(draw, rows), self.take))
            page.compared.connect(lambda who, agrees: self._ask(lambda: room.compare(draw, who, agrees), self.take))
            page.revealed.connect(lambda: self._ask(lambda: room.reveal(draw), self.take))
            return page

        self._turn(build)

    def _note_receipts(self) -> None:
        self._taken = True
        self._show_stage()

    def _show_calling(self, calling: CallingView) -> None:
        """Show how the calls stand: on the page that is there, unless another act is due on it."""
        if self._ended or calling.draw.draw != self.draw:
            return
        self._view, self._calling = calling.draw, calling
        if isinstance(self._page, SortingPage) and self._page.isEnabled():
            return  # the order of a round is looked at; the calls go on, and are shown when they are turned to
        if isinstance(self._page, CallsPage) and self._page.isEnabled() and self._page.can_show(calling):
            self._page.show_calling(calling)
            return
        draw, room = self.draw, self._room

        def build(look: Look) -> Page:
            assert self._calling is not None
            page = CallsPage(look, self._calling, line=room.notices.has_line)
            page.opened.connect(lambda strip: self._ask(lambda: room.refill(draw, strip), self._show_sorting))
            page.order_asked.connect(lambda: self._show_sorting(self._view))
            page.started.connect(self._call)
            page.stopped.connect(lambda: self._desk.ask(lambda _going: room.notices.stop(draw)))
            page.example_asked.connect(self._play_example)
            page.notice_asked.connect(self._notify)
            return page

        self._turn(build)

    def _show_sorting(self, view: DrawView) -> None:
        """Show how the last round came about, then go on to the calls."""
        self._view, draw, room = view, view.draw, self._room

        def show(sorting: SortingView | None) -> None:
            if sorting is None:
                self.take(view)
                return

            def build(look: Look) -> Page:
                page = SortingPage(look, sorting)
                page.went_on.connect(lambda: self.take_up(draw))
                return page

            self._turn(build)

        self._ask(lambda: room.sorting(draw), show)

    def _notify(self, slot: str, number: int) -> None:
        """Take the two through a notice by hand."""
        look, draw, room = self._speech(), self.draw, self._room.notices
        dialog = NoticeDialog(look, slot, number, self._page.window() if self._page is not None else None)
        dialog.approved.connect(
            lambda: self._desk.ask(lambda _going: room.begin_notice(draw, slot)).then(
                dialog.disclosed, self.refused.emit
            )
        )
        dialog.settled.connect(lambda outcome: self._ask(lambda: room.end_notice(draw, slot, outcome), self.take))
        dialog.open()

    def _play_example(self) -> None:
        """Let the two hear what the experts hear."""
        look, draw, room = self._speech(), self.draw, self._room.notices

        def show(example: ExampleView) -> None:
            if self._page is not None and not self._ended:
                ExampleDialog(look, example, self._page.window()).open()

        self._desk.ask(lambda _going: room.example(draw)).then(show, self.refused.emit)

    def _call(self) -> None:
        draw, notices = self.draw, self._room.notices
        self._ask(lambda: notices.call(draw, self._called.emit, self._calls_ended.emit), self._show_calling)

    def _end_calls(self, problem: FengqianError | None) -> None:
        """The stretch has ended: everybody answered, somebody stopped it, a code is needed, or the line is down."""
        if self._ended:
            return
        if problem is not None:
            self.refused.emit(problem)
        if not isinstance(self._page, SortingPage):
            self.take_up(self.draw)

    def _show_seal(self, review: ReviewView) -> None:
        view, draw, room = self._view, self.draw, self._room

        def build(look: Look) -> Page:
            page = SealPage(look, view, review)
            page.sealed.connect(lambda deputies, seen: self._ask(lambda: room.seal(draw, deputies, seen), self.take))
            return page

        self._turn(build)

    def _show_sealed(self, waiting: WaitingView) -> None:
        view, draw, room, read_at = self._view, self.draw, self._room, steady_seconds()

        def build(look: Look) -> Page:
            page = SealedPage(look, view, waiting, read_at)
            page.opened.connect(
                lambda second, why: self._ask(
                    lambda: room.open(draw, second, why), lambda opened: self._show_list(*opened)
                )
            )
            return page

        self._turn(build)

    def _show_list(self, view: DrawView, opened: OpenedView) -> None:
        self._view, draw, room = view, view.draw, self._room

        def build(look: Look) -> Page:
            page = ListPage(look, view, opened)
            page.vacated.connect(
                lambda slots, why, second: self._ask(lambda: room.vacate(draw, slots, why, second), self.take)
            )
            page.closed.connect(lambda: self._ask(lambda: room.close(draw), self.take))
            return page

        self._turn(build)

    def _show_end(self, folder: str) -> None:
        view = self._view
        self._turn(lambda look: EndedPage(look, view, folder))
