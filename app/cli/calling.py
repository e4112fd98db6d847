"""Calling people from the command line: the orders for a line, the rounds that declines open, notices by hand.

Each attempt is journaled before it is made and each answer before the next step; a decline opens its round at once,
while others are still being called.  Whoever wasn't reached, and may not be given up yet, is ordered again with the
calls so far: a notice by hand turns to the others first, and comes back.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from app.cli.context import Context
from app.cli.prompts import agree
from app.wording import shown_time
from drawing.desk.attempts import NotYetError, calls_of
from drawing.desk.filling import Callee, Due, callees, due, note_answer, note_call
from drawing.desk.station import LiveDraw
from drawing.notice.keypad import Outcome, Prompt
from drawing.notice.line import (
    CallAt,
    CallAttempt,
    CallEvent,
    CallOrder,
    CallResult,
    CallState,
    Line,
    OnEvent,
    next_attempt,
    no_more,
    without_waiting,
)
from drawing.notice.manual import KEYABLE, ManualNotice, Stage, notify_by_hand
from drawing.notice.spoken import Language
from drawing.steps import CONFIRMED, Occupant
from vault.clock import Clock
from vault.jsontext import JsonValue
from vault.times import to_text

_WORDS = {Outcome.ATTENDS: CONFIRMED, Outcome.DECLINES: "declined"}
Prompts = Mapping[Prompt, Path]


def ordinal(live: LiveDraw, occupant: Occupant) -> int:
    """Return the how-manieth call of the draw this is, from 0."""
    return sum(len(opened.slots) for opened in live.record.rounds[: occupant.round - 1]) + occupant.place


class Calls:
    """One stretch of calling on one line."""

    def __init__(
        self,
        context: Context,
        live: LiveDraw,
        recordings: Callable[[Callee], Prompts],
        refill: Callable[[], None],
        *,
        by_hand: bool,
    ) -> None:
        self._context, self._live, self._recordings, self._refill = context, live, recordings, refill
        self._by_hand = by_hand
        self._ordered: dict[tuple[str, int], Occupant] = {}

    def run(self, line: Line) -> None:
        """Call everyone who hasn't answered, and everyone whom a refill brings, until all have."""
        orders = self._new_orders()
        for result in line.notify(orders, on_event=self._note, stop=lambda: False, more=self._new_orders):
            self._answered(result)

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
        if event.state is CallState.DIALLING:
            slot = self._slot_now(event.slot, event.round)
            attempt = note_call(self._live, slot, by_hand=self._by_hand)
            self._context.tell(
                "Slot {slot}, round {round}: call {attempt}", slot=slot, round=event.round, attempt=attempt
            )

    def _answered(self, result: CallResult) -> None:
        slot = self._slot_now(result.slot, result.round)
        word = _WORDS.get(result.outcome, result.outcome.value)
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


class HandLine:
    """A line of people: the supervisor dials, two key the answer (`drawing.notice.manual`)."""

    capacity = 1

    def __init__(
        self,
        context: Context,
        live: LiveDraw,
        clock: Clock,
        message: Callable[[CallOrder], str],
    ) -> None:
        self._context, self._live, self._clock, self._message = context, live, clock, message
        policy = live.rules().no_answer
        self._policy = without_waiting(policy.attempts, policy.over)
        self._text = ""

    def notify(
        self,
        orders: Sequence[CallOrder],
        *,
        on_event: OnEvent,
        stop: Callable[[], bool],
        more: Callable[[], Sequence[CallOrder]] = no_more,
    ) -> Iterator[CallResult]:
        """Take the two through each notice, one after another; who isn't reached comes again behind the others."""
        waiting = list(orders)
        while waiting and not stop():
            record, order = partial(self._record, on_event), self._next(waiting)
            waiting.remove(order)
            self._text = self._message(order)
            yield notify_by_hand(order, self, now=self._clock.now, record=record)[0]
            waiting += more()

    def _next(self, waiting: Sequence[CallOrder]) -> CallOrder:
        """Return the first whose time has come; where nobody's has, the two call the earliest now or leave it."""
        now = self._clock.now()
        times = [self._time(order, now) for order in waiting]
        at = min(times)
        if at > now:
            slot = waiting[times.index(at)].slot
            text = (
                "Nobody else is to be called now. From {at} on a call to slot {slot} can settle that nobody was "
                "reached. Call it now? No leaves it for later"
            )
            shown = self._context.wording(text).format(slot=slot, at=shown_time(at, seconds=True))
            agree(self._context.prompts, f"notice.{slot}.again", shown)
        return next(order for order, its in zip(waiting, times, strict=True) if its <= max(at, now))

    def _time(self, order: CallOrder, now: datetime) -> datetime:
        following = next_attempt(order.history, self._policy)
        return following.at if isinstance(following, CallAt) and following.at is not None else now

    def _record(self, on_event: OnEvent, notice: ManualNotice) -> None:
        if notice.stage is Stage.DISCLOSED and notice.mismatches == 0:
            on_event(CallEvent(notice.slot, notice.round, CallState.DIALLING, self._clock.now(), 1))

    def approve(self, slot: str) -> str:
        """Ask the supervisor to approve a notice by hand."""
        agree(
            self._context.prompts,
            f"notice.{slot}.approve",
            self._context.wording("Supervisor: notify slot {slot} by hand? You alone will see the number").format(
                slot=slot
            ),
        )
        return self._live.present.supervisor.keyid

    def show_number(self, slot: str, number: str) -> None:
        """Show the number to the supervisor, and what is to be read out."""
        self._context.tell("Slot {slot}: dial {number} and read out:", slot=slot, number=number)
        self._context.tell("  “{message}”", message=self._text)

    def key_answer(self, slot: str, again: bool) -> tuple[str, Outcome]:
        """Ask the supervisor for the answer."""
        if again:
            self._context.tell("The two answers differ. Both key again.")
        return self._live.present.supervisor.keyid, self._keyed(
            f"notice.{slot}.answer", self._context.wording("Supervisor: the answer")
        )

    def confirm_answer(self, slot: str) -> tuple[str, Outcome]:
        """Ask the operator for the same answer, unseen."""
        return self._live.present.operator.keyid, self._keyed(
            f"notice.{slot}.confirm", self._context.wording("Operator: the same answer")
        )

    def hide_number(self, slot: str) -> None:
        """Take the number off the screen; a terminal can only scroll on."""

    def _keyed(self, question: str, text: str) -> Outcome:
        keys = {str(number): outcome for number, outcome in enumerate(KEYABLE, 1)}
        words = {**keys, **{outcome.value: outcome for outcome in KEYABLE}}
        choice = self._context.listed(f"{key} {self._context.wording(outcome.value)}" for key, outcome in keys.items())
        while True:
            given = self._context.ask(question, "{who} ({choice})", secret=True, who=text, choice=choice)
            typed = unicodedata.normalize("NFKC", given).strip()
            if typed in words:
                return words[typed]
            self._context.tell("That is not one of the answers.")
