"""The port to the place where a station keeps its own secrets, and its two real adapters.

`OsSecretStore` is the system's vault (Secret Service, KWallet, Credential Manager) through keyring.  It takes one of
those by itself: no setting, file or environment variable can put a store in the clear in its place.
`FileSecretStore` is for machines without one: a single file that a passphrase of at least 70 bits opens, asked once.

A value is at most 512 bytes, so that every store takes it.  Left out: a file put back from an older copy isn't noticed,
and whoever runs programs as the same user can ask the system's vault as well as we can.
"""

import base64
import binascii
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, Protocol, TypeVar

from vault.errors import MalformedRecordError, VaultError
from vault.files import read_limited, write_atomic
from vault.ids import StationId
from vault.jsontext import Reader, dumps
from vault.kdf import FULL, KdfCost, check_passphrase, typed_bytes
from vault.lockedfile import LONGEST_FILE, LockedFile, Unlocking
from vault.randomness import Randomness, SystemRandomness

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

LONGEST_VALUE: Final = 512
_NAME: Final = r"[a-z0-9][a-z0-9._/-]{0,99}"
_FILE: Final = "secrets"
_PROBE: Final = "probe"
_TRUSTED: Final = frozenset(
    {
        "keyring.backends.SecretService",
        "keyring.backends.Windows",
        "keyring.backends.kwallet",
        "keyring.backends.libsecret",
        "keyring.backends.macOS",
    }
)
_Found = TypeVar("_Found")


class SecretMissingError(VaultError):
    """The store holds nothing under this name."""

    code = "vault.secretstore.missing"
    what = "This computer's vault holds no secret named {name}."
    todo = "Work on the computer, and as the user, where it was set up; or put the vault back from the backup."


class SecretStoreUnusableError(VaultError):
    """The system's vault can't be used: there is none, it is locked, or it refuses."""

    code = "vault.secretstore.unusable"
    what = "The system's vault can't be used: {problem}."
    todo = "Unlock the system's vault, or set the station up with a passphrase instead."


class SecretStoreExistsError(VaultError):
    """A vault file is already there."""

    code = "vault.secretstore.exists"
    what = "The vault file {name} is already there."
    todo = "Open it with its passphrase, or take it away yourself if its secrets are no longer needed."


class SecretStore(Protocol):
    """A place for short secrets by name: lower-case letters, digits, `.`, `_`, `-` and `/`; at most 512 bytes each."""

    def get(self, name: str) -> bytes:
        """Return the secret under `name`.

        Raises:
            SecretMissingError: where there is none.
        """
        ...

    def put(self, name: str, value: bytes) -> None:
        """Keep `value` under `name`, in place of what was there."""
        ...

    def delete(self, name: str) -> None:
        """Take the secret under `name` away.

        Raises:
            SecretMissingError: where there is none.
        """
        ...


def check_entry(name: str, value: bytes = b"") -> None:
    """Pass a name and a value that every store takes.

    Raises:
        ValueError: for another form of name, or over 512 bytes.
    """
    if re.fullmatch(_NAME, name) is None:
        raise ValueError("not a name for a secret")
    if len(value) > LONGEST_VALUE:
        raise ValueError("a secret is at most 512 bytes")


def os_vault_available() -> bool:
    """Say whether this system has a vault that answers; the system may ask its user to unlock it."""
    try:
        OsSecretStore(StationId(_PROBE)).get(_PROBE)
    except SecretMissingError:
        return True
    except SecretStoreUnusableError:
        return False
    return True  # pragma: no cover


class OsSecretStore:
    """The system's vault, under the service name `fengqian/STATION`; values are base64 there."""

    def __init__(self, station: StationId) -> None:
        """Choose the system's vault.

        Raises:
            SecretStoreUnusableError: where this system has none.
        """
        self._service = f"fengqian/{station}"
        self._backend = _system_vault()

    def get(self, name: str) -> bytes:
        """Return the secret under `name`.

        Raises:
            SecretMissingError: where there is none.
            SecretStoreUnusableError: where the vault refuses, or holds what we never wrote.
        """
        check_entry(name)
        text = _ask(lambda: self._backend.get_password(self._service, name))
        if text is None:
            raise SecretMissingError(name=name)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise SecretStoreUnusableError(problem=f"the entry {name} isn't one of ours") from None

    def put(self, name: str, value: bytes) -> None:
        """Keep `value` under `name`, in place of what was there.

        Raises:
            SecretStoreUnusableError: where the vault refuses.
        """
        check_entry(name, value)
        text = base64.b64encode(value).decode("ascii")
        _ask(lambda: self._backend.set_password(self._service, name, text))

    def delete(self, name: str) -> None:
        """Take the secret under `name` away.

        Raises:
            SecretMissingError: where there is none.
            SecretStoreUnusableError: where the vault refuses.
        """
        self.get(name)
        _ask(lambda: self._backend.delete_password(self._service, name))


