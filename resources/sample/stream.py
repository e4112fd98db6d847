"""A pure generator of numbers: SHA-256 of seed and counter, so that a seed gives the same sample on every machine.

For made-up data only: it is neither secret nor free of the small bias that reducing 16 or 32 bits brings.
"""

import hashlib
import struct

_UNPACK = struct.Struct(">16H").unpack


class Stream:
    """Numbers that follow from a seed and a name; `words` by index, the other methods one after the other."""

    def __init__(self, seed: str, name: str) -> None:
        self._state = hashlib.sha256(f"fengqian/sample/v1\0{seed}\0{name}\0".encode())
        self._counter = 0
        self._left: list[int] = []

    def words(self, index: int) -> tuple[int, ...]:
        """Return the 16 numbers under 65,536 that stand at `index`, whatever was asked before."""
        state = self._state.copy()
        state.update(index.to_bytes(8, "big"))
        return _UNPACK(state.digest())

    def below(self, limit: int) -> int:
        """Return the next number from 0 to `limit` − 1; `limit` is at most 2^32."""
        if len(self._left) < 2:
            self._left = list(self.words(self._counter))
            self._counter += 1
        return ((self._left.pop() << 16) | self._left.pop()) * limit >> 32
