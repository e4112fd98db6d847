"""A working fake of the randomness port: the same seed gives the same bytes."""

import hashlib


class SeededRandomness:
    """Bytes of SHA-256(seed ‖ counter), one after the other, in an order that depends on the seed alone."""

    def __init__(self, seed: str | bytes = "fengqian") -> None:
        self._seed = seed.encode("utf-8") if isinstance(seed, str) else seed
        self._counter = 0
        self._left = b""

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes of the stream."""
        if count < 0:
            raise ValueError("a negative count of bytes")
        while len(self._left) < count:
            self._left += hashlib.sha256(self._seed + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken
