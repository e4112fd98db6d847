"""The freeze certificate read and checked (`docs/formats/certificate.md`), with the approval that led to it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from drawing.verify.document import (
    KEYID,
    Document,
    Entry,
    some_text,
    some_text_or_null,
    spelled,
    whole_or_null,
)
from drawing.verify.journal import Head, head_of
from drawing.verify.people import People, require_apart
from drawing.verify.report import CheckFailedError
from vault.dsse import Envelope
from vault.ids import ID_PATTERN
from vault.jsontext import JsonValue, Reader
from vault.roles import Role
from vault.suite import SUITE, sha256
from vault.times import to_text

_WHERE = "certificate"
_MOST_QUOTAS, _MOST_SEATS = 32, 200
_MOST_WITNESSES, _MOST_MEMBERS = 8, 20
STATES = (
    *("prepared", "narrowed", "frozen", "fixed", "seeded", "filling", "complete", "short"),
    *("sealed", "opened", "closed", "aborted", "unreadable"),
)
RELATIONS = {
    "lot": "Same lot",
    "project": "same project",
    "time": "meeting in the same half-day",
    "pool": "most of the same pool",
    "unknown": "not known whether related",
}
_COMMITTED = ("bank", "narrowing", "project", "sealed")


@dataclass(frozen=True, slots=True)
class Quota:
    """How many principal and how many reserve slots, and of whom."""

    specialty: str
    region: str | None
    site: str
    count: int
    reserves: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the certificate says; digests are 32 bytes."""

    envelope: Envelope
    draw: str
    serial: str
    station: str
    centre: str
    sample: bool
    level: str
    quotas: tuple[Quota, ...]
    employer_cap: int | None
    frequency_cap: tuple[int, int] | None
    owner_members: int
    recommended: tuple[str, ...]
    witnesses: tuple[str, ...]
    opening: datetime
    table_root: bytes
    commitments: dict[str, bytes]
    bank_changes: tuple[int, int]
    ceremonies: tuple[tuple[str, str, str], ...]
    head: Head
    frozen_at: datetime
    operator: str
    supervisor: str
    station_key: str

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload's bytes, by which the ceremony names it: 32 bytes."""
        return sha256(self.envelope.payload)

    def signers(self) -> dict[str, Role]:
        """Return the key ids of the three who sign, with the roles that they must have."""
        return {
            self.operator: Role.OPERATOR,
            self.supervisor: Role.SUPERVISOR,
            self.station_key: Role.STATION,
        }

    def terms(self) -> dict[str, JsonValue]:
        """Return what certificate and request share, as `request.md` writes the terms."""
        cap = self.frequency_cap
        return {
            "quotas": [
                {"specialty": q.specialty, "region": q.region, "site": q.site, "count": q.count, "reserves": q.reserves}
                for q in self.quotas
            ],
            "employer_cap": self.employer_cap,
            "frequency_cap": None if cap is None else {"draws": cap[0], "days": cap[1]},
            "level": self.level,
            "witnesses": list(self.witnesses),
            "opening": to_text(self.opening),
        }


def read_certificate(document: Document) -> Certificate:
    """Read the certificate out of the journal's entry.

    Raises:
        VaultError, CheckFailedError: where there isn't one of its form.
    """
    body = document.only("draw.frozen").reader()
    envelope = Envelope.of(body.raw("certificate"), _WHERE)
    body.text("box", pattern=KEYID)
    reader = spelled(envelope.payload, _WHERE)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    station, pack, changes = reader.reader("station"), reader.reader("rulepack"), reader.reader("bank_changes")
    some_text(pack, "id", 64)
    pack.hex_bytes("digest", 32)
    certificate = Certificate(
        envelope=envelope,
        draw=reader.text("draw", pattern=ID_PATTERN),
        serial=some_text(reader, "serial", 64),
        station=station.text("id", pattern=ID_PATTERN),
        centre=some_text(station, "centre", 200),
        sample=station.boolean("sample"),
        level=reader.choice("level", ("A", "B", "C")),
        quotas=tuple(_quota(item) for item in reader.readers("quotas")),
        employer_cap=whole_or_null(reader, "employer_cap", 1, 99),
        frequency_cap=_frequency_cap(reader),
        owner_members=reader.integer("owner_members", 0, _MOST_MEMBERS),
        recommended=reader.texts("recommended", longest=200),
        witnesses=reader.texts("witnesses", longest=64),
        opening=reader.time("opening"),
        table_root=reader.hex_bytes("table_root", 32),
        commitments=_commitments(reader.reader("commitments")),
        bank_changes=(changes.integer("days", 7, 7), changes.integer("count")),
        ceremonies=tuple(_ceremony(item) for item in reader.readers("ceremonies")),
        head=_head(reader.reader("head")),
        frozen_at=reader.time("frozen_at"),
        operator=reader.text("operator", pattern=KEYID),
        supervisor=reader.text("supervisor", pattern=KEYID),
        station_key=reader.text("station_key", pattern=KEYID),
    )
    for part in (station, pack, changes, reader):
        part.end()
    return certificate


def _quota(item: Reader) -> Quota:
    region = some_text_or_null(item, "region", 64)
    specialty, site = some_text(item, "specialty", 32), some_text(item, "site", 64)
    quota = Quota(specialty, region, site, item.integer("count", 1, 99), item.integer("reserves", 0, 99))
    item.end()
    return quota


