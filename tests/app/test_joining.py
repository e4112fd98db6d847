"""Who comes to a station is announced first: a file that nobody announced is refused, an adding cut off finished."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.composition import create_station, open_station
from app.people import add_person
from app.settings import Choices
from tests.app.console import PASSPHRASE, ROOT, Console
from vault.kdf import KdfCost
from vault.roles import Role

COST = KdfCost(1024, 1, 1)
PIN = "573920"
KILLED = """
import os, signal, sys
from pathlib import Path
from app.people import add_person
from app.composition import open_station
from tests.app.console import PASSPHRASE
from vault import database, files
from vault.roles import Role

left = [int(sys.argv[1])]

def dying(real):
    def act(*arguments, **named):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **named)
    return act

with open_station(Path(sys.argv[2]), lambda: PASSPHRASE) as station:
    files.sync, database.commit = dying(files.sync), dying(database.commit)
    add_person(station, "周敏", Role.OPERATOR, "中心", "573920", ("ab" * 32,))
"""


def passphrase() -> str:
    return PASSPHRASE


def make(home: Path) -> Path:
    create_station(home, Choices("临州", "抽", "zh", "file", COST), passphrase)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = make(tmp_path / "home")
    with open_station(home, passphrase):
        return home


@pytest.fixture
def intruder(tmp_path: Path) -> Path:
    """A key file made elsewhere, under a PIN that its maker knows."""
    other = make(tmp_path / "other")
    with open_station(other, passphrase) as station:
        person = add_person(station, "冒名者", Role.SUPERVISOR, "审计局", PIN).person
    return other / "people" / f"{person}.key.json"


def test_a_planted_key_file_is_refused_by_name_and_journaled_by_nobody(home: Path, intruder: Path) -> None:
    planted = Path(shutil.copy(intruder, home / "people"))
    shutil.copy(intruder.with_name(intruder.name.replace("key", "tries")), home / "people")
    told = Console(home).run("people", "list")
    told.refused("app.people.strange")
    assert planted.name in told.err
    planted.unlink()
    with open_station(home, passphrase) as station:
        assert not list(station.journal.entries(kind="people.added"))


def test_a_planted_statement_is_refused_too(home: Path, intruder: Path) -> None:
    with open_station(intruder.parents[1], passphrase) as station:
        (identity,) = station.people.list()
        statement = station.people.statement(identity.person).to_bytes()
    (home / "people" / f"{identity.person}.identity.json").write_bytes(statement)
    Console(home).run("people", "list").refused("app.people.strange")


def test_other_keys_under_the_id_of_somebody_known_are_refused(home: Path, intruder: Path) -> None:
    with open_station(home, passphrase) as station:
        add_person(station, "周敏", Role.OPERATOR, "中心", PIN)
    known = next((home / "people").glob("*.key.json"))
    shutil.copy(intruder, known)
    assert Console(home).run("people", "list").code == 1


def test_killed_at_any_step_the_adding_is_whole_or_never_was(tmp_path: Path) -> None:
    seen = set()
    for step in range(40):
        home = make(tmp_path / str(step))
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", KILLED, str(step), str(home)]
        code = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True).returncode
        assert code in (0, -signal.SIGKILL)
        with open_station(home, passphrase) as station:
            announced = list(station.journal.entries(kind="people.announced"))
            added = list(station.journal.entries(kind="people.added"))
            people = station.people.list()
            assert [each.person for each in people] == [entry.subject for entry in added]
            assert all(entry.by == ("ab" * 32,) for entry in (*announced, *added))
            for identity in people:
                station.people.unlock(identity.person, PIN).forget()
            seen.add((len(announced), len(added)))
        if code == 0:
            break
    else:
        raise AssertionError("never came to its end")
    assert seen == {(0, 0), (1, 0), (1, 1)}


def test_a_file_that_was_taken_away_keeps_the_station_shut(home: Path) -> None:
    with open_station(home, passphrase) as station:
        person = add_person(station, "管理员", Role.ADMIN, "中心", PIN).person
    away = home.parent / "away"
    away.mkdir()
    files = list((home / "people").glob(f"{person}.*"))
    assert files
    for file in files:
        file.rename(away / file.name)
    told = Console(home).run("people", "list")
    told.refused("app.people.missing")
    assert "管理员" in told.err
    for file in away.iterdir():
        file.rename(home / "people" / file.name)
    Console(home).run("people", "list").ok()
