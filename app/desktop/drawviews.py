"""What the pages of a draw show: values that can't change, with no name, number or id of a drawn expert in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from drawing.desk.callstory import EMPTY, SlotStory
from drawing.due import Due
from vault.ids import DrawId, PersonId

if TYPE_CHECKING:
    from drawing.certificate import CertificateQuota, EarlierCeremony
    from drawing.narrowing import Report
    from drawing.request import RequestedQuota
    from drawing.rules import Finding
    from drawing.steps import Step


@dataclass(frozen=True, slots=True)
class QuotaView:
    """One quota, as it may be read aloud."""

    number: int
    specialty: str
    count: int
    reserves: int
    site: str
    name: str = ""

    @property
    def said(self) -> str:
        """Return the specialty by its name, or by its code where the station knows none."""
        return self.name or self.specialty


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot: whose quota, how its call stands, in which round it was filled (0: not yet)."""

    name: str
    quota: int
    reserve: bool
    state: str
    round: int
    attempts: int
    story: SlotStory = EMPTY


@dataclass(frozen=True, slots=True)
class WitnessView:
    """One witness: whether their dice are in, what they said of their row, and the row once all are in."""

    name: str
    entered: bool
    agrees: bool | None
    row: str


@dataclass(frozen=True, slots=True)
class SealedView:
    """A sealed list from outside."""

    serial: str
    opening: datetime
    holders: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw as it stands; `due` is what a filling draw needs next, `code` the number of its next round's code."""

    draw: DrawId
    serial: str
    project: str
    lot: str
    step: "Step"
    level: str = ""
    quotas: tuple[QuotaView, ...] = ()
    slots: tuple[SlotView, ...] = ()
    witnesses: tuple[WitnessView, ...] = ()
    fingerprint: str = ""
    qr: str = ""
    due: Due = Due.NOTHING
    code: int = 0
    needs_code: bool = False
    rounds: int = 0
    reentries: int = 0
    sealed: SealedView | None = None
    lacks: tuple[tuple[int, int, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceView:
    """An entry of a round's order: its position as far as it is shown; which slot it took, or why it was skipped."""

    position: str
    at: float
    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class SortingView:
    """A round as everybody may see it: where all positions lie (0 to 1), and what came of those considered.

    `by_quota` says whether what a slot is for can be told entry by entry, because no quota lies in another.
    """

    draw: DrawView
    number: int
    total: int
    ticks: tuple[float, ...]
    places: tuple[PlaceView, ...]
    left: int
    dice: tuple[tuple[str, str], ...]
    by_quota: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """A recused name beside an employer of the bank that looks like it."""

    recused: str
    employer: str


@dataclass(frozen=True, slots=True)
class NarrowingView:
    """The narrowing report, and the quotas and related ceremonies that go with it."""

    report: "Report"
    seconds: tuple[tuple[PersonId, str], ...]
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FreezeView:
    """What is read aloud before the freeze."""

    quotas: tuple[QuotaView, ...]
    related: "tuple[EarlierCeremony, ...]"
    level: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What the rules say of the committee that would be sealed, and who may be a deputy."""

    broken: "tuple[Finding, ...]"
    forbidding: bool
    deputies: tuple[tuple[PersonId, str, str], ...]


@dataclass(frozen=True, slots=True)
class ExampleView:
    """What an expert of the first site hears, and the recording of it."""

    text: str
    recording: Path


@dataclass(frozen=True, slots=True)
class NoticeView:
    """What the supervisor dials and reads out; shown to them alone, until the answer is keyed."""

    number: str = field(repr=False)
    message: str


@dataclass(frozen=True, slots=True)
class WaitingView:
    """A sealed list that waits: the station's time when it was read, and who may approve an early opening."""

    now: datetime
    seconds: tuple[tuple[PersonId, str], ...]


@dataclass(frozen=True, slots=True)
class MemberView:
    """One expert of an opened list."""

    slot: str
    name: str = field(repr=False)
    employer: str = field(repr=False)
    phone: str = field(repr=False)
    specialties: tuple[str, ...]
    site: str


@dataclass(frozen=True, slots=True)
class OpenedView:
    """An opened list; shown from the opening on alone."""

    members: tuple[MemberView, ...] = field(repr=False)
    seconds: tuple[tuple[PersonId, str], ...] = ()


def quotas_of(quotas: "Sequence[RequestedQuota | CertificateQuota]", names: Mapping[str, str]) -> tuple[QuotaView, ...]:
    """Return the quotas of a request or of its certificate, with the names of specialties that are known."""
    return tuple(
        QuotaView(number, one.specialty, one.count, one.reserves, one.site, names.get(one.specialty, ""))
        for number, one in enumerate(quotas, 1)
    )
