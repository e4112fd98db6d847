"""How the command line asks people: a terminal without echo, or lines `id=answer` on standard input.

Every question has a stable id.  On a terminal the text is shown and secrets aren't echoed.  Otherwise the id goes to
standard error and one line `id=answer` is read; any other id is refused, and so is the end of the input.  There is no
way round a question.
"""

import getpass
import sys
from collections.abc import Callable
from typing import Protocol, TextIO

from app.errors import AnswerRefusedError, AnswersEndedError, DeclinedError, RepeatDiffersError

Wording = Callable[[str], str]
YES = ("y", "yes", "是", "1")


class Prompts(Protocol):
    """Asks people, and tells them."""

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Return what a person answers to the question of that id."""
        ...

    def tell(self, text: str) -> None:
        """Show a line."""
        ...


class TerminalPrompts:
    """A person at a terminal."""

    def __init__(self, output: TextIO) -> None:
        self._output = output

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Ask on the terminal; a secret isn't echoed.

        Raises:
            AnswersEndedError: at the end of the input.
        """
        try:
            return getpass.getpass(f"{text}: ") if secret else input(f"{text}: ")
        except EOFError as error:
            raise AnswersEndedError(asked=question) from error

    def tell(self, text: str) -> None:
        """Show a line."""
        print(text, file=self._output, flush=True)


class StreamPrompts:
    """Answers as lines on a stream."""

    def __init__(self, source: TextIO, questions: TextIO, output: TextIO) -> None:
        self._source, self._questions, self._output = source, questions, output

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Write the question's id to standard error and read its answer.

        Raises:
            AnswerRefusedError: where the line answers another question.
            AnswersEndedError: at the end of the input.
        """
        kind = " (secret)" if secret else ""
        print(f"? {question}{kind}: {text}", file=self._questions, flush=True)
        line = self._source.readline()
        if not line:
            raise AnswersEndedError(asked=question)
        given, equals, answer = line.rstrip("\r\n").partition("=")
        if given != question or not equals:
            shown = given[:40] if equals and given.replace(".", "").replace("_", "").isalnum() else "without an id"
            raise AnswerRefusedError(given=shown, asked=question)
        return answer

    def tell(self, text: str) -> None:
        """Show a line."""
        print(text, file=self._output, flush=True)


def standard_prompts() -> Prompts:
    """Return the prompts of this process: its terminal, or its standard input."""
    if sys.stdin.isatty():
        return TerminalPrompts(sys.stdout)
    return StreamPrompts(sys.stdin, sys.stderr, sys.stdout)


def agree(prompts: Prompts, question: str, text: str) -> None:
    """Ask for a yes.

    Raises:
        DeclinedError: for anything else.
    """
    if not is_yes(prompts, question, text):
        raise DeclinedError(asked=question)


def is_yes(prompts: Prompts, question: str, text: str) -> bool:
    """Ask for yes or no."""
    return prompts.ask(question, f"{text} [y/n]").strip().lower() in YES


def new_secret(prompts: Prompts, question: str, text: str, again: str) -> str:
    """Ask for a new secret twice.

    Raises:
        RepeatDiffersError: where the two differ.
    """
    first = prompts.ask(question, text, secret=True)
    if prompts.ask(f"{question}.again", again, secret=True) != first:
        raise RepeatDiffersError
    return first
