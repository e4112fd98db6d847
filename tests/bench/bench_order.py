"""From codes to the first selection among 100,000 sought people, as ratios to baselines of the same run.

Run: `python -m tests.bench.bench_order`.  Every time is the median of five; peak memory is that of a child process
that does nothing else.
"""

import hmac
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from consistent_sampler import sampler

from drawing.order import Order, keyed_digests, ordered, prk
from drawing.selection import Candidate, Quota, mask_of, select
from vault.suite import sha256

SOUGHT = 98_779
EMPLOYERS = 20_000
QUOTAS = (Quota(3, 1), Quota(2, 1), Quota(2, 0))
RANDOMNESS = "26:ABCDEFGHIJKLMNOPQRSTUVWXYZ,20:12345612345612345612,"
CODE = sha256(b"bench")

Row = tuple[str, float, str, float]  # what, seconds, baseline, its seconds


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_of_five(work: Callable[[], object]) -> float:
    """Seconds, the median of five runs."""
    return median(seconds(work) for _ in range(5))


def by_turns(*works: Callable[[], object]) -> list[float]:
    """Seconds of each, the median of five runs; they take turns, so that a busy moment meets them all alike."""
    rounds = [[seconds(work) for work in works] for _ in range(5)]
    return [median(times) for times in zip(*rounds, strict=True)]


def peak_megabytes(code: str) -> float:
    """The peak resident memory of a child that runs `code`, in 10^6 bytes."""
    script = code + "\nprint(open('/proc/self/status').read())"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    found = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def print_table(rows: list[Row]) -> None:
    for what, seconds, baseline, base in rows:
        print(f"{what:58} {seconds * 1000:9.1f} ms   {seconds / base:6.2f} x {baseline} ({base * 1000:.1f} ms)")


def people(count: int = SOUGHT) -> dict[str, Candidate]:
    """Labels as a draw makes them; masks of one to three quotas, 20,000 employers."""
    labels = [digest.hex() for digest in keyed_digests(sha256(b"salt"), (b"%d" % number for number in range(count)))]
    return {
        label: Candidate(label, mask_of({number % 3, number * 7 % 5 % 3}), f"{number * 7919 % EMPLOYERS:032x}")
        for number, label in enumerate(labels)
    }


def first_selection(table: dict[str, Candidate]) -> None:
    order = Order(prk(CODE, RANDOMNESS), table)
    outcome = select((table[label] for label in order.labels()), QUOTAS, 1)
    assert len(outcome.accepted) == 7
    assert not outcome.short


def rows() -> list[Row]:
    table = people()
    labels = list(table)
    key = prk(CODE, RANDOMNESS)
    encoded = [label.encode() for label in labels]
    one_hmac = median_of_five(lambda: [hmac.digest(key, label, "sha256") for label in encoded])
    whole_sampler = median_of_five(lambda: list(sampler(labels, CODE.hex(), output="id")))
    first_seven = median_of_five(lambda: list(sampler(labels, CODE.hex(), output="id", take=7)))
    selection = median_of_five(lambda: first_selection(table))
    whole_order = median_of_five(lambda: ordered(key, labels))
    return [
        (f"order and first selection of {SOUGHT:,}", selection, "one HMAC a sought expert", one_hmac),
        ("  the same", selection, "consistent_sampler's full order", whole_sampler),
        ("  the same", selection, "consistent_sampler's first seven", first_seven),
        (f"full order of {SOUGHT:,}", whole_order, "one HMAC a sought expert", one_hmac),
        ("  the same", whole_order, "consistent_sampler's full order", whole_sampler),
    ]


def main() -> None:
    print_table(rows())
    code = "from tests.bench.bench_order import first_selection, people\nfirst_selection(people())"
    print(f"{'peak memory of a child that does the first line':58} {peak_megabytes(code):9.0f} MB")


if __name__ == "__main__":
    main()
