"""The root of every error of the house, and the families of the ground floor.

An error carries a stable code and three English sentences: what happened, what was kept, what to do.  The sentences
are gettext message ids and `str.format` templates over `details`, of which a tuple is a list of words; only `app`
translates and shows them.  A detail never holds a secret, a name of a drawn expert or a telephone number.
"""

from collections.abc import Mapping
from typing import ClassVar


class FengqianError(Exception):
    """The root: every refusal of the house is one of these."""

    code: ClassVar[str] = "fengqian"
    what: ClassVar[str] = "Something that should not happen has happened."
    kept: ClassVar[str] = "Nothing was changed."
    todo: ClassVar[str] = "Write down the code and ask IT."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(f"{self.code}: {self.what.format_map(_Details(details))}")

    def __reduce__(self) -> tuple[object, ...]:
        # an exception is copied and sent between processes by its arguments, and ours has only details
        return _again, (type(self), self.details)


def _again(kind: type[FengqianError], details: Mapping[str, object]) -> FengqianError:
    return kind(**details)


class _Details(dict[str, object]):
    """Puts commas between the words of a list, and leaves a placeholder without a value as it stands.

    Showing an error can't itself fail.
    """

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        return ", ".join(map(str, value)) if isinstance(value, tuple) else value

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class VaultError(FengqianError):
    """The family of the ground floor."""

    code = "vault"


class MalformedRecordError(VaultError):
    """Bytes from outside don't have the form that their format page gives."""

    code = "vault.record.malformed"
    what = "The record is not in the form it should have: {where}: {problem}."
    todo = "Take the file again from where it came; if it is the same there, ask who made it."
