"""One selection over 1,000,000 entries: where people are plentiful, and where everything goes wrong.

Run: `python -m tests.bench.bench_selection`.  The baseline is one pass that counts the same entries by mask and
employer and does nothing else.
"""

from collections import Counter
from collections.abc import Callable

from drawing.selection import Candidate, Outcome, Quota, mask_of, select
from tests.bench.bench_order import Row, median_of_five, print_table

SIZE = 1_000_000
QUOTAS = (Quota(3, 1), Quota(2, 1), Quota(2, 0))

Case = tuple[str, list[Candidate], tuple[Quota, ...], int | None]


def plentiful() -> Case:
    """Everybody may serve one or two quotas; 20,000 employers."""
    entries = [Candidate(f"{i:x}", mask_of({i % 3, i * 7 % 5 % 3}), f"e{i * 7919 % 20_000}") for i in range(SIZE)]
    return "plentiful", entries, QUOTAS, 1


def short() -> Case:
    """A quota that nobody can serve: all entries are read, and few are skipped."""
    entries = [Candidate(f"{i:x}", mask_of({i % 2}), f"e{i * 7919 % 20_000}") for i in range(SIZE)]
    return "a quota that nobody serves", entries, QUOTAS, 1


def rare_last() -> Case:
    """Only the last entry may serve the last quota: everybody else is skipped after the first few."""
    entries = [Candidate(f"{i:x}", mask_of({i % 2}), f"e{i * 7919 % 300_000}") for i in range(SIZE - 1)]
    return "the rare one is last", [*entries, Candidate("last", 4, "last")], (Quota(3), Quota(2), Quota(1)), 1


def few_employers() -> Case:
    """Six employers and a cap of one, 255 masks; the last entry is the sixth one's only person."""
    entries = [Candidate(f"{i:x}", i * 7919 % 255 + 1, f"e{i % 5}") for i in range(SIZE - 1)]
    return "few employers, 255 masks", [*entries, Candidate("last", 1, "e5")], tuple(Quota(1, 1) for _ in range(8)), 1


def blocking() -> Case:
    """Two quotas share the only two employers that serve a third one, which lies last; all masks, many employers."""
    entries = [Candidate(f"{i:x}", 3 if i % 2 else 1, f"e{i % 2}" if i % 3 else f"x{i}") for i in range(SIZE - 2)]
    rare = [Candidate("r0", 4, "e0"), Candidate("r1", 4, "e1")]
    return "blocked by the rare ones", [*entries, *rare], (Quota(1), Quota(1), Quota(2)), 1


def no_cap() -> Case:
    """The rare one is last, and employers don't matter."""
    name, entries, quotas, _ = rare_last()
    return name + ", no cap", entries, quotas, None


CASES: tuple[Callable[[], Case], ...] = (plentiful, short, rare_last, few_employers, blocking, no_cap)


def count(entries: list[Candidate]) -> Counter[tuple[int, str]]:
    return Counter((entry.mask, entry.employer) for entry in entries)


def row(make: Callable[[], Case]) -> Row:
    name, entries, quotas, cap = make()
    outcomes: list[Outcome] = []
    seconds = median_of_five(lambda: outcomes.append(select(entries, quotas, cap)))
    what = f"{name}: {len(outcomes[0].accepted)} accepted, {len(outcomes[0].skipped):,} skipped"
    return what, seconds, "counting", median_of_five(lambda: count(entries))


def main() -> None:
    print_table([row(make) for make in CASES])


if __name__ == "__main__":
    main()
