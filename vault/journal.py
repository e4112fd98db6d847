"""The station's journal: an RFC 6962 Merkle log in the encrypted database, each entry under a signed head.

Guarantees: `append` returns once the entry, the tree's frontier and a signed head (a C2SP checkpoint in a signed note)
are committed and flushed, all three or none; an entry and a room's rows can commit together.  Before it writes, it
checks that the stored head is signed, fits the frontier and ends where the entries end, so the station never signs on
top of a changed journal.  `verify` reads every byte and finds any row that was changed, cut, moved, doubled or taken
from elsewhere, as long as the signing key isn't the forger's; a journal that went back to an older, whole state is
found with a head that somebody took away.  A restored station starts a new incarnation by two people, naming the old
head.  Formats: docs/formats/journal.md.

Left out: cosignatures of witnesses are kept by whoever asked for them; a forger with the database key and the
station's signing key is stopped only by heads that were taken away.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from vault import journalstore as store
from vault.clock import Clock, ClockTurnedError
from vault.database import writing
from vault.errors import VaultError
from vault.files import write_atomic
from vault.ids import StationId
from vault.journalentry import (
    FIRST_INCARNATION,
    INCARNATION_STARTED,
    Entry,
    ForeignHeadError,
    JournalBrokenError,
    entry_payload,
    parse_entry,
)
from vault.journalreplay import Replay, origin_of, read_entry
from vault.jsontext import JsonValue
from vault.merkle import Frontier, ProofError, consistency_proof, inclusion_proof, leaf_hash
from vault.note import Checkpoint, Note, NoteSigner, open_note, sign_note
from vault.times import to_text

EXPORT_TITLE = b"fengqian/journal/v1\n"


class NeedsTwoPeopleError(VaultError):
    """A new incarnation wasn't asked for by two people."""

    code = "vault.journal.needs_two_people"
    what = "A new incarnation of the journal needs two different people."
    todo = "Have a second person unlock their key."


class _Tip(NamedTuple):
    frontier: Frontier
    last: Entry | None

    @property
    def incarnation(self) -> int:
        return self.last.incarnation if self.last else FIRST_INCARNATION


