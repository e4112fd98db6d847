"""What a station's folder proves, read from a copy so that nothing of the station is mended by looking."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from app.cli.context import Context
from app.composition import DATABASE, VAULT, open_station
from app.drawfolder import MARKER
from app.verifying import opened_audit
from app.wording import wording_for
from drawing.bank_tables import bank_id, bank_row, bank_specialty, bank_version
from drawing.record import DrawRecord
from drawing.signedstep import step_of
from drawing.steps import Step
from drawing.verify import verify_transcript
from printing.register import CopyState, printing_copy
from tests.kills.answers import PASSPHRASE, PEOPLE, PINS, bank_rows
from vault import journalstore
from vault.database import cipher_integrity_check, open_engine
from vault.journalentry import Entry, parse_entry
from vault.secretstore import FileSecretStore

BANK_TABLES = (bank_version, bank_row, bank_id, bank_specialty)
LIVING = {Step.FROZEN, Step.FIXED, Step.SEEDED, Step.FILLING, Step.COMPLETE, Step.SHORT}


@dataclass(frozen=True)
class Evidence:
    """The journal with its signed head, and how many rows each bank table has; empty before there is a station."""

    entries: tuple[Entry, ...] = ()
    head: bytes | None = None
    bank: tuple[int, ...] = (0, 0, 0, 0)

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        """The bodies of the entries of one kind."""
        return [dict(entry.body) for entry in self.entries if entry.kind == kind]


@contextmanager
def _copied(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as place:
        shutil.copytree(folder / "home", Path(place) / "home")
        yield Path(place) / "home"


def look(folder: Path, passphrase: str = PASSPHRASE) -> Evidence:
    """Read what stands after a kill; before `station.json` nothing was promised."""
    if not (folder / "home" / "station.json").exists():
        return Evidence()
    with _copied(folder) as home:
        key = FileSecretStore.open(home / VAULT, passphrase).get("database-key")
        engine = open_engine(home / DATABASE, key, create=False)
        try:
            cipher_integrity_check(engine)
            return _read(engine)
        finally:
            engine.dispose()


def _read(engine: Engine) -> Evidence:
    """Read the tables themselves: opening the station would settle what a kill left."""
    with engine.connect() as connection:
        counts = tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in BANK_TABLES
        )
        found = [parse_entry(row.payload) for row in journalstore.every_row(connection)]
        entries = tuple(step_of(entry)[0] if entry.kind.startswith("draw.") else entry for entry in found)
        state = journalstore.read_state(connection)
    return Evidence(entries, state.head if state else None, counts)


def require_continued(before: Evidence, after: Evidence) -> None:
    """Every entry that stood before a kill stands at its place, byte for byte, and what follows obeys the rules."""
    payloads = [entry.payload for entry in after.entries]
    assert [entry.payload for entry in before.entries] == payloads[: len(before.entries)]
    require_whole_bank(after)
    require_one_result_a_round(after)
    for entry in after.entries:
        if entry.kind == "people.added":
            assert sum(other.subject == entry.subject for other in after.entries if other.kind == entry.kind) == 1


def require_whole_bank(evidence: Evidence) -> None:
    """The bank is there whole with its entry, or not at all."""
    versions, rows, ids, _specialties = evidence.bank
    imported = evidence.bodies("bank.imported")
    assert versions == len(imported) <= 1
    assert (rows, ids) == ((len(bank_rows()),) * 2 if imported else (0, 0))
    assert not any(evidence.bank) or all(evidence.bank)


def require_one_result_a_round(evidence: Evidence) -> None:
    """Rounds and codes go up by one, each once, each code with one result."""
    rounds = evidence.bodies("draw.round_opened")
    for field in ("round", "code_number"):
        assert [body[field] for body in rounds] == list(range(1, len(rounds) + 1))
    assert len({body["code"] for body in rounds}) == len({body["result"] for body in rounds}) == len(rounds)
    dice = [body["witness"] for body in evidence.bodies("draw.dice_entered")]
    assert len(dice) == len(set(dice))
    for kind in ("draw.prepared", "draw.narrowed", "draw.frozen", "draw.fixed", "draw.seeded", "draw.closed"):
        assert len(evidence.bodies(kind)) <= 1


def promised(folder: Path) -> list[tuple[int, str]]:
    """The entries whose commit had returned, as the children noted them; those of a set-up that was cut off are not."""
    found: list[tuple[int, str]] = []
    for line in (folder / "notes").read_text("utf-8").splitlines():
        word, *rest = line.split("\t")
        if word == "entry":
            if rest[0] == "0":
                found = []
            found.append((int(rest[0]), rest[1]))
    return found


def require_promises_kept(folder: Path, evidence: Evidence) -> None:
    """What had been committed when the program died is there."""
    if evidence.entries:
        assert {(entry.index, entry.kind) for entry in evidence.entries} >= set(promised(folder))


def require_tidy(folder: Path, evidence: Evidence) -> None:
    """No part of a file is left anywhere, and no box, request or dice that the draw's state doesn't call for."""
    names = sorted(path.name for path in folder.rglob("*") if path.is_file())
    assert [name for name in names if name.endswith(".part") or (name.startswith(".") and name != MARKER)] == []
    entries = [entry for entry in evidence.entries if entry.kind.startswith("draw.")]
    record, record_draw = DrawRecord.of(entries), entries[0].subject
    living = record.step in LIVING
    left = [name for name in names if name.startswith(("pool", "dice", "request", "matches", "list"))]
    expected = [f"list-{sealing.number}.box" for sealing in record.sealings] + ["pool.box"] * living + ["request.json"]
    assert left == sorted(expected)  # request.json is the centre's own, in the folder above the home
    assert [place.name for place in (folder / "home" / "draws").iterdir() if any(place.iterdir())] == [record_draw]


def require_finished(folder: Path, anchor: bytes | None) -> None:
    """The job is done: journal, register of copies, papers and transcript hold together."""
    evidence = look(folder)
    require_tidy(folder, evidence)
    with _copied(folder) as home, open_station(home, lambda: PASSPHRASE) as station:
        station.journal.verify(anchor)
        with station.engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(select(printing_copy)).mappings()]
        people = {identity.keyid for identity in station.people.list()}
    _require_honest_copies(folder, evidence, rows)
    assert {str(body["keyid"]) for body in evidence.bodies("people.added")} == people
    assert len(people) == len(PEOPLE)
    _require_true_transcript(folder, evidence)


def _require_honest_copies(folder: Path, evidence: Evidence, rows: list[dict[str, Any]]) -> None:
    """No copy was sent twice, none without its number in register and journal, and each further one has a reason."""
    notes = [line.split("\t") for line in (folder / "notes").read_text("utf-8").splitlines()]
    sent = [tuple(words[1:]) for words in notes if words[0] == "paper"]
    assert len(set(sent)) == len(sent)
    numbers: Counter[tuple[str, str]] = Counter()
    for row in rows:
        numbers[(row["subject"], row["document"])] += 1
        assert row["number"] == numbers[(row["subject"], row["document"])]
        assert row["number"] == 1 or row["reason"]
        assert row["state"] in (CopyState.DONE, CopyState.UNKNOWN)
    known = {(row["subject"], row["document"], str(row["number"])) for row in rows}
    assert set(sent) <= known
    announced = evidence.bodies("draw.printed")
    assert len(sent) <= len(announced) <= len(rows)
    assert all(body["copy"] == 1 or body["reason"] for body in announced)
    made = {path.name for path in (folder / "out").glob("*")}
    assert made >= {f"{name}{end}" for name in ("certificate", "minutes") for end in (".pdf", "-2.pdf")}
    assert made >= {"receipt-owner.pdf", "receipt-supervisor.pdf", "checkpoint.txt", "checkpoint-2.txt"}
    papers = {path.name for path in (folder / "out" / "paper").iterdir()}
    assert len(papers) == sum(row["state"] == CopyState.DONE for row in rows) or len(papers) <= len(sent)


def _require_true_transcript(folder: Path, evidence: Evidence) -> None:
    out = folder / "out"
    transcript, keys, anchor = (
        (out / name).read_bytes() for name in ("transcript.json", "keys.json", "checkpoint.txt")
    )
    context = Context(folder / "home", _Auditor(), wording_for("en"), "en")
    audit = opened_audit(context, out / "auditor.box")
    report = verify_transcript(transcript, keys=keys, anchor=anchor, audit=audit, bank=folder / "bank.csv")
    assert report.exit_code == 0, list(report.texts(str))
    fingerprint = str(evidence.bodies("draw.fixed")[0]["fingerprint"])
    assert verify_transcript(transcript, fingerprint=fingerprint).exit_code == 0


class _Auditor:
    """The auditor at a terminal."""

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        return {"station.passphrase": PASSPHRASE, "auditor.pin": PINS["auditor"]}[question]

    def tell(self, text: str) -> None:
        """Nothing is looked at."""
