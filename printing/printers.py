"""The port of printers, and what a printer may say of a job.

A printer takes a whole PDF from memory.  It answers `done` where the paper is known to be out, `failed` where it is
known that nothing came out, `unknown` for everything between: a line that broke, a printer that didn't report.  Nobody
guesses: unknown stays unknown, and counts as printed.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PrintOutcome(StrEnum):
    """What is known of a copy after it was sent."""

    DONE = "done"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """What a printer is told of a document: for the tray and the queue, never a person's name.

    `title` shows in a queue, `document` is its kind (`certificate`), `subject` the draw's id, `copy` its number.
    """

    title: str
    document: str
    subject: str
    copy: int = 1


class Printer(Protocol):
    """Puts a PDF on paper."""

    @property
    def name(self) -> str:
        """Return the name under which the register knows this printer."""
        ...

    def submit(self, document: bytes, job: PrintJob) -> PrintOutcome:
        """Send a PDF, wait for the printer's report, and say what is known; never raise for the printer's faults."""
        ...
