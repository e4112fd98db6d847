"""Telling the experts at this desk: stretches of calling beside it, the example of a call, notices by hand."""

from collections.abc import Callable
from pathlib import Path

from app.calls import AtDesk, here, word_of
from app.desktop.callroom import CodeAwaited, Over, Stretch, Told, finish
from app.desktop.callviews import CallingView
from app.desktop.drawviews import DrawView, ExampleView, NoticeView
from app.desktop.viewing import view_of
from app.voicing import Recordings
from drawing.desk import filling
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.notice.keypad import Outcome
from drawing.notice.line import CallOrder, Line
from drawing.notice.spoken import Language
from drawing.notice.voice import Voice
from vault.errors import FengqianError
from vault.ids import DrawId
from vault.jsontext import JsonValue
from vault.times import to_text


class _Silent:
    """Is told how recordings are made, and shows nothing of it."""

    def tell(self, text: str, **details: object) -> None:
        """Let it pass."""


class NoticeRoom:
    """The calls of every live draw; all but what a `Stretch` does by itself runs on the desk's thread.

    Args:
        taken: gives a live draw, of the two at the desk.
        folder: gives where a draw's papers lie.
        settle: opens the rounds and moves the reserves that are due and need no strip.

    `at_desk` is how a stretch comes back to the desk's thread; `calls_over` is told there when one has ended.
    """

    def __init__(
        self,
        taken: Callable[[DrawId], LiveDraw],
        folder: Callable[[LiveDraw], Path],
        settle: Callable[[LiveDraw], None],
        line: Line | None,
        voice: Voice | None,
    ) -> None:
        self._taken, self._folder, self._settle, self._voice = taken, folder, settle, voice
        self.line = line
        self._stretches: dict[DrawId, Stretch] = {}
        self._overs: dict[DrawId, Over] = {}
        self.at_desk: AtDesk = here
        self.calls_over: Callable[[], None] = _nothing

    @property
    def has_line(self) -> bool:
        """Say whether the station can call by itself."""
        return self.line is not None

    @property
    def is_calling(self) -> bool:
        """Say whether calls are made, or still end."""
        return bool(self._stretches)

    def calling(self, draw: DrawId, told: Told, over: Over) -> CallingView:
        """Return how the calls of a draw stand; whoever asks is told from now on, if any are made."""
        live, stretch = self._taken(draw), self._stretches.get(draw)
        if stretch is None:
            return CallingView(view_of(live), live.station.clock.now())
        stretch.follow(told)
        self._overs[draw] = over
        return stretch.view

    def call(self, draw: DrawId, told: Told, over: Over) -> CallingView:
        """Begin to call everyone who hasn't answered, and whom declines bring, until all have or a code is needed.

        `over` is told how it ended: nothing, or the refusal at which it stopped.
        """
        live = self._taken(draw)
        if self.line is None or draw in self._stretches:
            return self.calling(draw, told, over)

        def refill() -> None:
            self._settle(live)
            if filling.due(live) is Due.ROUND:
                raise CodeAwaited

        recordings = self._recordings(live)
        stretch = Stretch(live, self.line, recordings, refill, self.at_desk, lambda problem: self._ended(live, problem))
        self._stretches[draw], self._overs[draw] = stretch, over
        stretch.begin(told)
        return stretch.view

    def _ended(self, live: LiveDraw, problem: FengqianError | None) -> None:
        if self._stretches.pop(live.draw, None) is None:
            return
        try:
            if problem is None:
                finish(live)
        except FengqianError as error:
            problem = error
        self._overs.pop(live.draw)(problem)
        self.calls_over()

    def stop(self, draw: DrawId) -> None:
        """Dial nothing new in a draw; calls that run end by themselves."""
        if draw in self._stretches:
            self._stretches[draw].stop()

    def stop_all(self) -> None:
        """Dial nothing new in any draw."""
        for stretch in self._stretches.values():
            stretch.stop()

    def leave(self) -> None:
        """Let go of every stretch, for the end of the program; whom nobody heard is called again when it is back."""
        for stretch in self._stretches.values():
            stretch.follow(_unseen)
            stretch.stop()
        self._stretches.clear()
        self._overs.clear()

    def _recordings(self, live: LiveDraw) -> Recordings:
        return Recordings(_Silent(), live, self._folder(live) / "voice", self._voice)

    def example(self, draw: DrawId) -> ExampleView:
        """Return the message as the first site's experts hear it, and where its recording lies; it is made if needed.

        Raises:
            VoiceFailedError: where the voice can't make it.
        """
        with self._recordings(self._taken(draw)) as recordings:
            path, language, text = recordings.example()
            recordings.make(path, language, text)
        return ExampleView(text, path)

    def begin_notice(self, draw: DrawId, slot: str) -> NoticeView:
        """Journal that the supervisor calls by hand, and only then return the number and what is to be read out.

        Raises:
            NotDueError: where nobody in that slot is awaited.
        """
        live = self._taken(draw)
        filling.note_call(live, slot, by_hand=True)
        callee = next(one for one in filling.callees(live) if one.slot == slot)
        with self._recordings(live) as recordings:
            order = CallOrder(
                slot=slot,
                round=callee.round,
                ordinal=0,
                number=callee.expert.phone,
                language=Language(callee.expert.language.value),
                prompts=recordings.of(callee),
            )
            return NoticeView(callee.expert.phone, recordings.message(order))

    def end_notice(self, draw: DrawId, slot: str, outcome: Outcome) -> DrawView:
        """Note what both keyed; a decline opens its round at once, unless that needs a strip.

        Raises:
            NotYetError: where nobody was reached, and it takes more calls; the slot is asked again later.
        """
        live = self._taken(draw)
        at = to_text(live.station.clock.now())
        details: dict[str, JsonValue] = {"keys": "", "by_hand": True, "answered_at": at}
        filling.note_answer(live, slot, word_of(outcome), details)
        self._settle(live)
        finish(live)
        return view_of(live)


def _nothing() -> None:
    """Do nothing."""


def _unseen(_view: CallingView) -> None:
    """Show nothing."""
