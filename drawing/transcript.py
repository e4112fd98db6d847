"""The transcript: all a stranger needs to replay a draw, and the auditor's openings (`docs/formats/transcript.md`).

Made after an opening from the journal and the opened list; signed by station, supervisor and operator.  What it shows
holds no name, number or id; the auditor's form does and therefore goes into a box.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drawing.certificate import certificate_digest
from drawing.custody import SealedList, rechecks_value
from drawing.fairness import Terms, fairness_page
from drawing.pool import parse_table
from drawing.record import DrawRecord
from drawing.rounds import parse_result
from drawing.selection import Quota
from vault.dsse import Envelope, Signer, sign_envelope
from vault.journal import Journal
from vault.jsontext import JsonValue, dumps
from vault.note import Checkpoint, Note
from vault.suite import SUITE, sha256

NAME, AUDIT = "transcript", "audit"
LARGEST_SIMULATED = 2_000
SIMULATED_POSITIONS = 2_000_000


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What of the journal goes into a transcript."""

    entries: tuple[tuple[int, bytes], ...]
    checkpoint: str
    inclusion: tuple[tuple[bytes, ...], ...]
    consistency: tuple[tuple[int, bytes, tuple[bytes, ...]], ...]


def witnessed(journal: Journal, draw: str, record: DrawRecord) -> Witnessed:
    """Take a draw's entries with their proofs out of the journal as it stands."""
    checkpoint = journal.checkpoint()
    size = Checkpoint.parse(Note.parse(checkpoint).text).size
    entries = [(entry.index, entry.payload) for entry in journal.entries(subject=draw) if entry.index < size]
    head = record.frozen().head
    return Witnessed(
        tuple(entries),
        checkpoint.decode("utf-8"),
        tuple(tuple(proof) for proof in journal.inclusions([index for index, _ in entries], size)),
        ((head.size, head.root, tuple(journal.consistency(head.size, size))),),
    )


def simulation_size(eligible: int) -> int:
    """Return how many draws to simulate: 2,000 for small pools, fewer for large ones, at least 20."""
    return max(20, min(LARGEST_SIMULATED, SIMULATED_POSITIONS // max(1, eligible)))


def transcript_bytes(
    record: DrawRecord,
    sealed: SealedList,
    proof: Witnessed,
    people: Sequence[Envelope],
    made_at: str,
    progress: Callable[[int], None] = lambda _done: None,
) -> bytes:
    """Write a transcript's payload."""
    certificate, secret = record.frozen(), sealed.secret
    lines = parse_table(secret.table)
    terms = Terms(tuple(Quota(q.count, q.reserves) for q in certificate.quotas), certificate.employer_cap)
    size = simulation_size(sum(bool(line.mask) for line in lines))
    page = fairness_page(lines, terms, certificate_digest(record.certificate_payload), size, progress)
    return dumps(
        {
            "v": 1,
            "suite": SUITE,
            "draw": certificate.draw,
            "serial": certificate.serial,
            "sample": certificate.sample,
            "people": [envelope.to_json() for envelope in people],
            "entries": [{"index": index, "payload": _base64(payload)} for index, payload in proof.entries],
            "checkpoint": proof.checkpoint,
            "inclusion": [[node.hex() for node in path] for path in proof.inclusion],
            "consistency": [
                {"size": old, "root": root.hex(), "proof": [node.hex() for node in path]}
                for old, root, path in proof.consistency
            ],
            "table": secret.table,
            "results": [result.decode("utf-8") for result in sealed.results],
            "openings": {
                "project": {"nonce": secret.nonce("project").hex(), "value": secret.project.decode("utf-8")},
            },
            "committee": committee_value(record, sealed),
            "fairness": page,
            "made_at": made_at,
        }
    )


def sign_transcript(payload: bytes, signers: Sequence[Signer]) -> Envelope:
    """Sign a transcript with station, supervisor and operator."""
    return sign_envelope(NAME, payload, signers)


def committee_value(record: DrawRecord, sealed: SealedList) -> list[JsonValue]:
    """Return who sits at the end: principal slots, then reserves, each with its label."""
    results = [parse_result(content) for content in sealed.results]
    seats: list[JsonValue] = []
    for slot in record.committee():
        assert slot.occupant is not None
        seats.append({"slot": slot.name, "label": results[slot.occupant.round - 1].label(slot.occupant.place)})
    return seats


def audit_bytes(sealed: SealedList, transcript: bytes) -> bytes:
    """Write the auditor's form of a transcript file; a name list, for a box alone."""
    secret = sealed.secret
    return dumps(
        {
            **rechecks_value(secret),
            "v": 1,
            "transcript": sha256(transcript).hex(),
            "salt": secret.salt.hex(),
            "ids": "\n".join(secret.ids),
            "nonces": {name: secret.nonce(name).hex() for name in ("bank", "narrowing", "sealed")},
            "bank_root": secret.bank_root.hex(),
            "sealed": secret.sealed.decode("utf-8"),
            "narrowing": secret.narrowing.decode("utf-8"),
            "matches": [{"recused": match.recused, "employer": match.employer} for match in secret.matches],
            "frequency": [{"id": person, "draws": draws} for person, draws in secret.frequency],
            "committee": [
                {
                    "slot": member.slot,
                    "label": member.label,
                    "id": member.id,
                    "name": member.name,
                    "employer": member.employer,
                    "specialties": list(member.specialties),
                    "region": member.region,
                }
                for member in sealed.members
            ],
        }
    )


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
