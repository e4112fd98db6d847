"""The ceremony, the sources and the code chain (`docs/formats/ceremony.md`): how the randomness came to be."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from drawing.verify.certificate import Certificate
from drawing.verify.compared import check_compared
from drawing.verify.document import Document, Entry, spelled
from drawing.verify.loss import CHAIN, Loss, check_loss_signed, read_loss
from drawing.verify.people import People
from drawing.verify.report import CheckFailedError
from vault import base32
from vault.dsse import Envelope
from vault.jsontext import Reader
from vault.roles import Role
from vault.suite import SUITE, commitment, digest, netstring, sha256

CHAIN_LENGTH: Final = 256
_WHERE: Final = "ceremony"
_MADE: Final = {"B": "elsewhere", "C": "station"}


@dataclass(frozen=True, slots=True)
class _Statement:
    generation: int
    certificate: bytes
    level: str
    sources: tuple[tuple[str, str, bytes | None], ...]
    chain_end: bytes
    chain_made: str
    fixed_at: datetime


@dataclass(frozen=True, slots=True)
class Generation:
    """A ceremony: its chain's end, its whole fingerprint (32 bytes), randomness and dice once they were revealed."""

    number: int
    chain_end: bytes
    fingerprint: bytes
    randomness: bytes | None
    fixed_at: datetime
    dice: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RoundSeed:
    """What a round's order comes from."""

    code: bytes
    randomness: bytes


def check_seed(document: Document, certificate: Certificate, people: People) -> tuple[Generation, ...]:
    """Check every generation's ceremony, dice and randomness, and what was lost between them.

    That the kinds follow one another as they may is a matter of `check_steps`.

    Raises:
        CheckFailedError, SignatureError: naming the source or entry.
    """
    generations: list[Generation] = []
    signers: Mapping[str, Role] = certificate.signers()
    since = certificate.frozen_at
    lost_ends = set[bytes]()
    for part in _parts(document):
        if generations:
            loss = read_loss(part.pop(0), document.draw)
            signers = _check_loss(loss, certificate, people, generations[-1])
            if not generations[-1].fixed_at <= loss.at:
                raise CheckFailedError(loss.place, "its time does not lie between the entries around it")
            since = loss.at
            if CHAIN in loss.lost:
                lost_ends.add(generations[-1].chain_end)
        generation = _check_generation(document, part, certificate, people, signers, len(generations) + 1, since)
        if generation.chain_end in lost_ends:
            raise CheckFailedError(_WHERE, "its code chain is one that was lost")
        generations.append(generation)
    return tuple(generations)


def _parts(document: Document) -> list[list[Entry]]:
    """Return the ceremony's entries, those of a later generation led by its `draw.lost`.

    Raises:
        CheckFailedError: where there is none, or something was lost and no ceremony followed.
    """
    parts: list[list[Entry]] = [[]]
    for entry in document.entries_of("draw.fixed", "draw.dice_entered", "draw.compared", "draw.seeded", "draw.lost"):
        if entry.kind == "draw.lost":
            parts.append([])
        parts[-1].append(entry)
    if any(all(entry.kind != "draw.fixed" for entry in part) for part in parts):
        raise CheckFailedError("entries", "{kind} stands there {count} times and not once", kind="draw.fixed", count=0)
    return parts


def _check_generation(
    document: Document,
    entries: Sequence[Entry],
    certificate: Certificate,
    people: People,
    signers: Mapping[str, Role],
    number: int,
    since: datetime,
) -> Generation:
    entry = next(entry for entry in entries if entry.kind == "draw.fixed")
    body = entry.reader()
    envelope = Envelope.of(body.raw("ceremony"), entry.place)
    stated = body.text("fingerprint")
    statement = _read_statement(envelope.payload, document.draw)
    people.require_signed(envelope, "ceremony", signers, statement.fixed_at, _WHERE)
    fingerprint = digest("ceremony", envelope.payload)
    by_hand = base32.fingerprint(fingerprint)
    if stated != by_hand:
        raise CheckFailedError(entry.place, "its fingerprint is not that of the statement")
    if not since <= statement.fixed_at <= entry.at:
        raise CheckFailedError(_WHERE, "its time does not lie between the entries around it")
    _check_statement(statement, certificate, number)
    seeded = next((entry for entry in entries if entry.kind == "draw.seeded"), None)
    randomness = None
    dice = [entry for entry in entries if entry.kind == "draw.dice_entered"]
    if not set(_commitments(dice)) <= set(certificate.witnesses):
        raise CheckFailedError("dice", "the entries are not one a witness of the certificate")
    check_compared(entries, certificate.witnesses, number)
    if seeded is not None:
        randomness = _check_sources(
            document.draw, seeded, dice, certificate, statement, base32.fingerprint(fingerprint)
        )
    thrown = () if seeded is None else seeded.reader().texts("values")[2:]
    seen = tuple(zip(certificate.witnesses, thrown, strict=False))
    return Generation(number, statement.chain_end, fingerprint, randomness, statement.fixed_at, seen)


