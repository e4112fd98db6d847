"""Key files (docs/formats/keyfile.md): a person's private keys under a PIN or passphrase, beside the statement.

Two protections.  *vault*: a PIN, and a 32-byte pepper that lies in the system's vault, so that a copied file can't be
guessed at elsewhere.  *passphrase*: at least 70 bits, for removable media and machines without a vault.  The statement
stands in the authenticated head; after opening, the keys are compared with those of the statement.

Opening takes one path: a wrong secret, a changed byte, a file of somebody else and a file that can't be parsed all cost
one Argon2id and end in the same `WrongSecretError`.  `read_keyfile` is the place that says what is wrong with a file.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vault.dsse import Envelope
from vault.errors import MalformedRecordError
from vault.identity import Identity, PrivateIdentity, parse_statement
from vault.ids import PersonId
from vault.jsontext import Reader
from vault.kdf import SALT_LENGTH, KdfCost, check_passphrase, check_pin, stretch, typed_bytes
from vault.lockedfile import LockedFile, Unlocking, WrongSecretError
from vault.randomness import Randomness

PEPPER_LENGTH: Final = 32
_NAME: Final = "keyfile"


class Protection(StrEnum):
    """What stands between a copied key file and the keys in it."""

    VAULT = "vault"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a way, not a secret


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A parsed key file; `statement` is checked, the keys aren't until it is opened."""

    protection: Protection
    identity: Identity
    statement: Envelope
    locked: LockedFile = field(repr=False)


def check_secret(secret: str, protection: Protection) -> None:
    """Pass a PIN or passphrase that is good enough for its protection; raises as `vault.kdf` does."""
    if protection is Protection.VAULT:
        check_pin(secret)
    else:
        check_passphrase(secret)


def write_keyfile(
    private: PrivateIdentity,
    secret: str,
    pepper: bytes,
    protection: Protection,
    cost: KdfCost,
    randomness: Randomness,
) -> bytes:
    """Return the bytes of a key file; `pepper` is 32 bytes for the protection *vault*, otherwise empty."""
    unlocking = Unlocking.fresh(typed_bytes(secret), pepper, cost, randomness)
    about = {"protection": protection.value, "statement": private.statement.to_json()}
    try:
        return unlocking.lock(_NAME, about, private.private_bytes(), randomness)
    finally:
        unlocking.forget()


def read_keyfile(data: bytes, person: PersonId | None = None) -> KeyFile:
    """Read hostile bytes as the key file of `person` (of anybody, where None), without opening it.

    Raises:
        MalformedRecordError: where they aren't one, or it is another person's.
        KdfCostError: where its cost is out of bounds.
        IdentityForgedError, UnknownIssuerError, BadEnvelopeError: where its statement doesn't hold.
    """
    locked = LockedFile.parse(data, _NAME)
    about = Reader(locked.about, "$.about")
    protection = Protection(about.choice("protection", [each.value for each in Protection]))
    statement = Envelope.of(about.raw("statement"))
    about.end()
    identity = parse_statement(statement)
    if person is not None and identity.person != person:
        raise MalformedRecordError(where="$.about.statement", problem="of another person")
    return KeyFile(protection, identity, statement, locked)


def open_keyfile(file: KeyFile | None, secret: str, pepper: bytes, cost: KdfCost) -> PrivateIdentity:
    """Open a key file; None is one that couldn't be read, and then `cost` is what finding that out costs.

    Raises:
        WrongSecretError: whatever is wrong.
        NotEnoughMemoryError: where Argon2id can't run.
    """
    if file is None:
        stretch(typed_bytes(secret), bytes(SALT_LENGTH), cost)
        raise WrongSecretError()
    unlocking = Unlocking.derive(typed_bytes(secret), pepper, file.locked.salt, file.locked.cost)
    try:
        return PrivateIdentity.restore(file.identity, file.statement, unlocking.open(file.locked))
    except ValueError as error:
        raise WrongSecretError() from error
    finally:
        unlocking.forget()
