"""Words as paper says them: English message ids in, the reader's language out.

A room gets its wording passed in.  `Words.say` translates a message id and fills its fields; `marked` names a message
id that is said elsewhere, so that the collector of messages finds it.  Times come in as aware values and are shown in
China's one time, UTC+8, to the minute or to the second.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import reduce
from typing import Final, Literal

from printing.errors import UnprintableValueError

Wording = Callable[[str], str]
Language = Literal["zh", "en"]

CHINA_TIME: Final = timezone(timedelta(hours=8), "UTC+8")
NONE: Final = "—"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def marked(message: str) -> str:
    """Return `message` as it stands: a message id for `Words.say`."""
    return message


WEEKDAYS: Final = (
    marked("Mon"),
    marked("Tue"),
    marked("Wed"),
    marked("Thu"),
    marked("Fri"),
    marked("Sat"),
    marked("Sun"),
)
ROLES: Final[Mapping[str, str]] = {
    "operator": marked("Operator"),
    "supervisor": marked("Supervisor"),
    "second_supervisor": marked("Second supervisor"),
    "keeper": marked("Bank keeper"),
    "owner": marked("Owner's witness"),
    "admin": marked("Admin"),
    "site_desk": marked("Site desk"),
    "expert": marked("Expert"),
    "auditor": marked("Auditor"),
    "station": marked("Station"),
}
LEVELS: Final[Mapping[str, str]] = {
    "A": marked(
        "The server keeps the codes and the time share; the supervisor signs on a station of their own. "
        "This station can't foresee a round, nor open the list before its time."
    ),
    "B": marked(
        "The codes were made on another machine and are brought one at a time, a code a round. "
        "This station doesn't know the next round beforehand."
    ),
    "C": marked(
        "Everything is on one machine. Its software could foresee the rounds and open the list early; "
        "together with whoever enters dice last, it could steer the draw."
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """A wording and its language, as the documents use them."""

    wording: Wording
    language: Language = "zh"

    def say(self, message: str, **fields: object) -> str:
        """Translate a message id and fill its fields."""
        return self.wording(message).format(**fields)

    def date(self, moment: datetime) -> str:
        """Write the day, with its weekday."""
        here = _here(moment)
        fields = {"year": here.year, "month": here.month, "day": here.day, "month_name": _MONTHS[here.month - 1]}
        return self.say("{day} {month_name} {year} ({weekday})", weekday=self.say(WEEKDAYS[here.weekday()]), **fields)

    def moment(self, moment: datetime, *, seconds: bool = False) -> str:
        """Write the day and the time of day."""
        return self.say("{date} {time}", date=self.date(moment), time=self.time(moment, seconds=seconds))

    def time(self, moment: datetime, *, seconds: bool = True) -> str:
        """Write the time of day, `16:04:37` or `16:04`."""
        return _here(moment).strftime("%H:%M:%S" if seconds else "%H:%M")

    def day_and_time(self, moment: datetime) -> str:
        """Write month, day and time of day to the second, in figures: for columns."""
        return _here(moment).strftime("%m-%d %H:%M:%S")

    def role(self, role: str) -> str:
        """Write a role's code in words; words that aren't a code stand as they are."""
        return self.say(ROLES[role]) if role in ROLES else role

    def level(self, level: str) -> str:
        """Write `Level B`."""
        return self.say("Level {level}", level=level)

    def level_sentence(self, level: str) -> str:
        """Say in a plain sentence what the level means.

        Raises:
            UnprintableValueError: for anything but A, B or C.
        """
        if level not in LEVELS:
            raise UnprintableValueError(field="level", form="A, B or C")
        return self.say(LEVELS[level])

    def people(self, names: Sequence[str]) -> str:
        """List names of people in one phrase."""
        if len(names) < 2:
            return self.listed(names)
        return self.say("{people} and {person}", people=self.listed(names[:-1]), person=names[-1])

    def listed(self, items: Sequence[str]) -> str:
        """List things of one kind in one phrase."""
        return _chained(items, lambda before, item: self.say("{items}, {item}", items=before, item=item))

    def joined(self, *parts: str) -> str:
        """Set peers on one line, leaving out those that are empty."""
        given = [part for part in parts if part]
        return _chained(given, lambda before, part: self.say("{peers}, {peer}", peers=before, peer=part))


def _chained(parts: Sequence[str], add: Callable[[str, str], str]) -> str:
    return reduce(add, parts) if parts else ""


def _here(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise UnprintableValueError(field="time", form="a time with a zone")
    return moment.astimezone(CHINA_TIME)
