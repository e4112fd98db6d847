"""A file that a PIN or passphrase opens (docs/formats/keyfile.md): Argon2id, HKDF, AES-256-GCM, all in suite FQ1.

The file has a head, readable by anybody, and a sealed part.  The head is kept as the bytes that were written; all of
it is authenticated with the sealed part and it commits to the key, so no file opens in two ways.  Opening takes one
path whatever is wrong: a wrong secret and a changed file give the same `WrongSecretError` after the same work.

Python's `bytes` can't be wiped: `Unlocking.forget` overwrites the one copy that lives on, while what a person typed
and the copies that libraries make stay in memory until the system takes it back.
"""

import base64
from dataclasses import dataclass, field
from typing import Final, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vault.errors import VaultError
from vault.jsontext import JsonValue, Reader, dumps
from vault.kdf import SALT_LENGTH, KdfCost, stretch
from vault.randomness import Randomness
from vault.suite import SUITE, equal, hkdf_expand, hkdf_extract, netstring

LONGEST_FILE: Final = 1024 * 1024
_NONCE_LENGTH: Final = 12


class WrongSecretError(VaultError):
    """A PIN or passphrase is wrong, or the file was changed: the two can't be told apart."""

    code = "vault.secret.wrong"
    what = "The PIN or passphrase is wrong, or the key file was changed."
    todo = "Type it again, slowly. If you are sure of it, ask IT to put back the key file from the backup."


@dataclass(frozen=True, slots=True)
class LockedFile:
    """A parsed file: the head's fields, its bytes as stored, and the sealed bytes."""

    name: str
    cost: KdfCost
    salt: bytes
    nonce: bytes
    commitment: bytes
    about: JsonValue
    head: bytes
    sealed: bytes

    @classmethod
    def parse(cls, data: bytes, name: str) -> "LockedFile":
        """Read hostile bytes as a locked file of kind `name`.

        Raises:
            MalformedRecordError: where they aren't one.
            KdfCostError: where the cost is out of bounds.
        """
        reader = Reader.of(data, limit=LONGEST_FILE)
        reader.integer("v", 1, 1)
        reader.choice("suite", [SUITE])
        head, sealed = reader.base64_bytes("head"), reader.base64_bytes("sealed")
        reader.end()
        inner = Reader.of(head, limit=LONGEST_FILE)
        parsed = cls(
            name=inner.choice("name", [name]),
            cost=KdfCost.of(inner.reader("cost")),
            salt=inner.hex_bytes("salt", SALT_LENGTH),
            nonce=inner.hex_bytes("nonce", _NONCE_LENGTH),
            commitment=inner.hex_bytes("commitment", 32),
            about=inner.raw("about"),
            head=head,
            sealed=sealed,
        )
        inner.end()
        return parsed


@dataclass(frozen=True, slots=True, eq=False)
class Unlocking:
    """A stretched secret with the salt and cost that it was stretched under; it locks and opens files."""

    salt: bytes
    cost: KdfCost
    _key: bytearray = field(repr=False)

    @classmethod
    def derive(cls, secret: bytes, pepper: bytes, salt: bytes, cost: KdfCost) -> "Unlocking":
        """Stretch `secret` (Argon2id) and mix `pepper` in (HKDF-Extract); an empty pepper is none."""
        stretched = stretch(secret, salt, cost)
        return cls(salt, cost, bytearray(hkdf_extract(b"fengqian/lockedfile/v1", stretched + pepper)))

    @classmethod
    def fresh(cls, secret: bytes, pepper: bytes, cost: KdfCost, randomness: Randomness) -> "Unlocking":
        """Stretch `secret` under a fresh salt."""
        return cls.derive(secret, pepper, randomness.take(SALT_LENGTH), cost)

    def lock(self, name: str, about: JsonValue, content: bytes, randomness: Randomness) -> bytes:
        """Return the bytes of a file of kind `name` with `about` in its head and `content` sealed."""
        nonce = randomness.take(_NONCE_LENGTH)
        head = dumps(
            {
                "name": name,
                "cost": self.cost.to_json(),
                "salt": self.salt.hex(),
                "nonce": nonce.hex(),
                "commitment": self._part(name, b"commitment").hex(),
                "about": about,
            }
        )
        sealed = AESGCM(self._part(name, b"key")).encrypt(nonce, content, _bound(name, head))
        return dumps({"v": 1, "suite": SUITE, "head": _base64(head), "sealed": _base64(sealed)})

    def open(self, locked: LockedFile) -> bytes:
        """Return the content that was sealed.

        Raises:
            WrongSecretError: where the secret is another, or any byte of head or sealed part was changed.
        """
        committed = equal(locked.commitment, self._part(locked.name, b"commitment"))
        aead = AESGCM(self._part(locked.name, b"key"))
        try:
            content = aead.decrypt(locked.nonce, locked.sealed, _bound(locked.name, locked.head))
        except InvalidTag as error:
            raise WrongSecretError() from error
        if not committed:
            raise WrongSecretError()
        return content

    def forget(self) -> None:
        """Overwrite the key; what was locked stays locked."""
        self._key[:] = bytes(len(self._key))

    def _part(self, name: str, purpose: bytes) -> bytes:
        return hkdf_expand(bytes(self._key), netstring(f"fengqian/{name}/v1".encode("ascii")) + netstring(purpose))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled or copied")


def _bound(name: str, head: bytes) -> bytes:
    return netstring(f"fengqian/{name}/v1".encode("ascii")) + netstring(head)


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
