"""What a verifier says: one line a check, in order, and the exit code that follows from them.

A line is right, wrong, or wasn't checked because one before it is wrong.  A fact has one value, or several that are
said one after another.  Every sentence is a gettext message id with placeholders; `VerifyReport.texts` fills in
whatever wording it is given (`docs/formats/verify-report.md`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drawing.errors import DrawingError

EXIT_AUTHENTIC, EXIT_WRONG, EXIT_UNAUTHENTICATED = 0, 1, 3

Wording = Callable[[str], str]


class CheckFailedError(DrawingError):
    """A check of the verifier found something wrong.

    `place` and `problem` are templates over the other details.
    """

    code = "drawing.verify.failed"
    what = "{place}: {problem}"
    todo = "Keep the file and show it to the supervising department."

    def __init__(self, place: str, problem: str, **details: object) -> None:
        self.place, self.problem = place, problem
        super().__init__(**{**details, "place": _filled(place, details), "problem": _filled(problem, details)})

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.place, self.problem, self.details)


def _again(place: str, problem: str, details: Mapping[str, object]) -> CheckFailedError:
    rest = {name: value for name, value in details.items() if name not in ("place", "problem")}
    return CheckFailedError(place, problem, **rest)


class State(StrEnum):
    """How a check came out."""

    RIGHT = "ok"
    WRONG = "wrong"
    UNCHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Line:
    """One check: its stable name, how it came out, what it says, and where something is wrong."""

    check: str
    state: State
    text: str
    place: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    def said(self, wording: Wording) -> str:
        """Return what the check says as people read it, with the place where something is wrong before it."""
        problem = self.details.get("problem")
        details = {**self.details, "problem": wording(problem)} if isinstance(problem, str) else self.details
        said = _filled(wording(self.text), details)
        place = _filled(wording(self.place), details)
        return _named(wording, place, said) if place else said

    def shown(self, wording: Wording) -> str:
        """Return the whole line as people read it."""
        return _named(wording, wording(self.state.value), _named(wording, wording(self.check), self.said(wording)))


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody whose key signed: role and name as their statement says, and the fingerprint to compare."""

    role: str
    name: str
    organisation: str
    keyid: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """The whole report; `exit_code` is 0 consistent and authentic, 3 authenticity not checked, 1 wrong."""

    lines: tuple[Line, ...]
    exit_code: int
    signers: tuple[Signer, ...] = ()
    facts: tuple[tuple[str, str | tuple[str, ...]], ...] = field(default=())

    def texts(self, wording: Wording = str) -> Iterator[str]:
        """Give the report's lines as people read them."""
        for line in self.lines:
            yield line.shown(wording)
        for name, value in self.facts:
            values = (value,) if isinstance(value, str) else value
            said = wording(", ").join(wording(one) for one in values)
            yield _named(wording, wording(name), said)
        for signer in self.signers:
            who = wording("{name} ({organisation})").format(name=signer.name, organisation=signer.organisation)
            keyed = _named(wording, wording(signer.role), _named(wording, who, signer.fingerprint))
            yield _named(wording, wording("signed by"), keyed)
        yield wording(_VERDICTS[self.exit_code])


_VERDICTS = {
    EXIT_AUTHENTIC: "Consistent and authentic.",
    EXIT_WRONG: "Wrong.",
    EXIT_UNAUTHENTICATED: "Consistent; authenticity not checked. Compare the signers' fingerprints, or give --keys, "
    "--anchor or --fingerprint.",
}


def _named(wording: Wording, name: str, text: str) -> str:
    return wording("{name}: {text}").format(name=name, text=text)


def _filled(template: str, details: Mapping[str, object]) -> str:
    try:
        return template.format_map(details)
    except (LookupError, ValueError):
        return template
