"""What a call says: an editable template, filled with one meeting's date, times, place and length.

The message never names the project, a bidder or a person: a template has no field for them and is refused where it
asks for one, and the finished text is searched for the names that the caller passes in.  Order: parse (form, parts,
fields), render (values as spoken), search.  The form stands in `docs/formats/call-template.md`; the texts of the house
lie with the resources and are passed in.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from drawing.notice import spoken
from drawing.notice.errors import ForbiddenFieldError, MessageRevealsError, NotSpeakableError, TemplateError
from drawing.notice.keypad import Prompt
from drawing.notice.spoken import Language

FIELDS = frozenset({"date", "time", "arrive", "place", "hours", "caller", "attend_key", "decline_key", "replay_key"})
MESSAGE_NEEDS = ("date", "arrive", "place", "hours", "attend_key", "decline_key")
CONFIRM_NEEDS = {Prompt.CONFIRM_ATTENDS: "attend_key", Prompt.CONFIRM_DECLINES: "decline_key"}
CHINA: tzinfo = timezone(timedelta(hours=8), "Asia/Shanghai")
LONGEST_TEMPLATE = 20_000
LONGEST_PART = 600
LONGEST_VALUE = 120

_FORBIDDEN = re.compile(
    r"project|lot|bid|tender|owner|budget|trade|quota|name|expert|person|phone|number|id|employer|specialty|recus"
    r"|项目|标段|投标|招标|预算|专家|姓名|电话|单位|身份|编号|专业|回避"
)
_KEYS = {
    Language.ZH: {"attend_key": "一", "decline_key": "二", "replay_key": "星号键"},
    Language.EN: {"attend_key": "one", "decline_key": "two", "replay_key": "star"},
}


@dataclass(frozen=True, slots=True)
class CallTemplate:
    """The texts of a call in one language, one a prompt, fields still in braces."""

    language: Language
    parts: Mapping[Prompt, str]


@dataclass(frozen=True, slots=True)
class MeetingNotice:
    """What a call may tell: begin, arrival (aware times), place, length in hours as a decimal text, who calls."""

    start: datetime
    arrive: datetime
    place: str
    hours: str
    caller: str


def parse_template(text: bytes, language: Language) -> CallTemplate:
    """Read a template as people edit it.

    Raises:
        TemplateError: where the form is broken, a part is missing, unknown, empty, twice there or too long, or a field
            is unknown, or one that the message needs is missing.
        ForbiddenFieldError: where a field would speak of project, bidder or person.
    """
    parts: dict[Prompt, tuple[int, list[str]]] = {}
    current: list[str] | None = None
    for line, raw in enumerate(_lines(text), start=1):
        content = raw.strip()
        if not content or content.startswith("#"):
            continue
        if content.startswith("["):
            part = _part(content, line)
            if part in parts:
                raise TemplateError(line=line, problem=f"the part [{part}] stands there twice")
            current = []
            parts[part] = (line, current)
            continue
        if current is None:
            raise TemplateError(line=line, problem="text before the first part")
        _check_fields(content, line)
        current.append(content)
    joint = "" if language is Language.ZH else " "
    return CallTemplate(language, {part: _whole(part, parts, joint) for part in Prompt})


def _lines(text: bytes) -> list[str]:
    if len(text) > LONGEST_TEMPLATE:
        raise TemplateError(line=1, problem=f"longer than {LONGEST_TEMPLATE} bytes")
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        raise TemplateError(line=line, problem="not UTF-8") from error
    for line, content in enumerate(decoded.split("\n"), start=1):
        if any(
            unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") for char in content.strip("\r").replace("\t", " ")
        ):
            raise TemplateError(line=line, problem="a character that nobody can see")
    return decoded.split("\n")


def _part(content: str, line: int) -> Prompt:
    name = content[1:-1].strip() if content.endswith("]") else ""
    if name not in tuple(Prompt):
        raise TemplateError(line=line, problem="not a part; the parts are " + ", ".join(Prompt))
    return Prompt(name)


def _fields(content: str, line: int) -> list[str]:
    """Return the fields of a line; braces that aren't a field are refused."""
    rest = re.sub(r"\{[^{}]*\}", "", content)
    if "{" in rest or "}" in rest:
        raise TemplateError(line=line, problem="a brace without its partner")
    return re.findall(r"\{([^{}]*)\}", content)


