"""`doctor` and `journal`: what is in order, what isn't, and what an auditor takes away."""

import shutil
from pathlib import Path

import pytest

from app import fitness
from drawing.notice.errors import VoiceFailedError
from tests.app.console import OPEN, STATION, Console
from vault.jsontext import loads


class Mute:
    """A voice that fails."""

    def __init__(self, *, tries: int) -> None:
        self.tries = tries

    def __enter__(self) -> "Mute":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def render(self, *_given: object) -> None:
        raise VoiceFailedError(tries=self.tries, problem="no voice")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "_voice", lambda: "in order")


@pytest.mark.usefixtures("quick")
def test_a_sound_station(fresh: Console) -> None:
    told = fresh.run("doctor").ok()
    assert "✗" not in told.out
    assert told.out.count("✓") == 11


def test_before_a_set_up_the_computer_alone_is_looked_at(tmp_path: Path) -> None:
    told = Console(tmp_path / "none").run("doctor").ok()
    assert told.asked == []
    assert told.out.count("✓") == 5
    assert not (tmp_path / "none").exists()


@pytest.mark.usefixtures("quick")
def test_an_open_folder_and_a_wrong_passphrase(fresh: Console) -> None:
    fresh.home.chmod(0o755)
    told = fresh.run("doctor", answers={**STATION, "station.passphrase": "wrong"})
    assert told.code == 1
    assert told.out.count("✗") == 2
    assert "755" in told.out


@pytest.mark.usefixtures("quick")
def test_a_changed_page_of_the_database_is_found(fresh: Console) -> None:
    path = fresh.home / "station.db"
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)
    assert fresh.run("doctor").code == 1


def test_what_is_missing_on_the_computer_is_told_with_its_remedy(
    fresh: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitness, "VoiceWorker", Mute)
    monkeypatch.setattr(fitness, "_RARE", "\U0010fffd")
    monkeypatch.setattr(fitness, "LEAST_FREE", 1 << 60)
    told = fresh.run("doctor")
    assert told.code == 1
    wrong = [line for line in told.out.splitlines() if line.startswith("✗")]
    assert [line.split(":")[0] for line in wrong] == ["✗ fonts", "✗ voice", "✗ room on the disk"]


def test_the_journal_is_verified_and_taken_away(sealed: Console, tmp_path: Path) -> None:
    head, export = tmp_path / "head.txt", tmp_path / "journal.txt"
    sealed.run("journal", "checkpoint", head).ok()
    sealed.run("open", sealed.run("draws").serial, "--out", tmp_path / "out", answers=OPEN).ok()
    assert "continues the head" in sealed.run("journal", "verify", "--anchor", head).ok().out
    sealed.run("journal", "checkpoint", tmp_path / "later.txt", "--anchor", head).ok()
    sealed.run("journal", "export", export).ok()
    title, *lines = export.read_bytes().split(b"\n\n")[0].split(b"\n")
    assert title == b"fengqian/journal/v1"
    kinds = [payload["kind"] for payload in map(loads, lines) if isinstance(payload, dict)]
    assert kinds[0] == "station.set_up"
    assert kinds[-1] == "draw.closed"


def test_a_journal_that_went_back_is_found_by_a_head_that_was_taken_away(
    sealed: Console, banked_home: Path, tmp_path: Path
) -> None:
    sealed.run("journal", "checkpoint", tmp_path / "head.txt").ok()
    shutil.copytree(banked_home, tmp_path / "before")
    told = Console(tmp_path / "before").run("journal", "verify", "--anchor", tmp_path / "head.txt")
    assert told.code == 1
    assert "[vault.journal.broken]" in told.err


@pytest.mark.parametrize("content", [b"", b"x", b"\xff"])
def test_an_anchor_that_is_no_head(fresh: Console, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "head.txt").write_bytes(content)
    assert fresh.run("journal", "verify", "--anchor", tmp_path / "head.txt").code == 1
    fresh.run("journal", "export", tmp_path / "none" / "journal.txt").refused("vault.file.unwritable")
