"""The journal keeps what was written, commits before it returns, and finds every change."""

import contextlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text

from tests.fakes.clock import START, SteadyClock
from tests.fakes.disk import SmallDisk, small_disk
from tests.vault.old_databases import KEY, ORIGIN, SIGNER, STATION, SeedSigner
from vault import journalstore
from vault.clock import ClockTurnedError
from vault.database import DatabaseDiskError, migrate, open_engine, writing
from vault.errors import MalformedRecordError
from vault.files import DiskFullError
from vault.journal import Journal, NeedsTwoPeopleError, verify_export
from vault.journalentry import Entry, JournalBrokenError, entry_payload, parse_entry
from vault.jsontext import JsonValue, loads
from vault.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from vault.note import Checkpoint, cosign_note, open_note, sign_note

ANNA, BO, CHEN = "a" * 64, "b" * 64, "c" * 64
OTHER = SeedSigner(b"\x02" * 32)
KEYS = {SIGNER.name: SIGNER.public_key}
ROOT = Path(__file__).parents[2]
TABLE = "vault_journal_entry"
LOOSE = (
    f"CREATE TABLE loose AS SELECT * FROM {TABLE}",
    f"DROP TABLE {TABLE}",
    f"CREATE TABLE {TABLE} (position, kind, subject, payload)",
    f"INSERT INTO {TABLE} SELECT * FROM loose",
)
LOOSE_STATE = (
    "CREATE TABLE loose_state AS SELECT * FROM vault_journal_state",
    "DROP TABLE vault_journal_state",
    "CREATE TABLE vault_journal_state (id, frontier, head)",
    "INSERT INTO vault_journal_state SELECT * FROM loose_state",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    opened = new_engine(path)
    yield opened
    opened.dispose()


@pytest.fixture
def journal(engine: Engine) -> Journal:
    return journal_on(engine)


def new_engine(path: Path) -> Engine:
    engine = open_engine(path, KEY)
    with engine.connect() as connection:
        migrate(connection)
    return engine


def journal_on(engine: Engine, clock: SteadyClock | None = None, signer: SeedSigner = SIGNER) -> Journal:
    return Journal(engine, ORIGIN, STATION, clock or SteadyClock(), signer)


def fill(journal: Journal, count: int, word: str = "noted") -> list[Entry]:
    return [journal.append(f"draw.{word}", f"d{number % 3}", {"number": number}, [ANNA]) for number in range(count)]


def run(engine: Engine, *statements: str) -> None:
    with writing(engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def payload_at(engine: Engine, position: int) -> bytes:
    with engine.connect() as connection:
        found = connection.scalar(text(f"SELECT payload FROM {TABLE} WHERE position = {position}"))
    assert isinstance(found, bytes)
    return found


def set_payload(engine: Engine, position: int, payload: bytes) -> None:
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE {TABLE} SET payload = :p WHERE position = {position}"), {"p": payload})


def set_state(engine: Engine, column: str, value: bytes) -> None:
    with writing(engine) as connection:
        connection.execute(text(f"UPDATE vault_journal_state SET {column} = :v"), {"v": value})


def state_of(engine: Engine) -> journalstore.State:
    with engine.connect() as connection:
        state = journalstore.read_state(connection)
    assert state is not None
    return state


# ---- writing and reading


def test_entry_is_read_as_it_was_written(journal: Journal) -> None:
    body: dict[str, JsonValue] = {"text": "抽取\n 冻结", "parts": [1, None, {"deep": True}]}
    entry = journal.append("draw.frozen", "d1", body, [ANNA, BO])
    assert list(journal.entries()) == [entry]
    assert (entry.index, entry.at, entry.incarnation, entry.kind) == (0, START, 1, "draw.frozen")
    assert (entry.subject, entry.by, entry.body) == ("d1", (ANNA, BO), body)
    assert loads(entry.payload) == {
        "v": 1,
        "at": "2026-11-23T08:30:00Z",
        "incarnation": 1,
        "index": 0,
        "kind": "draw.frozen",
        "subject": "d1",
        "by": [ANNA, BO],
        "body": body,
    }
    assert b"\n" not in entry.payload
    assert journal.last() == entry


def test_empty_journal_verifies_and_has_a_head(journal: Journal) -> None:
    assert (journal.size, journal.root(), journal.last()) == (0, EMPTY_ROOT, None)
    assert open_note(journal.checkpoint(), KEYS) == Checkpoint(ORIGIN, 0, EMPTY_ROOT).text()
    assert journal.verify(anchor=journal.checkpoint()) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert list(journal.entries()) == []


def test_tree_and_head_are_over_the_stored_bytes(journal: Journal) -> None:
    leaves = []
    for entry in fill(journal, 9):
        leaves.append(leaf_hash(entry.payload))
    assert (journal.size, journal.root()) == (9, root_of(leaves))
    assert open_note(journal.checkpoint(), KEYS) == Checkpoint(ORIGIN, 9, root_of(leaves)).text()
    assert journal.verify() == Checkpoint(ORIGIN, 9, root_of(leaves))


def test_entries_by_subject_kind_start_and_limit(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journalstore, "PAGE", 4)
    fill(journal, 10)
    journal.append("draw.sealed", "d1", {})

    def found(**filters: object) -> list[int]:
        return [entry.index for entry in journal.entries(**filters)]  # type: ignore[arg-type]

    assert found() == list(range(11))
    assert found(subject="d1") == [1, 4, 7, 10]
    assert found(kind="draw.sealed") == [10]
    assert found(subject="d0", kind="draw.sealed") == []
    assert found(start=8) == [8, 9, 10]
    assert found(limit=0) == []
    assert found(limit=5) == [0, 1, 2, 3, 4]
    assert found(limit=4) == [0, 1, 2, 3]
    assert found(subject="d1", start=2, limit=2) == [4, 7]


def test_appending_while_reading_goes_on(journal: Journal) -> None:
    fill(journal, 3)
    for entry in journal.entries(limit=3):
        journal.append("draw.seen", "d9", {"entry": entry.index})
    assert journal.verify().size == 6


def test_proofs_lead_to_the_root(journal: Journal) -> None:
    entries = fill(journal, 7)
    roots = [root_of([leaf_hash(entry.payload) for entry in entries[:size]]) for size in range(8)]
    for size in range(1, 8):
        for index in range(size):
            leaf = leaf_hash(entries[index].payload)
            verify_inclusion(leaf, index, size, journal.inclusion(index, size), roots[size])
        verify_consistency(size, roots[size], 7, roots[7], journal.consistency(size))
    verify_inclusion(leaf_hash(entries[6].payload), 6, 7, journal.inclusion(6), roots[7])
    verify_consistency(2, roots[2], 5, roots[5], journal.consistency(2, 5))


def test_proofs_of_what_is_not_there_are_refused(journal: Journal) -> None:
    fill(journal, 3)
    for index, size in ((3, None), (0, 4), (0, -1), (-1, None), (2, 2)):
        with pytest.raises(ProofError):
            journal.inclusion(index, size)
    for old_size, new_size in ((4, None), (1, 4), (-1, None), (2, 1)):
        with pytest.raises(ProofError):
            journal.consistency(old_size, new_size)


def test_entry_and_rows_commit_together(engine: Engine, journal: Journal) -> None:
    run(engine, "CREATE TABLE room_row (id INTEGER)")
    with writing(engine) as connection:
        journal.append("draw.noted", "d1", {}, connection=connection)
        journal.append("draw.noted", "d2", {}, connection=connection)
        connection.exec_driver_sql("INSERT INTO room_row VALUES (1)")
        assert journal.size == 0, "others see nothing before the commit"
    assert journal.verify().size == 2

    def spoil(connection: Connection) -> None:
        journal.append("draw.noted", "d3", {}, connection=connection)
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(Exception, match="nowhere"), writing(engine) as connection:
        spoil(connection)
    assert journal.verify().size == 2


@pytest.mark.parametrize(
    ("kind", "subject", "body", "by", "expected"),
    [
        ("Draw.frozen", "d", {}, [], MalformedRecordError),
        ("frozen", "d", {}, [], MalformedRecordError),
        ("draw.frozen\n", "d", {}, [], MalformedRecordError),
        ("draw." + "x" * 200, "d", {}, [], MalformedRecordError),
        ("draw.frozen", "d" * 201, {}, [], MalformedRecordError),
        ("draw.frozen", "d", {}, ["Anna"], MalformedRecordError),
        ("draw.frozen", "d", {}, [ANNA.upper()], MalformedRecordError),
        ("draw.frozen", "d", [], [], MalformedRecordError),
        ("draw.frozen", "d", {"n": 10**20}, [], ValueError),
        ("draw.frozen", "d", {"text": "x" * (4 << 20)}, [], MalformedRecordError),
        ("draw.frozen", "d", {"n": 0.5}, [], TypeError),
        ("draw.frozen", "d", {"n": "\ud800"}, [], ValueError),
        ("journal.incarnation_started", "d", {}, [ANNA, BO], NeedsTwoPeopleError),
    ],
)
def test_what_is_no_entry_is_refused(
    journal: Journal, kind: str, subject: str, body: dict[str, JsonValue], by: list[str], expected: type[Exception]
) -> None:
    fill(journal, 1)
    with pytest.raises(expected):
        journal.append(kind, subject, body, by)
    assert journal.verify().size == 1


@pytest.mark.parametrize("name", ["v", "at", "incarnation", "index", "kind", "subject", "by", "body"])
def test_entry_without_a_field_or_with_one_more_is_refused(name: str) -> None:
    payload = entry_payload(index=0, at=START, incarnation=1, kind="draw.noted", subject="d", by=[], body={})
    assert parse_entry(payload).index == 0
    assert name.encode() in payload
    for changed in (payload.replace(f'"{name}"'.encode(), b'"other"'), payload.replace(b'"v":1', b'"v":1,"more":1')):
        with pytest.raises(MalformedRecordError):
            parse_entry(changed)


def test_time_before_the_last_entry_is_refused(engine: Engine) -> None:
    clock = SteadyClock(step=timedelta(0))
    journal = journal_on(engine, clock)
    fill(journal, 2)
    clock.advance(timedelta(milliseconds=-1))
    with pytest.raises(ClockTurnedError):
        fill(journal, 1)
    assert journal.verify().size == 2


# ---- tampering, by somebody who has the database key


def two_swapped(engine: Engine) -> None:
    run(
        engine,
        f"UPDATE {TABLE} SET position = 99 WHERE position = 2",
        f"UPDATE {TABLE} SET position = 2 WHERE position = 3",
        f"UPDATE {TABLE} SET position = 3 WHERE position = 99",
    )


def contents_swapped(engine: Engine) -> None:
    second, third = payload_at(engine, 2), payload_at(engine, 3)
    set_payload(engine, 2, third)
    set_payload(engine, 3, second)


def body_changed(engine: Engine) -> None:
    set_payload(engine, 4, payload_at(engine, 4).replace(b'"number":4', b'"number":5'))


def rewritten_with_a_space(engine: Engine) -> None:
    set_payload(engine, 4, payload_at(engine, 4).replace(b'"v":1', b'"v": 1'))


def time_set_back(engine: Engine) -> None:
    set_payload(engine, 4, payload_at(engine, 4).replace(b"2026-11-23", b"2026-11-22"))


def incarnation_raised(engine: Engine) -> None:
    set_payload(engine, 4, payload_at(engine, 4).replace(b'"incarnation":1', b'"incarnation":2'))


def not_json(engine: Engine) -> None:
    set_payload(engine, 4, b"{}")


def foreign_row(engine: Engine) -> None:
    at = START + timedelta(seconds=4)
    body: dict[str, JsonValue] = {"number": 7}
    foreign = entry_payload(index=4, at=at, incarnation=1, kind="draw.noted", subject="d1", by=[ANNA], body=body)
    set_payload(engine, 4, foreign)


def one_added(engine: Engine) -> None:
    payload = entry_payload(
        index=6, at=START + timedelta(days=1), incarnation=1, kind="a.b", subject="", by=[], body={}
    )
    with writing(engine) as connection:
        connection.exec_driver_sql(f"INSERT INTO {TABLE} VALUES (6, 'a.b', '', ?)", (payload,))


def doubled_at_the_end(engine: Engine) -> None:
    run(engine, f"INSERT INTO {TABLE} SELECT 6, kind, subject, payload FROM {TABLE} WHERE position = 5")


def doubled_in_place(engine: Engine) -> None:
    run(engine, *LOOSE, f"INSERT INTO {TABLE} SELECT * FROM loose WHERE position = 4")


def payload_as_text(engine: Engine) -> None:
    run(engine, *LOOSE, f"UPDATE {TABLE} SET payload = CAST(payload AS TEXT) WHERE position = 4")


def position_as_text(engine: Engine) -> None:
    run(engine, *LOOSE, f"UPDATE {TABLE} SET position = 'last' WHERE position = 5")


def two_states(engine: Engine) -> None:
    run(engine, *LOOSE_STATE, "INSERT INTO vault_journal_state SELECT * FROM loose_state")


def head_as_text(engine: Engine) -> None:
    run(engine, *LOOSE_STATE, "UPDATE vault_journal_state SET head = CAST(head AS TEXT)")


def frontier_cut(engine: Engine) -> None:
    set_state(engine, "frontier", state_of(engine).frontier[:-1])


def head_of_another_key(engine: Engine) -> None:
    text_of_head = open_note(state_of(engine).head, KEYS)
    set_state(engine, "head", sign_note(text_of_head, [OTHER]))


def line_added_to_the_head(engine: Engine) -> None:
    set_state(engine, "head", cosign_note(state_of(engine).head, SeedSigner(b"\x03" * 32, "w"), 1))


def head_of_another_log(engine: Engine) -> None:
    head = Checkpoint.parse(open_note(state_of(engine).head, KEYS))
    set_state(engine, "head", sign_note(replace(head, origin="other").text(), [SIGNER]))


def all_rebuilt_but_the_signature(engine: Engine) -> None:
    """The best that somebody with the database key alone can do."""
    body_changed(engine)
    frontier = Frontier()
    for position in range(6):
        frontier.append(leaf_hash(payload_at(engine, position)))
    set_state(engine, "frontier", frontier.to_bytes())


TAMPERINGS: list[Callable[[Engine], None]] = [
    two_swapped,
    contents_swapped,
    body_changed,
    rewritten_with_a_space,
    time_set_back,
    incarnation_raised,
    not_json,
    foreign_row,
    one_added,
    doubled_at_the_end,
    doubled_in_place,
    payload_as_text,
    position_as_text,
    two_states,
    head_as_text,
    frontier_cut,
    head_of_another_key,
    line_added_to_the_head,
    head_of_another_log,
    all_rebuilt_but_the_signature,
    lambda engine: run(engine, f"UPDATE {TABLE} SET kind = 'draw.other' WHERE position = 4"),
    lambda engine: run(engine, f"UPDATE {TABLE} SET subject = 'd9' WHERE position = 4"),
    lambda engine: run(engine, f"DELETE FROM {TABLE} WHERE position = 5"),
    lambda engine: run(engine, f"DELETE FROM {TABLE} WHERE position = 0"),
    lambda engine: run(engine, f"DELETE FROM {TABLE}"),
    lambda engine: run(engine, "DELETE FROM vault_journal_state"),
    lambda engine: run(engine, f"UPDATE {TABLE} SET position = -1 WHERE position = 0"),
]


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found(engine: Engine, journal: Journal, tmp_path: Path, tamper: Callable[[Engine], None]) -> None:
    fill(journal, 6)
    journal.verify()
    tamper(engine)
    with pytest.raises(JournalBrokenError):
        journal.verify()
    with pytest.raises(JournalBrokenError):
        journal.export(tmp_path / "export")
    assert not (tmp_path / "export").exists()


@pytest.mark.parametrize(
    "tamper",
    [
        one_added,
        doubled_at_the_end,
        two_states,
        head_as_text,
        frontier_cut,
        head_of_another_key,
        line_added_to_the_head,
        head_of_another_log,
        all_rebuilt_but_the_signature,
        lambda engine: run(engine, f"DELETE FROM {TABLE} WHERE position = 5"),
        lambda engine: run(engine, "DELETE FROM vault_journal_state"),
        lambda engine: run(engine, f"DELETE FROM {TABLE}"),
    ],
    ids=lambda tamper: tamper.__name__,
)
def test_nothing_is_signed_on_top_of_a_changed_end(
    engine: Engine, journal: Journal, tamper: Callable[[Engine], None]
) -> None:
    fill(journal, 6)
    tamper(engine)
    with pytest.raises(JournalBrokenError):
        fill(journal, 1)
    with pytest.raises(JournalBrokenError):
        journal.checkpoint()


def test_last_entry_of_an_odd_number_is_compared_when_appending(engine: Engine, journal: Journal) -> None:
    fill(journal, 5)
    body_changed(engine)
    with pytest.raises(JournalBrokenError, match="entry 4"):
        fill(journal, 1)


def test_rows_that_contradict_their_entry_are_not_read(engine: Engine, journal: Journal) -> None:
    fill(journal, 3)
    run(engine, f"UPDATE {TABLE} SET subject = 'd9' WHERE position = 1")
    with pytest.raises(JournalBrokenError, match="entry 1"):
        list(journal.entries(subject="d9"))


def test_every_byte_of_every_row_counts(engine: Engine, journal: Journal) -> None:
    fill(journal, 3)
    for position in range(3):
        clean = payload_at(engine, position)
        for offset in range(len(clean)):
            changed = bytearray(clean)
            changed[offset] ^= 1 << offset % 8
            set_payload(engine, position, bytes(changed))
            with pytest.raises(JournalBrokenError):
                journal.verify()
        set_payload(engine, position, clean)
    state = state_of(engine)
    for column, clean in state._asdict().items():
        for offset in range(len(clean)):
            changed = bytearray(clean)
            changed[offset] ^= 1 << offset % 8
            set_state(engine, column, bytes(changed))
            with pytest.raises(JournalBrokenError):
                journal.verify()
        set_state(engine, column, clean)
    assert journal.verify().size == 3


# ---- going back, and heads that were taken away


def test_journal_continues_every_head_it_ever_gave(journal: Journal) -> None:
    heads = [journal.checkpoint()]
    for _ in range(9):
        fill(journal, 1)
        heads.append(journal.checkpoint())
    for head in heads:
        assert journal.verify(anchor=head).size == 9
    witness = SeedSigner(b"\x03" * 32, "witness.example")
    assert journal.verify(anchor=cosign_note(heads[4], witness, 1_763_886_600)).size == 9


def test_copy_put_back_is_found_by_a_later_head(engine: Engine, path: Path, tmp_path: Path) -> None:
    journal = journal_on(engine)
    fill(journal, 3)
    engine.dispose()
    shutil.copy(path, tmp_path / "copy.db")
    fill(journal, 2)
    head = journal.checkpoint()
    engine.dispose()
    shutil.copy(tmp_path / "copy.db", path)
    assert journal.verify().size == 3
    with pytest.raises(JournalBrokenError, match="is of 5 entries, here are 3"):
        journal.verify(anchor=head)


def test_changed_write_ahead_log_gives_an_older_journal_or_none(engine: Engine, path: Path, tmp_path: Path) -> None:
    journal = journal_on(engine)
    fill(journal, 5)
    head = journal.checkpoint()
    log = (tmp_path / "station.db-wal").read_bytes()
    bad = tmp_path / "bad.db"
    kept = set()
    for offset in range(0, len(log), 3001):
        shutil.copy(path, bad)
        changed = bytearray(log)
        changed[offset] ^= 1
        (tmp_path / "bad.db-wal").write_bytes(changed)
        copy = open_engine(bad, KEY)
        with copy.connect() as connection:
            migrate(connection)
        survivor = journal_on(copy)
        kept.add(survivor.verify().size)
        if survivor.size < 5:
            with pytest.raises(JournalBrokenError):
                survivor.verify(anchor=head)
        copy.dispose()
    assert kept >= {0, 1, 2, 3, 4}


def test_journal_written_anew_is_found_by_an_earlier_head(engine: Engine, journal: Journal, tmp_path: Path) -> None:
    fill(journal, 4)
    head = journal.checkpoint()
    forged = new_engine(tmp_path / "forged.db")
    forger = journal_on(forged)
    fill(forger, 6, "invented")
    assert forger.verify().size == 6
    with pytest.raises(JournalBrokenError, match="the first 4 entries were others"):
        forger.verify(anchor=head)
    forged.dispose()


def test_strange_heads_are_refused(journal: Journal) -> None:
    fill(journal, 2)
    root = journal.root()
    strange = {
        "unsigned": Checkpoint(ORIGIN, 2, root).text().encode(),
        "another key": sign_note(Checkpoint(ORIGIN, 2, root).text(), [OTHER]),
        "another log": sign_note(Checkpoint("other", 2, root).text(), [SIGNER]),
        "no head": sign_note("hello\n", [SIGNER]),
        "later incarnation": sign_note(Checkpoint(ORIGIN + "/incarnation/2", 2, root).text(), [SIGNER]),
    }
    for head in strange.values():
        with pytest.raises(JournalBrokenError):
            journal.verify(anchor=head)
    assert journal.verify(anchor=sign_note(Checkpoint(ORIGIN, 2, root).text(), [SIGNER])).size == 2


def test_key_that_was_replaced_still_counts(engine: Engine) -> None:
    fill(journal_on(engine), 2)
    renewed = SeedSigner(b"\x05" * 32, ORIGIN + "/2")
    with pytest.raises(JournalBrokenError, match="signed"):
        journal_on(engine, signer=renewed).verify()
    journal = Journal(engine, ORIGIN, STATION, SteadyClock(START + timedelta(1)), renewed, earlier_keys=KEYS)
    head = journal.checkpoint()
    fill(journal, 1)
    assert journal.verify(anchor=head).size == 3


# ---- incarnations


class Restored:
    """A station whose last two entries were lost: heads of each size of the old one, and the restored journal."""

    def __init__(self, engine: Engine, path: Path, spare: Path) -> None:
        self.clock = SteadyClock()
        self.journal = journal_on(engine, self.clock)
        self.heads = [self.journal.checkpoint()]
        for number in range(5):
            if number == 3:
                engine.dispose()
                shutil.copy(path, spare)
            fill(self.journal, 1)
            self.heads.append(self.journal.checkpoint())
        engine.dispose()
        shutil.copy(spare, path)


@pytest.fixture
def restored(engine: Engine, path: Path, tmp_path: Path) -> Restored:
    return Restored(engine, path, tmp_path / "spare.db")


def test_new_incarnation_names_the_old_head(restored: Restored) -> None:
    journal = restored.journal
    entry = journal.start_incarnation(restored.heads[5], [ANNA, BO])
    assert (entry.index, entry.incarnation, entry.kind) == (3, 2, "journal.incarnation_started")
    assert entry.by == (ANNA, BO)
    assert entry.body == {"station": STATION, "old_head": restored.heads[5].decode()}
    assert fill(journal, 1)[0].incarnation == 2
    head = Checkpoint.parse(open_note(journal.checkpoint(), KEYS))
    assert (head.origin, head.size) == (ORIGIN + "/incarnation/2", 5)
    assert journal.verify() == head


def test_new_incarnation_says_why_and_how_many_ceremonies_were_seen(restored: Restored) -> None:
    entry = restored.journal.start_incarnation(restored.heads[5], [ANNA, BO], "硬盘损坏", 7)
    assert (entry.body["reason"], entry.body["ceremony"]) == ("硬盘损坏", 7)
    assert restored.journal.verify().size == 4


def test_heads_of_the_old_incarnation(restored: Restored) -> None:
    journal = restored.journal
    journal.start_incarnation(restored.heads[5], [ANNA, BO])
    for head in (*restored.heads[:4], restored.heads[5], journal.checkpoint()):
        assert journal.verify(anchor=head).size == 4
    with pytest.raises(JournalBrokenError, match="is of 4 entries, here are 3"):
        journal.verify(anchor=restored.heads[4])


def test_third_incarnation(restored: Restored) -> None:
    journal = restored.journal
    journal.start_incarnation(restored.heads[5], [ANNA, BO])
    second = journal.checkpoint()
    assert journal.start_incarnation(second, [BO, CHEN]).incarnation == 3
    assert Checkpoint.parse(open_note(journal.checkpoint(), KEYS)).origin == ORIGIN + "/incarnation/3"
    for head in (restored.heads[5], second, journal.checkpoint()):
        assert journal.verify(anchor=head).size == 5
    with pytest.raises(JournalBrokenError, match="present incarnation"):
        journal.start_incarnation(restored.heads[5], [ANNA, BO])


@pytest.mark.parametrize("by", [[], [ANNA], [ANNA, ANNA], [ANNA, BO, CHEN], [ANNA, ANNA, BO]])
def test_one_person_cannot_start_an_incarnation(restored: Restored, by: list[str]) -> None:
    with pytest.raises(NeedsTwoPeopleError):
        restored.journal.start_incarnation(restored.heads[5], by)
    assert restored.journal.verify().size == 3


def test_incarnation_over_a_strange_head_is_refused(restored: Restored) -> None:
    journal = restored.journal
    for head in (
        sign_note(Checkpoint(ORIGIN, 9, bytes(32)).text(), [OTHER]),
        sign_note(Checkpoint("other", 9, bytes(32)).text(), [SIGNER]),
        b"nothing",
    ):
        with pytest.raises(JournalBrokenError):
            journal.start_incarnation(head, [ANNA, BO])
    assert journal.verify().size == 3


def test_incarnation_of_an_empty_journal_is_refused(journal: Journal) -> None:
    with pytest.raises(JournalBrokenError):
        journal.start_incarnation(journal.checkpoint(), [ANNA, BO])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'["{ANNA}","{BO}"]'.encode(), f'["{ANNA}","{ANNA}"]'.encode()),
        (f'["{ANNA}","{BO}"]'.encode(), f'["{ANNA}"]'.encode()),
        (b'"incarnation":2', b'"incarnation":1'),
        (b'"incarnation":2', b'"incarnation":3'),
        (b'"old_head"', b'"new_head"'),
        (b"\\n5\\n", b"\\nfive\\n"),
        (b'"station"', b'"more":1,"station"'),
    ],
)
def test_incarnation_that_two_people_did_not_start_is_found(
    restored: Restored, engine: Engine, old: bytes, new: bytes
) -> None:
    """Even with the signing key: the rules hold for every reader."""
    restored.journal.start_incarnation(restored.heads[5], [ANNA, BO])
    payload = payload_at(engine, 3)
    assert old in payload
    set_payload(engine, 3, payload.replace(old, new))
    resign(engine)
    with pytest.raises(JournalBrokenError, match="entry 3"):
        restored.journal.verify()


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (two_swapped, "entry 2: is entry 3"),
        (time_set_back, "entry 4: is earlier than the one before"),
        (incarnation_raised, "entry 4: belongs to another incarnation"),
        (not_json, "entry 4: not the form of an entry"),
    ],
)
def test_rules_hold_under_a_good_signature_too(
    engine: Engine, journal: Journal, tamper: Callable[[Engine], None], problem: str
) -> None:
    fill(journal, 6)
    tamper(engine)
    resign(engine, ORIGIN)
    with pytest.raises(JournalBrokenError, match=problem):
        journal.verify()


