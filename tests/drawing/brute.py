"""The written rule of docs/formats/selection.md by enumeration, for pools of at most eight people.

Takes a case and gives an outcome as plain JSON values.  It knows no flow: a choice is every set of people, tried one
by one, and a seating is found by trying every quota for every person.
"""

from collections import Counter
from functools import cache
from itertools import combinations
from typing import Any

Person = tuple[str, tuple[int, ...], str]  # label, mask, employer
Slots = tuple[int, ...]


@cache
def can_sit(masks: tuple[tuple[int, ...], ...], slots: Slots) -> bool:
    """Can each of these have an open slot within their mask?"""
    if not masks:
        return True
    for quota in masks[0]:
        if slots[quota] and can_sit(masks[1:], (*slots[:quota], slots[quota] - 1, *slots[quota + 1 :])):
            return True
    return False


@cache
def fullest_choices(
    people: frozenset[Person], slots: Slots, room: tuple[tuple[str, int], ...] | None
) -> frozenset[frozenset[str]]:
    """Every set of people that fills N open slots, N being the most that can be filled."""
    listed = sorted(people)
    for size in range(len(listed), -1, -1):
        found = {
            frozenset(person[0] for person in some)
            for some in combinations(listed, size)
            if within_room(some, room) and can_sit(tuple(person[1] for person in some), slots)
        }
        if found:
            return frozenset(found)
    raise AssertionError("nobody at all is always a choice")


def within_room(people: tuple[Person, ...], room: tuple[tuple[str, int], ...] | None) -> bool:
    if room is None:
        return True
    left = dict(room)
    return all(number <= left[employer] for employer, number in Counter(person[2] for person in people).items())


def one_pass(
    order: list[Person], slots: Slots, cap: int | None, employed: Counter[str]
) -> tuple[list[Person], dict[str, str]]:
    """The accepted of one pass, ascending, and the reason of everyone above the last of them who wasn't."""
    room = None if cap is None else tuple(sorted((e, cap - employed[e]) for e in {person[2] for person in order}))
    choices = fullest_choices(frozenset(order), slots, room)
    most = len(next(iter(choices)))
    accepted: list[Person] = []
    reasons: dict[str, str] = {}
    for person in order:
        if len(accepted) == most:
            break
        labels = {someone[0] for someone in accepted} | {person[0]}
        if any(labels <= choice for choice in choices):
            accepted.append(person)
            continue
        at_employer = employed[person[2]] + sum(someone[2] == person[2] for someone in accepted)
        if cap is not None and at_employer >= cap:
            reasons[person[0]] = "employer_full"
        elif not can_sit((*(someone[1] for someone in accepted), person[1]), slots):
            reasons[person[0]] = "no_open_slot"
        else:
            reasons[person[0]] = "blocks_other_slot"
    return accepted, reasons


def give_quotas(accepted: list[Person], slots: Slots) -> tuple[list[dict[str, Any]], Slots]:
    """The first quota, in request order, with which all after can still be seated; and the slots that stay open."""
    given = []
    for index, (label, mask, _) in enumerate(accepted):
        after = tuple(person[1] for person in accepted[index + 1 :])
        for quota in sorted(mask):
            left = (*slots[:quota], slots[quota] - 1, *slots[quota + 1 :])
            if slots[quota] and can_sit(after, left):
                given.append({"label": label, "quota": quota})
                slots = left
                break
    assert len(given) == len(accepted)
    return given, slots


def brute_select(case: dict[str, Any]) -> dict[str, Any]:
    order: list[Person] = [(entry["label"], tuple(sorted(entry["mask"])), entry["employer"]) for entry in case["order"]]
    principal = [quota["count"] for quota in case["quotas"]]
    reserve = [quota["reserves"] for quota in case["quotas"]]
    employed: Counter[str] = Counter()
    for person in case["seated"]:
        (reserve if person["reserve"] else principal)[person["quota"]] -= 1
        employed[person["employer"]] += 1
    first, first_reasons = one_pass(order, tuple(principal), case["employer_cap"], employed)
    employed.update(person[2] for person in first)
    others = [person for person in order if person not in first]
    second, second_reasons = one_pass(others, tuple(reserve), case["employer_cap"], employed)
    accepted, principal_left = give_quotas(first, tuple(principal))
    reserves, reserve_left = give_quotas(second, tuple(reserve))
    reasons = {**second_reasons, **first_reasons}
    return {
        "accepted": accepted,
        "reserves": reserves,
        "skipped": [{"label": p[0], "reason": reasons[p[0]]} for p in order if p[0] in reasons],
        "short": [
            {"quota": quota, "lacks": left, "reserve": reserve}
            for quota, pair in enumerate(zip(principal_left, reserve_left, strict=True))
            for left, reserve in zip(pair, (False, True), strict=True)
            if left
        ],
    }
