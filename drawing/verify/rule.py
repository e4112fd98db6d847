"""One round's selection, written from `docs/formats/selection.md`.

The rule asks of each person whether they, with all accepted before, belong to some choice that fills the most slots.
Here a choice is a flow of whole people from employers (as many as have room) over kinds (mask and employer) to quotas;
those accepted are a lower bound of their kind.  A kind can be raised by one where the flow has a cycle through it.

Not everybody need be in the flow: of each mask, people of one employer more than there are slots stand for all others,
since whoever else a choice holds can be exchanged for one of theirs.  So a flow is as small as the committee.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from drawing.verify.table import quotas_in

_SOURCE, _SINK = "source", "sink"
Kind = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Pool:
    """People by their place: mask (bit i: quota i) and employer's pseudonym; and who may not be taken any more."""

    masks: Sequence[int]
    employers: Sequence[str]
    gone: frozenset[int]


@dataclass(frozen=True, slots=True)
class Seats:
    """The open principal and reserve slots a quota, and of which employer how many people sit already."""

    principal: tuple[int, ...]
    reserve: tuple[int, ...]
    employed: Counter[str]
    employer_cap: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """People by place: accepted and reserves with their quota, skipped with the reason; and what stays open."""

    accepted: tuple[tuple[int, int], ...]
    reserves: tuple[tuple[int, int], ...]
    skipped: tuple[tuple[int, str], ...]
    principal_left: tuple[int, ...]
    reserve_left: tuple[int, ...]

    def short(self) -> list[dict[str, int | bool]]:
        """Return what stays open as `selection.md` writes it."""
        return shortage(self.principal_left, self.reserve_left)


def shortage(principal: Sequence[int], reserve: Sequence[int]) -> list[dict[str, int | bool]]:
    """Write the open slots of each quota, principal before reserve."""
    return [
        {"quota": quota, "lacks": lacks, "reserve": is_reserve}
        for quota, both in enumerate(zip(principal, reserve, strict=True))
        for lacks, is_reserve in zip(both, (False, True), strict=True)
        if lacks
    ]


def select_round(order: Callable[[int], int], pool: Pool, seats: Seats) -> Outcome:
    """Make one round's selection; `order(n)` is the n-th person ascending by position."""
    first = _Pass(order, pool, seats.principal, seats.employed, seats.employer_cap, set())
    first.run(explain_from=0)
    employed = seats.employed.copy()
    employed.update(pool.employers[person] for person in first.accepted)
    second = _Pass(order, pool, seats.reserve, employed, seats.employer_cap, set(first.accepted))
    second.run(explain_from=first.read)
    accepted, principal_left = first.seated()
    reserves, reserve_left = second.seated()
    return Outcome(accepted, reserves, (*first.skipped, *second.skipped), principal_left, reserve_left)


def can_open(pool: Pool, seats: Seats) -> bool:
    """Say whether a round opened now would accept anybody: whether somebody can have one of the open slots."""
    wanted = sum(
        1 << quota for quota, slots in enumerate(zip(seats.principal, seats.reserve, strict=True)) if any(slots)
    )
    full = {e for e, n in seats.employed.items() if seats.employer_cap is not None and n >= seats.employer_cap}
    return any(
        mask & wanted and person not in pool.gone and pool.employers[person] not in full
        for person, mask in enumerate(pool.masks)
    )


class _Pass:
    """One pass over the order."""

    def __init__(
        self,
        order: Callable[[int], int],
        pool: Pool,
        slots: tuple[int, ...],
        employed: Counter[str],
        cap: int | None,
        taken: set[int],
    ) -> None:
        self._order, self._pool, self._slots, self._cap = order, pool, slots, cap
        self._before, self._employed = employed, employed.copy()
        self._taken = taken
        self._flow = _Flow(slots)
        self._in_flow: set[int] = set()
        self._rejected: set[Kind] = set()
        self._seating = Seating(slots)
        self.accepted: list[int] = []
        self.skipped: list[tuple[int, str]] = []
        self.read = 0

    def run(self, explain_from: int) -> None:
        """Fill N slots; note the reasons of those skipped from that place of the order on."""
        total = sum(self._slots)
        self._take_enough(total)
        most = self._flow.fill()
        while len(self.accepted) < most:
            person = self._order(self.read)
            if person not in self._taken:
                reason = self._refusal(person)
                if reason is None:
                    self.accepted.append(person)
                elif self.read >= explain_from:
                    self.skipped.append((person, reason))
            self.read += 1

    def seated(self) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
        """Return those accepted with their quotas, and the slots that stay open."""
        quotas, left = first_quotas([self._pool.masks[person] for person in self.accepted], self._slots)
        return tuple(zip(self.accepted, quotas, strict=True)), left

    def _kind(self, person: int) -> Kind:
        return self._pool.masks[person], "" if self._cap is None else self._pool.employers[person]

    def _room(self, employer: str) -> int:
        return sum(self._slots) if self._cap is None else self._cap - self._before[employer]

    def _take_enough(self, total: int) -> None:
        """Put into the flow, of each mask, people of one employer more than there are slots."""
        employers, people = dict[int, set[str]](), Counter[Kind]()
        wanted = sum(1 << quota for quota, slots in enumerate(self._slots) if slots)
        waiting = {mask for mask in set(self._pool.masks) if mask & wanted}
        for person, mask in enumerate(self._pool.masks):
            if not waiting:
                return
            if mask not in waiting or person in self._pool.gone or person in self._taken:
                continue
            kind = self._kind(person)
            if people[kind] > total or self._room(kind[1]) <= 0:
                continue
            people[kind] += 1
            self._add(person)
            known = employers.setdefault(mask, set())
            known.add(kind[1])
            if len(known) > total or (self._cap is None and people[kind] > total):
                waiting.discard(mask)

    def _add(self, person: int) -> None:
        if person not in self._in_flow:
            self._in_flow.add(person)
            kind = self._kind(person)
            self._flow.add(kind, self._room(kind[1]))

    def _refusal(self, person: int) -> str | None:
        """Accept a person, or return why not."""
        kind, mask, employer = self._kind(person), self._pool.masks[person], self._pool.employers[person]
        if self._cap is not None and self._employed[employer] >= self._cap:
            return "employer_full"
        if not self._seating.has_room(mask):
            return "no_open_slot"
        if kind in self._rejected:
            return "blocks_other_slot"
        self._add(person)
        if not self._flow.hold(kind):
            self._rejected.add(kind)
            return "blocks_other_slot"
        self._employed[employer] += 1
        self._seating.add(mask)
        return None