def resign(engine: Engine, origin: str = ORIGIN + "/incarnation/2") -> None:
    """Sign whatever stands there, as only the station itself could."""
    with engine.connect() as connection:
        rows = list(journalstore.every_row(connection))
    frontier = Frontier()
    for row in rows:
        frontier.append(leaf_hash(row.payload))
    set_state(engine, "frontier", frontier.to_bytes())
    head = Checkpoint(origin, frontier.size, frontier.root())
    set_state(engine, "head", sign_note(head.text(), [SIGNER]))


# ---- exported


def test_exported_journal_is_checked_by_a_stranger(journal: Journal, tmp_path: Path) -> None:
    entries = fill(journal, 5)
    journal.export(tmp_path / "journal.txt")
    data = (tmp_path / "journal.txt").read_bytes()
    assert verify_export(data, ORIGIN, KEYS) == tuple(entries)
    assert data.split(b"\n")[3] == entries[2].payload


def test_exported_empty_journal(journal: Journal, tmp_path: Path) -> None:
    journal.export(tmp_path / "journal.txt")
    assert verify_export((tmp_path / "journal.txt").read_bytes(), ORIGIN, KEYS) == ()


def test_changed_export_is_refused(journal: Journal, tmp_path: Path) -> None:
    fill(journal, 3)
    journal.export(tmp_path / "journal.txt")
    data = (tmp_path / "journal.txt").read_bytes()
    lines = data.split(b"\n")
    changed = [
        b"",
        data[:-1],
        b"\n".join([*lines[:1], *lines[2:]]),
        b"\n".join([*lines[:3], *lines[4:]]),
        b"\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]),
        b"\n".join([*lines[:3], lines[2], *lines[3:]]),
    ]
    for offset in range(len(data)):
        flipped = bytearray(data)
        flipped[offset] ^= 1 << offset % 8
        changed.append(bytes(flipped))
    for bad in changed:
        with pytest.raises(JournalBrokenError):
            verify_export(bad, ORIGIN, KEYS)
    with pytest.raises(JournalBrokenError):
        verify_export(data, "other", KEYS)
    with pytest.raises(JournalBrokenError):
        verify_export(data, ORIGIN, {OTHER.name: OTHER.public_key})


