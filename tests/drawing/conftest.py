"""Stations of a test's own, in memory where the system has such a folder: nothing here asks for a real disk."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drawing.desk.station import SmallStation

_MEMORY = Path("/dev/shm")


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="fengqian-") as folder:
        yield Path(folder)


@pytest.fixture
def station(home: Path) -> Iterator[SmallStation]:
    small = SmallStation.make(home / "home")
    yield small
    small.close()
