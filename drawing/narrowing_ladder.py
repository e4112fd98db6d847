"""A ladder of counts from which no count under ten can be read or worked out.

`start` are the people sought, each step takes some away, `end` are the eligible; start − steps = end.  What is shown:
- clauses are joined, in their order, until a step takes ten or more; what is left over at the end joins the last step;
- where all clauses together take fewer than ten, one step without a number stands for them and the start is left out;
- where fewer than ten are eligible, the end is left out, and the last step has no number, joined with as many before
  it as it takes for any end from nought to nine to be possible;
- where fewer than ten are sought, no number stands in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vault.jsontext import JsonValue

FEW = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Clauses joined, and how many people they take away; None: not shown."""

    clauses: tuple[str, ...]
    count: int | None


@dataclass(frozen=True, slots=True)
class Ladder:
    """What is shown of a ladder; None for a start that is not shown, and for an end under ten."""

    start: int | None
    steps: tuple[Step, ...]
    end: int | None

    def value(self) -> dict[str, JsonValue]:
        """Return the JSON of the report's format: `{"fewer_than": 10}` for an end under ten."""
        return {
            "sought": self.start,
            "steps": [{"clauses": list(step.clauses), "removed": step.count} for step in self.steps],
            "eligible": {"fewer_than": FEW} if self.end is None else self.end,
        }


def is_few(count: int) -> bool:
    """Say whether a count must not be shown."""
    return count < FEW


def ladder(start: int, removed: Sequence[tuple[str, int]]) -> Ladder:
    """Return what may be shown of a ladder that begins with `start` people and takes `removed` away in order."""
    everything = Step(tuple(clause for clause, _ in removed), None)
    end = start - sum(count for _, count in removed)
    if is_few(start):
        return Ladder(None, (everything,), None)
    if is_few(end):
        return Ladder(start, _open_ended(_joined(removed), everything, end), None)
    if is_few(start - end):
        return Ladder(None, (everything,), end)
    return Ladder(start, _joined(removed), end)


def _joined(removed: Sequence[tuple[str, int]]) -> tuple[Step, ...]:
    steps: list[Step] = []
    clauses: tuple[str, ...] = ()
    total = 0
    for clause, count in removed:
        clauses, total = (*clauses, clause), total + count
        if not is_few(total):
            steps.append(Step(clauses, total))
            clauses, total = (), 0
    if clauses and steps:
        last = steps.pop()
        steps.append(Step(last.clauses + clauses, (last.count or 0) + total))
    return tuple(steps)


def _open_ended(steps: Sequence[Step], everything: Step, end: int) -> tuple[Step, ...]:
    """Leave the number out of the last steps, so many of them that any end under ten could stand after them.

    A step is known to take ten or more; so 19 must be open between it and an end of nine.
    """
    left, still = list(steps), end
    clauses: tuple[str, ...] = ()
    while left and still < 2 * FEW - 1:
        last = left.pop()
        clauses, still = last.clauses + clauses, still + (last.count or 0)
    return (*left, Step(clauses, None)) if left else (everything,)
