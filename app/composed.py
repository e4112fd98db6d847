"""Wording for texts that are put together before they reach it: the details of an error, the places of a report.

`longer than 4096 bytes` stands in no catalogue, but `longer than {0} bytes` does.  A text that the catalogue doesn't
have is compared with those templates, those with most words of their own first; what fills them is worded in turn.
A list of words with commas between (`operator, supervisor`) is worded word by word, where the catalogue has each.
Anything else comes back as it is.
"""

import re
import string
from collections.abc import Callable, Sequence

Wording = Callable[[str], str]

_LONGEST = 2000
_BETWEEN, _COMMA = ", ", "、"


def with_composed(exact: Wording, templates: Sequence[tuple[str, str]]) -> Wording:
    """Return a wording that also knows composed texts; `exact` gives a text back where it doesn't know it."""
    forms = [(_pattern(template), said) for template, said in sorted(templates, key=_own_words)]

    def worded(text: str) -> str:
        found = exact(text)
        if found != text or not text or len(text) > _LONGEST:
            return found
        for pattern, said in forms:
            match = pattern.fullmatch(text)
            if match is not None:
                return said.format(*(worded(part) for part in match.groups()))
        return _listed(text, exact)

    return worded


def _listed(text: str, exact: Wording) -> str:
    words = text.split(_BETWEEN)
    said = [exact(word) for word in words]
    return _COMMA.join(said) if len(words) > 1 and all(map(str.__ne__, words, said)) else text


def _pattern(template: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(template)
    return re.compile("".join(re.escape(own) + ("(.+?)" if name is not None else "") for own, name, _, _ in parts))


def _own_words(pair: tuple[str, str]) -> tuple[int, str]:
    own = "".join(text for text, _, _, _ in string.Formatter().parse(pair[0]))
    return (-len(own), pair[0])
