"""What every command shares: the home, the wording, the prompts, and unlocking a person by their PIN."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.cli.prompts import Prompts, Wording, agree
from app.composition import Station, open_station
from app.errors import NobodyError
from app.media import UsedMedium, head_of, is_restarted, open_medium
from app.people import by_name, named, people_with
from app.wording import sentence
from vault.errors import FengqianError
from vault.identity import Identity, PrivateIdentity
from vault.roles import Role

_PASSPHRASE_OF = "Passphrase of {name}"  # noqa: S105 - what is asked


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

    def tell_refusal(self, error: FengqianError) -> None:
        """Show a refusal after which the same is asked again."""
        for text in (error.what, error.todo):
            self.prompts.tell(sentence(text, error, self.wording))

    def ask(self, question: str, text: str, *, secret: bool = False, **details: object) -> str:
        """Ask a question in the language of the station."""
        return self.prompts.ask(question, self.wording(text).format(**details), secret=secret)

    def ask_reason(self, question: str, shown: str) -> str:
        """Ask why, with a text in the language of the station, again until something is said."""
        while not (reason := self.prompts.ask(question, shown).strip()):
            self.tell("It is empty. Say why in a few words.")
        return reason

    def listed(self, words: Iterable[str]) -> str:
        """Put words one after another as the language of the station does."""
        return self.wording(", ").join(words)

    @contextmanager
    def station(self) -> Iterator[Station]:
        """Open the station of the home; asks its passphrase where there is no system vault."""
        with open_station(self.home, self.passphrase) as station:
            try:
                yield station
            finally:
                station.remember_on_media()

    def passphrase(self) -> str:
        """Ask the station's passphrase."""
        return self.ask("station.passphrase", "The station's passphrase", secret=True)


def tell_bidders(context: Context, names: Sequence[str]) -> None:
    """Show bidders as they were read, before anybody confirms anything: how many, and each on a line."""
    context.tell("Bidders as read: {count}", count=len(names))
    for number, name in enumerate(names, 1):
        context.prompts.tell(f"  {number}  {name}")


def choose(context: Context, people: Sequence[Identity], question: str, role: Role) -> Identity:
    """Return the one of `people` who is meant: the only one, or the one whose name is given.

    Raises:
        UnknownNameError: where nobody of them has that name.
    """
    if len(people) == 1:
        return people[0]
    known = by_name(people)
    names = context.listed(known)
    name = context.ask(question, "Name of the {role} ({names})", role=context.wording(role.value), names=names)
    return named(known, name, role.value)


def unlock(
    context: Context,
    station: Station,
    role: Role,
    question: str | None = None,
    *,
    but: Identity | None = None,
    restarting: list[UsedMedium] | None = None,
) -> PrivateIdentity:
    """Let one person of a role unlock their key; questions are `ROLE` (who, where several are) and `ROLE.pin`.

    Args:
        context: the call.
        station: the open station.
        role: the role that is needed.
        question: another stem than the role for the questions' ids.
        but: somebody who is there already and can't be this one too.
        restarting: takes the medium that was unlocked, which then isn't asked whether the station went back.

    Raises:
        NobodyError, UnknownNameError: where there is no such person.
        WrongSecretError, LockedOutError: where the PIN isn't theirs.
    """
    stem = question or role.value
    people = people_with(station, role)
    others = [identity for identity in people if but is None or identity.keyid != but.keyid]
    if not others:
        raise NobodyError(role=role.value)
    return unlock_person(context, station, choose(context, others, stem, role), stem, restarting)


def unlock_person(
    context: Context,
    station: Station,
    identity: Identity,
    question: str | None = None,
    restarting: list[UsedMedium] | None = None,
) -> PrivateIdentity:
    """Let this one person unlock their key; the question is `ROLE.pin`, or another stem's.

    Raises:
        PersonEndedError: where their rights were ended.
        WrongSecretError, LockedOutError: where the PIN isn't theirs.
    """
    stem = question or identity.role.value
    station.people.require_active(identity.person)
    if not station.people.has_keys(identity.person):
        return _unlock_medium(context, station, identity, stem, restarting)
    pin = context.ask(
        f"{stem}.pin",
        "PIN of {role} {name}",
        secret=True,
        role=context.wording(identity.role.value),
        name=identity.name,
    )
    return station.people.unlock(identity.person, pin)


def _unlock_medium(
    context: Context, station: Station, identity: Identity, stem: str, restarting: list[UsedMedium] | None
) -> PrivateIdentity:
    """Unlock an identity whose keys live on a removable medium; questions `STEM.medium` and `STEM.passphrase`."""
    folder = context.ask(f"{stem}.medium", "Folder of the medium with the keys of {name}", name=identity.name)
    medium = open_medium(Path(folder.strip()), identity)
    if restarting is not None:
        private = medium.unlock(context.ask(f"{stem}.passphrase", _PASSPHRASE_OF, secret=True, name=identity.name))
        restarting.append(UsedMedium(medium, private))
        return private
    head = head_of(station.settings.station, station.journal)
    restarted = is_restarted(medium, head, station.journal)
    if restarted:
        text = "This station was restored and started anew by two people since. Accept it on the medium of {name}?"
        agree(context.prompts, f"{stem}.incarnation", context.wording(text).format(name=identity.name))
    private = medium.unlock(context.ask(f"{stem}.passphrase", _PASSPHRASE_OF, secret=True, name=identity.name))
    if restarted:
        medium.accept_incarnation(head, private)
    else:
        medium.remember(head, private)
    station.media.append(UsedMedium(medium, private))
    return private
