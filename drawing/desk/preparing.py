"""From a request file to a signed narrowing report: registered, checked, surveyed, approved.

Order: the request is parsed and checked against its rule pack; it is stored, then journaled; the pool is surveyed (each
time that is journaled as a preview); the supervisor confirms look-alike employers and signs the report, with a second
supervisor and a reason where a limit is passed.  The stored request is erased at the freeze.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from drawing.custody import Confirmed
from drawing.desk.station import DrawStation, LiveDraw
from drawing.eligibility import Context, Judge, names_to_confirm, sought_prefixes
from drawing.employer import EmployerMatch, group_key, normal_form
from drawing.errors import DrawingError
from drawing.expert import Expert
from drawing.narrowing import BankVersion as Bank
from drawing.narrowing import Report, narrowing_report, require_fillable, tally_of
from drawing.pool import Judged
from drawing.record import DrawRecord, Step
from drawing.request import Request, request_bytes
from drawing.request_form import parse_request
from drawing.rulepack import RulePack
from drawing.rules import Finding, require_allowed, review_request
from drawing.seats import closed_draws
from vault.dsse import sign_envelope
from vault.files import read_limited, write_atomic
from vault.identity import PrivateIdentity
from vault.ids import BankId, DrawId, new_id
from vault.jsontext import Reader, dumps
from vault.roles import Act, require
from vault.suite import sha256
from vault.times import to_text

LONGEST_REQUEST = 16 * 1024 * 1024
APPROVAL = "narrowing-approval"


class SecondApprovalError(DrawingError):
    """A limit is passed without the approval that lifts it."""

    code = "drawing.narrowing.second_approval"
    what = "This request passes a limit: a supervisor other than the one who signs must approve it, with a reason."
    kept = "The request stays as it is."
    todo = "Widen the request, or let a second supervisor approve it; the reason will be published."


class ReportChangedError(DrawingError):
    """The pool isn't what the supervisor signed."""

    code = "drawing.narrowing.changed"
    what = "The pool has changed since the supervisor signed the narrowing report."
    kept = "Nothing was frozen."
    todo = "Look at the new narrowing report and sign it."


@dataclass(frozen=True, slots=True)
class Survey:
    """What a request makes of the bank: everyone in a sought specialty judged, and the report of it."""

    request: Request = field(repr=False)
    bank: BankId
    bank_root: bytes
    people: tuple[Judged, ...] = field(repr=False)
    report: Report
    report_bytes: bytes
    frequency: tuple[tuple[str, int], ...] = field(repr=False)
    matches: tuple[Confirmed, ...] = field(repr=False)


def prepare(
    station: DrawStation, raw: bytes, pack: RulePack, operator: PrivateIdentity, *, approved: bool = False
) -> tuple[DrawId, tuple[Finding, ...]]:
    """Register a request; return the draw's id and what the rules say, met and broken.

    Args:
        station: the station.
        raw: the request file's bytes.
        pack: the rule pack of the request's trade.
        operator: who registers it.
        approved: whether breaches that an approval lifts may wait for it until the narrowing report is signed.

    Raises:
        NoBankError: where there is no bank yet.
        RequestRefusedError, ApprovalNeededError: where rules forbid it; nothing is stored.
    """
    require(operator.identity.role, Act.PREPARE_REQUEST)
    station.bank.current()
    now = station.clock.now()
    request = parse_request(raw)
    findings = review_request(request, pack, now)
    require_allowed(findings, approved=approved)
    draw = DrawId(new_id(now, station.randomness))
    folder = station.draw_folder(draw)
    folder.root.mkdir(parents=True, mode=0o700)
    content = request_bytes(request)
    write_atomic(folder.request, content)
    station.journal.append(
        "draw.prepared",
        draw,
        {
            "serial": _next_serial(station, now),
            "lot": request.project.lot,
            "name": request.project.name,
            "start": to_text(request.meeting.start),
            "request": sha256(content).hex(),
        },
        [operator.keyid],
    )
    return draw, findings


def _next_serial(station: DrawStation, now: datetime) -> str:
    year = now.year
    this_year = sum(entry.at.year == year for entry in station.journal.entries(kind="draw.prepared"))
    return f"{station.serial_prefix} {year}-{this_year + 1:04d}"


def stored_request(live: LiveDraw) -> Request:
    """Return the registered request; until the freeze."""
    live.record.require("Reading the request", Step.PREPARED, Step.NARROWED)
    return parse_request(read_limited(live.folder.request, LONGEST_REQUEST))


