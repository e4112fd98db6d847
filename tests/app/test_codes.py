"""Level B's other machine: the chain, its end, its codes in their order, and the one supervisor's key they need."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.codes import FOLDER, ChainDamagedError, CodeChain, CodeTooSoonError, NoChainError
from app.composition import Station, create_station, open_station
from app.people import add_person
from app.settings import Choices
from drawing.codestrip import parse_strip
from drawing.order import CHAIN_LENGTH, verify_code
from tests.app.console import PASSPHRASE, PINS, STATION, Console
from tests.app.paper import text_of
from vault.box import NotHolderError
from vault.identity import PrivateIdentity
from vault.kdf import KdfCost
from vault.roles import NotAllowedError, Role

HOLDER = {**STATION, "supervisor": "何立群", "supervisor.pin": PINS["何立群"]}
OTHER = {**STATION, "supervisor": "罗致远", "supervisor.pin": PINS["罗致远"]}


def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_station(tmp_path / "home", Choices("临州", "抽", "zh", "file", KdfCost(1024, 1, 1)), passphrase)
    with open_station(tmp_path / "home", passphrase) as station:
        for role, name in ((Role.SUPERVISOR, "何立群"), (Role.SUPERVISOR, "罗致远"), (Role.OPERATOR, "周敏")):
            add_person(station, name, role, "临州市发展和改革委员会", PINS[name])
    return tmp_path / "home"


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    with open_station(home, passphrase) as opened:
        yield opened


def key_of(station: Station, name: str) -> PrivateIdentity:
    (identity,) = (each for each in station.people.list() if each.name == name)
    return station.people.unlock(identity.person, PINS[name])


def test_without_a_chain_there_are_no_codes(home: Path) -> None:
    with open_station(home, passphrase) as station, pytest.raises(NoChainError):
        CodeChain.newest(station)
    Console(home).run("codes", "strip", "1", answers=HOLDER).refused("app.codes.none")


def test_codes_come_in_their_order_and_belong_to_the_end(home: Path) -> None:
    with open_station(home, passphrase) as station:
        made = CodeChain.create(station, key_of(station, "何立群"))
        end = parse_strip(made.end_text())
    with open_station(home, passphrase) as station:
        holder = key_of(station, "何立群")
        chain = CodeChain.newest(station)
        assert (chain.serial, chain.end_text(), chain.made_on()) == ("0001", made.end_text(), chain.made_on())
        for number in (1, 2, 3):
            with pytest.raises(CodeTooSoonError):
                chain.give_out(number + 1, holder)
            verify_code(parse_strip(chain.give_out(number, holder)), number, end)
        assert chain.give_out(2, holder) == chain.give_out(2, holder), "one that was given may be given again"
        entries = list(station.journal.entries(kind="codes.given"))
        assert [(entry.body["number"], entry.body["again"]) for entry in entries] == [
            (1, False),
            (2, False),
            (3, False),
            (2, True),
            (2, True),
        ]
        assert {entry.by for entry in entries} == {(holder.keyid,)}


def test_a_new_chain_is_another_and_takes_the_place_of_the_old(station: Station) -> None:
    holder = key_of(station, "何立群")
    first, second = CodeChain.create(station, holder), CodeChain.create(station, holder)
    assert first.end_text() != second.end_text()
    assert CodeChain.newest(station) == second
    assert second.serial == "0002"


def test_nobody_but_the_supervisor_who_made_it_opens_a_chain(station: Station) -> None:
    with pytest.raises(NotAllowedError):
        CodeChain.create(station, key_of(station, "周敏"))
    chain = CodeChain.create(station, key_of(station, "何立群"))
    with pytest.raises(NotHolderError):
        chain.give_out(1, key_of(station, "罗致远"))
    with pytest.raises(NotAllowedError):
        chain.give_out(1, key_of(station, "周敏"))
    assert not list(station.journal.entries(kind="codes.given"))


def test_a_box_that_was_changed_or_taken_from_another_chain_gives_no_code(station: Station) -> None:
    holder = key_of(station, "何立群")
    first, second = CodeChain.create(station, holder), CodeChain.create(station, holder)
    path = station.home / FOLDER / f"{second.id}.box"
    whole = path.read_bytes()
    for change in (whole[:-1] + bytes([whole[-1] ^ 1]), (path.parent / f"{first.id}.box").read_bytes()):
        path.write_bytes(change)
        with pytest.raises(ChainDamagedError):
            second.give_out(1, holder)
    path.unlink()
    with pytest.raises(ChainDamagedError):
        second.give_out(1, holder)
    assert not list(station.journal.entries(kind="codes.given"))


def test_neither_journal_nor_vault_nor_disk_holds_a_code(home: Path) -> None:
    with open_station(home, passphrase) as station:
        chain = CodeChain.create(station, key_of(station, "何立群"))
        code = chain.give_out(1, key_of(station, "何立群"))
        written = b"".join(entry.payload for entry in station.journal.entries())
    for needle in (code.encode(), parse_strip(code), parse_strip(code).hex().encode()):
        assert needle not in written
        assert all(needle not in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert CHAIN_LENGTH == 256


def test_a_strip_needs_the_pin_of_whoever_made_the_chain(home: Path, tmp_path: Path) -> None:
    console = Console(home)
    console.run("codes", "new", supervisor="何立群", supervisor__pin="111222").refused("vault.secret.wrong")
    made = console.run("codes", "new", answers=HOLDER).ok()
    assert "0001" in made.out
    console.run("codes", "strip", "1").refused("app.answers.ended")
    console.run("codes", "strip", "1", answers=OTHER).refused("vault.secret.wrong")
    told = console.run("codes", "strip", "1", "--out", tmp_path / "strips", answers=HOLDER).ok()
    assert told.asked == ["station.passphrase", "supervisor.pin"]
    code = told.out.split(": ")[1].split()[0]
    text = text_of(tmp_path / "strips" / "code-1.pdf")
    assert code[:4] in text
    assert code[-4:] in text
    assert "0001" in text


def test_a_code_out_of_turn_is_refused_and_one_given_before_is_asked_about(home: Path) -> None:
    console = Console(home)
    console.run("codes", "new", answers=HOLDER).ok()
    console.run("codes", "strip", "2", answers=HOLDER).refused("app.codes.too_soon")
    first = console.run("codes", "strip", "1", answers=HOLDER).ok().out
    console.run("codes", "strip", "1", answers={**HOLDER, "codes.again": "n"}).refused("app.declined")
    assert console.run("codes", "strip", "1", answers={**HOLDER, "codes.again": "y"}).ok().out == first


def test_the_holders_keys_may_lie_on_a_medium(home: Path, tmp_path: Path) -> None:
    console, stick = Console(home), tmp_path / "stick"
    secret = "kefod-mirul-vabes-tonaz-wixep-gudoh"
    stick.mkdir()
    words = ("--role", "supervisor", "--name", "顾清和", "--organisation", "审计局", "--medium", stick)
    new = {**STATION, "new.passphrase": secret, "new.passphrase.again": secret}
    console.run("people", "add", *words, answers=new).ok()
    answers = {
        **STATION,
        "supervisor": "顾清和",
        "supervisor.medium": str(stick),
        "supervisor.passphrase": secret,
    }
    console.run("codes", "new", answers=answers).ok()
    told = console.run("codes", "strip", "1", answers=answers).ok()
    assert told.asked == ["station.passphrase", "supervisor.medium", "supervisor.passphrase"]
    shutil.rmtree(stick)
    console.run("codes", "strip", "2", answers=answers).refused("vault.removable.damaged")
