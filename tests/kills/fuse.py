"""The points at which a program can be cut off, and a fuse that kills it at one of them.

A point is `KIND:ABOUT:WHEN`, counted from 1 as it comes again: before and after each fsync, each atomic replacement,
each commit of a transaction and each job handed to a printer.  The product knows nothing of it: `Fuse.lay` puts itself
around `vault.files.sync`, `os.replace`, `vault.database.commit`, the migration and the printer's `submit` of its own
process.  Besides, it notes what was promised: each entry whose commit has returned, and each job sent.
"""

import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app import composition, printing_out
from drawing.signedstep import step_of
from printing.printers import PrintJob, PrintOutcome
from vault import database, files
from vault.journal import Journal

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_PART = re.compile(r"^\.(.*)\.[^.]+\.part$")


def replaced(owner: Any, name: str, new: Any) -> None:
    """Put something else in the place of a name of this process's own copy of the program."""
    setattr(owner, name, new)


class Fuse:
    """Counts points while it is armed, writes them to `notes`, and kills the process at `target` (`POINT#N`)."""

    def __init__(self, notes: Path, target: str | None) -> None:
        self.armed = False
        self.command = ""
        self._target = target
        self._seen: Counter[str] = Counter()
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._last = "-"
        self._uncommitted: list[tuple[int, str]] = []
        self.bodies: dict[str, Any] = {}

    def note(self, *words: object) -> None:
        """Write a line that survives the process."""
        os.write(self._notes, ("\t".join(map(str, words)) + "\n").encode("utf-8"))

    def pass_by(self, kind: str, about: str, when: str) -> None:
        """Pass a point, or die at it."""
        if not self.armed:
            return
        name = f"{kind}:{_ID.sub('ID', about)}:{when}"
        self._seen[name] += 1
        point = f"{name}#{self._seen[name]}"
        self.note("point", self.command, self._last, point)
        if point == self._target:
            self.note("killed", point)
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, kind: str, about: str, effect: Callable[[], Any]) -> Any:
        """Pass the points before and after an effect."""
        self.pass_by(kind, about, "before")
        result = effect()
        self.pass_by(kind, about, "after")
        return result

    def lay(self) -> None:
        """Put the fuse into this process."""
        self._lay_files()
        self._lay_database()
        self._lay_printer()

    def _lay_files(self) -> None:
        sync, replace = files.sync, os.replace

        def watched_sync(descriptor: int) -> None:
            self.around("sync", _file_of(descriptor), lambda: sync(descriptor))

        def watched_replace(source: Any, target: Any) -> None:
            self.around("replace", Path(target).name, lambda: replace(source, target))

        replaced(files, "sync", watched_sync)
        replaced(os, "replace", watched_replace)

    def _lay_database(self) -> None:
        commit, append, migrate = database.commit, Journal.append, database.migrate

        def watched_commit(connection: Any) -> None:
            kinds = "+".join(dict.fromkeys(kind for _, kind in self._uncommitted)) or "rows"
            self.pass_by("commit", kinds, "before")
            commit(connection)
            for index, kind in self._uncommitted:
                self._last = kind
                self.note("entry", index, kind)
            self._uncommitted.clear()
            self.pass_by("commit", kinds, "after")

        def watched_append(journal: Journal, kind: str, subject: str, body: Any, by: Any = (), **more: Any) -> Any:
            own = more.get("connection") is None
            if own:
                # the entry's index isn't known before its commit: what stands behind the last one
                self._uncommitted.append((journal.size, kind))
            entry = append(journal, kind, subject, body, by, **more)
            if not own:
                self._uncommitted.append((entry.index, kind))
            self.bodies[kind] = step_of(entry)[0].body if kind.startswith("draw.") else body
            return entry

        replaced(database, "commit", watched_commit)
        replaced(Journal, "append", watched_append)
        replaced(composition, "migrate", lambda *given: self.around("migrate", "tables", lambda: migrate(*given)))

    def _lay_printer(self) -> None:
        submit = printing_out.FolderPrinter.submit

        def watched_submit(printer: Any, document: bytes, job: PrintJob) -> PrintOutcome:
            self.pass_by("print", job.document, "before")
            self.note("paper", job.subject, job.document, job.copy)
            outcome = submit(printer, document, job)
            self.pass_by("print", job.document, "after")
            return outcome

        replaced(printing_out.FolderPrinter, "submit", watched_submit)


def _file_of(descriptor: int) -> str:
    path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
    return _PART.sub(r"\1", path.name) + ("/" if path.is_dir() else "")
