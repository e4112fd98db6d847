"""From the randomness to a full committee: rounds, calls, answers, promotions, until nothing is due.

`due` says what comes next: a round (before others, so that a decline holds nobody up), a promotion, calls, or the end.
A code opens one round only and is journaled with its result before anybody is called.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from drawing.bidders import barred_by, is_in_conflict
from drawing.custody import PoolSecret
from drawing.desk.attempts import require_enough
from drawing.desk.station import LiveDraw
from drawing.due import Due
from drawing.errors import DrawingError
from drawing.expert import Expert
from drawing.order import code_of, verify_code
from drawing.rounds import Promotion, parse_result
from drawing.steps import CONFIRMED, Slot, Step
from vault.jsontext import JsonValue
from vault.roles import Act


class CodeMissingError(DrawingError):
    """Level B without the round's code."""

    code = "drawing.round.code_missing"
    what = "Round {round} needs code number {number} from the other machine."
    todo = "Bring the strip of that number and enter its 52 characters."


class NotDueError(DrawingError):
    """A round, a promotion or an end that isn't due."""

    code = "drawing.round.not_due"
    what = "{what_for} is not due now."
    todo = "Go on with what is due."


@dataclass(frozen=True, slots=True)
class Callee:
    """One person to be told: the slot, the round, where they are to come, and whom to call; never to be kept."""

    slot: str
    round: int
    quota: int
    site: str
    attempts: int
    expert: Expert = field(repr=False)


def due(live: LiveDraw) -> Due:
    """Return what comes next."""
    if live.record.step not in (Step.SEEDED, Step.FILLING):
        return Due.NOTHING
    promotion = live.rounds.promotion()
    if promotion is not None and live.rounds.promotes_first():
        return Due.PROMOTION
    if live.rounds.is_due():
        return Due.ROUND
    if promotion is not None:
        return Due.PROMOTION
    return Due.ANSWERS if live.record.pending() else Due.END


def next_code(live: LiveDraw) -> int:
    """Return the number of the code that the next round needs."""
    return live.record.next_code_number()


def open_round(live: LiveDraw, code: bytes | None = None) -> int:
    """Open the next round with its code (level B: from the strip; level C: None); return its number.

    Whoever it brings and a recheck's bidder employs falls free with it.

    Raises:
        NotDueError: where nobody can be accepted, or nothing is open.
        CodeMissingError, CodeMismatchError: where the code isn't the chain's next.
    """
    live.present.allow(Act.RUN_CEREMONY, Act.APPROVE_SOURCE)
    if due(live) is not Due.ROUND:
        raise NotDueError(what_for="A round")
    number, code_number = len(live.record.rounds) + 1, next_code(live)
    if live.secret.chain_secret is not None:
        code = code_of(live.secret.chain_secret, code_number)
    if code is None:
        raise CodeMissingError(round=number, number=code_number)
    verify_code(code, code_number, live.record.fixed().chain_end)
    play = live.rounds.play(number, code)
    opened: dict[str, JsonValue] = {
        "round": number,
        "generation": live.record.fixed().generation,
        "code_number": code_number,
        "code": code.hex(),
        "result": play.digest.hex(),
        "slots": [{"slot": slot, "quota": quota} for slot, quota in play.slots],
    }
    labels = parse_result(play.content).labels()
    people = ((slot, live.person(label)) for (slot, _), label in zip(play.slots, labels, strict=True))
    live.write_all([("draw.round_opened", opened), *vacating(in_conflict(live, live.secret, people))])
    live.rounds.keep(play.content)
    return number


def vacating(slots: Sequence[str]) -> list[tuple[str, Mapping[str, JsonValue]]]:
    """Return the entries by which these slots fall free for a conflict with a bidder."""
    return [("draw.vacated", {"slot": slot, "reason": "conflict"}) for slot in slots]


def in_conflict(live: LiveDraw, secret: PoolSecret, people: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return, ascending, the slots of those (slot, expert's id) who are in conflict with bidders of a recheck."""
    barred, expert = barred_by(secret.rechecks), live.station.bank.expert
    found = (slot for slot, person in people if barred and is_in_conflict(expert(secret.bank, person), barred))
    return tuple(sorted(found))


def promote(live: LiveDraw) -> Promotion:
    """Move the reserve who is due to the open principal slot.

    Raises:
        NotDueError: where no promotion is due.
    """
    promotion = live.rounds.promotion()
    if due(live) is not Due.PROMOTION or promotion is None:
        raise NotDueError(what_for="A promotion")
    live.write("draw.promoted", {"from": promotion.reserve, "to": promotion.principal})
    return promotion


def callees(live: LiveDraw) -> list[Callee]:
    """Return everyone who hasn't answered, in the order of the draw."""
    return [_callee(live, slot) for slot in live.record.pending()]


def _callee(live: LiveDraw, slot: Slot) -> Callee:
    assert slot.occupant is not None
    return Callee(
        slot=slot.name,
        round=slot.occupant.round,
        quota=slot.quota,
        site=live.record.frozen().quotas[slot.quota].site,
        attempts=slot.attempts,
        expert=expert_in(live, slot),
    )


def expert_in(live: LiveDraw, slot: Slot) -> Expert:
    """Return who sits in a slot, from the bank as it was frozen."""
    assert slot.occupant is not None
    return live.station.bank.expert(live.secret.bank, live.person(live.rounds.label_of(slot.occupant)))


def note_call(live: LiveDraw, slot: str, *, by_hand: bool) -> int:
    """Journal that a call begins, before it does; return which attempt it is.

    Raises:
        NotDueError: where nobody in that slot is awaited.
    """
    found, number = _awaited(live, slot)
    attempt = found.attempts + 1
    live.write("draw.called", {"slot": slot, "round": number, "attempt": attempt, "by_hand": by_hand})
    return attempt


def note_answer(live: LiveDraw, slot: str, outcome: str, details: Mapping[str, JsonValue]) -> bool:
    """Journal how a person's call ended for good; say whether they come.

    Raises:
        NotDueError: where nobody in that slot is awaited.
        NotYetError: where they weren't reached, and haven't been called often and long enough; nothing is written.
    """
    found, number = _awaited(live, slot)
    require_enough(live, slot, outcome)
    body = {**details, "slot": slot, "round": number, "outcome": outcome, "attempts": found.attempts}
    live.write("draw.answered", body)
    return outcome == CONFIRMED


def _awaited(live: LiveDraw, slot: str) -> tuple[Slot, int]:
    found = next((pending for pending in live.record.pending() if pending.name == slot), None)
    if found is None or found.occupant is None:
        raise NotDueError(what_for=f"An answer of slot {slot}")
    return found, found.occupant.round


def finish(live: LiveDraw) -> Step:
    """Declare the draw complete, or short where principal slots stay open that nobody can fill.

    Raises:
        NotDueError: while a round, a promotion or an answer is awaited.
    """
    if due(live) is not Due.END:
        raise NotDueError(what_for="The end")
    lacks = live.rounds.lacks()
    kind = "draw.short" if any(not lack.reserve for lack in lacks) else "draw.completed"
    live.write(kind, {"lacks": [lack.value() for lack in lacks]})
    return live.record.step
