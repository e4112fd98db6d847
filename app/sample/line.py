"""The sample centre's line: nobody is called, each call does what its script says, through the real keypad.

The script is a list of answers by the ordinal of the call in the draw, each a list of what its attempts do; the last
one repeats, and calls past the list attend.  Keys are typed as a person would, and the machine of the telephone decides
what they mean.  Nothing waits unless `pause` does; a name or number is never read, written or kept.  It works only at
a station whose first journal entry says `sample`, which composition sees to.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from types import MappingProxyType
from typing import TypeAlias

from drawing.notice.keypad import Event, HangUp, Key, Keypad, KeypadPolicy, Outcome, Silence, step
from drawing.notice.line import (
    CallAt,
    CallAttempt,
    CallEvent,
    CallOrder,
    CallResult,
    CallState,
    OnEvent,
    RetryPolicy,
    Settled,
    next_attempt,
    no_more,
    without_waiting,
)
from vault import jsontext
from vault.clock import Clock
from vault.errors import MalformedRecordError


class Behaviour(StrEnum):
    """What a person called does in one attempt."""

    ATTENDS = "attends"
    DECLINES = "declines"
    SILENT = "silent"
    WRONG_KEY = "wrong_key"
    REPLAYS = "replays"
    CHANGES_MIND = "changes_mind"
    LATE = "late"
    HANGS_UP = "hangs_up"
    HANGS_UP_UNCONFIRMED = "hangs_up_unconfirmed"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNREACHABLE = "unreachable"


Script: TypeAlias = Sequence[Sequence[Behaviour]]

_RINGS, _TYPES = 2.0, 1.5  # seconds
SILENCE, HANG_UP = "silence", "hang up"
_TYPED = MappingProxyType(
    {
        Behaviour.ATTENDS: ("1", "1"),
        Behaviour.DECLINES: ("2", "2"),
        Behaviour.SILENT: (SILENCE, SILENCE, SILENCE),
        Behaviour.WRONG_KEY: ("7", "1", "1"),
        Behaviour.REPLAYS: ("*", "1", "1"),
        Behaviour.CHANGES_MIND: ("1", "2", "2", "2"),
        Behaviour.LATE: (SILENCE, "1", SILENCE, "1"),
        Behaviour.HANGS_UP: (HANG_UP,),
        Behaviour.HANGS_UP_UNCONFIRMED: ("1", HANG_UP),
    }
)
_NOT_REACHED = MappingProxyType(
    {
        Behaviour.NO_ANSWER: Outcome.NO_ANSWER,
        Behaviour.BUSY: Outcome.BUSY,
        Behaviour.UNREACHABLE: Outcome.UNREACHABLE,
    }
)
SAMPLE_RETRIES = without_waiting(3, timedelta(0))


def parse_answers(text: bytes) -> tuple[tuple[Behaviour, ...], ...]:
    """Read a script: a JSON list whose items are a behaviour or a non-empty list of behaviours.

    Raises:
        MalformedRecordError: for anything else.
    """
    items = jsontext.loads(text, limit=1_000_000)
    if not isinstance(items, list):
        raise MalformedRecordError(where="$", problem="not a list")
    return tuple(_attempts(item, f"$[{index}]") for index, item in enumerate(items))


def _attempts(item: object, where: str) -> tuple[Behaviour, ...]:
    words = item if isinstance(item, list) else [item]
    if not words or any(word not in tuple(Behaviour) for word in words):
        raise MalformedRecordError(where=where, problem="not one of " + ", ".join(Behaviour))
    return tuple(Behaviour(str(word)) for word in words)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A call that is still to be made, with the attempts so far."""

    order: CallOrder
    history: tuple[CallAttempt, ...]


Talk: TypeAlias = Generator[float, None, CallAttempt]


class _Agenda:
    """Who is to be turned to next: calls in progress and calls to be made, by the time of the script."""

    def __init__(self, pause: Callable[[float], None]) -> None:
        self._pause = pause
        self._now, self._added = 0.0, count()
        self._turns: list[tuple[float, int, _Pending, Talk | None]] = []

    def add(self, pending: _Pending, talk: "Talk | None" = None, after: float = 0.0) -> None:
        """Put somebody on the agenda, so many seconds from now."""
        heappush(self._turns, (self._now + after, next(self._added), pending, talk))

    def next(self) -> "tuple[_Pending, Talk | None] | None":
        """Wait for the next turn, and return whose it is; None where there is none."""
        if not self._turns:
            return None
        due, _, pending, talk = heappop(self._turns)
        if due > self._now:
            self._pause(due - self._now)
            self._now = due
        return pending, talk


