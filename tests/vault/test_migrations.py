"""Migrated tables equal the models, rooms branch off vault's, a failed or unknown revision changes nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from tests.fakes.clock import SteadyClock
from tests.vault.old_databases import KEY, ORIGIN, SIGNER, STATION, write_revision_1
from vault import journalstore
from vault.database import DatabaseNewerError, metadata, migrate, migration_config, open_engine, writing
from vault.journal import Journal

ROOM = """
import sqlalchemy as sa
from alembic import op

revision = "{name}_0001"
down_revision = None
branch_labels = ("{name}",)
depends_on = "vault_0001"


def upgrade():
    op.create_table("{name}_thing", sa.Column("id", sa.Integer(), primary_key=True))
    {more}
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(tmp_path / "station.db", KEY)
    yield opened
    opened.dispose()


def room(tmp_path: Path, name: str, more: str = "pass") -> Path:
    versions = tmp_path / "a room: 100%" / name / "versions"
    versions.mkdir(parents=True)
    (versions / f"{name}_0001_first.py").write_text(ROOM.format(name=name, more=more))
    return versions


def schema(connection: Connection, prefix: str = "") -> dict[str, str]:
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in found if prefix in name}


def tables(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return sorted(name for name in schema(connection) if not name.startswith("ix_"))


def include_vault(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return kind != "table" or (name or "").startswith("vault_")


def differences(connection: Connection) -> list[object]:
    options: Mapping[str, object] = {"include_object": include_vault, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=dict(options)), metadata))


def test_migrated_schema_equals_the_models(engine: Engine, tmp_path: Path) -> None:
    assert journalstore.entry_table.name == "vault_journal_entry"
    with engine.connect() as connection:
        migrate(connection)
        assert differences(connection) == []
        migrated = schema(connection, "vault_")
    modelled = open_engine(tmp_path / "models.db", KEY)
    with writing(modelled) as connection:
        ours = [table for table in metadata.sorted_tables if table.name.startswith("vault_")]
        metadata.create_all(connection, tables=ours)
        # the order in which the two name constraints is theirs
        assert {name: sorted(sql) for name, sql in schema(connection, "vault_").items()} == {
            name: sorted(sql) for name, sql in migrated.items()
        }
        assert differences(connection) == []
    modelled.dispose()


def test_a_difference_is_seen(engine: Engine) -> None:
    with engine.connect() as connection:
        migrate(connection)
        connection.exec_driver_sql("ALTER TABLE vault_journal_entry ADD COLUMN more TEXT")
        assert len(differences(connection)) == 1


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        migrate(connection)
        before = schema(connection)
        connection.rollback()
        migrate(connection)
        assert schema(connection) == before


def test_rooms_branch_off_and_come_in_any_order(engine: Engine, tmp_path: Path) -> None:
    places, lines = room(tmp_path, "places"), room(tmp_path, "lines")
    with engine.connect() as connection:
        migrate(connection, [places])
    with engine.connect() as connection:
        migrate(connection, [str(lines), places, lines])
        versions = connection.scalars(text("SELECT version_num FROM alembic_version ORDER BY 1")).all()
    # a revision that others depend on is implied by theirs
    assert versions == ["lines_0001", "places_0001"]
    assert tables(engine) == [
        "alembic_version",
        "lines_thing",
        "places_thing",
        "vault_journal_entry",
        "vault_journal_state",
    ]
    with engine.connect() as connection:
        migrate(connection, [places, lines])


def test_every_branch_has_its_label(tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(migration_config([room(tmp_path, "places")]))
    assert set(script.get_bases()) == {"vault_0001", "places_0001"}
    assert script.get_revision("vault@head").revision == "vault_0001"
    assert script.get_revision("places@head").revision == "places_0001"


def test_env_and_template_are_outside_the_version_folders() -> None:
    config = migration_config()
    home = Path(config.get_main_option("script_location") or "")
    assert (home / "env.py").is_file()
    assert (home / "script.py.mako").is_file()
    assert not (home / "versions" / "env.py").exists()


def test_failed_migration_is_undone_whole(engine: Engine, tmp_path: Path) -> None:
    bad = room(tmp_path, "bad", more='op.execute("INSERT INTO nowhere VALUES (1)")')
    with engine.connect() as connection, pytest.raises(OperationalError):
        migrate(connection, [bad])
    assert tables(engine) == []


def test_in_a_callers_transaction_the_caller_commits(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.begin()
        migrate(connection)
        connection.rollback()
    assert tables(engine) == []
    with writing(engine) as connection:
        migrate(connection)
    assert "vault_journal_entry" in tables(engine)


def test_database_of_a_newer_program_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        migrate(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'vault_9999'")
    with engine.connect() as connection, pytest.raises(DatabaseNewerError, match="vault_9999"):
        migrate(connection)


def test_database_of_revision_1_still_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    write_revision_1(path)
    engine = open_engine(path, KEY, create=False)
    with engine.connect() as connection:
        migrate(connection)
        assert differences(connection) == []
    journal = Journal(engine, ORIGIN, STATION, SteadyClock(), SIGNER)
    assert journal.verify().size == 3
    assert [entry.kind for entry in journal.entries()] == ["station.created", "person.added", "person.added"]
    journal.append("person.removed", "p1", {})
    assert journal.verify(anchor=None).size == 4
    engine.dispose()
