"""What the pages of a draw show: values that can't change, with no name, number or id of a drawn expert in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from drawing.ceremony import fingerprint_digest, fingerprint_of
from drawing.certificate import CertificateQuota, EarlierCeremony
from drawing.desk.filling import Due, due
from drawing.desk.seeding import dice_shown
from drawing.desk.station import LiveDraw
from drawing.narrowing import Report
from drawing.request import Request, RequestedQuota
from drawing.rules import Finding
from drawing.steps import Sealing, Step
from printing.qr import ceremony_text
from vault.ids import DrawId, PersonId


@dataclass(frozen=True, slots=True)
class QuotaView:
    """One quota, as it may be read aloud."""

    number: int
    specialty: str
    count: int
    reserves: int
    site: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot: whose quota, how its call stands, in which round it was filled (0: not yet)."""

    name: str
    quota: int
    reserve: bool
    state: str
    round: int
    attempts: int


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
    step: Step
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
class RequestView:
    """A request that was read, before it is registered: what the rules say, and the bytes that would be registered."""

    request: Request = field(repr=False)
    findings: tuple[Finding, ...]
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MatchView:
    """A recused name beside an employer of the bank that looks like it."""

    recused: str
    employer: str


@dataclass(frozen=True, slots=True)
class NarrowingView:
    """The narrowing report, and the quotas and related ceremonies that go with it."""

    report: Report
    seconds: tuple[tuple[PersonId, str], ...]


@dataclass(frozen=True, slots=True)
class FreezeView:
    """What is read aloud before the freeze."""

    quotas: tuple[QuotaView, ...]
    related: tuple[EarlierCeremony, ...]
    level: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What the rules say of the committee that would be sealed, and who may be a deputy."""

    broken: tuple[Finding, ...]
    forbidding: bool
    deputies: tuple[tuple[PersonId, str, str], ...]


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


def quotas_of(quotas: Sequence[RequestedQuota | CertificateQuota]) -> tuple[QuotaView, ...]:
    """Return the quotas of a request or of its certificate."""
    return tuple(
        QuotaView(number, one.specialty, one.count, one.reserves, one.site) for number, one in enumerate(quotas, 1)
    )


def view_of(live: LiveDraw) -> DrawView:
    """Return a draw as it stands."""
    record, certificate, payload = live.record, live.record.certificate, live.record.ceremony_payload
    following = due(live)
    return DrawView(
        draw=live.draw,
        serial=record.serial,
        project=record.project_name,
        lot=record.lot,
        step=record.step,
        level="" if certificate is None else certificate.level,
        quotas=() if certificate is None else quotas_of(certificate.quotas),
        slots=tuple(
            SlotView(
                slot.name,
                slot.quota,
                slot.reserve,
                slot.state,
                0 if slot.occupant is None else slot.occupant.round,
                slot.attempts,
            )
            for slot in record.slots.values()
        ),
        witnesses=_witnesses(live),
        fingerprint=fingerprint_of(payload) if payload else "",
        qr=ceremony_text(fingerprint_digest(payload)) if payload else "",
        due=following,
        code=record.next_code_number() if following is Due.ROUND else 0,
        needs_code=certificate is not None and certificate.level == "B",
        rounds=len(record.rounds),
        reentries=record.reentries,
        sealed=_sealed(live, record.sealings[-1]) if record.sealings else None,
        lacks=tuple((lack.quota + 1, lack.lacks, lack.reserve) for lack in live.rounds.lacks())
        if record.step in (Step.COMPLETE, Step.SHORT)
        else (),
    )


def _witnesses(live: LiveDraw) -> tuple[WitnessView, ...]:
    record = live.record
    if record.certificate is None:
        return ()
    rows = dice_shown(live) if record.step is Step.FIXED and not record.missing_dice() else {}
    return tuple(
        WitnessView(name, name in record.dice, record.compared.get(name), rows.get(name, ""))
        for name in record.certificate.witnesses
    )


def _sealed(live: LiveDraw, sealing: Sealing) -> SealedView:
    last = next(entry for entry in reversed(live.entries()) if entry.kind == "draw.sealed")
    said = last.body["holders"]
    assert isinstance(said, list)
    holders = tuple((str(one["role"]), str(one["name"])) for one in said if isinstance(one, dict))
    return SealedView(sealing.serial, sealing.opening, holders)
