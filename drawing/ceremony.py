"""The ceremony: sources and commitments fixed, fingerprint taken away, then revealed (`docs/formats/ceremony.md`).

Order: the station commits to its value and to the code chain's end; the statement is signed; its fingerprint is itself
the first source, so nobody can choose a commitment after seeing another source; witnesses enter dice; values become
the randomness.  Left out: who is in the room, and how they are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from drawing.certificate import LEVELS, Certificate
from drawing.errors import DrawingError
from drawing.order import CHAIN_LENGTH
from vault import base32
from vault.dsse import Envelope, Signer, sign_envelope
from vault.ids import ID_PATTERN, DrawId
from vault.jsontext import Reader, dumps
from vault.suite import SUITE, digest, equal
from vault.times import to_text

NAME = "ceremony"
FINGERPRINT, STATION, WITNESS = "fingerprint", "station", "witness:"


class SourceRefusedError(DrawingError):
    """A source's value isn't the one that was committed to."""

    code = "drawing.ceremony.source"
    what = "The value of the source {source} is not the one that was committed to."
    todo = "Stop the ceremony, keep the receipts, and call the supervising department."


@dataclass(frozen=True, slots=True)
class Source:
    """One source of randomness: its name, its kind, and its commitment where it has one."""

    name: str
    kind: str
    commitment: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ceremony:
    """The parsed statement."""

    draw: DrawId
    generation: int
    certificate: bytes
    level: str
    sources: tuple[Source, ...]
    chain_end: bytes
    chain_made: str
    fixed_at: datetime


def sources_of(certificate: Certificate, station_commitment: bytes) -> tuple[Source, ...]:
    """Return the sources of levels B and C in their fixed order."""
    dice = tuple(Source(WITNESS + name, "dice") for name in certificate.witnesses)
    return (Source(FINGERPRINT, "fingerprint"), Source(STATION, "committed", station_commitment), *dice)


def source_commitment(draw: DrawId, value: str) -> bytes:
    """Commit to the station's value (64 hex digits): 32 bytes."""
    return digest("source", draw.encode("ascii"), STATION.encode("ascii"), value.encode("ascii"))


def ceremony_bytes(ceremony: Ceremony) -> bytes:
    """Write the statement's payload."""
    return dumps(
        {
            "v": 1,
            "suite": SUITE,
            "draw": ceremony.draw,
            "generation": ceremony.generation,
            "certificate": ceremony.certificate.hex(),
            "level": ceremony.level,
            "sources": [_source_record(source) for source in ceremony.sources],
            "chain": {"end": ceremony.chain_end.hex(), "length": CHAIN_LENGTH, "made": ceremony.chain_made},
            "fixed_at": to_text(ceremony.fixed_at),
        }
    )


def _source_record(source: Source) -> dict[str, str]:
    record = {"name": source.name, "kind": source.kind}
    return record if source.commitment is None else {**record, "commitment": source.commitment.hex()}


def sign_ceremony(ceremony: Ceremony, signers: Sequence[Signer]) -> Envelope:
    """Sign the statement with operator, supervisor and station."""
    return sign_envelope(NAME, ceremony_bytes(ceremony), signers)


def parse_ceremony(payload: bytes) -> Ceremony:
    """Read a statement's payload bytes.

    Raises:
        MalformedRecordError: naming the field that isn't as the format page says.
    """
    reader = Reader.of(payload)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    chain = reader.reader("chain")
    chain.integer("length", CHAIN_LENGTH, CHAIN_LENGTH)
    ceremony = Ceremony(
        draw=DrawId(reader.text("draw", pattern=ID_PATTERN)),
        generation=reader.integer("generation", 1, 99),
        certificate=reader.hex_bytes("certificate", 32),
        level=reader.choice("level", LEVELS),
        sources=tuple(_source(item) for item in reader.readers("sources")),
        chain_end=chain.hex_bytes("end", 32),
        chain_made=chain.choice("made", ("station", "elsewhere", "server")),
        fixed_at=reader.time("fixed_at"),
    )
    chain.end()
    reader.end()
    return ceremony


def _source(reader: Reader) -> Source:
    kind = reader.choice("kind", ("fingerprint", "committed", "dice"))
    commitment = reader.hex_bytes("commitment", 32) if kind == "committed" else None
    source = Source(reader.text("name", longest=80), kind, commitment)
    reader.end()
    return source


def fingerprint_digest(payload: bytes) -> bytes:
    """Return the whole ceremony fingerprint of the statement's payload: 32 bytes."""
    return digest("ceremony", payload)


def fingerprint_of(payload: bytes) -> str:
    """Return the 26 base32 characters that a witness copies by hand."""
    return base32.fingerprint(fingerprint_digest(payload))


def source_values(ceremony: Ceremony, payload: bytes, station_value: str, dice: Mapping[str, str]) -> tuple[str, ...]:
    """Put the sources' values in their order; `dice` maps each witness's name to 20 digits.

    Raises:
        SourceRefusedError: where the station's value isn't the committed one.
    """
    values = []
    for source in ceremony.sources:
        if source.kind == "fingerprint":
            values.append(fingerprint_of(payload))
        elif source.commitment is not None:
            if not equal(source_commitment(ceremony.draw, station_value), source.commitment):
                raise SourceRefusedError(source=source.name)
            values.append(station_value)
        else:
            values.append(dice[source.name.removeprefix(WITNESS)])
    return tuple(values)
