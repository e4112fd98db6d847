"""The people of a station: their key files, their PINs, and the lock-out that grows.

One folder, three kinds of file, each named by the person's id: `.key.json` (docs/formats/keyfile.md) for those whose
keys live here, `.tries.json` for their wrong tries, `.identity.json` (a signed statement alone) for those whose keys
live elsewhere, on removable media or another station.

Order on adding: the secret is judged, whoever keeps a record is told, the pepper goes to the system's vault, the count
of tries begins, the key file comes last; a person is there when the key file is.  Order on unlocking: file, pepper,
lock-out counted and durable, Argon2id, keys compared with the statement, count set back.  Work under the home's lock:
one program at a time.

Whose rights were ended is said by the caller, once after opening: the key file stays, and nothing unlocks it here.

Left out: who may add whom (`vault.roles`), and whether two people are apart (`vault.identity.check_separation`).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from vault.clock import Clock
from vault.dsse import Envelope
from vault.errors import MalformedRecordError, VaultError
from vault.files import FileMissingError, FileTooLongError, FileUnwritableError, read_limited, write_atomic
from vault.identity import Identity, PrivateIdentity, check_distinct, declare, parse_statement
from vault.ids import PersonId, is_id, new_id
from vault.kdf import FULL, KdfCost
from vault.keyfile import (
    PEPPER_LENGTH,
    KeyFile,
    Protection,
    check_secret,
    open_keyfile,
    read_keyfile,
    write_keyfile,
)
from vault.lockedfile import LONGEST_FILE
from vault.lockout import Lockout
from vault.randomness import Randomness
from vault.roles import Role
from vault.secretstore import SecretStore

Announce = Callable[[Identity], None]

_KEY: Final = ".key.json"
_TRIES: Final = ".tries.json"
_PUBLIC: Final = ".identity.json"


class UnknownPersonError(VaultError):
    """Nobody has this id here, or their keys live elsewhere."""

    code = "vault.people.unknown"
    what = "No keys of the person {person} are on this station."
    todo = "Choose somebody from the list of people, or put in the removable medium that holds the keys."


class PersonDamagedError(VaultError):
    """A file of a person doesn't hold what it should."""

    code = "vault.people.damaged"
    what = "The file {name} of the folder of people doesn't hold what it should: {problem}."
    todo = "Put the file back from the backup, or take it away and add the person anew."


class PersonEndedError(VaultError):
    """Somebody's rights were ended."""

    code = "vault.people.ended"
    what = "The rights of {name} on this station were ended."
    kept = "What this person signed before stays valid."
    todo = "Let somebody else take part, or add the person anew."


