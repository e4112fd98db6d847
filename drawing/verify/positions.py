"""A round's order (`docs/formats/order.md`): a position for every label, people ascending by it, as far as asked."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from vault.suite import hkdf_extract

_FIRST: Final = 512
_GROWTH: Final = 16


def round_key(code: bytes, randomness: bytes) -> bytes:
    """Return the key of a round's positions: 32 bytes."""
    return hkdf_extract(code, randomness)


def messages_of(labels: Iterable[str]) -> list[bytes]:
    """Return what is hashed of each label, the same in every round."""
    return [label.encode("ascii") + b"\x01" for label in labels]


def keyed(key: bytes, messages: Iterable[bytes]) -> list[bytes]:
    """Return HMAC-SHA-256 of each message under a key of at most 64 bytes; each pad is hashed once."""
    block = key + bytes(64 - len(key))
    start = hashlib.sha256(block.translate(_INNER)).copy
    close = hashlib.sha256(block.translate(_OUTER)).copy
    found: list[bytes] = []
    add = found.append
    for message in messages:
        inside = start()
        inside.update(message)
        outside = close()
        outside.update(inside.digest())
        add(outside.digest())
    return found


_INNER: Final = bytes(value ^ 0x36 for value in range(256))
_OUTER: Final = bytes(value ^ 0x5C for value in range(256))


class Ascending:
    """People (by their place in the table) ascending by position, without those in `left_out`; sorted as it is read."""

    def __init__(self, key: bytes, messages: Sequence[bytes], left_out: Collection[int]) -> None:
        self._left_out = left_out
        self._people: list[int] = []
        self._coming = self._sorted_people(keyed(key, messages))

    def _sorted_people(self, positions: list[bytes]) -> Iterator[int]:
        below, wanted, total = b"", _FIRST, len(positions)
        while True:
            bound = None if wanted * 2 >= total else (2**256 * wanted // total).to_bytes(32, "big")
            if bound is None:
                part = [(position, person) for person, position in enumerate(positions) if position >= below]
            else:
                part = [(position, person) for person, position in enumerate(positions) if below <= position < bound]
            part.sort()
            yield from (person for _, person in part if person not in self._left_out)
            if bound is None:
                return
            below, wanted = bound, wanted * _GROWTH

    def __getitem__(self, place: int) -> int:
        """Return the person at a place of the order, from 0; IndexError behind the last."""
        while place >= len(self._people):
            person = next(self._coming, None)
            if person is None:
                raise IndexError(place)
            self._people.append(person)
        return self._people[place]
