"""A printer that keeps what it gets, and answers as a test tells it to."""

from printing.printers import PrintJob, PrintOutcome


class TestPrinter:
    """Answers `outcomes` in turn, then `done`; raises where an answer is an exception."""

    __test__ = False

    def __init__(self, *outcomes: PrintOutcome | Exception) -> None:
        self.name = "test printer"
        self.sent: list[tuple[bytes, PrintJob]] = []
        self._outcomes = list(outcomes)

    def submit(self, document: bytes, job: PrintJob) -> PrintOutcome:
        """Keep the document and answer."""
        self.sent.append((document, job))
        outcome = self._outcomes.pop(0) if self._outcomes else PrintOutcome.DONE
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
