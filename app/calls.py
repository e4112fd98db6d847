"""Calling people: the orders for a line, and what becomes of each answer, whoever shows it, a terminal or a window.

Each attempt is journaled before it is made and each answer before the next step; a decline opens its round at once,
while others are still being called.  Whoever wasn't reached, and may not be given up yet, is ordered again with the
calls so far: a notice by hand turns to the others first, and comes back.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from app.wording import Telling, Wording
from drawing.desk.attempts import NotYetError, calls_of
from drawing.desk.filling import Callee, callees, due, note_answer, note_call
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.notice.keypad import Outcome, Prompt
from drawing.notice.line import CallAttempt, CallEvent, CallOrder, CallResult, CallState, Line
from drawing.notice.spoken import Language
from drawing.steps import CONFIRMED, Occupant
from vault.errors import FengqianError
from vault.jsontext import JsonValue
from vault.times import to_text

Result = TypeVar("Result")
_WORDS = {Outcome.ATTENDS: CONFIRMED, Outcome.DECLINES: "declined"}
Prompts = Mapping[Prompt, Path]


class AtDesk(Protocol):
    """Where a draw is read and written; calls may go on beside it."""

    def __call__(self, job: Callable[[], Result], /) -> Result:
        """Do a job there, and return what it returns or raise what it raises."""
        ...


def here(job: Callable[[], Result], /) -> Result:
    """Do a job where it is asked for."""
    return job()


def _unheard(_event: CallEvent, _who: Occupant) -> None:
    """Let an event pass."""


class CallTelling(Telling, Protocol):
    """Somebody who is told how the calling goes on."""

    @property
    def wording(self) -> Wording:
        """Return the wording of their language."""
        ...

    def tell_refusal(self, error: FengqianError) -> None:
        """Show a refusal after which the same is asked again."""
        ...


def word_of(outcome: Outcome) -> str:
    """Return how the journal says what came of a call."""
    return _WORDS.get(outcome, outcome.value)


def ordinal(live: LiveDraw, occupant: Occupant) -> int:
    """Return the how-manieth call of the draw this is, from 0."""
    return sum(len(opened.slots) for opened in live.record.rounds[: occupant.round - 1]) + occupant.place


class Calls:
    """One stretch of calling on one line; whatever touches the draw goes through `at_desk`, `heard` takes each event.

    An event is heard after the journal has it, and on the line's own thread.
    """

    def __init__(
        self,
        context: CallTelling,
        live: LiveDraw,
        recordings: Callable[[Callee], Prompts],
        refill: Callable[[], None],
        *,
        by_hand: bool,
        at_desk: AtDesk = here,
        heard: Callable[[CallEvent, Occupant], None] = _unheard,
    ) -> None:
        self._context, self._live, self._recordings, self._refill = context, live, recordings, refill
        self._by_hand, self._at_desk, self._heard = by_hand, at_desk, heard
        self._ordered: dict[tuple[str, int], Occupant] = {}

    def run(self, line: Line, stop: Callable[[], bool] = lambda: False) -> None:
        """Call everyone who hasn't answered, and everyone whom a refill brings, until all have or `stop` says so."""

        def more() -> list[CallOrder]:
            return self._at_desk(self._new_orders)

        for result in line.notify(more(), on_event=self._note, stop=stop, more=more):
            self._at_desk(lambda result=result: self._answered(result))  # type: ignore[misc]

    def _new_orders(self) -> list[CallOrder]:
        orders, known = [], set(self._ordered.values())
        for callee in callees(self._live):
            occupant = self._live.record.slots[callee.slot].occupant
            if occupant is None or occupant in known:
                continue
            self._ordered[(callee.slot, callee.round)] = occupant
            orders.append(
                CallOrder(
                    slot=callee.slot,
                    round=callee.round,
                    ordinal=ordinal(self._live, occupant),
                    number=callee.expert.phone,
                    language=Language(callee.expert.language.value),
                    prompts=self._recordings(callee),
                    history=self._history(callee.slot),
                )
            )
        return orders

    def _history(self, slot: str) -> tuple[CallAttempt, ...]:
        """Return the calls by hand that there were; a line begins anew where it was cut off."""
        calls = calls_of(self._live, slot) if self._by_hand else ()
        return tuple(CallAttempt(at, at, Outcome.NO_ANSWER) for at in calls)

    def _slot_now(self, slot: str, number: int) -> str:
        """Return the slot in which somebody sits now who was called for another before a promotion."""
        occupant = self._ordered[(slot, number)]
        return next(found.name for found in self._live.record.pending() if found.occupant == occupant)

    def _note(self, event: CallEvent) -> None:
        who = self._ordered[(event.slot, event.round)]
        if event.state is CallState.DIALLING:
            self._at_desk(lambda: self._dialled(event))
        self._heard(event, who)

    def _dialled(self, event: CallEvent) -> None:
        slot = self._slot_now(event.slot, event.round)
        attempt = note_call(self._live, slot, by_hand=self._by_hand)
        self._context.tell("Slot {slot}, round {round}: call {attempt}", slot=slot, round=event.round, attempt=attempt)

    def _answered(self, result: CallResult) -> None:
        slot = self._slot_now(result.slot, result.round)
        word = word_of(result.outcome)
        keys = "".join(press.key for press in result.keys)
        details: dict[str, JsonValue] = {
            "keys": keys,
            "by_hand": self._by_hand,
            "answered_at": to_text(result.attempts[-1].ended),
        }
        try:
            note_answer(self._live, slot, word, details)
        except NotYetError as error:
            self._context.tell_refusal(error)
            del self._ordered[(result.slot, result.round)]
            return
        self._context.tell(
            "Slot {slot}, round {round}: {outcome}",
            slot=slot,
            round=result.round,
            outcome=self._context.wording(word),
        )
        while due(self._live) in (Due.ROUND, Due.PROMOTION):
            self._refill()
