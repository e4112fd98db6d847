"""Suite FQ1: the one place that names the algorithms, and the digests that carry a domain label.

FQ1 is SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF (RFC 5869), Ed25519 (RFC 8032), HPKE (RFC 9180) with
MLKEM768_X25519, AES-256-GCM (SP 800-38D) and Argon2id (RFC 9106).  `digest` is SHA-256 over netstrings, so that no two
lists of parts share an input; its first part is the label `fengqian/NAME/v1`.
"""

import hashlib
import hmac

SUITE = "FQ1"


def netstring(value: bytes) -> bytes:
    """Frame `value` as a netstring: decimal length, colon, the bytes, comma."""
    return b"%d:%b," % (len(value), value)


def sha256(value: bytes) -> bytes:
    """Return the 32-byte SHA-256 digest of `value`."""
    return hashlib.sha256(value).digest()


def digest(name: str, *parts: bytes) -> bytes:
    """Return SHA-256 over the netstrings of `fengqian/NAME/v1` and of each part: 32 bytes."""
    state = hashlib.sha256(netstring(f"fengqian/{name}/v1".encode("ascii")))
    for part in parts:
        state.update(netstring(part))
    return state.digest()


def commitment(name: str, nonce: bytes, value: bytes) -> bytes:
    """Commit to `value` under a 32-byte `nonce`: `digest(name, nonce, value)`."""
    if len(nonce) != 32:
        raise ValueError("a commitment's nonce is 32 bytes")
    return digest(name, nonce, value)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA-256 of `message` under `key`: 32 bytes."""
    return hmac.digest(key, message, "sha256")


def hkdf_extract(salt: bytes, ikm: bytes) -> bytes:
    """RFC 5869 §2.2 with SHA-256: a 32-byte pseudorandom key."""
    return hmac_sha256(salt, ikm)


def hkdf_expand(prk: bytes, info: bytes, length: int = 32) -> bytes:
    """RFC 5869 §2.3 with SHA-256: `length` bytes, at most 8,160."""
    if not 0 < length <= 255 * 32:
        raise ValueError("HKDF-Expand gives 1 to 8160 bytes")
    block, output, counter = b"", b"", 1
    while len(output) < length:
        block = hmac_sha256(prk, block + info + bytes([counter]))
        output += block
        counter += 1
    return output[:length]


def equal(a: bytes, b: bytes) -> bool:
    """Compare two secrets or digests in constant time."""
    return hmac.compare_digest(a, b)
