"""The station's one encrypted database: SQLCipher under SQLAlchemy, a raw 32-byte key, and migrations by room.

Guarantees: every page is encrypted and carries a MAC (SQLCipher 4, AES-256-CBC, HMAC-SHA512), so a changed page is
refused when it is read; a commit is on the disk when it returns (WAL, synchronous=FULL); deleted rows are overwritten;
foreign keys hold; a transaction really begins where the code says so, also for tables.  A wrong key and a damaged file
look the same.  `migrate` brings every room's tables to their newest revision in one transaction, vault's first.

Left out: a file put back as it was yesterday, or a write-ahead log cut short, is a valid older state; only the journal
with a head that somebody took away shows that.
"""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine, MetaData, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlcipher3 import dbapi2

from vault.errors import VaultError
from vault.files import OWNER_ONLY, PART, DiskFullError, FileMissingError, FileUnwritableError, sync, sync_folder

KEY_LENGTH: Final = 32
MIGRATIONS: Final = Path(__file__).parent / "migrations"
_BUSY_SECONDS: Final = 5.0
_BEGIN: Final = "fengqian_begin"
_PRAGMAS: Final = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "temp_store = MEMORY",
)
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_READONLY, _SQLITE_IOERR = 5, 6, 8, 10
_SQLITE_CORRUPT, _SQLITE_FULL, _SQLITE_CANTOPEN, _SQLITE_NOTADB = 11, 13, 14, 26

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class DatabaseUnreadableError(VaultError):
    """The key is wrong, or the file was damaged or changed."""

    code = "vault.database.unreadable"
    what = "The station's database can't be read: the key is not its key, or the file was damaged or changed."
    kept = "The file stays as it is."
    todo = "Keep the file for the auditor, then restore the last backup; two people start a new incarnation."


class DatabaseDiskError(VaultError):
    """The system refuses to read or write the database."""

    code = "vault.database.disk"
    what = "The system refuses to read or write the station's database."
    kept = "What was there before is whole; nothing is half-written."
    todo = "Check the folder's permissions and that the disk is well, then do the step again."


class DatabaseBusyError(VaultError):
    """Another connection holds the database."""

    code = "vault.database.busy"
    what = "The station's database is in use by another step."
    todo = "Wait until the other step has ended, then do this one again."


class DatabaseNewerError(VaultError):
    """The database was written by a newer version of the program."""

    code = "vault.database.newer"
    what = "The station's database was written by another version of this program ({problem})."
    todo = "Install the newest version and start again."


def open_engine(path: Path, key: bytes, *, create: bool = True) -> Engine:
    """Open the database at `path` under a raw 32-byte key and prove that the key fits; make it where it isn't there.

    Raises:
        DatabaseUnreadableError: where the key is wrong or the file was changed.
        FileMissingError: where `create` is false and the file isn't there or is empty.
        FileUnwritableError: where the file can't be made.
    """
    if len(key) != KEY_LENGTH:
        raise ValueError("a database key is 32 bytes")
    _prepare_file(path, create=create)
    engine = create_engine("sqlite://", module=dbapi2, creator=_connector(path, key), poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _translated, retval=True)
    try:
        with engine.connect():
            pass
    except VaultError:
        engine.dispose()
        raise
    return engine


def _prepare_file(path: Path, *, create: bool) -> None:
    try:
        if path.exists() and path.stat().st_size:
            return
        if not create:
            raise FileMissingError(name=path.name)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        sync_folder(path.parent)
    except OSError as error:
        raise FileUnwritableError(name=path.name, problem=error.strerror or type(error).__name__) from error


def _connector(path: Path, key: bytes) -> Callable[[], Any]:
    def connect() -> Any:
        connection = None
        try:
            connection = dbapi2.connect(str(path), timeout=_BUSY_SECONDS, check_same_thread=False)
            connection.isolation_level = None
            _unlock(connection, key)
        except dbapi2.Error as error:
            if connection is not None:
                connection.close()
            raise _ours(error) or DatabaseUnreadableError() from error
        return connection

    return connect


def _unlock(connection: Any, key: bytes) -> None:
    # the log level comes first: a wrong key would be told to stderr
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()


