"""From a request file to a signed narrowing report: registered, checked, surveyed, approved.

Order: the request is parsed and checked against its rule pack; it is stored, then journaled; the pool is surveyed (each
time that is journaled as a preview); the supervisor confirms look-alike employers and signs the report, with a second
supervisor and a reason where a limit is passed.  The stored request is erased at the freeze.

What is stored until then is held to the journal by salted digests, so that neither a file changed on the disk nor a
seat closed meanwhile gets into the freeze, and no stranger with the transcript can try out bidders or recusals on them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from drawing.begun import begun
from drawing.custody import Confirmed
from drawing.desk.station import DrawStation, LiveDraw
from drawing.eligibility import Context, Judge, confirmation, names_to_confirm, sought_prefixes
from drawing.employer import EmployerMatch, group_key
from drawing.errors import DrawingError
from drawing.expert import Expert
from drawing.narrowing import BankVersion as Bank
from drawing.narrowing import Lack, Report, lacks, narrowing_report, require_fillable, tally_of
from drawing.pool import Judged
from drawing.record import DrawRecord
from drawing.request import BEIJING, Request, request_bytes
from drawing.request_form import parse_request
from drawing.rulepack import RulePack
from drawing.rules import Finding, require_allowed, review_request
from drawing.seats import closed_draws
from drawing.signedstep import signed_body, step_of, steps
from drawing.steps import RecordBrokenError, Step
from vault.dsse import sign_envelope
from vault.errors import FengqianError
from vault.files import erase, read_limited, remove_parts, write_atomic
from vault.identity import PrivateIdentity, check_valid
from vault.ids import BankId, DrawId, new_id
from vault.journalentry import Entry
from vault.jsontext import JsonValue, Reader, dumps
from vault.roles import Act, require
from vault.suite import commitment, equal, sha256
from vault.times import from_text, to_text

LONGEST_REQUEST = 16 * 1024 * 1024
APPROVAL = "narrowing-approval"
_NONCE_LENGTH, _LONGEST_SERIAL = 32, 64


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


class NoServerError(DrawingError):
    """Level A on a station that no server gives codes to."""

    code = "drawing.request.no_server"
    what = "Level A needs codes from a central server, and this station has none."
    kept = "Nothing was registered."
    todo = "Ask for level B with a second machine, or for level C."


class StoredChangedError(DrawingError):
    """What was stored with a registered request isn't what was registered or signed."""

    code = "drawing.request.changed"
    what = "The stored request or its confirmed employers are not what was registered and signed."
    kept = "Nothing was frozen."
    todo = "Keep the station's folder for the auditor, end this draw and register the request anew."


