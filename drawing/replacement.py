"""What was lost after the sources were fixed, and who let it be replaced (`docs/formats/ceremony.md`).

Left out: how the pool's box gets its fresh secrets; see `drawing.desk.replacing`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from drawing.ceremony import WITNESS
from drawing.errors import DrawingError
from vault.dsse import Envelope, Signer, sign_envelope
from vault.ids import ID_PATTERN, DrawId
from vault.jsontext import Reader, dumps
from vault.suite import SUITE
from vault.times import to_text

NAME = "replacement"
CHAIN = "chain"
LONGEST_WORDS = 500


class ReplacementRefusedError(DrawingError):
    """What is said to be lost can't be, as the draw stands."""

    code = "drawing.replacement.refused"
    what = "This can't be replaced now: {lost}. What can be: {possible}."
    kept = "The ceremony stays as it is."
    todo = "Go on with the ceremony; name only what was really lost."


class ReplacementWordsError(DrawingError):
    """A replacement without its reason, or without who could have known."""

    code = "drawing.replacement.words"
    what = "A replacement says how the loss came about and who could have known what was lost, each in 500 characters."
    kept = "The ceremony stays as it is."
    todo = "Write both down; they will be published."


@dataclass(frozen=True, slots=True)
class Replacement:
    """The parsed statement: `ceremony` is the whole fingerprint (32 bytes) of the one that ends, `box` a hex digest."""

    draw: DrawId
    generation: int
    ceremony: bytes
    lost: tuple[str, ...]
    known_to: str
    reason: str
    box: str
    at: datetime


def replaceable(witnesses: Sequence[str], level: str, *, seeded: bool) -> tuple[str, ...]:
    """Return what can be lost: dice until they are revealed, a chain only where the station doesn't hold it."""
    chain = () if level == "C" else (CHAIN,)
    return chain if seeded else (*chain, *(WITNESS + name for name in witnesses))


def require_replaceable(lost: Sequence[str], possible: Collection[str]) -> None:
    """Pass where something was lost, nothing twice, and only what can be.

    Raises:
        ReplacementRefusedError: naming what can't.
    """
    if not lost or len(set(lost)) != len(lost) or not set(lost) <= set(possible):
        raise ReplacementRefusedError(lost=tuple(lost) or "-", possible=tuple(possible) or "-")


def replacement_bytes(replacement: Replacement) -> bytes:
    """Write the statement's payload."""
    return dumps(
        {
            "v": 1,
            "suite": SUITE,
            "draw": replacement.draw,
            "generation": replacement.generation,
            "ceremony": replacement.ceremony.hex(),
            "lost": list(replacement.lost),
            "known_to": replacement.known_to,
            "reason": replacement.reason,
            "box": replacement.box,
            "at": to_text(replacement.at),
        }
    )


def sign_replacement(replacement: Replacement, signers: Sequence[Signer]) -> Envelope:
    """Sign the statement with operator, supervisor and second supervisor."""
    return sign_envelope(NAME, replacement_bytes(replacement), signers)


def parse_replacement(payload: bytes) -> Replacement:
    """Read a statement's payload bytes.

    Raises:
        MalformedRecordError: naming the field that isn't as the format page says.
    """
    reader = Reader.of(payload)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    replacement = Replacement(
        draw=DrawId(reader.text("draw", pattern=ID_PATTERN)),
        generation=reader.integer("generation", 2, 99),
        ceremony=reader.hex_bytes("ceremony", 32),
        lost=reader.texts("lost", longest=80),
        known_to=reader.text("known_to", longest=LONGEST_WORDS),
        reason=reader.text("reason", longest=LONGEST_WORDS),
        box=reader.text("box", pattern="[0-9a-f]{64}"),
        at=reader.time("at"),
    )
    reader.end()
    return replacement
