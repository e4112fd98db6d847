"""What several documents say of a draw, as plain values."""

from dataclasses import dataclass

from printing.phrases import Words


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """Which draw a document belongs to; `serial` is for people, `level` is A, B or C."""

    centre: str
    project: str
    lot: str
    serial: str
    level: str

    def fields(self, words: Words) -> list[tuple[str, str]]:
        """Return labels and values for the head of a document."""
        return [
            (words.say("Project"), self.project),
            (words.say("Lot"), self.lot),
            (words.say("Draw serial"), self.serial),
        ]


@dataclass(frozen=True, slots=True)
class Signatory:
    """A person who answers for a document: a role's code, their name and organisation."""

    role: str
    name: str
    organisation: str

    def caption(self, words: Words) -> str:
        """Return role, name and organisation on one line."""
        return words.joined(words.role(self.role), self.name, self.organisation)
