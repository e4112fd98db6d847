"""A folder of papers belongs to one draw: another is refused before anybody is asked, the same one goes on."""

from pathlib import Path

import pytest

from app.drawfolder import MARKER
from tests.app.console import BOTH, DRAW, OPEN, Console, write_request


def papers(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def only_the_station_was_asked(asked: list[str]) -> bool:
    return set(asked) <= {"station.passphrase"}


def begun(console: Console, tmp_path: Path, out: str) -> str:
    request = write_request(tmp_path / "request.json")
    told = console.run("draw", request, "--out", tmp_path / out, answers=DRAW, until="freeze.confirm")
    return told.refused("app.answers.ended").serial


def test_a_second_draw_leaves_the_first_ones_papers_alone(sealed: Console, tmp_path: Path) -> None:
    before = papers(tmp_path / "out")
    assert "certificate.pdf" in before
    request = write_request(tmp_path / "request.json")
    told = sealed.run("draw", request, "--out", tmp_path / "out", answers=DRAW).refused("app.folder.taken")
    assert only_the_station_was_asked(told.asked)
    assert papers(tmp_path / "out") == before
    assert len(sealed.run("draws").ok().out.splitlines()) == 1, "nothing was registered"


@pytest.mark.parametrize("command", ["resume", "replace", "recheck", "open", "print"])
def test_no_command_of_another_draw_writes_there(sealed: Console, tmp_path: Path, command: str) -> None:
    other, before = begun(sealed, tmp_path, "second"), papers(tmp_path / "out")
    (tmp_path / "bidders.txt").write_text("某公司\n", encoding="utf-8")
    bidders = [tmp_path / "bidders.txt"] if command == "recheck" else []
    told = sealed.run(command, other, *bidders, "--out", tmp_path / "out", answers=OPEN)
    told.refused("app.folder.taken")
    assert only_the_station_was_asked(told.asked)
    assert papers(tmp_path / "out") == before


def test_the_same_draw_goes_on_in_its_folder_and_in_another(console: Console, tmp_path: Path) -> None:
    serial = begun(console, tmp_path, "out")
    marked = (tmp_path / "out" / MARKER).read_text("ascii")
    console.run("resume", serial, "--out", tmp_path / "out", answers=DRAW, until="dice.owner")
    console.run("resume", serial, "--out", tmp_path / "moved", answers=DRAW).ok()
    assert (tmp_path / "moved" / MARKER).read_text("ascii") == marked
    console.run("open", serial, "--out", tmp_path / "out", answers=OPEN).ok()
    assert (tmp_path / "out" / "transcript.json").is_file()


@pytest.mark.parametrize("content", [b"", b"\xff\n", b"x" * 5000], ids=["empty", "no text", "long"])
def test_a_marker_that_cant_be_read_is_anothers(sealed: Console, tmp_path: Path, content: bytes) -> None:
    serial = sealed.run("draws").ok().serial
    (tmp_path / "out" / MARKER).write_bytes(content)
    sealed.run("open", serial, "--out", tmp_path / "out", answers=OPEN).refused("app.folder.taken")
    assert (tmp_path / "out" / MARKER).read_bytes() == content


def test_a_folder_isnt_marked_by_somebody_who_cant_unlock(sealed: Console, tmp_path: Path) -> None:
    serial = sealed.run("draws").ok().serial
    wrong = {**BOTH, "operator.pin": "000000"}
    assert sealed.run("open", serial, "--out", tmp_path / "new", answers=wrong).code == 1
    assert not (tmp_path / "new" / MARKER).exists()
