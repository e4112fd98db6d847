"""Verifying a transcript by the program's own verifier, on the desk's thread; it needs no key and no sign-in."""

from dataclasses import dataclass
from pathlib import Path

from app.composition import Station
from app.desktop.verifyviews import CheckView, OwnTranscript, ReportView
from app.folders import read_file
from app.wording import Wording
from drawing.desk import preparing
from drawing.verify import verify_transcript


@dataclass(frozen=True, slots=True)
class Against:
    """What a transcript is held against: files that somebody got another way, and the characters of a receipt."""

    keys: str = ""
    anchor: str = ""
    fingerprint: str = ""


def verify(file: str, against: Against, wording: Wording) -> ReportView:
    """Verify a transcript.

    Raises:
        FileRefusedError: where a file can't be read.
    """
    report = verify_transcript(
        read_file(Path(file)),
        keys=read_file(Path(against.keys)) if against.keys else None,
        anchor=read_file(Path(against.anchor)) if against.anchor else None,
        fingerprint=against.fingerprint or None,
    )
    *_, verdict = report.texts(wording)
    checks = tuple(CheckView(wording(one.check), one.state.value, one.said(wording)) for one in report.lines)
    facts = tuple(
        (wording(name), wording(", ").join(wording(one) for one in ((value,) if isinstance(value, str) else value)))
        for name, value in report.facts
    )
    signers = tuple(
        (wording(one.role), wording("{name} ({organisation})").format(name=one.name, organisation=one.organisation),
         one.fingerprint)
        for one in report.signers
    )  # fmt: skip
    return ReportView(Path(file).name, checks, verdict, int(report.exit_code), facts, signers)


def own_transcripts(station: Station) -> tuple[OwnTranscript, ...]:
    """Return the transcripts that this station wrote, the newest first."""
    desk = station.drawing()
    found = [
        OwnTranscript(one.serial, one.project_name, str(desk.draw_folder(draw).transcript))
        for draw, one in preparing.draws(desk)
        if desk.draw_folder(draw).transcript.is_file()
    ]
    return tuple(sorted(found, key=lambda one: one.serial, reverse=True))
