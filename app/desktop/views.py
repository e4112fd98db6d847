"""What the frame and the list of draws show: values that can't change; light, since the first window needs them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from vault.errors import FengqianError
from vault.ids import PersonId
from vault.roles import Role

if TYPE_CHECKING:
    from drawing.steps import Step

AT_THE_DESK: Final = (Role.OPERATOR, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class StationView:
    """What the frame shows of a station."""

    centre: str
    language: str
    sample: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who works here."""

    person: PersonId
    role: Role
    name: str
    organisation: str
    fingerprint: str
    active: bool


@dataclass(frozen=True, slots=True)
class AboutView:
    """The keys by which a station is known, and how long its journal is."""

    station: str
    people: tuple[PersonView, ...]
    entries: int


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw in the list of draws; `problem` is the refusal of one that can't be read."""

    draw: str
    serial: str
    project: str
    lot: str
    step: "Step | None"
    begun_at: datetime
    problem: FengqianError | None = None
