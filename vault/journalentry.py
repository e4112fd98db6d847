"""One entry of the journal: its bytes, and what they say.

An entry is the JSON `{"at","body","by","incarnation","index","kind","subject","v":1}` in the one spelling of
`vault.jsontext`; those bytes are the leaf of the tree and are never written again.  A kind is a past tense
(`draw.frozen`), a subject the id that the entry is about, `by` the key ids of the people who stand behind it.  The
page is docs/formats/journal.md.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vault.errors import MalformedRecordError, VaultError
from vault.jsontext import JsonValue, Reader, dumps
from vault.times import to_text

FIRST_INCARNATION: Final = 1
INCARNATION_STARTED: Final = "journal.incarnation_started"
KIND: Final = r"[a-z][a-z_]*(\.[a-z][a-z_]*)+"
LONGEST: Final = 4 * 1024 * 1024
_KEYID: Final = r"[0-9a-f]{64}"
_LONGEST_NAME: Final = 200


class JournalBrokenError(VaultError):
    """The journal isn't what was written."""

    code = "vault.journal.broken"
    what = "The station's journal was changed or is incomplete: {where}: {problem}."
    kept = "The journal stays as it is; nothing is written to it any more."
    todo = "Keep the station's folder for the auditor; go on only with a restored station that two people start."


class ForeignHeadError(JournalBrokenError):
    """A file that was given as a head taken away isn't one of this station: of the journal it says nothing."""

    code = "vault.journal.foreign_head"
    what = "The file given isn't a head that this station signed."
    kept = "This says nothing of the journal, which stays as it is."
    todo = (
        "Name the checkpoint that was taken home from this station. If it certainly is that one, "
        "keep it and the station's folder for the auditor."
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it was read from its stored bytes."""

    index: int
    payload: bytes
    at: datetime
    incarnation: int
    kind: str
    subject: str
    by: tuple[str, ...]
    body: Mapping[str, JsonValue]


def entry_payload(
    *,
    index: int,
    at: datetime,
    incarnation: int,
    kind: str,
    subject: str,
    by: Sequence[str],
    body: Mapping[str, JsonValue],
) -> bytes:
    """Write the bytes of an entry."""
    return dumps(
        {
            "v": 1,
            "at": to_text(at),
            "incarnation": incarnation,
            "index": index,
            "kind": kind,
            "subject": subject,
            "by": list(by),
            "body": body,
        }
    )


def parse_entry(payload: bytes) -> Entry:
    """Read an entry from its bytes.

    Raises:
        MalformedRecordError: where they don't have the form of an entry.
    """
    reader = Reader.of(payload, limit=LONGEST)
    reader.integer("v", 1, 1)
    at = reader.time("at")
    incarnation = reader.integer("incarnation", FIRST_INCARNATION)
    index = reader.integer("index")
    kind = reader.text("kind", pattern=KIND, longest=_LONGEST_NAME)
    subject = reader.text("subject", longest=_LONGEST_NAME)
    by = reader.texts("by", longest=64)
    if any(re.fullmatch(_KEYID, keyid) is None for keyid in by):
        raise MalformedRecordError(where="$.by", problem="not the ids of keys")
    body = reader.raw("body")
    if not isinstance(body, Mapping):
        raise MalformedRecordError(where="$.body", problem="not an object")
    reader.end()
    return Entry(index, payload, at, incarnation, kind, subject, by, body)
