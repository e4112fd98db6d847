"""`fengqian doctor`: looks at everything a draw needs before people sit down, and says what to mend.

It changes nothing.  The station's own parts are looked at only where the home folder holds a station; whatever is wrong
with one of them doesn't keep it from looking at the rest.
"""

import typer

from app.cli.context import Context
from app.fitness import Check, of_its_parts, of_the_computer, of_the_home
from app.settings import NAME
from app.wording import sentence
from vault.errors import FengqianError


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("doctor")(doctor)


def doctor(call: typer.Context) -> int:
    """Look at everything a draw needs: Python, fonts, voice, vault, and the station of the home folder."""
    context: Context = call.obj
    sound = [_shown(context, check) for check in of_the_computer(context.home)]
    if (context.home / NAME).exists():
        sound += [_shown(context, check) for check in of_the_home(context.home)]
        sound += _of_the_station(context)
    else:
        context.tell("There is no station in {home}: only the computer was looked at.", home=context.home)
    wrong = sound.count(False)
    if wrong:
        context.tell("{count} of {all} are wrong.", count=wrong, all=len(sound))
        return 1
    context.tell("All {all} are in order.", all=len(sound))
    return 0


def _shown(context: Context, check: Check) -> bool:
    try:
        found = context.wording(check.look())
    except FengqianError as error:
        return _refused(context, check.name, error)
    context.tell("✓ {name}: {found}", name=context.wording(check.name), found=found)
    return True


def _refused(context: Context, name: str, error: FengqianError) -> bool:
    found, remedy = (sentence(text, error, context.wording) for text in (error.what, error.todo))
    context.tell("✗ {name}: {found}", name=context.wording(name), found=found)
    context.tell("    {remedy}", remedy=remedy)
    return False


def _of_the_station(context: Context) -> list[bool]:
    """Open the station and look at its parts; where it doesn't open, that is the one thing wrong."""
    try:
        with context.station() as station:
            return [_shown(context, check) for check in of_its_parts(station)]
    except FengqianError as error:
        return [_refused(context, "station", error)]
