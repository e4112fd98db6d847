"""The bank in the database: versions, specialties by index, changes, remembered mappings."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from drawing import bank_laying, bankstore
from drawing.bank import Bank
from drawing.bank_tables import bank_id, bank_mapping, bank_row, bank_specialty, bank_version
from drawing.bankstore import (
    MIGRATIONS,
    Acceptance,
    BankChangedError,
    BankChanges,
    BankMovedError,
    BankStore,
    BankUnchangedError,
    NoBankError,
    UnknownExpertError,
)
from drawing.expert import Expert, row_bytes
from drawing.mapping import ColumnMapping
from drawing.specialty import covers
from tests.drawing.broken_banks import HEADER
from tests.drawing.test_bank import EXPERTS
from vault.database import cipher_integrity_check, metadata, migrate, open_engine, writing
from vault.ids import BankId

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FIRST, SECOND, THIRD = BankId("first"), BankId("second"), BankId("third")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path / "station.db", bytes(32))
    with engine.connect() as connection:
        migrate(connection, [MIGRATIONS])
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> BankStore:
    return BankStore(engine)


def accepted(at: datetime = NOON) -> Acceptance:
    return Acceptance(at, b"\x07" * 32, ("keeper", "supervisor"))


CHANGED = [
    replace(EXPERTS[0], specialties=("B01",)),
    EXPERTS[2],
    Expert("ZJ0000", "赵", "13800000009", specialties=("A08",)),
]


def in_two_versions(store: BankStore) -> None:
    store.import_version(Bank.of(EXPERTS), FIRST, accepted(), over=None)
    store.import_version(Bank.of(CHANGED), SECOND, accepted(NOON + timedelta(days=3)), over=FIRST)


def ids(store: BankStore, version: BankId, *prefixes: str) -> list[str]:
    return sorted(expert.id for expert in store.experts_for(version, prefixes))


def test_migrated_tables_equal_the_models(engine: Engine) -> None:
    names = {table.name for table in (bank_version, bank_row, bank_id, bank_specialty, bank_mapping)}
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, parents: kind != "table" or name in names,
                "include_object": lambda item, name, kind, reflected, other: kind != "table" or name in names,
            },
        )
        assert compare_metadata(context, metadata) == []
        made = {
            row[0]: row[1].replace("\t", "").replace("\n", "")
            for row in connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE name LIKE 'drawing_bank_%'"
            )
        }
    for table in ("drawing_bank_id", "drawing_bank_specialty"):
        assert "WITHOUT ROWID" in made[table]
        assert "STRICT" in made[table]


def test_without_a_bank(store: BankStore) -> None:
    assert store.versions() == ()
    for ask in (
        store.current,
        lambda: store.version(FIRST),
        lambda: store.bank(FIRST),
        lambda: list(store.experts_for(FIRST, ["A"])),
        lambda: store.expert(FIRST, "ZJ0001"),
    ):
        with pytest.raises(NoBankError):
            ask()


def test_versions_keep_what_they_were(store: BankStore) -> None:
    in_two_versions(store)
    assert list(store.bank(FIRST).experts()) == EXPERTS
    assert store.bank(FIRST) == Bank.of(EXPERTS)
    assert store.bank(SECOND) == Bank.of(CHANGED)
    first, second = store.versions()
    assert (first.number, first.id, first.root, first.experts) == (1, FIRST, Bank.of(EXPERTS).root, 3)
    assert (first.added, first.removed, first.changed) == (3, 0, 0)
    assert (second.added, second.removed, second.changed) == (1, 1, 1)
    assert second.acceptance == accepted(NOON + timedelta(days=3))
    assert store.current() == store.version(SECOND) == second
    store.verify(FIRST)
    store.verify(SECOND)


def test_an_expert_who_comes_back_has_no_row_twice_at_once(store: BankStore) -> None:
    in_two_versions(store)
    store.import_version(Bank.of(EXPERTS), THIRD, accepted(), over=SECOND)
    assert store.bank(THIRD).root == store.bank(FIRST).root
    assert store.current().changed == 1
    assert ids(store, THIRD, "A", "B", "C") == ["ZJ0001", "ZJ0002", "ZJ0003"]


def test_experts_of_a_specialty(store: BankStore) -> None:
    in_two_versions(store)
    assert ids(store, FIRST, "A") == ["ZJ0001", "ZJ0003"]
    assert ids(store, FIRST, "A08") == ["ZJ0001", "ZJ0003"]
    assert ids(store, FIRST, "A0803", "A0101", "A") == ["ZJ0001", "ZJ0003"]
    assert ids(store, FIRST, "B") == ["ZJ0002"]
    assert ids(store, SECOND, "B") == ["ZJ0001"]
    assert ids(store, SECOND, "A") == ["ZJ0000", "ZJ0003"]
    assert ids(store, SECOND) == []
    assert ids(store, FIRST, "A", "A08", "B") == ["ZJ0001", "ZJ0002", "ZJ0003"]
    with pytest.raises(ValueError, match="code"):
        ids(store, FIRST, "%")


def test_the_index_gives_whom_a_walk_over_everybody_gives(store: BankStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bankstore, "READ_AT_ONCE", 7)
    monkeypatch.setattr(bank_laying, "WRITE_AT_ONCE", 5)
    codes = ["A", "A08", "A0801", "A0802", "A09", "B01"]
    people = [
        Expert(f"{n:03d}", "x", "1", specialties=tuple(sorted({codes[n % 6], codes[n * 7 % 5]}))) for n in range(60)
    ]
    store.import_version(Bank.of(people), FIRST, accepted(), over=None)
    for prefixes in (["A"], ["A08"], ["A0801", "B01"], ["A09", "A"]):
        expected = [one.id for one in people if any(covers(code, p) for code in one.specialties for p in prefixes)]
        assert ids(store, FIRST, *prefixes) == expected


def test_the_cost_is_by_index(engine: Engine, store: BankStore) -> None:
    in_two_versions(store)
    keys, values = bankstore._keys_under(["A08"])
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT row FROM drawing_bank_row WHERE key IN ({keys}) AND {bankstore._IN_VERSION}",
            (*values, 1, 1),
        ).all()
    text = "\n".join(str(row[3]) for row in plan)
    assert "SCAN" not in text
    assert "SEARCH drawing_bank_row USING INTEGER PRIMARY KEY" in text
    assert "SEARCH drawing_bank_specialty USING PRIMARY KEY" in text


def test_one_expert(store: BankStore) -> None:
    in_two_versions(store)
    assert store.expert(FIRST, "ZJ0001") == EXPERTS[0]
    assert store.expert(SECOND, "ZJ0001") == CHANGED[0]
    assert store.expert(FIRST, "ZJ0002") == EXPERTS[1]
    for version, missing in ((SECOND, "ZJ0002"), (FIRST, "ZJ0000"), (FIRST, "nobody")):
        with pytest.raises(UnknownExpertError):
            store.expert(version, missing)


def test_a_version_must_follow_the_newest(store: BankStore) -> None:
    with pytest.raises(BankMovedError):
        store.import_version(Bank.of(EXPERTS), FIRST, accepted(), over=SECOND)
    in_two_versions(store)
    for over in (None, FIRST):
        with pytest.raises(BankMovedError):
            store.import_version(Bank.of(EXPERTS), THIRD, accepted(), over=over)
    with pytest.raises(BankUnchangedError):
        store.import_version(Bank.of(CHANGED), THIRD, accepted(), over=SECOND)
    assert len(store.versions()) == 2


def test_a_failed_import_leaves_nothing(engine: Engine, store: BankStore) -> None:
    in_two_versions(store)
    with contextlib.suppress(ZeroDivisionError), writing(engine) as connection:
        store.import_version(Bank.of(EXPERTS[:1]), THIRD, accepted(), over=SECOND, connection=connection)
        _ = 1 / 0
    assert store.current().id == SECOND
    assert store.bank(SECOND) == Bank.of(CHANGED)
    with engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM drawing_bank_row WHERE since > 2 OR until > 2")
        assert left.scalar() == 0


def test_changes_of_the_last_days(store: BankStore) -> None:
    in_two_versions(store)
    assert store.changes_since(NOON + timedelta(days=4)) == BankChanges(0, 0, 0, 0)
    assert store.changes_since(NOON + timedelta(days=3)) == BankChanges(1, 1, 1, 1)
    assert store.changes_since(NOON) == BankChanges(2, 4, 1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE drawing_bank_row SET since = 2 WHERE since = 1",
        "DELETE FROM drawing_bank_row WHERE key = 1",
        "DELETE FROM drawing_bank_id WHERE id = 'ZJ0001'",
        "UPDATE drawing_bank_row SET since = 1 WHERE since = 2",
        "DELETE FROM drawing_bank_specialty WHERE code = 'B01'",
        "INSERT INTO drawing_bank_specialty SELECT 'C99', key FROM drawing_bank_row WHERE until IS NULL",
    ],
)
def test_a_changed_bank_is_seen(engine: Engine, store: BankStore, statement: str) -> None:
    in_two_versions(store)
    with writing(engine) as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(BankChangedError):
        store.verify(FIRST)


def test_a_friends_number_under_an_expert_is_seen(engine: Engine, store: BankStore) -> None:
    in_two_versions(store)
    doctored = row_bytes(replace(EXPERTS[2], phone="13911111111"))
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "UPDATE drawing_bank_row SET row = ? WHERE row = ?", (doctored, row_bytes(EXPERTS[2]))
        )
    with pytest.raises(BankChangedError):
        store.verify(SECOND)


def test_mappings_are_remembered_by_their_headers(store: BankStore) -> None:
    assert store.mapping_for(HEADER) == ColumnMapping(())
    store.remember_mapping(HEADER, ColumnMapping.of({"id": "专家编号"}))
    store.remember_mapping(["x"], ColumnMapping.of({"id": "x"}))
    store.remember_mapping(HEADER[::-1], ColumnMapping.of({"phone": "手机号码"}))
    assert store.mapping_for(HEADER).to_json() == {"phone": "手机号码"}


def test_reading_survives_a_new_version_in_between(store: BankStore) -> None:
    store.import_version(Bank.of(EXPERTS), FIRST, accepted(), over=None)
    reading = store.experts_for(FIRST, ["A", "B", "C"])
    one = next(reading)
    store.import_version(Bank.of(CHANGED), SECOND, accepted(), over=FIRST)
    assert sorted([one, *reading], key=lambda expert: expert.id) == EXPERTS


def test_pages_are_whole(engine: Engine, store: BankStore) -> None:
    in_two_versions(store)
    cipher_integrity_check(engine)