class _Flow:
    """A flow from the source over employers, kinds and quotas to the sink; `_free[a][b]` is what may still go a → b.

    What may go back from a kind to its employer is what the flow has there beyond those accepted, so no path undoes an
    acceptance.
    """

    def __init__(self, slots: Sequence[int]) -> None:
        self._free: dict[Hashable, dict[Hashable, int]] = {_SOURCE: {}, _SINK: {}}
        self._slots = slots
        for quota, number in enumerate(slots):
            self._free[quota] = {_SINK: number}
            self._free[_SINK][quota] = 0

    def add(self, kind: Kind, room: int) -> None:
        """Add one person of a kind, whose employer has `room`."""
        mask, employer = kind
        place = ("employer", employer)
        if place not in self._free:
            self._free[place] = {_SOURCE: 0}
            self._free[_SOURCE][place] = max(room, 0)
        if kind not in self._free:
            self._free[kind] = {place: 0}
            self._free[place][kind] = 0
            for quota in quotas_in(mask):
                if self._slots[quota]:
                    self._free[kind][quota] = self._slots[quota]
                    self._free[quota][kind] = 0
        self._free[place][kind] += 1

    def fill(self) -> int:
        """Push as many people through as can be; return how many."""
        count = 0
        while self._push(_SOURCE, _SINK):
            count += 1
        return count

    def hold(self, kind: Kind) -> bool:
        """Accept one more person of a kind, where a flow of the same size holds them; False where none does."""
        place = ("employer", kind[1])
        if not self._free[kind][place]:
            # nobody of this kind is in the flow beyond those accepted: lead the flow round a cycle through it
            if not self._free[place][kind] or not self._push(kind, place):
                return False
            self._move(place, kind)
        self._free[kind][place] -= 1
        return True

    def _move(self, start: Hashable, end: Hashable) -> None:
        self._free[start][end] -= 1
        self._free[end][start] += 1

    def _push(self, start: Hashable, end: Hashable) -> bool:
        """Move one person along a shortest free path; False where there is none."""
        before: dict[Hashable, Hashable] = {start: start}
        queue = deque([start])
        while queue and end not in before:
            node = queue.popleft()
            for following, free in self._free[node].items():
                if free and following not in before:
                    before[following] = node
                    queue.append(following)
        if end not in before:
            return False
        node = end
        while node != start:
            self._move(before[node], node)
            node = before[node]
        return True


class Seating:
    """People with masks, each in an open slot of their mask, employers disregarded."""

    def __init__(self, slots: Sequence[int]) -> None:
        self._left = list(slots)
        self._sitting: list[list[int]] = [[] for _ in slots]
        self._known: dict[int, bool] = {}

    def has_room(self, mask: int) -> bool:
        """Say whether one more with this mask can be seated, the others moving where need be."""
        if mask not in self._known:
            self._known[mask] = self._path(mask) is not None
        return self._known[mask]

    def add(self, mask: int) -> bool:
        """Seat one more with this mask; False, and nothing changed, where that can't be."""
        path = self._path(mask)
        if path is None:
            return False
        self._known.clear()
        for quota, moved in path:
            self._sitting[quota].append(mask)
            if moved is None:
                self._left[quota] -= 1
            else:
                self._sitting[quota].remove(moved)
                mask = moved
        return True

    def _path(self, mask: int) -> list[tuple[int, int | None]] | None:
        """Return the quotas that change hands, each with the mask that leaves it; the last one has a slot left."""
        reached: dict[int, tuple[int, int] | None] = dict.fromkeys(quotas_in(mask))
        queue = deque(reached)
        while queue:
            quota = queue.popleft()
            if self._left[quota]:
                return _back(reached, quota)
            for sitting in self._sitting[quota]:
                for other in quotas_in(sitting):
                    if other not in reached:
                        reached[other] = (quota, sitting)
                        queue.append(other)
        return None


def _back(reached: dict[int, tuple[int, int] | None], end: int) -> list[tuple[int, int | None]]:
    path: list[tuple[int, int | None]] = [(end, None)]
    while (step := reached[path[-1][0]]) is not None:
        path.append(step)
    return path[::-1]


def first_quotas(masks: Sequence[int], slots: Sequence[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Give each, in turn, the first quota with which all after can still be seated; return these and what is left."""
    left, quotas = list(slots), []
    for number, mask in enumerate(masks, 1):
        for quota in quotas_in(mask):
            if left[quota]:
                left[quota] -= 1
                if _all_seated(masks[number:], left):
                    quotas.append(quota)
                    break
                left[quota] += 1
    return tuple(quotas), tuple(left)


def _all_seated(masks: Iterable[int], slots: Sequence[int]) -> bool:
    seating = Seating(slots)
    return all(seating.add(mask) for mask in masks)
