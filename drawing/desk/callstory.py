"""What the journal tells of each slot's calls: when whoever sits there was called, the answer, the seats before.

Nobody's name, number or reason is in it: a past seat is its round and how it ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from drawing.steps import CONFIRMED, EntryLike, parse_round
from vault.jsontext import Reader

VACATED, PROMOTED = "vacated", "promoted"
_NOBODY: Final = 0


@dataclass(frozen=True, slots=True)
class PastSeat:
    """Somebody who sat in a slot: in which round they came, how that ended (an outcome, or that they left), when."""

    round: int
    ended: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SlotStory:
    """A slot's calls; `calls`, `answered` and `keys` are those of whoever sits there, `past` of those before."""

    round: int = _NOBODY
    calls: tuple[datetime, ...] = ()
    answered: datetime | None = None
    keys: str = ""
    by_hand: bool = False
    past: tuple[PastSeat, ...] = ()


EMPTY: Final = SlotStory()


def stories(entries: Iterable[EntryLike]) -> dict[str, SlotStory]:
    """Return the story of every slot that a round ever filled, from a draw's entries in their order."""
    told: dict[str, SlotStory] = {}
    for entry in entries:
        body = Reader(entry.body)
        match entry.kind:
            case "draw.round_opened":
                opened = parse_round(body)
                for name, _ in opened.slots:
                    told[name] = SlotStory(opened.number, past=told.get(name, EMPTY).past)
            case "draw.called":
                slot = body.text("slot")
                told[slot] = replace(told[slot], calls=(*told[slot].calls, entry.at))
            case "draw.answered":
                _answer(told, body, entry.at)
            case "draw.promoted":
                reserve, principal = body.text("from"), body.text("to")
                moved = told[reserve]
                told[principal] = replace(moved, past=told.get(principal, EMPTY).past)
                told[reserve] = _left(moved, PROMOTED, entry.at)
            case "draw.vacated":
                slot = body.text("slot")
                told[slot] = _left(told[slot], VACATED, entry.at)
    return told


def _answer(told: dict[str, SlotStory], body: Reader, at: datetime) -> None:
    slot, outcome = body.text("slot"), body.text("outcome")
    if outcome != CONFIRMED:
        told[slot] = _left(told[slot], outcome, at)
        return
    answered = body.time("answered_at") if body.has("answered_at") else at
    typed = body.raw("keys") if body.has("keys") else ""
    by_hand = body.has("by_hand") and body.boolean("by_hand")
    told[slot] = replace(told[slot], answered=answered, keys=str(typed), by_hand=by_hand)


def _left(story: SlotStory, ended: str, at: datetime) -> SlotStory:
    return SlotStory(past=(*story.past, PastSeat(story.round, ended, at)))
