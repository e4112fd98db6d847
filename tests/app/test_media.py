"""A supervisor's keys on a removable medium alone: unlocked there, and a station that went back is refused."""

import shutil
from pathlib import Path

import pytest

from app.cli.context import Context, unlock
from app.cli.station_commands import _add_on_medium
from app.composition import create_station
from app.media import OtherMediumError
from app.people import add_person
from app.sample.people import SamplePeople
from app.settings import Choices
from vault.kdf import KdfCost
from vault.lockedfile import WrongSecretError
from vault.removable import StationWentBackError
from vault.roles import Role

PASSPHRASE = "kefod-mirul-vabes-tonaz-wixep-gudoh"
STATION = "dalun-perok-sivem-hatob-zugar-foqiw"
CHOICES = Choices("临州市公共资源交易中心", "临抽", "en", "file", KdfCost(1024, 1, 1))


@pytest.fixture
def people(tmp_path: Path) -> SamplePeople:
    answers = {
        "station.passphrase": STATION,
        "new.passphrase": PASSPHRASE,
        "new.passphrase.again": PASSPHRASE,
        "supervisor.medium": str(tmp_path / "stick"),
        "supervisor.passphrase": PASSPHRASE,
        "operator.pin": "804275",
    }
    return SamplePeople(answers, lambda _line: None, str)


@pytest.fixture
def context(tmp_path: Path, people: SamplePeople) -> Context:
    context = Context(tmp_path / "home", people, str, "en")
    create_station(context.home, CHOICES, lambda: STATION)
    with context.station() as station:
        add_person(station, "周敏", Role.OPERATOR, "中心", "804275")
        _add_on_medium(context, station, "何立群", Role.SUPERVISOR, "发改委", tmp_path / "stick", ())
    return context


def test_the_keys_live_on_the_medium_alone(context: Context, tmp_path: Path) -> None:
    with context.station() as station:
        supervisor = unlock(context, station, Role.SUPERVISOR)
        assert supervisor.identity.name == "何立群"
        assert not station.people.has_keys(supervisor.identity.person)
    shutil.rmtree(tmp_path / "stick")
    with context.station() as station, pytest.raises(Exception, match="medium"):
        unlock(context, station, Role.SUPERVISOR)


def test_a_wrong_passphrase_opens_nothing(context: Context, people: SamplePeople) -> None:
    people.set("supervisor.passphrase", PASSPHRASE + "x")
    with context.station() as station, pytest.raises(WrongSecretError):
        unlock(context, station, Role.SUPERVISOR)


def test_a_station_that_went_back_is_refused(context: Context, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    shutil.copytree(context.home, snapshot)
    with context.station() as station:
        unlock(context, station, Role.SUPERVISOR)
        station.journal.append("bank.previewed", "x", {})
    shutil.rmtree(context.home)
    shutil.copytree(snapshot, context.home)
    with context.station() as station, pytest.raises(StationWentBackError):
        unlock(context, station, Role.SUPERVISOR)


def test_a_station_written_anew_after_the_snapshot_is_refused(context: Context, tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    shutil.copytree(context.home, snapshot)
    with context.station() as station:
        unlock(context, station, Role.SUPERVISOR)
        station.journal.append("bank.previewed", "one", {})
    shutil.rmtree(context.home)
    shutil.copytree(snapshot, context.home)
    with context.station() as station:
        for subject in ("two", "three"):
            station.journal.append("bank.previewed", subject, {})
        with pytest.raises(StationWentBackError):
            unlock(context, station, Role.SUPERVISOR)


def test_another_persons_medium_is_refused(context: Context, people: SamplePeople, tmp_path: Path) -> None:
    with context.station() as station:
        _add_on_medium(context, station, "罗致远", Role.AUDITOR, "审计局", tmp_path / "other", ())
    people.set("supervisor.medium", str(tmp_path / "other"))
    with context.station() as station, pytest.raises(OtherMediumError):
        unlock(context, station, Role.SUPERVISOR)
