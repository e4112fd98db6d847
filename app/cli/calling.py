"""Notices by hand from the command line: a line of people, taken through `drawing.notice.manual` by questions."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from app.cli.context import Context
from app.cli.prompts import agree
from app.wording import shown_time
from drawing.desk.station import LiveDraw
from drawing.notice.keypad import Outcome
from drawing.notice.line import (
    CallAt,
    CallEvent,
    CallOrder,
    CallResult,
    CallState,
    OnEvent,
    next_attempt,
    no_more,
    without_waiting,
)
from drawing.notice.manual import KEYABLE, ManualNotice, Stage, notify_by_hand
from vault.clock import Clock


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
