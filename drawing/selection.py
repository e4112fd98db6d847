"""One round by the written rule: who is accepted, for which quota, who is skipped and why, and what stays open.

Guarantees (docs/formats/selection.md is the rule): two passes over one order; principal slots first, then reserve
slots over everyone not accepted.  In each, N is the most open slots that can be filled within masks and employer cap;
going up, whoever can belong, with all accepted before, to some choice that fills N slots is accepted, until N are;
then each, ascending, takes the first quota with which all accepted after can still be seated.  Pure: the same input
gives the same outcome, and no dict's order reaches it.

The order is read only as far as the outcome needs: where people are plentiful that is a few dozen entries of a
million.  So labels, masks and employers are checked as far as they are read; `case.py` checks a whole case.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from drawing.errors import DrawingError
from drawing.flow import ANY_EMPLOYER, Filling, Kind, People, Room, first_quotas, mask_of, quotas_of

_FIRST_READ = 32

__all__ = ["Candidate", "Outcome", "Quota", "Seated", "Shortage", "mask_of", "quotas_of", "select"]


class SelectionError(DrawingError):
    """The family of what a selection refuses."""

    code = "drawing.selection"
    what = "The selection cannot be made from this input."
    todo = "Correct the input; nothing was selected."


class DuplicateLabelError(SelectionError):
    """A label stands twice among the order and those seated."""

    code = "drawing.selection.duplicate_label"
    what = "The label of {where} has already stood before it."


class EmptyFieldError(SelectionError):
    """A label or an employer is empty."""

    code = "drawing.selection.empty_field"
    what = "The {field} of {where} is empty."
    todo = "Give every person a label and an employer; people without an employer get a pseudonym each."


class UnknownQuotaError(SelectionError):
    """A mask or a seat names a quota that there isn't."""

    code = "drawing.selection.unknown_quota"
    what = "The mask or quota of {where} names a quota that does not exist; there are {quotas}."


class NegativeCountError(SelectionError):
    """A quota's count is negative, or the employer cap below one."""

    code = "drawing.selection.count"
    what = "A quota's count or reserves is negative, or the employer cap is below one."


class TooManySeatedError(SelectionError):
    """More people are seated in a quota than it has slots."""

    code = "drawing.selection.too_many_seated"
    what = "Quota {quota} has {slots} {kind} slots, but {seated} people are seated in them."


class SeatedOverCapError(SelectionError):
    """More people of one employer are seated than the cap allows."""

    code = "drawing.selection.seated_over_cap"
    what = "With {where} more people of one employer are seated than the employer cap of {cap} allows."


class SeatedOutsideMaskError(SelectionError):
    """Someone is seated in a quota that their mask doesn't hold."""

    code = "drawing.selection.seated_outside_mask"
    what = "The person of {where} is seated in quota {quota}, which their mask does not hold."


# Why someone above the last accepted was not accepted; the first that holds at their turn.
EMPLOYER_FULL = "employer_full"
NO_OPEN_SLOT = "no_open_slot"
BLOCKS_OTHER_SLOT = "blocks_other_slot"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of the order: a label, a mask (bit i: may serve quota i) and an employer's pseudonym."""

    label: str
    mask: int
    employer: str


@dataclass(frozen=True, slots=True)
class Quota:
    """How many principal and how many reserve slots a quota has."""

    count: int
    reserves: int = 0


@dataclass(frozen=True, slots=True)
class Seated:
    """Someone who holds a slot when the round opens; a pending person counts as much as a confirmed one."""

    label: str
    mask: int
    employer: str
    quota: int
    reserve: bool = False
    state: Literal["confirmed", "pending"] = "confirmed"


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a quota lacks after the round: `lacks` principal slots and `reserve_lacks` reserve slots stay open."""

    quota: int
    lacks: int
    reserve_lacks: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A round's outcome, every list ascending by position (`short` by quota)."""

    accepted: tuple[tuple[str, int], ...]
    reserves: tuple[tuple[str, int], ...]
    skipped: tuple[tuple[str, str], ...]
    short: tuple[Shortage, ...]


