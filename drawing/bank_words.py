"""The columns of few different texts (standing, dates, languages, former employers) and the lists of specialties.

A text is looked at once and remembered when nothing is found in it.  What a column gives is ready for the row: the
word, the date as 2026-03-01, the codes ascending with commas between.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from drawing.bank_columns import clean_text, skeleton
from drawing.bank_report import Findings
from drawing.expert import BETWEEN_CODES, BETWEEN_NAMES, Language, Standing
from drawing.specialty import is_code

MOST_SPECIALTIES: Final = 64

STANDING_WORDS: Final[dict[str, Standing]] = {
    "": Standing.NORMAL,
    **dict.fromkeys(("正常", "在库", "可用", "有效", "启用", "normal"), Standing.NORMAL),
    **dict.fromkeys(("观察", "关注", "重点关注", "预警", "watched"), Standing.WATCHED),
    **dict.fromkeys(("暂停", "暂停抽取", "停用", "suspended"), Standing.SUSPENDED),
    **dict.fromkeys(("移出", "出库", "退库", "清退", "除名", "注销", "removed"), Standing.REMOVED),
    **dict.fromkeys(("黑名单", "列入黑名单", "禁入", "blacklisted"), Standing.BLACKLISTED),
}
LANGUAGE_WORDS: Final[dict[str, Language]] = {
    "": Language.CHINESE,
    **dict.fromkeys(("中文", "汉语", "普通话", "国语", "zh", "chinese"), Language.CHINESE),
    **dict.fromkeys(("英文", "英语", "en", "english"), Language.ENGLISH),
}
_DATE = re.compile(
    r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_MIDNIGHT = re.compile(r"[ T]00:00(?::00)?$")
_LISTS = re.compile(r"[、;；,，\r\n\t]+")
_OTHER_SEPARATORS = (",", ";", "；", "，", " ", "\u3000", "\n", "\r", "\t", "/", "|")
_SEPARATOR = "、"
_SEPARATORS = re.compile("[" + "".join(map(re.escape, (_SEPARATOR, *_OTHER_SEPARATORS))) + "]+")
_CELL_END = "\x1f"


class Memo:
    """Looks at each different text of a column once, where few differ; what gave rise to a finding is never kept."""

    def __init__(self, parse: Callable[[str, int, Findings], str], most: int = 65536) -> None:
        self._parse = parse
        self._most = most
        self._known: dict[str, str] = {}

    def check(self, cells: Sequence[str], lines: Sequence[int], findings: Findings) -> Sequence[str]:
        """Return what `parse` makes of each cell."""
        known = self._known
        try:
            return list(map(known.__getitem__, cells))
        except KeyError:
            self._learn(set(cells))
        return [
            known[cell] if cell in known else self._parse(cell, line, findings)
            for cell, line in zip(cells, lines, strict=True)
        ]

    def _learn(self, cells: set[str]) -> None:
        if len(self._known) > self._most:
            self._known.clear()
        unsaid = Findings()
        for cell in cells.difference(self._known):
            before = unsaid.total
            found = self._parse(cell, 0, unsaid)
            if unsaid.total == before:
                self._known[cell] = found


def parse_standing(cell: str, line: int, findings: Findings) -> str:
    """Return the standing that a word stands for; an empty cell is normal."""
    standing = STANDING_WORDS.get(_word(cell))
    if standing is None:
        findings.problem(line, "standing", "standing_unknown", value=cell)
        return Standing.NORMAL.value
    return standing.value


def parse_language(cell: str, line: int, findings: Findings) -> str:
    """Return the language that a word stands for; an empty cell is Chinese."""
    language = LANGUAGE_WORDS.get(_word(cell))
    if language is None:
        findings.problem(line, "language", "language_unknown", value=cell)
        return Language.CHINESE.value
    return language.value


def _word(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip().casefold()


def parse_date(cell: str, line: int, findings: Findings) -> str:
    """Return a date as 2026-03-01, or an empty text; read from 2026-03-01, 2026/3/1, 2026年3月1日 or 20260301."""
    text = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", cell).strip())
    if not text:
        return ""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        year, month, day = (int(part) for part in found.groups() if part)
        return date(year, month, day).isoformat()
    except ValueError:
        findings.problem(line, "suspended_until", "date_form", value=cell)
        return ""


def parse_former(cell: str, line: int, findings: Findings) -> str:
    """Return the names of a list with `、` between, each once, in the order of the cell."""
    names = [clean_text(part, line, "former_employers", 200, findings) for part in _LISTS.split(cell)]
    return BETWEEN_NAMES.join(dict.fromkeys(filter(None, names)))


class SpecialtyColumn:
    """Reads lists of specialty codes, whatever stands between them, and gathers the codes that there are."""

    def __init__(self) -> None:
        self.codes: set[str] = set()

    def check(self, cells: Sequence[str], lines: Sequence[int], findings: Findings) -> Sequence[str]:
        """Return each cell's codes ascending, a comma between."""
        joined = _CELL_END.join(cells)
        for separator in _OTHER_SEPARATORS:
            if separator in joined:
                joined = joined.replace(separator, _SEPARATOR)
        plain = joined.split(_CELL_END)
        if len(plain) != len(cells):
            plain = list(cells)
        codes, parse = self.codes, self._parse
        return [cell if cell in codes else parse(cell, line, findings) for cell, line in zip(plain, lines, strict=True)]

    def _parse(self, cell: str, line: int, findings: Findings) -> str:
        parts = cell.split(_SEPARATOR)
        if not self.codes.issuperset(parts):
            parts = [self._clean(part, line, findings) for part in _SEPARATORS.split(cell) if part]
            if not parts:
                findings.problem(line, "specialties", "specialties_missing")
        if len(parts) > MOST_SPECIALTIES:
            findings.problem(line, "specialties", "specialties_many", limit=MOST_SPECIALTIES)
        return BETWEEN_CODES.join(sorted(set(parts)))

    def _clean(self, part: str, line: int, findings: Findings) -> str:
        if part in self.codes:
            return part
        code = unicodedata.normalize("NFKC", part).strip().upper()
        if not is_code(code):
            kind = "specialty_lookalike" if is_code(skeleton(code)) else "specialty_form"
            findings.problem(line, "specialties", kind, value=part)
            return code
        if code != part:
            findings.warning(line, "specialties", "specialty_rewritten")
        self.codes.add(code)
        return code
