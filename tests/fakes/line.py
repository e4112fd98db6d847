"""A line for tests: outcomes by slot, and a moment at which it goes down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

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
