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
import typer
from typer.main import get_command

from app.cli import (
    bank_commands,
    codes_commands,
    doctor,
    draw_commands,
    journal_commands,
    pure_commands,
    rechecking,
    replacing,
    station_commands,
)
from app.cli.context import Context
from app.cli.helping import translate_help
from app.cli.prompts import standard_prompts
from app.cli.worker import worker
from app.errors import InterruptedByPersonError, refusal_of
from app.settings import LANGUAGES, NAME, read_settings
from app.wording import Wording, render_error, wording_for
from vault.errors import FengqianError
from vault.process import protect_memory

REFUSED, USAGE = 1, 2
_CTRL_C: Final = 130  # what typer makes of it
_GLOBAL: Final = {"--home": "home", "--lang": "lang"}

app = typer.Typer(
    name="fengqian",
    help="Draw bid evaluation experts so that nobody can steer or foresee the draw and anybody can check it.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="--home DIR and --lang zh|en may stand anywhere.",
)
_ROOMS: Final = (
    station_commands,
    codes_commands,
    bank_commands,
    draw_commands,
    rechecking,
    replacing,
    pure_commands,
    journal_commands,
    doctor,
)
for commands in _ROOMS:
    commands.register(app)
app.command("worker", hidden=True)(worker)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call of the program; return its exit code."""
    protect_memory()
    try:
        given, rest = _take_globals(list(sys.argv[1:] if arguments is None else arguments))
    except typer.BadParameter as error:
        return _show_usage(error, wording_for("zh"))
    context = _context(given)
    try:
        if not rest:
            from app.desktop.start import run_desktop  # windows alone need it, and it takes its time to load

            return run_desktop(context.home, context.language)
        command = translate_help(get_command(app), context.wording)
        code = command(rest, standalone_mode=False, obj=context, prog_name="fengqian")
        if code == _CTRL_C:
            raise InterruptedByPersonError
        return code if isinstance(code, int) else 0
    except typer.TyperException as error:
        return _show_usage(error, context.wording)
    except Exception as error:
        print(render_error(refusal_of(error), context.wording), file=sys.stderr)
        return REFUSED


def _show_usage(error: typer.TyperException, wording: Wording) -> int:
    """Show how a command is called: the whole help where nothing was asked, else what is wrong."""
    message, call = error.format_message(), getattr(error, "ctx", None)
    if call is None:
        print(wording(message), file=sys.stderr)
    elif message == call.get_help():
        print(message)
    else:
        print(call.get_usage(), wording(message), f"{call.command_path} --help", sep="\n", file=sys.stderr)
    return USAGE


def _take_globals(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take `--home X` and `--lang X` out of the arguments, wherever they stand before a bare `--`.

    Raises:
        typer.BadParameter: where one has no value, or a language isn't one of ours.
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
            raise typer.BadParameter(f"{name} {' | '.join(LANGUAGES) if name == '--lang' else 'DIR'}")
        given[_GLOBAL[name]] = value
    return given, rest


def _context(given: dict[str, str]) -> Context:
    home = Path(given["home"]) if "home" in given else Path(platformdirs.user_data_path("fengqian", appauthor=False))
    home = home.absolute()
    language = given.get("lang", "")
    if language not in LANGUAGES:
        language = _language_of(home)
    wording = wording_for(language)
    return Context(home, standard_prompts(wording), wording, language)


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
