"""The port through which fresh random bytes come in, and its one real adapter."""

import secrets
from typing import Protocol


class Randomness(Protocol):
    """A source of fresh secret bytes."""

    def take(self, count: int) -> bytes:
        """Return `count` fresh bytes."""
        ...


class SystemRandomness:
    """The operating system's generator (getrandom, BCryptGenRandom)."""

    def take(self, count: int) -> bytes:
        """Return `count` fresh bytes from the operating system."""
        return secrets.token_bytes(count)
