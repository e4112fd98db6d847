"""The commands of `fengqian`: one table, run with typer; windows never load it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

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
from app.errors import InterruptedByPersonError
from app.wording import Wording, wording_for

USAGE: Final = 2
_CTRL_C: Final = 130  # what typer makes of it

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


def run_command(words: Sequence[str], home: Path, language: str) -> int:
    """Run one command; return its exit code.

    Raises:
        FengqianError: as the command refuses.
    """
    wording = wording_for(language)
    context = Context(home, standard_prompts(wording), wording, language)
    try:
        command = translate_help(get_command(app), context.wording)
        code = command(list(words), standalone_mode=False, obj=context, prog_name="fengqian")
    except typer.TyperException as error:
        return _show_usage(error, wording)
    if code == _CTRL_C:
        raise InterruptedByPersonError
    return code if isinstance(code, int) else 0


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
