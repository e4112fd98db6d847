"""A new incarnation of the journal, by operator and supervisor, after the station was put back to an older copy.

Order: both unlock their keys (a medium isn't asked whether the station went back: that is why they are here); the head
that is left behind is chosen; the two agree; the entry is durable; then each medium accepts it.  A program that dies
before the last step leaves media that ask at the next unlocking.

The head that is left behind is the longest of those given that the journal doesn't continue: what was lost.  Where it
continues all of them it is the station's own.
"""

from dataclasses import dataclass

from app.composition import Station
from app.media import UsedMedium, head_of
from vault.identity import PrivateIdentity, check_separation
from vault.journal import Journal
from vault.journalentry import JournalBrokenError
from vault.note import Checkpoint, Note
from vault.removable import StationWentBackError
from vault.roles import Act, require


@dataclass(frozen=True)
class Restart:
    """What two people are about to begin."""

    station: Station
    by: tuple[PrivateIdentity, PrivateIdentity]
    media: tuple[UsedMedium, ...]
    old_head: bytes

    @classmethod
    def prepare(
        cls,
        station: Station,
        operator: PrivateIdentity,
        supervisor: PrivateIdentity,
        media: list[UsedMedium],
        taken_home: bytes | None,
    ) -> "Restart":
        """Check the two and choose the head that is left behind.

        Raises:
            NotAllowedError, NotSeparateError: where the two may not do it.
            StationWentBackError: where a medium remembers a later incarnation than was restored.
            JournalBrokenError: where the head that was taken home isn't one of this journal.
        """
        require(operator.identity.role, Act.START_INCARNATION)
        require(supervisor.identity.role, Act.APPROVE_INCARNATION)
        check_separation(operator.identity, supervisor.identity)
        heads = [taken_home] if taken_home is not None else []
        here = head_of(station.settings.station, station.journal)
        for used in media:
            for known in used.medium.heads():
                if known.station == here.station and known.incarnation > here.incarnation:
                    raise StationWentBackError(problem="an earlier incarnation")
                if known.station == here.station and known.incarnation == here.incarnation:
                    heads.append(known.checkpoint)
        lost = [head for head in heads if not _continues(station.journal, head)]
        old_head = max(lost, key=_size, default=here.checkpoint)
        return cls(station, (operator, supervisor), tuple(media), old_head)

    @property
    def left_size(self) -> int:
        """How many entries the head has that is left behind."""
        return _size(self.old_head)

    def begin(self, reason: str) -> int:
        """Journal the new incarnation, let the media accept it, and return its number.

        Raises:
            JournalBrokenError: where the head that is left behind isn't of the present incarnation.
        """
        journal, here = self.station.journal, self.station.settings.station
        known = [head.ceremony for used in self.media for head in used.medium.heads() if head.station == here]
        by = [private.keyid for private in self.by]
        entry = journal.start_incarnation(self.old_head, by, reason, max(known, default=None))
        for used in self.media:
            used.medium.accept_incarnation(head_of(here, journal), used.private)
        return entry.incarnation


def _continues(journal: Journal, head: bytes) -> bool:
    try:
        journal.verify(head)
    except JournalBrokenError:
        return False
    return True


def _size(head: bytes) -> int:
    return Checkpoint.parse(Note.parse(head).text).size
