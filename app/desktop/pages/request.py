"""A new draw begins with its request: read from a file, shown with what the rules say, registered."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from app.desktop.drawviews import RequestView, quotas_of
from app.desktop.look import Look
from app.desktop.page import SIDE, Page
from app.desktop.parts import Mark, Seal, button, label, quota_line, row, set_ready, top_mark
from app.desktop.shapes import Shape
from app.wording import shown_time
from drawing.request import Request
from drawing.rules import Finding


class RequestPage(Page):
    """The request as it was read, or how to come by one; the sealed part in the side column, under a seal."""

    file_chosen = Signal(str)
    sample_asked = Signal()
    registered = Signal()
    left = Signal()

    def __init__(self, look: Look, view: RequestView | None, *, sample: bool) -> None:
        side = SIDE if view else 0
        super().__init__(look, look.say("New draw"), look.say("A request from a file"), step=0, side=side)
        self._forbidden = [one for one in view.findings if one.forbids and not one.met] if view else []
        self._ready = view is not None and not self._forbidden
        self.choose = button(look, look.say("Choose a request's file"), key="Ctrl+O")
        self.choose.clicked.connect(self._choose)
        ways = row(self.choose)
        if sample:
            use = button(look, look.say("Use the sample's request"))
            use.setObjectName("use-sample")
            use.clicked.connect(self.sample_asked)
            ways.addSpacing(look.px(12))
            ways.addWidget(use)
        ways.addStretch(1)
        self.main.addLayout(ways)
        self.main.addSpacing(look.px(24))
        if view is not None:
            self._show(view.request)
            self._show_rules(view.findings)
            self._show_sealed(view.request)
        self.main.addStretch(1)
        self.add_act(button(look, look.say("Leave it"))).clicked.connect(self.left)
        self.act = self.add_act(button(look, look.say("Register"), "primary"))
        self.act.setObjectName("act")
        self.act.clicked.connect(self._register)
        set_ready(self.act, self._ready)
        self._show_state(view is not None)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.look.say("Choose a request's file"), "", "JSON (*.json)")
        if name:
            self.file_chosen.emit(name)

    def _register(self) -> None:
        self.registered.emit() if self._ready else self.choose.setFocus()

    def _show_state(self, has_request: bool) -> None:
        look, forbidden = self.look, len(self._forbidden)
        if not has_request:
            self.state.show_state(Shape.PARTLY, look.say("Still missing"), look.say("a request"))
        elif forbidden:
            told = look.say("{count} rules forbid this request", count=forbidden)
            self.state.show_state(Shape.STOP, look.say("Can't go on"), told)
        else:
            self.state.show_state(Shape.MET, look.say("It can be registered"))

    def _show(self, request: Request) -> None:
        look, main = self.look, self.main
        main.addWidget(label(look, request.project.name, "seal", wrap=True))
        main.addSpacing(look.px(4))
        said = look.say(
            "Lot {lot}, meeting {time}, level {level}",
            lot=request.project.lot,
            time=shown_time(request.meeting.start),
            level=request.level,
        )
        main.addWidget(label(look, said, "caption", "second", wrap=True))
        main.addSpacing(look.px(20))
        main.addWidget(label(look, look.say("Quotas"), "section"))
        main.addSpacing(look.px(8))
        for quota in quotas_of(request.quotas):
            main.addLayout(quota_line(look, quota))

    def _show_rules(self, findings: tuple[Finding, ...]) -> None:
        look, main = self.look, self.main
        main.addSpacing(look.px(20))
        main.addWidget(label(look, look.say("Rules"), "section"))
        main.addSpacing(look.px(4))
        for finding in findings:
            main.addLayout(finding_line(look, finding))

    def _show_sealed(self, request: Request) -> None:
        look, side = self.look, self.side
        assert side is not None
        side.addLayout(row(Seal(look, 28), look.px(8), label(look, look.say("Sealed part"), "section"), None))
        side.addSpacing(look.px(8))
        hint = look.say("Never on the wall and never read aloud. Bidders as read: {count}", count=len(request.bidders))
        side.addWidget(label(look, hint, "caption", "hint", wrap=True))
        side.addSpacing(look.px(12))
        for number, bidder in enumerate(request.bidders, 1):
            side.addWidget(label(look, f"{number}　{bidder.name}", "body", wrap=True))
            side.addSpacing(look.px(4))
        side.addStretch(1)


def finding_line(look: Look, finding: Finding) -> QHBoxLayout:
    """Return what one rule says, with its shape and source."""
    shape = Shape.MET if finding.met else Shape.STOP if finding.forbids else Shape.WARNING
    return top_mark(look, Mark(look, shape, 20), label(look, finding.text(look.wording), "body", wrap=True))
