"""The journal as it is read, checked and taken home; on the desk's thread."""

from pathlib import Path
from typing import Final

from app.composition import Station
from app.desktop.journalviews import HeadView, JournalRow, ProofView
from app.desktop.work import Going
from app.folders import read_file
from drawing.desk import preparing
from drawing.signedstep import step_of
from drawing.steps import RecordBrokenError
from vault.files import write_atomic
from vault.journalentry import Entry
from vault.jsontext import JsonValue, dumps
from vault.merkle import leaf_hash, verify_inclusion

_AT_ONCE: Final = 500
_LONGEST: Final = 200


class JournalRoom:
    """One station's journal; nothing here writes an entry."""

    def __init__(self, station: Station) -> None:
        self._station = station

    def rows(self, going: Going) -> tuple[JournalRow, ...]:
        """Return every entry, the oldest first.

        Raises:
            JournalBrokenError: where one can't be read.
        """
        names = {one.keyid: one.name for one in self._station.people.list()}
        names[self._station.identity.keyid] = self._station.settings.centre
        serials = {str(draw): one.serial for draw, one in preparing.draws(self._station.drawing())}
        size, read = self._station.journal.size, []
        for entry in self._station.journal.entries():
            if entry.index % _AT_ONCE == 0:
                going.at(entry.index, size)
            read.append(_row(entry, serials.get(entry.subject, ""), names))
        return tuple(read)

    def check(self, anchor: Path | None) -> HeadView:
        """Read the whole journal against its signed head, and against one that was taken home.

        Raises:
            JournalBrokenError, ForeignHeadError: where it doesn't hold, or isn't this station's head.
        """
        head = self._station.journal.verify(read_file(anchor) if anchor else None)
        return HeadView(head.size, head.root.hex())

    def prove(self, index: int) -> ProofView:
        """Prove that an entry stands in the journal under its head.

        Raises:
            ProofError: where the path doesn't lead to the head.
        """
        journal = self._station.journal
        size, root = journal.size, journal.root()
        entry = next(journal.entries(start=index, limit=1))
        leaf, path = leaf_hash(entry.payload), journal.inclusion(index, size)
        verify_inclusion(leaf, index, size, path, root)
        return ProofView(index, leaf.hex(), len(path), HeadView(size, root.hex()))

    def take_home(self, file: Path) -> HeadView:
        """Check the journal and write its signed head."""
        head = self.check(None)
        write_atomic(file, self._station.journal.checkpoint(), mode=0o644)
        return head

    def export(self, file: Path) -> HeadView:
        """Check the journal and write it with its head to one file."""
        self._station.journal.export(file)
        return HeadView(self._station.journal.size, self._station.journal.root().hex())


def _row(entry: Entry, serial: str, names: dict[str, str]) -> JournalRow:
    try:
        said = step_of(entry)[0].body if entry.kind.startswith("draw.") else entry.body
    except RecordBrokenError:
        said = entry.body  # as it is stored: the journal holds whatever was written
    facts = tuple((key, _shown(value)) for key, value in said.items())
    return JournalRow(
        entry.index, entry.at, entry.kind, serial, tuple(names.get(one, one[:12]) for one in entry.by), facts
    )


def _shown(value: JsonValue) -> str:
    text = value if isinstance(value, str) else dumps(value).decode("utf-8")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
