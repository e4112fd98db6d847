"""When a call may be settled without an answer: after as many calls, over as long a time, as the rule pack asks for.

What counts are the journal's `draw.called` of the person who sits in the slot, also from before a promotion.  A person
who answers, and a number that is somebody else's, settle it at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from drawing.desk.callstory import EMPTY, stories
from drawing.desk.station import LiveDraw
from drawing.errors import DrawingError
from drawing.rulepack import NoAnswer
from drawing.steps import CONFIRMED
from vault.times import to_text

AT_ONCE: Final = (CONFIRMED, "declined", "wrong_number")


class NotYetError(DrawingError):
    """Somebody wasn't reached, and hasn't been called as often, or over as long a time, as it takes to give up."""

    code = "drawing.call.not_yet"
    what = "Slot {slot} was called {attempts} time(s); without an answer it takes {needed} over {minutes} min."
    kept = "The call stands on the record, and the slot is still asked."
    todo = "Call the others first, then this one again; a call from {at} on can settle it."


def calls_of(live: LiveDraw, slot: str) -> tuple[datetime, ...]:
    """Return when whoever sits in a slot was called, oldest first."""
    return stories(live.entries()).get(slot, EMPTY).calls


def is_enough(calls: Sequence[datetime], policy: NoAnswer) -> bool:
    """Say whether these calls, oldest first, are as many and as far apart as the policy asks for."""
    return len(calls) >= policy.attempts and calls[-1] - calls[0] >= policy.over


def require_enough(live: LiveDraw, slot: str, outcome: str) -> None:
    """Pass an outcome that settles a call at once, or one after enough calls.

    Raises:
        NotYetError: saying how many calls there were, and from when on the next can settle it.
        PackDiffersError: where the station has another rule pack than the certificate names.
    """
    if outcome in AT_ONCE:
        return
    policy, calls = live.rules().no_answer, calls_of(live, slot)
    if is_enough(calls, policy):
        return
    now = live.station.clock.now()
    raise NotYetError(
        slot=slot,
        attempts=len(calls),
        needed=policy.attempts,
        minutes=int(policy.over.total_seconds()) // 60,
        at=to_text(max(now, calls[0] + policy.over) if calls else now),
    )