class PeopleStore:
    """The people of one station."""

    def __init__(
        self,
        folder: Path,
        secrets: SecretStore,
        clock: Clock,
        randomness: Randomness,
        cost: KdfCost = FULL,
        issuers: Mapping[str, bytes] | None = None,
    ) -> None:
        """Work in `folder`, made where it is missing; `issuers` vouch for statements of people from elsewhere."""
        self._folder = folder
        self._secrets = secrets
        self._clock = clock
        self._randomness = randomness
        self._cost = cost
        self._issuers = issuers
        self._ended: set[PersonId] = set()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FileUnwritableError(name=folder.name, problem=error.strerror) from error

    def add(
        self,
        name: str,
        role: Role,
        organisation: str,
        secret: str,
        protection: Protection = Protection.VAULT,
        announce: Announce | None = None,
    ) -> Identity:
        """Make a person with fresh keys under a PIN (*vault*) or a passphrase (*passphrase*).

        `announce` is called with the identity before anything of it is written.

        Raises:
            PinTooShortError, PinTrivialError, WeakPassphraseError: where the secret isn't good enough.
            NameRefusedError: for a name or organisation that can't be shown.
            SameIdentityError: where the keys are somebody else's already.
            PersonDamagedError: where somebody's file here is damaged.
            SecretStoreUnusableError, DiskFullError, FileUnwritableError: where something can't be written.
        """
        check_secret(secret, protection)
        now = self._clock.now()
        person = PersonId(new_id(now, self._randomness))
        private = declare(person, name, role, organisation, now, self._randomness)
        check_distinct([*self.list(), private.identity])
        try:
            if announce is not None:
                announce(private.identity)
            pepper = self._make_pepper(person) if protection is Protection.VAULT else b""
            self._lockout(person).start()
            self._write_key(private, secret, pepper, protection)
        finally:
            private.forget()
        return private.identity

    def enrol(self, statement: Envelope, announce: Announce | None = None) -> Identity:
        """Take in the statement of somebody whose keys live elsewhere; `announce` as in `add`.

        Raises:
            MalformedRecordError, IdentityForgedError, UnknownIssuerError: where the statement doesn't hold.
            SameIdentityError: where id or keys are somebody's already.
            PersonDamagedError: where somebody's file here is damaged.
            DiskFullError, FileUnwritableError: where it can't be written.
        """
        identity = parse_statement(statement, self._issuers)
        check_distinct([*self.list(), identity])
        if announce is not None:
            announce(identity)
        write_atomic(self._path(identity.person, _PUBLIC), statement.to_bytes())
        return identity

    def list(self) -> tuple[Identity, ...]:
        """Return everybody known here, by id, which is by the time they were made.

        Raises:
            PersonDamagedError: naming a file that isn't in order.
            SameIdentityError: where two share an id or a key.
        """
        found = [self._identity_at(path) for path in self._files()]
        check_distinct(found)
        return tuple(sorted(found, key=lambda identity: identity.person))

    def end(self, person: PersonId) -> None:
        """Let somebody unlock nothing any more; whoever opens the store says it again (the journal remembers it)."""
        self._ended.add(person)

    def active(self) -> tuple[Identity, ...]:
        """Return those of `list()` whose rights weren't ended; raises as `list`."""
        return tuple(identity for identity in self.list() if identity.person not in self._ended)

    def require_active(self, person: PersonId) -> None:
        """Pass somebody whose rights weren't ended.

        Raises:
            PersonEndedError: where they were.
            UnknownPersonError: where nobody has this id; and what `list` raises.
        """
        if person in self._ended:
            raise PersonEndedError(name=self.get(person).name)

    def get(self, person: PersonId) -> Identity:
        """Return one of `list()`.

        Raises:
            UnknownPersonError: where nobody has this id; and what `list` raises.
        """
        for identity in self.list():
            if identity.person == person:
                return identity
        raise UnknownPersonError(person=person)

    def has_keys(self, person: PersonId) -> bool:
        """Say whether somebody's keys live here, and not on a medium of their own."""
        return self._path(person, _KEY).exists()

    def file_of(self, person: PersonId) -> str:
        """Return the name of the file that makes somebody known here."""
        return self._path(person, _KEY if self.has_keys(person) else _PUBLIC).name

    def statement(self, person: PersonId) -> Envelope:
        """Return the signed statement of somebody known here, as stored; raises as `get`."""
        self.get(person)
        if self._path(person, _KEY).exists():
            return read_keyfile(self._read(person, _KEY), person).statement
        return Envelope.parse(self._read(person, _PUBLIC))

    def unlock(self, person: PersonId, secret: str) -> PrivateIdentity:
        """Return the private identity of somebody whose keys live here.

        Raises:
            UnknownPersonError: where they don't.
            PersonEndedError: where their rights were ended; no try is counted.
            LockedOutError: after too many wrong tries; this one didn't count.
            WrongSecretError: where the PIN or passphrase is wrong, or the key file was changed.
            SecretMissingError, SecretStoreUnusableError: where the system's vault doesn't give the pepper.
        """
        self.require_active(person)
        file = self._keyfile(person)
        vaulted = file is not None and file.protection is Protection.VAULT
        pepper = self._secrets.get(_pepper_name(person)) if vaulted else b""
        lockout = self._lockout(person)
        lockout.count_try()
        private = open_keyfile(file, secret, pepper, self._cost)
        lockout.succeed()
        return private

    def change_secret(self, person: PersonId, old: str, new: str) -> None:
        """Put a new PIN or passphrase in place of the old one, under the store's present cost; keys stay.

        Raises:
            PinTooShortError, PinTrivialError, WeakPassphraseError: where the new one isn't good enough.
            and what `unlock` raises.
        """
        file = self._keyfile(person)
        protection = file.protection if file else Protection.VAULT
        check_secret(new, protection)
        private = self.unlock(person, old)
        try:
            pepper = self._secrets.get(_pepper_name(person)) if protection is Protection.VAULT else b""
            self._write_key(private, new, pepper, protection)
        finally:
            private.forget()

    def _make_pepper(self, person: PersonId) -> bytes:
        pepper = self._randomness.take(PEPPER_LENGTH)
        self._secrets.put(_pepper_name(person), pepper)
        return pepper

    def _write_key(self, private: PrivateIdentity, secret: str, pepper: bytes, protection: Protection) -> None:
        data = write_keyfile(private, secret, pepper, protection, self._cost, self._randomness)
        write_atomic(self._path(private.identity.person, _KEY), data)

    def _lockout(self, person: PersonId) -> Lockout:
        return Lockout(self._path(person, _TRIES), self._clock)

    def _path(self, person: PersonId, kind: str) -> Path:
        if not is_id(person):
            raise UnknownPersonError(person=person)
        return self._folder / f"{person}{kind}"

    def _read(self, person: PersonId, kind: str) -> bytes:
        return read_limited(self._path(person, kind), LONGEST_FILE)

    def _keyfile(self, person: PersonId) -> KeyFile | None:
        """Read the key file to open; None where there is one that can't be parsed."""
        try:
            data = self._read(person, _KEY)
        except FileMissingError as error:
            raise UnknownPersonError(person=person) from error
        except FileTooLongError:
            return None
        try:
            return read_keyfile(data, person)
        except VaultError:
            return None

    def _files(self) -> tuple[Path, ...]:
        return tuple(sorted(path for kind in (_KEY, _PUBLIC) for path in self._folder.glob(f"*{kind}")))

    def _identity_at(self, path: Path) -> Identity:
        person = PersonId(path.name.partition(".")[0])
        try:
            if path.name.endswith(_KEY):
                return read_keyfile(read_limited(path, LONGEST_FILE), person).identity
            identity = parse_statement(Envelope.parse(read_limited(path, LONGEST_FILE)), self._issuers)
        except VaultError as error:
            raise PersonDamagedError(name=path.name, problem=error.code) from error
        if identity.person != person:
            raise PersonDamagedError(name=path.name, problem=MalformedRecordError.code)
        return identity


def _pepper_name(person: PersonId) -> str:
    return f"pepper/{person}"
