"""The papers: name-free before the opening, names only in copies that are numbered."""

import re
from pathlib import Path

import pytest

from app.composition import open_station
from tests.app.console import DRAW, OPEN, PASSPHRASE, PEOPLE, Console, write_request
from tests.app.paper import text_of


@pytest.fixture(scope="module")
def names(banked_home: Path) -> list[str]:
    with open_station(banked_home, lambda: PASSPHRASE) as station:
        bank = station.bank.bank(station.bank.current().id)
        return [expert.name for expert in bank.experts()]


def test_what_is_written_before_the_opening_names_nobody(sealed: Console, tmp_path: Path, names: list[str]) -> None:
    papers = {path.name: text_of(path) for path in (tmp_path / "out").glob("*.pdf")}
    assert set(papers) == {"receipt-supervisor.pdf", "receipt-owner.pdf", "certificate.pdf", "minutes.pdf"}
    ours = {name for _, name, _ in PEOPLE}
    for paper, text in papers.items():
        assert not [name for name in names if name in text and name not in ours], paper
    assert not list((tmp_path / "out").glob("voice*/*")), "by hand no voice is needed"
    serial = sealed.run("draws").serial
    assert serial in papers["certificate.pdf"]
    assert all(name in papers["minutes.pdf"] for name in ("周敏", "何立群"))
    shown = papers["minutes.pdf"].replace(" ", "").replace("\n", "")
    assert shown.count("numbershownforanoticebyhand") >= 7, "each identity that a notice by hand disclosed is counted"


def test_the_minutes_say_bank_rounds_dice_and_who_signs(sealed: Console, tmp_path: Path, banked_home: Path) -> None:
    said = text_of(tmp_path / "out" / "minutes.pdf")
    with open_station(banked_home, lambda: PASSPHRASE) as station:
        version = station.bank.current()
    assert f"Version{version.number},{version.experts:,}experts" in said
    assert "Round1wasopened" in said
    for witness in ("Supervisor", "Owner'switness"):
        assert f"Diceentered,hidden:{witness}" in said
    for name in ("dice.supervisor", "dice.owner"):
        row = "".join(str(DRAW[name]).split())
        assert row in said, "as the receipt promises"
    assert said.count("Date") == 3, "operator, supervisor and the owner's witness sign"


def test_the_opened_list_has_the_drawn_and_the_owners_members(
    sealed: Console, tmp_path: Path, names: list[str]
) -> None:
    serial = sealed.run("draws").serial
    sealed.run("open", serial, "--out", tmp_path / "out", answers={**OPEN, "print.now": "y"}).ok()
    (path,) = (tmp_path / "out" / "paper").glob("namelist*")
    text = text_of(path)
    drawn = [name for name in set(names) if name in text]
    assert len(drawn) >= 9
    assert "章若霖" in text
    assert "柯以宁" in text
    assert "现场核对" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_receipts_hold_the_fingerprint_that_was_shown(console: Console, tmp_path: Path, language: str) -> None:
    request = write_request(tmp_path / "request.json")
    speaking = Console(console.home, language)
    told = speaking.run("draw", request, "--out", tmp_path / "out", answers=DRAW, until="dice.supervisor")
    shown = re.search(r"(?:[A-Z2-7]{4} ){6}[A-Z2-7]{2}", told.out)
    assert shown
    for witness in ("supervisor", "owner"):
        assert "".join(shown[0].split()) in text_of(tmp_path / "out" / f"receipt-{witness}.pdf")
