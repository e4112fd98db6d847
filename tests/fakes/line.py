"""A line for tests: outcomes by slot, and a moment at which it goes down."""

import queue
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from drawing.notice.errors import LineDownError
from drawing.notice.keypad import Outcome
from drawing.notice.line import CallAttempt, CallEvent, CallOrder, CallResult, CallState, OnEvent, no_more

START = datetime.fromisoformat("2026-11-23T08:00:00Z")


class FakeLine:
    """Answers by `outcomes` (else `otherwise`); goes down after `down_after` results of one `notify`."""

    def __init__(
        self,
        outcomes: Mapping[str, Outcome] | None = None,
        *,
        otherwise: Outcome = Outcome.ATTENDS,
        start: datetime = START,
        capacity: int = 60,
        down_after: int | None = None,
    ) -> None:
        self.outcomes = dict(outcomes or {})
        self.otherwise = otherwise
        self.now = start
        self.capacity = capacity
        self.down_after = down_after
        self.ordered: list[CallOrder] = []

    def notify(
        self,
        orders: Sequence[CallOrder],
        *,
        on_event: OnEvent,
        stop: Callable[[], bool],
        more: Callable[[], Sequence[CallOrder]] = no_more,
    ) -> Iterator[CallResult]:
        waiting = list(orders)
        given = 0
        while waiting and not stop():
            if given == self.down_after:
                raise LineDownError
            order = waiting.pop(0)
            self.ordered.append(order)
            yield self._call(order, on_event)
            given += 1
            waiting.extend(more())

    def _call(self, order: CallOrder, on_event: OnEvent) -> CallResult:
        started, self.now = self.now, self.now + timedelta(seconds=20)
        outcome = self.outcomes.get(order.slot, self.otherwise)
        attempt = CallAttempt(started, self.now, outcome, started if outcome.is_answer else None)
        number = len(order.history) + 1
        on_event(CallEvent(order.slot, order.round, CallState.DIALLING, started, number))
        on_event(CallEvent(order.slot, order.round, CallState.ENDED, self.now, number, attempt))
        return CallResult(order.slot, order.round, outcome, (*order.history, attempt))


class HeldLine:
    """A line on which nothing happens but what the test says: `dial`, `ring`, then `end` with an outcome."""

    def __init__(self, capacity: int = 2) -> None:
        self.capacity = capacity
        self._said: queue.Queue[tuple[str, str, Outcome | None, bool]] = queue.Queue()
        self.down = False

    def dial(self, slot: str) -> None:
        """Dial somebody, and let it ring."""
        self._said.put(("dial", slot, None, False))

    def end(self, slot: str, outcome: Outcome, *, again: bool = False) -> None:
        """End a call, for good unless it is made again."""
        self._said.put(("end", slot, outcome, again))

    def notify(
        self,
        orders: Sequence[CallOrder],
        *,
        on_event: OnEvent,
        stop: Callable[[], bool],
        more: Callable[[], Sequence[CallOrder]] = no_more,
    ) -> Iterator[CallResult]:
        waiting = {order.slot: order for order in orders}
        talking: dict[str, tuple[CallOrder, datetime]] = {}
        for order in orders:
            on_event(CallEvent(order.slot, order.round, CallState.WAITING, datetime.now(UTC), 1))
        while waiting or talking:
            if self.down:
                raise LineDownError
            try:
                word, slot, outcome, again = self._said.get(timeout=0.02)
            except queue.Empty:
                if stop() and not talking:
                    return
                continue
            now = datetime.now(UTC)
            if word == "dial" and not stop():
                talking[slot] = waiting.pop(slot), now
                for state in (CallState.DIALLING, CallState.RINGING):
                    on_event(CallEvent(slot, talking[slot][0].round, state, now, 1))
            elif word == "end" and outcome is not None:
                order, began = talking.pop(slot)
                attempt = CallAttempt(began, now, outcome, began if outcome.is_answer else None)
                at = now + timedelta(minutes=3) if again else None
                on_event(CallEvent(slot, order.round, CallState.ENDED, now, 1, attempt, at))
                if again:
                    waiting[slot] = order
                    continue
                yield CallResult(slot, order.round, outcome, (attempt,))
                for further in more():
                    waiting[further.slot] = further
                    on_event(CallEvent(further.slot, further.round, CallState.WAITING, now, 1))
