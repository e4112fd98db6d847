"""The label table: who may be drawn, without saying who they are (`docs/formats/pool.md`).

`build_pool` turns judged people into the table, its root and the ids behind its lines; `parse_table` reads a table of
which nothing is believed yet.  Neither knows how people were judged.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from drawing.errors import DrawingError
from drawing.order import keyed_digests
from vault.merkle import leaf_hash, root_of
from vault.suite import hmac_sha256

_LINE = re.compile(r"([0-9a-f]{64}) (?:e ((?:0|[1-9]\d*)(?:,[1-9]\d*)*) ([0-9a-f]{32})|x - -)")


class TableRefusedError(DrawingError):
    """A label table isn't one."""

    code = "drawing.pool.refused"
    what = "The label table is not sound: {problem}."
    todo = "Take the file again from where it came; if it is the same there, the record has been altered."


@dataclass(frozen=True, slots=True)
class Judged:
    """One person in a sought specialty: id in NFC, quotas they can serve (empty: excluded), employer's group key."""

    id: str
    mask: tuple[int, ...]
    employer: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `mask` is empty and `employer` is `-` for an excluded person."""

    label: str
    mask: tuple[int, ...]
    employer: str


@dataclass(frozen=True, slots=True)
class Pool:
    """A built table: its text, its root, the ids in the lines' order; the ids never leave a box."""

    table: str
    root: bytes
    ids: tuple[str, ...] = field(repr=False)


def label_of(salt: bytes, person: str) -> str:
    """Return the label of an id (NFC) under the draw's salt: 64 hex digits."""
    return hmac_sha256(salt, person.encode("utf-8")).hex()


def build_pool(people: Iterable[Judged], salt: bytes) -> Pool:
    """Build the table of judged people under a 32-byte salt, in any order of the people.

    Raises:
        TableRefusedError: where two people have one id.
    """
    employers = _Pseudonyms(salt)
    rows, listed = [], list(people)
    labels = keyed_digests(salt, (person.id.encode("utf-8") for person in listed))
    for person, raw in zip(listed, labels, strict=True):
        label = raw.hex()
        if person.mask:
            rows.append((f"{label} e {_mask_text(person.mask)} {employers.of(person)}", person.id))
        else:
            rows.append((f"{label} x - -", person.id))
    rows.sort()
    lines = [line for line, _ in rows]
    for before, after in itertools.pairwise(lines):
        if before[:64] == after[:64]:
            raise TableRefusedError(problem="a person stands in it twice")
    return Pool("\n".join(lines), table_root(lines), tuple(person for _, person in rows))


def table_root(lines: Sequence[str]) -> bytes:
    """Return the RFC 6962 root over the lines: 32 bytes."""
    return root_of([leaf_hash(line.encode("ascii")) for line in lines])


def parse_table(table: str) -> list[Line]:
    """Read a table's text into its lines.

    Raises:
        TableRefusedError: where a line has another form, or labels don't ascend.
    """
    lines, before = [], ""
    for text in split_table(table):
        line = parse_line(text)
        if line.label <= before:
            raise TableRefusedError(problem="labels don't ascend")
        before = line.label
        lines.append(line)
    return lines


def split_table(table: str) -> list[str]:
    """Return the lines of a table's text."""
    return table.split("\n") if table else []


def parse_line(text: str) -> Line:
    """Read one line.

    Raises:
        TableRefusedError: where it has another form.
    """
    match = _LINE.fullmatch(text)
    if match is None:
        raise TableRefusedError(problem="a line has another form")
    label, mask, employer = match.groups()
    return Line(label, _parse_mask(mask), employer or "-")


def eligible_lines(table: str) -> dict[str, str]:
    """Return the lines of those who may be drawn, by label, in the table's order, unread but for the verdict."""
    return {text[:64]: text for text in split_table(table) if text[65:66] == "e"}


class _Pseudonyms:
    """A draw's pseudonyms of employers, each computed once."""

    def __init__(self, salt: bytes) -> None:
        self._key = hmac_sha256(salt, b"\x01employer")
        self._known: dict[str, str] = {}

    def of(self, person: Judged) -> str:
        if not person.employer:
            return hmac_sha256(self._key, b"p" + person.id.encode("utf-8")).hex()[:32]
        known = self._known.get(person.employer)
        if known is None:
            known = hmac_sha256(self._key, b"e" + person.employer.encode("utf-8")).hex()[:32]
            self._known[person.employer] = known
        return known


_MASKS: dict[tuple[int, ...], str] = {}


def _mask_text(mask: tuple[int, ...]) -> str:
    text = _MASKS.get(mask)
    if text is None:
        text = _MASKS[mask] = ",".join(map(str, mask))
    return text


def _parse_mask(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    mask = tuple(map(int, text.split(",")))
    if list(mask) != sorted(set(mask)):
        raise TableRefusedError(problem="a mask is not ascending")
    return mask
