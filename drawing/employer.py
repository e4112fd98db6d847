"""Employers' names: one normal form for recusal and the cap, and fuzzy matches that people confirm.

`normal_form` undoes what spellings differ in without being another employer: width (NFKC), case, white space,
brackets, punctuation, and the legal form at the end (有限公司, 有限责任公司, 股份有限公司).  Two names with one
normal form are the same employer to the cap.  Anything looser is only shown: `match_employers` never decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

SIMILAR_FROM = 80.0
_SHORTEST_PART = 4
_NOT_WORDS = re.compile(r"[\W_]+")
_LEGAL_FORM = re.compile(
    r"(?:股份有限责任公司|有限责任公司|股份有限公司|有限公司|责任公司|公司|(?:co)?(?:ltd|limited|inc|llc|corporation|corp))$"
)


@dataclass(frozen=True, slots=True)
class EmployerMatch:
    """One recused name beside one employer of the bank: score 100 where the normal forms are equal."""

    recused: str
    employer: str
    score: float
    is_exact: bool


@lru_cache(maxsize=65536)
def normal_form(name: str) -> str:
    """Return the form in which two spellings of one employer are equal; empty for an empty name."""
    words = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return _LEGAL_FORM.sub("", words) or words


def group_key(employer: str) -> str:
    """Return the key under which the employer cap counts; empty: no employer, which is shared with nobody."""
    return normal_form(employer)


def _score(a: str, b: str, least: float) -> float:
    """Return how alike two normal forms are, 0 to 100; what is under `least` may come as 0.

    A name that holds the whole of the other (a branch, a subsidiary) counts at least 90.
    """
    if not a or not b:
        return 0.0
    if a == b:
        return 100.0
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if len(short) >= _SHORTEST_PART and short in long:
        return max(90.0, fuzz.ratio(a, b))
    return fuzz.ratio(a, b, score_cutoff=least)


def match_employers(
    recused: Sequence[str], employers: Iterable[str], similar_from: float = SIMILAR_FROM
) -> tuple[EmployerMatch, ...]:
    """Set each recused name beside every employer of the same normal form, and beside those that only look alike.

    Exact ones first, then by falling score; nothing is left out for being many.
    """
    spellings: dict[str, set[str]] = {}
    for employer in employers:
        form = normal_form(employer)
        if form:
            spellings.setdefault(form, set()).add(employer)
    forms = sorted(spellings)
    found = []
    for name in dict.fromkeys(recused):
        form = normal_form(name)
        for other in forms:
            score = _score(form, other, similar_from)
            if score >= similar_from:
                found += [EmployerMatch(name, spelling, score, other == form) for spelling in sorted(spellings[other])]
    return tuple(sorted(found, key=lambda match: (not match.is_exact, -match.score, match.recused, match.employer)))


def spellings_of_one(employers: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Return the groups of different spellings that share a normal form, each ascending."""
    groups: dict[str, set[str]] = {}
    for employer in employers:
        groups.setdefault(normal_form(employer), set()).add(employer)
    return tuple(tuple(sorted(group)) for form, group in sorted(groups.items()) if form and len(group) > 1)
