"""The database is encrypted, refuses every changed byte, commits for good and goes on after a full disk."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from tests.fakes.disk import SmallDisk, small_disk
from vault import database
from vault.database import (
    DatabaseBusyError,
    DatabaseDiskError,
    DatabaseUnreadableError,
    backup,
    cipher_integrity_check,
    open_engine,
    writing,
)
from vault.files import DiskFullError, FileMissingError, FileUnwritableError

KEY = bytes(range(32))
CANARY = "金丝雀-canary-13800138000"

NOISY = """
import sys
from pathlib import Path
from vault.database import DatabaseUnreadableError, open_engine
try:
    open_engine(Path(sys.argv[1]), bytes(32))
except DatabaseUnreadableError:
    print("refused")
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "station.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    opened = filled(path)
    yield opened
    opened.dispose()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", kibibytes=2048) as lent:
        yield lent


def filled(path: Path) -> Engine:
    engine = open_engine(path, KEY)
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT")
        connection.exec_driver_sql("CREATE TABLE part (thing INTEGER NOT NULL REFERENCES thing (id)) STRICT")
        rows = [{"id": number, "word": f"{CANARY} {number} " * 5} for number in range(200)]
        connection.execute(text("INSERT INTO thing VALUES (:id, :word)"), rows)
    return engine


