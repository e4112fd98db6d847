"""The narrowing report as bars: for each quota how many are sought, what each clause leaves, and who is eligible.

Fewer than ten have no bar, only a hatch of fixed length: no number follows from a width either.
"""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.desktop.look import Look
from app.desktop.parts import Mark, column, label, row, rule, top_mark
from app.desktop.shapes import Shape
from drawing.narrowing import CLAUSE_NAMES, QuotaReport, Report
from drawing.narrowing_ladder import FEW
from drawing.rules import Finding

_HATCH: Final = 40
_BAR: Final = (8, 12)


class Bar(QWidget):
    """A share of a whole as a bar; None: a hatch that says nothing."""

    def __init__(self, look: Look, share: float | None) -> None:
        super().__init__()
        self._look, self._share = look, share
        self.setMinimumWidth(look.px(_HATCH))
        self.setFixedHeight(look.px(_BAR[1]))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's name
        """Paint the bar in the middle of its line."""
        look, painter = self._look, QPainter(self)
        high = look.px(_BAR[0])
        top = (self.height() - high) // 2
        if self._share is None:
            brush = QBrush(look.theme.colour("amber"), Qt.BrushStyle.BDiagPattern)
            painter.fillRect(0, top, look.px(_HATCH), high, brush)
        else:
            painter.fillRect(0, top, max(round(self.width() * self._share), 2), high, look.theme.colour("ink-2"))
        painter.end()


def add_report(look: Look, into: QBoxLayout, report: Report, names: Mapping[str, str]) -> None:
    """Add each quota's ladder to a layout, under a hairline each."""
    for quota in report.quotas:
        into.addWidget(rule())
        into.addSpacing(look.px(8))
        into.addLayout(_ladder(look, quota, names))
        into.addSpacing(look.px(8))


def add_findings(look: Look, into: QBoxLayout, findings: tuple[Finding, ...]) -> None:
    """Add what rules say, broken ones first."""
    for finding in sorted(findings, key=lambda one: one.met):
        shape = Shape.MET if finding.met else Shape.STOP if finding.forbids else Shape.WARNING
        words = label(look, finding.text(look.wording), "body", wrap=True)
        into.addLayout(top_mark(look, Mark(look, shape, 20), words))


def _ladder(look: Look, quota: QuotaReport, names: Mapping[str, str]) -> QVBoxLayout:
    ladder, made = quota.ladder, column(gap=look.px(4))
    name = names.get(quota.specialty, "")
    made.addWidget(label(look, f"{quota.specialty}　{name}".strip(), "body-bold", wrap=True))
    made.addWidget(label(look, _ratio(look, quota), "body", "warning" if quota.is_few else "second", wrap=True))
    left, whole = ladder.start, ladder.start or ladder.end or 1

    def add(words: str, count: int | None) -> None:
        said = look.say("not shown") if count is None else f"{count:,}"
        line = row(label(look, words, "caption", "second", wrap=True), look.px(12), label(look, said, "body"))
        line.setStretch(0, 1)
        made.addLayout(line)
        made.addWidget(Bar(look, None if count is None else count / max(whole, 1)))

    if left is not None:
        add(look.say("Sought"), left)
    for step in ladder.steps:
        if not step.clauses or (step.count is None and ladder.end is None):
            continue
        left = None if left is None or step.count is None else left - step.count
        words = look.say("; ").join(look.say(CLAUSE_NAMES[clause]) for clause in step.clauses)
        add(look.say("Without: {clauses}", clauses=words), left)
    if ladder.end is None:
        few = look.say("Fewer than {few} people: the list can be guessed", few=FEW)
        made.addWidget(label(look, few, "caption", "warning", wrap=True))
        made.addWidget(Bar(look, None))
    elif left != ladder.end:
        add(look.say("Eligible"), ladder.end)
    return made


def _ratio(look: Look, quota: QuotaReport) -> str:
    if quota.is_few:
        return look.say("under {ratio} times", ratio=quota.ratio)
    ratio = f"{quota.ratio // 10}.{quota.ratio % 10}"
    return look.say("{end} ÷ {needed} = {ratio} times", end=quota.ladder.end, needed=quota.needed, ratio=ratio)
