"""Level B's other machine: the chain, its end, and its codes in their order."""

from pathlib import Path

import pytest

from app.codes import CodeChain, CodeTooSoonError, NoChainError
from app.composition import create_station, open_station
from app.settings import Choices
from drawing.codestrip import parse_strip
from drawing.order import CHAIN_LENGTH, verify_code
from tests.app.console import PASSPHRASE, Console
from tests.app.paper import text_of
from vault.kdf import KdfCost


def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_station(tmp_path / "home", Choices("临州", "抽", "zh", "file", KdfCost(1024, 1, 1)), passphrase)
    return tmp_path / "home"


def test_without_a_chain_there_are_no_codes(home: Path) -> None:
    with open_station(home, passphrase) as station, pytest.raises(NoChainError):
        CodeChain.newest(station)
    Console(home).run("codes", "strip", "1").refused("app.codes.none")


def test_codes_come_in_their_order_and_belong_to_the_end(home: Path) -> None:
    with open_station(home, passphrase) as station:
        made = CodeChain.create(station)
        end = parse_strip(made.end_text())
    with open_station(home, passphrase) as station:
        chain = CodeChain.newest(station)
        assert (chain.serial, chain.end_text(), chain.made_on()) == ("0001", made.end_text(), chain.made_on())
        for number in (1, 2, 3):
            with pytest.raises(CodeTooSoonError):
                chain.give_out(number + 1)
            verify_code(parse_strip(chain.give_out(number)), number, end)
        assert chain.give_out(2) == chain.give_out(2), "one that was given may be given again"
        given = [entry.body for entry in station.journal.entries(kind="codes.given")]
        assert [(body["number"], body["again"]) for body in given] == [
            (1, False),
            (2, False),
            (3, False),
            (2, True),
            (2, True),
        ]


def test_a_new_chain_is_another_and_takes_the_place_of_the_old(home: Path) -> None:
    with open_station(home, passphrase) as station:
        first, second = CodeChain.create(station), CodeChain.create(station)
        assert first.end_text() != second.end_text()
        assert CodeChain.newest(station) == second
        assert second.serial == "0002"


def test_neither_journal_nor_disk_holds_the_secret_or_a_code(home: Path) -> None:
    with open_station(home, passphrase) as station:
        chain = CodeChain.create(station)
        secret = station.secrets.get(f"chain-{chain.id}")
        code = chain.give_out(1)
        written = b"".join(entry.payload for entry in station.journal.entries())
    for needle in (secret, secret.hex().encode(), code.encode(), parse_strip(code).hex().encode()):
        assert needle not in written
        assert all(needle not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert CHAIN_LENGTH == 256


def test_a_strip_is_printed_with_its_number(home: Path, tmp_path: Path) -> None:
    console = Console(home)
    end = console.run("codes", "new").ok().out
    assert "0001" in end
    told = console.run("codes", "strip", "1", "--out", tmp_path / "strips").ok().out
    code = told.split(": ")[1].split()[0]
    text = text_of(tmp_path / "strips" / "code-1.pdf")
    assert code[:4] in text
    assert code[-4:] in text
    assert "0001" in text
