"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), with Ed25519.

A note is text, an empty line, and signature lines `— NAME BASE64(key id ‖ signature)`.  The key id is the first four
bytes of SHA-256(name ‖ 0A ‖ type ‖ public key); the type is 01 for the log's own signature over the text, 04 for a
witness' cosignature over `cosignature/v1`, `time SECONDS` and the text.  `verify_note` passes over lines of unknown
keys, as the specification has it, and refuses a note where a known key's line is false.  Leaves out: asking the
witnesses.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vault.ed25519 import SIGNATURE_LENGTH, is_signature
from vault.errors import MalformedRecordError, VaultError
from vault.merkle import HASH_LENGTH

ED25519 = 0x01
COSIGNATURE = 0x04

_LONGEST = 1024 * 1024
_MOST_LINES = 100
_LATEST = 2**63 - 1
_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")


class NoteError(VaultError):
    """A note isn't signed as it should be."""

    code = "vault.note"
    what = "The checkpoint {problem}."
    todo = "Don't use the checkpoint. Take it again from the station that signed it."


class NoteSigner(Protocol):
    """Whoever signs notes under a name."""

    @property
    def name(self) -> str:
        """The name on the signature line: no spaces and no plus sign."""
        ...

    @property
    def public_key(self) -> bytes:
        """The 32-byte Ed25519 public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        ...


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One signature line: the name, the 4-byte key id, and what follows the id."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text (ending in a line feed) and its signature lines."""

    text: str
    lines: tuple[NoteLine, ...]

    def to_bytes(self) -> bytes:
        """Write the note as C2SP signed-note has it."""
        written = "".join(f"— {one.name} {_base64(one.key_id + one.value)}\n" for one in self.lines)
        return f"{self.text}\n{written}".encode()

    @classmethod
    def parse(cls, data: bytes) -> "Note":
        """Read hostile bytes as a note, without checking a signature.

        Raises:
            MalformedRecordError: for anything but text, an empty line and 1 to 100 signature lines.
        """
        whole = _decoded(data)
        text, empty, block = whole.rpartition("\n\n")
        if not empty or not text or not block.endswith("\n"):
            raise MalformedRecordError(where="note", problem="no text, or no signature lines at its end")
        lines = block[:-1].split("\n")
        if len(lines) > _MOST_LINES:
            raise MalformedRecordError(where="note", problem=f"over {_MOST_LINES} signature lines")
        return cls(text + "\n", tuple(_parse_line(one) for one in lines))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, its size in leaves, its root (32 bytes), and lines of extension."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """Write the checkpoint as a note's text.

        Raises:
            ValueError: where a part can't be a line, the size is negative or the root isn't 32 bytes.
        """
        lines = (self.origin, *self.extensions)
        if not all(_is_text(line) and line and "\n" not in line for line in lines):
            raise ValueError("origin and extensions are lines that aren't empty")
        if not 0 <= self.size <= _LATEST or len(self.root) != HASH_LENGTH:
            raise ValueError("a size from 0 and a root of 32 bytes")
        return "\n".join((self.origin, str(self.size), _base64(self.root), *self.extensions)) + "\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read a note's text as a checkpoint, in its one spelling.

        Raises:
            MalformedRecordError: for anything but origin, size, root and extensions, a line each.
        """
        lines = text.split("\n")
        if len(lines) < 4 or re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]) is None:
            raise MalformedRecordError(where="checkpoint", problem="not an origin, a size and a root")
        checkpoint = cls(lines[0], int(lines[1]), _unbase64(lines[2], "checkpoint"), tuple(lines[3:-1]))
        try:
            written = checkpoint.text()
        except ValueError as error:
            raise MalformedRecordError(where="checkpoint", problem="a line is not as it should be") from error
        if written != text:
            raise MalformedRecordError(where="checkpoint", problem="not written in its one spelling")
        return checkpoint


