"""The ceremony, the sources and the code chain (`docs/formats/ceremony.md`): how the randomness came to be."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawing.verify.certificate import Certificate
from drawing.verify.document import Document, Entry
from drawing.verify.people import People
from drawing.verify.report import CheckFailedError
from vault import base32
from vault.dsse import Envelope
from vault.jsontext import Reader
from vault.suite import SUITE, commitment, digest, netstring, sha256

CHAIN_LENGTH: Final = 256
_WHERE: Final = "ceremony"
_MADE: Final = {"B": "elsewhere", "C": "station"}


@dataclass(frozen=True, slots=True)
class Seed:
    """What the rounds start from: the chain's end, the randomness, and the ceremony's whole fingerprint (32 bytes)."""

    chain_end: bytes
    randomness: bytes
    fingerprint: bytes
    generation: int


@dataclass(frozen=True, slots=True)
class _Statement:
    generation: int
    certificate: bytes
    level: str
    sources: tuple[tuple[str, str, bytes | None], ...]
    chain_end: bytes
    chain_made: str
    fixed_at: datetime


def check_seed(document: Document, certificate: Certificate, people: People) -> Seed:
    """Check ceremony, dice and randomness.

    Raises:
        CheckFailedError, SignatureError: naming the source or entry.
    """
    entry = document.only("draw.fixed")
    body = entry.reader()
    envelope = Envelope.of(body.raw("ceremony"), entry.place)
    stated = body.text("fingerprint")
    statement = _read_statement(envelope.payload, document.draw)
    people.require_signed(envelope, "ceremony", certificate.signers(), statement.fixed_at, _WHERE)
    fingerprint = digest("ceremony", envelope.payload)
    if stated != base32.fingerprint(fingerprint):
        raise CheckFailedError(entry.place, "its fingerprint is not that of the statement")
    if not certificate.frozen_at <= statement.fixed_at <= entry.at:
        raise CheckFailedError(_WHERE, "its time does not lie between the entries around it")
    _check_statement(statement, certificate)
    randomness = _check_sources(document, certificate, statement, base32.fingerprint(fingerprint))
    return Seed(statement.chain_end, randomness, fingerprint, statement.generation)


def _read_statement(payload: bytes, draw: str) -> _Statement:
    reader = Reader.of(payload)
    reader.integer("v", 1, 1)
    reader.choice("suite", (SUITE,))
    if reader.text("draw") != draw:
        raise CheckFailedError(_WHERE, "it is another draw's")
    chain = reader.reader("chain")
    chain.integer("length", CHAIN_LENGTH, CHAIN_LENGTH)
    statement = _Statement(
        generation=reader.integer("generation", 1),
        certificate=reader.hex_bytes("certificate", 32),
        level=reader.text("level", longest=1),
        sources=tuple(_source(item) for item in reader.readers("sources")),
        chain_end=chain.hex_bytes("end", 32),
        chain_made=chain.text("made", longest=16),
        fixed_at=reader.time("fixed_at"),
    )
    chain.end()
    reader.end()
    return statement


def _source(item: Reader) -> tuple[str, str, bytes | None]:
    name, kind = item.text("name", longest=80), item.text("kind", longest=16)
    committed = item.hex_bytes("commitment", 32) if kind == "committed" else None
    item.end()
    return name, kind, committed


def _check_statement(statement: _Statement, certificate: Certificate) -> None:
    if statement.certificate != certificate.digest:
        raise CheckFailedError(_WHERE, "it names another certificate")
    if statement.level != certificate.level:
        raise CheckFailedError(_WHERE, "its level is not the certificate's")
    if _MADE.get(statement.level) != statement.chain_made:
        raise CheckFailedError(_WHERE, "at level {level} the code chain is not made there", level=statement.level)
    if statement.generation != 1:
        raise CheckFailedError(_WHERE, "it is not of the first generation, and no lost chain is recorded")
    expected = [("fingerprint", "fingerprint"), ("station", "committed")]
    expected += [(f"witness:{name}", "dice") for name in certificate.witnesses]
    if [(name, kind) for name, kind, _ in statement.sources] != expected:
        raise CheckFailedError(_WHERE, "its sources are not those that certificate and level ask for")


def _check_sources(document: Document, certificate: Certificate, statement: _Statement, fingerprint: str) -> bytes:
    entry = document.only("draw.seeded")
    body = entry.reader()
    values, randomness = body.texts("values", longest=64), body.text("randomness")
    nonces = body.reader("nonces")
    generation = body.integer("generation", 1)
    if len(values) != len(statement.sources) or generation != statement.generation:
        raise CheckFailedError(entry.place, "its values are not one a source of the ceremony")
    if not all(value and value.isascii() and value.isprintable() for value in values):
        raise CheckFailedError(entry.place, "a value is not printable ASCII")
    if values[0] != fingerprint:
        raise CheckFailedError(entry.place, "the first value is not the ceremony fingerprint")
    station = digest("source", document.draw.encode("ascii"), b"station", values[1].encode("ascii"))
    if station != statement.sources[1][2] or len(values[1]) != 64:
        raise CheckFailedError(entry.place, "the station's value does not meet its commitment")
    _check_dice(document, dict(zip(certificate.witnesses, values[2:], strict=True)), nonces)
    joined = b"".join(netstring(value.encode("ascii")) for value in values)
    if randomness.encode("utf-8") != joined:
        raise CheckFailedError(entry.place, "the randomness is not the netstrings of the values")
    return joined


def _check_dice(document: Document, dice: Mapping[str, str], nonces: Reader) -> None:
    committed = _commitments(document.entries_of("draw.dice_entered"))
    if sorted(committed) != sorted(dice):
        raise CheckFailedError("dice", "the entries are not one a witness of the certificate")
    for witness, digits in dice.items():
        nonce = nonces.hex_bytes(witness, 32)
        if commitment("dice", nonce, digits.encode("ascii")) != committed[witness]:
            raise CheckFailedError("dice", "those of {witness} do not meet their commitment", witness=witness)
        if is_no_dice(digits):
            raise CheckFailedError("dice", "those of {witness} are no row that dice throw", witness=witness)
    nonces.end()
    if len(set(dice.values())) != len(dice):
        raise CheckFailedError("dice", "two witnesses have the same")


def _commitments(entries: Sequence[Entry]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for entry in entries:
        body = entry.reader()
        witness = body.text("witness", longest=64)
        if witness in found:
            raise CheckFailedError(entry.place, "{witness} entered dice twice", witness=witness)
        found[witness] = body.hex_bytes("commitment", 32)
    return found


def is_no_dice(digits: str) -> bool:
    """Say whether an entry isn't 20 digits from 1 to 6, or is one of the rows that `ceremony.md` refuses."""
    if len(digits) != 20 or not set(digits) <= set("123456"):
        return True
    if len(set(digits)) <= 2 or max(map(digits.count, digits)) >= 15:
        return True
    if any(digits[period:] == digits[:-period] for period in range(1, 13)) or digits == digits[::-1]:
        return True
    ascending = sorted(digits)
    if list(digits) in (ascending, ascending[::-1]):
        return True
    steps = [(int(b) - int(a)) % 6 for a, b in itertools.pairwise(digits)]
    runs = [(step, len(list(run)) + 1) for step, run in itertools.groupby(steps)]
    return any((step == 0 and run >= 10) or (step in (1, 5) and run >= 12) for step, run in runs)


def check_codes(document: Document, seed: Seed) -> tuple[bytes, ...]:
    """Check that the rounds' codes are the chain's, one after the other; return them.

    Raises:
        CheckFailedError: naming the round's entry.
    """
    codes = []
    for number, entry in enumerate(document.entries_of("draw.round_opened"), 1):
        body = entry.reader()
        if body.integer("code_number", 1) != number or body.integer("generation", 1) != seed.generation:
            raise CheckFailedError(entry.place, "its code is not the next of the chain")
        if number >= CHAIN_LENGTH:
            raise CheckFailedError(entry.place, "the chain has no such code")
        code = value = body.hex_bytes("code", 32)
        for _ in range(number):
            value = sha256(value)
        if value != seed.chain_end:
            raise CheckFailedError(entry.place, "its code does not lead to the chain's end")
        codes.append(code)
    return tuple(codes)
