"""QR codes (ISO/IEC 18004) as a square of modules, and the three texts that paper of the house carries in them.

The texts keep to QR's alphanumeric set, so that a symbol stays small: a kind, what it speaks of, and 32 bytes as 52
characters of base32.  `docs/formats/paper.md` gives them.
"""

from collections.abc import Iterator
from typing import Final

import segno

from printing.errors import UnprintableValueError
from vault import base32

QUIET_ZONE: Final = 4
_DIGEST_BYTES: Final = 32


def box_text(digest: bytes) -> str:
    """Return `FQ1 BOX …` for the 32-byte digest of a sealed box."""
    return f"FQ1 BOX {_base32(digest)}"


def ceremony_text(digest: bytes) -> str:
    """Return `FQ1 CEREMONY …` for the 32-byte digest behind a ceremony fingerprint."""
    return f"FQ1 CEREMONY {_base32(digest)}"


def code_text(round_number: int, code: str) -> str:
    """Return `FQ1 CODE n …` for the code of a round, already in base32."""
    return f"FQ1 CODE {round_number} {code}"


def _base32(digest: bytes) -> str:
    if len(digest) != _DIGEST_BYTES:
        raise UnprintableValueError(field="digest", form=f"{_DIGEST_BYTES} bytes")
    return base32.encode(digest)


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the symbol for `text` as rows of dark (true) and light modules, error level M, without its quiet zone."""
    symbol = segno.make(text, error="m", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.matrix)


def dark_runs(rows: tuple[tuple[bool, ...], ...]) -> Iterator[tuple[int, int, int]]:
    """Yield (row, first column, length) of each unbroken stretch of dark modules."""
    for number, row in enumerate(rows):
        start = None
        for column, dark in enumerate((*row, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                yield number, start, column - start
                start = None
