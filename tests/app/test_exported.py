"""An exported journal checked at another desk: with the station's statement, and with a head that was taken home."""

from pathlib import Path

import pytest

from tests.app.console import DRAW, Console, write_request


@pytest.fixture
def taken(console: Console, tmp_path: Path) -> Path:
    """A folder with an older head, the journal, and the statements, and no station."""
    folder = tmp_path / "desk"
    folder.mkdir()
    console.run("journal", "checkpoint", folder / "head.txt").ok()
    request = write_request(tmp_path / "request.json")
    console.run("draw", request, "--out", tmp_path / "out", answers=DRAW, until="freeze.*")
    console.run("journal", "export", folder / "journal.txt").ok()
    console.run("people", "list", "--out", folder / "keys.json").ok()
    return folder


def elsewhere(taken: Path) -> Console:
    return Console(taken / "no-station")


def test_it_holds_and_names_the_station(taken: Path) -> None:
    told = (
        elsewhere(taken).run("journal", "check", taken / "journal.txt", "--keys", taken / "keys.json", answers={}).ok()
    )
    assert "as the station signed them" in told.out
    assert "taken home" not in told.out
    words = ("journal", "check", taken / "journal.txt", "--keys", taken / "keys.json", "--anchor", taken / "head.txt")
    assert "continues the head" in elsewhere(taken).run(*words, answers={}).ok().out


def test_an_entry_left_out_is_refused(taken: Path) -> None:
    lines = (taken / "journal.txt").read_bytes().split(b"\n")
    (taken / "cut.txt").write_bytes(b"\n".join([*lines[:5], *lines[6:]]))
    words = ("journal", "check", taken / "cut.txt", "--keys", taken / "keys.json")
    elsewhere(taken).run(*words, answers={}).refused("vault.journal.broken")


def test_a_head_that_it_doesn_t_continue_is_refused(taken: Path) -> None:
    head = (taken / "journal.txt").read_bytes().partition(b"\n\n")[2]
    (taken / "newer.txt").write_bytes(head.replace(b"\n", b"9\n", 2))
    for name in ("newer.txt", "keys.json"):
        words = ("journal", "check", taken / "journal.txt", "--keys", taken / "keys.json", "--anchor", taken / name)
        elsewhere(taken).run(*words, answers={}).refused("vault.journal.broken")


def test_statements_without_a_station_are_named(taken: Path) -> None:
    (taken / "none.json").write_bytes(b'{"v":1,"identities":[]}')
    words = ("journal", "check", taken / "journal.txt", "--keys", taken / "none.json")
    elsewhere(taken).run(*words, answers={}).refused("drawing.verify.failed")
