"""`fengqian doctor`: looks at everything a draw needs before people sit down, and says what to mend.

It changes nothing.  The station's own parts are looked at only where the home folder holds a station; whatever is wrong
with one of them doesn't keep it from looking at the rest.
"""

import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

from app.cli.context import Context
from app.composition import Station
from app.errors import AppError
from app.settings import NAME, read_settings
from app.wording import sentence, shown_time
from drawing.notice.spoken import Language
from drawing.notice.voice import VoiceWorker
from printing.fonts import house_fonts
from vault.database import cipher_integrity_check
from vault.errors import FengqianError
from vault.secretstore import os_vault_available

OLDEST_PYTHON: Final = (3, 11)
LEAST_FREE: Final = 500 * 1024 * 1024
_MIB: Final = 1024 * 1024
_SPOKEN: Final = {Language.ZH: "能参加请按一。", Language.EN: "If you can attend, press one."}
# From the extended parts of Unicode's Chinese: names have them, and common fonts don't.
_RARE: Final = "㛃㬎䶮𬭚"


class UnfitError(AppError):
    """Something that a draw needs isn't as it must be."""

    code = "app.doctor"
    what = "{found}"
    todo = "{remedy}"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at: its name, and what finds out; `look` returns what it found, or raises."""

    name: str
    look: Callable[[], str]


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command("doctor")(doctor)


def doctor(call: typer.Context) -> int:
    """Look at everything a draw needs: Python, fonts, voice, vault, and the station of the home folder."""
    context: Context = call.obj
    sound = [_shown(context, check) for check in _of_the_computer(context)]
    if (context.home / NAME).exists():
        sound += [_shown(context, check) for check in _of_the_home(context)]
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


def _of_the_computer(context: Context) -> Iterator[Check]:
    yield Check("Python", _python)
    yield Check("fonts", _fonts)
    yield Check("voice", _voice)
    yield Check("the system's vault", _vault)
    yield Check("room on the disk", lambda: _room(context.home))


def _of_the_home(context: Context) -> Iterator[Check]:
    yield Check("settings", lambda: read_settings(context.home).centre)
    yield Check("permissions of the home folder", lambda: _permissions(context.home))


def _of_the_station(context: Context) -> list[bool]:
    """Open the station and look at its parts; where it doesn't open, that is the one thing wrong."""
    try:
        with context.station() as station:
            return [_shown(context, check) for check in _of_its_parts(station)]
    except FengqianError as error:
        return [_refused(context, "station", error)]


def _of_its_parts(station: Station) -> Iterator[Check]:
    yield Check("journal", lambda: f"{station.journal.verify().size}")
    yield Check("database", lambda: _database(station))
    yield Check("clock", lambda: shown_time(station.clock.now()))
    yield Check("people", lambda: f"{len(station.people.list())}")


def _python() -> str:
    if sys.version_info < OLDEST_PYTHON:  # pragma: no cover - the program doesn't start there
        raise UnfitError(found=platform.python_version(), remedy="Install Python 3.11 or newer.")
    return platform.python_version()


def _fonts() -> str:
    missing = house_fonts().missing(_RARE)
    if missing:
        raise UnfitError(found=" ".join(missing), remedy="Install the program anew.")
    return "in order"


def _voice() -> str:
    with tempfile.TemporaryDirectory(prefix="fengqian-doctor-") as folder, VoiceWorker(tries=1) as voice:
        for language, text in _SPOKEN.items():
            voice.render(text, language, Path(folder) / "test.wav")
    return "in order"


def _vault() -> str:
    # a station without one keeps its secrets in a file under a passphrase, which is in order too
    return "in order" if os_vault_available() else "none; a station keeps its secrets in a file, under a passphrase"


def _room(home: Path) -> str:
    place = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < LEAST_FREE:
        raise UnfitError(found=f"{free // _MIB} MiB", remedy="Make room on the disk.")
    return f"{free // _MIB} MiB"


def _permissions(home: Path) -> str:
    if sys.platform == "win32":  # pragma: no cover
        return "in order"
    mode = stat.S_IMODE(home.stat().st_mode)
    if mode & 0o077:
        raise UnfitError(found=f"{mode:o}", remedy="Let nobody but its owner into the home folder (mode 700).")
    return f"{mode:o}"


def _database(station: Station) -> str:
    cipher_integrity_check(station.engine)
    return "in order"
