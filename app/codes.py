"""Level B's other machine: a code chain that opens only under the key of the supervisor who holds the codes.

The secret lies in a box in the folder `codes`, sealed to that supervisor alone (docs/formats/custody.md); who opens the
machine has no code yet.  The journal names the box by its digest and says which codes were given out, by whom, in
their order, and none twice without saying so.  Order on making: box, then entry, so that every chain the journal knows
has its box.  Order on giving out: the key is unlocked, the box opens and gives the journaled end, the entry is durable,
then the code is shown.
"""

from dataclasses import dataclass
from pathlib import Path

from app.composition import Station
from app.errors import AppError
from drawing.codestrip import strip_text
from drawing.order import CHAIN_LENGTH, chain, code_of
from vault.box import Box, Context, Holder, open_box, release_share, require_context, seal_box
from vault.files import FileMissingError, FileUnwritableError, read_limited, write_atomic
from vault.identity import Identity, PrivateIdentity
from vault.ids import new_id
from vault.journalentry import Entry
from vault.jsontext import Reader
from vault.randomness import SystemRandomness
from vault.roles import Act, require
from vault.suite import sha256
from vault.times import to_text

FOLDER = "codes"
ROLE = "supervisor"
_LONGEST_BOX = 1024 * 1024


class NoChainError(AppError):
    """There is no code chain here."""

    code = "app.codes.none"
    what = "There is no code chain on this machine."
    todo = "Make one: fengqian codes new"


class CodeTooSoonError(AppError):
    """A code is asked for before the one it follows."""

    code = "app.codes.too_soon"
    what = "Code {number} was asked for, but the next one is {next}."
    kept = "No code was given out."
    todo = "Give the codes out in their order, one a round."


class ChainDamagedError(AppError):
    """The chain's box isn't the one that the journal names."""

    code = "app.codes.damaged"
    what = "The box of code chain {serial} is missing or was changed."
    kept = "No code was given out."
    todo = "Put the file back from a backup; otherwise the draw that uses this chain can't go on."


@dataclass(frozen=True, slots=True)
class CodeChain:
    """One chain of this machine; `holder` is the key id of the supervisor who alone can open it."""

    station: Station
    id: str
    serial: str
    end: bytes
    holder: str
    box: str

    @classmethod
    def create(cls, station: Station, holder: PrivateIdentity) -> "CodeChain":
        """Make a chain: a fresh 32-byte secret into a box for `holder`, its end into the journal.

        Raises:
            NotAllowedError: where the holder isn't a supervisor.
        """
        require(holder.identity.role, Act.HOLD_CODES)
        randomness = SystemRandomness()
        made = new_id(station.clock.now(), randomness)
        secret = randomness.take(32)
        keeper = Holder(ROLE, holder.identity.name, holder.keyid, holder.identity.sealing_key)
        signers = [holder, station.identity]
        sealed = seal_box(secret, _context(made), [[ROLE]], [keeper], signers, randomness)
        _write(_path(station, made), sealed)
        serial = f"{sum(1 for _ in station.journal.entries(kind='codes.made')) + 1:04d}"
        end = chain(secret, CHAIN_LENGTH).hex()
        body = {"serial": serial, "end": end, "box": Box.parse(sealed).digest}
        return cls._of(station, station.journal.append("codes.made", made, body, [holder.keyid]))

    @classmethod
    def newest(cls, station: Station) -> "CodeChain":
        """Return the chain made last.

        Raises:
            NoChainError: where there is none.
        """
        made = list(station.journal.entries(kind="codes.made"))
        if not made:
            raise NoChainError
        return cls._of(station, made[-1])

    @classmethod
    def _of(cls, station: Station, entry: Entry) -> "CodeChain":
        said = Reader(entry.body)
        end = said.hex_bytes("end", 32)
        return cls(station, entry.subject, said.text("serial"), end, entry.by[0], said.text("box"))

    def end_text(self) -> str:
        """Return the chain's end as 52 characters."""
        return strip_text(self.end)

    def made_on(self) -> str:
        """Return when the chain was made."""
        return to_text(next(self.station.journal.entries(subject=self.id)).at)

    def known_holder(self) -> Identity | None:
        """Return who holds this chain, or None where nobody here has that key."""
        return next((each for each in self.station.people.list() if each.keyid == self.holder), None)

    def given(self) -> int:
        """Return the highest number given out so far, 0 before the first."""
        entries = (entry for entry in self.station.journal.entries(subject=self.id) if entry.kind == "codes.given")
        return max((Reader(entry.body).integer("number") for entry in entries), default=0)

    def check_turn(self, number: int) -> None:
        """Pass a number that was given out before, or is the next one.

        Raises:
            CodeTooSoonError: before the code that it follows.
        """
        newest = self.given()
        if number > newest + 1:
            raise CodeTooSoonError(number=number, next=newest + 1)

    def give_out(self, number: int, holder: PrivateIdentity) -> str:
        """Open the box, journal that a code leaves, then return it as 52 characters.

        Raises:
            CodeTooSoonError: before the code that it follows.
            ChainDamagedError: where the box isn't the one that was sealed.
            NotHolderError: where it was sealed to somebody else.
        """
        require(holder.identity.role, Act.HOLD_CODES)
        self.check_turn(number)
        secret = self._secret(holder)
        body = {"number": number, "again": number <= self.given()}
        self.station.journal.append("codes.given", self.id, body, [holder.keyid])
        return strip_text(code_of(secret, number))

    def _secret(self, holder: PrivateIdentity) -> bytes:
        try:
            sealed = read_limited(_path(self.station, self.id), _LONGEST_BOX)
        except FileMissingError as error:
            raise ChainDamagedError(serial=self.serial) from error
        if sha256(sealed).hex() != self.box:
            raise ChainDamagedError(serial=self.serial)
        box = Box.parse(sealed)
        require_context(box, _context(self.id))
        secret = open_box(box, release_share(box, holder))
        if chain(secret, CHAIN_LENGTH) != self.end:
            raise ChainDamagedError(serial=self.serial)
        return secret


def _context(chain_id: str) -> Context:
    return Context(chain_id, "codes", "", 1)


def _path(station: Station, chain_id: str) -> Path:
    return station.home / FOLDER / f"{chain_id}.box"


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise FileUnwritableError(name=path.parent.name, problem=error.strerror) from error
    write_atomic(path, data)
