"""A transcript is checked before everybody's eyes: one check after another, then the verdict, then whom to compare."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout

from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.parts import Mark, button, clear, column, label, row, rule, set_ready, top_mark
from app.desktop.section import Desk, while_there
from app.desktop.shapes import Shape
from app.desktop.verifyviews import CheckView, OwnTranscript, ReportView
from vault.errors import FengqianError

A_CHECK: Final = 60  # milliseconds between one check that appears and the next
SHAPES: Final = {"ok": Shape.MET, "wrong": Shape.STOP, "not checked": Shape.WAITING}
VERDICTS: Final = {0: Shape.DONE, 1: Shape.STOP, 3: Shape.WARNING}
_SHOWN_AT_MOST: Final = 12


class VerifyPage(Page):
    """What to verify and against what at the side; the walk through the checks in the middle."""

    asked = Signal(str, str, str, str)

    def __init__(self, look: Look) -> None:
        title, subtitle = (
            look.say("Verify"),
            look.say("Anybody may check a transcript; nothing is asked of the station"),
        )
        super().__init__(look, title, subtitle, side=SIDE)
        self.transcript, self.keys, self.anchor, self.fingerprint = (QLineEdit() for _ in range(4))
        self._report: ReportView | None = None
        self._at = 0
        self._own = QVBoxLayout()
        self._build_side()
        self._show_empty()
        self._ticks = QTimer(self)
        self._ticks.setInterval(A_CHECK)
        self._ticks.timeout.connect(self._step)
        self.act = self.add_act(button(look, look.say("Verify"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._verify)
        self.transcript.textChanged.connect(self._show_missing)
        self._show_missing()

    def _build_side(self) -> None:
        look, side = self.look, self.side
        assert side is not None
        side.addWidget(label(look, look.say("Transcript"), "section"))
        side.addSpacing(look.px(8))
        side.addLayout(self._file(self.transcript, "transcript", look.say("The transcript's file")))
        side.addLayout(self._own)
        side.addSpacing(look.px(24))
        side.addWidget(label(look, look.say("Against what you have"), "section"))
        hint = look.say("Without any of these the check says whether it is consistent, not whether it is authentic.")
        side.addWidget(label(look, hint, "caption", "hint", wrap=True))
        for field, key, word in (
            (self.fingerprint, "fingerprint", look.say("Characters of a witness's receipt")),
            (self.keys, "keys", look.say("Identity statements, got another way")),
            (self.anchor, "anchor", look.say("A head that somebody took home")),
        ):
            side.addSpacing(look.px(12))
            side.addWidget(label(look, word, "caption", "second"))
            side.addSpacing(look.px(4))
            if field is self.fingerprint:
                field.setObjectName("verify-fingerprint")
                field.setAccessibleName(word)
                side.addWidget(field)
            else:
                side.addLayout(self._file(field, key, word))
        side.addStretch(1)

    def _file(self, field: QLineEdit, key: str, word: str) -> QHBoxLayout:
        look = self.look
        field.setObjectName(f"verify-{key}")
        field.setAccessibleName(word)
        choose = button(look, look.say("Choose"))
        choose.setObjectName(f"choose-{key}")
        choose.setAccessibleName(f"{look.say('Choose')} {word}")
        choose.clicked.connect(lambda: self._choose(field, word))
        return row(field, look.px(8), choose)

    def _choose(self, field: QLineEdit, word: str) -> None:
        name, _ = QFileDialog.getOpenFileName(self, word)
        if name:
            field.setText(name)

    def show_own(self, own: tuple[OwnTranscript, ...]) -> None:
        """Offer the transcripts that this station wrote."""
        look = self.look
        for one in own[:_SHOWN_AT_MOST]:
            choose = button(look, one.serial, "link")
            choose.setObjectName(f"own-{one.serial}")
            choose.setToolTip(one.project)
            choose.clicked.connect(lambda _=False, file=one.file: self.transcript.setText(file))
            self._own.addSpacing(look.px(8))
            self._own.addLayout(row(choose, None))

    def _show_missing(self) -> None:
        ready = bool(self.transcript.text().strip())
        set_ready(self.act, ready)
        if self._report is None and ready:
            self.state.show_state(Shape.WAITING, self.look.say("It can be verified"))
        elif self._report is None:
            self.state.show_state(Shape.PARTLY, self.look.say("Still missing"), self.look.say("a transcript"))

    def _verify(self) -> None:
        file = self.transcript.text().strip()
        if not file:
            self.transcript.setFocus()
            return
        self.state.show_state(Shape.WAITING, self.look.say("Checking"), Path(file).name)
        given = (self.keys.text().strip(), self.anchor.text().strip(), self.fingerprint.text().strip())
        self.asked.emit(file, *given)

    def _show_empty(self) -> None:
        look = self.look
        clear(self.main)
        self.main.addStretch(1)
        first = label(look, look.say("Each check appears here, one after another."), "section")
        hint = look.say(
            "Signatures, journal, fingerprint, dice, codes, every round and every answer are computed again."
        )
        self.main.addWidget(first, 0, Qt.AlignmentFlag.AlignHCenter)
        self.main.addSpacing(look.px(8))
        self.main.addWidget(label(look, hint, "body", "second"), 0, Qt.AlignmentFlag.AlignHCenter)
        self.main.addStretch(1)

    def show_report(self, report: ReportView) -> None:
        """Walk through the checks, then say the verdict."""
        self._report, self._at = report, 0
        clear(self.main)
        self._lines = QVBoxLayout()
        self.main.addLayout(self._lines)
        self.main.addStretch(1)
        self._ticks.start()
        if self.look.still:
            while self._ticks.isActive():
                self._step()

    def _step(self) -> None:
        report = self._report
        assert report is not None
        if self._at < len(report.checks):
            self._lines.addLayout(self._line(report.checks[self._at]))
            self._at += 1
            return
        self._ticks.stop()
        self._show_end(report)
        self.state.show_state(VERDICTS[report.code], report.verdict)

    def _line(self, check: CheckView) -> QVBoxLayout:
        look = self.look
        if check.state == "not checked":
            words = label(
                look, look.say(check.state), "body", "hint", wrap=True
            )  # and nothing that reads like a finding
        else:
            words = label(look, check.said, "body", "second" if check.state == "ok" else "", wrap=True)
        words.setAccessibleName(f"{check.name} {look.say(check.state)} {words.text()}")
        name = label(look, check.name, "body-bold")
        name.setMinimumWidth(look.px(120))
        held = top_mark(look, Mark(look, SHAPES[check.state]), words)
        line = row()
        line.addLayout(column(look.px(4), name, None))
        line.addSpacing(look.px(16))
        line.addLayout(held, 1)
        line.setContentsMargins(0, look.px(4), 0, look.px(4))
        made = column(rule())
        made.addLayout(line)
        return made

    def _show_end(self, report: ReportView) -> None:
        look, lines = self.look, self._lines
        lines.addSpacing(look.px(24))
        lines.addWidget(label(look, look.say("Compare these with what you know"), "section"))
        for role, who, fingerprint in report.signers:
            shown = label(look, f"{role}　{who}　{fingerprint}", "body", wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            lines.addSpacing(look.px(4))
            lines.addWidget(shown)
        for name, value in report.facts:
            lines.addSpacing(look.px(4))
            lines.addWidget(label(look, f"{name}　{value}", "caption", "second", wrap=True))


def verify_section(desk: Desk) -> VerifyPage:
    """Build the page; it asks the desk's thread, which verifies without the station's keys."""
    page, wording = VerifyPage(desk.look), desk.look.wording
    desk.ask(lambda room, _going: room.own_transcripts()).then(page.show_own, desk.refuse)

    def refused(error: FengqianError) -> None:
        while_there(page, lambda _error: page.show_refused())(error)
        desk.refuse(error)

    def ask(file: str, keys: str, anchor: str, fingerprint: str) -> None:
        job = desk.ask(lambda room, _going: room.verify(file, keys, anchor, fingerprint, wording))
        job.then(page.show_report, refused)

    page.asked.connect(ask)
    return page
