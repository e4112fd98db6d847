"""Wires ports to adapters: the only place that builds a station's objects.

`create_station` makes a home: keys into the system's vault or a vault file, the encrypted database, the station's own
identity, the first journal entry (which says whether it is a sample centre), and `station.json` last.  `open_station`
takes the home's lock and gives the parts; leaving it frees the lock.  A set-up that was cut off leaves no
`station.json`, and the next one starts over.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from app.errors import AlreadySetUpError, SampleOnlyError
from app.joining import settle_people
from app.media import UsedMedium, head_of
from app.rulepacks import packs
from app.settings import NAME, Choices, Settings, read_settings, write_settings
from drawing.bankstore import BankStore
from drawing.desk.station import DrawStation
from printing.register import CopyRegister
from vault.clock import Clock, SystemClock
from vault.database import migrate, open_engine
from vault.dsse import Envelope
from vault.files import HomeLock, read_limited, remove_parts, write_atomic
from vault.identity import PrivateIdentity, declare, parse_statement
from vault.ids import PersonId, StationId, new_id
from vault.journal import Journal
from vault.jsontext import JsonValue
from vault.people import PeopleStore
from vault.randomness import SystemRandomness
from vault.roles import Role
from vault.secretstore import FileSecretStore, OsSecretStore, SecretStore, os_vault_available

DATABASE, VAULT, PEOPLE, DRAWS, STATEMENT = "station.db", "secrets.fqv", "people", "draws", "station-identity.json"
_DATABASE_KEY, _STATION_KEY = "database-key", "station-key"
_ROOMS = (Path(__file__).resolve().parent.parent,)
MIGRATIONS = tuple(_ROOMS[0] / room / "migrations" / "versions" for room in ("drawing", "printing"))
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

AskPassphrase = Callable[[], str]


@dataclass(frozen=True)
class Station:
    """A station's parts, open."""

    home: Path
    settings: Settings
    sample: bool
    clock: Clock
    engine: Engine
    journal: Journal
    secrets: SecretStore
    people: PeopleStore
    bank: BankStore
    copies: CopyRegister
    identity: PrivateIdentity
    statement: Envelope
    media: list[UsedMedium] = field(default_factory=list)

    def remember_on_media(self) -> None:
        """Let every medium that was unlocked remember the journal's head as it stands now."""
        for used in self.media:
            used.medium.remember(head_of(self.settings.station, self.journal), used.private)

    def drawing(self) -> DrawStation:
        """Return the ports that the desk works with."""
        return DrawStation(
            id=self.settings.station,
            centre=self.settings.centre,
            sample=self.sample,
            serial_prefix=self.settings.serial_prefix,
            folder=self.home / DRAWS,
            engine=self.engine,
            journal=self.journal,
            bank=self.bank,
            clock=self.clock,
            randomness=SystemRandomness(),
            signer=self.identity,
            packs=packs(sample=self.sample),
        )

    def require_sample(self) -> None:
        """Refuse a part of the sample centre on an ordinary station.

        Raises:
            SampleOnlyError: where the first journal entry doesn't say `sample`.
        """
        if not self.sample:
            raise SampleOnlyError


