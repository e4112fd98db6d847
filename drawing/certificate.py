"""The freeze certificate: what is fixed before any source is revealed (`docs/formats/certificate.md`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drawing.request import Request
from drawing.request_form import assemble
from vault.dsse import Envelope, Signer, sign_envelope
from vault.ids import ID_PATTERN, DrawId
from vault.jsontext import JsonValue, Reader, dumps
from vault.suite import SUITE, sha256
from vault.times import to_text

NAME = "certificate"
LEVELS = ("A", "B", "C")
UNREADABLE = "unreadable"
RELATIONS: Mapping[str, str] = {
    "lot": "Same lot",
    "project": "same project",
    "time": "meeting in the same half-day",
    "pool": "most of the same pool",
    "unknown": "not known whether related",
}
"""Why another ceremony is listed, with the words for it."""
COMMITTED = ("bank", "narrowing", "project", "sealed")


@dataclass(frozen=True, slots=True)
class CertificateQuota:
    """How many of which specialty, from which region (None: any), for which site, with how many reserves."""

    specialty: str
    region: str | None
    site: str
    count: int
    reserves: int


@dataclass(frozen=True, slots=True)
class Head:
    """A head of the station's journal: origin, number of entries, 32-byte root."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class EarlierCeremony:
    """A ceremony that is related to this one, so that drawing again until it suits is seen."""

    serial: str
    state: str
    relation: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The parsed certificate; digests are 32 bytes."""

    draw: DrawId
    serial: str
    station: str
    centre: str
    sample: bool
    level: str
    rulepack: tuple[str, str]
    quotas: tuple[CertificateQuota, ...]
    employer_cap: int | None
    frequency_cap: tuple[int, int] | None
    owner_members: int
    recommended: tuple[str, ...]
    witnesses: tuple[str, ...]
    opening: datetime
    table_root: bytes
    commitments: tuple[tuple[str, bytes], ...]
    bank_changes: tuple[int, int]
    ceremonies: tuple[EarlierCeremony, ...]
    head: Head
    frozen_at: datetime
    operator: str
    supervisor: str
    station_key: str

    def commitment(self, name: str) -> bytes:
        """Return the commitment of that name."""
        return dict(self.commitments)[name]


def certificate_bytes(certificate: Certificate) -> bytes:
    """Write the payload."""
    c = certificate
    return dumps(
        {
            "v": 1,
            "suite": SUITE,
            "draw": c.draw,
            "serial": c.serial,
            "station": {"id": c.station, "centre": c.centre, "sample": c.sample},
            "rulepack": {"id": c.rulepack[0], "digest": c.rulepack[1]},
            **_terms(c),
            "owner_members": c.owner_members,
            "recommended": list(c.recommended),
            "table_root": c.table_root.hex(),
            "commitments": {name: value.hex() for name, value in c.commitments},
            "bank_changes": {"days": c.bank_changes[0], "count": c.bank_changes[1]},
            "ceremonies": [{"serial": e.serial, "state": e.state, "relation": e.relation} for e in c.ceremonies],
            "head": {"origin": c.head.origin, "size": c.head.size, "root": c.head.root.hex()},
            "frozen_at": to_text(c.frozen_at),
            "operator": c.operator,
            "supervisor": c.supervisor,
            "station_key": c.station_key,
        }
    )


def sign_certificate(certificate: Certificate, signers: Sequence[Signer]) -> Envelope:
    """Sign the certificate with operator, supervisor and station."""
    return sign_envelope(NAME, certificate_bytes(certificate), signers)


def certificate_digest(payload: bytes) -> bytes:
    """Return the digest by which a ceremony names its certificate: SHA-256 of the payload bytes."""
    return sha256(payload)


def parse_certificate(payload: bytes) -> Certificate:
    """Read a certificate's payload bytes.

    Raises:
        MalformedRecordError: naming the field that isn't as the format page says.
    """
    reader = Reader.of(payload)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    station, rulepack, changes = reader.reader("station"), reader.reader("rulepack"), reader.reader("bank_changes")
    certificate = Certificate(
        draw=DrawId(reader.text("draw", pattern=ID_PATTERN)),
        serial=reader.text("serial", longest=64),
        station=station.text("id", pattern=ID_PATTERN),
        centre=station.text("centre", longest=200),
        sample=station.boolean("sample"),
        level=reader.choice("level", LEVELS),
        rulepack=(rulepack.text("id", longest=64), rulepack.text("digest", pattern="[0-9a-f]{64}")),
        quotas=tuple(_quota(item) for item in reader.readers("quotas")),
        employer_cap=reader.optional_integer("employer_cap", 1, 999),
        frequency_cap=_frequency_cap(reader),
        owner_members=reader.integer("owner_members", 0, 99),
        recommended=reader.texts("recommended", longest=200),
        witnesses=reader.texts("witnesses", longest=64),
        opening=reader.time("opening"),
        table_root=reader.hex_bytes("table_root", 32),
        commitments=_commitments(reader.reader("commitments")),
        bank_changes=(changes.integer("days"), changes.integer("count")),
        ceremonies=tuple(_earlier(item) for item in reader.readers("ceremonies")),
        head=_head(reader.reader("head")),
        frozen_at=reader.time("frozen_at"),
        operator=reader.text("operator", pattern="[0-9a-f]{64}"),
        supervisor=reader.text("supervisor", pattern="[0-9a-f]{64}"),
        station_key=reader.text("station_key", pattern="[0-9a-f]{64}"),
    )
    for part in (reader, station, rulepack, changes):
        part.end()
    return certificate


def _quota(reader: Reader) -> CertificateQuota:
    quota = CertificateQuota(
        specialty=reader.text("specialty", longest=32),
        region=reader.optional_text("region", longest=64),
        site=reader.text("site", longest=64),
        count=reader.integer("count", 0, 99),
        reserves=reader.integer("reserves", 0, 99),
    )
    reader.end()
    return quota


def _frequency_cap(reader: Reader) -> tuple[int, int] | None:
    if not reader.has("frequency_cap"):
        reader.raw("frequency_cap")
        return None
    cap = reader.reader("frequency_cap")
    value = (cap.integer("draws", 1, 999), cap.integer("days", 1, 3660))
    cap.end()
    return value


def _commitments(reader: Reader) -> tuple[tuple[str, bytes], ...]:
    value = tuple((name, reader.hex_bytes(name, 32)) for name in COMMITTED)
    reader.end()
    return value


def _earlier(reader: Reader) -> EarlierCeremony:
    value = EarlierCeremony(
        reader.text("serial", longest=64), reader.text("state", longest=32), reader.choice("relation", tuple(RELATIONS))
    )
    reader.end()
    return value


def _head(reader: Reader) -> Head:
    head = Head(reader.text("origin", longest=200), reader.integer("size"), reader.hex_bytes("root", 32))
    reader.end()
    return head


def request_of(certificate: Certificate, project: bytes, sealed: bytes) -> Request:
    """Put the request together again from its two committed parts and what the certificate says publicly.

    A quota names the region that its site gave it.

    Raises:
        DrawingError: where the parts don't belong together.
    """
    counts: JsonValue = {
        "owner_members": certificate.owner_members,
        "recommended_articles": list(certificate.recommended),
    }
    return assemble(project, sealed, dumps({"v": 1, **_terms(certificate), "counts": counts}))


def _terms(certificate: Certificate) -> dict[str, JsonValue]:
    """Return the fields that a certificate shares with its request."""
    cap = certificate.frequency_cap
    return {
        "quotas": [
            {
                "specialty": quota.specialty,
                "region": quota.region,
                "site": quota.site,
                "count": quota.count,
                "reserves": quota.reserves,
            }
            for quota in certificate.quotas
        ],
        "employer_cap": certificate.employer_cap,
        "frequency_cap": None if cap is None else {"draws": cap[0], "days": cap[1]},
        "level": certificate.level,
        "witnesses": list(certificate.witnesses),
        "opening": to_text(certificate.opening),
    }
