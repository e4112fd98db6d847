"""The sample centre's printer: each job becomes a PDF in a folder that stands for paper, `NN-title.pdf`.

Files are numbered on from whatever lies there, whole or not there at all, and never written over.  It works only where
the station is a sample; `app.composition` sees to that.
"""

import re
from pathlib import Path
from typing import Final

from printing.printers import PrintJob, PrintOutcome
from vault.errors import VaultError
from vault.files import remove_parts, write_atomic

_NUMBERED: Final = re.compile(r"(\d{2,})-.*\.pdf")
_UNSAFE: Final = re.compile(r"[^\w.()（）·-]+")
_LONGEST_BYTES: Final = 180


class FilePrinter:
    """Writes jobs into `folder`, which is made where it isn't there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """Return the printer's name in the register."""
        return "sample file printer"

    def submit(self, document: bytes, job: PrintJob) -> PrintOutcome:
        """Write the PDF under the next number; where the disk refuses before it is there, nothing came out."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_parts(self._folder)
            path = self._folder / f"{self._next_number():02d}-{file_title(job)}.pdf"
        except OSError:
            return PrintOutcome.FAILED
        try:
            write_atomic(path, document)
        except VaultError:
            return PrintOutcome.UNKNOWN if path.exists() else PrintOutcome.FAILED
        return PrintOutcome.DONE

    def _next_number(self) -> int:
        found = (_NUMBERED.fullmatch(path.name) for path in self._folder.iterdir())
        return 1 + max((int(match[1]) for match in found if match), default=0)


def file_title(job: PrintJob) -> str:
    """Return a job's title as part of a file name: no separator, not too long, with the number of a reprint."""
    title = _UNSAFE.sub("-", job.title).strip("-. ") or job.document
    while len(title.encode("utf-8")) > _LONGEST_BYTES:
        title = title[:-1]
    return title if job.copy == 1 else f"{title}-{job.copy}"
