"""The desk itself, on its own thread: the open station, the two who unlocked their keys, the draws that are live.

Every method runs on the desk's thread (`app.desktop.work`) and returns values that can't change; no key, name or
number of a drawn expert is in them.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.calls import AtDesk, here
from app.composition import Station, create_station, open_station
from app.desktop.bankroom import BankRoom
from app.desktop.drawroom import DrawRoom
from app.desktop.importroom import ImportRoom
from app.desktop.journalroom import JournalRoom
from app.desktop.preflightroom import PreflightRoom
from app.desktop.verifyroom import Against, own_transcripts, verify
from app.desktop.verifyviews import OwnTranscript, ReportView
from app.desktop.views import AboutView, DrawRow, PersonView, StationView
from app.errors import CallsRunError
from app.sample.centre import PASSPHRASE, make_centre, sample_line
from app.settings import is_set_up, parse_choices
from app.wording import Wording
from drawing.desk import preparing
from drawing.notice.voice import Voice
from vault.identity import Identity, PrivateIdentity
from vault.ids import PersonId
from vault.jsontext import JsonValue, dumps
from vault.kdf import generate_passphrase
from vault.randomness import SystemRandomness
from vault.roles import Role

_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class DeskRoom:
    """One station, open or not."""

    def __init__(
        self, papers: Path, voice: Voice | None = None, pause: Callable[[float], None] = lambda _seconds: None
    ) -> None:
        self.papers, self._voice, self._pause = papers, voice, pause
        self._at_desk: AtDesk = here
        self._tell_seated: Callable[[tuple[PersonView, ...]], None] = _nobody
        self._to_lock: set[Role] = set()
        self._draws: DrawRoom | None = None
        self._bank: BankRoom | None = None
        self._imports: ImportRoom | None = None
        self._home: Path | None = None
        self._stack = ExitStack()
        self._station: Station | None = None
        self._keys: dict[Role, PrivateIdentity] = {}

    def join(self, at_desk: AtDesk, tell_seated: Callable[[tuple[PersonView, ...]], None]) -> None:
        """Say how calls come back to the desk's thread, and who is told when a place is locked behind them."""
        self._at_desk, self._tell_seated = at_desk, tell_seated

    @property
    def station(self) -> Station:
        """Return the open station."""
        assert self._station is not None
        return self._station

    @property
    def drawing(self) -> DrawRoom:
        """Return the draws of the open station."""
        assert self._draws is not None
        return self._draws

    def open(self, home: Path, passphrase: str) -> StationView:
        """Open the station of a folder.

        Raises:
            NotSetUpError, HomeInUseError, WrongSecretError, JournalBrokenError: as `open_station`.
        """
        self._station = self._stack.enter_context(open_station(home, lambda: passphrase))
        station, self._home = self._station, home
        line = sample_line(station, self._pause) if station.sample else None
        draws = DrawRoom(station, lambda: self._keys, self.papers, line, self._voice)
        draws.notices.at_desk, draws.notices.calls_over = self._at_desk, self._after_calls
        self._draws = draws
        settings = station.settings
        return StationView(settings.centre, settings.language, self._station.sample)

    def set_up(self, home: Path, centre: str, prefix: str, language: str) -> str:
        """Make a station; return the passphrase that was made for it, or nothing where the system keeps its secrets.

        Raises:
            SettingsRefusedError, AlreadySetUpError: where names aren't such, or there is one.
        """
        made: list[str] = []

        def passphrase() -> str:
            made.append(generate_passphrase(SystemRandomness()))
            return made[-1]

        asked: dict[str, JsonValue] = {"v": 1, "centre": centre, "serial_prefix": prefix, "language": language}
        create_station(home, parse_choices(dumps(asked)), passphrase)
        return "".join(made)

    def make_sample(self, home: Path, language: str, progress: Callable[[int, int], None]) -> str:
        """Make the sample centre in a folder, unless it is there; return its passphrase."""
        if not is_set_up(home):
            make_centre(home, language, progress)
        return PASSPHRASE

    def close(self) -> None:
        """Forget every key, let the media remember the head, and free the home."""
        if self._draws is not None:
            self._draws.notices.leave()
        for role in tuple(self._keys):
            self._forget(role)
        if self._station is not None:
            self._station.remember_on_media()
            self._station = None
        self._stack.close()

    @property
    def journal(self) -> JournalRoom:
        """Return the journal of the open station."""
        return JournalRoom(self.station)

    def bank(self) -> BankRoom:
        """Return the bank of the open station, as those at the desk may see it."""
        masked = Role.OPERATOR in self._keys or Role.SUPERVISOR not in self._keys
        if self._bank is None or self._bank.masked is not masked:
            self._bank = BankRoom(self.station, masked=masked)
        return self._bank

    @property
    def imports(self) -> ImportRoom:
        """Return where bank files are taken over."""
        if self._imports is None:
            self._imports = ImportRoom(self.station)
        return self._imports

    @property
    def preflight(self) -> PreflightRoom:
        """Return what is looked at before witnesses sit down."""
        assert self._home is not None
        return PreflightRoom(self.station, self._home, line=self.drawing.notices.has_line)

    def own_transcripts(self) -> tuple[OwnTranscript, ...]:
        """Return the transcripts that this station wrote."""
        return own_transcripts(self.station)

    def verify(self, file: str, keys: str, anchor: str, fingerprint: str, wording: Wording) -> ReportView:
        """Verify any transcript; raises as `verifyroom.verify`."""
        return verify(file, Against(keys, anchor, fingerprint), wording)

    def people(self) -> tuple[PersonView, ...]:
        """Return everybody who works here, those whose rights ended too."""
        active = self.station.people.active()
        return tuple(_shown(one, active=one in active) for one in self.station.people.list())

    def about(self) -> AboutView:
        """Return fingerprints and the journal's size."""
        return AboutView(self.station.identity.identity.fingerprint, self.people(), self.station.journal.size)

    def unlock(self, person: PersonId, pin: str) -> PersonView:
        """Let somebody unlock their key at their role's place.

        Raises:
            PersonEndedError, WrongSecretError, LockedOutError: where they may not, or the PIN isn't theirs.
        """
        self.station.people.require_active(person)
        key = self.station.people.unlock(person, pin)
        self.lock(key.identity.role)
        self._keys[key.identity.role] = key
        return _shown(key.identity, active=True)

    def seated(self) -> tuple[PersonView, ...]:
        """Return whose keys are unlocked."""
        return tuple(_shown(key.identity, active=True) for key in self._keys.values())

    def lock(self, *roles: Role) -> None:
        """Forget the keys at these places, once no call runs.

        Raises:
            CallsRunError: where calls run; none is dialled any more, and the places are locked behind the last.
        """
        locked = [role for role in roles if role in self._keys]
        if locked and self.drawing.notices.is_calling:
            self._to_lock.update(locked)
            self.drawing.notices.stop_all()
            raise CallsRunError
        for role in locked:
            self._forget(role)

    def lock_all(self) -> None:
        """Forget every key; raises as `lock`."""
        self.lock(*self._keys)

    def _forget(self, role: Role) -> None:
        self._keys.pop(role).forget()
        self.drawing.forget()

    def _after_calls(self) -> None:
        """Lock what was to be locked while calls ran."""
        if self._to_lock and not self.drawing.notices.is_calling:
            for role in self._to_lock & self._keys.keys():
                self._forget(role)
            self._to_lock.clear()
            self._tell_seated(self.seated())

    def draws(self) -> tuple[DrawRow, ...]:
        """Return all draws, the newest first; one that can't be read stops no other."""
        desk = self.station.drawing()
        read = [
            DrawRow(draw, one.serial, one.project_name, one.lot, one.step, one.prepared_at or _EPOCH)
            for draw, one in preparing.draws(desk)
        ]
        broken = [
            DrawRow(one.draw, one.serial, "", one.lot, None, one.begun_at, one.problem)
            for one in preparing.unreadable_draws(desk)
        ]
        return tuple(sorted([*read, *broken], key=lambda row: row.begun_at, reverse=True))


def _shown(identity: Identity, *, active: bool) -> PersonView:
    return PersonView(
        identity.person, identity.role, identity.name, identity.organisation, identity.fingerprint, active
    )


def _nobody(_seated: tuple[PersonView, ...]) -> None:
    """Tell nobody."""
