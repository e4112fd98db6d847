"""The transcript file taken apart: the form of everything in it, and nothing yet of whether it is true."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawing.verify.report import CheckFailedError
from vault.dsse import Envelope
from vault.ids import ID_PATTERN
from vault.jsontext import DEFAULT_LIMIT, JsonValue, Reader, dumps, loads
from vault.suite import SUITE

LONGEST: Final = 2**28
KEYID: Final = r"[0-9a-f]{64}"
LABEL: Final = r"[0-9a-f]{64}"
_KIND: Final = r"[a-z][a-z_]*(\.[a-z][a-z_]*)+"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the journal: `payload` are the bytes of its leaf, `body` is what the signed step in it says."""

    payload: bytes
    index: int
    at: datetime
    incarnation: int
    kind: str
    subject: str
    by: tuple[str, ...]
    step: Envelope
    previous: str | None
    body: Mapping[str, JsonValue]

    def reader(self) -> Reader:
        """Return a reader of the body; it names the entry where something is wrong."""
        return Reader(self.body, f"entry {self.index} ({self.kind})")

    @property
    def place(self) -> str:
        """Where the entry stands, for a report."""
        return f"entry {self.index} ({self.kind})"


@dataclass(frozen=True, slots=True)
class Consistent:
    """A head that the checkpoint is said to continue, and the proof."""

    size: int
    root: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The parts of a transcript."""

    envelope: Envelope
    draw: str
    serial: str
    sample: bool
    people: tuple[Envelope, ...]
    entries: tuple[Entry, ...]
    checkpoint: bytes
    inclusion: tuple[tuple[bytes, ...], ...]
    consistency: tuple[Consistent, ...]
    table: str
    results: tuple[bytes, ...]
    project_nonce: bytes
    project: bytes
    committee: tuple[tuple[str, str], ...]
    fairness: JsonValue
    made_at: datetime

    def entries_of(self, *kinds: str) -> tuple[Entry, ...]:
        """Return the entries of these kinds, in order."""
        return tuple(entry for entry in self.entries if entry.kind in kinds)

    def only(self, kind: str) -> Entry:
        """Return the one entry of a kind.

        Raises:
            CheckFailedError: where there is none, or several.
        """
        found = self.entries_of(kind)
        if len(found) != 1:
            raise CheckFailedError(
                "entries", "{kind} stands there {count} times and not once", kind=kind, count=len(found)
            )
        return found[0]


def spelled(payload: bytes, place: str, *, limit: int = DEFAULT_LIMIT) -> Reader:
    """Return a reader of bytes that are JSON in the one spelling of the house.

    Raises:
        CheckFailedError, MalformedRecordError: where they aren't.
    """
    value = loads(payload, limit=limit)
    if dumps(value) != payload:
        raise CheckFailedError(place, "it is not JSON in the one spelling")
    return Reader(value)


def some_text(reader: Reader, key: str, longest: int = 65536) -> str:
    """Take a text of at least one character."""
    return reader.text(key, pattern=r"(?s:.+)", longest=longest)


def some_text_or_null(reader: Reader, key: str, longest: int = 65536) -> str | None:
    """Take a text of at least one character, or a null that stands there."""
    return some_text(reader, key, longest) if _is_there(reader, key) else None


def key_or_null(reader: Reader, key: str) -> str | None:
    """Take 64 hex digits, or a null that stands there."""
    return reader.text(key, pattern=KEYID) if _is_there(reader, key) else None


def whole_or_null(reader: Reader, key: str, smallest: int = 0, largest: int = 2**53 - 1) -> int | None:
    """Take a whole number, or a null that stands there."""
    return reader.integer(key, smallest, largest) if _is_there(reader, key) else None


def _is_there(reader: Reader, key: str) -> bool:
    """Say whether a field has a value; take a null, which must stand there."""
    return reader.has(key) or reader.raw(key) is not None


def read_document(file: bytes) -> Document:
    """Take a transcript file apart.

    Raises:
        VaultError: where the file, its payload or an entry doesn't have its form.
    """
    envelope = Envelope.parse(file)
    reader = spelled(envelope.payload, "transcript")
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    openings = reader.reader("openings")
    project = openings.reader("project")
    document = Document(
        envelope=envelope,
        draw=reader.text("draw", pattern=ID_PATTERN),
        serial=some_text(reader, "serial", 64),
        sample=reader.boolean("sample"),
        people=tuple(Envelope.of(item, f"$.people[{n}]") for n, item in enumerate(reader.items("people"))),
        entries=tuple(_entry(item) for item in reader.readers("entries")),
        checkpoint=reader.text("checkpoint", longest=2**20).encode("utf-8"),
        inclusion=tuple(_hashes(item, f"$.inclusion[{n}]") for n, item in enumerate(reader.items("inclusion"))),
        consistency=tuple(_consistent(item) for item in reader.readers("consistency")),
        table=reader.text("table", longest=LONGEST),
        results=tuple(text.encode("utf-8") for text in reader.texts("results", longest=LONGEST)),
        project_nonce=project.hex_bytes("nonce", 32),
        project=project.text("value", longest=2**24).encode("utf-8"),
        committee=tuple(_seat(item) for item in reader.readers("committee")),
        fairness=reader.raw("fairness"),
        made_at=reader.time("made_at"),
    )
    for part in (project, openings, reader):
        part.end()
    return document


def _entry(item: Reader) -> Entry:
    index, payload = item.integer("index"), item.base64_bytes("payload")
    item.end()
    reader = spelled(payload, f"entry {index}", limit=4 * 1024 * 1024)
    reader.integer("v", 1, 1)
    outer = reader.reader("body")
    step = Envelope.of(outer.raw("step"), f"entry {index}")
    outer.end()
    said = Reader.of(step.payload, limit=4 * 1024 * 1024)
    said.integer("v", 1, 1)
    said.choice("suite", (SUITE,))
    body = said.raw("body")
    if not isinstance(body, Mapping):
        raise CheckFailedError("entry {index}", "its body is not an object", index=index)
    entry = Entry(
        payload=payload,
        index=reader.integer("index"),
        at=reader.time("at"),
        incarnation=reader.integer("incarnation", 1),
        kind=said.choice("kind", (reader.text("kind", pattern=_KIND, longest=200),)),
        subject=said.choice("draw", (reader.text("subject", longest=200),)),
        by=tuple(
            Reader({"keyid": keyid}, f"entry {index}").text("keyid", pattern=KEYID)
            for keyid in reader.texts("by", longest=64)
        ),
        step=step,
        previous=said.optional_text("previous", pattern=KEYID),
        body=body,
    )
    said.end()
    reader.end()
    if entry.index != index:
        raise CheckFailedError("entry {index}", "is entry {other} by its own word", index=index, other=entry.index)
    return entry


def _hashes(value: JsonValue, where: str) -> tuple[bytes, ...]:
    items = Reader({"path": value}, where).items("path")
    return tuple(Reader({"hash": item}, where).hex_bytes("hash", 32) for item in items)


def _consistent(item: Reader) -> Consistent:
    size, root = item.integer("size"), item.hex_bytes("root", 32)
    found = Consistent(size, root, _hashes(item.raw("proof"), f"{item.where}.proof"))
    item.end()
    return found


def _seat(item: Reader) -> tuple[str, str]:
    seat = (item.text("slot", pattern=r"R?[1-9][0-9]{0,4}"), item.text("label", pattern=LABEL))
    item.end()
    return seat
