"""The command `fengqian`: parses the call, opens the station, shows refusals by code.

Exit codes: 0 done, 1 refused or wrong, 2 usage, 3 consistent but authenticity not checked (`verify` alone).  `--home`
and `--lang` may stand anywhere.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import platformdirs
import typer
from click.exceptions import ClickException, Exit, NoArgsIsHelpError

from app.cli import bank_commands, draw_commands, pure_commands, station_commands
from app.cli.context import Context
from app.cli.prompts import standard_prompts
from app.cli.worker import worker
from app.settings import LANGUAGES, NAME, read_settings
from app.wording import render_error, wording_for
from vault.errors import FengqianError

REFUSED, USAGE = 1, 2
_GLOBAL: Final = {"--home": "home", "--lang": "lang"}

app = typer.Typer(
    name="fengqian",
    help="Draw bid evaluation experts so that nobody can steer or foresee the draw and anybody can check it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="--home DIR and --lang zh|en may stand anywhere.",
)
for commands in (station_commands, bank_commands, draw_commands, pure_commands):
    commands.register(app)
app.command("worker", hidden=True)(worker)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one call of the program; return its exit code."""
    given, rest = _take_globals(list(sys.argv[1:] if arguments is None else arguments))
    context = _context(given)
    try:
        code = app(rest, standalone_mode=False, obj=context)
        return code if isinstance(code, int) else 0
    except NoArgsIsHelpError as error:
        print(error.format_message())
        return USAGE
    except ClickException as error:
        error.show(sys.stderr)
        return USAGE
    except Exit as error:
        return error.exit_code
    except FengqianError as error:
        print(render_error(error, context.wording), file=sys.stderr)
        return REFUSED
    except (KeyboardInterrupt, BrokenPipeError):
        return REFUSED


def _take_globals(arguments: list[str]) -> tuple[dict[str, str], list[str]]:
    """Take `--home X` and `--lang X` out of the arguments, wherever they stand before a bare `--`."""
    given: dict[str, str] = {}
    rest: list[str] = []
    while arguments:
        head = arguments.pop(0)
        name, equals, value = head.partition("=")
        if head == "--":
            return given, [*rest, head, *arguments]
        if name in _GLOBAL and (equals or arguments):
            given[_GLOBAL[name]] = value if equals else arguments.pop(0)
        else:
            rest.append(head)
    return given, rest


def _context(given: dict[str, str]) -> Context:
    home = Path(given["home"]) if "home" in given else Path(platformdirs.user_data_path("fengqian", appauthor=False))
    home = home.absolute()
    language = given.get("lang", "")
    if language not in LANGUAGES:
        language = _language_of(home)
    return Context(home, standard_prompts(), wording_for(language), language)


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
    sys.exit(main())


if __name__ == "__main__":
    run()
