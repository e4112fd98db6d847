"""The ceremony statement: fingerprint, sources and randomness as the page says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from drawing.ceremony import (
    Ceremony,
    Source,
    SourceRefusedError,
    ceremony_bytes,
    fingerprint_digest,
    fingerprint_of,
    parse_ceremony,
    sign_ceremony,
    source_commitment,
    source_values,
    sources_of,
)
from drawing.order import CHAIN_LENGTH, chain, code_of, randomness_text
from tests.drawing.desk.station import people
from tests.drawing.test_certificate import certificate
from tests.drawing.vectors import vectors
from vault.dsse import verify_envelope
from vault.errors import MalformedRecordError
from vault.jsontext import dumps, loads
from vault.suite import sha256

VECTOR = vectors("ceremony")
PAYLOAD = VECTOR["payload"].encode()


def ceremony() -> Ceremony:
    return parse_ceremony(PAYLOAD)


class TestVectors:
    def test_payload_and_fingerprint(self) -> None:
        assert ceremony_bytes(ceremony()) == PAYLOAD
        assert fingerprint_digest(PAYLOAD).hex() == VECTOR["fingerprint_digest"]
        assert fingerprint_of(PAYLOAD) == VECTOR["fingerprint"]

    def test_values_and_randomness(self) -> None:
        values = source_values(ceremony(), PAYLOAD, VECTOR["station_value"], VECTOR["dice"])
        assert list(values) == VECTOR["values"]
        assert randomness_text(values) == VECTOR["randomness"]

    def test_commitment_and_chain(self) -> None:
        assert source_commitment(ceremony().draw, VECTOR["station_value"]).hex() == VECTOR["commitment"]
        secret = bytes.fromhex(VECTOR["chain_secret"])
        assert chain(secret, CHAIN_LENGTH).hex() == VECTOR["chain_end"]
        for number, code in VECTOR["codes"].items():
            assert code_of(secret, int(number)).hex() == code


def test_sources_follow_the_certificate_s_witnesses() -> None:
    frozen = certificate(witnesses=("owner", "代表", "supervisor"))
    assert [source.name for source in sources_of(frozen, bytes(32))] == [
        "fingerprint",
        "station",
        "witness:owner",
        "witness:代表",
        "witness:supervisor",
    ]


def test_a_statement_comes_back_as_it_was_written() -> None:
    written = Ceremony(
        draw=ceremony().draw,
        generation=2,
        certificate=sha256(b"certificate"),
        level="B",
        sources=(Source("fingerprint", "fingerprint"), Source("station", "committed", bytes(32))),
        chain_end=sha256(b"end"),
        chain_made="elsewhere",
        fixed_at=datetime(2026, 11, 30, 2, 0, tzinfo=UTC),
    )
    assert parse_ceremony(ceremony_bytes(written)) == written
    cast = people()
    envelope = sign_ceremony(written, [cast.operator, cast.station])
    assert verify_envelope(envelope, "ceremony", {cast.station.keyid: cast.station.public_key}) == {cast.station.keyid}


def test_every_change_of_the_statement_changes_the_fingerprint() -> None:
    """It covers certificate, sources, commitments and chain end; whoever compares it compares all of them."""
    base = ceremony()
    changed = [
        replace(base, certificate=bytes(32)),
        replace(base, generation=2),
        replace(base, level="B"),
        replace(base, chain_end=bytes(32)),
        replace(base, chain_made="elsewhere"),
        replace(base, sources=base.sources[:-1]),
        replace(base, sources=(*base.sources[:2], base.sources[3], base.sources[2])),
        replace(base, sources=(base.sources[0], replace(base.sources[1], commitment=bytes(32)), *base.sources[2:])),
    ]
    prints = [fingerprint_of(ceremony_bytes(one)) for one in (base, *changed)]
    assert len(set(prints)) == len(prints)
    assert all(len(one) == 26 and set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for one in prints)


def test_another_value_than_the_committed_one_is_refused() -> None:
    for value in ("00" * 32, VECTOR["station_value"].upper(), ""):
        with pytest.raises(SourceRefusedError):
            source_values(ceremony(), PAYLOAD, value, VECTOR["dice"])


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (None, {"v": 2}),
        (None, {"suite": "SM"}),
        (None, {"generation": 0}),
        (None, {"level": "D"}),
        (None, {"more": 1}),
        (None, {"fixed_at": "yesterday"}),
        ("chain", {"length": 255}),
        ("chain", {"made": "home"}),
        ("chain", {"end": "00"}),
        ("chain", {"more": 1}),
        ("source", {"kind": "lottery"}),
        ("source", {"commitment": "00" * 32}),
        ("source", {"name": 1}),
    ],
)
def test_a_statement_of_another_form_is_refused(part: str | None, change: dict[str, object]) -> None:
    value = loads(PAYLOAD)
    assert isinstance(value, dict)
    chained, sources = value["chain"], value["sources"]
    assert isinstance(chained, dict)
    assert isinstance(sources, list)
    first = sources[0]
    assert isinstance(first, dict)
    {None: value, "chain": chained, "source": first}[part].update(change)
    with pytest.raises(MalformedRecordError):
        parse_ceremony(dumps(value))


def test_a_committed_source_needs_its_commitment() -> None:
    value = PAYLOAD.replace(b',"kind":"committed","name":"station"', b',"kind":"dice","name":"station"')
    with pytest.raises(MalformedRecordError):
        parse_ceremony(value)
