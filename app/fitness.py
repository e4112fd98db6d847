"""What a draw needs, each thing with what finds out: the computer, the home folder, the station, and a draw's own.

Nothing here changes anything.  `Check.look` returns what it found, in English, or raises `UnfitError` with the remedy;
`AdvisableError` is something that can be done without, and that people should know before witnesses sit down.
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

from app.banking import current_version
from app.composition import Station
from app.errors import AppError
from app.settings import read_settings
from app.wording import shown_time
from drawing.notice.spoken import Language
from drawing.notice.voice import VoiceWorker
from printing.fonts import house_fonts
from vault.database import cipher_integrity_check
from vault.roles import Role
from vault.secretstore import os_vault_available

OLDEST_PYTHON: Final = (3, 11)
LEAST_FREE: Final = 500 * 1024 * 1024
_MIB: Final = 1024 * 1024
_SPOKEN: Final = {Language.ZH: "能参加请按一。", Language.EN: "If you can attend, press one."}
# From the extended parts of Unicode's Chinese: names have them, and common fonts don't.
_RARE: Final = "㛃㬎䶮𬭚"
OLDEST_BANK: Final = 90  # days
_SUPERVISORS: Final = 2


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


class AdvisableError(UnfitError):
    """Something that a draw can do without, and shouldn't."""

    code = "app.preflight.advisable"


def of_the_computer(home: Path) -> Iterator[Check]:
    """Give what is looked at on any computer."""
    yield Check("Python", _python)
    yield Check("fonts", _fonts)
    yield Check("voice", _voice)
    yield Check("the system's vault", _vault)
    yield Check("room on the disk", lambda: _room(home))


def of_the_home(home: Path) -> Iterator[Check]:
    """Give what is looked at of a home folder that holds a station."""
    yield Check("settings", lambda: read_settings(home).centre)
    yield Check("permissions of the home folder", lambda: _permissions(home))


def of_its_parts(station: Station) -> Iterator[Check]:
    """Give what is looked at of an open station."""
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


def for_a_draw(station: Station, *, line: bool) -> Iterator[Check]:
    """Give what is looked at before witnesses sit down."""
    yield Check("expert bank", lambda: _bank(station))
    yield Check("people for a draw", lambda: _two(station))
    yield Check("second supervisor", lambda: _second(station))
    yield Check("auditor", lambda: _auditor(station))
    yield Check("telephone line", lambda: _line(line))


def _bank(station: Station) -> str:
    version = current_version(station)
    if version is None:
        raise UnfitError(found="There is no bank yet.", remedy="The keeper imports one: fengqian bank import FILE")
    days = (station.clock.now() - version.acceptance.at).days
    if days > OLDEST_BANK:
        raise AdvisableError(found=f"{days} days old", remedy="Ask the keeper for the newest bank.")
    return f"{version.experts} experts, {days} days old"


def _count(station: Station, role: Role) -> int:
    return sum(one.role is role for one in station.people.active())


def _two(station: Station) -> str:
    for role in (Role.OPERATOR, Role.SUPERVISOR):
        if not _count(station, role):
            raise UnfitError(found=f"nobody here is {role.value}", remedy="Add them: fengqian people add --help")
    return "in order"


def _second(station: Station) -> str:
    if _count(station, Role.SUPERVISOR) < _SUPERVISORS:
        raise AdvisableError(
            found="none", remedy="Without one nothing that needs a second approval, as an early opening, is possible."
        )
    return "in order"


def _auditor(station: Station) -> str:
    if not _count(station, Role.AUDITOR):
        raise AdvisableError(found="none", remedy="Without one no auditor's form is written behind a transcript.")
    return "in order"


def _line(line: bool) -> str:
    if not line:
        raise AdvisableError(found="none", remedy="The supervisor tells people by hand, each notice approved.")
    return "in order"
