"""The transcript of an opened draw, signed and written: its public and its auditor's form, and the journal's head.

Order: the draw's own copy, the journal's entry with its digest, then the files that somebody takes along.
"""

from pathlib import Path
from typing import Final

from app.composition import Station
from drawing import transcript
from drawing.custody import SealedList
from drawing.desk.station import LiveDraw
from vault.box import Context, Holder, seal_box
from vault.dsse import Envelope
from vault.files import write_atomic
from vault.randomness import SystemRandomness
from vault.roles import Role
from vault.suite import sha256
from vault.times import to_text

# The head in a file of its own name: the one of the sealing, which somebody may take home first, stays.
TRANSCRIPT: Final = "transcript.json"
AUDIT: Final = "auditor.box"
CHECKPOINT: Final = "checkpoint-opened.txt"


def write_transcript(station: Station, live: LiveDraw, sealed: SealedList, out: Path) -> str:
    """Write the public form and the head into a folder; return the form's name."""
    proof = transcript.witnessed(station.journal, live.draw, live.record)
    payload = transcript.transcript_bytes(
        live.record, sealed, proof, _statements(station, live), to_text(station.clock.now())
    )
    signers = [station.identity, live.present.supervisor, live.present.operator]
    content = transcript.sign_transcript(payload, signers).to_bytes()
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(live.folder.transcript, content)
    live.write("draw.transcribed", {"transcript": sha256(content).hex()})
    write_atomic(out / TRANSCRIPT, content, mode=0o644)
    write_atomic(out / CHECKPOINT, proof.checkpoint.encode("utf-8"), mode=0o644)
    return TRANSCRIPT


def write_audit(station: Station, live: LiveDraw, sealed: SealedList, out: Path) -> str | None:
    """Write the auditor's form behind a transcript, sealed to every auditor; return its name, or None without one."""
    auditors = [person for person in station.people.active() if person.role is Role.AUDITOR]
    if not auditors:
        return None
    holders = [Holder("auditor", person.name, person.keyid, person.sealing_key) for person in auditors]
    content = transcript.audit_bytes(sealed, live.folder.transcript.read_bytes())
    context = Context(live.draw, "audit", "", 1)
    box = seal_box(content, context, [["auditor"]], holders, [station.identity], SystemRandomness())
    write_atomic(out / AUDIT, box, mode=0o644)
    return AUDIT


def _statements(station: Station, live: LiveDraw) -> list[Envelope]:
    """Return the statements of the station and of everyone behind an entry of this draw, or who signs now."""
    signers = {keyid for entry in station.journal.entries(subject=live.draw) for keyid in entry.by}
    signers.update(live.present.keyids)
    people = [identity for identity in station.people.list() if identity.keyid in signers]
    return [station.statement, *(station.people.statement(person.person) for person in people)]
