"""Help in the reader's language: the command tree's own texts, and the words that typer puts around them.

`translate_help` words every help text of a command and of all below it, and gives them a page that words headings,
marks and usage too.  Lines are folded by the columns that a terminal needs, so that Chinese, which has no spaces,
stays inside them.  The classes of a page aren't public in typer; the tests tell when they move.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from rich.cells import cell_len
from typer._click import Command, Context, HelpFormatter
from typer.core import TyperArgument, TyperGroup, TyperOption

Wording = Callable[[str], str]
C = TypeVar("C", bound=Command)

PAGE_WORDS: Final = (
    *("Usage: ", "Options:", "Arguments:", "Commands:", "required"),
    "Show this message and exit.",
    "Missing command.",
    "Input should be a valid integer, unable to parse string as an integer",
)
"""What typer says itself, word for word."""

USAGE_TEMPLATES: Final = (
    "default: {0}",
    "No such command {0}.",
    "No such option: {0}",
    "No such option: {0} (Possible options: {1})",
    "Missing argument {0}.",
    "Missing option {0}.",
    "Missing parameter: {0}",
    "Invalid value: {0}",
    "Invalid value for {0}: {1}",
    "Option {0} requires an argument.",
    "Option {0} does not take a value.",
    "Got unexpected extra argument(s) ({0})",
    "Input should be greater than or equal to {0}",
    "Input should be less than or equal to {0}",
)
"""What typer says with something filled in: composed messages."""

SYSTEM_WORDS: Final = (
    *("No such file or directory", "Is a directory", "Not a directory", "File exists", "Directory not empty"),
    *("Permission denied", "Operation not permitted", "Read-only file system", "File name too long"),
    *("Input/output error", "Device or resource busy", "Too many levels of symbolic links", "Too many open files"),
    *("Invalid argument", "Stale file handle", "Transport endpoint is not connected", "No such device or address"),
)
"""What the system says of a file that it refuses, word for word."""

_EXTRAS: Final = re.compile(r"(?:(.*)  )?\[([^\[\]]*)\]", re.DOTALL)
_NOT_FIRST: Final = "，。；：、）》」』？"
_STEP: Final = 2


class WordedFormatter(HelpFormatter):
    """A page whose headings and marks are worded, folded by columns."""

    words: Wording = staticmethod(str)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or self.words("Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{self.words(f'{heading}:')}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        indent = " " * self.current_indent
        for number, paragraph in enumerate(text.split("\n\n")):
            lines = folded(" ".join(paragraph.split()), self.width - self.current_indent)
            self.write(("\n" if number else "") + "".join(f"{indent}{line}\n" for line in lines))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = _STEP) -> None:
        """Write names with their explanations."""
        widest = min(max((cell_len(name) for name, _ in rows), default=0), col_max) + col_spacing
        for name, text in rows:
            lines = list(folded(self._explained(text), max(self.width - widest - self.current_indent, 20)))
            first = lines.pop(0) if cell_len(name) <= widest - col_spacing and lines else ""
            self.write(f"{'':>{self.current_indent}}{name}{' ' * (widest - cell_len(name))}{first}".rstrip() + "\n")
            for line in lines:
                self.write(f"{'':>{self.current_indent + widest}}{line}\n")

    def _explained(self, text: str) -> str:
        """Word an explanation that typer made of a help text and marks as `[default: 1; required]`."""
        found = _EXTRAS.fullmatch(text)
        if found is None:
            return self.words(text)
        marks = "; ".join(self.words(mark) for mark in found[2].split("; "))
        return " ".join(part for part in (self.words(found[1] or ""), f"[{marks}]") if part)


def translate_help(command: C, wording: Wording) -> C:
    """Word a command and all below it; returns the same command, changed."""
    page = type("Page", (WordedFormatter,), {"words": staticmethod(wording)})
    _translate(command, wording, type("PageContext", (Context,), {"formatter_class": page}))
    return command


def _translate(command: Command, wording: Wording, context: type[Context]) -> None:
    command.context_class = context
    if command.help:
        # the list of commands gets the whole sentence: cut short, a Chinese one is nothing but dots
        command.help = command.short_help = wording(command.help)
    if command.epilog:
        command.epilog = wording(command.epilog)
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption) and parameter.help:
            parameter.help = wording(parameter.help)
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            _translate(below, wording, context)


def help_messages(command: Command) -> Iterator[str]:
    """Return every help text of a command and all below it, in English, for the check of the catalogue."""
    if command.hidden:
        return
    yield from (text for text in (command.help, command.epilog) if text)
    for parameter in command.params:
        if isinstance(parameter, TyperArgument | TyperOption) and parameter.help:
            yield parameter.help
    if isinstance(command, TyperGroup):
        for below in command.commands.values():
            yield from help_messages(below)


def folded(text: str, width: int) -> Iterator[str]:
    """Fold a text into lines of at most `width` columns, at spaces and between Chinese characters."""
    line = ""
    for piece in _pieces(text):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            yield line.rstrip()
            line = ""
        line += piece.lstrip() if not line else piece
    if line.strip():
        yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    """Split a text where a line may end: after a space, and after a wide character that no closing mark follows."""
    piece = ""
    for char, after in itertools.zip_longest(text, text[1:], fillvalue=" "):
        piece += char
        if char == " " or ((cell_len(char) > 1 or cell_len(after) > 1) and after not in _NOT_FIRST and after != " "):
            yield piece
            piece = ""
    if piece:
        yield piece
