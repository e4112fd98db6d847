"""Calls beside the desk: each stretch of calling runs on a thread of its own, so that the desk stays free for all else.

What touches the draw is done on the desk's thread: an attempt is journaled there before it is dialled, an answer before
anything follows from it.  What the tiles show besides (ringing, a key, the seconds) never waits for the desk.  A
stretch that is stopped dials nothing new, lets the calls that run end by themselves, and then ends.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.calls import AtDesk, Calls, Prompts, Result
from app.desktop.callviews import CallingView, Moment
from app.desktop.drawviews import DrawView
from app.desktop.viewing import view_of
from app.desktop.work import StoppedError
from app.errors import refusal_of
from app.estimate import estimate, recent_calls
from app.voicing import Recordings
from app.wording import Wording
from drawing.desk import filling
from drawing.desk.filling import Callee
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.notice.line import CallEvent, CallState, Line
from drawing.steps import PENDING, Occupant
from vault.errors import FengqianError

Told = Callable[[CallingView], None]
Over = Callable[[FengqianError | None], None]


class CodeAwaited(Exception):
    """The next round needs a code from the other machine."""


class _Teller:
    """Takes what the calling tells; the tiles show it from the draw itself."""

    def __init__(self, wording: Wording) -> None:
        self.wording = wording

    def tell(self, text: str, **details: object) -> None:
        """Let it pass."""

    def tell_refusal(self, error: FengqianError) -> None:
        """Let it pass: the tile says that the slot is called again."""


class Board:
    """What is known of each call at this moment; told from the line's thread, read from any."""

    def __init__(self, live: LiveDraw, line: Line) -> None:
        self._live, self._capacity = live, line.capacity
        self._moments: dict[Occupant, Moment] = {}
        self._stand: tuple[DrawView, dict[Occupant, str]]
        self._known = recent_calls(live.station.journal)
        self.stopping = False
        self.look()

    def look(self) -> None:
        """Read the draw anew; on the desk's thread."""
        slots = self._live.record.slots.values()
        seats = {slot.occupant: slot.name for slot in slots if slot.occupant is not None and slot.state == PENDING}
        self._stand = view_of(self._live), seats

    def hear(self, event: CallEvent, who: Occupant) -> None:
        """Note an event of a call."""
        last = self._moments.get(who)
        dialled = event.at if last is None or event.state in (CallState.WAITING, CallState.DIALLING) else last.dialled
        outcome = None if event.attempt is None else event.attempt.outcome
        self._moments[who] = Moment(event.state, dialled, event.number_of_attempt, outcome, event.again_at)

    def view(self, now: datetime) -> CallingView:
        """Return what the page shows now."""
        draw, seats = self._stand
        heard = [(seats[who], moment) for who, moment in list(self._moments.items()) if who in seats]
        made = CallingView(draw, now, tuple(heard), self._capacity, running=True, stopping=self.stopping)
        return replace(made, estimate=estimate(len(seats), self._capacity, self._known, made.longest_wait()))


class Stretch:
    """One stretch of calling; made and begun on the desk's thread.

    Args:
        refill: opens what a decline makes due; raises `CodeAwaited` where a code must be brought.
        over: is told on the desk's thread how it ended, after the draw has been finished where nobody is left.
    """

    def __init__(
        self,
        live: LiveDraw,
        line: Line,
        recordings: Recordings,
        refill: Callable[[], None],
        at_desk: AtDesk,
        over: Callable[[FengqianError | None], None],
    ) -> None:
        self._live, self._line, self._recordings, self._refill = live, line, recordings, refill
        self._at_desk, self._over = at_desk, over
        self._stop = threading.Event()
        self._told: Told = _nobody
        self.board = Board(live, line)
        recordings.read_texts()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)

    @property
    def view(self) -> CallingView:
        """Return what the page shows now."""
        return self.board.view(self._live.station.clock.now())

    def begin(self, told: Told) -> None:
        """Begin to call."""
        self._told = told
        self._thread.start()

    def follow(self, told: Told) -> None:
        """Tell somebody else from now on: the draw was left and is looked at again."""
        self._told = told

    def stop(self) -> None:
        """Dial nothing new."""
        self._stop.set()
        self.board.stopping = True
        self._told(self.view)

    def join(self, seconds: float) -> None:
        """Wait so long for the end, and no longer."""
        self._thread.join(seconds)

    def _run(self) -> None:
        problem: FengqianError | None = None
        with suppress(StoppedError):  # the desk has ended: what has no answer is called again when it is back
            try:
                self._call()
            except (CodeAwaited, StoppedError):
                pass
            except Exception as error:
                problem = refusal_of(error)
            self._at_desk(lambda: self._over(problem))

    def _call(self) -> None:
        with self._recordings as recordings:
            recordings.render()

            def of(callee: Callee) -> Prompts:
                return recordings.of(callee)

            calls = Calls(
                _Teller(str),
                self._live,
                of,
                self._refill,
                by_hand=False,
                at_desk=self._looked,
                heard=self._hear,
            )
            calls.run(self._line, self._stop.is_set)

    def _looked(self, job: Callable[[], Result]) -> Result:
        """Do a job at the desk, and look what became of the draw; the page sees it."""

        def both() -> Result:
            made = job()
            self.board.look()
            return made

        made = self._at_desk(both)
        self._told(self.view)
        return made

    def _hear(self, event: CallEvent, who: Occupant) -> None:
        self.board.hear(event, who)
        self._told(self.view)


def finish(live: LiveDraw) -> None:
    """Declare a draw complete, or short, once nobody is left to be called."""
    if filling.due(live) is Due.END:
        filling.finish(live)


def _nobody(_view: CallingView) -> None:
    """Tell nobody."""