def _check_fields(content: str, line: int) -> None:
    for field in _fields(content, line):
        if field in FIELDS:
            continue
        if _FORBIDDEN.search(field.lower()):
            raise ForbiddenFieldError(field=field[:40], line=line)
        raise TemplateError(
            line=line, problem=f"no such field: {field[:40]}; the fields are " + ", ".join(sorted(FIELDS))
        )


def _whole(part: Prompt, parts: Mapping[Prompt, tuple[int, list[str]]], joint: str) -> str:
    if part not in parts:
        raise TemplateError(line=1, problem=f"the part [{part}] is missing")
    line, lines = parts[part]
    whole = joint.join(lines)
    if not whole:
        raise TemplateError(line=line, problem=f"the part [{part}] is empty")
    if len(whole) > LONGEST_PART:
        raise TemplateError(line=line, problem=f"the part [{part}] is longer than {LONGEST_PART} characters")
    needed = MESSAGE_NEEDS if part is Prompt.MESSAGE else tuple(filter(None, (CONFIRM_NEEDS.get(part),)))
    missing = [field for field in needed if f"{{{field}}}" not in whole]
    if missing:
        raise TemplateError(line=line, problem=f"the part [{part}] lacks the field {missing[0]}")
    return whole


def render_prompts(
    template: CallTemplate, notice: MeetingNotice, *, never: Sequence[str] = (), zone: tzinfo = CHINA
) -> dict[Prompt, str]:
    """Return the text of each prompt, ready for the voice; `never` holds the names no call may speak.

    Raises:
        NotSpeakableError: where a value is empty, too long or can't be said, or the arrival lies after the begin.
        MessageRevealsError: where one of `never` stands in a text.
    """
    values = _values(notice, template.language, zone)
    as_written = {**values, "place": notice.place, "caller": notice.caller}
    texts = {}
    for part in Prompt:
        for filled in (as_written, values):
            _refuse_names(_fill(template.parts[part], filled), part, never)
        texts[part] = _fill(template.parts[part], values)
    return texts


def _values(notice: MeetingNotice, language: Language, zone: tzinfo) -> dict[str, str]:
    if notice.start.tzinfo is None or notice.arrive.tzinfo is None:
        raise NotSpeakableError(field="time", problem="a time without a zone")
    if notice.arrive > notice.start:
        raise NotSpeakableError(field="arrive", problem="the arrival lies after the begin")
    start, arrive = notice.start.astimezone(zone), notice.arrive.astimezone(zone)
    arrival = spoken.TIME[language](arrive.time())
    if arrive.date() != start.date():
        pause = "，" if language is Language.ZH else ", "
        arrival = spoken.DATE[language](arrive.date()) + pause + arrival
    return {
        "date": spoken.DATE[language](start.date()),
        "time": spoken.TIME[language](start.time()),
        "arrive": arrival,
        "place": _words("place", notice.place, language),
        "hours": spoken.HOURS[language](notice.hours),
        "caller": _words("caller", notice.caller, language),
        **_KEYS[language],
    }


def _words(field: str, text: str, language: Language) -> str:
    if len(text) > LONGEST_VALUE:
        raise NotSpeakableError(field=field, problem=f"longer than {LONGEST_VALUE} characters")
    said = spoken.PLACE[language](text)
    if not any(char.isalnum() for char in said):
        raise NotSpeakableError(field=field, problem="nothing in it can be spoken")
    return said


def _fill(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda found: values[found.group(1)], text)


def _refuse_names(text: str, part: Prompt, never: Sequence[str]) -> None:
    heard = _heard(text)
    for name in never:
        sought = _heard(name)
        if len(sought) > 1 and sought in heard:
            raise MessageRevealsError(part=str(part))


def _heard(text: str) -> str:
    """Fold a text to what the ear keeps of it: no widths, no case, no spaces, no marks."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
