"""Homes for the tests of the command line: made once, copied for each test."""

import shutil
from pathlib import Path

import pytest

from tests.app.console import DRAW, IMPORT, Console, set_up, write_banks, write_request


@pytest.fixture(scope="session")
def fresh_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A station with its people and no bank."""
    folder = tmp_path_factory.mktemp("fresh")
    set_up(Console(folder / "home"), folder)
    return folder / "home"


@pytest.fixture(scope="session")
def banks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The province's file as .xlsx and as .csv."""
    workbook, table = write_banks(tmp_path_factory.mktemp("banks"))
    return workbook, table


@pytest.fixture(scope="session")
def banked_home(tmp_path_factory: pytest.TempPathFactory, fresh_home: Path, banks: tuple[Path, Path]) -> Path:
    """A station with people and bank."""
    home = tmp_path_factory.mktemp("banked") / "home"
    shutil.copytree(fresh_home, home)
    Console(home).run("bank", "import", banks[0], answers=IMPORT).ok()
    return home


@pytest.fixture(scope="session")
def sealed_home(tmp_path_factory: pytest.TempPathFactory, banked_home: Path) -> Path:
    """A station with a sealed list; its papers lie in `out` beside it."""
    folder = tmp_path_factory.mktemp("sealed")
    shutil.copytree(banked_home, folder / "home")
    request = write_request(folder / "request.json")
    Console(folder / "home").run("draw", request, "--out", folder / "out", answers=DRAW).ok()
    return folder / "home"


def _copy(home: Path, tmp_path: Path) -> Console:
    shutil.copytree(home, tmp_path / "home")
    return Console(tmp_path / "home")


@pytest.fixture
def fresh(fresh_home: Path, tmp_path: Path) -> Console:
    """A person at a station without a bank."""
    return _copy(fresh_home, tmp_path)


@pytest.fixture
def console(banked_home: Path, tmp_path: Path) -> Console:
    """A person at a station that can draw."""
    return _copy(banked_home, tmp_path)


@pytest.fixture
def sealed(sealed_home: Path, tmp_path: Path) -> Console:
    """A person at a station with a sealed list."""
    shutil.copytree(sealed_home.parent / "out", tmp_path / "out")
    return _copy(sealed_home, tmp_path)
