"""A SQLCipher file opened by hand with its raw key: every page as it lies on the disk, free ones and old ones too.

Each page of 4096 bytes ends in 16 bytes of IV and 64 of MAC; the rest is AES-256-CBC.  The first page begins with 16
bytes in the clear.  A write-ahead log holds whole pages behind a head of 24 bytes each; frames that a checkpoint has
left behind are read as well.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlcipher3 import dbapi2

PAGE, RESERVED, IV = 4096, 80, 16
_WAL_HEAD, _FRAME_HEAD, _FILE_HEAD = 32, 24, 16
BANK = "drawing_bank_"


def _opened(page: bytes, key: bytes, start: int = 0) -> bytes:
    iv = page[PAGE - RESERVED : PAGE - RESERVED + IV]
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(iv)).decryptor()
    return decryptor.update(page[start : PAGE - RESERVED]) + decryptor.finalize()


def file_pages(path: Path, key: bytes) -> list[bytes]:
    """Every page of the database file, deciphered, whatever it is used for."""
    data = path.read_bytes()
    return [_opened(data[at : at + PAGE], key, 0 if at else _FILE_HEAD) for at in range(0, len(data) - PAGE + 1, PAGE)]


def log_pages(path: Path, key: bytes) -> list[tuple[int, bytes]]:
    """Every frame of the write-ahead log: the number of its page, and the page deciphered."""
    data = path.read_bytes() if path.exists() else b""
    found = []
    for at in range(_WAL_HEAD, len(data) - _FRAME_HEAD - PAGE + 1, _FRAME_HEAD + PAGE):
        number, page = int.from_bytes(data[at : at + 4], "big"), data[at + _FRAME_HEAD : at + _FRAME_HEAD + PAGE]
        found.append((number, _opened(page, key, 0 if number != 1 else _FILE_HEAD)))
    return found


def raw_pages(path: Path, key: bytes) -> list[bytes]:
    """Every page of file and log."""
    return [*file_pages(path, key), *(page for _, page in log_pages(path.with_name(path.name + "-wal"), key))]


def rows(path: Path, key: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in the order in which it lies there, and the figures of the file itself."""
    connection = dbapi2.connect(f"file:{path}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: [tuple(row) for row in connection.execute(f'SELECT * FROM "{name}"')] for name in names}
        found["sqlite_master"] = [tuple(row) for row in connection.execute("SELECT * FROM sqlite_master")]
        figures = ("page_count", "freelist_count", "schema_version", "user_version", "data_version")
        found["figures"] = [tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in figures)]
        return found
    except sqlite3.Error as error:  # pragma: no cover - the test has the right key
        raise AssertionError from error
    finally:
        connection.close()


def cells(tables: dict[str, list[tuple[Any, ...]]]) -> Iterator[tuple[str, bytes]]:
    """Every value outside the bank's tables as bytes."""
    for table, found in tables.items():
        if not table.startswith(BANK):
            for place, row in enumerate(found):
                for value in row:
                    yield f"{table}[{place}]", value if isinstance(value, bytes) else str(value).encode("utf-8")
