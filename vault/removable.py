"""An identity that lives on removable media alone, and remembers how far each station had come.

The folder holds `identity.key.json`, a key file under a passphrase (docs/formats/keyfile.md), and `heads.json`: for
every station the last head that this identity stood behind, as an envelope signed by the identity itself.  `check`
refuses a station whose journal doesn't continue that head, so one that was put back to an older copy is found out.

Order of use: `check`, then `remember` (durable), then sign.  A crash in between leaves a head remembered that the
station has in its journal already, and nothing worse.  Only two people's new incarnation leads past a lost head, by
`accept_incarnation`; what was lost stays in the record.

Left out: a lock-out (the passphrase holds 70 bits, and media can be copied), and a station's program that puts the
medium itself back to an older copy while it is plugged in.  The checkpoint is kept as it came: its signature is the
caller's to check before.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from vault.clock import Clock
from vault.dsse import Envelope, Signer, sign_envelope, verify_envelope
from vault.errors import VaultError
from vault.files import FileUnwritableError, read_limited, write_atomic
from vault.identity import Identity, PrivateIdentity, declare
from vault.ids import ID_PATTERN, PersonId, StationId, new_id
from vault.jsontext import JsonValue, Reader, dumps
from vault.kdf import FULL, KdfCost
from vault.keyfile import KeyFile, Protection, check_secret, open_keyfile, read_keyfile, write_keyfile
from vault.lockedfile import LONGEST_FILE
from vault.merkle import ProofError, verify_consistency
from vault.randomness import Randomness
from vault.roles import Role

KEY_FILE: Final = "identity.key.json"
HEADS_FILE: Final = "heads.json"
_HEADS: Final = "heads"
_LONGEST_HEADS: Final = 16 * 1024 * 1024


class StationWentBackError(VaultError):
    """A station's journal doesn't continue what it showed before."""

    code = "vault.removable.went_back"
    what = "The station's journal doesn't continue the one that was signed last: {problem}."
    todo = (
        "Sign nothing. The station was put back to an older copy, or its journal was written anew. "
        "If it was restored on purpose, two people begin a new incarnation."
    )


class StationRestartedError(VaultError):
    """A station says that it was restored and begun anew."""

    code = "vault.removable.restarted"
    what = "The station began incarnation {incarnation}; the last one signed was {remembered}."
    todo = "Compare the lost head with the station's record of the restart, and accept it if you took part in it."


class MediumDamagedError(VaultError):
    """A file of the medium is missing or was changed."""

    code = "vault.removable.damaged"
    what = "The file {name} of the removable medium is missing or was changed."
    todo = "Use the medium's backup; otherwise make a new identity and tell the other organisation."


class MediumTakenError(VaultError):
    """The folder holds an identity already."""

    code = "vault.removable.taken"
    what = "The folder {name} holds an identity already."
    todo = "Take another medium or folder."


@dataclass(frozen=True, slots=True)
class Head:
    """What a station had come to: journal size, 32-byte root, ceremony number, checkpoint as a signed note."""

    station: StationId
    incarnation: int
    size: int
    root: bytes
    ceremony: int
    checkpoint: bytes

    @classmethod
    def of(cls, reader: Reader) -> "Head":
        """Read a head from a record; raises `MalformedRecordError`."""
        head = cls(
            station=StationId(reader.text("station", pattern=ID_PATTERN)),
            incarnation=reader.integer("incarnation", 1),
            size=reader.integer("size"),
            root=reader.hex_bytes("root", 32),
            ceremony=reader.integer("ceremony"),
            checkpoint=reader.base64_bytes("checkpoint"),
        )
        reader.end()
        return head

    def to_json(self) -> dict[str, JsonValue]:
        """Return the record that `of` reads."""
        return {
            "station": self.station,
            "incarnation": self.incarnation,
            "size": self.size,
            "root": self.root.hex(),
            "ceremony": self.ceremony,
            "checkpoint": base64.b64encode(self.checkpoint).decode("ascii"),
        }


@dataclass(frozen=True, slots=True)
class _Heads:
    """The last head of every station, and those that a new incarnation left behind, oldest first."""

    last: tuple[Head, ...] = ()
    lost: tuple[Head, ...] = ()

    @classmethod
    def parse(cls, payload: bytes) -> "_Heads":
        reader = Reader.of(payload, limit=_LONGEST_HEADS)
        reader.integer("v", 1, 1)
        last = tuple(Head.of(each) for each in reader.readers("last"))
        lost = tuple(Head.of(each) for each in reader.readers("lost"))
        reader.end()
        return cls(last, lost)

    def to_bytes(self) -> bytes:
        return dumps(
            {"v": 1, "last": [head.to_json() for head in self.last], "lost": [head.to_json() for head in self.lost]}
        )

    def find(self, station: StationId) -> Head | None:
        return next((head for head in self.last if head.station == station), None)

    def having(self, head: Head) -> "_Heads":
        others = [each for each in self.last if each.station != head.station]
        return replace(self, last=tuple(sorted([*others, head], key=lambda each: each.station)))


class RemovableIdentity:
    """The identity on one medium."""

    def __init__(self, folder: Path) -> None:
        """Read who lives in `folder`; nothing is opened yet.

        Raises:
            MediumDamagedError: where a file is missing or isn't in order.
        """
        self._folder = folder
        self._file = self._read_key()
        self._read_heads()

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        role: Role,
        organisation: str,
        passphrase: str,
        clock: Clock,
        randomness: Randomness,
        cost: KdfCost = FULL,
    ) -> "RemovableIdentity":
        """Make an identity in `folder`, which may be missing; the key file comes last.

        Raises:
            WeakPassphraseError, NameRefusedError: where something given isn't good enough.
            MediumTakenError: where an identity is there already.
            DiskFullError, FileUnwritableError: where it can't be written.
        """
        check_secret(passphrase, Protection.PASSPHRASE)
        if (folder / KEY_FILE).exists():
            raise MediumTakenError(name=folder.name)
        now = clock.now()
        private = declare(PersonId(new_id(now, randomness)), name, role, organisation, now, randomness)
        try:
            data = write_keyfile(private, passphrase, b"", Protection.PASSPHRASE, cost, randomness)
            _make_folder(folder)
            _write_heads(folder, _Heads(), private)
            write_atomic(folder / KEY_FILE, data)
        finally:
            private.forget()
        return cls(folder)

    @property
    def identity(self) -> Identity:
        """Who lives here."""
        return self._file.identity

    @property
    def statement(self) -> Envelope:
        """The signed statement, to be enrolled on stations."""
        return self._file.statement

    def unlock(self, passphrase: str) -> PrivateIdentity:
        """Open the keys.

        Raises:
            WrongSecretError: where the passphrase is wrong or the key file was changed.
        """
        return open_keyfile(self._file, passphrase, b"", self._file.locked.cost)

    def change_passphrase(self, old: str, new: str, cost: KdfCost, randomness: Randomness) -> None:
        """Put a new passphrase in place of the old one; keys and heads stay.

        Raises:
            WeakPassphraseError: where the new one isn't good enough.
            WrongSecretError: where the old one is wrong or the key file was changed.
            DiskFullError, FileUnwritableError: where it can't be written; the old one holds.
        """
        check_secret(new, Protection.PASSPHRASE)
        private = self.unlock(old)
        try:
            data = write_keyfile(private, new, b"", Protection.PASSPHRASE, cost, randomness)
            write_atomic(self._folder / KEY_FILE, data)
        finally:
            private.forget()
        self._file = self._read_key()

    def heads(self) -> tuple[Head, ...]:
        """Return the last head of every station, by station id; raises `MediumDamagedError`."""
        return self._read_heads().last

    def lost_heads(self) -> tuple[Head, ...]:
        """Return the heads that new incarnations left behind, oldest first; raises `MediumDamagedError`."""
        return self._read_heads().lost

    def check(
        self,
        station: StationId,
        size: int,
        root: bytes,
        proof: Sequence[bytes],
        *,
        ceremony: int | None = None,
        incarnation: int = 1,
    ) -> None:
        """Pass a station that is new here, or whose journal continues the head that is remembered (RFC 6962 §2.1.2).

        `proof` is the consistency proof from the remembered size to `size`; `ceremony` the one about to be signed.

        Raises:
            StationWentBackError: where the journal is shorter, was written anew, or a ceremony number comes again.
            StationRestartedError: where the station is in a later incarnation than the one remembered.
            MediumDamagedError: where the record of heads is missing or was changed.
        """
        known = self._read_heads().find(station)
        if known is None:
            return
        if incarnation > known.incarnation:
            raise StationRestartedError(incarnation=incarnation, remembered=known.incarnation)
        if incarnation < known.incarnation:
            raise StationWentBackError(problem="an earlier incarnation")
        if size < known.size:
            raise StationWentBackError(problem=f"{size} entries where there were {known.size}")
        if ceremony is not None and ceremony < known.ceremony:
            raise StationWentBackError(problem=f"ceremony {ceremony} where {known.ceremony} was signed")
        try:
            verify_consistency(known.size, known.root, size, root, proof)
        except ProofError as error:
            raise StationWentBackError(problem="earlier entries are others") from error

    def remember(self, head: Head, signer: Signer) -> None:
        """Keep `head` as the station's last, durably; `signer` is this identity, unlocked.  Call `check` before.

        Raises:
            StationWentBackError: where the one remembered is longer, of a later ceremony or incarnation, or as long
                with another root.
            StationRestartedError: where `head` is of a later incarnation.
            MediumDamagedError: where the record of heads is missing or was changed.
            DiskFullError, FileUnwritableError: where it can't be written; the old record stands.
        """
        heads = self._read_heads()
        known = heads.find(head.station)
        if known is not None:
            _refuse_return(known, head)
        self._write(heads.having(head), signer)

    def accept_incarnation(self, head: Head, signer: Signer) -> None:
        """Take `head`, of a later incarnation, in place of the one remembered, which stays among the lost ones.

        The ceremony number never sinks: a draw that was signed before the restart isn't begun again after it.

        Raises:
            StationWentBackError: where it is of no later incarnation.
            MediumDamagedError, DiskFullError, FileUnwritableError: as `remember`.
        """
        heads = self._read_heads()
        known = heads.find(head.station)
        if known is not None:
            if head.incarnation <= known.incarnation:
                raise StationWentBackError(problem="no later incarnation")
            heads = replace(heads, lost=(*heads.lost, known))
            head = replace(head, ceremony=max(head.ceremony, known.ceremony))
        self._write(heads.having(head), signer)

    def _write(self, heads: _Heads, signer: Signer) -> None:
        if signer.keyid != self.identity.keyid:
            raise ValueError("heads are signed by the identity that remembers them")
        _write_heads(self._folder, heads, signer)

    def _read_key(self) -> KeyFile:
        try:
            file = read_keyfile(read_limited(self._folder / KEY_FILE, LONGEST_FILE))
        except VaultError as error:
            raise MediumDamagedError(name=KEY_FILE) from error
        if file.protection is not Protection.PASSPHRASE:
            raise MediumDamagedError(name=KEY_FILE)
        return file

    def _read_heads(self) -> _Heads:
        keys = {self.identity.keyid: self.identity.signing_key}
        try:
            envelope = Envelope.parse(read_limited(self._folder / HEADS_FILE, _LONGEST_HEADS))
            verify_envelope(envelope, _HEADS, keys)
            return _Heads.parse(envelope.payload)
        except VaultError as error:
            raise MediumDamagedError(name=HEADS_FILE) from error


def _refuse_return(known: Head, head: Head) -> None:
    if head.incarnation > known.incarnation:
        raise StationRestartedError(incarnation=head.incarnation, remembered=known.incarnation)
    if (head.incarnation, head.size) < (known.incarnation, known.size) or head.ceremony < known.ceremony:
        raise StationWentBackError(problem="a head before the one that is remembered")
    if head.size == known.size and head.root != known.root:
        raise StationWentBackError(problem="another journal of the same length")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FileUnwritableError(name=folder.name, problem=error.strerror) from error


def _write_heads(folder: Path, heads: _Heads, signer: Signer) -> None:
    write_atomic(folder / HEADS_FILE, sign_envelope(_HEADS, heads.to_bytes(), [signer]).to_bytes())
