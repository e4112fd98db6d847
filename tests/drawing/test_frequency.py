"""Over many seeds whole committees come out as often as the enumeration of all orders says."""

import itertools
import math
from collections import Counter
from functools import cache

import pytest

from drawing.order import Order, prk
from drawing.selection import Candidate, Quota, mask_of, select
from tests.drawing.brute import brute_select
from vault.suite import digest

POOL = {
    "a": ([0], "e1"),
    "b": ([0, 1], "e1"),
    "c": ([1], "e2"),
    "d": ([0], "e2"),
    "f": ([1], "e3"),
    "g": ([0, 1], "e4"),
    "h": ([0], "e5"),
}
QUOTAS = [{"count": 2, "reserves": 0}, {"count": 1, "reserves": 1}]

Committee = tuple[frozenset[tuple[str, int]], frozenset[tuple[str, int]]]


@cache
def enumerated() -> Counter[Committee]:
    """How many of the 5,040 orders give each committee, by the written rule."""
    found: Counter[Committee] = Counter()
    for labels in itertools.permutations(POOL):
        order = [{"label": label, "mask": POOL[label][0], "employer": POOL[label][1]} for label in labels]
        outcome = brute_select({"order": order, "quotas": QUOTAS, "employer_cap": 1, "seated": []})
        found[
            frozenset((seat["label"], seat["quota"]) for seat in outcome["accepted"]),
            frozenset((seat["label"], seat["quota"]) for seat in outcome["reserves"]),
        ] += 1
    return found


def drawn(seeds: int) -> Counter[Committee]:
    """How often each committee comes out under codes that are digests of 0, 1, …"""
    people = {label: Candidate(label, mask_of(mask), employer) for label, (mask, employer) in POOL.items()}
    quotas = [Quota(**quota) for quota in QUOTAS]
    found: Counter[Committee] = Counter()
    for seed in range(seeds):
        order = Order(prk(digest("frequency-test", b"%d" % seed), "9:frequency,"), people)
        outcome = select((people[label] for label in order.labels()), quotas, 1)
        found[frozenset(outcome.accepted), frozenset(outcome.reserves)] += 1
    return found


def chi_square(seen: Counter[Committee], expected: Counter[Committee]) -> tuple[float, int, float]:
    """The statistic, its degrees of freedom and p; cells that expect fewer than five are put together."""
    assert set(seen) <= set(expected)
    scale = seen.total() / expected.total()
    cells = [(seen[key], number * scale) for key, number in expected.items()]
    small = [cell for cell in cells if cell[1] < 5]
    cells = [cell for cell in cells if cell[1] >= 5]
    if small:
        cells.append((sum(cell[0] for cell in small), sum(cell[1] for cell in small)))
    statistic = sum((observed - mean) ** 2 / mean for observed, mean in cells)
    return statistic, len(cells) - 1, upper_gamma((len(cells) - 1) / 2, statistic / 2)


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), by the series of P(a, x)."""
    term = total = 1 / a
    for n in range(1, 10_000):
        term *= x / (a + n)
        total += term
        if term < total * 1e-15:
            break
    return 1 - total * math.exp(-x + a * math.log(x) - math.lgamma(a))


def check(seeds: int) -> None:
    expected = enumerated()
    statistic, freedom, p = chi_square(drawn(seeds), expected)
    print(f"{seeds} seeds, {len(expected)} committees: chi-square {statistic:.1f} on {freedom}, p = {p:.3f}")
    assert p > 0.001


def test_upper_gamma_is_that_of_the_tables() -> None:
    for freedom, at_five_percent in ((1, 3.841459), (2, 5.991465), (10, 18.307038), (30, 43.772972)):
        assert upper_gamma(freedom / 2, at_five_percent / 2) == pytest.approx(0.05, abs=1e-7)


def test_the_test_sees_a_biased_draw() -> None:
    """Seats given to whoever comes first, without looking ahead, would be noticed."""
    expected = enumerated()
    biased = Counter({key: round(number * (1.5 if ("b", 0) in key[0] else 1)) for key, number in expected.items()})
    assert chi_square(biased, expected)[2] < 0.001


def test_committees_come_as_often_as_enumerated() -> None:
    check(2_000)


@pytest.mark.soak
def test_committees_come_as_often_as_enumerated_over_20_000_seeds() -> None:
    check(20_000)
