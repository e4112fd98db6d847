"""The line as a port: calls go in, in the order of the draw; results come out as they settle.

A line places every call at once up to its capacity, in the order given; retries wait for their time and hold nobody
up.  Between two results it asks for `more` calls, so that a decline is refilled while others still ring.  Whoever uses
it writes each event down before going on; when the program or the line ends in the middle, the orders without a result
are given again with their `history`, and go on from there.  `next_attempt` says when to call again and is pure.  A
number is in an order only: never in an event, a result, an error or a log.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeAlias

from drawing.notice.errors import RetryPolicyError
from drawing.notice.keypad import KeyPress, Outcome, Prompt
from drawing.notice.spoken import Language


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """One attempt: when it began, was answered (if it was) and ended, what came of it, the keys, the line's own word.

    `detail` is a code of the line such as `SIP 486`; it holds no number and no name.
    """

    started: datetime
    ended: datetime
    outcome: Outcome
    answered: datetime | None = None
    keys: tuple[KeyPress, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """One person to be called for one slot.

    `ordinal` counts the calls of the draw from 0 in its order and stays the same when the call is ordered again.
    """

    slot: str
    round: int
    ordinal: int
    number: str = field(repr=False)
    language: Language
    prompts: Mapping[Prompt, Path] = field(repr=False)
    ring_seconds: int = 45
    call_seconds: int = 240
    history: tuple[CallAttempt, ...] = ()


@dataclass(frozen=True, slots=True)
class CallResult:
    """What came of a slot's call after its last attempt."""

    slot: str
    round: int
    outcome: Outcome
    attempts: tuple[CallAttempt, ...]

    @property
    def keys(self) -> tuple[KeyPress, ...]:
        """The presses of the attempt that settled it."""
        return self.attempts[-1].keys if self.attempts else ()


class CallState(StrEnum):
    """Where a call stands, as the tiles show it."""

    WAITING = "waiting"
    DIALLING = "dialling"
    RINGING = "ringing"
    ANSWERED = "answered"
    CHOSEN = "chosen"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class CallEvent:
    """One change of a call, for the tiles and the journal; `attempt` comes with ENDED, `again_at` if it is retried."""

    slot: str
    round: int
    state: CallState
    at: datetime
    number_of_attempt: int
    attempt: CallAttempt | None = None
    again_at: datetime | None = None


OnEvent: TypeAlias = Callable[[CallEvent], None]


def no_more() -> Sequence[CallOrder]:
    """Order no further calls."""
    return ()


class Line(Protocol):
    """A way to call people; the telephone, the sample's script and the tests' fake are such."""

    @property
    def capacity(self) -> int:
        """How many calls at once."""
        ...

    def notify(
        self,
        orders: Sequence[CallOrder],
        *,
        on_event: OnEvent,
        stop: Callable[[], bool],
        more: Callable[[], Sequence[CallOrder]] = no_more,
    ) -> Iterator[CallResult]:
        """Call them all and yield each result as it settles, one a slot.

        `more` is asked after each result was taken and may return further orders.  Once `stop` returns true nothing
        new is dialled, calls that run end by themselves, and slots without an answer give no result.

        Raises:
            LineDownError: where no call can be placed; results given before it stand.
        """
        ...


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When to call again, as data.

    A call without an answer is settled after `attempts` attempts whose first and last began at least `over` apart.
    `wait` is the pause after each outcome; one that isn't in it is settled at once, as an answer is.
    """

    attempts: int = 3
    over: timedelta = timedelta(minutes=10)
    wait: Mapping[Outcome, timedelta] = field(
        default_factory=lambda: MappingProxyType(
            {
                Outcome.NO_ANSWER: timedelta(minutes=3),
                Outcome.HUNG_UP: timedelta(minutes=3),
                Outcome.BUSY: timedelta(minutes=1),
                Outcome.REJECTED: timedelta(minutes=5),
                Outcome.UNREACHABLE: timedelta(minutes=5),
                Outcome.CONGESTED: timedelta(seconds=20),
                Outcome.STOPPED: timedelta(0),
            }
        )
    )

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise RetryPolicyError(problem="fewer than one attempt")
        if self.attempts == 1 and self.over > timedelta(0):
            raise RetryPolicyError(problem="one attempt can't be spread over a time")
        if self.over < timedelta(0) or any(wait < timedelta(0) for wait in self.wait.values()):
            raise RetryPolicyError(problem="a time below zero")
        if any(outcome.is_answer for outcome in self.wait):
            raise RetryPolicyError(problem="an answer isn't asked for again")


def without_waiting(attempts: int, over: timedelta) -> RetryPolicy:
    """Return the policy that pauses only where the time between the first and the last attempt asks for it."""
    unreached = [outcome for outcome in Outcome if not outcome.is_answer and outcome is not Outcome.WRONG_NUMBER]
    return RetryPolicy(attempts, over, MappingProxyType(dict.fromkeys(unreached, timedelta(0))))


@dataclass(frozen=True, slots=True)
class CallAt:
    """Call (again), not before `at`; None means at once."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class Settled:
    """No further attempt: this is what came of it."""

    outcome: Outcome


NextAttempt: TypeAlias = CallAt | Settled


def next_attempt(history: Sequence[CallAttempt], policy: RetryPolicy) -> NextAttempt:
    """Say what follows these attempts, oldest first.

    Attempts that the supervisor stopped, or that never left for congestion, don't count towards `attempts`: not being
    reached must be the other end's doing.
    """
    if not history:
        return CallAt(None)
    last = history[-1]
    if last.outcome not in policy.wait:
        return Settled(last.outcome)
    counted = [attempt for attempt in history if attempt.outcome not in _NOT_COUNTED]
    at = last.ended + policy.wait[last.outcome]
    if not counted:
        return CallAt(at)
    spread = counted[0].started + policy.over
    if len(counted) >= policy.attempts and last.outcome not in _NOT_COUNTED and last.started >= spread:
        return Settled(last.outcome)
    if len(counted) >= policy.attempts - 1:
        at = max(at, spread)
    return CallAt(at)


_NOT_COUNTED = (Outcome.STOPPED, Outcome.CONGESTED)