def note_key_id(name: str, public_key: bytes, kind: int = ED25519) -> bytes:
    """Return the 4-byte id of a note key: SHA-256(name ‖ 0A ‖ kind ‖ public key), its first four bytes."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([kind]) + public_key).digest()[:4]


def sign_note(text: str, signers: Sequence[NoteSigner]) -> bytes:
    """Sign `text` (ending in a line feed) with each of `signers`, in their order, and write the note.

    Raises:
        ValueError: where text, a name or the list of signers can't make a note.
    """
    if not text.endswith("\n") or len(text) < 2 or not _is_text(text) or not signers:
        raise ValueError("a note is printable text that ends in a line feed, and is signed")
    lines = []
    for signer in signers:
        if not _is_name(signer.name):
            raise ValueError("a note is signed under a name without spaces and plus signs")
        key_id = note_key_id(signer.name, signer.public_key)
        lines.append(NoteLine(signer.name, key_id, signer.sign(text.encode("utf-8"))))
    return Note(text, tuple(lines)).to_bytes()


def cosign_note(data: bytes, signer: NoteSigner, seconds: int) -> bytes:
    """Add a witness' cosignature made at `seconds` (Unix time) to the note in `data`.

    Whoever cosigns has checked before that the checkpoint continues the last one they cosigned.

    Raises:
        MalformedRecordError: where `data` isn't a note.
        ValueError: where the name or the time can't be written.
    """
    if not _is_name(signer.name) or not 0 < seconds <= _LATEST:
        raise ValueError("a cosignature has a name without spaces and a time after 1970")
    note = Note.parse(data)
    key_id = note_key_id(signer.name, signer.public_key, COSIGNATURE)
    value = seconds.to_bytes(8, "big") + signer.sign(_cosigned(note.text, seconds))
    return Note(note.text, (*note.lines, NoteLine(signer.name, key_id, value))).to_bytes()


def verify_note(note: Note, keys: Mapping[str, bytes]) -> frozenset[str]:
    """Return the names of the known keys that signed the note; `keys` maps names to 32-byte public keys.

    Raises:
        NoteError: where a known key's line is false, or no known key signed.
    """
    message = note.text.encode("utf-8")
    found = set()
    for line in note.lines:
        if line.name not in keys or line.key_id != note_key_id(line.name, keys[line.name]):
            continue
        if not is_signature(keys[line.name], message, line.value):
            raise NoteError(problem="has a false signature")
        found.add(line.name)
    if not found:
        raise NoteError(problem="is not signed by a known key")
    return frozenset(found)


def open_note(data: bytes, keys: Mapping[str, bytes]) -> str:
    """Return the text of a note that at least one known key signed; `keys` maps names to 32-byte public keys.

    Raises:
        MalformedRecordError: where `data` isn't a note.
        NoteError: where a known key's line is false, or no known key signed.
    """
    note = Note.parse(data)
    verify_note(note, keys)
    return note.text


def cosignatures(note: Note, witnesses: Mapping[str, bytes]) -> Mapping[str, int]:
    """Return, for each known witness that cosigned, the time of it in Unix seconds (the latest where there are more).

    Raises:
        NoteError: where a known witness' line is false.
    """
    found: dict[str, int] = {}
    for line in note.lines:
        if line.name not in witnesses or line.key_id != note_key_id(line.name, witnesses[line.name], COSIGNATURE):
            continue
        seconds, signature = int.from_bytes(line.value[:8], "big"), line.value[8:]
        if len(signature) != SIGNATURE_LENGTH or not 0 < seconds <= _LATEST:
            raise NoteError(problem="has a cosignature of a wrong form")
        if not is_signature(witnesses[line.name], _cosigned(note.text, seconds), signature):
            raise NoteError(problem="has a false cosignature")
        found[line.name] = max(seconds, found.get(line.name, 0))
    return found


def _cosigned(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _unbase64(text: str, where: str) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedRecordError(where=where, problem="not base64") from error
    if _base64(value) != text:
        raise MalformedRecordError(where=where, problem="not base64 in its one spelling")
    return value


def _decoded(data: bytes) -> str:
    if len(data) > _LONGEST:
        raise MalformedRecordError(where="note", problem=f"longer than {_LONGEST} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRecordError(where="note", problem="not UTF-8") from error
    if not _is_text(text):
        raise MalformedRecordError(where="note", problem="a control character")
    return text


def _parse_line(line: str) -> NoteLine:
    match = _LINE.fullmatch(line)
    if match is None or not _is_name(match[1]):
        raise MalformedRecordError(where="note", problem="a signature line is not as it should be")
    value = _unbase64(match[2], "note")
    if len(value) < 5:
        raise MalformedRecordError(where="note", problem="a signature is too short")
    return NoteLine(match[1], value[:4], value[4:])


def _is_name(name: str) -> bool:
    return bool(name) and not any(one.isspace() or one == "+" or ord(one) < 32 for one in name)


def _is_text(text: str) -> bool:
    return not any((ord(one) < 32 and one != "\n") or 0xD800 <= ord(one) <= 0xDFFF for one in text)
