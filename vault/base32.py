"""Base32 (RFC 4648 §6) without padding, as people copy it by hand: upper case, in groups of four."""

import base64
import binascii

FINGERPRINT_LENGTH = 26


def encode(value: bytes) -> str:
    """Write bytes as upper-case base32 without padding."""
    return base64.b32encode(value).decode("ascii").rstrip("=")


def decode(text: str) -> bytes:
    """Read base32 as a person typed it: any case, spaces and hyphens passed over, `0` and `1` read as `O` and `I`.

    Raises:
        ValueError: where something else stands in it, or unused bits aren't zero.
    """
    compact = squeeze(text)
    if not text.isascii():
        # some letters of other alphabets become ASCII when brought to upper case
        raise ValueError("not base32")
    try:
        value = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except binascii.Error as error:
        raise ValueError("not base32") from error
    if encode(value) != compact:
        raise ValueError("not base32 in its one spelling")
    return value


def squeeze(text: str) -> str:
    """Bring base32 that a person typed to its one spelling, without checking it."""
    return "".join(text.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")


def fingerprint(digest: bytes) -> str:
    """Return the first 26 base32 characters (130 bits) of a 32-byte digest."""
    return encode(digest)[:FINGERPRINT_LENGTH]


def groups(text: str, size: int = 4) -> str:
    """Set `text` in groups of `size` with a space between."""
    return " ".join(text[i : i + size] for i in range(0, len(text), size))
