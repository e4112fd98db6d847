"""How the command line asks people: a terminal without echo, or lines `id=answer` on standard input.

Every question has a stable id.  On a terminal the text is shown and secrets aren't echoed.  Otherwise the id goes to
standard error and one line `id=answer` is read; any other id is refused, and so is the end of the input.  There is no
way round a question.  A line that isn't an answer is never shown again: it may hold a secret.
"""

import getpass
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Protocol, TextIO

import typer

from app.errors import AnswerRefusedError, AnswersEndedError, DeclinedError, RepeatDiffersError

Wording = Callable[[str], str]
YES = ("y", "yes", "是", "1")
NO = ("n", "no", "否", "0")
# What may be shown of a line in the wrong place: an id of ours, never the beginning of a secret.
_OURS = re.compile(
    r"(station|setup|new|operator|supervisor|second_supervisor|keeper|admin|auditor|bank|lookalike|narrowing|freeze|"
    r"chain|receipts|dice|code|notice|deputies|seal|opening|print|signin|abort|recheck|replace|codes|end|journal)"
    r"(\.[a-zA-Z0-9_]{1,16}){0,2}"
)


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

    def __init__(self, output: TextIO, wording: Wording = str) -> None:
        self._output, self._wording = output, wording

    def ask(self, question: str, text: str, *, secret: bool = False) -> str:
        """Ask on the terminal, again until it is text; a secret isn't echoed.

        Raises:
            AnswersEndedError: at the end of the input.
        """
        shown = self._wording("{question}: ").format(question=text)
        while True:
            try:
                answer = getpass.getpass(shown) if secret else input(shown)
                answer.encode("utf-8")
            except EOFError as error:
                raise AnswersEndedError(asked=question) from error
            except UnicodeError:
                self.tell(self._wording("This can't be read as text. Please type it again."))
            else:
                return answer

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
        # one line a question, whatever names stand in it
        print(f"? {question}{kind}: {' '.join(text.splitlines())}", file=self._questions, flush=True)
        line = self._line(question)
        given, equals, answer = line.rstrip("\r\n").partition("=")
        if given != question or not equals:
            shown = given if equals and _OURS.fullmatch(given) else "without an id"
            raise AnswerRefusedError(given=shown, asked=question)
        return answer

    def _line(self, question: str) -> str:
        try:
            line = self._source.readline()
        except UnicodeDecodeError:
            # not chained: the decoder's error holds the line
            raise AnswerRefusedError(given="not UTF-8", asked=question) from None
        if not line:
            raise AnswersEndedError(asked=question)
        return line

    def tell(self, text: str) -> None:
        """Show a line."""
        print(text, file=self._output, flush=True)


def standard_prompts(wording: Wording = str) -> Prompts:
    """Return the prompts of this process: its terminal, or its standard input."""
    if sys.stdin.isatty():
        return TerminalPrompts(sys.stdout, wording)
    return StreamPrompts(sys.stdin, sys.stderr, sys.stdout)


def agree(prompts: Prompts, question: str, text: str) -> None:
    """Ask for a yes.

    Raises:
        DeclinedError: for anything else.
    """
    if not is_yes(prompts, question, text):
        raise DeclinedError(asked=question)


def is_yes(prompts: Prompts, question: str, text: str) -> bool:
    """Ask for yes or no, again until it is one of them: a slip of the finger decides nothing."""
    while True:
        answer = unicodedata.normalize("NFKC", prompts.ask(question, f"{text} [y/n]")).strip().lower()
        if answer in (*YES, *NO):
            return answer in YES


def given_reason(reason: str, wording: Wording) -> str:
    """Return the reason of an option as it is kept.

    Raises:
        typer.BadParameter: where it says nothing.
    """
    if not reason.strip():
        raise typer.BadParameter(wording("it is empty; say why in a few words"), param_hint="--reason")
    return reason.strip()


def new_secret(prompts: Prompts, question: str, text: str, again: str) -> str:
    """Ask for a new secret twice.

    Raises:
        RepeatDiffersError: where the two differ.
    """
    first = prompts.ask(question, text, secret=True)
    if prompts.ask(f"{question}.again", again, secret=True) != first:
        raise RepeatDiffersError
    return first
