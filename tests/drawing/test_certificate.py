"""The freeze certificate: written and read back, and hostile ones refused."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from drawing.certificate import (
    COMMITTED,
    Certificate,
    CertificateQuota,
    EarlierCeremony,
    Head,
    certificate_bytes,
    certificate_digest,
    parse_certificate,
    request_of,
    sign_certificate,
)
from drawing.errors import DrawingError
from drawing.request import project_bytes, sealed_bytes
from tests.drawing.desk.station import people
from tests.drawing.requests import request_with
from vault.dsse import verify_envelope
from vault.errors import MalformedRecordError
from vault.ids import DrawId
from vault.jsontext import dumps, loads
from vault.suite import sha256

DRAW = DrawId("0199e2a4-0000-7000-8000-000000000001")
WHEN = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def certificate(**changes: Any) -> Certificate:
    request = request_with()
    base = Certificate(
        draw=DRAW,
        serial="临抽 2026-0417",
        station="0199e2a4-0000-7000-8000-000000000002",
        centre="临州市公共资源交易中心",
        sample=False,
        level=request.level,
        rulepack=("works", "ab" * 32),
        quotas=tuple(
            CertificateQuota(q.specialty, request.region(q), q.site, q.count, q.reserves) for q in request.quotas
        ),
        employer_cap=request.employer_cap,
        frequency_cap=(3, 30),
        owner_members=2,
        recommended=(),
        witnesses=request.witnesses,
        opening=request.opening,
        table_root=bytes(32),
        commitments=tuple((name, sha256(name.encode())) for name in COMMITTED),
        bank_changes=(7, 3),
        ceremonies=(EarlierCeremony("临抽 2026-0001", "aborted", "lot"),),
        head=Head("fengqian/station", 12, bytes(32)),
        frozen_at=WHEN,
        operator="11" * 32,
        supervisor="22" * 32,
        station_key="33" * 32,
    )
    return replace(base, **changes)


@pytest.mark.parametrize(
    "changes",
    [{}, {"employer_cap": None, "frequency_cap": None}, {"level": "B", "ceremonies": (), "recommended": ("某条",)}],
)
def test_a_certificate_comes_back_as_it_was_written(changes: dict[str, Any]) -> None:
    written = certificate(**changes)
    payload = certificate_bytes(written)
    assert parse_certificate(payload) == written
    assert certificate_digest(payload) == sha256(payload)
    assert written.commitment("bank") == sha256(b"bank")


def test_it_is_signed_by_those_given() -> None:
    cast = people()
    signers = [cast.operator, cast.supervisor, cast.station]
    envelope = sign_certificate(certificate(), signers)
    assert envelope.payload_type == "application/vnd.fengqian.certificate.v1+json"
    keys = {one.keyid: one.public_key for one in signers}
    assert verify_envelope(envelope, "certificate", keys) == set(keys)


def value() -> dict[str, Any]:
    parsed = loads(certificate_bytes(certificate()))
    assert isinstance(parsed, dict)
    return parsed


PARTS = ("station", "rulepack", "bank_changes", "head", "commitments", "frequency_cap")


def test_every_field_is_needed_and_no_other_is_taken() -> None:
    for part in (None, *PARTS):
        whole = value()
        holder = whole if part is None else whole[part]
        for field in list(holder):
            kept = holder.pop(field)
            if (part, field) != (None, "employer_cap"):
                with pytest.raises(MalformedRecordError):
                    parse_certificate(dumps(whole))
            holder[field] = kept
        holder["more"] = 1
        with pytest.raises(MalformedRecordError):
            parse_certificate(dumps(whole))
    for part in ("quotas", "ceremonies"):
        for change in ({"more": 1}, {"count": None}, {"relation": "friend"}):
            whole = value()
            whole[part][0] |= change
            with pytest.raises(MalformedRecordError):
                parse_certificate(dumps(whole))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("v", 2),
        ("suite", "FQ9"),
        ("draw", "1"),
        ("level", "D"),
        ("sample", 1),
        ("employer_cap", 0),
        ("frequency_cap", {"draws": 0, "days": 1}),
        ("witnesses", "supervisor"),
        ("opening", "2026-12-01 00:30"),
        ("table_root", "AB" * 32),
        ("operator", "11" * 31),
        ("owner_members", -1),
        ("quotas", {}),
    ],
)
def test_a_field_of_another_form_is_refused(field: str, wrong: object) -> None:
    with pytest.raises(MalformedRecordError):
        parse_certificate(dumps(value() | {field: wrong}))


def test_the_request_comes_back_from_certificate_and_opened_parts() -> None:
    request = request_with()
    again = request_of(certificate(), project_bytes(request), sealed_bytes(request))
    assert (again.project, again.meeting, again.bidders, again.recusals) == (
        request.project,
        request.meeting,
        request.bidders,
        request.recusals,
    )
    assert [quota.region for quota in again.quotas] == [request.region(quota) for quota in request.quotas]
    assert (again.employer_cap, again.frequency_cap, again.opening) == (
        request.employer_cap,
        request.frequency_cap,
        request.opening,
    )


def test_parts_that_do_not_belong_together_are_refused() -> None:
    request = request_with()
    for changes in ({"owner_members": 1}, {"recommended": ("某条",)}):
        with pytest.raises(DrawingError):
            request_of(certificate(**changes), project_bytes(request), sealed_bytes(request))
