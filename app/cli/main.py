"""The command `fengqian`: parses the call, opens the station, shows refusals by code.

Exit codes: 0 done, 1 refused or wrong, 2 usage, 3 consistent but authenticity not checked (`verify` alone).  `--home`
and `--lang` may stand anywhere.
"""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import platformdirs

from app.errors import refusal_of
from app.settings import LANGUAGES, NAME, read_settings
from app.wording import render_error, wording_for
from vault.errors import FengqianError
from vault.process import protect_memory

REFUSED, USAGE = 1, 2
_GLOBAL: Final = {"--home": "home", "--lang": "lang"}


class BadOptionError(Exception):
    """One of the options that may stand anywhere has no value, or none of its own."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call of the program; return its exit code."""
    protect_memory()
    try:
        given, rest = _take_globals(list(sys.argv[1:] if arguments is None else arguments))
    except BadOptionError as error:
        print(wording_for("zh")(f"Invalid value: {error}"), file=sys.stderr)
        return USAGE
    home, language = _home(given), given.get("lang", "")
    if language not in LANGUAGES:
        language = _language_of(home)
    try:
        # each face takes its time to load, and a call has but one
        if not rest:
            from app.desktop.start import run_desktop

            return run_desktop(home, language)
        from app.cli.commands import run_command

        return run_command(rest, home, language)
    except Exception as error:
        print(render_error(refusal_of(error), wording_for(language)), file=sys.stderr)
        return REFUSED


def _take_globals(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take `--home X` and `--lang X` out of the arguments, wherever they stand before a bare `--`.

    Raises:
        BadOptionError: where one has no value, or a language isn't one of ours.
    """
    given: dict[str, str] = {}
    rest: list[str] = []
    while arguments:
        head = arguments.pop(0)
        name, equals, value = head.partition("=")
        if head == "--":
            return given, [*rest, head, *arguments]
        if name not in _GLOBAL:
            rest.append(head)
            continue
        value = value if equals else arguments.pop(0) if arguments else ""
        if not value or (name == "--lang" and value not in LANGUAGES):
            raise BadOptionError(f"{name} {' | '.join(LANGUAGES) if name == '--lang' else 'DIR'}")
        given[_GLOBAL[name]] = value
    return given, rest


def _home(given: dict[str, str]) -> Path:
    home = Path(given["home"]) if "home" in given else Path(platformdirs.user_data_path("fengqian", appauthor=False))
    return home.absolute()


def _language_of(home: Path) -> str:
    """Return the station's language; Chinese where there is no station yet, or its settings can't be read."""
    if not (home / NAME).is_file():
        return "zh"
    try:
        return read_settings(home).language
    except FengqianError:
        return "zh"


def run() -> None:
    """Enter from the console script."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="strict" if stream is sys.stdin else "replace")
    code = main()
    try:
        sys.stdout.flush()
    except OSError:
        # a reader that went away, or a full disk: the interpreter would try again, and say so
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or REFUSED
    sys.exit(code)


if __name__ == "__main__":
    run()