def _begin(connection: Connection) -> None:
    # the driver begins nothing by itself (isolation_level None), so that tables are made inside transactions too
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'DEFERRED')}")


def _translated(context: ExceptionContext) -> BaseException | None:
    return _ours(context.original_exception)


def _ours(error: BaseException) -> VaultError | None:
    code = getattr(error, "sqlite_errorcode", None)
    return _by_code(code) if isinstance(code, int) else None


def _by_code(code: int) -> VaultError | None:
    primary = code & 0xFF
    if primary == _SQLITE_FULL:
        return DiskFullError(name="the database")
    if primary in (_SQLITE_READONLY, _SQLITE_CANTOPEN, _SQLITE_IOERR):
        return DatabaseDiskError()
    if primary in (_SQLITE_BUSY, _SQLITE_LOCKED):
        return DatabaseBusyError()
    if primary in (_SQLITE_CORRUPT, _SQLITE_NOTADB):
        return DatabaseUnreadableError()
    return None


@contextlib.contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that may write from its first statement on, and commit it at the end of the block.

    An error inside the block undoes all of it.  Inside, pass the connection on: a second writer has to wait for this
    one to end.

    Raises:
        DatabaseBusyError: where another connection writes for over five seconds.
        DiskFullError: where there is no room; nothing of the block stays.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(**{_BEGIN: "IMMEDIATE"})
        connection.begin()
        yield connection
        commit(connection)


def commit(connection: Connection) -> None:
    """Make a transaction durable: after this it is on the disk; the one commit of `writing`."""
    connection.commit()


def migrate(connection: Connection, locations: Sequence[Path | str] = ()) -> None:
    """Bring vault's tables and those of the rooms to their newest revision, in one transaction.

    Args:
        connection: where a transaction is open on it already, the caller commits; otherwise this does.
        locations: the rooms' folders of versions, `ROOM/migrations/versions`; vault's own always comes first.

    Raises:
        DatabaseNewerError: where the database knows a revision that these folders don't have.
    """
    config = migration_config(locations)
    config.attributes["connection"] = connection
    transaction = contextlib.nullcontext() if connection.in_transaction() else connection.begin()
    with transaction:
        try:
            command.upgrade(config, "heads")
        except CommandError as error:
            raise DatabaseNewerError(problem=str(error)) from error


def migration_config(locations: Sequence[Path | str] = ()) -> Config:
    """Return Alembic's settings for vault's folder of versions and those of the rooms."""
    own = MIGRATIONS / "versions"
    others = [Path(location).resolve() for location in locations]
    folders = [own, *(folder for folder in dict.fromkeys(others) if folder != own)]
    config = Config()
    config.set_main_option("script_location", _option(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(_option, folders)))
    return config


def _option(path: Path) -> str:
    return str(path).replace("%", "%%")


def cipher_integrity_check(engine: Engine) -> None:
    """Read every page and check its MAC, then the structure over them.

    Raises:
        DatabaseUnreadableError: where a page was changed, lost or moved.
    """
    with engine.connect() as connection:
        damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
        told = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(1)")]
    if damaged or told != ["ok"]:
        raise DatabaseUnreadableError()


def backup(engine: Engine, path: Path) -> None:
    """Write a compact copy under the same key to `path`, whole and durable, and check every page of it.

    Raises:
        DiskFullError: where there is no room; an older copy stands.
        DatabaseUnreadableError: where the database or the copy can't be read.
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    except OSError as error:
        raise FileUnwritableError(name=path.name, problem=error.strerror or type(error).__name__) from error
    try:
        _copy_into(engine, name)
        sync(descriptor)
        os.replace(name, path)
        sync_folder(path.parent)
    finally:
        os.close(descriptor)
        Path(name).unlink(missing_ok=True)


def _copy_into(engine: Engine, name: str) -> None:
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    try:
        driver.execute("VACUUM INTO ?", (name,))
        driver.execute("ATTACH ? AS copy", (name,))
        try:
            damaged = driver.execute("PRAGMA copy.cipher_integrity_check").fetchall()
        finally:
            driver.execute("DETACH copy")
    except dbapi2.Error as error:
        raise _ours(error) or DatabaseDiskError() from error
    finally:
        pooled.close()
    if damaged:
        raise DatabaseUnreadableError()
