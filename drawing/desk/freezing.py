"""The freeze: pool, salts and commitments made, the certificate signed by three; from here on nothing can be chosen.

Order: the pool is surveyed again and must be what the supervisor signed; the box with every secret is written; the
journal takes the certificate; the request's file is erased.  A crash before the entry freezes nothing, and the next
freeze takes fresh secrets.
"""

from datetime import date, datetime, timedelta

from drawing.certificate import (
    UNREADABLE,
    Certificate,
    CertificateQuota,
    EarlierCeremony,
    Head,
    sign_certificate,
)
from drawing.custody import NONCES, PoolSecret
from drawing.desk.preparing import Survey, Unreadable, draws, require_signed, unreadable_draws
from drawing.desk.station import LiveDraw
from drawing.pool import Pool, build_pool
from drawing.record import DrawRecord
from drawing.request import BEIJING, Request, project_bytes, sealed_bytes
from drawing.specialty import covers
from drawing.steps import Step
from vault.box import Box
from vault.files import write_atomic
from vault.note import Checkpoint, Note
from vault.roles import Act
from vault.spelling import is_alike
from vault.suite import commitment

CHANGE_DAYS = 7
_NOON = 12


def freeze(live: LiveDraw, found: Survey, pack_id: str, pack_digest: str) -> Certificate:
    """Freeze the draw on a survey that the supervisor has signed; return the certificate.

    Raises:
        StepRefusedError: unless the narrowing report is signed.
        ReportChangedError: where the survey isn't the one that was signed.
    """
    live.record.require("Freezing", Step.NARROWED)
    live.present.allow(Act.FREEZE_DRAW, Act.APPROVE_FREEZE)
    require_signed(live, found)
    secret, pool = _secrets(live, found)
    certificate = _certificate(live, found, secret, pool, pack_id, pack_digest)
    envelope = sign_certificate(certificate, live.signers())
    box = live.seal_pool(secret)
    write_atomic(live.folder.pool, box)
    live.write("draw.frozen", {"certificate": envelope.to_json(), "box": Box.parse(box).digest})
    live.tidy()
    live.take_secret(secret)
    return certificate


def _secrets(live: LiveDraw, found: Survey) -> tuple[PoolSecret, Pool]:
    take = live.station.randomness.take
    salt = take(32)
    pool = build_pool(found.people, salt)
    secret = PoolSecret(
        salt=salt,
        nonces=tuple((name, take(32)) for name in NONCES),
        station_value=take(32).hex(),
        chain_secret=take(32) if found.request.level == "C" else None,
        bank=found.bank,
        bank_root=found.bank_root,
        project=project_bytes(found.request),
        sealed=sealed_bytes(found.request),
        narrowing=found.report_bytes,
        table=pool.table,
        ids=pool.ids,
        matches=found.matches,
        frequency=found.frequency,
    )
    return secret, pool


def _certificate(
    live: LiveDraw, found: Survey, secret: PoolSecret, pool: Pool, pack_id: str, pack_digest: str
) -> Certificate:
    station, request, now = live.station, found.request, live.station.clock.now()
    cap, changes = request.frequency_cap, station.bank.changes_since(now - timedelta(days=CHANGE_DAYS))
    committed = {
        "bank": secret.bank_root,
        "narrowing": secret.narrowing,
        "project": secret.project,
        "sealed": secret.sealed,
    }
    return Certificate(
        draw=live.draw,
        serial=live.record.serial,
        station=station.id,
        centre=station.centre,
        sample=station.sample,
        level=request.level,
        rulepack=(pack_id, pack_digest),
        quotas=_quotas(request),
        employer_cap=request.employer_cap,
        frequency_cap=None if cap is None else (cap.draws, cap.days),
        owner_members=len(request.owner_members),
        recommended=tuple(expert.article for expert in request.recommended),
        witnesses=request.witnesses,
        opening=request.opening,
        table_root=pool.root,
        commitments=tuple((name, commitment(name, secret.nonce(name), committed[name])) for name in NONCES),
        bank_changes=(CHANGE_DAYS, changes.added + changes.removed + changes.changed),
        ceremonies=related(live, request),
        head=journal_head(live),
        frozen_at=now,
        operator=live.present.operator.keyid,
        supervisor=live.present.supervisor.keyid,
        station_key=station.signer.keyid,
    )


def _quotas(request: Request) -> tuple[CertificateQuota, ...]:
    return tuple(CertificateQuota(q.specialty, request.region(q), q.site, q.count, q.reserves) for q in request.quotas)


def journal_head(live: LiveDraw) -> Head:
    """Return the head of the journal as it stands."""
    checkpoint = Checkpoint.parse(Note.parse(live.station.journal.checkpoint()).text)
    return Head(checkpoint.origin, checkpoint.size, checkpoint.root)


def related(live: LiveDraw, request: Request) -> tuple[EarlierCeremony, ...]:
    """Return the station's other draws of this lot, project or meeting time, of most of this pool, or unreadable."""
    found = []
    for draw, record in draws(live.station):
        relation = _relation(record, request) if draw != live.draw else None
        if relation is not None:
            found.append(EarlierCeremony(record.serial, record.step.value, relation))
    for unread in unreadable_draws(live.station):
        found.append(EarlierCeremony(unread.serial, UNREADABLE, _registered(unread, request) or "unknown"))
    return tuple(found)


def _registered(other: DrawRecord | Unreadable, request: Request) -> str | None:
    """Say how the registration of another draw is related."""
    if is_alike(other.lot, request.project.lot):
        return "lot"
    if is_alike(other.project_name, request.project.name):
        return "project"
    met = other.meeting
    return "time" if met is not None and _half_day(met) == _half_day(request.meeting.start) else None


def _half_day(moment: datetime) -> tuple[date, bool]:
    """Return the day in China, and whether it is before noon there."""
    local = moment.astimezone(BEIJING)
    return local.date(), local.hour < _NOON


def _relation(record: DrawRecord, request: Request) -> str | None:
    relation = _registered(record, request)
    if relation is not None or record.certificate is None:
        return relation
    theirs = record.certificate.quotas
    shared = sum(
        q.needed for q in request.quotas if any(_seeks_alike(t, q.specialty, request.region(q)) for t in theirs)
    )
    return "pool" if shared * 2 > sum(quota.needed for quota in request.quotas) else None


def _seeks_alike(theirs: CertificateQuota, specialty: str, region: str | None) -> bool:
    """Say whether a quota of another draw sought people of this specialty and region too."""
    place = theirs.region is None or region is None or theirs.region == region
    return place and (covers(theirs.specialty, specialty) or covers(specialty, theirs.specialty))
