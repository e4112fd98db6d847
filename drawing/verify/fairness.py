"""The fairness page (`docs/formats/fairness.md`): its classes counted again, its stated sample repeated."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Final

from drawing.verify.certificate import Certificate
from drawing.verify.document import some_text_or_null, whole_or_null
from drawing.verify.positions import Ascending, round_key
from drawing.verify.replay import result_bytes
from drawing.verify.report import CheckFailedError
from drawing.verify.rule import Pool, Seats, select_round
from drawing.verify.table import Table, quotas_in
from vault.jsontext import JsonValue, Reader
from vault.suite import digest

_WHERE: Final = "fairness"
_RANDOMNESS: Final = b"fairness"
_CROWDED, _SAMPLE, _LARGEST = 5, 3, 1_000_000
_PLACES: Final = Decimal("0.000001")
_EXACT: Final = Context(prec=60)


@dataclass(frozen=True, slots=True)
class _Class:
    mask: tuple[int, ...]
    employer_size: int | None
    people: int
    accepted: int | None
    chance: str
    error: str | None


def check_fairness(value: JsonValue, certificate: Certificate, table: Table) -> None:
    """Check the page against the table and repeat its sample.

    Raises:
        CheckFailedError: naming the class or the draw of the sample.
    """
    reader = Reader(value, f"$.{_WHERE}")
    reader.integer("v", 1, 1)
    method = reader.choice("method", ("exact", "simulated"))
    size = reader.integer("size", 0, _LARGEST)
    classes = [_read_class(item) for item in reader.readers("classes")]
    sample = [_read_sample(item) for item in reader.readers("sample")]
    reader.end()
    if (method == "exact") is not _is_exact(table, certificate.employer_cap):
        raise CheckFailedError(_WHERE, "its method is not the one that this table asks for")
    if method == "exact":
        if size or sample or classes != _exact(certificate, table):
            raise CheckFailedError(_WHERE, "its exact chances are not those of the table")
        return
    _check_simulated(certificate, table, size, classes, sample)


def _read_class(item: Reader) -> _Class:
    found = _Class(
        item.integers("mask"),
        whole_or_null(item, "employer_size", 1, _CROWDED),
        item.integer("people", 1),
        whole_or_null(item, "accepted"),
        item.text("chance", longest=64),
        some_text_or_null(item, "error", 64),
    )
    item.end()
    return found


def _read_sample(item: Reader) -> tuple[int, bytes]:
    found = item.integer("i"), item.hex_bytes("accepted", 32)
    item.end()
    return found


def _is_exact(table: Table, cap: int | None) -> bool:
    if any(mask & (mask - 1) for mask in set(table.masks)):
        return False
    return cap is None or max(Counter(table.employers).values(), default=0) <= cap


def _exact(certificate: Certificate, table: Table) -> list[_Class]:
    found = []
    for mask, people in sorted((quotas_in(mask), people) for mask, people in Counter(table.masks).items()):
        chance = min(Fraction(certificate.quotas[mask[0]].count, people), Fraction(1))
        found.append(_Class(mask, None, people, None, f"{chance.numerator}/{chance.denominator}", None))
    return found


def _check_simulated(
    certificate: Certificate,
    table: Table,
    size: int,
    classes: Sequence[_Class],
    sample: Sequence[tuple[int, bytes]],
) -> None:
    if size < 1 or [index for index, _ in sample] != list(range(min(_SAMPLE, size))):
        raise CheckFailedError(_WHERE, "its sample is not the first {count} of the simulation", count=_SAMPLE)
    crowds = {employer: min(people, _CROWDED) for employer, people in Counter(table.employers).items()}
    kinds = Counter(zip(table.masks, map(crowds.__getitem__, table.employers), strict=True))
    expected = sorted((quotas_in(mask), crowd, people) for (mask, crowd), people in kinds.items())
    if [(one.mask, one.employer_size, one.people) for one in classes] != expected:
        raise CheckFailedError(_WHERE, "its classes are not those of the table")
    for number, one in enumerate(classes):
        _check_class(number, one, size)
    each = _repeat(certificate, table, sample)
    if sum(one.accepted or 0 for one in classes) != each * size:
        raise CheckFailedError(_WHERE, "its classes do not add up to {each} accepted a draw", each=each)


def _check_class(number: int, one: _Class, size: int) -> None:
    trials = one.people * size
    if one.accepted is None or one.accepted > trials:
        raise CheckFailedError("fairness class {number}", "more are accepted than were tried", number=number)
    accepted = one.accepted
    chance = _EXACT.divide(Decimal(accepted), Decimal(trials)).quantize(_PLACES, ROUND_HALF_UP)
    variance = _EXACT.divide(Decimal(accepted * (trials - accepted)), Decimal(trials**3))
    error = _EXACT.sqrt(variance).quantize(_PLACES, ROUND_DOWN)
    if (one.chance, one.error) != (f"{chance:f}", f"{error:f}"):
        raise CheckFailedError(
            "fairness class {number}", "its chance or error is not what its numbers give", number=number
        )


def _repeat(certificate: Certificate, table: Table, sample: Sequence[tuple[int, bytes]]) -> int:
    """Repeat the sample; return how many are accepted each time, which no order changes."""
    pool = Pool(table.masks, table.employers, frozenset())
    quotas = certificate.quotas
    seats = Seats(
        tuple(quota.count for quota in quotas),
        tuple(quota.reserves for quota in quotas),
        Counter(),
        certificate.employer_cap,
    )
    each = 0
    for index, stated in sample:
        code = digest("fairness", certificate.digest, index.to_bytes(8, "big"))
        order = Ascending(round_key(code, _RANDOMNESS), table.messages, ())
        outcome = select_round(order.__getitem__, pool, seats)
        if digest("round", result_bytes(1, outcome, table.eligible.__getitem__)) != stated:
            raise CheckFailedError("fairness sample {index}", "it does not come out as stated", index=index)
        each = len(outcome.accepted)
    return each
