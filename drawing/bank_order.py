"""Columns in the order of their ids: kept as they were read, and gone through in order.

Ids in no order lie all over the memory, and so does everything beside them.  What is only gone through once more (the
leaves on the way to the root, rows on the way to the database) is therefore not first copied into order.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import lt
from typing import TypeVar, overload

T = TypeVar("T")

_HEAD = 6


class Arranged(Sequence[T]):
    """The values of a column in another order; equal to any sequence of the same values."""

    __slots__ = ("_order", "_values")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, values: Sequence[T], order: Sequence[int]) -> None:
        self._values = values
        self._order = order

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self._order)

    def __iter__(self) -> Iterator[T]:
        """Go through the values in order."""
        return map(self._values.__getitem__, self._order)

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> "Arranged[T]": ...

    def __getitem__(self, place: int | slice) -> "T | Arranged[T]":
        """Return the value at a place, or those of some places."""
        if isinstance(place, slice):
            return Arranged(self._values, self._order[place])
        return self._values[self._order[place]]

    def __eq__(self, other: object) -> bool:
        """Compare the values."""
        return isinstance(other, Sequence) and list(self) == list(other)


def is_ascending(texts: Sequence[str]) -> bool:
    """Say whether each text is greater than the one before."""
    return all(map(lt, texts, islice(texts, 1, None)))


def ascending(texts: Sequence[str]) -> list[int]:
    """Return the places of the texts, the least text first.

    Texts are first parted by how they begin: each part is small enough to be compared close by in memory.
    """
    parts: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        parts[text[:_HEAD]].append(place)
    return [place for head in sorted(parts) for place in sorted(parts[head], key=texts.__getitem__)]
