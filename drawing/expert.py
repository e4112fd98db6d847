"""One expert of the bank, and the bytes that the bank's root commits to.

`row_bytes` writes an expert in one way only: a JSON array of eleven texts in the fixed order of the fields, UTF-8, no
white space, headed by its domain label (docs/formats/bank.md).  `expert_of` reads those bytes and nothing else.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vault.errors import MalformedRecordError

ROW_LABEL = "fengqian/expert/v1"
BETWEEN_NAMES = "、"
BETWEEN_CODES = ","
BETWEEN_TEXTS = '","'
_ROW_START = f'["{ROW_LABEL}","'
_ROW_END = '"]'


class Standing(StrEnum):
    """What the appraisal says of an expert; it decides whether they may be drawn."""

    NORMAL = "normal"
    WATCHED = "watched"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    BLACKLISTED = "blacklisted"


class Language(StrEnum):
    """The language in which an expert is called."""

    CHINESE = "zh"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Expert:
    """A person in the bank; `phone` is digits as text, `employer` may be empty, `specialties` ascend."""

    id: str
    name: str
    phone: str
    employer: str = ""
    former_employers: tuple[str, ...] = ()
    specialties: tuple[str, ...] = ()
    region: str = ""
    standing: Standing = Standing.NORMAL
    suspended_until: date | None = None
    language: Language = Language.CHINESE

    def __repr__(self) -> str:
        """Show that it is an expert and nothing of whom."""
        return "Expert(…)"


STANDINGS = {standing.value: standing for standing in Standing}
LANGUAGES = {language.value: language for language in Language}


def row_bytes(expert: Expert) -> bytes:
    """Return the canonical bytes of one expert, the data of one leaf of the bank's tree.

    Raises:
        ValueError: where a name in a list holds the sign that stands between names.
    """
    if any(BETWEEN_NAMES in name for name in expert.former_employers):
        raise ValueError("a former employer's name with an enumeration comma")
    row = (
        ROW_LABEL,
        expert.id,
        expert.name,
        expert.phone,
        expert.employer,
        BETWEEN_NAMES.join(expert.former_employers),
        BETWEEN_CODES.join(expert.specialties),
        expert.region,
        expert.standing.value,
        expert.suspended_until.isoformat() if expert.suspended_until else "",
        expert.language.value,
    )
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def expert_of(row: bytes) -> Expert:
    """Read one expert from canonical bytes.

    Raises:
        MalformedRecordError: where the bytes aren't what `row_bytes` writes.
    """
    (expert,) = experts_of([row])
    if row_bytes(expert) != row:
        raise MalformedRecordError(where="$", problem="not an expert in the one spelling")
    return expert


def experts_of(rows: Sequence[bytes]) -> Sequence[Expert]:
    """Read many experts from rows that are known to be canonical, many times faster than one by one.

    Raises:
        MalformedRecordError: where a row isn't an expert's at all.
    """
    try:
        return [
            Expert(
                id_,
                name,
                phone,
                employer,
                tuple(former.split(BETWEEN_NAMES)) if former else (),
                tuple(codes.split(BETWEEN_CODES)) if codes else (),
                region,
                STANDINGS[standing],
                date.fromisoformat(until) if until else None,
                LANGUAGES[language],
            )
            for id_, name, phone, employer, former, codes, region, standing, until, language in _texts(rows)
        ]
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise MalformedRecordError(where="$", problem="not an expert") from error


def _texts(rows: Sequence[bytes]) -> list[list[str]]:
    """Take the texts after the label out of each row; rows without escapes need no JSON parser."""
    together = b"\n".join(rows).decode("utf-8")
    if "\\" not in together and together.count("\n") == len(rows) - 1:
        lines = together.split("\n")
        if all(line.startswith(_ROW_START) and line.endswith(_ROW_END) for line in lines):
            return [line[len(_ROW_START) : -len(_ROW_END)].split(BETWEEN_TEXTS) for line in lines]
    parsed: list[list[str]] = json.loads(b"[" + b",".join(rows) + b"]")
    if len(parsed) != len(rows) or any(fields[0] != ROW_LABEL for fields in parsed):
        raise ValueError("not an expert's row")
    return [fields[1:] for fields in parsed]
