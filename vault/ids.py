"""Ids for machines: UUID version 7 (RFC 9562 §5.7) as text, one type an idea."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import NewType

from vault.randomness import Randomness

StationId = NewType("StationId", str)
PersonId = NewType("PersonId", str)
DrawId = NewType("DrawId", str)
BankId = NewType("BankId", str)

ID_PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id(moment: datetime, randomness: Randomness) -> str:
    """Make a UUIDv7 for `moment`: 48 bits of Unix milliseconds, then 74 random bits.

    Raises:
        ValueError: for a time without a zone or before 1970.
    """
    if moment.utcoffset() is None:
        raise ValueError("a time without a zone")
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    if milliseconds < 0:
        raise ValueError("a time before 1970")
    value = milliseconds << 80 | int.from_bytes(randomness.take(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_id(text: str) -> bool:
    """Say whether `text` is a UUIDv7 in lower case."""
    return re.fullmatch(ID_PATTERN, text) is not None
