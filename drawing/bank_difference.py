"""What changed between two versions of a bank: who came, who went, and whose fields read otherwise.

Keeper and supervisor accept a new version over exactly this list; its digest stands in their acceptance.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Final

from drawing.bank import Bank
from drawing.expert import Expert, expert_of
from vault import jsontext
from vault.suite import digest, netstring, sha256

Wording = Callable[[str], str]

LISTED: Final = 500


@dataclass(frozen=True, slots=True)
class ExpertChange:
    """One expert who is in both versions with different rows; `fields` in the order of `Expert`."""

    id: str
    fields: tuple[str, ...]
    before: bytes
    after: bytes

    def __repr__(self) -> str:
        """Show the fields and nothing of whom."""
        return f"ExpertChange({', '.join(self.fields)})"


@dataclass(frozen=True, slots=True, repr=False)
class BankDifference:
    """Ids that came and went, and changed rows, each ascending by id, between two roots."""

    old_root: bytes
    new_root: bytes
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[ExpertChange, ...]

    @property
    def changed_fields(self) -> dict[str, int]:
        """Count the changed experts by field, in the order of `Expert`'s fields."""
        counts = dict.fromkeys(_FIELDS, 0)
        for change in self.changed:
            for field in change.fields:
                counts[field] += 1
        return {field: count for field, count in counts.items() if count}

    def to_json(self) -> jsontext.JsonValue:
        """Return the counts and a digest of the whole list, without any id."""
        return {
            "v": 1,
            "old_root": self.old_root.hex(),
            "new_root": self.new_root.hex(),
            "added": len(self.added),
            "removed": len(self.removed),
            "changed": len(self.changed),
            "changed_fields": self.changed_fields,
            "list_digest": self._list_digest().hex(),
        }

    def _list_digest(self) -> bytes:
        lists = (self.added, self.removed, tuple(change.id for change in self.changed))
        parts = (b"".join(netstring(id_.encode("utf-8")) for id_ in ids) for ids in lists)
        rows = b"".join(sha256(change.before) + sha256(change.after) for change in self.changed)
        return digest("bank-difference-list", *parts, rows)

    @property
    def digest(self) -> bytes:
        """Return the 32-byte digest of `to_json`, which an acceptance names."""
        return digest("bank-difference", jsontext.dumps(self.to_json()))


_FIELDS: Final = tuple(field.name for field in fields(Expert))


def differences(old: Bank, new: Bank) -> BankDifference:
    """Compare two versions of a bank."""
    before = dict(zip(old.ids, old.rows, strict=True))
    added = tuple(id_ for id_ in new.ids if id_ not in before)
    now = dict(zip(new.ids, new.rows, strict=True))
    removed = tuple(id_ for id_ in old.ids if id_ not in now)
    changed = tuple(_change(id_, before[id_], row) for id_, row in now.items() if id_ in before and before[id_] != row)
    return BankDifference(old.root, new.root, added, removed, changed)


def _change(id_: str, before: bytes, after: bytes) -> ExpertChange:
    one, other = expert_of(before), expert_of(after)
    names = tuple(name for name in _FIELDS if getattr(one, name) != getattr(other, name))
    return ExpertChange(id_, names, before, after)


def difference_lines(difference: BankDifference, wording: Wording) -> Iterator[str]:
    """Write the difference as lines of text: counts, counts by field, then the ids, the first 500 of each kind."""
    yield wording("{added} experts added, {removed} removed, {changed} changed.").format(
        added=len(difference.added), removed=len(difference.removed), changed=len(difference.changed)
    )
    for field, count in difference.changed_fields.items():
        yield "  " + wording("{name}: {text}").format(name=wording(field), text=count)
    changed = tuple(
        wording("{name}: {text}").format(name=change.id, text=wording(", ").join(map(wording, change.fields)))
        for change in difference.changed
    )
    for title, items in (
        (wording("Added"), difference.added),
        (wording("Removed"), difference.removed),
        (wording("Changed"), changed),
    ):
        yield from _listed(title, items, wording)


def _listed(title: str, items: tuple[str, ...], wording: Wording) -> Iterator[str]:
    if items:
        yield wording("{name}: {text}").format(name=title, text=len(items))
    for item in items[:LISTED]:
        yield f"  {item}"
    if len(items) > LISTED:
        yield "  " + wording("… and {count} more").format(count=len(items) - LISTED)
