"""A station's settings: what IT decides at the set-up, in `station.json`, and the file that `setup FILE` takes.

Nothing here is secret.  `station.json` is written last in a set-up: a home without it holds no station.
"""

from dataclasses import dataclass
from pathlib import Path

from app.errors import NotSetUpError, SettingsRefusedError
from vault.errors import MalformedRecordError
from vault.files import read_limited, write_atomic
from vault.ids import ID_PATTERN, StationId
from vault.jsontext import JsonValue, Reader, dumps
from vault.kdf import FULL, KdfCost

NAME = "station.json"
LANGUAGES = ("zh", "en")
SECRETS = ("os", "file")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Choices:
    """What a set-up file may say: the centre, the serials' prefix, the language, where secrets lie, Argon2id's cost."""

    centre: str
    serial_prefix: str
    language: str
    secrets: str | None
    cost: KdfCost


@dataclass(frozen=True, slots=True)
class Settings:
    """A station's settings."""

    station: StationId
    centre: str
    serial_prefix: str
    language: str
    secrets: str
    cost: KdfCost


def parse_choices(text: bytes) -> Choices:
    """Read a set-up file.

    Raises:
        SettingsRefusedError: naming the field.
    """
    try:
        reader = Reader.of(text, limit=_LONGEST)
        reader.integer("v", 1, 1)
        choices = Choices(
            centre=reader.text("centre", pattern=r"\S(.{0,98}\S)?"),
            serial_prefix=reader.text("serial_prefix", pattern=r"[^\s/\\]{1,16}"),
            language=reader.choice("language", LANGUAGES) if reader.has("language") else "zh",
            secrets=reader.choice("secrets", SECRETS) if reader.has("secrets") else None,
            cost=KdfCost.of(reader.reader("kdf")) if reader.has("kdf") else FULL,
        )
        reader.end()
    except MalformedRecordError as error:
        raise SettingsRefusedError(**error.details) from error
    return choices


def read_settings(home: Path) -> Settings:
    """Read a station's settings.

    Raises:
        NotSetUpError: where there is no station.
        SettingsRefusedError: where the file isn't one.
    """
    path = home / NAME
    if not path.is_file():
        raise NotSetUpError(home=home)
    try:
        reader = Reader.of(read_limited(path, _LONGEST))
        reader.integer("v", 1, 1)
        settings = Settings(
            station=StationId(reader.text("station", pattern=ID_PATTERN)),
            centre=reader.text("centre"),
            serial_prefix=reader.text("serial_prefix"),
            language=reader.choice("language", LANGUAGES),
            secrets=reader.choice("secrets", SECRETS),
            cost=KdfCost.of(reader.reader("kdf")),
        )
        reader.end()
    except MalformedRecordError as error:
        raise SettingsRefusedError(**error.details) from error
    return settings


def write_settings(home: Path, settings: Settings) -> None:
    """Write a station's settings, atomically."""
    write_atomic(home / NAME, dumps(settings_value(settings)))


def settings_value(settings: Settings) -> dict[str, JsonValue]:
    """Return the settings as JSON."""
    return {
        "v": 1,
        "station": settings.station,
        "centre": settings.centre,
        "serial_prefix": settings.serial_prefix,
        "language": settings.language,
        "secrets": settings.secrets,
        "kdf": settings.cost.to_json(),
    }


def is_set_up(home: Path) -> bool:
    """Say whether there is a station in a folder."""
    return (home / NAME).exists()


def needs_passphrase(home: Path) -> bool:
    """Say whether the station of a folder asks its passphrase, since its secrets lie in a file.

    Raises:
        SettingsRefusedError: where its settings can't be read.
    """
    return read_settings(home).secrets == "file"
