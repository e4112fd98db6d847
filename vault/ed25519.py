"""Ed25519 (RFC 8032) as the house uses it: checking raw 32-byte keys and 64-byte signatures, and naming a key.

A public key of small order is refused: under such a key one signature fits many messages, and its owner could deny
what was signed.  The S of a signature must be below the group's order (the library checks it), so that a signature
can't be rewritten into another valid one.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC_LENGTH = 32
SIGNATURE_LENGTH = 64

_P = 2**255 - 19
# The y coordinates of the eight points whose order divides eight; 0 and ±1 are those of orders 4, 1 and 2.
_ORDER_EIGHT = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER = frozenset({0, 1, _P - 1, _ORDER_EIGHT, _P - _ORDER_EIGHT})


def keyid_of(public: bytes) -> str:
    """Return the id of a public signing key: SHA-256 of its 32 bytes, 64 lower-case hex digits."""
    return hashlib.sha256(public).hexdigest()


def is_public_key(public: bytes) -> bool:
    """Say whether `public` may be trusted as a key: 32 bytes, y in its one spelling, not of small order."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return len(public) == PUBLIC_LENGTH and y < _P and y not in _SMALL_ORDER


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether `signature` (64 bytes) is one of `message` by the key `public` (32 bytes)."""
    if not is_public_key(public) or len(signature) != SIGNATURE_LENGTH:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
