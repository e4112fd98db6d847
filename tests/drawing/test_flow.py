import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.flow import ANY_EMPLOYER, Filling, Kind, People, Room, Seating, first_quotas, mask_of, quotas_of
from tests.drawing.brute import can_sit

slots = st.lists(st.integers(0, 2), min_size=1, max_size=4)


def filling(kinds: list[tuple[int, str, int]], open_slots: list[int], cap: int | None) -> tuple[Filling, list[Kind]]:
    people = People(len(open_slots))
    made = []
    for mask, employer, number in kinds:
        kind = people.employers(mask).setdefault(employer, Kind(mask, employer))
        kind.number += number
        made.append(kind)
    return Filling(open_slots, people, Room(cap)), made


@given(st.sets(st.integers(0, 70)))
@settings(max_examples=50, deadline=None)
def test_a_mask_holds_its_quotas(quotas: set[int]) -> None:
    assert quotas_of(mask_of(quotas)) == tuple(sorted(quotas))


@given(slots, st.lists(st.integers(0, 15), max_size=6))
@settings(max_examples=150, deadline=None)
def test_people_are_seated_exactly_when_they_can_be(open_slots: list[int], masks: list[int]) -> None:
    seating = Seating(open_slots)
    seated: list[int] = []
    limit = (1 << len(open_slots)) - 1
    for mask in masks:
        could = can_sit(tuple(quotas_of(m & limit) for m in [*seated, mask]), tuple(open_slots))
        before = list(seating.free)
        assert seating.seat(Kind(mask & limit, "")) == could
        if could:
            seated.append(mask)
        else:
            assert seating.free == before
    assert sum(open_slots) - sum(seating.free) == len(seated)


@given(slots, st.lists(st.integers(1, 15), max_size=5))
@settings(max_examples=150, deadline=None)
def test_first_quotas_are_the_first_by_enumeration(open_slots: list[int], masks: list[int]) -> None:
    limit = (1 << len(open_slots)) - 1
    masks = [mask & limit for mask in masks]
    ways = [
        way
        for way in itertools.product(*(quotas_of(mask) for mask in masks))
        if all(way.count(quota) <= number for quota, number in enumerate(open_slots))
    ]
    if ways:
        assert first_quotas(masks, open_slots) == list(min(ways))
    else:
        with pytest.raises(ValueError, match="seated"):
            first_quotas(masks, open_slots)


def test_room_counts_those_taken_and_without_a_cap_never_ends() -> None:
    room = Room(2)
    assert room.is_left("e", 1)
    assert not room.is_left("e", 2)
    room.take("e")
    assert not room.is_left("e", 1)
    assert room.is_left("f", 1)
    assert Room(None).is_left("e", 10**9)


def test_a_filling_gives_way_within_an_employer() -> None:
    """Employer e may send one: the first found serves quota 0, but only its other person serves quota 1."""
    found, _ = filling([(0b01, "e", 1), (0b10, "e", 1), (0b01, "f", 1)], [1, 1], 1)
    found.fill()
    assert found.count == 2
    assert found.is_full


def test_holding_one_moves_others_and_refusing_changes_nothing() -> None:
    found, (both, first, second) = filling([(0b11, "e", 1), (0b01, "f", 1), (0b10, "g", 1)], [1, 1], 1)
    found.fill()
    assert found.hold(both)
    assert found.hold(second)
    assert not found.is_seatable(first.mask)
    assert not found.hold(first)
    assert found.count == 2
    assert found.is_employer_full("g")
    assert not found.is_employer_full("f")


def test_holding_one_of_a_full_employer_needs_a_loose_colleague() -> None:
    found, (one, other) = filling([(0b01, "e", 1), (0b10, "e", 1)], [1, 1], 1)
    found.fill()
    assert found.count == 1
    assert not found.is_full
    assert found.hold(other)
    assert not found.hold(one)
    assert found.is_employer_full("e")


def test_without_a_cap_one_employer_fills_everything() -> None:
    found, _ = filling([(0b1, ANY_EMPLOYER, 5)], [3], None)
    found.fill()
    assert found.is_full
    assert found.count == 3


def test_nobody_can_be_seated_who_serves_no_quota() -> None:
    found, (nobody,) = filling([(0, "e", 1)], [1], 1)
    found.fill()
    assert found.count == 0
    assert not found.is_seatable(nobody.mask)
    assert not found.hold(nobody)