def select(
    order: Iterable[Candidate], quotas: Sequence[Quota], employer_cap: int | None, seated: Sequence[Seated] = ()
) -> Outcome:
    """Make one round's selection; `order` is ascending by position and holds only people never contacted.

    Raises:
        SelectionError: as its subclasses say, for anything that docs/formats/selection.md refuses.
    """
    principal_slots, reserve_slots = open_slots(quotas, seated)
    room = _room_beside(seated, employer_cap, len(quotas))
    reading = _Reading(order, len(quotas), room, {person.label for person in seated})
    principal = _Pass(reading, room, principal_slots, explain_from=0)
    principal.run()
    for index in principal.accepted:
        reading.withdraw(index)
    reserve = _Pass(reading, room, reserve_slots, explain_from=principal.accepted[-1] + 1 if principal.accepted else 0)
    reserve.run()
    return Outcome(
        accepted=principal.seats,
        reserves=reserve.seats,
        skipped=(*principal.skipped, *reserve.skipped),
        short=tuple(
            Shortage(quota, lacks, reserve_lacks)
            for quota, (lacks, reserve_lacks) in enumerate(zip(principal.left(), reserve.left(), strict=True))
            if lacks or reserve_lacks
        ),
    )


def open_slots(quotas: Sequence[Quota], seated: Sequence[Seated]) -> tuple[list[int], list[int]]:
    """Return the open principal and the open reserve slots of each quota.

    Raises:
        SelectionError: where counts are negative, a seat names no quota, or a quota has more seated than slots.
    """
    principal = [quota.count for quota in quotas]
    reserve = [quota.reserves for quota in quotas]
    if any(count < 0 for count in (*principal, *reserve)):
        raise NegativeCountError
    for index, person in enumerate(seated):
        if not 0 <= person.quota < len(quotas):
            raise UnknownQuotaError(where=f"seated[{index}]", quotas=len(quotas))
        (reserve if person.reserve else principal)[person.quota] -= 1
    for kind, left in (("principal", principal), ("reserve", reserve)):
        for quota, (slots, whole) in enumerate(zip(left, quotas, strict=True)):
            if slots < 0:
                count = whole.count if kind == "principal" else whole.reserves
                raise TooManySeatedError(quota=quota, kind=kind, slots=count, seated=count - slots)
    return principal, reserve


def principals_only(quotas: Sequence[Quota], seated: Sequence[Seated]) -> list[Quota]:
    """Return the quotas of a round after completion: their reserve slots count as filled by the reserves seated."""
    return [
        replace(quota, reserves=sum(1 for person in seated if person.reserve and person.quota == index))
        for index, quota in enumerate(quotas)
    ]


def _room_beside(seated: Sequence[Seated], cap: int | None, quota_count: int) -> Room:
    """Check those seated and return the room that they leave their employers."""
    if cap is not None and cap < 1:
        raise NegativeCountError
    room = Room(cap)
    labels: set[str] = set()
    for index, person in enumerate(seated):
        where = f"seated[{index}]"
        _check_person(person, where, quota_count)
        if person.label in labels:
            raise DuplicateLabelError(where=where)
        labels.add(person.label)
        if not person.mask >> person.quota & 1:
            raise SeatedOutsideMaskError(where=where, quota=person.quota)
        if not room.is_left(person.employer, 0):
            raise SeatedOverCapError(where=where, cap=cap)
        room.take(person.employer)
    return room


def _check_person(person: Candidate | Seated, where: str, quota_count: int) -> None:
    if not person.label or not person.employer:
        raise EmptyFieldError(where=where, field="employer" if person.label else "label")
    if person.mask < 0 or person.mask >> quota_count:
        raise UnknownQuotaError(where=where, quotas=quota_count)