def _frequency_cap(reader: Reader) -> tuple[int, int] | None:
    if not reader.has("frequency_cap"):
        reader.raw("frequency_cap")
        return None
    cap = reader.reader("frequency_cap")
    found = (cap.integer("draws", 1, 100), cap.integer("days", 1, 3660))
    cap.end()
    return found


def _commitments(reader: Reader) -> dict[str, bytes]:
    found = {name: reader.hex_bytes(name, 32) for name in _COMMITTED}
    reader.end()
    return found


def _ceremony(item: Reader) -> tuple[str, str, str]:
    found = (
        some_text(item, "serial", 64),
        item.choice("state", STATES),
        item.choice("relation", tuple(RELATIONS)),
    )
    item.end()
    return found


def _head(item: Reader) -> Head:
    head = head_of(item.text("origin", longest=200), item.integer("size"), item.hex_bytes("root", 32))
    item.end()
    return head


def check_certificate(document: Document, certificate: Certificate, people: People) -> None:
    """Check who signed the certificate, and that transcript and journal say the same as it.

    Raises:
        CheckFailedError, SignatureError: naming what differs.
    """
    at = certificate.frozen_at
    people.require_signed(certificate.envelope, "certificate", certificate.signers(), at, _WHERE)
    require_apart(
        people.identity(certificate.operator, _WHERE, Role.OPERATOR),
        people.identity(certificate.supervisor, _WHERE, Role.SUPERVISOR),
        _WHERE,
    )
    asked = sum(quota.count for quota in certificate.quotas)
    seats = asked + sum(quota.reserves for quota in certificate.quotas)
    if not asked or seats > _MOST_SEATS or len(certificate.quotas) > _MOST_QUOTAS:
        raise CheckFailedError(_WHERE, "it asks for nobody, or for more than a request may")
    if len(certificate.recommended) > _MOST_MEMBERS:
        raise CheckFailedError(_WHERE, "it asks for nobody, or for more than a request may")
    names = certificate.witnesses
    if not 0 < len(names) <= _MOST_WITNESSES or len(set(names)) != len(names) or not all(names):
        raise CheckFailedError(_WHERE, "its witnesses are none, or one stands twice")
    for name, here, there in (
        ("draw", certificate.draw, document.draw),
        ("serial", certificate.serial, document.serial),
        ("sample", certificate.sample, document.sample),
    ):
        if here != there:
            raise CheckFailedError(_WHERE, "its {name} is not the transcript's", name=name)
    if people.identity(certificate.station_key, _WHERE).person != certificate.station:
        raise CheckFailedError(_WHERE, "its station is another than the one that signed")
    if certificate.head.origin != f"fengqian/{certificate.station}":
        raise CheckFailedError(_WHERE, "the journal is not that of its station")
    _check_times(document, certificate)
    _check_prepared(document, certificate)


def _check_times(document: Document, certificate: Certificate) -> None:
    entries, frozen = document.entries, document.only("draw.frozen")
    before = next((a.at for a, b in pairwise(entries) if b is frozen), certificate.frozen_at)
    if not before <= certificate.frozen_at <= frozen.at:
        raise CheckFailedError(_WHERE, "its time does not lie between the entries around it")
    if document.made_at < entries[-1].at:
        raise CheckFailedError("transcript", "it was made before its last entry")


def _check_prepared(document: Document, certificate: Certificate) -> None:
    entry = document.only("draw.prepared")
    body = entry.reader()
    if body.text("serial") != certificate.serial:
        raise CheckFailedError(entry.place, "its serial is not the certificate's")
    for key in ("lot", "name"):
        some_text(body, key)
    body.time("start")
    body.text("request", pattern=KEYID)


@dataclass(frozen=True, slots=True)
class Approval:
    """The last approval of a narrowing report: the report's digest, who approved it, and why a second one did."""

    report: bytes
    approvers: tuple[str, ...]
    reason: str | None
    at: datetime


def check_approval(document: Document, people: People) -> Approval:
    """Check every signed approval of a narrowing report, and return the last, which the certificate rests on.

    Raises:
        CheckFailedError, SignatureError: where one isn't signed by supervisors, all different.
    """
    # check_steps has seen that there is one before the freeze
    return [_approval(document, entry, people) for entry in document.entries_of("draw.narrowed")][-1]


def _approval(document: Document, entry: Entry, people: People) -> Approval:
    body = entry.reader()
    approval = Approval(
        body.hex_bytes("report", 32),
        body.texts("approved_by", longest=64),
        some_text_or_null(body, "reason"),
        body.time("at"),
    )
    body.hex_bytes("basis", 32)
    envelope = Envelope.of(body.raw("signature"), entry.place)
    reader = spelled(envelope.payload, entry.place)
    draw, report = reader.text("draw"), reader.hex_bytes("report", 32)
    reader.end()
    if draw != document.draw or report != approval.report:
        raise CheckFailedError(entry.place, "what was signed is not this draw's report")
    needed = dict.fromkeys(approval.approvers, Role.SUPERVISOR)
    persons = {people.identity(keyid, entry.place, Role.SUPERVISOR).person for keyid in approval.approvers}
    if not needed or len(persons) != len(approval.approvers):
        raise CheckFailedError(entry.place, "nobody approved it, or one person twice")
    people.require_signed(envelope, "narrowing-approval", needed, entry.at, entry.place)
    if len(needed) > 1 and not (approval.reason or "").strip():
        raise CheckFailedError(entry.place, "a second approval without a reason")
    return approval
