"""The keys of a call as a pure machine: 1 attends, 2 declines, the same key again confirms, `*` replays.

Order: the message plays; a key chooses; the machine says what was chosen; the same key again confirms, and only that
decides.  Any other key takes the choice back.  A wrong key and silence ask again, each a bounded number of times.
Whoever hangs up has said what they had confirmed, and otherwise nothing.  A key reported twice within `bounce` is one
press.  The machine knows no telephone and no clock: the line tells it what happened and when, and does what it asks.
The rule of two presses is that of the provinces' own terminals.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias


class Outcome(StrEnum):
    """What came of a call."""

    ATTENDS = "attends"
    DECLINES = "declines"
    NO_ANSWER = "no_answer"
    HUNG_UP = "hung_up"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"
    CONGESTED = "congested"
    STOPPED = "stopped"

    @property
    def is_answer(self) -> bool:
        """Say whether the person called gave an answer."""
        return self in (Outcome.ATTENDS, Outcome.DECLINES)


class Prompt(StrEnum):
    """The recordings of a call, by what they are for; the names of a template's parts."""

    MESSAGE = "message"
    CHOICE = "choice"
    WRONG_KEY = "wrong_key"
    CONFIRM_ATTENDS = "confirm_attends"
    CONFIRM_DECLINES = "confirm_declines"
    ATTENDS = "attends"
    DECLINES = "declines"
    NO_ANSWER = "no_answer"


class Effect(StrEnum):
    """What one press did."""

    CHOSE = "chose"
    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken_back"
    REPLAYED = "replayed"
    WRONG = "wrong"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class KeyPress:
    """One press: the key, its time, what it did."""

    key: str
    at: datetime
    effect: Effect


@dataclass(frozen=True, slots=True)
class KeypadPolicy:
    """How often the machine asks again, and what counts as one press.

    `keys` bounds all presses of a call, `bounce` is the time within which the same key is the same press.
    """

    silences: int = 2
    wrong_keys: int = 3
    replays: int = 5
    keys: int = 40
    bounce: timedelta = timedelta(milliseconds=250)


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed: one of `0` to `9`, `*`, `#`, `A` to `D`, or whatever the line took for one."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Silence:
    """What was asked for has been played and nothing came in the time allowed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HangUp:
    """The person called hung up, or the call broke."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TimeUp:
    """The call reached the greatest length allowed."""

    at: datetime


Event: TypeAlias = Key | Silence | HangUp | TimeUp


@dataclass(frozen=True, slots=True)
class Keypad:
    """Where a call stands: what was chosen, what was decided, what is to be played, and every press so far."""

    policy: KeypadPolicy = KeypadPolicy()
    chosen: Outcome | None = None
    outcome: Outcome | None = None
    play: tuple[Prompt, ...] = (Prompt.MESSAGE,)
    presses: tuple[KeyPress, ...] = ()
    silences: int = 0
    wrong_keys: int = 0
    replays: int = 0

    @property
    def is_over(self) -> bool:
        """Say whether the line should play what is left to play and hang up."""
        return self.outcome is not None


CHOICES = {"1": Outcome.ATTENDS, "2": Outcome.DECLINES}
REPLAY = "*"
_CONFIRM = {Outcome.ATTENDS: Prompt.CONFIRM_ATTENDS, Outcome.DECLINES: Prompt.CONFIRM_DECLINES}
_DONE = {Outcome.ATTENDS: Prompt.ATTENDS, Outcome.DECLINES: Prompt.DECLINES}


def step(pad: Keypad, event: Event) -> Keypad:
    """Return where the call stands after `event`; `play` then replaces whatever is being played.

    Never raises; once the call is over, nothing changes it, and an empty `play` leaves the sound as it is.
    """
    if pad.is_over:
        return replace(pad, play=())
    if isinstance(event, Key):
        return _key(pad, event)
    if isinstance(event, Silence):
        return _silence(pad)
    if isinstance(event, HangUp):
        return replace(pad, outcome=Outcome.HUNG_UP, play=())
    return _give_up(pad)


def _key(pad: Keypad, event: Key) -> Keypad:
    if _is_bounce(pad, event):
        bounced = _pressed(pad, event, Effect.BOUNCE)
        return _bounded(replace(bounced, silences=pad.silences, play=()))
    choice = CHOICES.get(event.key)
    if choice is not None and choice is pad.chosen:
        return replace(_pressed(pad, event, Effect.CONFIRMED), outcome=choice, play=(_DONE[choice],))
    if event.key == REPLAY:
        return _bounded(_replay(pad, event))
    if choice is None:
        return _bounded(_wrong(pad, event))
    if pad.chosen is not None:
        return _bounded(replace(_pressed(pad, event, Effect.TAKEN_BACK), chosen=None, play=(Prompt.CHOICE,)))
    return _bounded(replace(_pressed(pad, event, Effect.CHOSE), chosen=choice, play=(_CONFIRM[choice],)))


def _is_bounce(pad: Keypad, event: Key) -> bool:
    if not pad.presses or pad.presses[-1].key != event.key:
        return False
    return timedelta(0) <= event.at - pad.presses[-1].at < pad.policy.bounce


def _pressed(pad: Keypad, event: Key, effect: Effect) -> Keypad:
    return replace(pad, presses=(*pad.presses, KeyPress(event.key, event.at, effect)), silences=0)


def _replay(pad: Keypad, event: Key) -> Keypad:
    replays = pad.replays + 1
    after = replace(_pressed(pad, event, Effect.REPLAYED), chosen=None, replays=replays, play=(Prompt.MESSAGE,))
    return _give_up(after) if replays > pad.policy.replays else after


def _wrong(pad: Keypad, event: Key) -> Keypad:
    wrong = pad.wrong_keys + 1
    after = replace(_pressed(pad, event, Effect.WRONG), chosen=None, wrong_keys=wrong, play=(Prompt.WRONG_KEY,))
    return _give_up(after) if wrong > pad.policy.wrong_keys else after


def _silence(pad: Keypad) -> Keypad:
    silences = pad.silences + 1
    if silences > pad.policy.silences:
        return _give_up(pad)
    unchosen = Prompt.CHOICE if pad.presses else Prompt.MESSAGE
    asked = unchosen if pad.chosen is None else _CONFIRM[pad.chosen]
    return replace(pad, silences=silences, play=(asked,))


def _bounded(pad: Keypad) -> Keypad:
    """End a call in which keys come without end, as from a broken gateway."""
    return pad if pad.is_over or len(pad.presses) < pad.policy.keys else _give_up(pad)


def _give_up(pad: Keypad) -> Keypad:
    return replace(pad, outcome=Outcome.NO_ANSWER, play=(Prompt.NO_ANSWER,))
