"""Level B's other machine: a code chain whose secret never leaves it, given out a code at a time.

The secret lies in this machine's vault; the journal here says when a chain was made and each code was given out, in
their order and none twice without saying so.
"""

from dataclasses import dataclass

from app.composition import Station
from app.errors import AppError
from drawing.codestrip import strip_text
from drawing.order import CHAIN_LENGTH, chain, code_of
from vault.ids import new_id
from vault.jsontext import Reader
from vault.randomness import SystemRandomness
from vault.times import to_text


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


@dataclass(frozen=True, slots=True)
class CodeChain:
    """One chain of this machine."""

    station: Station
    id: str
    serial: str

    @classmethod
    def create(cls, station: Station) -> "CodeChain":
        """Make a chain: a fresh 32-byte secret into the vault, its end into the journal."""
        randomness = SystemRandomness()
        made = new_id(station.clock.now(), randomness)
        secret = randomness.take(32)
        station.secrets.put(f"chain-{made}", secret)
        serial = f"{sum(1 for _ in station.journal.entries(kind='codes.made')) + 1:04d}"
        end = chain(secret, CHAIN_LENGTH).hex()
        station.journal.append("codes.made", made, {"serial": serial, "end": end})
        return cls(station, made, serial)

    @classmethod
    def newest(cls, station: Station) -> "CodeChain":
        """Return the chain made last.

        Raises:
            NoChainError: where there is none.
        """
        made = list(station.journal.entries(kind="codes.made"))
        if not made:
            raise NoChainError
        return cls(station, made[-1].subject, Reader(made[-1].body).text("serial"))

    def end_text(self) -> str:
        """Return the chain's end as 52 characters."""
        return strip_text(chain(self._secret(), CHAIN_LENGTH))

    def made_on(self) -> str:
        """Return when the chain was made."""
        return to_text(next(self.station.journal.entries(subject=self.id)).at)

    def give_out(self, number: int) -> str:
        """Journal that a code leaves, then return it as 52 characters.

        Raises:
            CodeTooSoonError: before the code that it follows.
        """
        given = [entry for entry in self.station.journal.entries(subject=self.id) if entry.kind == "codes.given"]
        newest = max((Reader(entry.body).integer("number") for entry in given), default=0)
        if number > newest + 1:
            raise CodeTooSoonError(number=number, next=newest + 1)
        self.station.journal.append("codes.given", self.id, {"number": number, "again": number <= newest})
        return strip_text(code_of(self._secret(), number))

    def _secret(self) -> bytes:
        return self.station.secrets.get(f"chain-{self.id}")
