"""A station made, opened, and closed again."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import composition
from app.composition import DATABASE, PEOPLE, STATEMENT, VAULT, create_station, open_station
from app.errors import AlreadySetUpError, NotSetUpError, SampleOnlyError
from app.settings import Choices
from tests.app.console import PASSPHRASE
from tests.fakes.secretstore import MemorySecretStore
from vault.clock import ClockTurnedError, SystemClock
from vault.files import HomeInUseError
from vault.journal import Journal
from vault.journalentry import JournalBrokenError
from vault.kdf import KdfCost
from vault.roles import Role

CHOICES = Choices("临州中心", "临抽", "zh", "file", KdfCost(1024, 1, 1))


def passphrase() -> str:
    return PASSPHRASE


def never() -> str:
    raise AssertionError("nobody is asked")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_station(tmp_path / "home", CHOICES, passphrase)
    return tmp_path / "home"


def test_a_station_is_its_owners_alone(home: Path) -> None:
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    for name in (DATABASE, VAULT, STATEMENT, "station.json"):
        assert stat.S_IMODE((home / name).stat().st_mode) & 0o077 == 0, name


def test_the_first_entry_says_what_the_station_is(home: Path, tmp_path: Path) -> None:
    create_station(tmp_path / "sample", CHOICES, passphrase, sample=True)
    for folder, is_sample in ((home, False), (tmp_path / "sample", True)):
        with open_station(folder, passphrase) as station:
            first = next(station.journal.entries())
            assert (first.kind, first.body["sample"], station.sample) == ("station.set_up", is_sample, is_sample)
            assert first.body["station_key"] == station.identity.keyid
            assert station.identity.identity.role is Role.STATION
            assert station.drawing().sample is is_sample
            if is_sample:
                station.require_sample()
            else:
                with pytest.raises(SampleOnlyError):
                    station.require_sample()


def test_a_home_is_set_up_once(home: Path) -> None:
    with pytest.raises(AlreadySetUpError):
        create_station(home, CHOICES, never)


def test_a_home_without_a_station_isnt_opened_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NotSetUpError), open_station(tmp_path / "none", never):
        pass
    assert not (tmp_path / "none").exists()


def test_one_program_at_a_time_and_the_second_asks_nothing(home: Path) -> None:
    with open_station(home, passphrase):
        with pytest.raises(HomeInUseError), open_station(home, never):
            pass
        with pytest.raises(HomeInUseError):
            create_station(home, CHOICES, never)
    with open_station(home, passphrase):
        pass


def test_with_the_systems_vault_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemorySecretStore()
    monkeypatch.setattr(composition, "OsSecretStore", lambda _station: store)
    monkeypatch.setattr(composition, "os_vault_available", lambda: True)
    home = tmp_path / "home"
    settings = create_station(home, Choices("临州", "抽", "zh", None, CHOICES.cost), never)
    assert settings.secrets == "os"
    assert not (home / VAULT).exists()
    with open_station(home, never) as station:
        assert station.journal.size == 1


def test_without_one_secrets_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composition, "os_vault_available", lambda: False)
    made = create_station(tmp_path / "home", Choices("临州", "抽", "zh", None, CHOICES.cost), passphrase)
    assert made.secrets == "file"
    assert (tmp_path / "home" / VAULT).exists()


class Killed(BaseException):
    """The program dies."""


@pytest.mark.parametrize(
    "place",
    ["_new_secrets", "declare", "write_atomic", "open_engine", "migrate", "_journal", "write_settings"],
)
def test_a_set_up_killed_anywhere_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    home, true = tmp_path / "home", getattr(composition, place)

    def die_after(*given: object, **more: object) -> object:
        true(*given, **more)
        raise Killed

    if place != "write_settings":
        with monkeypatch.context() as patch:
            patch.setattr(composition, place, die_after)
            with pytest.raises(Killed):
                create_station(home, CHOICES, passphrase)
        with pytest.raises(NotSetUpError), open_station(home, passphrase):
            pass
    (home / PEOPLE).mkdir(parents=True, exist_ok=True)
    (home / PEOPLE / "left.key.json").write_text("{}")
    create_station(home, CHOICES, passphrase)
    with open_station(home, passphrase) as station:
        assert (station.journal.size, station.people.list()) == (1, ())


def test_a_clock_before_the_last_entry_isnt_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def turned(floor: datetime) -> SystemClock:
        return SystemClock(floor, wall=lambda: datetime(2020, 1, 1, tzinfo=UTC), steady=lambda: 0.0)

    monkeypatch.setattr(composition, "SystemClock", turned)
    with pytest.raises(ClockTurnedError), open_station(home, passphrase) as station:
        station.journal.append("people.added", station.settings.station, {})


def test_the_key_in_memory_is_forgotten(home: Path) -> None:
    with open_station(home, passphrase) as station:
        assert station.identity.sign(b"message")
    with pytest.raises(ValueError, match="32 bytes"):
        station.identity.sign(b"message")


def test_the_journal_is_verified_at_each_opening(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_journal: Journal) -> None:
        raise JournalBrokenError(where="entry 0", problem="changed")

    monkeypatch.setattr(Journal, "verify", broken)
    with pytest.raises(JournalBrokenError), open_station(home, passphrase):
        pass