class ScriptedLine:
    """A line whose calls are answered by a script; see the module."""

    def __init__(
        self,
        script: Script,
        clock: Clock,
        *,
        capacity: int = 8,
        policy: RetryPolicy = SAMPLE_RETRIES,
        pause: Callable[[float], None] = lambda _seconds: None,
    ) -> None:
        self._script = script
        self._clock = clock
        self._capacity = capacity
        self._policy = policy
        self._pause = pause

    @property
    def capacity(self) -> int:
        """How many calls at once, as its tiles show them."""
        return self._capacity

    def notify(
        self,
        orders: Sequence[CallOrder],
        *,
        on_event: OnEvent,
        stop: Callable[[], bool],
        more: Callable[[], Sequence[CallOrder]] = no_more,
    ) -> Iterator[CallResult]:
        """Answer each order by the script, as many at once as there are lines; a retry waits and holds nobody up."""
        agenda = _Agenda(self._pause)
        held: deque[_Pending] = deque()
        free = self._capacity

        def enter(further: Sequence[CallOrder]) -> None:
            for order in further:
                on_event(self._event(order, CallState.WAITING, len(order.history) + 1))
                agenda.add(_Pending(order, order.history))

        enter(orders)
        while (turn := agenda.next()) is not None:
            pending, talk = turn
            if talk is None:
                again = next_attempt(pending.history, self._policy)
                if isinstance(again, Settled):
                    yield CallResult(pending.order.slot, pending.order.round, again.outcome, pending.history)
                    enter(() if stop() else more())
                    continue
                if stop():
                    continue
                if not free:
                    held.append(pending)
                    continue
                free -= 1
                talk = self._attempt(pending, on_event)
            try:
                agenda.add(pending, talk, next(talk))
                continue
            except StopIteration as ended:
                pending = replace(pending, history=(*pending.history, ended.value))
            free += 1
            if held:
                agenda.add(held.popleft())
            again = next_attempt(pending.history, self._policy)
            agenda.add(pending, after=self._wait(again) if isinstance(again, CallAt) else 0.0)

    def _wait(self, again: CallAt) -> float:
        return 0.0 if again.at is None else max(0.0, (again.at - self._clock.now()).total_seconds())

    def _event(self, order: CallOrder, state: CallState, number: int) -> CallEvent:
        return CallEvent(order.slot, order.round, state, self._clock.now(), number)

    def _attempt(self, pending: _Pending, on_event: OnEvent) -> "Talk":
        order, number = pending.order, len(pending.history) + 1
        behaviour = self._behaviour(order.ordinal, number)
        started = self._clock.now()
        on_event(self._event(order, CallState.DIALLING, number))
        on_event(self._event(order, CallState.RINGING, number))
        yield _RINGS
        if behaviour in _NOT_REACHED:
            attempt = CallAttempt(started, self._clock.now(), _NOT_REACHED[behaviour], detail="scripted")
        else:
            attempt = yield from self._conversation(order, number, behaviour, started, on_event)
        again = next_attempt((*pending.history, attempt), self._policy)
        ended = self._event(order, CallState.ENDED, number)
        on_event(replace(ended, attempt=attempt, again_at=again.at if isinstance(again, CallAt) else None))
        return attempt

    def _behaviour(self, ordinal: int, number: int) -> Behaviour:
        if not 0 <= ordinal < len(self._script):
            return Behaviour.ATTENDS
        attempts = self._script[ordinal]
        return attempts[min(number, len(attempts)) - 1]

    def _conversation(
        self, order: CallOrder, number: int, behaviour: Behaviour, started: datetime, on_event: OnEvent
    ) -> "Talk":
        on_event(self._event(order, CallState.ANSWERED, number))
        answered = self._clock.now()
        pad = Keypad(policy=KeypadPolicy(bounce=timedelta(0)))
        for typed in _TYPED[behaviour]:
            yield _TYPES
            before, pad = pad, step(pad, _event_of(typed, self._clock.now()))
            if pad.chosen is not None and before.chosen is None:
                on_event(self._event(order, CallState.CHOSEN, number))
        outcome = Outcome.HUNG_UP if pad.outcome is None else pad.outcome
        return CallAttempt(started, self._clock.now(), outcome, answered, pad.presses, "scripted")


def _event_of(typed: str, at: datetime) -> Event:
    if typed == SILENCE:
        return Silence(at)
    return HangUp(at) if typed == HANG_UP else Key(typed, at)
