"""What several documents say of a draw, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printing.flow import Field
from printing.phrases import Words


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """Which draw a document belongs to; `serial` is for people, `level` is A, B or C.

    `replaces` says which earlier list this one stands for, `sample` that the station is a sample centre's.
    """

    centre: str
    project: str
    lot: str
    serial: str
    level: str
    replaces: str = ""
    sample: bool = False

    def fields(self, words: Words) -> list[tuple[str, str]]:
        """Return labels and values for the head of a document."""
        return [
            (words.say("Project"), self.project),
            (words.say("Lot"), self.lot),
            (words.say("Draw serial"), self.serial),
            *self.marks(words),
        ]

    def marks(self, words: Words) -> list[tuple[str, str]]:
        """Return what must not be missed on a document: that it replaces another, and that nothing in it is real."""
        sample = words.say("Made on a sample station; this is no real draw.") if self.sample else ""
        marks = [(words.say("Replaces"), self.replaces), (words.say("Sample"), sample)]
        return [(name, value) for name, value in marks if value]


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person who answers for a document: a role's code, their name and organisation."""

    role: str
    name: str
    organisation: str

    def caption(self, words: Words) -> str:
        """Return role, name and organisation on one line."""
        return words.joined(words.role(self.role), self.name, self.organisation)


def meeting_field(words: Words, at: datetime, places: Sequence[str]) -> Field:
    """Return when and where a meeting is: one place beside the time, several each on a line of its own."""
    moment = words.moment(at)
    lines = (moment, *places) if len(places) > 1 else (words.joined(moment, *places),)
    return Field(words.say("Meeting"), lines)
