"""What every command shares: the home, the wording, the prompts, and unlocking a person by their PIN."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.prompts import Prompts, Wording
from app.composition import Station, open_station
from app.errors import FileRefusedError, NobodyError, UnknownNameError
from vault.errors import VaultError
from vault.files import read_limited
from vault.identity import Identity, PrivateIdentity
from vault.roles import Role

LONGEST_FILE = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Context:
    """One call of the program."""

    home: Path
    prompts: Prompts
    wording: Wording
    language: str

    def tell(self, text: str, **details: object) -> None:
        """Show a sentence in the language of the station; `text` is the English one."""
        self.prompts.tell(self.wording(text).format(**details))

    def ask(self, question: str, text: str, *, secret: bool = False, **details: object) -> str:
        """Ask a question in the language of the station."""
        return self.prompts.ask(question, self.wording(text).format(**details), secret=secret)

    @contextmanager
    def station(self) -> Iterator[Station]:
        """Open the station of the home; asks its passphrase where there is no system vault."""
        with open_station(self.home, self.passphrase) as station:
            yield station

    def passphrase(self) -> str:
        """Ask the station's passphrase."""
        return self.ask("station.passphrase", "The station's passphrase", secret=True)


def read_file(path: Path) -> bytes:
    """Read a file that somebody named.

    Raises:
        FileRefusedError: where it isn't there, can't be read, or is far too long.
    """
    try:
        return read_limited(path, LONGEST_FILE)
    except VaultError as error:
        raise FileRefusedError(name=path.name, problem=str(error.details.get("problem", "it is not there"))) from error


def people_with(station: Station, role: Role) -> list[Identity]:
    """Return who has a role here.

    Raises:
        NobodyError: where nobody has.
    """
    found = [identity for identity in station.people.list() if identity.role is role]
    if not found:
        raise NobodyError(role=role.value)
    return found


def choose(context: Context, people: Sequence[Identity], question: str, role: Role) -> Identity:
    """Return the one of `people` who is meant: the only one, or the one whose name is given.

    Raises:
        UnknownNameError: where nobody of them has that name.
    """
    if len(people) == 1:
        return people[0]
    names = ", ".join(identity.name for identity in people)
    name = context.ask(question, "Name of the {role} ({names})", role=context.wording(role.value), names=names)
    for identity in people:
        if identity.name == name.strip():
            return identity
    raise UnknownNameError(role=role.value, name=name.strip()[:40], names=names)


def unlock(
    context: Context,
    station: Station,
    role: Role,
    question: str | None = None,
    *,
    but: Identity | None = None,
) -> PrivateIdentity:
    """Let one person of a role unlock their key; questions are `ROLE` (who, where several are) and `ROLE.pin`.

    Args:
        context: the call.
        station: the open station.
        role: the role that is needed.
        question: another stem than the role for the questions' ids.
        but: somebody who is there already and can't be this one too.

    Raises:
        NobodyError, UnknownNameError: where there is no such person.
        WrongSecretError, LockedOutError: where the PIN isn't theirs.
    """
    stem = question or role.value
    people = people_with(station, role)
    others = [identity for identity in people if but is None or identity.keyid != but.keyid]
    if not others:
        raise NobodyError(role=role.value)
    identity = choose(context, others, stem, role)
    pin = context.ask(
        f"{stem}.pin", "PIN of {role} {name}", secret=True, role=context.wording(role.value), name=identity.name
    )
    return station.people.unlock(identity.person, pin)