class _Reading:
    """The order as far as it has been read, and its people counted by kind.

    `kinds` stands beside `candidates`; it has None for a person who was accepted in an earlier pass.
    """

    def __init__(self, order: Iterable[Candidate], quota_count: int, room: Room, labels: set[str]) -> None:
        self._source: Iterator[Candidate] = iter(order)
        self._quota_count = quota_count
        self._room = room
        self._seated = frozenset(labels)
        self._labels = set(labels)
        self.candidates: list[Candidate] = []
        self.kinds: list[Kind | None] = []
        self.people = People(quota_count)

    def read_more(self) -> bool:
        """Read as many entries again as were read before; False where there were none left."""
        more = list(islice(self._source, max(len(self.candidates), _FIRST_READ)))
        self._check_labels(more)
        append, by_mask, has_cap = self.kinds.append, self.people.by_mask, self._room.cap is not None
        for candidate in more:
            employers = by_mask.get(candidate.mask)
            if employers is None or not candidate.employer:
                _check_person(candidate, f"order[{len(self.kinds)}]", self._quota_count)
                employers = self.people.employers(candidate.mask)
            employer = candidate.employer if has_cap else ANY_EMPLOYER
            kind = employers.get(employer)
            if kind is None:
                kind = employers[employer] = Kind(candidate.mask, employer)
            kind.number += 1
            append(kind)
        self.candidates += more
        return bool(more)

    def _check_labels(self, more: list[Candidate]) -> None:
        whole = len(self._labels) + len(more)
        self._labels.update([candidate.label for candidate in more])
        if len(self._labels) == whole and "" not in self._labels:
            return
        before = {candidate.label for candidate in self.candidates} | self._seated
        for index, candidate in enumerate(more, len(self.candidates)):
            _check_person(candidate, f"order[{index}]", self._quota_count)
            if candidate.label in before:
                raise DuplicateLabelError(where=f"order[{index}]")
            before.add(candidate.label)

    def withdraw(self, index: int) -> None:
        """Take an accepted person out of those counted and give them their employer's room."""
        kind = self.kinds[index]
        assert kind is not None
        kind.number -= 1
        self.kinds[index] = None
        self._room.take(kind.employer)


class _Pass:
    """One pass: the indexes accepted, and the reasons of those skipped from `explain_from` on."""

    def __init__(self, reading: _Reading, room: Room, slots: list[int], *, explain_from: int) -> None:
        self._reading = reading
        self._slots = slots
        self._explain_from = explain_from
        self._filling = Filling(slots, reading.people, room)
        self.accepted: list[int] = []
        self.seats: tuple[tuple[str, int], ...] = ()
        self.skipped: list[tuple[str, str]] = []
        # A kind that blocks now blocks for the rest of the pass; which reason comes first may still change.  Only
        # colleagues of someone who sits can block, so these are few.
        self._blocking: set[Kind] = set()
        # What was found out about kinds and masks holds until somebody is accepted.
        self._state = object()
        self._seatable: dict[int, bool] = {}

    def run(self) -> None:
        """Find N, go up the order until N are accepted, note why others were not, and share out the quotas."""
        self._filling.fill()
        while not self._filling.is_full and self._reading.read_more():
            self._filling.fill()
        index, pending = 0, self._filling.count
        candidates, kinds, skip = self._reading.candidates, self._reading.kinds, self.skipped.append
        while pending:
            kind = kinds[index]
            if kind is None:
                pass
            elif kind.judged is not self._state and self._accept(kind):
                self.accepted.append(index)
                pending -= 1
            elif index >= self._explain_from:
                skip((candidates[index].label, kind.reason))
            index += 1
        accepted = [candidates[index] for index in self.accepted]
        quotas = first_quotas([candidate.mask for candidate in accepted], self._slots)
        self.seats = tuple((candidate.label, quota) for candidate, quota in zip(accepted, quotas, strict=True))

    def left(self) -> list[int]:
        """Return the slots of each quota that stay open."""
        left = list(self._slots)
        for _, quota in self.seats:
            left[quota] -= 1
        return left

    def _accept(self, kind: Kind) -> bool:
        """Accept one of `kind`, or note in it why not."""
        reason = self._reason(kind)
        if reason is None:
            while not self._filling.hold(kind):
                if not self._reading.read_more():
                    self._blocking.add(kind)
                    reason = BLOCKS_OTHER_SLOT
                    break
            else:
                self._state = object()
                self._seatable.clear()
                return True
        kind.judged, kind.reason = self._state, reason
        return False

    def _reason(self, kind: Kind) -> str | None:
        """Return a reason that is known without trying, the first that holds."""
        if self._filling.is_employer_full(kind.employer):
            return EMPLOYER_FULL
        if kind.mask not in self._seatable:
            self._seatable[kind.mask] = self._filling.is_seatable(kind.mask)
        if not self._seatable[kind.mask]:
            return NO_OPEN_SLOT
        return BLOCKS_OTHER_SLOT if kind in self._blocking else None
