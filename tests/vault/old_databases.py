"""Station databases as earlier revisions wrote them, built from what was really stored, not from today's models."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vault.database import open_engine, writing
from vault.ids import StationId

KEY = bytes(range(32))
STATION = StationId("019aaf5e-0000-7000-8000-000000000001")
ORIGIN = f"fengqian/station/{STATION}"


class SeedSigner:
    """Signs notes with an Ed25519 key made from a 32-byte seed."""

    def __init__(self, seed: bytes, name: str = ORIGIN) -> None:
        self.name = name
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


SIGNER = SeedSigner(b"\x01" * 32)

REVISION_1 = (
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    "INSERT INTO alembic_version VALUES ('vault_0001')",
    "CREATE TABLE vault_journal_entry (position INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,"
    " payload BLOB NOT NULL, CONSTRAINT pk_vault_journal_entry PRIMARY KEY (position)) STRICT",
    "CREATE INDEX ix_vault_journal_entry_kind ON vault_journal_entry (kind)",
    "CREATE INDEX ix_vault_journal_entry_subject ON vault_journal_entry (subject)",
    "CREATE TABLE vault_journal_state (id INTEGER NOT NULL, frontier BLOB NOT NULL, head BLOB NOT NULL,"
    " CONSTRAINT pk_vault_journal_state PRIMARY KEY (id), CONSTRAINT ck_vault_journal_state_one CHECK (id = 1)) STRICT",
)
REVISION_1_ENTRIES = (
    (
        "station.created",
        "019aaf5e-0000-7000-8000-000000000001",
        (
            b'{"at":"2026-10-24T08:30:00Z","body":{"sample":true,"v":"0.1"}'
            b',"by":[]'
            b',"incarnation":1,"index":0,"kind":"station.created","subject":"019aaf5e-0000-7000-8000-000000000001","v":1}'
        ),
    ),
    (
        "person.added",
        "p1",
        (
            '{"at":"2026-10-24T08:30:01Z","body":{"name":"王珺玥"}'
            ',"by":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]'
            ',"incarnation":1,"index":1,"kind":"person.added","subject":"p1","v":1}'
        ).encode(),
    ),
    (
        "person.added",
        "p2",
        (
            '{"at":"2026-10-24T08:30:02Z","body":{"name":"赵喆堃"}'
            ',"by":["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]'
            ',"incarnation":1,"index":2,"kind":"person.added","subject":"p2","v":1}'
        ).encode(),
    ),
)
REVISION_1_FRONTIER = (
    "0000000000000003"
    "bc6c2553872d3f0766f8636dd1367b80f53ea9f91a212911a25514a65f2d06e9"
    "0b514028af6261b911ea66d31dd4bf31407c7a430733f72d366478b5b2f166e6"
)
REVISION_1_HEAD = (
    "fengqian/station/019aaf5e-0000-7000-8000-000000000001\n"
    "3\nL2xzqwLv8Bfig4hkc29TdiJcWUSVUOwyaLTNFZAWaoU=\n\n"
    "— fengqian/station/019aaf5e-0000-7000-8000-000000000001 "
    "w01QZPb6N2sqqmdBj5I/b4q/yRFsriHWSpAjtw2igPwg8D4SyILDEbh+TPkn2Zjph6GisJjWfXCZ4gI8dfs/WZ0GgQg=\n"
)


def write_revision_1(path: Path) -> None:
    """Write a database of revision `vault_0001` with three entries."""
    engine = open_engine(path, KEY)
    with writing(engine) as connection:
        for statement in REVISION_1:
            connection.exec_driver_sql(statement)
        for position, (kind, subject, payload) in enumerate(REVISION_1_ENTRIES):
            row = (position, kind, subject, payload)
            connection.exec_driver_sql("INSERT INTO vault_journal_entry VALUES (?, ?, ?, ?)", row)
        state = (bytes.fromhex(REVISION_1_FRONTIER), REVISION_1_HEAD.encode("utf-8"))
        connection.exec_driver_sql("INSERT INTO vault_journal_state VALUES (1, ?, ?)", state)
    engine.dispose()
