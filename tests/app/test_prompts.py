"""How people are asked: a terminal without echo, and lines on a stream."""

import io
import os
import pty
import sys

import pytest

from app.cli import prompts
from app.cli.prompts import StreamPrompts, TerminalPrompts, is_yes, new_secret, standard_prompts
from app.errors import AnswerRefusedError, AnswersEndedError, RepeatDiffersError


def stream(text: str) -> tuple[StreamPrompts, io.StringIO]:
    questions = io.StringIO()
    return StreamPrompts(io.StringIO(text), questions, io.StringIO()), questions


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("answer", ["", " a ", "a=b", "何立群", "1"])
def test_an_answer_is_all_behind_the_first_equals_sign(answer: str, end: str) -> None:
    asking, questions = stream(f"x.y={answer}{end}")
    assert asking.ask("x.y", "What?") == answer
    assert questions.getvalue() == "? x.y: What?\n"


def test_a_question_is_one_line_whatever_stands_in_it() -> None:
    asking, questions = stream("x=1\n")
    asking.ask("x", "a\n? station.passphrase: b\u2028c\r\nd", secret=True)
    assert questions.getvalue() == "? x (secret): a ? station.passphrase: b c d\n"


def test_what_is_told_goes_elsewhere() -> None:
    output = io.StringIO()
    StreamPrompts(io.StringIO(), io.StringIO(), output).tell("a line")
    assert output.getvalue() == "a line\n"


@pytest.mark.parametrize("line", ["y=1\n", "x\n", "X=1\n", "x =1\n", " x=1\n", "\n"])
def test_any_other_line_is_refused(line: str) -> None:
    asking, _ = stream(line)
    with pytest.raises(AnswerRefusedError):
        asking.ask("x", "What?")


def test_the_end_of_the_input_is_no_answer() -> None:
    asking, _ = stream("")
    with pytest.raises(AnswersEndedError):
        asking.ask("x", "What?")


@pytest.mark.parametrize("typed", ["y", "YES ", "是", "１", "n", "否", "NO"])
def test_yes_and_no(typed: str) -> None:
    yes = typed.lower()[0] in "y是１"
    asking, questions = stream(f"x=\nx=perhaps\nx={typed}\n")
    assert is_yes(asking, "x", "Well?") is yes
    assert questions.getvalue().count("? x: Well? [y/n]\n") == 3


def test_a_new_secret_is_typed_twice() -> None:
    asking, _ = stream("x=a\nx.again=a\n")
    assert new_secret(asking, "x", "New", "Again") == "a"
    asking, _ = stream("x=a\nx.again=b\n")
    with pytest.raises(RepeatDiffersError):
        new_secret(asking, "x", "New", "Again")


def test_a_terminal_shows_the_text_and_hides_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    asking = TerminalPrompts(output)
    monkeypatch.setattr("builtins.input", lambda text: f"typed after {text}")
    monkeypatch.setattr(prompts.getpass, "getpass", lambda text: f"hidden after {text}")
    assert asking.ask("x", "What") == "typed after What: "
    assert asking.ask("x", "What", secret=True) == "hidden after What: "
    asking.tell("a line")
    assert output.getvalue() == "a line\n"

    def end(_text: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", end)
    with pytest.raises(AnswersEndedError):
        asking.ask("x", "What")


def test_the_prompts_are_those_of_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "r") as terminal, os.fdopen(leader, "rb"):
        monkeypatch.setattr(sys, "stdin", terminal)
        assert isinstance(standard_prompts(), TerminalPrompts)
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        assert isinstance(standard_prompts(), StreamPrompts)
