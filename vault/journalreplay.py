"""Reading a journal from its first entry on: what its entries must be, one after the other, and which heads fit it.

Entry i has index i; times never go back; the first incarnation is 1 and rises by one only in an entry of two people
that names the head it leaves behind.  Each incarnation is a log of its own name, because heads of the one that was
left behind may go further than what was restored.  A head fits where the tree of its size has its root, or where a
new incarnation named exactly it.
"""

from typing import NamedTuple

from vault.errors import MalformedRecordError, VaultError
from vault.journalentry import FIRST_INCARNATION, INCARNATION_STARTED, Entry, JournalBrokenError, parse_entry
from vault.jsontext import Reader
from vault.merkle import Frontier, leaf_hash
from vault.note import Checkpoint, Note


class Start(NamedTuple):
    """Where an incarnation began, and the head that it left behind."""

    position: int
    left: Checkpoint


def origin_of(origin: str, incarnation: int) -> str:
    """Return the name that heads of an incarnation carry."""
    return origin if incarnation == FIRST_INCARNATION else f"{origin}/incarnation/{incarnation}"


def read_entry(payload: bytes, index: int) -> Entry:
    """Read the entry that stands at `index`.

    Raises:
        JournalBrokenError: where it isn't an entry, or one from another place.
    """
    try:
        entry = parse_entry(payload)
    except MalformedRecordError as error:
        raise JournalBrokenError(where=f"entry {index}", problem="not the form of an entry") from error
    if entry.index != index:
        raise JournalBrokenError(where=f"entry {index}", problem=f"is entry {entry.index}")
    return entry


class Replay:
    """Takes the payloads one after the other and remembers what heads are compared with."""

    def __init__(self, origin: str, keep_root_at: int | None = None) -> None:
        self.origin = origin
        self.frontier = Frontier()
        self.last: Entry | None = None
        self.starts: dict[int, Start] = {}
        self._keep_root_at = keep_root_at
        self.kept_root: bytes | None = self.frontier.root() if keep_root_at == 0 else None

    @property
    def size(self) -> int:
        """How many entries were taken."""
        return self.frontier.size

    @property
    def incarnation(self) -> int:
        """The incarnation of the last entry."""
        return self.last.incarnation if self.last else FIRST_INCARNATION

    def take(self, payload: bytes) -> Entry:
        """Take the next entry.

        Raises:
            JournalBrokenError: where it can't follow the one before.
        """
        entry = read_entry(payload, self.size)
        where = f"entry {entry.index}"
        if self.last is not None and entry.at < self.last.at:
            raise JournalBrokenError(where=where, problem="is earlier than the one before")
        if entry.kind == INCARNATION_STARTED and self.last is not None:
            self.starts[self.incarnation + 1] = _start(entry, self.incarnation + 1)
        elif entry.incarnation != self.incarnation:
            raise JournalBrokenError(where=where, problem="belongs to another incarnation")
        self.frontier.append(leaf_hash(payload))
        self.last = entry
        if self.size == self._keep_root_at:
            self.kept_root = self.frontier.root()
        return entry

    def checkpoint(self) -> Checkpoint:
        """Return what a head over the entries taken so far says."""
        return Checkpoint(origin_of(self.origin, self.incarnation), self.size, self.frontier.root())

    def check_head(self, head: Checkpoint) -> None:
        """Compare with the head that was signed over exactly these entries.

        Raises:
            JournalBrokenError: where it isn't theirs.
        """
        if head != self.checkpoint():
            raise JournalBrokenError(where="head", problem=f"the signed head of {head.size} entries isn't theirs")

    def check_anchor(self, anchor: Checkpoint) -> None:
        """Compare with a head that somebody took away; `keep_root_at` must have been its size.

        Raises:
            JournalBrokenError: where these entries don't continue it.
        """
        names = {origin_of(self.origin, number): number for number in range(1, self.incarnation + 1)}
        number = names.get(anchor.origin)
        if number is None:
            raise JournalBrokenError(where="head taken away", problem="is of another journal or a later incarnation")
        following = self.starts.get(number + 1)
        if following is not None and following.left == anchor:
            return
        end = self.size if following is None else following.position
        if anchor.size > end:
            raise JournalBrokenError(where="head taken away", problem=f"is of {anchor.size} entries, here are {end}")
        if self.kept_root != anchor.root:
            raise JournalBrokenError(where="head taken away", problem=f"the first {anchor.size} entries were others")


def _start(entry: Entry, incarnation: int) -> Start:
    where = f"entry {entry.index}"
    if entry.incarnation != incarnation or len(set(entry.by)) != 2 or len(entry.by) != 2:
        raise JournalBrokenError(where=where, problem="isn't how two people start the next incarnation")
    try:
        reader = Reader(entry.body)
        reader.text("station")
        note = Note.parse(reader.text("old_head").encode("utf-8"))
        _ = reader.text("reason") if reader.has("reason") else ""
        _ = reader.integer("ceremony") if reader.has("ceremony") else 0
        reader.end()
        left = Checkpoint.parse(note.text)
    except VaultError as error:
        raise JournalBrokenError(where=where, problem="doesn't name the head it leaves behind") from error
    return Start(entry.index, left)