@dataclass(frozen=True, slots=True)
class Survey:
    """What a request makes of the bank: everyone in a sought specialty judged, the report, and what is lacking."""

    request: Request = field(repr=False)
    bank: BankId
    bank_root: bytes
    people: Judged = field(repr=False)
    report: Report
    report_bytes: bytes
    frequency: tuple[tuple[str, int], ...] = field(repr=False)
    matches: tuple[Confirmed, ...] = field(repr=False)
    lacks: tuple[Lack, ...] = field(default=(), repr=False)


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
        NoServerError: at level A.
        IdentityExpiredError: where the operator's identity isn't valid any more.
    """
    require(operator.identity.role, Act.PREPARE_REQUEST)
    now = station.clock.now()
    check_valid(operator.identity, now)
    station.bank.current()
    _erase_unregistered(station)
    request = parse_request(raw)
    if request.level == "A":
        raise NoServerError
    findings = review_request(request, pack, now)
    require_allowed(findings, approved=approved)
    draw = DrawId(new_id(now, station.randomness))
    folder = station.draw_folder(draw)
    folder.root.mkdir(parents=True, mode=0o700)
    content, nonce = request_bytes(request), station.randomness.take(_NONCE_LENGTH)
    write_atomic(folder.request, nonce + content)
    body: dict[str, JsonValue] = {
        "serial": _next_serial(station, now),
        "lot": request.project.lot,
        "name": request.project.name,
        "start": to_text(request.meeting.start),
        "request": commitment("request", nonce, content).hex(),
    }
    signed = signed_body(draw, "draw.prepared", None, body, [operator])
    station.journal.append("draw.prepared", draw, signed, [operator.keyid])
    return draw, findings


def _erase_unregistered(station: DrawStation) -> None:
    """Take away requests that were stored when the program died before it registered them."""
    registered = {entry.subject for entry in station.journal.entries(kind="draw.prepared")}
    for folder in sorted(station.folder.glob("*")):
        if folder.is_dir() and folder.name not in registered:
            remove_parts(folder)
            erase(station.draw_folder(DrawId(folder.name)).request)


def _next_serial(station: DrawStation, now: datetime) -> str:
    year = now.astimezone(BEIJING).year
    this_year = sum(at.astimezone(BEIJING).year == year for at in begun(station.journal))
    return f"{station.serial_prefix} {year}-{this_year + 1:04d}"


def stored_request(live: LiveDraw) -> Request:
    """Return the registered request; until the freeze.

    Raises:
        StoredChangedError: where the file isn't what was registered.
    """
    live.record.require("Reading the request", Step.PREPARED, Step.NARROWED)
    nonce, content = _nonce_and_content(live.folder.request)
    if not equal(commitment("request", nonce, content).hex().encode("ascii"), live.record.request_digest.encode()):
        raise StoredChangedError
    return parse_request(content)


def _nonce_and_content(path: Path) -> tuple[bytes, bytes]:
    stored = read_limited(path, LONGEST_REQUEST)
    if len(stored) < _NONCE_LENGTH:
        raise StoredChangedError
    return stored[:_NONCE_LENGTH], stored[_NONCE_LENGTH:]


def look_alikes(live: LiveDraw) -> tuple[EmployerMatch, ...]:
    """Return the employers that look like a bidder or a recused employer, for the supervisor to confirm or not."""
    request = stored_request(live)
    return names_to_confirm(request, sought_experts(live.station, request))


def stored_matches(live: LiveDraw) -> tuple[Confirmed, ...]:
    """Return the look-alikes that were confirmed with the signed report; until the freeze."""
    live.record.require("Reading the confirmed employers", Step.NARROWED)
    items = Reader.of(_nonce_and_content(live.folder.matches)[1]).readers("matches")
    return tuple(Confirmed(item.text("recused"), item.text("employer")) for item in items)


def require_signed(live: LiveDraw, found: Survey) -> None:
    """Pass a survey that is the one on which the narrowing report was signed.

    Raises:
        ReportChangedError: where report, confirmed employers or closed seats are others.
    """
    nonce, _ = _nonce_and_content(live.folder.matches)
    signed = (live.record.narrowing_digest, live.record.narrowing_basis)
    if signed != (sha256(found.report_bytes).hex(), commitment("basis", nonce, _basis_bytes(found)).hex()):
        raise ReportChangedError


def _matches_value(found: Survey) -> list[JsonValue]:
    return [{"recused": match.recused, "employer": match.employer} for match in found.matches]


def _basis_bytes(found: Survey) -> bytes:
    """Write what the pool follows from besides the registered request and the bank that the report names."""
    frequency: list[JsonValue] = [{"id": person, "draws": draws} for person, draws in found.frequency]
    return dumps({"matches": _matches_value(found), "frequency": frequency})


def sought_experts(station: DrawStation, request: Request) -> list[Expert]:
    """Return everyone of the bank in force whose specialty some quota seeks."""
    return list(station.bank.experts_for(station.bank.current().id, sought_prefixes(request)))


def survey(live: LiveDraw, pack: RulePack, matches: Sequence[Confirmed], at: datetime) -> Survey:
    """Judge everyone sought and report on it, as of `at`; nothing of it may be shown before `preview`.

    Raises:
        RequestRefusedError: where the rules forbid the request by now.
    """
    station, request = live.station, stored_request(live)
    findings = review_request(request, pack, at)
    require_allowed(findings, approved=True)
    version = station.bank.current()
    frequency = frequency_of(live, request, at)
    confirmed = frozenset(confirmation(match.employer, match.recused) for match in matches)
    judge = Judge(request, Context(confirmed, dict(frequency)))
    experts = sought_experts(station, request)
    employers = [group_key(expert.employer) for expert in experts]
    verdicts = list(judge.verdicts(experts))
    people = Judged([expert.id for expert in experts], [verdict.mask for verdict in verdicts], employers)
    tally = tally_of(request, zip(verdicts, employers, strict=True))
    shown = Bank(version.id, version.root.hex(), version.experts)
    report = narrowing_report(tally, pack, shown, live.draw, at)
    # limits that the request itself passes wait for the same second approval as those of its pool
    report = replace(report, findings=(*findings, *report.findings))
    return Survey(
        request=request,
        bank=version.id,
        bank_root=version.root,
        people=people,
        report=report,
        report_bytes=report.to_bytes(),
        frequency=tuple(frequency),
        matches=tuple(matches),
        lacks=lacks(tally),
    )


def frequency_of(live: LiveDraw, request: Request, at: datetime) -> list[tuple[str, int]]:
    """Return how often each expert sat in closed draws within the request's frequency cap's days, ascending by id."""
    cap = request.frequency_cap
    return [] if cap is None else closed_draws(live.station.engine, cap.days, at)


def preview(live: LiveDraw, found: Survey) -> None:
    """Journal that somebody looks at live counts, of which a refusal is one too; only then refuse what nobody can fill.

    Raises:
        QuotasUnfillableError: naming which quota lacks how many, as far as that may be said.
    """
    shown = ["fewer than 10" if quota.is_few else str(quota.ladder.end) for quota in found.report.quotas]
    live.write("draw.previewed", {"eligible": shown})
    require_fillable(found.lacks)


def approve(live: LiveDraw, found: Survey, second: PrivateIdentity | None = None, reason: str = "") -> None:
    """Sign the narrowing report as supervisor, with a second one where a limit is passed.

    Raises:
        QuotasUnfillableError: where somebody is lacking.
        SecondApprovalError: where the report needs one and there is none, or it is the same person, or without reason.
        VaultError: where the second one is no supervisor, or is of the operator's organisation.
    """
    live.record.require("Signing the narrowing report", Step.PREPARED, Step.NARROWED)
    live.present.allow(Act.PREPARE_REQUEST, Act.APPROVE_REQUEST)
    require_fillable(found.lacks)
    check_valid(live.present.supervisor.identity, live.station.clock.now())
    signers = [live.present.supervisor]
    if found.report.needs_approval:
        if second is None or not reason.strip() or not live.present.is_second(second, Act.APPROVE_REQUEST):
            raise SecondApprovalError
        signers.append(second)
    nonce = live.station.randomness.take(_NONCE_LENGTH)
    write_atomic(live.folder.matches, nonce + dumps({"matches": _matches_value(found)}))
    digest = sha256(found.report_bytes).hex()
    signature = sign_envelope(APPROVAL, dumps({"draw": live.draw, "report": digest}), signers)
    live.write(
        "draw.narrowed",
        {
            "report": digest,
            "basis": commitment("basis", nonce, _basis_bytes(found)).hex(),
            "signature": signature.to_json(),
            "approved_by": [signer.keyid for signer in signers],
            "reason": reason.strip() or None if found.report.needs_approval else None,
            "at": to_text(found.report.at),
        },
        *signers[1:],
    )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A draw whose entries don't make a draw: what its registration says, where that can be read, and what is wrong."""

    draw: DrawId
    serial: str
    lot: str
    project_name: str
    meeting: datetime | None
    begun_at: datetime
    problem: FengqianError


