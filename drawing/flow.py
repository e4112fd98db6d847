"""Who can sit where: seatings of people in the slots of quotas, and the most slots that can be filled.

Guarantees: a `Filling` is a flow from employers (limited by their room) over kinds of people (limited by their number)
to quotas (limited by their open slots).  People are counted by kind, a mask with an employer, since two of one kind can
stand for each other; paths are sought from the quota's side, so that a search costs quotas times sitters and not
people.  Every search is breadth first and takes a shortest path, on which no employer and no kind is met twice.  What
these functions *answer* doesn't depend on which of several paths they take; so no order of a dict reaches a draw.

A mask is an int whose bit i says that the person may take a slot of quota i.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

ANY_EMPLOYER = ""


def mask_of(quotas: Iterable[int]) -> int:
    """Return the mask of quota indexes, which count from 0."""
    mask = 0
    for quota in quotas:
        mask |= 1 << quota
    return mask


@lru_cache(maxsize=4096)
def quotas_of(mask: int) -> tuple[int, ...]:
    """Return the quota indexes of a mask, ascending."""
    return tuple(quota for quota in range(mask.bit_length()) if mask >> quota & 1)


class Room:
    """How many more people of each employer may be taken; without a cap always one more."""

    def __init__(self, cap: int | None) -> None:
        self.cap = cap
        self._taken: dict[str, int] = {}

    def take(self, employer: str) -> None:
        """Count one person of the employer."""
        self._taken[employer] = self._taken.get(employer, 0) + 1

    def is_left(self, key: str, used: int) -> bool:
        """Say whether the employer has room for one more beyond those taken and `used` others."""
        return self.cap is None or self._taken.get(key, 0) + used < self.cap


class Kind:
    """People who can stand for each other: one mask, one employer (`ANY_EMPLOYER` without a cap), how many there are.

    `judged` and `reason` are the caller's, to remember what it found out about a kind.
    """

    __slots__ = ("employer", "judged", "mask", "number", "reason")

    def __init__(self, mask: int, employer: str) -> None:
        self.mask = mask
        self.employer = employer
        self.number = 0
        self.judged: object = None
        self.reason = ""


class People:
    """The kinds of people there are: mask → employer → kind, and the masks that hold a quota."""

    def __init__(self, quota_count: int) -> None:
        self.by_mask: dict[int, dict[str, Kind]] = {}
        self.masks: list[list[int]] = [[] for _ in range(quota_count)]

    def employers(self, mask: int) -> dict[str, Kind]:
        """Return the kinds of a mask by employer, to be added to."""
        employers = self.by_mask.get(mask)
        if employers is None:
            employers = self.by_mask[mask] = {}
            for quota in quotas_of(mask):
                self.masks[quota].append(mask)
        return employers


class Seating:
    """People of some kinds, each in a slot of one quota that their mask holds."""

    def __init__(self, slots: Sequence[int]) -> None:
        self.free = list(slots)
        self.sitting: list[dict[Kind, int]] = [{} for _ in slots]

    def _sit(self, kind: Kind, quota: int) -> None:
        self.free[quota] -= 1
        self.sitting[quota][kind] = self.sitting[quota].get(kind, 0) + 1

    def _rise(self, kind: Kind, quota: int) -> None:
        self.free[quota] += 1
        sitters = self.sitting[quota]
        sitters[kind] -= 1
        if not sitters[kind]:
            del sitters[kind]

    def _is_end(self, quota: int) -> bool:
        return self.free[quota] > 0

    def _way_in(self, mask: int) -> list[tuple[int, Kind | None]] | None:
        """Find quotas from one of `mask` to one that `_is_end`, each with the sitter who moves on to the next.

        None where every way is barred: then those who sit and one more can't all have a slot.
        """
        came: dict[int, tuple[int, Kind] | None] = dict.fromkeys(quotas_of(mask))
        queue = list(came)
        for quota in queue:
            if self._is_end(quota):
                way: list[tuple[int, Kind | None]] = [(quota, None)]
                while (step := came[way[0][0]]) is not None:
                    way.insert(0, step)
                return way
            for kind in self.sitting[quota]:
                for onward in quotas_of(kind.mask):
                    if onward not in came:
                        came[onward] = (quota, kind)
                        queue.append(onward)
        return None

    def _come_in(self, kind: Kind, way: list[tuple[int, Kind | None]]) -> None:
        for quota, sitter in way:
            if sitter is not None:
                self._rise(sitter, quota)
            self._sit(kind, quota)
            if sitter is not None:
                kind = sitter

    def seat(self, kind: Kind) -> bool:
        """Seat one more, moving others to other quotas where need be; False, and nothing changed, where that fails."""
        way = self._way_in(kind.mask)
        if way is None:
            return False
        self._come_in(kind, way)
        return True


def first_quotas(masks: Sequence[int], slots: Sequence[int]) -> list[int]:
    """Give each person, in order, the first quota with which all after them can still be seated.

    Raises:
        ValueError: where the people can't all be seated.
    """
    seating = Seating(slots)
    kinds = {mask: Kind(mask, "") for mask in masks}
    for mask in masks:
        if not seating.seat(kinds[mask]):
            raise ValueError("more people than can be seated")
    return [_take_first(seating, kinds[mask]) for mask in masks]


def _take_first(seating: Seating, kind: Kind) -> int:
    """Take one of `kind` out of the seating for good, together with a slot of the first quota that can be spared."""
    quotas = quotas_of(kind.mask)
    sits_in = next(quota for quota in quotas if kind in seating.sitting[quota])
    seating._rise(kind, sits_in)
    # Somebody sat in one of them, so at the latest that one can be spared.
    return next(quota for quota in quotas if _spare(seating, quota))


def _spare(seating: Seating, quota: int) -> bool:
    """Take a slot of the quota away for good, if all who sit can still do so."""
    probe = Kind(1 << quota, "")
    if not seating.seat(probe):
        return False
    seating._rise(probe, quota)
    seating.free[quota] -= 1
    return True


class Filling(Seating):
    """A largest filling of open slots in which some people are held: they keep a slot in every later filling.

    Those not held are loose: they stand for any choice of others that completes the held ones.
    """

    def __init__(self, slots: Sequence[int], people: People, room: Room) -> None:
        super().__init__(slots)
        self._people = people
        self._room = room
        self.count = 0
        self._used: dict[Kind, int] = {}
        self._load: dict[str, int] = {}
        self._held: dict[Kind, int] = {}
        self._held_load: dict[str, int] = {}

    @property
    def is_full(self) -> bool:
        """Say whether every slot is filled."""
        return not any(self.free)

    def fill(self) -> None:
        """Fill as many slots as can be filled with those held and the people there are."""
        while self._fill_one():
            pass

    def is_employer_full(self, employer: str) -> bool:
        """Say whether those held, and those taken before, leave the employer no room."""
        return not self._room.is_left(employer, self._held_load.get(employer, 0))

    def is_seatable(self, mask: int) -> bool:
        """Say whether one more person and all held can each have a slot, employers disregarded."""
        return self._way_in(mask) is not None

    def hold(self, kind: Kind) -> bool:
        """Hold one more person of `kind`, who isn't held yet, with as many slots filled as now.

        False, and nothing changed, where no choice of so many has this person and all held.
        """
        if self._is_loose(kind):
            self._count_held(kind)
            return True
        trial = self._copy()
        if not trial._admit(kind):
            return False
        while trial.count < self.count:
            if not trial._fill_one():
                return False
        self._adopt(trial)
        return True

    def _copy(self) -> "Filling":
        copy = Filling(self.free, self._people, self._room)
        copy._adopt(self)
        return copy

    def _adopt(self, other: "Filling") -> None:
        self.free = list(other.free)
        self.sitting = [dict(sitters) for sitters in other.sitting]
        self.count = other.count
        self._used, self._load = dict(other._used), dict(other._load)
        self._held, self._held_load = dict(other._held), dict(other._held_load)

    def _count_held(self, kind: Kind) -> None:
        self._held[kind] = self._held.get(kind, 0) + 1
        self._held_load[kind.employer] = self._held_load.get(kind.employer, 0) + 1

    def _count_used(self, kind: Kind) -> None:
        self.count += 1
        self._used[kind] = self._used.get(kind, 0) + 1
        self._load[kind.employer] = self._load.get(kind.employer, 0) + 1

    def _count_unused(self, kind: Kind) -> None:
        self.count -= 1
        self._used[kind] -= 1
        self._load[kind.employer] -= 1
        if not self._load[kind.employer]:
            del self._load[kind.employer]

    def _is_loose(self, kind: Kind) -> bool:
        return self._used.get(kind, 0) > self._held.get(kind, 0)

    def _is_spare(self, kind: Kind) -> bool:
        return kind.number > self._used.get(kind, 0)

    def _loose_in(self, quota: int) -> Kind | None:
        return next((kind for kind in self.sitting[quota] if self._is_loose(kind)), None)

    def _is_end(self, quota: int) -> bool:
        return self.free[quota] > 0 or self._loose_in(quota) is not None

    def _dismiss(self, kind: Kind, quota: int) -> None:
        self._rise(kind, quota)
        self._count_unused(kind)

    def _admit(self, kind: Kind) -> bool:
        """Seat and hold one of `kind`; loose people who stand in the way leave."""
        employer = kind.employer
        if not self._room.is_left(employer, self._load.get(employer, 0)) and not self._dismiss_colleague(employer):
            return False
        way = self._way_in(kind.mask)
        if way is None:
            return False
        end = way[-1][0]
        if not self.free[end]:
            loose = self._loose_in(end)
            assert loose is not None
            self._dismiss(loose, end)
        self._come_in(kind, way)
        self._count_used(kind)
        self._count_held(kind)
        return True

    def _dismiss_colleague(self, employer: str) -> bool:
        for quota, sitters in enumerate(self.sitting):
            for kind in sitters:
                if kind.employer == employer and self._is_loose(kind):
                    self._dismiss(kind, quota)
                    return True
        return False

    def _fill_one(self) -> bool:
        """Fill one slot more: someone new sits down, and others move or give way to a colleague, along a path."""
        came: dict[int, tuple[int, Kind, Kind] | None] = {quota: None for quota, free in enumerate(self.free) if free}
        queue = list(came)
        for quota in queue:
            newcomer = self._newcomer(quota)
            if newcomer is not None:
                self._fill_along(came, quota, newcomer)
                return True
            for other in range(len(self.free)):
                if other not in came and (change := self._change(other, quota)) is not None:
                    came[other] = (quota, *change)
                    queue.append(other)
        return False

    def _fill_along(self, came: dict[int, tuple[int, Kind, Kind] | None], quota: int, newcomer: Kind) -> None:
        self._count_used(newcomer)
        sits_down = newcomer
        while (step := came[quota]) is not None:
            onward, leaves, comes = step
            self._rise(leaves, quota)
            self._sit(sits_down, quota)
            if leaves is not comes:
                self._count_unused(leaves)
                self._count_used(comes)
            quota, sits_down = onward, comes
        self._sit(sits_down, quota)

    def _newcomer(self, quota: int) -> Kind | None:
        """Find a kind that may sit in `quota`, has somebody who doesn't sit yet, and whose employer has room."""
        for mask in self._people.masks[quota]:
            for employer, kind in self._people.by_mask[mask].items():
                if self._is_spare(kind) and self._room.is_left(employer, self._load.get(employer, 0)):
                    return kind
        return None

    def _change(self, other: int, quota: int) -> tuple[Kind, Kind] | None:
        """Find who can leave `other` so that `quota` gains one: the same person, or a colleague of a loose one."""
        for kind in self.sitting[other]:
            if kind.mask >> quota & 1:
                return kind, kind
            if self._is_loose(kind):
                for mask in self._people.masks[quota]:
                    colleague = self._people.by_mask[mask].get(kind.employer)
                    if colleague is not None and self._is_spare(colleague):
                        return kind, colleague
        return None
