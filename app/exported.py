"""An exported journal checked by a stranger: by the station's identity statement alone, without a station."""

from dataclasses import dataclass

from app.errors import AppError
from drawing.verify.people import read_keys
from vault.errors import VaultError
from vault.identity import Identity
from vault.journal import verify_export
from vault.journalentry import Entry, JournalBrokenError
from vault.note import Checkpoint, open_note
from vault.roles import Role


class NoStationStatementError(AppError):
    """The statements that were given hold none of a station, or several."""

    code = "app.export.no_station"
    what = "The file {name} holds {count} statements of a station, and not one."
    todo = "Give the file that the station wrote with: fengqian people list --out FILE"


@dataclass(frozen=True)
class Exported:
    """A journal that holds, and the station that signed it."""

    station: Identity
    entries: tuple[Entry, ...]


def check_export(data: bytes, statements: bytes, anchor: bytes | None, name: str) -> Exported:
    """Check an exported journal with the statement of its station, and against a head that was taken home.

    Args:
        data: the file of `fengqian journal export`.
        statements: identity statements, of which one is the station's.
        anchor: a signed head, or None.
        name: what the file of statements is called, for a refusal.

    Raises:
        NoStationStatementError: where no statement, or more than one, is a station's.
        JournalBrokenError: where the journal isn't what that station signed, or doesn't continue the head.
    """
    stations = [one for one in read_keys(statements).everyone() if one.role is Role.STATION]
    if len(stations) != 1:
        raise NoStationStatementError(name=name, count=len(stations))
    station = stations[0]
    origin = f"fengqian/{station.person}"
    keys = {origin: station.signing_key}
    return Exported(station, verify_export(data, origin, keys, _head(anchor, keys) if anchor is not None else None))


def _head(anchor: bytes, keys: dict[str, bytes]) -> Checkpoint:
    try:
        return Checkpoint.parse(open_note(anchor, keys))
    except VaultError as error:
        raise JournalBrokenError(where="head taken away", problem="isn't a head that this station signed") from error
