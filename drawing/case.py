"""One round's case as JSON, and its outcome: what `fengqian select` reads and writes.

Guarantees: the form of docs/formats/selection.md and nothing beside it; unknown, missing and doubled fields are
refused, and every label of the case is checked, also where the selection wouldn't have read so far.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from drawing.selection import (
    Candidate,
    DuplicateLabelError,
    EmptyFieldError,
    Outcome,
    Quota,
    Seated,
    Shortage,
    UnknownQuotaError,
    mask_of,
    select,
)
from vault.errors import MalformedRecordError
from vault.jsontext import JsonValue, Reader, dumps

_MOST = 10**6


@dataclass(frozen=True, slots=True)
class Case:
    """The input of one round; `order` is ascending by position."""

    order: tuple[Candidate, ...]
    quotas: tuple[Quota, ...]
    employer_cap: int | None
    seated: tuple[Seated, ...]

    def select(self) -> Outcome:
        """Make the selection.

        Raises:
            SelectionError: for anything that docs/formats/selection.md refuses.
        """
        return select(self.order, self.quotas, self.employer_cap, self.seated)


def parse_case(text: bytes) -> Case:
    """Read a case from hostile bytes.

    Raises:
        MalformedRecordError: where the form isn't that of a case.
        SelectionError: for a label that stands twice, an empty field, or a mask that names no quota.
    """
    reader = Reader.of(text)
    quotas = tuple(_quota(item) for item in reader.readers("quotas"))
    case = Case(
        order=tuple(_candidate(item, len(quotas)) for item in reader.readers("order")),
        quotas=quotas,
        employer_cap=_cap(reader),
        seated=tuple(_seated(item, len(quotas)) for item in reader.readers("seated")),
    )
    reader.end()
    _refuse_twins(case)
    return case


def _cap(reader: Reader) -> int | None:
    """Take the cap or null; where it is missing the case is refused, so that nobody forgets the cap."""
    if reader.has("employer_cap"):
        return reader.integer("employer_cap", 1)
    reader.raw("employer_cap")
    return None


def _quota(reader: Reader) -> Quota:
    quota = Quota(count=reader.integer("count", 0, _MOST), reserves=reader.integer("reserves", 0, _MOST))
    reader.end()
    return quota


def _person(reader: Reader, quota_count: int) -> tuple[str, int, str]:
    label, employer = reader.text("label"), reader.text("employer")
    if not label or not employer:
        raise EmptyFieldError(where=reader.where, field="employer" if label else "label")
    quotas = reader.integers("mask")
    if len(set(quotas)) != len(quotas):
        raise MalformedRecordError(where=f"{reader.where}.mask", problem="a quota stands twice in it")
    if any(quota >= quota_count for quota in quotas):
        raise UnknownQuotaError(where=reader.where, quotas=quota_count)
    return label, mask_of(quotas), employer


def _candidate(reader: Reader, quota_count: int) -> Candidate:
    candidate = Candidate(*_person(reader, quota_count))
    reader.end()
    return candidate


def _seated(reader: Reader, quota_count: int) -> Seated:
    label, mask, employer = _person(reader, quota_count)
    seated = Seated(
        label=label,
        mask=mask,
        employer=employer,
        quota=reader.integer("quota"),
        reserve=reader.boolean("reserve"),
        state=cast(Literal["confirmed", "pending"], reader.choice("state", ("confirmed", "pending"))),
    )
    reader.end()
    return seated


def _refuse_twins(case: Case) -> None:
    seen: set[str] = set()
    for name, people in (("seated", case.seated), ("order", case.order)):
        for index, person in enumerate(cast(Sequence[Candidate | Seated], people)):
            if person.label in seen:
                raise DuplicateLabelError(where=f"$.{name}[{index}]")
            seen.add(person.label)


def outcome_value(outcome: Outcome) -> dict[str, JsonValue]:
    """Return an outcome as the fields of a JSON object."""
    return {
        "accepted": [{"label": label, "quota": quota} for label, quota in outcome.accepted],
        "reserves": [{"label": label, "quota": quota} for label, quota in outcome.reserves],
        "skipped": [{"label": label, "reason": reason} for label, reason in outcome.skipped],
        "short": [entry for shortage in outcome.short for entry in _short(shortage)],
    }


def _short(shortage: Shortage) -> Iterator[JsonValue]:
    for lacks, reserve in ((shortage.lacks, False), (shortage.reserve_lacks, True)):
        if lacks:
            yield {"quota": shortage.quota, "lacks": lacks, "reserve": reserve}


def outcome_json(outcome: Outcome) -> bytes:
    """Write an outcome as one JSON text, keys sorted, no white space, no line end."""
    return dumps(outcome_value(outcome))
