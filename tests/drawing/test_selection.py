import itertools
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from drawing import selection
from drawing.case import outcome_value, parse_case
from drawing.selection import Candidate, Outcome, Quota, Seated, Shortage, mask_of, principals_only, quotas_of, select
from tests.drawing.brute import brute_select
from tests.drawing.cases import small_cases


def run(case: dict[str, Any]) -> dict[str, Any]:
    return outcome_value(parse_case(json.dumps(case).encode()).select())


def people(text: str) -> list[Candidate]:
    """`a:01:e` is label a, mask {0, 1}, employer e."""
    parts = (entry.split(":") for entry in text.split())
    return [Candidate(label, mask_of(map(int, mask)), employer) for label, mask, employer in parts]


@given(small_cases())
@settings(max_examples=400, deadline=None)
def test_every_selection_is_that_of_the_written_rule(case: dict[str, Any]) -> None:
    assert run(case) == brute_select(case)


@given(small_cases(), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_how_far_is_read_at_once_changes_nothing(case: dict[str, Any], first_read: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "_FIRST_READ", first_read)
        assert run(case) == brute_select(case)


SCARCE: list[tuple[str, str, str, int | None]] = [
    ("two masks, one employer twice", "a:0:e1 b:1:e1 c:0:e2 d:01:e3 f:1:e4", "1/1 1/1", 1),
    ("the rare one shares an employer", "a:0:e1 b:2:e1 c:01:e2 d:1:e3 f:0:e2 g:12:e4", "1/1 1/0 1/1", 1),
    ("two rare ones, chains of moves", "a:012:e1 b:01:e2 c:0:e3 d:2:e1 f:1:e3 g:02:e2", "1/0 1/1 1/1", 1),
    ("cap of two", "a:0:e1 b:01:e1 c:1:e1 d:0:e2 f:01:e2 g:1:e2", "2/1 1/1", 2),
    ("no cap", "a:0:e1 b:01:e1 c:1:e1 d:12:e2 f:2:e2", "1/1 1/0 1/1", None),
    ("short whatever happens", "a:0:e1 b:0:e1 c:1:e1 d:01:e2 f:0:e2", "2/2 2/1", 1),
]


@pytest.mark.parametrize(("name", "pool", "quotas", "cap"), SCARCE, ids=[case[0] for case in SCARCE])
def test_over_all_orders_the_selections_are_the_enumerated_ones(
    name: str, pool: str, quotas: str, cap: int | None
) -> None:
    entries = [
        {"label": person.label, "mask": list(quotas_of(person.mask)), "employer": person.employer}
        for person in people(pool)
    ]
    counts = [{"count": int(pair[0]), "reserves": int(pair[2])} for pair in quotas.split()]
    for order in itertools.permutations(entries):
        case = {"order": list(order), "quotas": counts, "employer_cap": cap, "seated": []}
        assert run(case) == brute_select(case)


@given(small_cases())
@settings(max_examples=150, deadline=None)
def test_no_round_fills_fewer_slots_than_it_could(case: dict[str, Any]) -> None:
    outcome = run(case)
    open_slots = sum(quota["count"] for quota in case["quotas"])
    open_slots -= sum(not person["reserve"] for person in case["seated"])
    lacking = sum(short["lacks"] for short in outcome["short"] if not short["reserve"])
    assert len(outcome["accepted"]) + lacking == open_slots
    for turned in (case["order"][::-1], sorted(case["order"], key=lambda entry: entry["mask"])):
        assert len(run({**case, "order": turned})["accepted"]) == len(outcome["accepted"])


@given(small_cases())
@settings(max_examples=150, deadline=None)
def test_masks_slots_and_cap_are_kept(case: dict[str, Any]) -> None:
    outcome = run(case)
    by_label = {entry["label"]: entry for entry in case["order"]}
    taken = [*outcome["accepted"], *outcome["reserves"]]
    assert len({seat["label"] for seat in taken}) == len(taken)
    assert all(seat["quota"] in by_label[seat["label"]]["mask"] for seat in taken)
    held = Counter((person["quota"], person["reserve"]) for person in case["seated"])
    held.update((seat["quota"], False) for seat in outcome["accepted"])
    held.update((seat["quota"], True) for seat in outcome["reserves"])
    short = {(entry["quota"], entry["reserve"]): entry["lacks"] for entry in outcome["short"]}
    for index, quota in enumerate(case["quotas"]):
        assert held[index, False] + short.get((index, False), 0) == quota["count"]
        assert held[index, True] + short.get((index, True), 0) == quota["reserves"]
    employers = Counter(person["employer"] for person in case["seated"])
    employers.update(by_label[seat["label"]]["employer"] for seat in taken)
    assert case["employer_cap"] is None or max(employers.values(), default=0) <= case["employer_cap"]


@given(small_cases())
@example({"order": [], "quotas": [], "employer_cap": None, "seated": []})
@settings(max_examples=100, deadline=None)
def test_states_of_the_seated_and_other_names_change_nothing(case: dict[str, Any]) -> None:
    outcome = run(case)
    other = json.loads(json.dumps(case).replace('"pending"', '"confirmed"').replace('"e', '"employer of '))
    other["order"] = [{**entry, "mask": entry["mask"][::-1]} for entry in other["order"]]
    other = json.loads(json.dumps(other).replace("employer of mployer", "employer"))
    assert run(other) == outcome


def test_a_remembered_kind_is_judged_anew_after_an_acceptance() -> None:
    """`a` and `c` are alike; when `c`'s turn comes the slot that `a` would have blocked has been given away."""
    outcome = select(people("a:0:e1 b:0:e2 c:0:e1 d:1:e1"), [Quota(1), Quota(1)], 1)
    assert outcome.skipped == (("a", "blocks_other_slot"), ("c", "no_open_slot"))


def test_who_blocks_goes_on_blocking_until_a_better_reason_holds() -> None:
    """The employers of `y` and `z`, who alone serve quota 1, may send nobody else; only then is quota 0 given away."""
    blocked = select(people("a:0:e1 b:0:e2 b2:0:e2 c:0:e3 d:0:e1 y:1:e1 z:1:e2"), [Quota(1), Quota(2)], 1)
    assert blocked.accepted == (("c", 0), ("y", 1), ("z", 1))
    assert blocked.skipped == (
        ("a", "blocks_other_slot"),
        ("b", "blocks_other_slot"),
        ("b2", "blocks_other_slot"),
        ("d", "no_open_slot"),
    )


def test_who_blocks_still_blocks_after_somebody_else_was_accepted() -> None:
    outcome = select(people("a:0:e1 b:0:e2 c:0:e1 y:1:e1 d:0:e3"), [Quota(2), Quota(1)], 1)
    assert outcome.accepted == (("b", 0), ("y", 1), ("d", 0))
    assert outcome.skipped == (("a", "blocks_other_slot"), ("c", "blocks_other_slot"))


def test_only_as_much_of_the_order_is_read_as_is_needed() -> None:
    read = 0

    def endless() -> Iterator[Candidate]:
        nonlocal read
        for read in itertools.count(1):
            yield Candidate(f"{read}", mask_of({read % 3}), f"employer {read}")

    outcome = select(endless(), [Quota(3, 1), Quota(2, 1), Quota(2)], 1)
    assert len(outcome.accepted) == 7
    assert len(outcome.reserves) == 2
    assert read <= 64


def test_more_is_read_before_anybody_is_said_to_block() -> None:
    """Among the first entries only `y`, of the same employer as `a`, serves quota 1; another one comes later."""
    between = [Candidate(f"{n}", 1, f"x{n}") for n in range(100)]
    order = [*people("a:0:e1 y:1:e1"), *between, *people("z:1:e2")]
    outcome = select(order, [Quota(1), Quota(1)], 1)
    assert outcome.accepted == (("a", 0), ("z", 1))
    assert outcome.skipped[:2] == (("y", "employer_full"), ("0", "no_open_slot"))


def test_many_people_and_many_slots_are_no_trouble() -> None:
    order = [Candidate(f"{n}", n * 7919 % 255 + 1, f"e{n * 31 % 400}") for n in range(4000)]
    quotas = [Quota(20, 10)] * 8
    outcome = select(order, quotas, 1)
    assert len(outcome.accepted) == 160
    assert len(outcome.reserves) == 80
    assert outcome.short == ()


def test_blocking_kinds_among_many_are_skipped_quickly_and_rightly() -> None:
    """Everyone wants quota 0 or 1; quota 2 is served by two people at the very end, whose colleagues block it."""
    order = [Candidate(f"{n}", 3 if n % 2 else 1, f"e{n % 2}" if n % 3 else f"x{n}") for n in range(3000)]
    outcome = select([*order, *people("r:2:e0 s:2:e1")], [Quota(1), Quota(1), Quota(2)], 1)
    assert outcome.accepted == (("0", 0), ("3", 1), ("r", 2), ("s", 2))
    reasons = dict(outcome.skipped)
    assert reasons["1"] == "blocks_other_slot"
    assert reasons["2"] == reasons["5"] == reasons["9"] == "no_open_slot"
    assert len(reasons) == 2998


REFUSED: list[tuple[str, type[selection.SelectionError], str, list[Seated], list[Quota], int | None]] = [
    ("label twice", selection.DuplicateLabelError, "a:0:e a:0:f", [], [Quota(1)], 1),
    ("label seated too", selection.DuplicateLabelError, "a:0:e", [Seated("a", 1, "f", 0)], [Quota(2)], 1),
    (
        "seated twice",
        selection.DuplicateLabelError,
        "",
        [Seated("s", 1, "f", 0), Seated("s", 1, "g", 0)],
        [Quota(2)],
        1,
    ),
    ("too many principals", selection.TooManySeatedError, "", [Seated("s", 1, "f", 0)], [Quota(0, 1)], 1),
    ("too many reserves", selection.TooManySeatedError, "", [Seated("s", 1, "f", 0, reserve=True)], [Quota(1)], 1),
    ("over the cap", selection.SeatedOverCapError, "", [Seated("s", 1, "f", 0), Seated("t", 1, "f", 0)], [Quota(2)], 1),
    ("outside the mask", selection.SeatedOutsideMaskError, "", [Seated("s", 2, "f", 0)], [Quota(1), Quota(1)], 1),
    ("no such seat", selection.UnknownQuotaError, "", [Seated("s", 1, "f", 1)], [Quota(1)], 1),
    ("a seat below zero", selection.UnknownQuotaError, "", [Seated("s", 1, "f", -1)], [Quota(1)], 1),
    ("no such quota", selection.UnknownQuotaError, "a:0:e b:1:e", [], [Quota(1)], 1),
    ("seated's mask", selection.UnknownQuotaError, "", [Seated("s", 3, "f", 0)], [Quota(1)], 1),
    ("negative count", selection.NegativeCountError, "", [], [Quota(-1)], 1),
    ("negative reserves", selection.NegativeCountError, "", [], [Quota(1, -1)], 1),
    ("cap of nobody", selection.NegativeCountError, "", [], [Quota(1)], 0),
    ("empty label", selection.EmptyFieldError, ":0:e", [], [Quota(1)], 1),
    ("empty employer", selection.EmptyFieldError, "a:0:", [], [Quota(1)], 1),
    ("empty employer later, no cap", selection.EmptyFieldError, "a:0:e b:0:", [], [Quota(2)], None),
    ("empty employer of a seated", selection.EmptyFieldError, "", [Seated("s", 1, "", 0)], [Quota(1)], 1),
]


@pytest.mark.parametrize(
    ("name", "error", "order", "seated", "quotas", "cap"), REFUSED, ids=[case[0] for case in REFUSED]
)
def test_bad_input_is_refused(
    name: str,
    error: type[selection.SelectionError],
    order: str,
    seated: list[Seated],
    quotas: list[Quota],
    cap: int | None,
) -> None:
    with pytest.raises(error) as refused:
        select(people(order), quotas, cap, seated)
    assert "{" not in str(refused.value)


def test_a_negative_mask_is_refused() -> None:
    with pytest.raises(selection.UnknownQuotaError):
        select([Candidate("a", -1, "e")], [Quota(1)], 1)


def test_a_label_twice_far_apart_names_the_second_place() -> None:
    order = [Candidate(f"{n % 99}", 1, f"e{n}") for n in range(100)]
    with pytest.raises(selection.DuplicateLabelError) as refused:
        select(order, [Quota(100)], 1)
    assert refused.value.details["where"] == "order[99]"


def test_as_many_seated_as_slots_and_cap_are_allowed() -> None:
    seated = [Seated("s", 1, "f", 0), Seated("t", 1, "f", 0, reserve=True, state="pending")]
    assert select(people("a:0:f b:0:g"), [Quota(1, 1)], 2, seated) == Outcome((), (), (), ())


def test_after_completion_only_principals_are_sought() -> None:
    quotas, seated = [Quota(2, 2), Quota(1, 1)], [Seated("s", 1, "f", 0), Seated("t", 1, "g", 0, reserve=True)]
    only = principals_only(quotas, seated)
    assert only == [Quota(2, 1), Quota(1, 0)]
    outcome = select(people("a:01:h b:0:i"), only, 1, seated)
    assert outcome == Outcome((("a", 1), ("b", 0)), (), (), ())
    whole = select(people("a:01:h b:0:i"), quotas, 1, seated)
    assert whole.short == (Shortage(0, 0, 1), Shortage(1, 0, 1))