def _check_loss(loss: Loss, certificate: Certificate, people: People, before: Generation) -> Mapping[str, Role]:
    """Check a replacement against the ceremony that it ends; return who signs the next one."""
    signers = check_loss_signed(loss, people)
    if (loss.ceremony, loss.generation) != (before.fingerprint, before.number + 1):
        raise CheckFailedError(loss.place, "it replaces another ceremony than the last")
    possible = set() if certificate.level == "C" else {CHAIN}
    if before.randomness is None:
        possible |= {f"witness:{name}" for name in certificate.witnesses}
    if not loss.lost or len(set(loss.lost)) != len(loss.lost) or not set(loss.lost) <= possible:
        raise CheckFailedError(loss.place, "what it says was lost can't be lost then")
    return {**signers, certificate.station_key: Role.STATION}


def _read_statement(payload: bytes, draw: str) -> _Statement:
    reader = spelled(payload, _WHERE)
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


def _check_statement(statement: _Statement, certificate: Certificate, number: int) -> None:
    if statement.certificate != certificate.digest:
        raise CheckFailedError(_WHERE, "it names another certificate")
    if statement.level != certificate.level:
        raise CheckFailedError(_WHERE, "its level is not the certificate's")
    if _MADE.get(statement.level) != statement.chain_made:
        raise CheckFailedError(_WHERE, "at level {level} the code chain is not made there", level=statement.level)
    if statement.generation != number:
        raise CheckFailedError(_WHERE, "it is not of generation {generation}", generation=number)
    expected = [("fingerprint", "fingerprint"), ("station", "committed")]
    expected += [(f"witness:{name}", "dice") for name in certificate.witnesses]
    if [(name, kind) for name, kind, _ in statement.sources] != expected:
        raise CheckFailedError(_WHERE, "its sources are not those that certificate and level ask for")


def _check_sources(
    draw: str,
    entry: Entry,
    entered: Sequence[Entry],
    certificate: Certificate,
    statement: _Statement,
    fingerprint: str,
) -> bytes:
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
    station = digest("source", draw.encode("ascii"), b"station", values[1].encode("ascii"))
    if station != statement.sources[1][2] or not re.fullmatch(r"[0-9a-f]{64}", values[1]):
        raise CheckFailedError(entry.place, "the station's value does not meet its commitment")
    _check_dice(entered, dict(zip(certificate.witnesses, values[2:], strict=True)), nonces)
    joined = b"".join(netstring(value.encode("ascii")) for value in values)
    if randomness.encode("utf-8") != joined:
        raise CheckFailedError(entry.place, "the randomness is not the netstrings of the values")
    return joined


def _check_dice(entered: Sequence[Entry], dice: Mapping[str, str], nonces: Reader) -> None:
    committed = _commitments(entered)
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


def check_codes(document: Document, generations: Sequence[Generation]) -> tuple[RoundSeed, ...]:
    """Check that the rounds' codes are their generation's chain, one after the other; return what each starts from.

    Raises:
        CheckFailedError: naming the round's entry.
    """
    found: list[RoundSeed] = []
    generation, number = 0, 0
    for entry in document.entries_of("draw.fixed", "draw.round_opened"):
        if entry.kind == "draw.fixed":
            generation, number = generation + 1, 0
            continue
        number += 1
        found.append(_round_seed(entry, generations[generation - 1], number))
    return tuple(found)


def _round_seed(entry: Entry, generation: Generation, number: int) -> RoundSeed:
    body = entry.reader()
    if body.integer("code_number", 1) != number or body.integer("generation", 1) != generation.number:
        raise CheckFailedError(entry.place, "its code is not the next of the chain")
    if number >= CHAIN_LENGTH or generation.randomness is None:
        raise CheckFailedError(entry.place, "the chain has no such code")
    code = value = body.hex_bytes("code", 32)
    for _ in range(number):
        value = sha256(value)
    if value != generation.chain_end:
        raise CheckFailedError(entry.place, "its code does not lead to the chain's end")
    return RoundSeed(code, generation.randomness)
