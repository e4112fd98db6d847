"""Dates, times, numbers and places as a caller would say them, in Chinese and in English.

A voice reads `302` as three hundred and two and `8:30` as it likes; so no figure reaches it.  Numbers of one or two
digits are counted (三楼, floor three), longer ones and those with a leading zero are said digit by digit (三零二), as
room and telephone numbers are.  Pure; times are given in the zone they are to be said in.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum

import cn2an

from drawing.notice.errors import NotSpeakableError


class Language(StrEnum):
    """The languages a call is spoken in."""

    ZH = "zh"
    EN = "en"


_HAN = r"[一-鿿㐀-䶿\U00020000-\U0003ffff〇]"
LONGEST_HOURS = Decimal(24 * 14)

_ZH_WEEKDAYS = "一二三四五六日"
_EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EN_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def zh_number(value: int) -> str:
    """Count in Chinese: 12 → 十二."""
    return str(cn2an.an2cn(value, "low"))


def zh_digits(digits: str) -> str:
    """Say digits one by one: 302 → 三零二."""
    return "".join("零一二三四五六七八九"[int(digit)] for digit in digits)


def zh_date(day: date) -> str:
    """Say a date: 2026-12-01 → 二〇二六年十二月一日，星期二."""
    year = zh_digits(str(day.year)).replace("零", "〇")
    weekday = _ZH_WEEKDAYS[day.weekday()]
    return f"{year}年{zh_number(day.month)}月{zh_number(day.day)}日，星期{weekday}"


def zh_time(moment: time) -> str:
    """Say a time to the minute: 08:30 → 上午八点三十分, 14:00 → 下午两点整, 00:00 → 零点整."""
    hour = moment.hour if moment.hour <= 12 else moment.hour - 12
    spoken_hour = {0: "零", 2: "两"}.get(hour, zh_number(hour))
    return f"{_zh_part_of_day(moment)}{spoken_hour}点{_zh_minutes(moment.minute)}"


def _zh_part_of_day(moment: time) -> str:
    if moment.hour == 0 and moment.minute == 0:
        return ""
    for before, part in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午")):
        if moment.hour < before:
            return part
    return "晚上"


def _zh_minutes(minute: int) -> str:
    if minute == 0:
        return "整"
    return f"零{zh_number(minute)}分" if minute < 10 else f"{zh_number(minute)}分"


def zh_hours(hours: str) -> str:
    """Say a length given in hours as a decimal text: 6 → 六小时, 1.5 → 一个半小时, 0.25 → 十五分钟.

    Raises:
        NotSpeakableError: for anything but a length from one minute to two weeks.
    """
    whole, minutes = _hours_and_minutes(hours)
    number = "两" if whole == 2 else zh_number(whole)
    if minutes == 30:
        return f"{number}个半小时" if whole else "半小时"
    parts = ([f"{number}小时"] if whole else []) + ([f"{zh_number(minutes)}分钟"] if minutes else [])
    return "".join(parts)


def en_number(value: int) -> str:
    """Count in English below a hundred: 42 → forty-two."""
    if value < 20:
        return _EN_SMALL[value]
    tens, ones = divmod(value, 10)
    return _EN_TENS[tens] + (f"-{_EN_SMALL[ones]}" if ones else "")


def en_ordinal(value: int) -> str:
    """Say an ordinal below a hundred: 21 → twenty-first."""
    tens, dash, last = en_number(value).rpartition("-")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return tens + dash + _EN_ORDINALS.get(last, regular)


def en_digits(digits: str) -> str:
    """Say digits one by one: 302 → three zero two."""
    return " ".join(_EN_SMALL[int(digit)] for digit in digits)


def en_date(day: date) -> str:
    """Say a date: 2026-12-01 → Tuesday, the first of December, twenty twenty-six."""
    weekday, month = _EN_WEEKDAYS[day.weekday()], _EN_MONTHS[day.month - 1]
    return f"{weekday}, the {en_ordinal(day.day)} of {month}, {_en_year(day.year)}"


def _en_year(year: int) -> str:
    century, rest = divmod(year, 100)
    if century % 10 == 0 and rest < 10:
        return f"{en_number(century // 10)} thousand" + (f" and {en_number(rest)}" if rest else "")
    if rest == 0:
        return f"{en_number(century)} hundred"
    return f"{en_number(century)} " + (f"oh {en_number(rest)}" if rest < 10 else en_number(rest))


def en_time(moment: time) -> str:
    """Say a time to the minute: 08:30 → eight thirty in the morning, 12:00 → twelve noon, 00:00 → midnight."""
    if moment.minute == 0 and moment.hour in (0, 12):
        return "twelve noon" if moment.hour else "midnight"
    hour = en_number((moment.hour - 1) % 12 + 1)
    part = "in the morning" if moment.hour < 12 else "in the afternoon" if moment.hour < 18 else "in the evening"
    if moment.minute == 0:
        return f"{hour} o'clock {part}"
    minutes = en_number(moment.minute)
    return f"{hour} {'oh ' if moment.minute < 10 else ''}{minutes} {part}"


def en_hours(hours: str) -> str:
    """Say a length given in hours as a decimal text: 6 → six hours, 1.5 → one and a half hours, 0.5 → half an hour.

    Raises:
        NotSpeakableError: as `zh_hours`.
    """
    whole, minutes = _hours_and_minutes(hours)
    if minutes == 30:
        return f"{_en_count(whole)} and a half hours" if whole else "half an hour"
    parts = [f"{_en_count(whole)} hour{'' if whole == 1 else 's'}"] if whole else []
    if minutes:
        parts.append(f"{en_number(minutes)} minute{'' if minutes == 1 else 's'}")
    return " and ".join(parts)


def _en_count(value: int) -> str:
    hundreds, rest = divmod(value, 100)
    if not hundreds:
        return en_number(rest)
    return f"{en_number(hundreds)} hundred" + (f" and {en_number(rest)}" if rest else "")


def _hours_and_minutes(hours: str) -> tuple[int, int]:
    """Split a decimal text of hours into hours and whole minutes, rounded half up."""
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,4})?", hours) is None:
        raise NotSpeakableError(field="hours", problem="not a number of hours as 6 or 1.5")
    try:
        minutes = int((Decimal(hours) * 60).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as error:  # pragma: no cover - the form above leaves none
        raise NotSpeakableError(field="hours", problem="not a number") from error
    if not 0 < minutes <= LONGEST_HOURS * 60:
        raise NotSpeakableError(field="hours", problem="not from one minute to two weeks")
    return divmod(minutes, 60)


def zh_place(text: str) -> str:
    """Say a place with its figures in Chinese: 中心 3 楼 302 → 中心三楼三零二, 12-305 → 十二杠三零五."""
    plain = _plain(text, "，")
    plain = re.sub(r"(?<=\d)-(?=\d)", "杠", plain)
    plain = re.sub(r"(?<=\d)\.(?=\d)", "点", plain)
    plain = plain.replace("#", "号")
    spoken = re.sub(r"\d+", lambda found: _zh_figure(found.group()), plain)
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", spoken).strip("， ")


def _zh_figure(digits: str) -> str:
    return zh_digits(digits) if _is_said_by_digit(digits) else zh_number(int(digits))


def en_place(text: str) -> str:
    """Say a place with its figures in English: Room 302, 3rd floor → Room three zero two, third floor.

    A place that is written in Chinese stays Chinese, figures too; `runs` gives it to the Chinese voice.
    """
    if re.search(_HAN, text):
        return zh_place(text)
    plain = _plain(text, ", ")
    plain = re.sub(r"(?<=\d)-(?=\d)", " dash ", plain)
    plain = re.sub(r"(?<=\d)\.(?=\d)", " point ", plain)
    plain = plain.replace("#", " number ")
    plain = re.sub(r"\b(\d{1,2})(?:st|nd|rd|th)\b", lambda found: en_ordinal(int(found.group(1))), plain)
    spoken = re.sub(r"\d+", lambda found: f" {_en_figure(found.group())} ", plain)
    return re.sub(r" +([,.;:]|$)", r"\1", re.sub(r" +", " ", spoken)).strip(", ")


def _en_figure(digits: str) -> str:
    return en_digits(digits) if _is_said_by_digit(digits) else en_number(int(digits))


def _is_said_by_digit(digits: str) -> bool:
    return len(digits) > 2 or (len(digits) == 2 and digits[0] == "0")


def _plain(text: str, pause: str) -> str:
    """Fold widths and foreign digits, drop what can't be spoken, turn brackets into pauses."""
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(str(unicodedata.decimal(char, char)) for char in folded)
    folded = re.sub(r"[()\[\]{}<>《》【】「」“”\"|/\\]+", pause, folded)
    folded = "".join(char if unicodedata.category(char)[0] not in "CZ" else " " for char in folded)
    return re.sub(r" +", " ", folded).strip()


def runs(text: str, language: Language) -> list[tuple[Language, str]]:
    """Split a text into runs, each for the voice that can read it: Chinese inside English goes to the Chinese voice."""
    if language is Language.ZH:
        return [(Language.ZH, text)]
    parts = re.split(f"({_HAN}(?:[，]|{_HAN})*)", text)
    spoken = [(Language.ZH if index % 2 else Language.EN, part.strip()) for index, part in enumerate(parts)]
    return [(voice, part) for voice, part in spoken if any(char.isalnum() for char in part)]


DATE: Mapping[Language, Callable[[date], str]] = {Language.ZH: zh_date, Language.EN: en_date}
TIME: Mapping[Language, Callable[[time], str]] = {Language.ZH: zh_time, Language.EN: en_time}
HOURS: Mapping[Language, Callable[[str], str]] = {Language.ZH: zh_hours, Language.EN: en_hours}
PLACE: Mapping[Language, Callable[[str], str]] = {Language.ZH: zh_place, Language.EN: en_place}
