"""Identities that live on removable media alone: unlocked from the medium, which remembers the station's last head.

Order: the medium is asked for; its own record of this station must be continued by the journal (a station that went
back is refused before anything is signed); the passphrase opens the keys; the head is remembered at once, and again
when the station closes, so that what was signed in between can't be undone unseen.
"""

from dataclasses import dataclass
from pathlib import Path

from app.errors import AppError
from drawing.begun import ceremonies_of
from vault.identity import Identity, PrivateIdentity
from vault.ids import StationId
from vault.journal import Journal
from vault.note import Checkpoint, Note
from vault.removable import Head, RemovableIdentity, StationRestartedError


class OtherMediumError(AppError):
    """The medium holds somebody else's keys."""

    code = "app.medium.other"
    what = "The medium holds the keys of {found}, not of {name}."
    todo = "Put in the medium of {name}, and name its folder."


@dataclass(frozen=True)
class UsedMedium:
    """A medium that was unlocked in this call."""

    medium: RemovableIdentity
    private: PrivateIdentity


def head_of(station: StationId, journal: Journal) -> Head:
    """Return the station's head as a medium remembers it, with its ceremony number."""
    note = journal.checkpoint()
    checkpoint, last = Checkpoint.parse(Note.parse(note).text), journal.last()
    ceremonies = ceremonies_of(journal)
    incarnation = 1 if last is None else last.incarnation
    return Head(station, incarnation, checkpoint.size, checkpoint.root, ceremonies, note)


def check_station(medium: RemovableIdentity, head: Head, journal: Journal) -> None:
    """Refuse a station whose journal doesn't continue what the medium remembers.

    Raises:
        StationWentBackError: where it went back or was written anew.
        StationRestartedError: where two people started a new incarnation since.
    """
    known = next((each for each in medium.heads() if each.station == head.station), None)
    continues = known is not None and known.incarnation == head.incarnation and known.size <= head.size
    proof = journal.consistency(known.size, head.size) if continues and known is not None else []
    medium.check(head.station, head.size, head.root, proof, ceremony=head.ceremony, incarnation=head.incarnation)


def open_medium(folder: Path, identity: Identity) -> RemovableIdentity:
    """Return the medium in `folder`, which must be that of `identity`.

    Raises:
        MediumDamagedError: where there is none, or it isn't in order.
        OtherMediumError: where it is somebody else's.
    """
    medium = RemovableIdentity(folder)
    if medium.identity.keyid != identity.keyid:
        raise OtherMediumError(found=medium.identity.name, name=identity.name)
    return medium


def is_restarted(medium: RemovableIdentity, head: Head, journal: Journal) -> bool:
    """Check the station; say whether it only stands in a later incarnation, which its people must accept.

    Raises:
        StationWentBackError: where it went back.
    """
    try:
        check_station(medium, head, journal)
    except StationRestartedError:
        return True
    return False