def draws(station: DrawStation) -> list[tuple[DrawId, DrawRecord]]:
    """Return every draw of the station that can be read, with its state, in the order of their registration."""
    return [(found, record) for found, record in _records(station) if isinstance(record, DrawRecord)]


def unreadable_draws(station: DrawStation) -> list[Unreadable]:
    """Return the draws whose record doesn't hold together, in the order of their registration; the others go on."""
    return [record for _, record in _records(station) if isinstance(record, Unreadable)]


def _records(station: DrawStation) -> Iterator[tuple[DrawId, DrawRecord | Unreadable]]:
    for entry in station.journal.entries(kind="draw.prepared"):
        draw = DrawId(entry.subject)
        try:
            yield draw, DrawRecord.of(steps(station.journal, draw))
        except FengqianError as error:
            yield draw, _unreadable(entry, error)


def _unreadable(entry: Entry, problem: FengqianError) -> Unreadable:
    try:
        body = step_of(entry)[0].body
    except RecordBrokenError:
        body = {}
    said = {name: value for name, value in body.items() if isinstance(value, str)}
    serial, start = said.get("serial", ""), said.get("start", "")
    try:
        meeting = from_text(start)
    except ValueError:
        meeting = None
    return Unreadable(
        draw=DrawId(entry.subject),
        serial=serial if 0 < len(serial) <= _LONGEST_SERIAL else entry.subject,
        lot=said.get("lot", ""),
        project_name=said.get("name", ""),
        meeting=meeting,
        begun_at=entry.at,
        problem=problem,
    )