def look_alikes(live: LiveDraw) -> tuple[EmployerMatch, ...]:
    """Return the employers that look like a bidder or a recused employer, for the supervisor to confirm or not."""
    request = stored_request(live)
    return names_to_confirm(request, sought_experts(live.station, request))


def stored_matches(live: LiveDraw) -> tuple[Confirmed, ...]:
    """Return the look-alikes that were confirmed with the signed report; until the freeze."""
    items = Reader.of(read_limited(live.folder.matches, LONGEST_REQUEST)).readers("matches")
    return tuple(Confirmed(item.text("recused"), item.text("employer")) for item in items)


def sought_experts(station: DrawStation, request: Request) -> list[Expert]:
    """Return everyone of the bank in force whose specialty some quota seeks."""
    return list(station.bank.experts_for(station.bank.current().id, sought_prefixes(request)))


def survey(live: LiveDraw, pack: RulePack, matches: Sequence[Confirmed], at: datetime) -> Survey:
    """Judge everyone sought and report on it, as of `at`.

    Raises:
        QuotasUnfillableError: naming which quota lacks how many.
    """
    station, request = live.station, stored_request(live)
    version = station.bank.current()
    frequency = frequency_of(live, request, at)
    confirmed = frozenset((normal_form(match.employer), normal_form(match.recused)) for match in matches)
    judge = Judge(request, Context(confirmed, dict(frequency)))
    experts = sought_experts(station, request)
    employers = [group_key(expert.employer) for expert in experts]
    verdicts = list(judge.verdicts(experts))
    judged = zip(experts, verdicts, employers, strict=True)
    people = [Judged(expert.id, verdict.mask, employer) for expert, verdict, employer in judged]
    tally = tally_of(request, zip(verdicts, employers, strict=True))
    require_fillable(tally)
    shown = Bank(version.id, version.root.hex(), version.experts)
    report = narrowing_report(tally, pack, shown, live.draw, at)
    return Survey(
        request, version.id, version.root, tuple(people), report, report.to_bytes(), tuple(frequency), tuple(matches)
    )


def frequency_of(live: LiveDraw, request: Request, at: datetime) -> list[tuple[str, int]]:
    """Return how often each expert sat in closed draws within the request's frequency cap's days, ascending by id."""
    cap = request.frequency_cap
    return [] if cap is None else closed_draws(live.station.engine, cap.days, at)


def preview(live: LiveDraw, found: Survey) -> None:
    """Journal that somebody has looked at live counts."""
    shown = ["fewer than 10" if quota.is_few else str(quota.ladder.end) for quota in found.report.quotas]
    live.write("draw.previewed", {"eligible": shown})


def approve(live: LiveDraw, found: Survey, second: PrivateIdentity | None = None, reason: str = "") -> None:
    """Sign the narrowing report as supervisor, with a second one where a limit is passed.

    Raises:
        SecondApprovalError: where the report needs one and there is none, or it is the same person, or without reason.
    """
    live.record.require("Signing the narrowing report", Step.PREPARED, Step.NARROWED)
    live.present.allow(Act.PREPARE_REQUEST, Act.APPROVE_REQUEST)
    signers = [live.present.supervisor]
    if found.report.needs_approval:
        if second is None or not reason.strip() or second.keyid == live.present.supervisor.keyid:
            raise SecondApprovalError
        require(second.identity.role, Act.APPROVE_REQUEST)
        signers.append(second)
    matches = [{"recused": match.recused, "employer": match.employer} for match in found.matches]
    write_atomic(live.folder.matches, dumps({"matches": matches}))
    digest = sha256(found.report_bytes).hex()
    signature = sign_envelope(APPROVAL, dumps({"draw": live.draw, "report": digest}), signers)
    live.write(
        "draw.narrowed",
        {
            "report": digest,
            "signature": signature.to_json(),
            "approved_by": [signer.keyid for signer in signers],
            "reason": reason.strip() or None if found.report.needs_approval else None,
            "at": to_text(found.report.at),
        },
    )


def draws(station: DrawStation) -> list[tuple[DrawId, DrawRecord]]:
    """Return every draw of the station with its state, in the order of their registration."""
    found = []
    for entry in station.journal.entries(kind="draw.prepared"):
        draw = DrawId(entry.subject)
        found.append((draw, DrawRecord.of(station.journal.entries(subject=draw))))
    return found
