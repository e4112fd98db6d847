"""What the page of verifying shows of a report: values that can't change."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check: its name, how it came out (`ok`, `wrong`, `not checked`), and what it says, worded."""

    name: str
    state: str
    said: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report: its checks, the verdict as worded, the exit code (0, 1, 3), and facts and signers to compare."""

    file: str
    checks: tuple[CheckView, ...]
    verdict: str
    code: int
    facts: tuple[tuple[str, str], ...]
    signers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class OwnTranscript:
    """A transcript that this station wrote: the draw's serial and project, and the file."""

    serial: str
    project: str
    file: str
