"""Dice entries: the written tests and no others, and how often honest dice fail them."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing.dice import LENGTH, DiceRefusedError, parse_dice, require_different
from tests.drawing.vectors import vectors
from tests.fakes.randomness import SeededRandomness

REFUSED = [(rule, entry) for rule, entries in vectors("dice")["refused"].items() for entry in entries]


def is_run(digits: str, step: int, length: int) -> bool:
    moves = [(int(b) - int(a)) % 6 == step % 6 for a, b in pairwise(digits)]
    return any(all(moves[start : start + length - 1]) for start in range(len(moves) - length + 2))


RULES: dict[str, Callable[[str], bool]] = {
    "15 or more of one face": lambda d: max(Counter(d).values()) >= 15,
    "only one or two faces": lambda d: len(set(d)) <= 2,
    "one face ten times running": lambda d: any(face * 10 in d for face in "123456"),
    "a period of at most twelve": lambda d: any((d[:p] * 20)[:20] == d for p in range(1, 13)),
    "the same forwards and backwards": lambda d: d == d[::-1],
    "in order": lambda d: list(d) in (sorted(d), sorted(d)[::-1]),
    "steps of one, 6 going on to 1": lambda d: is_run(d, 1, 12) or is_run(d, -1, 12),
}


@pytest.mark.parametrize(("rule", "entry"), REFUSED)
def test_an_entry_that_no_dice_throw_is_refused(rule: str, entry: str) -> None:
    if rule in RULES:
        assert RULES[rule](entry), "the example is one of its rule"
    with pytest.raises(DiceRefusedError) as refusal:
        parse_dice("owner", entry)
    assert refusal.value.details["witness"] == "owner"
    assert not entry or entry not in str(refusal.value)


@pytest.mark.parametrize("entry", vectors("dice")["passed"])
def test_an_entry_just_inside_the_rules_passes(entry: str) -> None:
    digits = parse_dice("owner", entry)
    assert digits == "".join(character for character in entry if character.isdigit())
    assert len(digits) == LENGTH


_FACES = st.integers(1, 6).map(str)
_LIKE_A_PATTERN = st.builds(
    lambda stem, tail: (stem * 20)[: 20 - len(tail)] + "".join(tail),
    st.text("123456", min_size=1, max_size=14),
    st.lists(_FACES, max_size=3),
)
_LIKE_A_RUN = st.builds(
    lambda start, step, length, rest: ("".join(str((start + step * i) % 6 + 1) for i in range(length)) + "".join(rest))[
        :20
    ],
    st.integers(0, 5),
    st.sampled_from([0, 1, 5]),
    st.integers(8, 20),
    st.lists(_FACES, min_size=20, max_size=20),
)
_ENTRIES = st.one_of(
    st.text("123456", min_size=20, max_size=20),
    st.text("12", min_size=20, max_size=20).flatmap(lambda d: st.sampled_from([d, "3" + d[1:], d[:9] + "45" + d[11:]])),
    st.lists(_FACES, min_size=20, max_size=20).map(lambda faces: "".join(sorted(faces))),
    st.text("123456", min_size=10, max_size=10).map(lambda half: half + half[::-1]),
    _LIKE_A_PATTERN,
    _LIKE_A_RUN,
    _LIKE_A_RUN.map(lambda digits: digits[::-1]),
)


@settings(max_examples=600, deadline=None)
@given(_ENTRIES)
def test_exactly_the_written_rules_refuse(digits: str) -> None:
    expected = any(rule(digits) for rule in RULES.values())
    try:
        assert parse_dice("owner", digits) == digits
        refused = False
    except DiceRefusedError:
        refused = True
    assert refused is expected


def throws(count: int) -> list[str]:
    """Entries of honest dice."""
    randomness, found = SeededRandomness("honest dice"), []
    stream = (byte for _ in range(count) for byte in randomness.take(32) if byte < 252)
    faces = [str(byte % 6 + 1) for byte in stream]
    for start in range(0, len(faces) - LENGTH, LENGTH):
        found.append("".join(faces[start : start + LENGTH]))
    return found[:count]


def test_honest_dice_pass() -> None:
    entries = throws(20_000)
    assert len(entries) == 20_000
    assert all(parse_dice("owner", entry) == entry for entry in entries)


def with_run(length: int) -> Fraction:
    """How likely some move of one kind comes `length` − 1 times running in 20 throws."""
    runs = {1: Fraction(1)}
    hit = Fraction(0)
    for _ in range(LENGTH - 1):
        after: dict[int, Fraction] = {1: sum(runs.values()) * Fraction(5, 6)}
        for now, chance in runs.items():
            after[now + 1] = chance / 6
        hit += after.pop(length, Fraction(0))
        runs = after
    return hit


def test_honest_dice_are_refused_as_rarely_as_the_page_says() -> None:
    """docs/formats/ceremony.md: under 2.4e-6 an entry; a union bound over what each rule refuses exactly."""
    whole = 6**LENGTH
    run, period = with_run(10), Fraction(sum(6**p for p in range(1, 13)), whole)
    others = [
        Fraction(6 * sum(comb(LENGTH, n) * 5 ** (LENGTH - n) for n in range(15, 21)), whole),
        Fraction(15 * (2**LENGTH - 2) + 6, whole),
        Fraction(6**10, whole),
        Fraction(2 * comb(LENGTH + 5, 5), whole),
        2 * with_run(12),
    ]
    assert run < Fraction("1.1e-6")
    assert period < Fraction("7.2e-7")
    assert sum(others) < Fraction("2e-7")
    assert run + period + sum(others) < Fraction("2.4e-6")


def test_two_witnesses_with_one_entry_are_refused_and_the_later_is_named() -> None:
    same = throws(1)[0]
    with pytest.raises(DiceRefusedError) as refusal:
        require_different({"supervisor": same, "owner": same})
    assert refusal.value.details["witness"] == "owner"
    require_different({"supervisor": same, "owner": same[::-1]})
