"""Wording for texts that are put together before they reach it: the details of an error, the places of a report.

`longer than 4096 bytes` stands in no catalogue, but `longer than {0} bytes` does.  A text that the catalogue doesn't
have is compared with those templates, those with most words of their own first; what fills them is worded in turn.
A list with commas between (`operator, supervisor`) is worded word by word, where the catalogue has each; numbers of
slots stand as they are.
Anything else comes back as it is.
"""

import re
import string
from collections.abc import Callable, Sequence
from functools import cache

Wording = Callable[[str], str]

_LONGEST = 2000
_BETWEEN, _COMMA = ", ", "、"
_SLOT = re.compile("R?[0-9]+")


def with_composed(exact: Wording, templates: Callable[[], Sequence[tuple[str, str]]]) -> Wording:
    """Return a wording that also knows composed texts; `exact` gives a text back where it doesn't know it.

    The templates are asked for once, when a text comes that `exact` doesn't know: most runs see none.
    """

    @cache
    def forms() -> list[tuple[re.Pattern[str], str]]:
        return [(_pattern(template), said) for template, said in sorted(templates(), key=_own_words)]

    def worded(text: str) -> str:
        # for an empty text a catalogue gives its own head
        found = exact(text) if text else text
        if found != text or not text or len(text) > _LONGEST:
            return found
        for pattern, said in forms():
            match = pattern.fullmatch(text)
            if match is not None:
                return said.format(*(worded(part) for part in match.groups()))
        return _listed(text, exact)

    return worded


def _listed(text: str, exact: Wording) -> str:
    words = text.split(_BETWEEN)
    said = [word if _SLOT.fullmatch(word) else exact(word) for word in words]
    known = all(one != word or _SLOT.fullmatch(word) for one, word in zip(said, words, strict=True))
    return _COMMA.join(said) if len(words) > 1 and known else text


def _pattern(template: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(template)
    return re.compile("".join(re.escape(own) + ("(.+?)" if name is not None else "") for own, name, _, _ in parts))


def _own_words(pair: tuple[str, str]) -> tuple[int, str]:
    own = "".join(text for text, _, _, _ in string.Formatter().parse(pair[0]))
    return (-len(own), pair[0])
