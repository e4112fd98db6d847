"""What is shown of a bank file before it is taken over."""

from dataclasses import dataclass

from vault.errors import FengqianError
from vault.ids import PersonId

Who = tuple[PersonId, str]


@dataclass(frozen=True, slots=True)
class ImportView:
    """A file that was read: its columns, the report row by row, what changes, and who may accept it.

    `problem` is why it wasn't checked at all; `columns` says for each field that is known under which header it stands.
    """

    name: str
    header: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    report: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    rows: int = 0
    bad: int = 0
    may_accept: bool = False
    problem: FengqianError | None = None
    keepers: tuple[Who, ...] = ()
    supervisors: tuple[Who, ...] = ()
