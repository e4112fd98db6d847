"""Specialties as a tree of codes: `A` holds `A08`, which holds `A0803`.

A code is one capital letter and then pairs of digits, at most four pairs.  A code covers itself and everything below
it, and nothing that merely begins alike: there is no code between `A` and `A08`.  The names come from outside as data.
"""

import re
from collections.abc import Iterable, Mapping

from vault.errors import MalformedRecordError
from vault.jsontext import JsonValue

CODE_PATTERN = r"[A-Z](?:[0-9]{2}){0,4}"
_CODE = re.compile(CODE_PATTERN)


def is_code(text: str) -> bool:
    """Say whether `text` is written as a specialty code."""
    return _CODE.fullmatch(text) is not None


def covers(code: str, prefix: str) -> bool:
    """Say whether the specialty `code` is `prefix` or lies below it; `prefix` must itself be a code."""
    return is_code(prefix) and code.startswith(prefix)


def parents(code: str) -> tuple[str, ...]:
    """Return the codes above `code`, the widest first: `A0803` gives `A`, `A08`."""
    return tuple(code[:length] for length in range(1, len(code), 2))


def range_of(prefix: str) -> tuple[str, str]:
    """Return the half-open range of texts that holds exactly `prefix` and the codes below it."""
    return prefix, prefix + ":"


class SpecialtyTree:
    """The known codes with their names; a code that has no name of its own may stand under one that has."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(sorted(names.items()))

    @classmethod
    def of(cls, value: JsonValue) -> "SpecialtyTree":
        """Read the tree from parsed JSON: an object from code to name.

        Raises:
            MalformedRecordError: where a key isn't a code, a name isn't a text, or a code's parent is missing.
        """
        if not isinstance(value, Mapping):
            raise MalformedRecordError(where="$", problem="not an object")
        for code, name in value.items():
            if not is_code(code) or not isinstance(name, str) or not name:
                raise MalformedRecordError(where=f"$.{code}", problem="not a specialty code with its name")
            for parent in parents(code):
                if parent not in value:
                    raise MalformedRecordError(where=f"$.{code}", problem=f"the code above it, {parent}, is missing")
        return cls({code: str(name) for code, name in value.items()})

    def __contains__(self, code: str) -> bool:
        return code in self._names

    def __len__(self) -> int:
        return len(self._names)

    def name(self, code: str) -> str:
        """Return the name of `code`, or the code itself where the tree doesn't know it."""
        return self._names.get(code, code)

    def path(self, code: str) -> tuple[str, ...]:
        """Return the names from the widest specialty down to `code`."""
        return tuple(self.name(step) for step in (*parents(code), code))

    def below(self, prefix: str) -> tuple[str, ...]:
        """Return the known codes that `prefix` covers, ascending."""
        return tuple(code for code in self._names if covers(code, prefix))

    def unknown(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return those of `codes` that the tree doesn't know, ascending."""
        return tuple(sorted({code for code in codes if code not in self._names}))