def words(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT word FROM thing ORDER BY id")))


def add(engine: Engine, count: int) -> None:
    with writing(engine) as connection:
        for number in range(count):
            connection.exec_driver_sql("INSERT INTO thing VALUES (?, ?)", (1000 + number, "x" * 2000))


def read_all(path: Path) -> list[str]:
    engine = open_engine(path, KEY, create=False)
    try:
        cipher_integrity_check(engine)
        return words(engine)
    finally:
        engine.dispose()


def setting(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_settings_hold_on_every_connection(engine: Engine) -> None:
    with engine.connect():
        assert setting(engine, "journal_mode") == "wal"
        assert setting(engine, "synchronous") == 2
        assert setting(engine, "foreign_keys") == 1
        assert setting(engine, "secure_delete") == 1
        assert setting(engine, "trusted_schema") == 0
        assert setting(engine, "cipher_hmac_algorithm") == "HMAC_SHA512"


def test_nothing_is_in_the_clear_and_all_is_private(engine: Engine, path: Path) -> None:
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
        assert b"canary" not in file.read_bytes()
        assert not file.read_bytes().startswith(b"SQLite format")
    assert {file.name for file in path.parent.iterdir()} == {"station.db", "station.db-wal", "station.db-shm"}


def test_wrong_key_is_refused(engine: Engine, path: Path) -> None:
    with pytest.raises(DatabaseUnreadableError):
        open_engine(path, bytes(32))
    assert len(words(engine)) == 200


def test_wrong_key_says_nothing_on_stderr(engine: Engine, path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", NOISY, str(path)], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"refused\n", b"")


def test_key_has_32_bytes(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_engine(path, b"short")


def test_missing_or_empty_file_is_only_made_on_request(path: Path) -> None:
    with pytest.raises(FileMissingError):
        open_engine(path, KEY, create=False)
    path.touch()
    with pytest.raises(FileMissingError):
        open_engine(path, KEY, create=False)
    open_engine(path, KEY).dispose()


def test_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnwritableError):
        open_engine(tmp_path / "no" / "station.db", KEY)


def test_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatabaseDiskError):
        open_engine(tmp_path, KEY)


def test_every_flipped_byte_is_refused(tmp_path: Path, path: Path) -> None:
    filled(path).dispose()
    clean = path.read_bytes()
    assert not (tmp_path / "station.db-wal").exists()
    assert len(words(open_engine(path, KEY))) == 200
    near_page_ends = [
        page + at for page in range(0, len(clean), 4096) for at in (0, 15, 16, 100, 4015, 4016, 4032, 4095)
    ]
    spread = range(0, len(clean), 1777)
    for offset in sorted({*near_page_ends, *spread}):
        changed = bytearray(clean)
        changed[offset] ^= 1 << offset % 8
        bad = tmp_path / "bad.db"
        bad.write_bytes(changed)
        with pytest.raises(DatabaseUnreadableError):
            read_all(bad)
    assert len(read_all(path)) == 200


def test_cut_swapped_and_foreign_pages_are_refused(tmp_path: Path, path: Path) -> None:
    filled(path).dispose()
    clean = path.read_bytes()
    other_path = tmp_path / "other.db"
    filled(other_path).dispose()
    other = other_path.read_bytes()
    pages = [clean[i : i + 4096] for i in range(0, len(clean), 4096)]
    foreign = [*pages[:3], other[3 * 4096 : 4 * 4096], *pages[4:]]
    bad = tmp_path / "bad.db"
    broken = {
        "last page cut": clean[:-4096],
        "half a page cut": clean[:-2048],
        "all but the first page cut": clean[:4096],
        "page blanked": b"".join(pages[:3]) + bytes(4096) + b"".join(pages[4:]),
        "pages swapped": b"".join([*pages[:3], pages[4], pages[3], *pages[5:]]),
        "page doubled": b"".join([*pages[:3], pages[4], *pages[4:]]),
        "page of another database": b"".join(foreign),
        "text": b"not a database " * 1000,
    }
    for changed in broken.values():
        bad.write_bytes(changed)
        with pytest.raises(DatabaseUnreadableError):
            read_all(bad)


def test_changed_page_that_nobody_reads_is_found(path: Path) -> None:
    engine = filled(path)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM thing WHERE id > 20")
    cipher_integrity_check(engine)
    engine.dispose()
    changed = bytearray(path.read_bytes())
    changed[-2000] ^= 1
    path.write_bytes(changed)
    engine = open_engine(path, KEY)
    assert len(words(engine)) == 21
    with pytest.raises(DatabaseUnreadableError):
        cipher_integrity_check(engine)
    engine.dispose()


def test_index_that_contradicts_its_table_is_found(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE INDEX by_word ON thing (word)")
        connection.exec_driver_sql("PRAGMA writable_schema = ON")
        connection.exec_driver_sql(
            "UPDATE sqlite_master SET sql = 'CREATE INDEX by_word ON thing (id)' WHERE name = 'by_word'"
        )
    engine.dispose()
    with pytest.raises(DatabaseUnreadableError):
        cipher_integrity_check(engine)


def test_error_inside_writing_undoes_tables_too(engine: Engine) -> None:
    def spoil() -> None:
        with writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE other (id INTEGER)")
            connection.exec_driver_sql("DELETE FROM thing")
            raise KeyError

    with pytest.raises(KeyError):
        spoil()
    assert len(words(engine)) == 200
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE name = 'other'").scalar() == 0


def test_foreign_keys_hold(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as connection:
        connection.exec_driver_sql("INSERT INTO part VALUES (999)")


def test_second_writer_waits_and_is_refused(engine: Engine, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.05)
    impatient = open_engine(path, KEY)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM thing WHERE id = 0")
        assert len(words(impatient)) == 200, "a reader sees what was committed"
        with pytest.raises(DatabaseBusyError), writing(impatient):
            pytest.fail("two writers at once")
    impatient.dispose()
    assert len(words(engine)) == 199


def test_commit_is_the_one_function(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "commit", lambda connection: None)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM thing")
    assert len(words(engine)) == 200


def test_read_only_file_is_told_apart(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(DatabaseDiskError):
            connection.exec_driver_sql("DELETE FROM thing")
        connection.rollback()
        connection.exec_driver_sql("PRAGMA query_only = OFF")


def test_full_disk_undoes_the_transaction_and_goes_on(disk: SmallDisk) -> None:
    engine = filled(disk.folder / "station.db")
    disk.fill()
    refusals = (DiskFullError,) if disk.mounted else (DiskFullError, DatabaseDiskError)
    for _ in range(3):
        with pytest.raises(refusals):
            add(engine, 400)
        assert len(words(engine)) == 200
    disk.free()
    add(engine, 1)
    engine.dispose()
    assert len(read_all(disk.folder / "station.db")) == 201


def test_page_limit_is_a_full_disk(engine: Engine) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError):
        add(engine, 100)
    assert len(words(engine)) == 200


def test_backup_is_a_database_under_the_same_key(engine: Engine, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.db"
    copy.parent.mkdir()
    backup(engine, copy)
    with writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM thing WHERE id > 0")
    assert len(read_all(copy)) == 200
    backup(engine, copy)
    assert len(read_all(copy)) == 1
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not list(copy.parent.glob(".*"))


def test_backup_without_a_folder_is_refused(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(FileUnwritableError):
        backup(engine, tmp_path / "no" / "copy.db")


def test_backup_on_a_full_disk_keeps_the_older_copy(engine: Engine, disk: SmallDisk) -> None:
    copy = disk.folder / "copy.db"
    backup(engine, copy)
    before = copy.read_bytes()
    disk.fill()
    refusals = (DiskFullError,) if disk.mounted else (DiskFullError, DatabaseDiskError)
    with pytest.raises(refusals):
        backup(engine, copy)
    assert copy.read_bytes() == before
    assert not list(disk.folder.glob(".*"))


def test_backup_of_a_damaged_database_is_refused(path: Path, tmp_path: Path) -> None:
    filled(path).dispose()
    changed = bytearray(path.read_bytes())
    changed[3 * 4096 + 700] ^= 1
    path.write_bytes(changed)
    engine = open_engine(path, KEY)
    with pytest.raises(DatabaseUnreadableError):
        backup(engine, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    engine.dispose()


def test_database_moved_while_closed_still_opens(path: Path, tmp_path: Path) -> None:
    filled(path).dispose()
    shutil.move(path, tmp_path / "moved.db")
    assert len(read_all(tmp_path / "moved.db")) == 200
    assert os.listdir(tmp_path) == ["moved.db"]
