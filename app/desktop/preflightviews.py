"""What the preflight shows: values that can't change."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FitnessView:
    """One thing that was looked at: its name, `ok`, `advisable` or `wrong`, what was found, and what to do; worded."""

    place: int
    name: str
    state: str
    found: str
    remedy: str
