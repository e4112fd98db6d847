"""How likely each kind of person was to be taken in round 1 (`docs/formats/fairness.md`).

Exact where quotas are disjoint and the employer cap can't bind; otherwise simulated with the real order and the real
rule on codes derived from the certificate, so that anybody repeats the same sample.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from drawing.order import Order, prk
from drawing.pool import Line
from drawing.rounds import result_bytes, result_digest
from drawing.selection import Candidate, Outcome, Quota, mask_of, select
from vault.jsontext import JsonValue
from vault.suite import digest

RANDOMNESS = "fairness"
CROWDED = 5
KEPT = 3
PLACES = 6

Class = tuple[tuple[int, ...], int | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a certificate says of the quotas: counts and reserves in order, and the employer cap."""

    quotas: tuple[Quota, ...]
    employer_cap: int | None


def fairness_page(
    lines: Sequence[Line],
    terms: Terms,
    certificate_digest: bytes,
    size: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> dict[str, JsonValue]:
    """Return the page as JSON; `size` is the simulation's where one is needed; `progress` hears how many are done."""
    eligible = [line for line in lines if line.mask]
    if _is_exact(eligible, terms.employer_cap):
        return {"v": 1, "method": "exact", "size": 0, "classes": _exact(eligible, terms), "sample": []}
    counts, sample = _simulate(eligible, terms, certificate_digest, size, progress)
    return {
        "v": 1,
        "method": "simulated",
        "size": size,
        "classes": _simulated(eligible, counts, size),
        "sample": [{"i": index, "accepted": value.hex()} for index, value in enumerate(sample)],
    }


def simulation_code(certificate_digest: bytes, index: int) -> bytes:
    """Return the code of simulated draw `index`: 32 bytes."""
    return digest("fairness", certificate_digest, index.to_bytes(8, "big"))


def simulated_round(candidates: dict[str, Candidate], terms: Terms, code: bytes) -> Outcome:
    """Select round 1 of a simulated draw."""
    order = Order(prk(code, RANDOMNESS), candidates)
    return select((candidates[label] for label in order.labels()), terms.quotas, terms.employer_cap)


def candidates_of(eligible: Sequence[Line]) -> dict[str, Candidate]:
    """Return the candidates of eligible lines by label."""
    return {line.label: Candidate(line.label, mask_of(line.mask), line.employer) for line in eligible}


def _is_exact(eligible: Sequence[Line], cap: int | None) -> bool:
    if any(len(line.mask) > 1 for line in eligible):
        return False
    return cap is None or max(Counter(line.employer for line in eligible).values(), default=0) <= cap


def _exact(eligible: Sequence[Line], terms: Terms) -> list[JsonValue]:
    people = Counter(line.mask for line in eligible)
    classes: list[JsonValue] = []
    for mask, number in sorted(people.items()):
        chance = min(Fraction(terms.quotas[mask[0]].count, number), Fraction(1))
        classes.append(
            {
                "mask": list(mask),
                "employer_size": None,
                "people": number,
                "accepted": None,
                "chance": f"{chance.numerator}/{chance.denominator}",
                "error": None,
            }
        )
    return classes


def class_of(eligible: Sequence[Line]) -> dict[str, Class]:
    """Return each label's class: its mask and how many eligible people its employer has, 5 for 5 and more."""
    sizes = Counter(line.employer for line in eligible)
    return {line.label: (line.mask, min(sizes[line.employer], CROWDED)) for line in eligible}


def _simulate(
    eligible: Sequence[Line], terms: Terms, certificate_digest: bytes, size: int, progress: Callable[[int], None]
) -> tuple[Counter[Class], list[bytes]]:
    classes, candidates = class_of(eligible), candidates_of(eligible)
    counts: Counter[Class] = Counter()
    sample = []
    for index in range(size):
        outcome = simulated_round(candidates, terms, simulation_code(certificate_digest, index))
        counts.update(classes[label] for label, _ in outcome.accepted)
        if index < KEPT:
            sample.append(result_digest(result_bytes(1, outcome)))
        progress(index + 1)
    return counts, sample


def _simulated(eligible: Sequence[Line], counts: Counter[Class], size: int) -> list[JsonValue]:
    people = Counter(class_of(eligible).values())
    return [_class_value(kind, number, counts[kind], size) for kind, number in _ascending(people)]


def _ascending(people: Counter[Class]) -> Iterator[tuple[Class, int]]:
    return iter(sorted(people.items(), key=lambda item: (item[0][0], item[0][1] or 0)))


def _class_value(kind: Class, people: int, accepted: int, size: int) -> JsonValue:
    trials = people * size
    return {
        "mask": list(kind[0]),
        "employer_size": kind[1],
        "people": people,
        "accepted": accepted,
        "chance": _decimal(Fraction(accepted, trials)),
        "error": _decimal_root(Fraction(accepted * (trials - accepted), trials**3)),
    }


def _decimal(value: Fraction) -> str:
    scaled = (value.numerator * 10**PLACES * 2 + value.denominator) // (2 * value.denominator)
    return f"{scaled // 10**PLACES}.{scaled % 10**PLACES:0{PLACES}d}"


def _decimal_root(value: Fraction) -> str:
    """Write the square root of a value, rounded down to six places."""
    scaled = isqrt(value.numerator * 10 ** (2 * PLACES) // value.denominator)
    return f"{scaled // 10**PLACES}.{scaled % 10**PLACES:0{PLACES}d}"
