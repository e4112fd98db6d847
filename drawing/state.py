"""What is known of a draw without its box: how far it has come, and what can be asked (`docs/formats/rounds.md`).

`drawing.record` folds the journal into it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from drawing.ceremony import Ceremony
from drawing.certificate import Certificate
from drawing.steps import (
    OPEN,
    PENDING,
    OpenedRound,
    RecheckMade,
    Sealing,
    Slot,
    Step,
    StepRefusedError,
)


@dataclass(slots=True)
class DrawState:
    """The state of one draw."""

    step: Step = Step.NEW
    behind: str = ""
    serial: str = ""
    lot: str = ""
    project_name: str = ""
    meeting: datetime | None = None
    request_digest: str = ""
    certificate: Certificate | None = None
    certificate_payload: bytes = b""
    pool_box: str = ""
    ceremony: Ceremony | None = None
    ceremony_payload: bytes = b""
    dice: dict[str, str] = field(default_factory=dict)
    compared: dict[str, bool] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    randomness: str = ""
    lost_chains: list[bytes] = field(default_factory=list)
    rounds: list[OpenedRound] = field(default_factory=list)
    slots: dict[str, Slot] = field(default_factory=dict)
    completed_once: bool = False
    disclosures: int = 0
    sealings: list[Sealing] = field(default_factory=list)
    openings: int = 0
    reentries: int = 0
    pools: int = 0
    rechecks: list[RecheckMade] = field(default_factory=list)
    taken_up: int = 0
    prepared_at: datetime | None = None
    narrowing_approvers: tuple[str, ...] = ()
    narrowing_digest: str = ""
    narrowing_basis: str = ""
    narrowing_at: datetime | None = None

    def require(self, what: str, *steps: Step) -> None:
        """Refuse a step unless the draw is at one of `steps`.

        Raises:
            StepRefusedError: naming the state.
        """
        if self.step not in steps:
            raise StepRefusedError(step=what, state=self.step.value)

    def frozen(self) -> Certificate:
        """Return the certificate.

        Raises:
            StepRefusedError: before the freeze.
        """
        if self.certificate is None:
            raise StepRefusedError(step="This", state=self.step.value)
        return self.certificate

    def fixed(self) -> Ceremony:
        """Return the ceremony's statement.

        Raises:
            StepRefusedError: before it is fixed.
        """
        if self.ceremony is None:
            raise StepRefusedError(step="This", state=self.step.value)
        return self.ceremony

    def missing_dice(self) -> tuple[str, ...]:
        """Return the witnesses whose dice of this generation are not in yet, in their order.

        Raises:
            StepRefusedError: before the freeze.
        """
        return tuple(name for name in self.frozen().witnesses if name not in self.dice)

    def not_confirmed(self) -> tuple[str, ...]:
        """Return the witnesses whose last answer to their row in this generation isn't yes, in their order.

        Raises:
            StepRefusedError: before the freeze.
        """
        return tuple(name for name in self.frozen().witnesses if not self.compared.get(name, False))

    def next_generation(self) -> int:
        """Return the generation of the ceremony that would be fixed next, from 1."""
        return 1 if self.ceremony is None else self.ceremony.generation + 1

    def next_code_number(self) -> int:
        """Return the number of the code that the next round uses, from 1 in each generation."""
        generation = 1 if self.ceremony is None else self.ceremony.generation
        return 1 + sum(opened.generation == generation for opened in self.rounds)

    def open_slots(self, reserve: bool) -> list[Slot]:
        """Return the open principal or reserve slots in their order."""
        return [slot for slot in self.slots.values() if slot.reserve is reserve and slot.state == OPEN]

    def pending(self) -> list[Slot]:
        """Return the slots whose person hasn't answered, in the order in which they were accepted."""
        waiting = [slot for slot in self.slots.values() if slot.state == PENDING]
        return sorted(waiting, key=_acceptance)

    def reserve_for(self, quota: int) -> Slot | None:
        """Return the quota's reserve who was accepted earliest and hasn't declined, or None."""
        seated = [s for s in self.slots.values() if s.reserve and s.quota == quota and s.occupant is not None]
        return min(seated, key=_acceptance, default=None)

    def untaken(self) -> list[RecheckMade]:
        """Return the rechecks whose bidders lie in boxes of their own: those since the newest pool's box."""
        return self.rechecks[self.taken_up :]

    def committee(self) -> list[Slot]:
        """Return the slots that somebody sits in: principal slots, then reserves."""
        return [slot for slot in self.slots.values() if slot.occupant is not None]


def _acceptance(slot: Slot) -> tuple[int, int]:
    assert slot.occupant is not None
    return (slot.occupant.round, slot.occupant.place)
