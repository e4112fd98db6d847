"""The bank to look at: which rows match, and some of them at a time; never the whole bank in memory.

`matching` gives the keys of the rows of a version in the order in which they lie, by specialty; `rows` reads those of a
few keys.  A search reads every row's bytes once; a specialty comes from its index.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Engine

from drawing.bankstore import BankVersion
from drawing.expert import BETWEEN_CODES, Expert, experts_of
from drawing.specialty import is_code, parents, range_of

_IN_VERSION = "r.since <= ? AND (r.until IS NULL OR r.until > ?)"
_AT_ONCE = 20_000


class BankBrowse:
    """One version of the bank in a database."""

    def __init__(self, engine: Engine, version: BankVersion) -> None:
        self._engine, self.version = engine, version

    def matching(
        self, prefix: str = "", text: str = "", fits: Callable[[Expert], bool] | None = None
    ) -> "Iterator[array[int]]":
        """Give the keys of the matching rows, 20,000 looked at or fewer at a time.

        Args:
            prefix: a specialty code whose experts alone are wanted; empty for all.
            text: what the row must hold, as it is written there; empty for all.
            fits: asked of each expert that holds the text.

        Raises:
            ValueError: where the prefix isn't a specialty code.
        """
        where, given = [_IN_VERSION], list[object]((self.version.number, self.version.number))
        if prefix:
            if not is_code(prefix):
                raise ValueError("a prefix that isn't a specialty code")
            where.append("r.key IN (SELECT key FROM drawing_bank_specialty WHERE code >= ? AND code < ?)")
            given += range_of(prefix)
        if text:
            where.append("instr(r.row, ?) > 0")
            given.append(text.encode("utf-8"))
        wanted = "r.key, r.row" if fits else "r.key"
        statement = f"SELECT {wanted} FROM drawing_bank_row r WHERE {' AND '.join(where)} ORDER BY r.key"  # noqa: S608 - constants
        with self._engine.connect() as connection:
            for part in connection.exec_driver_sql(statement, tuple(given)).partitions(_AT_ONCE):
                if fits is None:
                    yield array("q", [row[0] for row in part])
                else:
                    experts = experts_of([row[1] for row in part])
                    yield array("q", [row[0] for row, one in zip(part, experts, strict=True) if fits(one)])

    def rows(self, keys: Sequence[int]) -> tuple[Expert, ...]:
        """Return the experts of these keys, in the order of the keys."""
        marks = ",".join("?" * len(keys))
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(
                f"SELECT key, row FROM drawing_bank_row WHERE key IN ({marks})",  # noqa: S608 - marks alone
                tuple(keys),
            ).all()
        by_key = dict(zip([row[0] for row in found], experts_of([row[1] for row in found]), strict=True))
        return tuple(by_key[key] for key in keys)

    def specialties(self) -> Iterator[tuple[str, int]]:
        """Give how many experts have a specialty under each code, those above too, each as soon as it is complete."""
        people: dict[str, set[int]] = {}
        with self._engine.connect() as connection:
            ended = {
                int(row[0])
                for row in connection.exec_driver_sql(
                    f"SELECT r.key FROM drawing_bank_row r WHERE NOT ({_IN_VERSION})",  # noqa: S608 - a constant
                    (self.version.number, self.version.number),
                )
            }
            found = connection.exec_driver_sql(
                "SELECT code, group_concat(key) FROM drawing_bank_specialty GROUP BY code ORDER BY code"
            )
            for code, listed in found:
                keys = set(map(int, listed.split(",")))
                keys -= ended
                for above in [one for one in people if not code.startswith(one)]:
                    yield above, len(people.pop(above))
                for one in (*parents(code), code):
                    people.setdefault(one, set()).update(keys)
        yield from ((one, len(keys)) for one, keys in people.items())


def codes_of(expert: Expert) -> str:
    """Return an expert's specialties as they are written in the bank."""
    return BETWEEN_CODES.join(expert.specialties)
