"""The verifier's own selection: the vectors, the rule by enumeration, and large pools against the draw's selection."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.case import outcome_value
from drawing.selection import Candidate, Quota, select
from drawing.verify.rule import Pool, Seating, Seats, can_open, first_quotas, select_round
from tests.drawing.brute import brute_select
from tests.drawing.cases import small_cases

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "selection.json").read_text("utf-8"))


def seats_of(case: dict[str, Any]) -> Seats:
    principal = [quota["count"] for quota in case["quotas"]]
    reserve = [quota["reserves"] for quota in case["quotas"]]
    for person in case["seated"]:
        (reserve if person["reserve"] else principal)[person["quota"]] -= 1
    employed = Counter(person["employer"] for person in case["seated"])
    return Seats(tuple(principal), tuple(reserve), employed, case["employer_cap"])


def pool_of(case: dict[str, Any]) -> Pool:
    masks = [sum(1 << quota for quota in person["mask"]) for person in case["order"]]
    return Pool(masks, [person["employer"] for person in case["order"]], frozenset())


def selected(case: dict[str, Any]) -> dict[str, Any]:
    order = case["order"]
    outcome = select_round(list(range(len(order))).__getitem__, pool_of(case), seats_of(case))
    return {
        "accepted": [{"label": order[person]["label"], "quota": quota} for person, quota in outcome.accepted],
        "reserves": [{"label": order[person]["label"], "quota": quota} for person, quota in outcome.reserves],
        "skipped": [{"label": order[person]["label"], "reason": reason} for person, reason in outcome.skipped],
        "short": outcome.short(),
    }


def test_the_vectors_come_out() -> None:
    assert len(VECTORS["cases"]) > 20
    for vector in VECTORS["cases"]:
        assert selected(vector["case"]) == vector["outcome"], vector["name"]


@settings(max_examples=400, deadline=None)
@given(small_cases())
def test_small_cases_are_what_enumeration_gives(case: dict[str, Any]) -> None:
    expected = brute_select(case)
    assert selected(case) == expected
    assert can_open(pool_of(case), seats_of(case)) is bool(expected["accepted"] or expected["reserves"])


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_large_pools_come_out_as_they_are_drawn(data: st.DataObject) -> None:
    random = data.draw(st.randoms(use_true_random=False))
    quotas = [Quota(random.randint(0, 4), random.randint(0, 3)) for _ in range(random.randint(1, 6))]
    cap = random.choice([1, 1, 2, 3, None])
    kinds = [random.randint(1, 2 ** len(quotas) - 1) for _ in range(random.randint(1, 6))]
    crowd, number = random.choice([3, 10, 60, 300]), random.choice([10, 60, 400, 1200])
    people = [
        Candidate(f"p{place}", random.choice(kinds), f"e{int(random.random() ** 3 * crowd)}") for place in range(number)
    ]
    case = {
        "order": [
            {"label": one.label, "mask": [q for q in range(6) if one.mask >> q & 1], "employer": one.employer}
            for one in people
        ],
        "quotas": [{"count": quota.count, "reserves": quota.reserves} for quota in quotas],
        "employer_cap": cap,
        "seated": [],
    }
    assert selected(case) == outcome_value(select(people, quotas, cap))


def test_seating_moves_those_who_can_move() -> None:
    seating = Seating([1, 1, 0])
    assert seating.add(0b011)
    assert seating.has_room(0b001)
    assert seating.add(0b001)
    assert not seating.has_room(0b011)
    assert not seating.add(0b111)


def test_first_quotas_leave_room_for_those_after() -> None:
    assert first_quotas([0b011, 0b001], [1, 1]) == ((1, 0), (0, 0))
    assert first_quotas([], [2]) == ((), (2,))


def test_whoever_is_alike_is_skipped_for_the_same_reason() -> None:
    person = {"mask": [0], "employer": "e1"}
    case = {
        "order": [
            {"label": "a", **person},
            {"label": "b", **person},
            {"label": "c", "mask": [1], "employer": "e1"},
            {"label": "d", "mask": [0], "employer": "e2"},
        ],
        "quotas": [{"count": 1, "reserves": 0}, {"count": 1, "reserves": 0}],
        "employer_cap": 1,
        "seated": [],
    }
    assert selected(case)["skipped"] == [{"label": one, "reason": "blocks_other_slot"} for one in "ab"]
    assert selected(case) == brute_select(case)
