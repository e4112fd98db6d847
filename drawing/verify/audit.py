"""The auditor's form, and with the bank every verdict of the table (`docs/formats/transcript.md`).

The form shows who stands behind the labels, and opens what the certificate commits to.  With the bank's file each
person is judged again by the bank's and the request's own rule (`drawing.bank`, `drawing.eligibility`), and the line
of the table must be what comes out.  No id or name stands in a refusal, only places.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from drawing.bank import check_rows
from drawing.bankfile import read_table
from drawing.eligibility import Context, Judge, sought_prefixes
from drawing.employer import group_key, normal_form
from drawing.expert import Expert
from drawing.mapping import parse_mapping
from drawing.request import Request
from drawing.request_form import assemble
from drawing.specialty import covers
from drawing.verify.audit_rechecks import OpenedRecheck, read_recheck
from drawing.verify.certificate import Approval, Certificate
from drawing.verify.document import LABEL, LONGEST, Document
from drawing.verify.positions import keyed
from drawing.verify.report import CheckFailedError
from drawing.verify.table import Table
from vault.jsontext import JsonValue, Reader, dumps, loads
from vault.suite import commitment, hmac_sha256, sha256

_NONCES = ("bank", "narrowing", "sealed")


@dataclass(frozen=True, slots=True)
class Audit:
    """What the auditor's form says; it is a name list and isn't shown."""

    transcript: bytes
    salt: bytes = field(repr=False)
    ids: tuple[str, ...] = field(repr=False)
    nonces: dict[str, bytes] = field(repr=False)
    bank_root: bytes
    sealed: bytes = field(repr=False)
    narrowing: bytes = field(repr=False)
    confirmed: frozenset[tuple[str, str]] = field(repr=False)
    frequency: dict[str, int] = field(repr=False)
    committee: tuple[tuple[str, str, str], ...] = field(repr=False)
    rechecks: tuple[OpenedRecheck, ...] = field(repr=False)


def read_audit(data: bytes) -> Audit:
    """Read an opened auditor's form.

    Raises:
        MalformedRecordError: where it has another form.
    """
    reader = Reader.of(data)
    reader.integer("v", 1, 1)
    nonces = reader.reader("nonces")
    ids = reader.text("ids", longest=LONGEST)
    audit = Audit(
        transcript=reader.hex_bytes("transcript", 32),
        salt=reader.hex_bytes("salt", 32),
        ids=tuple(ids.split("\n")) if ids else (),
        nonces={name: nonces.hex_bytes(name, 32) for name in _NONCES},
        bank_root=reader.hex_bytes("bank_root", 32),
        sealed=reader.text("sealed", longest=2**26).encode("utf-8"),
        narrowing=reader.text("narrowing", longest=2**24).encode("utf-8"),
        confirmed=frozenset(
            (normal_form(item.text("employer")), normal_form(item.text("recused")))
            for item in reader.readers("matches")
        ),
        frequency={item.text("id"): item.integer("draws") for item in reader.readers("frequency")},
        committee=tuple(_member(item) for item in reader.readers("committee")),
        rechecks=tuple(read_recheck(item) for item in reader.readers("rechecks")) if reader.has("rechecks") else (),
    )
    nonces.end()
    reader.end()
    return audit


def _member(item: Reader) -> tuple[str, str, str]:
    member = (item.text("slot"), item.text("label", pattern=LABEL), item.text("id"))
    for key in ("name", "employer", "region"):
        item.text(key)
    item.texts("specialties")
    item.end()
    return member


def check_audit(file: bytes, document: Document, certificate: Certificate, table: Table, audit: Audit) -> None:
    """Check that the form is this transcript's, and that its labels and openings are the certificate's.

    Raises:
        CheckFailedError: naming the line or opening that isn't.
    """
    if audit.transcript != sha256(file):
        raise CheckFailedError("auditor's form", "it is another transcript's")
    if len(audit.ids) != len(table.labels):
        raise CheckFailedError("auditor's form", "it does not name one id a line of the table")
    labels = _labels(audit)
    for number, (label, line) in enumerate(zip(labels, table.labels, strict=True), 1):
        if label != line:
            raise CheckFailedError("table line {line}", "its label is not that of the id in the form", line=number)
    for name, value in (("bank", audit.bank_root), ("narrowing", audit.narrowing), ("sealed", audit.sealed)):
        if commitment(name, audit.nonces[name], value) != certificate.commitments[name]:
            raise CheckFailedError("auditor's form", "what it opens as {name} was not committed to", name=name)
    if tuple((slot, label) for slot, label, _ in audit.committee) != document.committee:
        raise CheckFailedError("auditor's form", "its committee is not the transcript's")
    behind = dict(zip(labels, audit.ids, strict=True))
    for slot, label, person in audit.committee:
        if behind.get(label) != person:
            raise CheckFailedError("auditor's form", "the id in slot {slot} is not that of its label", slot=slot)


def _labels(audit: Audit) -> list[str]:
    if not all(unicodedata.is_normalized("NFC", person) for person in audit.ids):
        raise CheckFailedError("auditor's form", "an id is not in Unicode form NFC")
    return [raw.hex() for raw in keyed(audit.salt, [person.encode("utf-8") for person in audit.ids])]


def check_narrowing(document: Document, certificate: Certificate, audit: Audit, approval: Approval) -> None:
    """Check that the opened narrowing report is the approved one, about this draw and bank, and was approved enough.

    Raises:
        CheckFailedError: where it isn't.
    """
    where = "narrowing report"
    if sha256(audit.narrowing) != approval.report:
        raise CheckFailedError(where, "it is not the one that was approved")
    report = loads(audit.narrowing)
    reader = Reader(report, where)
    bank = reader.reader("bank")
    if reader.text("draw") != document.draw or bank.text("root") != audit.bank_root.hex():
        raise CheckFailedError(where, "it is about another draw or bank")
    needed = [(quota.specialty, quota.count + quota.reserves) for quota in certificate.quotas]
    if [(item.text("specialty"), item.integer("needed")) for item in reader.readers("quotas")] != needed:
        raise CheckFailedError(where, "its quotas are not the certificate's")
    if reader.boolean("needs_approval") and (len(approval.approvers) < 2 or not approval.reason):
        raise CheckFailedError(where, "it needs a second approval and a reason")


def request_of(document: Document, certificate: Certificate, audit: Audit) -> Request:
    """Put the request together from its opened parts and what the certificate says.

    Raises:
        DrawingError: where the parts don't belong together.
    """
    recommended: list[JsonValue] = list(certificate.recommended)
    counts: JsonValue = {"owner_members": certificate.owner_members, "recommended_articles": recommended}
    return assemble(document.project, audit.sealed, dumps({"v": 1, **certificate.terms(), "counts": counts}))


def check_bank(
    path: Path, request: Request, table: Table, audit: Audit, columns: bytes | None = None
) -> dict[str, Expert]:
    """Judge everybody in the bank again and compare with the table; return who stands behind each label.

    `columns` is the mapping file that the import had.

    Raises:
        CheckFailedError: where the bank is another one, or a person's line isn't what the rules give.
        DrawingError, VaultError: where the file isn't a bank.
    """
    stated = parse_mapping(columns) if columns is not None else None
    bank = check_rows(read_table(path), stated).bank
    if bank.root != audit.bank_root:
        raise CheckFailedError("bank", "its root is not the one that the certificate commits to")
    prefixes = sought_prefixes(request)
    sought = [
        (row, expert)
        for row, expert in enumerate(bank.experts(), 1)
        if any(covers(code, prefix) for code in expert.specialties for prefix in prefixes)
    ]
    places = {person: place for place, person in enumerate(audit.ids)}
    verdicts = Judge(request, Context(audit.confirmed, audit.frequency)).verdicts([expert for _, expert in sought])
    for (row, expert), verdict in zip(sought, verdicts, strict=True):
        place = places.get(expert.id)
        if place is None:
            raise CheckFailedError(
                "bank, expert {row} by id", "is in a sought specialty and does not stand in the table", row=row
            )
        if table.lines[place] != _line(table.labels[place], verdict.mask, expert, audit.salt):
            raise CheckFailedError("table line {line}", "is not what the rules say of this person", line=place + 1)
    if len(sought) != len(places):
        raise CheckFailedError("table", "somebody stands in it who is in no sought specialty")
    return {table.labels[places[expert.id]]: expert for _, expert in sought}


def _line(label: str, mask: Sequence[int], expert: Expert, salt: bytes) -> str:
    if not mask:
        return f"{label} x - -"
    key = hmac_sha256(salt, b"\x01employer")
    group = group_key(expert.employer)
    message = b"e" + group.encode("utf-8") if group else b"p" + expert.id.encode("utf-8")
    return f"{label} e {','.join(map(str, mask))} {hmac_sha256(key, message)[:16].hex()}"
