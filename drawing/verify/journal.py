"""The draw's entries in the station's journal: proofs of `docs/formats/journal.md`, and a draw's steps in their order.

`check_journal` shows that the station signed a log in which every entry stands, and that the log continues the head
that the certificate names.  `check_steps` shows that each entry may follow the one before it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from drawing.verify.document import Document, Entry
from drawing.verify.fields import check_fields
from drawing.verify.report import CheckFailedError
from vault.merkle import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion
from vault.note import Checkpoint, Note, NoteError, verify_note

_INCARNATION = re.compile(r"(.+)/incarnation/([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a log: its origin without incarnation, the incarnation (1 where none is named), size and root."""

    origin: str
    incarnation: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Log:
    """What was shown of the station's log: its head, and the roots that it had at some sizes."""

    head: Head
    roots: Mapping[int, bytes]


def head_of(origin: str, size: int, root: bytes) -> Head:
    """Return a head with the incarnation taken out of its origin."""
    match = _INCARNATION.fullmatch(origin)
    if match is None or int(match[2]) == 1:
        return Head(origin, 1, size, root)
    return Head(match[1], int(match[2]), size, root)


def read_head(note: bytes, station_key: bytes, where: str) -> Head:
    """Return the head in a note that the station's key signed, under the log's name without its incarnation.

    Raises:
        MalformedRecordError: where it isn't a checkpoint in a note.
        CheckFailedError: where that key didn't sign it.
    """
    read = Note.parse(note)
    checkpoint = Checkpoint.parse(read.text)
    head = head_of(checkpoint.origin, checkpoint.size, checkpoint.root)
    try:
        verify_note(read, {head.origin: station_key})
    except NoteError as error:
        raise CheckFailedError(where, "the station's key did not sign it") from error
    return head


def check_journal(document: Document, frozen_head: Head, station_key: bytes) -> Log:
    """Check the checkpoint, every entry's place in it, and that it continues the certificate's head.

    Raises:
        CheckFailedError, ProofError: naming the entry or head.
    """
    head = read_head(document.checkpoint, station_key, "checkpoint")
    if len(document.inclusion) != len(document.entries):
        raise CheckFailedError("inclusion", "there is not one proof an entry")
    roots = {head.size: head.root}
    for entry, path in zip(document.entries, document.inclusion, strict=True):
        leaf = leaf_hash(entry.payload)
        verify_inclusion(leaf, entry.index, head.size, path, head.root)
        roots[entry.index], roots[entry.index + 1] = _roots_around(leaf, entry.index, head.size, path)
    _check_entries(document, head)
    for item in document.consistency:
        verify_consistency(item.size, item.root, head.size, head.root, item.proof)
        roots[item.size] = item.root
    _check_frozen_head(document, frozen_head, head, roots)
    return Log(head, roots)


def _roots_around(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots that the log had before an entry and with it as last: its path's left siblings folded."""
    before, joined, place, last = b"", leaf, index, size - 1
    for step in path:
        if place & 1 or place == last:
            before = node_hash(step, before) if before else step
            joined = node_hash(step, joined)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return before or EMPTY_ROOT, joined


def _check_entries(document: Document, head: Head) -> None:
    for entry in document.entries:
        if entry.subject != document.draw:
            raise CheckFailedError(entry.place, "is about something else than this draw")
        if entry.incarnation > head.incarnation:
            raise CheckFailedError(entry.place, "is of a later incarnation of the journal than its head")
    for before, entry in pairwise(document.entries):
        if entry.index <= before.index:
            raise CheckFailedError(entry.place, "does not ascend from the entry before")
        if entry.at < before.at or entry.incarnation < before.incarnation:
            raise CheckFailedError(entry.place, "is earlier than the entry before")


def _check_frozen_head(document: Document, frozen: Head, head: Head, roots: Mapping[int, bytes]) -> None:
    where = "the head in the certificate"
    if frozen.origin != head.origin or frozen.incarnation > head.incarnation:
        raise CheckFailedError(where, "is of another journal than the checkpoint")
    if frozen.size != document.only("draw.frozen").index:
        raise CheckFailedError(where, "is not the one just before the certificate's entry")
    if all(item.size != frozen.size for item in document.consistency):
        raise CheckFailedError(where, "no proof shows that the checkpoint continues it")
    if roots[frozen.size] != frozen.root:
        raise CheckFailedError(where, "is not one that the checkpoint continues")


_NEW, _ENDED, _OPENED = "not begun", "complete or short", "opened"
_FILLING = "filling"
# Kind → the states in which it may stand, and the state after it (None: the same).
_STEPS: Mapping[str, tuple[tuple[str, ...], str | None]] = {
    "draw.prepared": ((_NEW,), "prepared"),
    "draw.previewed": (("prepared", "narrowed"), None),
    "draw.narrowed": (("prepared", "narrowed"), "narrowed"),
    "draw.frozen": (("narrowed",), "frozen"),
    "draw.fixed": (("frozen",), "fixed"),
    "draw.dice_entered": (("fixed",), None),
    "draw.compared": (("fixed",), None),
    "draw.seeded": (("fixed",), _FILLING),
    "draw.lost": (("fixed", _FILLING), "frozen"),
    "draw.round_opened": ((_FILLING,), None),
    "draw.called": ((_FILLING,), None),
    "draw.answered": ((_FILLING,), None),
    "draw.promoted": ((_FILLING,), None),
    "draw.vacated": ((_FILLING,), None),
    "draw.completed": ((_FILLING,), _ENDED),
    "draw.short": ((_FILLING,), _ENDED),
    "draw.sealed": ((_ENDED,), "sealed"),
    "draw.rechecked": (("sealed",), None),
    "draw.opened": (("sealed",), _OPENED),
    "draw.reentered": ((_OPENED,), _FILLING),
    "draw.closed": ((_OPENED,), "closed"),
}
_ANYWHERE = frozenset({"draw.printed", "draw.transcribed"})


def check_steps(entries: Sequence[Entry]) -> None:
    """Check that every entry may follow those before it, and that the last leaves an opened draw.

    Raises:
        CheckFailedError: naming the entry that may not stand where it stands.
    """
    state = _NEW
    for entry in entries:
        check_fields(entry)
        if entry.kind in _ANYWHERE and state != _NEW:
            continue
        if entry.kind == "draw.aborted":
            raise CheckFailedError(entry.place, "the draw was aborted: there is nothing to show")
        if entry.kind not in _STEPS:
            raise CheckFailedError(entry.place, "is of a kind that no draw has")
        allowed, after = _STEPS[entry.kind]
        if state not in allowed:
            raise CheckFailedError(entry.place, "can't stand where the draw is {state}", state=state)
        state = after or state
        if entry.kind == "draw.rechecked" and entry.body.get("box") is not None:
            state = _FILLING
    if state not in (_OPENED, "closed"):
        raise CheckFailedError("entries", "they end where the draw is {state} and not opened", state=state)
