"""The parts of a draw's state: how far it has come, its slots, its rounds and sealings (`docs/formats/rounds.md`).

A person appears as `(round, place)` alone: whose label that is, only the open box tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from drawing.certificate import Certificate
from drawing.errors import DrawingError
from vault.jsontext import JsonValue, Reader


class RecordBrokenError(DrawingError):
    """An entry of a draw can't follow those before it."""

    code = "drawing.record.broken"
    what = "The draw's record does not hold together at entry {index}: {problem}."
    todo = "Check the journal; if it is sound, this record is not one that the program wrote."


class StepRefusedError(DrawingError):
    """A step was asked for that the draw's state doesn't allow."""

    code = "drawing.record.step"
    what = "{step} is not possible now: the draw is {state}."
    todo = "Look at the draw's state and go on with the step that is next."


class Step(StrEnum):
    """How far a draw has come."""

    NEW = "new"
    PREPARED = "prepared"
    NARROWED = "narrowed"
    FROZEN = "frozen"
    FIXED = "fixed"
    SEEDED = "seeded"
    FILLING = "filling"
    COMPLETE = "complete"
    SHORT = "short"
    SEALED = "sealed"
    OPENED = "opened"
    CLOSED = "closed"
    ABORTED = "aborted"


ALIVE: Sequence[Step] = tuple(step for step in Step if step not in (Step.NEW, Step.CLOSED, Step.ABORTED))
OPEN, PENDING, CONFIRMED = "open", "pending", "confirmed"


class EntryLike(Protocol):
    """What the record needs of a journal entry."""

    @property
    def index(self) -> int:
        """Where it stands in the journal."""
        ...

    @property
    def kind(self) -> str:
        """Its kind, as `draw.frozen`."""
        ...

    @property
    def at(self) -> datetime:
        """When it was written."""
        ...

    @property
    def body(self) -> Mapping[str, JsonValue]:
        """What it says."""
        ...


@dataclass(frozen=True, slots=True)
class Occupant:
    """Somebody as the record knows them: accepted in `round`, the `place`-th there (from 0, principals first)."""

    round: int
    place: int


@dataclass(slots=True)
class Slot:
    """One seat of the committee, or a reserve's."""

    name: str
    quota: int
    reserve: bool
    state: str = OPEN
    occupant: Occupant | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class OpenedRound:
    """A round as it was journaled."""

    number: int
    generation: int
    code_number: int
    code: bytes
    result: bytes
    slots: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sealing:
    """One sealing of the list; `findings` are the ids of the rules that the committee breaks."""

    number: int
    serial: str
    box: str
    opening: datetime
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RecheckMade:
    """One recheck of a sealed list: how many names, the commitment to them, and its bidders' box if nobody fell free.

    Digests are hex.
    """

    number: int
    names: int
    bidders: str
    kept: str | None


def slots_of(certificate: Certificate) -> dict[str, Slot]:
    """Return the open slots of a certificate's quotas: `1`, `2`, … then `R1`, `R2`, …, by quota in request order."""
    principal = [index for index, quota in enumerate(certificate.quotas) for _ in range(quota.count)]
    reserve = [index for index, quota in enumerate(certificate.quotas) for _ in range(quota.reserves)]
    slots = [Slot(str(n), quota, False) for n, quota in enumerate(principal, 1)]
    slots += [Slot(f"R{n}", quota, True) for n, quota in enumerate(reserve, 1)]
    return {slot.name: slot for slot in slots}


def parse_round(body: Reader) -> OpenedRound:
    """Read the body of a `draw.round_opened`.

    Raises:
        MalformedRecordError: where it has another form.
    """
    return OpenedRound(
        number=body.integer("round", 1),
        generation=body.integer("generation", 1),
        code_number=body.integer("code_number", 1),
        code=body.hex_bytes("code", 32),
        result=body.hex_bytes("result", 32),
        slots=tuple((item.text("slot"), item.integer("quota")) for item in body.readers("slots")),
    )


def parse_recheck(body: Reader, number: int) -> RecheckMade:
    """Read the body of a `draw.rechecked` that must have this number.

    Raises:
        MalformedRecordError: where it has another form.
        ValueError: where it has another number, or not one of its two boxes alone.
    """
    kept = body.optional_text("kept")
    if body.integer("recheck", 1) != number or body.has("box") is (kept is not None):
        raise ValueError("rechecks go up by one, and have one box")
    return RecheckMade(number, body.integer("names", 1), body.text("bidders"), kept)