def create_station(home: Path, choices: Choices, new_passphrase: AskPassphrase, *, sample: bool = False) -> Settings:
    """Make a station in `home`; `new_passphrase` is asked only where secrets lie in a file.

    Raises:
        AlreadySetUpError: where there is one.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with HomeLock(home):
        if (home / NAME).exists():
            raise AlreadySetUpError(home=home)
        _clear_leftovers(home)
        clock, randomness = SystemClock(_EPOCH), SystemRandomness()
        kind = choices.secrets or ("os" if os_vault_available() else "file")
        station = StationId(new_id(clock.now(), randomness))
        settings = Settings(station, choices.centre, choices.serial_prefix, choices.language, kind, choices.cost)
        secrets = _new_secrets(home, settings, new_passphrase)
        secrets.put(_DATABASE_KEY, randomness.take(32))
        person = PersonId(station)
        identity = declare(person, choices.centre, Role.STATION, choices.centre, clock.now(), randomness)
        secrets.put(_STATION_KEY, identity.private_bytes())
        write_atomic(home / STATEMENT, identity.statement.to_bytes())
        _first_entry(home, settings, secrets, identity, clock, sample=sample)
        write_settings(home, settings)
    return settings


def _clear_leftovers(home: Path) -> None:
    """Take away what a set-up left that was cut off before `station.json`."""
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", VAULT, STATEMENT):
        (home / name).unlink(missing_ok=True)
    for name in (PEOPLE, DRAWS):
        shutil.rmtree(home / name, ignore_errors=True)


def _new_secrets(home: Path, settings: Settings, new_passphrase: AskPassphrase) -> SecretStore:
    if settings.secrets == "os":
        return OsSecretStore(settings.station)
    return FileSecretStore.create(home / VAULT, new_passphrase(), settings.cost)


def _first_entry(
    home: Path, settings: Settings, secrets: SecretStore, identity: PrivateIdentity, clock: Clock, *, sample: bool
) -> None:
    engine = open_engine(home / DATABASE, secrets.get(_DATABASE_KEY))
    try:
        with engine.connect() as connection:
            migrate(connection, MIGRATIONS)
        journal = _journal(engine, settings, identity, clock)
        body: dict[str, JsonValue] = {"centre": settings.centre, "sample": sample, "station_key": identity.keyid}
        journal.append("station.set_up", settings.station, body)
    finally:
        engine.dispose()


def _journal(engine: Engine, settings: Settings, identity: PrivateIdentity, clock: Clock) -> Journal:
    origin = f"fengqian/{settings.station}"
    return Journal(engine, origin, settings.station, clock, identity.note_signer(origin))


@contextmanager
def open_station(home: Path, passphrase: AskPassphrase) -> Iterator[Station]:
    """Open the station in `home`; `passphrase` is asked once, and only where secrets lie in a file.

    Raises:
        NotSetUpError: where there is none.
        HomeInUseError: where another program has it open.
        WrongSecretError, DatabaseUnreadableError, JournalBrokenError: where passphrase or files aren't right.
    """
    settings = read_settings(home)
    with HomeLock(home):
        for folder in (home, home / PEOPLE):
            remove_parts(folder)
        secrets = _open_secrets(home, settings, passphrase)
        statement = Envelope.parse(read_limited(home / STATEMENT, 64 * 1024))
        public = parse_statement(statement)
        identity = PrivateIdentity.restore(public, statement, secrets.get(_STATION_KEY))
        engine = open_engine(home / DATABASE, secrets.get(_DATABASE_KEY), create=False)
        try:
            yield _opened(home, settings, secrets, identity, engine)
        finally:
            identity.forget()
            engine.dispose()


def _open_secrets(home: Path, settings: Settings, passphrase: AskPassphrase) -> SecretStore:
    if settings.secrets == "os":
        return OsSecretStore(settings.station)
    return FileSecretStore.open(home / VAULT, passphrase())


def _opened(home: Path, settings: Settings, secrets: SecretStore, identity: PrivateIdentity, engine: Engine) -> Station:
    with engine.connect() as connection:
        migrate(connection, MIGRATIONS)
    clock = SystemClock(_EPOCH)
    journal = _journal(engine, settings, identity, clock)
    journal.verify()
    last, first = journal.last(), next(journal.entries(limit=1))
    if last is not None:
        clock.set_floor(last.at)
    return Station(
        home=home,
        settings=settings,
        sample=first.kind == "station.set_up" and first.body.get("sample") is True,
        clock=clock,
        engine=engine,
        journal=journal,
        secrets=secrets,
        people=_people(home, settings, secrets, clock, journal),
        bank=BankStore(engine),
        copies=_settled(CopyRegister(engine, clock)),
        identity=identity,
        statement=identity.statement,
    )


def _people(home: Path, settings: Settings, secrets: SecretStore, clock: Clock, journal: Journal) -> PeopleStore:
    people = PeopleStore(home / PEOPLE, secrets, clock, SystemRandomness(), settings.cost)
    settle_people(people, journal)
    for entry in journal.entries(kind="people.ended"):
        people.end(PersonId(entry.subject))
    return people


def _settled(copies: CopyRegister) -> CopyRegister:
    """Mark what a program that died left reserved: nobody knows whether that paper came out."""
    copies.settle()
    return copies
