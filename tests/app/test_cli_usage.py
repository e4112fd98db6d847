"""How the program is called: help, usage errors, `--home` and `--lang` anywhere, and what is shown of a fault."""

import errno
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli import pure_commands
from app.cli.commands import app
from tests.app.console import PINS, Console, Shell
from vault.errors import FengqianError


@pytest.fixture
def anywhere(tmp_path: Path) -> Console:
    return Console(tmp_path / "no home")


def commands() -> Iterator[tuple[str, ...]]:
    group = typer.main.get_group(app)
    for name, command in group.commands.items():
        below = getattr(command, "commands", {})
        yield from ((name, inner) for inner in below)
        yield (name,)


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_explains_itself(tmp_path: Path, words: tuple[str, ...], language: str) -> None:
    told = Console(tmp_path / "none", language).run(*words, "--help", answers={}).ok()
    assert "fengqian " + " ".join(words) in told.out
    assert len(told.out.splitlines()) > 3
    assert told.err == ""
    assert not (tmp_path / "none").exists(), "help makes nothing"


def test_the_commands_of_the_design_are_there() -> None:
    wanted = "setup settings draw resume draws open print abort demo order chain select verify doctor worker"
    known = set(commands())
    assert {(word,) for word in wanted.split()} <= known
    assert {("people", "add"), ("people", "list"), ("codes", "new"), ("codes", "strip")} <= known
    assert {("bank", "check"), ("bank", "import"), ("journal", "verify"), ("journal", "export")} <= known


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["draw"],
        ["draw", "request.json"],
        ["draw", "a", "b", "--out", "x"],
        ["bank", "nonsense"],
        ["bank", "import"],
        ["order", "--randomness", "a"],
        ["order", "--nonsense"],
        ["codes", "strip", "0"],
        ["codes", "strip", "256"],
        ["codes", "strip", "one"],
        ["demo", "--out", "x", "--size", "7"],
        ["people", "add", "--role", "king", "--name", "a", "--organisation", "b"],
        ["abort", "x", "--reason", " "],
        ["--home"],
        ["draws", "--home="],
        ["draws", "--lang", "fr"],
        ["draws", "--", "--home", "x"],
        ["worker", "nonsense"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_a_usage_error(words: list[str]) -> None:
    told = Console.call(words)
    assert (told.code, told.out, told.asked) == (2, "", [])
    assert told.err


@pytest.mark.parametrize("words", [["people"], ["bank"], ["codes"], ["journal"]], ids=" ".join)
def test_nothing_asked_shows_what_can_be_asked(anywhere: Console, words: list[str]) -> None:
    told = anywhere.run(*words, answers={})
    assert told.code == 2
    assert "Commands" in told.out


def test_home_and_language_may_stand_anywhere(fresh: Console) -> None:
    home, words = str(fresh.home), ["people", "list"]
    shown = fresh.run(*words).ok().out
    elsewhere = Console(fresh.home.parent / "elsewhere")
    for place in range(3):
        given = [*words[:place], "--home", home, *words[place:]]
        # the later one counts; ours stands last, so the first is put behind `--lang`
        assert elsewhere.run(*given, f"--home={home}").code == 1
    for place in range(3):
        given = [*words[:place], "--lang=en", *words[place:]]
        assert fresh.run(*given).ok().out == shown


@pytest.mark.parametrize(
    ("fault", "code", "shown", "hidden"),
    [
        (ValueError(PINS["周敏"]), "app.unforeseen", "ValueError at ", PINS["周敏"]),
        (OSError(errno.EIO, "broken disk", "/secret/folder/file.x"), "app.system", "file.x: broken disk", "/secret"),
        (OSError("张三"), "app.unforeseen", "OSError", "张三"),
    ],
)
def test_a_fault_is_told_by_kind_and_place_alone(
    anywhere: Console, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str, shown: str, hidden: str
) -> None:
    def fail(_raw: bytes) -> bytes:
        raise fault

    monkeypatch.setattr(pure_commands, "parse_secret", fail)
    try:
        told = anywhere.run("chain", "--secret", "-", "--length", "1")
    except AssertionError as error:
        text = str(error)
    else:
        assert told.code == 1
        text = told.err
    assert code in text
    assert shown in text
    assert hidden not in text


def test_ctrl_c_says_what_is_kept(fresh: Console, tmp_path: Path) -> None:
    # a run in the background of a script ignores the signal, and so would the program that it starts
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = Shell(fresh.home, tmp_path).start("settings")
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        assert process.stderr
        assert "station.passphrase" in process.stderr.readline()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read()
        assert process.wait(20) == 1
    assert "[app.interrupted]" in err
    assert "Traceback" not in err


def test_every_refusal_of_the_program_says_what_to_do() -> None:
    def below(kind: type[FengqianError]) -> Iterator[type[FengqianError]]:
        yield kind
        for each in kind.__subclasses__():
            yield from below(each)

    for kind in below(FengqianError):
        assert all((kind.what, kind.kept, kind.todo, kind.code)), kind
