"""Witnesses' dice: what an entry looks like, and which entries no dice throw (`docs/formats/ceremony.md`).

The tests find inventions and typing slips, not clever cheats: a person who writes a plausible row of their own is not
found out, and needn't be, since one honest source suffices.  Honest dice fail in under 2.4e-6 of entries.
"""

import itertools
from collections.abc import Mapping

from drawing.errors import DrawingError

LENGTH = 20
_RUN, _STEPS, _LONGEST_PERIOD, _MOST_OF_ONE = 10, 12, 12, 15


class DiceRefusedError(DrawingError):
    """An entry isn't a row of dice."""

    code = "drawing.dice.refused"
    what = "The entry of {witness} is not taken for a row of dice: {problem}."
    kept = "The other witnesses' entries are kept."
    todo = "Throw 20 dice and enter the 20 digits from 1 to 6 as they lie."


def parse_dice(witness: str, text: str) -> str:
    """Return the 20 digits of an entry, spaces and hyphens passed over.

    Raises:
        DiceRefusedError: where it isn't 20 digits from 1 to 6, or is a row that no dice throw.
    """
    digits = "".join(text.split()).replace("-", "")
    problem = _problem(digits)
    if problem is not None:
        raise DiceRefusedError(witness=witness, problem=problem)
    return digits


def require_different(entries: Mapping[str, str]) -> None:
    """Refuse two witnesses' entries that are the same.

    Raises:
        DiceRefusedError: naming the later of the two.
    """
    seen: set[str] = set()
    for witness, digits in entries.items():
        if digits in seen:
            raise DiceRefusedError(witness=witness, problem="another witness entered the same 20 digits")
        seen.add(digits)


def _problem(digits: str) -> str | None:
    if len(digits) != LENGTH or not set(digits) <= set("123456"):
        return "it is not 20 digits from 1 to 6"
    faces = [int(digit) for digit in digits]
    if max(digits.count(face) for face in set(digits)) >= _MOST_OF_ONE or len(set(digits)) <= 2:
        return "hardly any face but one or two appears"
    if _longest_run(faces, 0) >= _RUN:
        return "one face stands many times running"
    if max(_longest_run(faces, 1), _longest_run(faces, -1)) >= _STEPS:
        return "it counts up or down"
    if _period(digits) <= _LONGEST_PERIOD or digits == digits[::-1]:
        return "it repeats a pattern"
    if digits in ("".join(sorted(digits)), "".join(sorted(digits, reverse=True))):
        return "it is in order"
    return None


def _longest_run(faces: list[int], step: int) -> int:
    longest = length = 1
    for before, after in itertools.pairwise(faces):
        length = length + 1 if (after - before - step) % 6 == 0 else 1
        longest = max(longest, length)
    return longest


def _period(digits: str) -> int:
    return next(p for p in range(1, LENGTH + 1) if digits[p:] == digits[: LENGTH - p])
