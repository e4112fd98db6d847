"""What the bank's page shows: values that can't change; names and numbers only for whoever may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

FEWEST_SHOWN: Final = 10
AT_ONCE: Final = 128


@dataclass(frozen=True, slots=True)
class VersionView:
    """One accepted version: its number, when it was accepted, its size, what changed, and its root's first digits."""

    number: int
    at: datetime
    experts: int
    added: int
    removed: int
    changed: int
    root: str


@dataclass(frozen=True, slots=True)
class SpecialtyView:
    """A specialty code with its name and how many have it; None: fewer than ten."""

    code: str
    name: str
    experts: int | None


@dataclass(frozen=True, slots=True)
class BankView:
    """The bank: its versions, the newest first, and whether people are masked."""

    versions: tuple[VersionView, ...]
    masked: bool


@dataclass(frozen=True, slots=True)
class FoundView:
    """What a filter found: which filter it was, and how many rows; None: fewer than ten, which aren't shown."""

    number: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class ExpertView:
    """One row of the table."""

    id: str
    name: str
    phone: str
    employer: str
    specialties: str
    region: str
    standing: str


@dataclass(frozen=True, slots=True)
class RowsView:
    """Some rows of what a filter found, from the one at `start` on."""

    number: int
    start: int
    rows: tuple[ExpertView, ...]