class Journal:
    """One station's append-only record."""

    def __init__(
        self,
        engine: Engine,
        origin: str,
        station: StationId,
        clock: Clock,
        signer: NoteSigner,
        earlier_keys: Mapping[str, bytes] | None = None,
    ) -> None:
        """Make a journal over a migrated database.

        Args:
            engine: the station's database.
            origin: the log's name in its heads, the same for the station's whole life.
            station: the station's id.
            clock: gives each entry its time.
            signer: signs the heads.
            earlier_keys: names and public keys (32 bytes) under which older heads may have been signed.
        """
        self._engine = engine
        self._origin = origin
        self._station = station
        self._clock = clock
        self._signer = signer
        self._keys = {**(earlier_keys or {}), signer.name: signer.public_key}

    def append(
        self,
        kind: str,
        subject: str,
        body: Mapping[str, JsonValue],
        by: Sequence[str] = (),
        *,
        connection: Connection | None = None,
    ) -> Entry:
        """Add an entry and return it once it is on the disk; on a caller's connection, once the caller has committed.

        Args:
            kind: what happened, in the past tense, as `draw.frozen`.
            subject: the id of what it is about.
            body: JSON without floats, secrets, drawn names or numbers.
            by: key ids of the people behind it.
            connection: the caller's open transaction, from `vault.database.writing`.

        Raises:
            MalformedRecordError: where the entry wouldn't have the form of one.
            JournalBrokenError: where what is stored isn't what was signed; nothing is written.
            ClockTurnedError: where the time is before the last entry's.
            DiskFullError: where there is no room; nothing is written.
        """
        if kind == INCARNATION_STARTED:
            raise NeedsTwoPeopleError()
        return self._write(connection, kind, subject, body, by)

    def start_incarnation(
        self, old_head: bytes, by: Sequence[str], reason: str = "", ceremony: int | None = None
    ) -> Entry:
        """Go on after a restore: two people name the newest head of this station that anybody holds.

        Args:
            old_head: that head, a signed note; it may be of more entries than were restored.
            by: the key ids of exactly two people.
            reason: why, in the two's words; empty where none is given.
            ceremony: the highest ceremony number that anybody remembers, where it isn't in what was restored.

        Raises:
            NeedsTwoPeopleError: where there aren't two.
            JournalBrokenError: where the head isn't of this journal's present incarnation.
        """
        if len(by) != 2 or len(set(by)) != 2:
            raise NeedsTwoPeopleError()
        with self._engine.connect() as connection:
            tip = self._tip(connection)
        left = self._open(old_head, "old head")
        if tip.last is None or left.origin != origin_of(self._origin, tip.incarnation):
            raise JournalBrokenError(where="old head", problem="isn't of this journal's present incarnation")
        body: dict[str, JsonValue] = {"station": self._station, "old_head": old_head.decode("utf-8")}
        body |= {"reason": reason} if reason else {}
        body |= {} if ceremony is None else {"ceremony": ceremony}
        return self._write(None, INCARNATION_STARTED, self._station, body, by, rise=1)

    def _write(
        self,
        connection: Connection | None,
        kind: str,
        subject: str,
        body: Mapping[str, JsonValue],
        by: Sequence[str],
        rise: int = 0,
    ) -> Entry:
        if connection is None:
            with writing(self._engine) as own:
                return self._write(own, kind, subject, body, by, rise)
        tip = self._tip(connection)
        payload = entry_payload(
            index=tip.frontier.size,
            at=self._clock.now(),
            incarnation=tip.incarnation + rise,
            kind=kind,
            subject=subject,
            by=by,
            body=body,
        )
        entry = parse_entry(payload)
        if tip.last is not None and entry.at < tip.last.at:
            raise ClockTurnedError(wall=to_text(entry.at), expected=to_text(tip.last.at))
        tip.frontier.append(leaf_hash(payload))
        store.add(connection, entry, store.State(tip.frontier.to_bytes(), self._head(tip.frontier, entry.incarnation)))
        return entry

    def _tip(self, connection: Connection) -> _Tip:
        """Read where the journal stands and check that head, frontier and last entry belong together."""
        state, row = store.read_state(connection), store.last_row(connection)
        if state is None or row is None:
            if state is not None or row is not None:
                raise JournalBrokenError(where="state", problem="entries without a head, or a head without entries")
            return _Tip(Frontier(), None)
        frontier = _frontier(state)
        if row.position != frontier.size - 1:
            raise JournalBrokenError(where="head", problem=f"{frontier.size} entries, the last is {row.position}")
        last = _checked(row)
        if frontier.size % 2 and frontier.to_bytes()[-32:] != leaf_hash(row.payload):
            raise JournalBrokenError(where=f"entry {row.position}", problem="isn't the entry that was written")
        expected = Checkpoint(origin_of(self._origin, last.incarnation), frontier.size, frontier.root())
        if self._stored_head(state) != expected:
            raise JournalBrokenError(where="head", problem="the signed head isn't that of the stored tree")
        return _Tip(frontier, last)

    def _head(self, frontier: Frontier, incarnation: int) -> bytes:
        checkpoint = Checkpoint(origin_of(self._origin, incarnation), frontier.size, frontier.root())
        return sign_note(checkpoint.text(), [self._signer])

    def _taken_away(self, note: bytes) -> Checkpoint:
        try:
            return self._open(note, "head taken away")
        except JournalBrokenError as error:
            raise ForeignHeadError from error

    def _open(self, note: bytes, where: str) -> Checkpoint:
        try:
            return Checkpoint.parse(open_note(note, self._keys))
        except VaultError as error:
            raise JournalBrokenError(where=where, problem="isn't a head that this station signed") from error

    def _stored_head(self, state: store.State) -> Checkpoint:
        head = self._open(state.head, "head")
        if len(Note.parse(state.head).lines) != 1:
            raise JournalBrokenError(where="head", problem="has lines that the station didn't write")
        return head

    @property
    def size(self) -> int:
        """How many entries there are."""
        with self._engine.connect() as connection:
            return self._tip(connection).frontier.size

    def last(self) -> Entry | None:
        """Return the last entry, or None before the first."""
        with self._engine.connect() as connection:
            return self._tip(connection).last

    def root(self) -> bytes:
        """Return the tree's root: 32 bytes."""
        with self._engine.connect() as connection:
            return self._tip(connection).frontier.root()

    def checkpoint(self) -> bytes:
        """Return the signed head over all entries: a C2SP checkpoint in a signed note."""
        with self._engine.connect() as connection:
            tip, state = self._tip(connection), store.read_state(connection)
        return state.head if state else self._head(tip.frontier, FIRST_INCARNATION)

    def entries(
        self, subject: str | None = None, kind: str | None = None, start: int = 0, limit: int | None = None
    ) -> Iterator[Entry]:
        """Yield up to `limit` entries from index `start` on, of one subject or kind where given, in their order.

        Raises:
            JournalBrokenError: where a row isn't an entry, or not the one that its columns say.
        """
        left = limit
        while left is None or left > 0:
            with self._engine.connect() as connection:
                rows = store.page(connection, start, subject=subject, kind=kind)
            for row in rows[:left]:
                yield _checked(row)
            if len(rows) < store.PAGE:
                return
            start = rows[-1].position + 1
            left = None if left is None else left - len(rows)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the proof that entry `index` stands in the tree of the first `size` entries (all, where not given).

        Raises:
            ProofError: where there is no such entry in such a tree.
        """
        return inclusion_proof(self._leaves(size), index, size)

    def inclusions(self, indexes: Sequence[int], size: int | None = None) -> list[list[bytes]]:
        """Return the proofs of several entries in one reading of the journal; raises as `inclusion`."""
        leaves = self._leaves(size)
        return [inclusion_proof(leaves, index) for index in indexes]

    def consistency(self, old_size: int, new_size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of `old_size` entries is the beginning of that of `new_size` (all).

        Raises:
            ProofError: unless 0 ≤ `old_size` ≤ `new_size` ≤ the number of entries.
        """
        return consistency_proof(self._leaves(new_size), old_size, new_size)

    def _leaves(self, size: int | None) -> list[bytes]:
        with self._engine.connect() as connection:
            total = self._tip(connection).frontier.size
            if size is not None and not 0 <= size <= total:
                raise ProofError(problem="no such sizes in this tree")
            return [leaf_hash(payload) for payload in store.payloads(connection, total if size is None else size)]

    def verify(self, anchor: bytes | None = None) -> Checkpoint:
        """Read every row, recompute the tree and compare it with the stored frontier and the signed head.

        Args:
            anchor: a head (signed note) that somebody took away; the journal must continue it.

        Returns:
            What the signed head says.

        Raises:
            ForeignHeadError: where the anchor isn't a head that this station signed.
            JournalBrokenError: naming the place where the journal isn't what was written.
        """
        taken_away = self._taken_away(anchor) if anchor is not None else None
        replay = Replay(self._origin, taken_away.size if taken_away else None)
        with self._engine.connect() as connection:
            for _row in self._replayed(connection, replay):
                pass
        if taken_away is not None:
            replay.check_anchor(taken_away)
        return replay.checkpoint()

    def _replayed(self, connection: Connection, replay: Replay) -> Iterator[bytes]:
        """Yield every payload while checking it; at the end compare frontier and head."""
        for row in store.every_row(connection):
            entry = replay.take(row.payload)
            _check_columns(row, entry)
            yield row.payload
        state = store.read_state(connection)
        if state is None:
            if replay.size:
                raise JournalBrokenError(where="state", problem="entries without a head")
            return
        if _frontier(state).to_bytes() != replay.frontier.to_bytes():
            raise JournalBrokenError(where="state", problem="the stored tree isn't that of the entries")
        replay.check_head(self._stored_head(state))

    def export(self, path: Path) -> None:
        """Verify the journal and write it with its head to one file that a stranger can check.

        Raises:
            JournalBrokenError: where it doesn't verify; nothing is written.
        """
        replay = Replay(self._origin)
        with self._engine.connect() as connection:
            lines = b"".join(payload + b"\n" for payload in self._replayed(connection, replay))
            state = store.read_state(connection)
        head = state.head if state else self._head(replay.frontier, FIRST_INCARNATION)
        write_atomic(path, EXPORT_TITLE + lines + b"\n" + head)


