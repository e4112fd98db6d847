"""The label table: who may be drawn, without saying who they are (`docs/formats/pool.md`).

`build_pool` turns judged people into the table, its root and the ids behind its lines; `parse_table` reads a table of
which nothing is believed yet.  Neither knows how people were judged.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from drawing.errors import DrawingError
from drawing.order import keyed_digests
from vault.merkle import leaf_hashes, root_of
from vault.suite import hmac_sha256

_LINE = re.compile(r"([0-9a-f]{64}) (?:e ((?:0|[1-9][0-9]?)(?:,[1-9][0-9]?)*) ([0-9a-f]{32})|x - -)")
_PSEUDONYM = 32  # hex digits


class TableRefusedError(DrawingError):
    """A label table isn't one."""

    code = "drawing.pool.refused"
    what = "The label table is not sound: {problem}."
    todo = "Take the file again from where it came; if it is the same there, the record has been altered."


@dataclass(frozen=True, slots=True)
class Judged:
    """Everyone in a sought specialty, column by column, in any order but the same in all three.

    Ids in NFC; the quotas each can serve (empty: excluded); the employer's group key, empty for none.
    """

    ids: Sequence[str] = field(repr=False)
    masks: Sequence[tuple[int, ...]] = field(repr=False)
    employers: Sequence[str] = field(repr=False)


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


def build_pool(people: Judged, salt: bytes) -> Pool:
    """Build the table of judged people under a 32-byte salt, in any order of the people.

    Raises:
        TableRefusedError: where two people have one id.
    """
    lines = _lines(people, salt)
    # each begins with a label of its own, so the lines ascend as the labels do
    order = sorted(range(len(lines)), key=lines.__getitem__)
    ascending = [lines[place] for place in order]
    return Pool("\n".join(ascending), table_root(ascending), tuple([people.ids[place] for place in order]))


def table_root(lines: Iterable[str]) -> bytes:
    """Return the RFC 6962 root over the lines: 32 bytes."""
    return root_of(leaf_hashes(map(str.encode, lines)))


def _lines(people: Judged, salt: bytes) -> list[str]:
    """Return everybody's line; each employer's pseudonym is computed once."""
    labels = keyed_digests(salt, map(str.encode, people.ids))
    if len(set(labels)) != len(labels):
        raise TableRefusedError(problem="a person stands in it twice")
    key = hmac_sha256(salt, b"\x01employer")
    heads = {mask: f" e {','.join(map(str, mask))} " for mask in set(people.masks)}
    shared = _pseudonyms(key, set(people.employers))
    return [
        f"{label.hex()}{heads[mask]}{shared[employer] or _pseudonym_alone(key, person)}"
        if mask
        else f"{label.hex()} x - -"
        for label, mask, employer, person in zip(labels, people.masks, people.employers, people.ids, strict=True)
    ]


def _pseudonyms(key: bytes, employers: Collection[str]) -> dict[str, str]:
    """Return each employer's pseudonym, and an empty one for none."""
    digests = keyed_digests(key, (b"e" + employer.encode("utf-8") for employer in employers))
    return {
        employer: digest.hex()[:_PSEUDONYM] if employer else ""
        for employer, digest in zip(employers, digests, strict=True)
    }


def _pseudonym_alone(key: bytes, person: str) -> str:
    """Return the pseudonym of a person without an employer."""
    return hmac_sha256(key, b"p" + person.encode("utf-8")).hex()[:_PSEUDONYM]


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


def _parse_mask(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    mask = tuple(map(int, text.split(",")))
    if list(mask) != sorted(set(mask)):
        raise TableRefusedError(problem="a mask is not ascending")
    return mask