def test_vector_is_read_and_its_forgeries_refused() -> None:
    vector = json.loads((ROOT / "tests" / "vectors" / "journal.json").read_text("utf-8"))
    keys = {vector["key_name"]: bytes.fromhex(vector["public_key"])}
    entries = verify_export(vector["export"].encode(), vector["origin"], keys)
    assert [leaf_hash(entry.payload).hex() for entry in entries] == vector["leaf_hashes"]
    assert root_of([leaf_hash(entry.payload) for entry in entries]).hex() == vector["root"]
    assert [entry.incarnation for entry in entries] == [1, 1, 1, 2, 2]
    assert len(vector["refused"]) == 6
    for forgery in vector["refused"]:
        with pytest.raises(JournalBrokenError):
            verify_export(forgery["export"].encode(), vector["origin"], keys)


# ---- full disks and kills


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", kibibytes=2048) as lent:
        yield lent


def test_full_disk_refuses_the_entry_and_goes_on(disk: SmallDisk) -> None:
    engine = new_engine(disk.folder / "station.db")
    journal = journal_on(engine)
    fill(journal, 3)
    disk.fill()
    refusals = (DiskFullError,) if disk.mounted else (DiskFullError, DatabaseDiskError)
    grown = 3
    with contextlib.suppress(*refusals):
        while grown < 400:
            journal.append("draw.noted", "d1", {"text": "x" * 3000})
            grown += 1
    size = journal.verify().size
    assert size == grown < 400
    with pytest.raises(refusals):
        journal.append("draw.noted", "d1", {"text": "x" * 300_000})
    assert journal.verify().size == size
    disk.free()
    fill(journal, 3)
    engine.dispose()
    assert journal.verify().size == size + 3
    engine.dispose()


