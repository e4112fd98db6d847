"""Sealing to one person: HPKE (RFC 9180, base mode) with MLKEM768_X25519, HKDF-SHA-256 and AES-256-GCM.

Whoever wants to read must break both the lattice and the curve.  The library's HPKE takes no associated data, so
everything a sealed piece belongs to is bound through `info`.  A private key is the 64-byte ML-KEM seed and the 32-byte
X25519 key, because the library's joined key doesn't serialise; a public key is the 1,184-byte ML-KEM encapsulation key
and the 32-byte X25519 key; a sealed piece is 1,120 bytes of encapsulation, the ciphertext and a 16-byte tag.  A wrong
key and changed bytes look the same.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from vault.errors import VaultError
from vault.randomness import Randomness, SystemRandomness

PRIVATE_LENGTH = 96
PUBLIC_LENGTH = 1216
OVERHEAD = 1136

_SEED = 64
_LATTICE = 1184
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class SealedError(VaultError):
    """What was sealed to a person doesn't open with this key."""

    code = "vault.hybrid.sealed"
    what = "What was sealed does not open: it was sealed to another key, for another purpose, or was changed."
    todo = "Check that the right person is there, and take the file again from where it came."


class BadKeyError(VaultError):
    """Bytes that should be a sealing key aren't one."""

    code = "vault.hybrid.key"
    what = "The sealing key is not a valid one."
    todo = "Take the person's statement again from them."


class HybridPrivateKey:
    """A private sealing key; its text form shows nothing of it."""

    __slots__ = ("_key", "_raw", "public")

    def __init__(self, raw: bytes) -> None:
        if len(raw) != PRIVATE_LENGTH:
            raise BadKeyError()
        lattice = MLKEM768PrivateKey.from_seed_bytes(raw[:_SEED])
        curve = X25519PrivateKey.from_private_bytes(raw[_SEED:])
        self._raw = bytes(raw)
        self._key = MLKEM768X25519PrivateKey(lattice, curve)
        self.public: bytes = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()

    def __repr__(self) -> str:
        return "HybridPrivateKey(…)"

    @classmethod
    def generate(cls, randomness: Randomness | None = None) -> "HybridPrivateKey":
        """Make a fresh key from 96 bytes of `randomness` (the operating system's where none is given)."""
        return cls((randomness or SystemRandomness()).take(PRIVATE_LENGTH))

    @classmethod
    def from_bytes(cls, raw: bytes) -> "HybridPrivateKey":
        """Read a private key: ML-KEM seed (64 bytes), X25519 key (32 bytes).

        Raises:
            BadKeyError: where it isn't 96 bytes.
        """
        return cls(raw)

    def to_bytes(self) -> bytes:
        """Write the private key: 96 secret bytes."""
        return self._raw

    def open_sealed(self, info: bytes, sealed: bytes) -> bytes:
        """Open what was sealed to this key for the purpose `info`.

        Raises:
            SealedError: for a wrong key, another purpose or changed bytes, without saying which.
        """
        try:
            return bytes(_SUITE.decrypt(sealed, self._key, info))
        except (InvalidTag, ValueError) as error:
            raise SealedError() from error


def check_public_key(public: bytes) -> None:
    """Check that something can be sealed to `public` (1,216 bytes).

    Raises:
        BadKeyError: for a wrong length, an ML-KEM key that FIPS 203 §7.2 refuses, an X25519 key of small order.
    """
    seal(public, b"", b"")


def seal(public: bytes, info: bytes, plaintext: bytes) -> bytes:
    """Seal `plaintext` to the public key `public` (1,216 bytes) for the purpose `info`: 1,136 bytes longer.

    Raises:
        BadKeyError: where `public` isn't a key that one can seal to.
    """
    try:
        return bytes(_SUITE.encrypt(plaintext, _public_key(public), info))
    except ValueError as error:
        # an X25519 key of small order passes the parsing and fails only in the exchange
        raise BadKeyError() from error


def open_sealed(private: HybridPrivateKey, info: bytes, sealed: bytes) -> bytes:
    """Open what was sealed to `private` for the purpose `info`.

    Raises:
        SealedError: for a wrong key, another purpose or changed bytes, without saying which.
    """
    return private.open_sealed(info, sealed)


def _public_key(public: bytes) -> MLKEM768X25519PublicKey:
    if len(public) != PUBLIC_LENGTH:
        raise BadKeyError()
    try:
        lattice = MLKEM768PublicKey.from_public_bytes(public[:_LATTICE])
        curve = X25519PublicKey.from_public_bytes(public[_LATTICE:])
    except ValueError as error:
        raise BadKeyError() from error
    return MLKEM768X25519PublicKey(lattice, curve)
