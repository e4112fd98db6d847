"""Which printer a station has: the sample centre's, which stands for paper, or numbered PDF copies in a folder.

Real printers come with their own adapters.  A folder is no printer: whoever may read it has the names, which is why
only an opened list reaches it, numbered and watermarked, and the register says so.
"""

from pathlib import Path
from typing import Final

from app.composition import Station
from app.sample.printer import FilePrinter
from printing.printers import Printer, PrintJob, PrintOutcome
from vault.errors import VaultError
from vault.files import remove_parts, write_atomic

PAPER: Final = "paper"


class FolderPrinter:
    """Writes each copy as a PDF that only its owner may read."""

    name = "pdf-folder"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def submit(self, document: bytes, job: PrintJob) -> PrintOutcome:
        """Write `DOCUMENT-DRAW-SEALING-copy-N.pdf`, which no other copy is called; failed where it can't be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            remove_parts(self._folder)
            subject = job.subject.replace("/", "-")
            write_atomic(self._folder / f"{job.document}-{subject}-copy-{job.copy}.pdf", document)
        except (OSError, VaultError):
            return PrintOutcome.FAILED
        return PrintOutcome.DONE


def printer_for(station: Station, out: Path) -> Printer:
    """Return the printer of this station; `out` is the folder that the operator named."""
    return FilePrinter(out / PAPER) if station.sample else FolderPrinter(out / PAPER)