def killed_journals(folder: Path, points: list[str]) -> None:
    """Run the killed children and check what each left."""
    module = "tests.vault.journal_kills"
    done = subprocess.run([sys.executable, "-m", module, str(folder), *points], cwd=ROOT, timeout=300)
    assert done.returncode == 0, "every child was killed at its point"
    for point in points:
        check_survivor(folder / point)


def check_survivor(home: Path) -> None:
    acknowledged = (home / "acknowledged").stat().st_size
    engine = open_engine(home / "station.db", KEY, create=False)
    with engine.connect() as connection:
        rows = connection.scalars(text("SELECT entry FROM room_row ORDER BY entry")).all()
    journal = journal_on(engine, SteadyClock(START + timedelta(days=1)))
    anchor = (home / "head").read_bytes() if (home / "head").exists() else None
    size = journal.verify(anchor=anchor).size
    assert size in (acknowledged, acknowledged + 1), "at most the entry that nobody was told of"
    assert rows == list(range(size)), "an entry and its rows are there together"
    fill(journal, 1)
    assert journal.verify().size == size + 1
    engine.dispose()
    if (home / "journal.txt").exists():
        assert verify_export((home / "journal.txt").read_bytes(), ORIGIN, KEYS)


def points_of(seed: int, count: int) -> list[str]:
    """Choose points spread over commits, fsyncs and the steps of the database itself."""
    chosen = random.Random(seed)
    reach = {"commit": 48, "sync": 48, "step": 2800}  # a whole run passes some 3,000 steps
    kinds = [kind for kind in reach for _ in range(count)]
    return sorted({f"{kind}:{chosen.randrange(reach[kind])}" for kind in kinds})


def test_killed_at_a_dozen_points(tmp_path: Path) -> None:
    killed_journals(tmp_path, ["commit:0", "commit:1", "sync:0", "step:0", *points_of(20261123, 3)])


@pytest.mark.soak
def test_killed_at_two_hundred_points(tmp_path: Path) -> None:
    killed_journals(tmp_path, points_of(random.SystemRandom().randrange(2**32), 70))