def verify_export(
    data: bytes, origin: str, keys: Mapping[str, bytes], anchor: Checkpoint | None = None
) -> tuple[Entry, ...]:
    """Read an exported journal, recompute its tree, check the head under it, and that it continues `anchor`.

    Raises:
        JournalBrokenError: where it isn't what the station signed, or doesn't continue the head.
    """
    top, gap, head = data.partition(b"\n\n")
    title, *payloads = top.split(b"\n")
    if title + b"\n" != EXPORT_TITLE or not gap:
        raise JournalBrokenError(where="export", problem="not an exported journal")
    replay = Replay(origin, anchor.size if anchor else None)
    entries = tuple(replay.take(payload) for payload in payloads)
    try:
        checkpoint = Checkpoint.parse(open_note(head, keys))
    except VaultError as error:
        raise JournalBrokenError(where="head", problem="isn't signed by a key of the station") from error
    replay.check_head(checkpoint)
    if anchor is not None:
        replay.check_anchor(anchor)
    return entries


def _frontier(state: store.State) -> Frontier:
    try:
        return Frontier.from_bytes(state.frontier)
    except ProofError as error:
        raise JournalBrokenError(where="state", problem="the stored tree has a wrong length") from error


def _checked(row: store.Row) -> Entry:
    entry = read_entry(row.payload, row.position)
    _check_columns(row, entry)
    return entry


def _check_columns(row: store.Row, entry: Entry) -> None:
    if (row.position, row.kind, row.subject) != (entry.index, entry.kind, entry.subject):
        raise JournalBrokenError(where=f"entry {entry.index}", problem="the row says something else than its entry")