def _system_vault() -> "KeyringBackend":
    from keyring import backend  # looks through installed packages, 0.1 s: not at every start

    vaults = [each for each in _ask(backend.get_all_keyring) if type(each).__module__ in _TRUSTED]
    if not vaults:
        raise SecretStoreUnusableError(problem="this system has none")
    return max(vaults, key=lambda each: (float(each.priority), type(each).__module__))


def _ask(question: Callable[[], _Found]) -> _Found:
    """Ask the vault; whatever its adapters throw (D-Bus, COM, their own) becomes our error, without their text."""
    try:
        return question()
    except Exception as error:
        raise SecretStoreUnusableError(problem=type(error).__name__) from None


class FileSecretStore:
    """A vault of our own in one file, open while this object lives (docs/formats/keyfile.md)."""

    def __init__(self, path: Path, unlocking: Unlocking, randomness: Randomness) -> None:
        """Hold an unlocked file; use `create` or `open`."""
        self._path = path
        self._unlocking = unlocking
        self._randomness = randomness

    @classmethod
    def create(
        cls, path: Path, passphrase: str, cost: KdfCost = FULL, randomness: Randomness | None = None
    ) -> "FileSecretStore":
        """Make an empty vault file.

        Raises:
            WeakPassphraseError: where the passphrase holds under 70 bits.
            SecretStoreExistsError: where the file is already there.
            DiskFullError, FileUnwritableError: where it can't be written.
        """
        source = randomness or SystemRandomness()
        check_passphrase(passphrase)
        if path.exists():
            raise SecretStoreExistsError(name=path.name)
        store = cls(path, Unlocking.fresh(typed_bytes(passphrase), b"", cost, source), source)
        store._write({})
        return store

    @classmethod
    def open(cls, path: Path, passphrase: str, randomness: Randomness | None = None) -> "FileSecretStore":
        """Open a vault file with its passphrase.

        Raises:
            WrongSecretError: where the passphrase is another, or the file was changed.
            MalformedRecordError, KdfCostError: where the file isn't a vault file.
            FileMissingError, FileUnreadableError, FileTooLongError: where it can't be read.
        """
        locked = LockedFile.parse(read_limited(path, LONGEST_FILE), _FILE)
        unlocking = Unlocking.derive(typed_bytes(passphrase), b"", locked.salt, locked.cost)
        store = cls(path, unlocking, randomness or SystemRandomness())
        store._read()
        return store

    def get(self, name: str) -> bytes:
        """Return the secret under `name`.

        Raises:
            SecretMissingError: where there is none.
            WrongSecretError: where the file was changed since it was opened.
        """
        check_entry(name)
        entries = self._read()
        if name not in entries:
            raise SecretMissingError(name=name)
        return entries[name]

    def put(self, name: str, value: bytes) -> None:
        """Keep `value` under `name`, in place of what was there; durable on return."""
        check_entry(name, value)
        self._write({**self._read(), name: value})

    def delete(self, name: str) -> None:
        """Take the secret under `name` away; durable on return, though older blocks of the disk may keep it sealed.

        Raises:
            SecretMissingError: where there is none.
        """
        self.get(name)
        self._write({each: value for each, value in self._read().items() if each != name})

    def forget(self) -> None:
        """Overwrite the key in memory; this object opens nothing any more."""
        self._unlocking.forget()

    def _read(self) -> dict[str, bytes]:
        locked = LockedFile.parse(read_limited(self._path, LONGEST_FILE), _FILE)
        if locked.about is not None:
            raise MalformedRecordError(where="$.about", problem="not null")
        reader = Reader.of(self._unlocking.open(locked))
        names = reader.texts("names", longest=100)
        values = Reader(reader.raw("values"), "$.values")
        reader.end()
        entries = {name: values.base64_bytes(name) for name in names}
        values.end()
        return entries

    def _write(self, entries: dict[str, bytes]) -> None:
        texts = {name: base64.b64encode(value).decode("ascii") for name, value in entries.items()}
        content = dumps({"names": sorted(entries), "values": texts})
        write_atomic(self._path, self._unlocking.lock(_FILE, None, content, self._randomness))

    def __repr__(self) -> str:
        return f"FileSecretStore({self._path.name!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")
