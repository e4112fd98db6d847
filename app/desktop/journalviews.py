"""What the journal's page shows: values that can't change; the journal itself holds no name of a drawn expert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

KINDS: Final[Mapping[str, str]] = {
    "bank.imported": "Bank imported",
    "codes.given": "Code strip given out",
    "codes.made": "Code strips made",
    "draw.aborted": "Draw given up",
    "draw.answered": "Answer noted",
    "draw.called": "Called",
    "draw.closed": "Draw closed",
    "draw.compared": "Row compared with the slip",
    "draw.completed": "All slots confirmed",
    "draw.dice_entered": "Dice entered",
    "draw.fixed": "Sources fixed",
    "draw.frozen": "Draw frozen",
    "draw.lost": "Source lost and replaced",
    "draw.narrowed": "Narrowing report signed",
    "draw.opened": "List opened",
    "draw.prepared": "Request registered",
    "draw.previewed": "Narrowing report looked at",
    "request.previewed": "Counts of a form looked at",
    "draw.printed": "Paper printed",
    "draw.promoted": "Reserve moved up",
    "draw.rechecked": "List rechecked against the bidders",
    "draw.reentered": "Filling taken up again",
    "draw.round_opened": "Round opened",
    "draw.sealed": "List sealed",
    "draw.seeded": "Sources revealed",
    "draw.short": "Ended with slots open",
    "draw.transcribed": "Transcript written",
    "draw.vacated": "Slot vacated",
    "journal.incarnation_started": "New incarnation of the journal",
    "people.added": "Person added",
    "people.announced": "Person announced",
    "people.ended": "Person's rights ended",
    "station.set_up": "Station set up",
}


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One entry: its place from 0, what happened, which draw it is about, who is behind it, and its particulars."""

    index: int
    at: datetime
    kind: str
    about: str
    who: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]

    @property
    def word(self) -> str:
        """Return the English words for what happened; the kind itself where it is a newer program's."""
        return KINDS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class HeadView:
    """A head that was checked: how many entries, and the root as hex."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """The proof that one entry stands in the journal: its leaf's hash, the path's length, and the head it leads to."""

    index: int
    leaf: str
    steps: int
    head: HeadView
